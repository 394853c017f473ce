"""The words of the pages: plain ones for every closed set, and times as the council's wall shows them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import Enum

from bot.matters.standing import State
from models.associate import AssociateOutcome
from models.calendar import COUNCIL_ZONE
from models.case import Stage
from models.contact import Match
from models.customer import PointKind, Standing
from models.decision import Measure
from models.finding import LABELS, About, Abuse, Conduct, Kind, Relation, Risk
from models.message import Automatic, Channel, Direction
from models.officer import Role
from models.queue import FlagKind, Lane, Outcome

_PAIRS: tuple[tuple[Enum, str], ...] = (
    (Lane.URGENT, "Urgent"),
    (Lane.STATUTORY, "Statutory requests"),
    (Lane.NAMED_OFFICER, "Named officer"),
    (Lane.NEW_ISSUE, "New matters"),
    (Lane.ON_FILE, "On file"),
    (FlagKind.REPEAT, "Repeat"),
    (FlagKind.ABUSE, "Possible abuse"),
    (FlagKind.ASSOCIATE, "Possibly acting with somebody else"),
    (FlagKind.RISK, "Possible risk to somebody"),
    (FlagKind.STATUTORY, "Request with a statutory clock"),
    (FlagKind.APPEAL, "Appeal"),
    (FlagKind.FORGED, "Sender possibly forged"),
    (FlagKind.NEW_EVIDENCE, "New evidence on a known matter"),
    (Outcome.AGREE, "Agreed"),
    (Outcome.OVERRULE, "Overruled"),
    (Outcome.ATTEST, "Checked for new information"),
    (AssociateOutcome.CONFIRM, "Confirmed: they act together"),
    (AssociateOutcome.REJECT, "Rejected: they do not act together"),
    (Match.CERTAIN, "Certain"),
    (Match.SUGGESTED, "Suggested: please check whose this is"),
    (Match.UNKNOWN, "Unknown sender, entered as a new customer"),
    (Match.NOBODY, "Nobody's: automatic mail or a circular"),
    (PointKind.EMAIL, "E-mail"),
    (PointKind.TELEPHONE, "Telephone"),
    (Standing.CONFIRMED, "confirmed"),
    (Standing.SUGGESTED, "suggested, not confirmed"),
    (Standing.REJECTED, "rejected: not theirs"),
    (Measure.EMAIL_BLOCK, "E-mail diverted to the named officer (the policy's “e-mail block”)"),
    (Measure.SINGLE_POINT_OF_CONTACT, "Single point of contact"),
    (Measure.TELEPHONE_REFUSAL, "Telephone calls refused"),
    (Measure.NO_FURTHER_CORRESPONDENCE, "No further correspondence on the subject"),
    (Measure.WRITTEN_ONLY, "Contact in writing only"),
    (Measure.GENERIC_INBOX, "One address for all contact"),
    (Measure.FILE_WITHOUT_REPLY, "Filed without reply: each one is still read"),
    (Measure.LIMITED_CALLS, "Telephone calls limited"),
    (Measure.LIMITED_LETTERS, "Letters and e-mails limited"),
    (Measure.LIMITED_PREMISES, "Visits to premises limited"),
    (Measure.DISCRETIONARY_SERVICES, "Discretionary services limited"),
    (Measure.EXTERNAL_BODY, "Contact through an external body"),
    (Stage.INITIAL, "Initial warning"),
    (Stage.FORMAL_PRIOR, "Formal prior warning"),
    (Channel.EMAIL, "E-mail"),
    (Channel.TELEPHONE, "Telephone"),
    (Channel.LETTER, "Letter"),
    (Channel.VISIT, "Visit"),
    (Channel.MEETING, "Meeting"),
    (Channel.PUBLIC_QUESTION, "Public question"),
    (Direction.IN, "from the customer"),
    (Direction.OUT, "from the council"),
    (Automatic.AUTO_REPLY, "an automatic reply"),
    (Automatic.BOUNCE, "a delivery failure"),
    (Automatic.LIST, "a mailing list"),
    (Automatic.REPORT, "a machine's report"),
    (Role.CLERK, "clerk"),
    (Role.NAMED_OFFICER, "named officer"),
    (Role.ASSISTANT, "assistant"),
    (Role.AUDITOR, "auditor"),
    (State.OPEN, "Open"),
    (State.AWAITING_COUNCIL, "Awaiting the council"),
    (State.AWAITING_CUSTOMER, "Awaiting the customer"),
    (State.FINALLY_ANSWERED, "Finally answered"),
    (About.KIND, "Read as"),
    (About.RELATION, "Against earlier contacts"),
    (About.ABUSE, "Possible abuse"),
    (About.RISK, "Possible risk"),
    (About.CONDUCT, "Conduct under the policy"),
    (About.NOVEL, "Says something new"),
    (About.ASSOCIATE, "Possibly acting with somebody else"),
    (About.CAMPAIGN, "One of many writers of one text"),
    (About.FORGED, "Sender possibly forged"),
    (About.LANGUAGE, "Language"),
    (Kind.COMPLAINT, "complaint"),
    (Kind.SERVICE_REQUEST, "service request"),
    (Kind.ENQUIRY, "enquiry"),
    (Kind.COMMENT, "comment"),
    (Kind.FOI, "freedom of information request"),
    (Kind.EIR, "environmental information request"),
    (Kind.SAR, "subject access request"),
    (Kind.APPEAL, "appeal"),
    (Kind.PUBLIC_QUESTION, "public question"),
    (Kind.THANKS, "thanks"),
    (Kind.AUTOMATIC, "automatic"),
    (Relation.NEW_ISSUE, "a new matter"),
    (Relation.FOLLOW_UP, "follows up a known matter"),
    (Relation.REPEAT, "repeat of what was answered"),
    (Relation.NEW_EVIDENCE, "new evidence on a known matter"),
    (Relation.NONE, "no earlier matter"),
    (Abuse.INSULT, "insult"),
    (Abuse.THREAT, "threat"),
    (Abuse.DISCRIMINATORY, "discriminatory words"),
    (Abuse.PROFANITY, "profanity"),
    (Risk.SELF_HARM, "self-harm"),
    (Risk.CHILD, "a child at risk"),
    (Risk.VULNERABLE_ADULT, "a vulnerable adult"),
    (Risk.VIOLENCE, "violence"),
    (Risk.HEALTH_CONDITION, "a health condition mentioned"),
    (Conduct.DISRUPTIVE_INTENT, "said to mean to disrupt"),
    (Conduct.BENEFIT_OFFER, "an offer of benefit"),
    (Conduct.GRUDGE, "a grudge against somebody"),
    (Conduct.SCATTERGUN, "one letter to many"),
    (Conduct.REFUSES_OUTCOME, "refuses the outcome"),
    (Conduct.EXCESSIVE_DEMANDS, "excessive demands"),
    (Conduct.UNFOUNDED_ACCUSATION, "an accusation without grounds given"),
    (Conduct.COVERT_RECORDING, "covert recording"),
)
# By kind and value: members of different sets may be the same text, and would be one key.
WORDS = {(type(member), member.value): words for member, words in _PAIRS}


def plain(member: Enum) -> str:
    """The word or two that an officer reads for a member of a closed set."""
    return WORDS[type(member), member.value]


def finding_words(about: str, label: str) -> str:
    """What a finding is about and what it says, as "Possible abuse: insult"."""
    heading = plain(About(about)) if about in set(About) else _spaced(about)
    members = LABELS.get(about)
    if members is None:
        return heading if label in (about, "sentence") else f"{heading}: {_spaced(label)}"
    known = {str(member.value): member for member in members}
    return f"{heading}: {plain(known[label]) if label in known else _spaced(label)}"


def right_label_words(about: str, labels: Iterable[str]) -> list[tuple[str, str]]:
    """What an overruled finding may have been instead, each with its words."""
    members = {str(member.value): plain(member) for member in LABELS.get(about, ())}
    return [(label, members.get(label, "nothing of the kind")) for label in labels]


def reason_words(reason: str) -> str:
    """A classifier's short word for its evidence, as a person writes it: same_text, "same text"."""
    return _spaced(reason)


def _spaced(word: str) -> str:
    return word.replace("_", " ").strip()


def sentence(text: str) -> str:
    """With a capital first, as a line of its own."""
    return text[:1].upper() + text[1:]


def day(value: date) -> str:
    """3 May 2026."""
    return f"{value.day} {value:%B %Y}"


def last_day(first_without: date) -> str:
    """The last day that counts, where the record holds the first day that does not."""
    return day(first_without - timedelta(days=1))


def moment(value: datetime) -> str:
    """3 May 2026, 2:05pm, in London."""
    local = value.astimezone(COUNCIL_ZONE)
    hour = local.hour % 12 or 12
    return f"{day(local)}, {hour}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def machine_time(value: datetime) -> str:
    """For the datetime attribute of a <time>: with the offset of London's clock on that day."""
    return value.astimezone(COUNCIL_ZONE).isoformat(timespec="minutes")


def age(since: datetime, now: datetime) -> str:
    """How long something has waited: "under an hour", "5 hours", "12 days"."""
    waited = now - since
    if waited < timedelta(hours=1):
        return "under an hour"
    if waited < timedelta(days=2):
        return count(int(waited.total_seconds() // 3600), "hour")
    return count(waited.days, "day")


def count(number: int, thing: str) -> str:
    """1 day, 2 days."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def percent(score: float) -> str:
    return f"{round(score * 100)}%"


def size(octets: int) -> str:
    """12 KB, 3.4 MB."""
    if octets < 1000:
        return f"{octets} bytes"
    return f"{octets / 1e6:.1f} MB" if octets >= 1e6 else f"{octets / 1e3:.0f} KB"
