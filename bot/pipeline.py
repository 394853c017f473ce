"""One message, from bytes to a logged, examined, queued contact; or to the shunt, where a person sees it.

Three transactions a message: the bytes are kept; then the contact, what was seen in it, where it waits and the
mailbox's cursor are saved together; and if anything broke, the shunt and the cursor instead. Killed at any moment, the
next start takes the message up again and finds either nothing or everything of it.
"""

from __future__ import annotations

import enum
import re
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Protocol

import structlog

from bot import queue
from bot.intake import archive_quotes, copies, identify, keep, newcomers, own_letters, points, record, relays
from bot.intake.first_writers import mark_first_writers
from bot.intake.person_names import fold
from bot.intake.worker import ParserUnavailable
from bot.mailbox.ports import Cursor, Place, Raw
from bot.triage import flags, history, safeguard
from bot.triage.people import Said
from bot.work import INTAKE, Work, one_at_a_time
from classifiers.associate_signs import forwarded_from
from classifiers.associate_unnamed import for_somebody
from classifiers.base import Classifier
from classifiers.prints import OF_A_CAMPAIGN, prints_of, prints_to_keep, topic_prints
from classifiers.similarity import stem
from classifiers.text import LONGEST
from classifiers.vocabulary import ordinary_words
from models.calendar import council_day
from models.case import warnings_of
from models.contact import Contact, Match, RawMail, Shunt
from models.customer import Customer, kept
from models.decision import Restriction
from models.errors import StoreUnavailable
from models.finding import About, Finding, Kind, Relation
from models.in_force import restrictions_that_bound
from models.message import Direction, Message
from models.policy import Policy
from models.queue import Flag, FlagKind
from models.threshold import lines_set

log = structlog.get_logger()

_NAME = re.compile(r"\b[^\W\d_a-z][^\W\d_'’-]+(?:['’-][^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]{4,}")
_UNUSUAL = 0.95  # of a word that hardly any letter holds
_MOST_SMALL_NAMES = 200
_MOST_LOOKED_THROUGH = 20_000  # characters
LIKELIER_THAN_NOT = 0.5  # a suggestion below this names one of several people: nobody's restriction binds it

Begin = Callable[[], AbstractContextManager[Work]]


class Reader(Protocol):
    def parse(self, content: bytes, *, received_at: datetime) -> Message: ...


class FinalAnswer(Protocol):
    def __call__(self, own: str) -> bool: ...


def not_beforehand(message: Message) -> None:
    """Nothing is looked at before the classifiers ask."""


class Taken(enum.StrEnum):
    """What became of one message."""

    RECORDED = "recorded"
    KNOWN = "known"  # it was taken before
    SHUNTED = "shunted"


@dataclass(frozen=True, slots=True)
class Council:
    """Whose mailbox it is: mail from these domains is the council's own; members' mail is a contact all the same."""

    domains: tuple[str, ...]
    members: tuple[str, ...] = ()

    def speaks(self, email: str) -> bool:
        """Whether mail from this address is the council speaking (staff), not somebody speaking to it."""
        return email.rpartition("@")[2] in self.domains and email not in self.members


@dataclass(frozen=True, slots=True)
class Pipeline:
    begin: Begin
    reader: Reader
    classifiers: Sequence[Classifier]
    final_answer: FinalAnswer
    policy: Policy
    council: Council
    beforehand: Callable[[Message], object] = not_beforehand  # begins what the classifiers will ask for

    def take(self, raw: Raw, *, mailbox: str, cursor: Cursor | None = None) -> Taken:
        """Take one message in, exactly once however often it is met. Never raises for what a message contains.

        StoreUnavailable or ParserUnavailable when the machine is not well: nothing was saved, try again later.
        """
        with self.begin() as work:
            one_at_a_time(work, INTAKE)
            sha256 = keep.keep(work, raw.content)
            known = keep.taken(work, sha256)
            if known:
                self._met(work, sha256, raw, mailbox, cursor)
        if known:
            return Taken.KNOWN
        return self._attempt(
            sha256,
            lambda: self._read_and_record(raw, sha256, mailbox, cursor),
            broken=lambda reason: self._shunt(raw, sha256, mailbox, cursor, reason),
        )

    def to_be_read(self, raw: Raw) -> bool:
        """Whether taking it will have it examined: not what is known already, nor the council's own mail."""
        if raw.direction is Direction.OUT:
            return False
        with self.begin() as work:
            return not keep.taken(work, keep.sha256_of(raw.content))

    def _attempt(self, sha256: str, do: Callable[[], Taken], *, broken: Callable[[str], None]) -> Taken:
        try:
            return do()
        except (StoreUnavailable, ParserUnavailable):
            raise  # not the message's fault: it is taken up again when the machine is well
        except Exception as error:
            # The one place that catches everything: whatever broke, it was somebody's message.
            log.error("message_shunted", sha256=sha256, kind=type(error).__name__)
            broken(traceback.format_exc())
            return Taken.SHUNTED

    def _met(self, work: Work, sha256: str, raw: Raw, mailbox: str, cursor: Cursor | None) -> None:
        keep.sighted(work, sha256, mailbox, raw.place)
        if cursor is not None:
            keep.read_to(work, mailbox, cursor)

    def _read_and_record(self, raw: Raw, sha256: str, mailbox: str, cursor: Cursor | None) -> Taken:
        message = self.reader.parse(raw.content, received_at=raw.server_time)
        if not self._is_outgoing(message, raw):
            self.beforehand(message)
        with self.begin() as work:
            one_at_a_time(work, INTAKE)
            with work.session.no_autoflush:  # all that is asked is of what was there before
                self._met(work, sha256, raw, mailbox, cursor)
                if keep.taken(work, sha256):  # another watcher was quicker
                    return Taken.KNOWN
                contact = self._record(work, message, raw, mailbox)
        if contact is None:
            return Taken.KNOWN
        log.info("contact_recorded", contact=contact.id, mailbox=mailbox, direction=contact.direction.value)
        return Taken.RECORDED

    def retry(self, shunt_id: int) -> Taken:
        """Take up a message again that broke the program, after the program was mended.

        If it breaks it still, it stays on the shunt. The shunt's queue item stays until a person rules on it.
        """
        with self.begin() as work:
            shunt = work.session.get_one(Shunt, shunt_id)
            mail = work.session.get_one(RawMail, shunt.sha256)
            raw = Raw(mail.content, Place("", "", ""), shunt.direction, mail.kept_at)
        return self._attempt(shunt.sha256, lambda: self._record_shunted(shunt_id, raw), broken=lambda _: None)

    def _record_shunted(self, shunt_id: int, raw: Raw) -> Taken:
        message = self.reader.parse(raw.content, received_at=raw.server_time)
        with self.begin() as work:
            one_at_a_time(work, INTAKE)
            shunt = work.session.get_one(Shunt, shunt_id)
            with work.session.no_autoflush:
                self._record(work, message, raw, shunt.mailbox)
            keep.unshunt(work, shunt)
        return Taken.RECORDED

    def _shunt(self, raw: Raw, sha256: str, mailbox: str, cursor: Cursor | None, reason: str) -> None:
        with self.begin() as work:
            one_at_a_time(work, INTAKE)
            self._met(work, sha256, raw, mailbox, cursor)
            if not keep.taken(work, sha256):
                shunt = keep.shunt(work, sha256, mailbox=mailbox, direction=raw.direction, reason=reason)
                queue.put_shunt(work, shunt)

    # --- what is recorded ---

    def _record(self, work: Work, message: Message, raw: Raw, mailbox: str) -> Contact | None:
        if letter := own_letters.letter_in_sent_mail(work.session, message, raw.direction):
            return own_letters.record_letter(work, letter, message, mailbox)
        if self._is_outgoing(message, raw):
            return self._record_reply(work, message, mailbox)
        at = message.received_at
        message = _said_how_far_read(self._without_quoted_history(work, message))
        who = identify.identify(work.session, message, council=self.council.domains, members=self.council.members)
        inside = identify.letter_inside(message, self.council.domains, self.council.members)
        if self._is_internal(message) and inside is None:
            who = identify.Identity(Match.NOBODY, None, ("between the council's own people",))
        customer = self._known(work, who)
        past = history.history_of(
            work.session,
            customer,
            message.received_at,
            _question(message),
            recent_days=self.policy.recent_days,
            council=self.council.domains,
        )
        findings = [f for c in self.classifiers for f in c.look(message, past)]
        forged = any(f.about is About.FORGED for f in flags.shown(findings, self.policy))
        match, reasons = who.match, who.reasons
        automatic = self._is_automatic(message, findings)
        if customer is None and match is not Match.NOBODY:
            if automatic:
                match = Match.NOBODY
            else:
                customer = newcomers.new_customer(work, message, who)
        if forged and match is Match.CERTAIN:
            match, reasons = Match.SUGGESTED, (*reasons, "the sender's own domain disowns this message")
        bound = customer is not None and not forged and (match is Match.CERTAIN or who.score > LIKELIER_THAN_NOT)
        # Whoever was never warned nor restricted, under any of their records, is so by no other question.
        watched = past.customer is not None and past.customer.watched
        restriction = self._restriction(work, customer, message) if customer is not None and bound and watched else None
        warned = customer is not None and watched and bool(warnings_of(work.session, customer.id, council_day(at)))
        # What people set decides what is shown, and nothing else: not whose contact it is, nor what binds them.
        lines = lines_set(work.session, work.seal)
        contact = record.record_mail(
            work,
            message,
            direction=Direction.IN,
            mailbox=mailbox,
            customer=customer,
            match=match,
            reasons=reasons,
            prints=() if automatic else _prints(message, findings),
            findings=findings,
            nature=", ".join(f.label for f in flags.standing(findings, lines) if f.about is About.KIND),
            issue=self._matter(work, message, customer, findings),
            restricted_by=restriction.id if restriction else None,
            diverted=raw.place.folder == self.policy.folder,
        )
        mark_first_writers(work, contact, findings, prints=OF_A_CAMPAIGN)
        first = copies.join(work, contact)
        findings += copies.scattered(work, contact, first, findings, self.council.domains)
        if who.customer_id is not None and customer is not None and not forged:
            newcomers.suggest_points(work, customer, who.points)
        shown = flags.standing(findings, lines)
        near = [] if restriction or automatic else [*who.perhaps, *([] if bound else [who.customer_id])]
        perhaps = any(self._restricted_now(work, number, message) for number in near if number is not None)
        sender = safeguard.Sender(match, restriction is not None, warned, perhaps)
        self._queue(work, contact, shown, sender)
        return contact

    def _restricted_now(self, work: Work, customer: int, message: Message) -> bool:
        """Whether somebody who may have written this is under a restriction: then the named officer looks at it."""
        person = kept(work.session, work.session.get_one(Customer, customer))
        return self._restriction(work, person, message) is not None

    def _is_outgoing(self, message: Message, raw: Raw) -> bool:
        if raw.direction is Direction.OUT:
            return True
        return self._is_internal(message) and any(not self.council.speaks(a.email) for a in message.recipients)

    def _is_internal(self, message: Message) -> bool:
        """From the council's own people, as far as its own mail server does not say otherwise.

        A form on the council's own site sends from the council's own domain, and a resident has filled it in.
        """
        if not self.council.speaks(message.sender.email) or message.authentication.passed is False:
            return False
        return not relays.carries_a_person(message)

    def _record_reply(self, work: Work, message: Message, mailbox: str) -> Contact:
        """The council's own reply: history, filed with what it answers, and perhaps the final word on it (LOG-03)."""
        answered = record.answered_contact(work.session, message)
        outside = [a for a in message.recipients if not self.council.speaks(a.email)]
        customer = newcomers.addressee(work.session, outside)
        known = answered.customer_id if answered else None
        back = answered is not None and any(a.email == answered.sender_email for a in outside)
        if known is not None and (customer is None or back):  # else it went to somebody else, in this one's thread
            customer = work.session.get_one(Customer, known)
        if answered is None and customer is not None:
            answered = record.answered_by_subject(work.session, message, customer)
        return record.record_mail(
            work,
            message,
            direction=Direction.OUT,
            mailbox=mailbox,
            customer=customer,
            match=Match.CERTAIN if customer else Match.NOBODY,
            reasons=["the council's own reply"] if outside else ["between the council's own people"],
            issue=answered.issue_id if answered else None,
            final_answer=bool(outside) and self.final_answer(message.words.own),
        )

    def _without_quoted_history(self, work: Work, message: Message) -> Message:
        answered = record.answered_contact(work.session, message)
        if answered is None or answered.sender_email == message.sender.email:
            return message
        return replace(message, words=archive_quotes.without_known(message.words, [answered.body]))

    def _known(self, work: Work, who: identify.Identity) -> Customer | None:
        if who.customer_id is None:
            return None
        return kept(work.session, work.session.get_one(Customer, who.customer_id))

    def _is_automatic(self, message: Message, findings: Sequence[Finding]) -> bool:
        """Sent by a machine, by its headers or by its words: nobody's contact, and no customer is made of it."""
        shown = flags.shown(findings, self.policy)
        said = any(f.about is About.KIND and f.label == Kind.AUTOMATIC for f in findings)
        return message.automatic is not None or (said and not shown)

    def _restriction(self, work: Work, customer: Customer, message: Message) -> Restriction | None:
        if message.automatic is not None:
            return None
        day, demanded = council_day(message.received_at), self.policy.reviews_demanded
        found = restrictions_that_bound(work.session, customer.id, day, work.today, work.seal, demanded)
        return found[0] if found else None

    def _matter(
        self, work: Work, message: Message, customer: Customer | None, findings: Sequence[Finding]
    ) -> int | None:
        relation = next((f for f in findings if f.about is About.RELATION), None)
        if relation is None:
            return None
        return record.matter_of(
            work.session,
            None if relation.label == Relation.NEW_ISSUE else relation.contact,
            opened_by=customer.id if customer is not None and relation.label != Relation.NONE else None,
            subject=message.subject,
            at=message.received_at,
        )

    def _queue(self, work: Work, contact: Contact, findings: Sequence[Finding], sender: safeguard.Sender) -> None:
        raised = flags.flags_for(findings, self.policy)
        always = (f for f in findings if f.about in (About.RELATION, About.LANGUAGE, About.ASSOCIATE))
        counted = [*flags.shown(findings, self.policy), *always]
        waiting = safeguard.waits(
            counted,
            [kind for kind, _ in raised],
            sender,
            contact.problems,
            self.policy,
            automatic=contact.automatic is not None,
            goes_on=any(f.about is About.RELATION and f.label == Relation.FOLLOW_UP for f in findings)
            and queue.is_answerable(work.session, contact.issue_id),
        )
        if waiting is None:
            return
        queue.put(
            work,
            contact,
            lane=waiting.lane,
            reasons=waiting.reasons,
            must_attest=waiting.must_attest,
            flags=[self._flag(work, contact, kind, finding) for kind, finding in raised],
        )

    def _flag(self, work: Work, contact: Contact, kind: FlagKind, finding: Finding) -> Flag:
        because = next((e.quote or e.reason for e in finding.evidence if e.quote or e.reason), "")
        return Flag(
            contact_id=contact.id,
            kind=kind,
            score=finding.score,
            raised_at=work.now,
            finding_id=record.number_of(work.session, contact, finding),
            because=because,
        )


def _question(message: Message) -> history.Question:
    """What is asked of the log for a message: whom it names and what it shares, as the records hold it."""
    forwarded = "\n".join(f"{name} {email}" for name, email in forwarded_from(message))
    words = f"{forwarded}\n{message.subject}\n{message.words.own}\n{message.words.signature}"[:_MOST_LOOKED_THROUGH]
    return history.Question(
        subject=message.subject,
        answers=tuple(dict.fromkeys(m for m in (message.in_reply_to, *reversed(message.references)) if m))[:20],
        prints=() if message.automatic is not None else prints_of(message.words.own, message.subject),
        topics=()
        if message.automatic is not None or message.in_reply_to
        else topic_prints(message.words.own, message.subject),
        said=Said(
            names=tuple(dict.fromkeys([*(fold(name) for name in _NAME.findall(words)), *_small_names(words)])),
            emails=tuple(dict.fromkeys([message.sender.email, *points.emails_in(words)[:20]])),
            phones=points.phones_in(words)[:20],
            postcodes=points.postcodes_in(words)[:20],
            places=points.houses_in(words),
            domain=message.sender.domain,
            for_somebody=message.automatic is None and for_somebody(message.words.own),
            letter="" if message.automatic is not None else f"{message.subject}\n{message.words.own}",
        ),
    )


def _prints(message: Message, findings: Sequence[Finding]) -> tuple[int, ...]:
    """By which later letters find this one."""
    of_a_campaign = OF_A_CAMPAIGN if any(f.about is About.CAMPAIGN for f in findings) else ()
    return (*of_a_campaign, *prints_to_keep(message.words.own, message.subject))


def _small_names(words: str) -> Iterator[str]:
    """What may be a name though it has no capital, or lost its apostrophe ("denzil crockers daughter")."""
    weigh = ordinary_words().of
    for match in islice(_WORD.finditer(words), _MOST_SMALL_NAMES * 10):
        word = fold(match[0])
        if match[0][0].isupper():
            if word.endswith("s") and len(word) > 4:
                yield word[:-1]
        elif weigh(stem(word)) > _UNUSUAL:
            yield word
            if word.endswith("s"):
                yield word[:-1]


def _said_how_far_read(message: Message) -> Message:
    """The same, with a problem named where its words go on beyond what the classifiers read."""
    if len(message.words.own) <= LONGEST:
        return message
    beyond = "the letter is too long for the program to read to its end: read it yourself"
    return replace(message, problems=(*message.problems, beyond))
