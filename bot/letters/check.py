"""What keeps a letter from going: contents that are missing, words that must not stand in it (INV-14, GEN-13, X3)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot.letters.records import last_day, others_named
from bot.letters.template import ENCLOSED, PLACEHOLDER
from bot.letters.words import alone, in_words
from models.case import Case
from models.contact import Contact
from models.decision import Decision
from models.errors import Refused
from models.letter import Letter, LetterKind
from models.policy import Policy
from models.procedure import LetterRule
from models.request import InformationRequest, RequestStepKind, request_steps
from models.request_standing import regime_now

K = LetterKind
_FILLER = re.compile(
    r"\b(?:tbc|tba|tbd|to be (?:confirmed|added|completed|worded|decided|inserted)|lorem ipsum|insert (?:here|text))\b"
    r"|\bxx+\b|\[\s*(?:insert|name|date|reason|words)\b[^\]\n]*\]|_{3,}",
    re.I,
)
_SAYS_ENCLOSED = re.compile(r"\b(?:we|I) (?:also )?enclose\b|\b(?:is|are) enclosed\b", re.I)
_ANY_DAY = r"\b\d{1,2} (?:[A-Z][a-z]+) \d{4}\b"
_ICO = "Information Commissioner|ICO|Comisiynydd Gwybodaeth"
# What a passage must hold, or it is not what it is said to be. By kind and content, else by content alone.
_MUST_SAY: Mapping[tuple[LetterKind | None, str], tuple[str, str]] = {
    (K.FOI_REFUSAL_VEXATIOUS, "section"): (r"\b14 ?\(1\)", "section 14(1)"),
    (K.FOI_REFUSAL_COST, "section"): (r"\bsection 12\b|\bs12\b|\badran 12\b", "section 12"),
    (K.EIR_REFUSAL, "exception"): (r"\b12\(4\)\(b\)", "regulation 12(4)(b)"),
    (K.FOI_FEES_NOTICE, "pay_by"): (r"\b(?:three|3) months\b", "three months"),
    (K.EIR_FEES_NOTICE, "pay_by"): (r"\b(?:sixty|60) working days\b", "sixty working days"),
    (None, "ico"): (_ICO, "the Information Commissioner"),
    (None, "court"): (r"\bcourts?\b|\bllys\b", "a court"),
    (None, "how_long"): (_ANY_DAY, "a date, such as 2 March 2026"),
    (None, "review_date"): (_ANY_DAY, "a date, such as 2 March 2026"),
    (None, "by_when"): (_ANY_DAY, "a date, such as 2 March 2026"),
    (None, "effective"): (_ANY_DAY, "a date, such as 2 March 2026"),
}

# A passage of fewer words says nothing; a name may be one initial and one word.
_FEWEST = {"named_contact": 1}

# GEN-13: three names for one idea, by track. A letter of one track never uses another's.
_COMPLAINTS = re.compile(r"\bunreasonably persistent\b|\bpersistent complain\w*", re.I)
_INFORMATION = {
    "FOI": re.compile(r"\bvexatious\w*", re.I),
    "EIR": re.compile(r"\bmanifestly unreasonable\b", re.I),
}
_PERSONAL = re.compile(r"\bmanifestly (?:unfounded|excessive)\b", re.I)
# X3: the Ombudsman cannot look at the councils of parishes, towns and communities (LGA 1974 ss25, 34).
_OMBUDSMAN = re.compile(r"\bLGS?C?O\b|\bLocal Government(?: and Social Care)? Ombudsman\b", re.I)
_WITHOUT_OMBUDSMAN = {"parish", "town", "community"}
_TELLS_OF_A_RESTRICTION = re.compile(
    r"\brestrict\w*|\bunreasonabl\w+|\bvexatious\w*|\bpersistent\w*|\bwarn(?:ed|ing)\w*|\bdeclared\b|\bblock(?:ed|s)?\b"
    r"|\bregister\b|\bdecision of the council\b|\bbehaviour\b|\bconduct\b",
    re.I,
)
THIRD_PARTY = {K.MEMBER, K.CIRCUMVENTION}


def rule_for(kind: LetterKind, policy: Policy) -> LetterRule:
    """What the policy asks of a kind of letter; Refused where it knows no such letter."""
    rule = policy.procedure.letters.get(kind.value)
    if rule is None:
        raise Refused(f"the policy {policy.name} has no letter of the kind {kind.value}; add [letters.{kind.value}]")
    return rule


def missing_contents(letter: Letter, policy: Policy) -> list[str]:
    """Each obligatory content that the letter does not have, in plain words; empty when it is whole (INV-14).

    A content counts only if its passage says something, and stands in the body word for word.
    """
    rule = rule_for(letter.kind, policy)
    wrong = [why for content in rule.contents if (why := _lacks(letter, content, policy))]
    if PLACEHOLDER.search(letter.body) and not wrong:
        wrong.append("the letter still has a place where words are to come")
    if rule.enclose_policy and not letter.encloses_policy:
        wrong.append("the policy must be enclosed with this letter")
    if _SAYS_ENCLOSED.search(letter.body) and ENCLOSED not in letter.contents:
        wrong.append(f"it says that something is enclosed; name it: --passage {ENCLOSED}='...'")
    return wrong


def _lacks(letter: Letter, content: str, policy: Policy) -> str:
    passage, name = letter.contents.get(content, "").strip(), content.replace("_", " ")
    if not passage or PLACEHOLDER.search(passage):
        return f"{name} is missing"
    if _FILLER.search(passage) or len(re.findall(r"[^\W\d_]{2,}", passage)) < _FEWEST.get(content, 2):
        return f"{name} holds a placeholder and no words: “{passage[:40]}”"
    if passage not in letter.body:
        return f"{name} no longer stands in the letter as it was marked; mark its words anew"
    must = _MUST_SAY.get((letter.kind, content)) or _MUST_SAY.get((None, content))
    if must and not re.search(must[0], passage):
        return f"{name} must name {must[1]}"
    same = [c for c, words in letter.contents.items() if c != content and words.strip() == passage]
    if same and passage not in _sentences_of(policy):
        return f"{name} has the same words as {same[0].replace('_', ' ')}; each needs its own"
    return ""


def _sentences_of(policy: Policy) -> str:
    challenge = policy.procedure.challenge
    return " ".join(" ".join(t) for t in (challenge.foi, challenge.eir, challenge.sar, challenge.cautionary))


def wrong_words(session: Session, letter: Letter, policy: Policy) -> list[str]:
    """What stands in the letter and must not, in plain words: another track's label, a route of challenge that is
    closed, what a third party need not know, dates that are not the decision's."""
    text = f"{letter.subject}\n{letter.body}".replace(policy.name, "")
    return [
        *_labels(_track(session, letter), text),
        *_closed_routes(text, policy),
        *_told_to_others(session, letter, policy),
        *_other_dates(session, letter),
        *_another_fee(session, letter),
    ]


def _track(session: Session, letter: Letter) -> str:
    """The law that a letter is under: its kind's; a warning about further requests goes under either law."""
    request = session.get(InformationRequest, letter.request_id) if letter.request_id else None
    if letter.kind is K.FOI_WARNING and request is not None:
        return regime_now(request, request_steps(session, request)).value.upper()
    return letter.kind.value.partition("_")[0].upper()


def _labels(track: str, text: str) -> list[str]:
    allowed = {"FOI": _INFORMATION["FOI"], "EIR": _INFORMATION["EIR"], "SAR": _PERSONAL, "DP": _PERSONAL}
    own = allowed.get(track, _COMPLAINTS)
    found = [m[0] for label in (_COMPLAINTS, *_INFORMATION.values(), _PERSONAL) if label is not own
             for m in label.finditer(text)]  # fmt: skip
    return [f"“{word}” is the word of another law or policy than this letter's; take it out" for word in found[:1]]


def _closed_routes(text: str, policy: Policy) -> list[str]:
    if policy.procedure.council.kind not in _WITHOUT_OMBUDSMAN:
        return []
    for sentence in policy.procedure.challenge.restriction:
        text = text.replace(sentence, "").replace(alone(sentence), "")
    if not _OMBUDSMAN.search(text):
        return []
    kind = policy.procedure.council.kind
    return [f"the Local Government and Social Care Ombudsman cannot look at a {kind} council; do not send people there"]


def _told_to_others(session: Session, letter: Letter, policy: Policy) -> list[str]:
    """CON-04, X7: a letter to somebody else tells nothing of the case, the restriction, or another's conduct."""
    if letter.kind not in THIRD_PARTY:
        return []
    text = f"{letter.subject}\n{letter.body}"
    contact = session.get(Contact, letter.contact_id) if letter.contact_id else None
    if contact is not None and contact.subject.strip():
        text = text.replace(" ".join(contact.subject.split()), "")  # their own words, given back to them
    case = session.get(Case, letter.case_id) if letter.case_id else None
    names = others_named(session, case, letter.recipient) if case else []
    told = any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I) for name in names)
    if letter.kind is K.MEMBER:
        told = told or _TELLS_OF_A_RESTRICTION.search(text) is not None
    elif case is not None:
        told = told or _same_words(case.subject_matter, text)
    return ["this letter tells somebody else of the case, or of a person in it; say no more than they need"] * told


def _same_words(matter: str, text: str) -> bool:
    return len(matter.split()) > 2 and matter.casefold() in text.casefold()


def _another_fee(session: Session, letter: Letter) -> list[str]:
    """A fees notice states the amount that is on record (FOIA s9(1), EIR reg 8(4))."""
    request = session.get(InformationRequest, letter.request_id) if letter.request_id else None
    if letter.kind not in (K.FOI_FEES_NOTICE, K.EIR_FEES_NOTICE) or request is None or "fee" not in letter.contents:
        return []
    asked = [s for s in request_steps(session, request) if s.kind is RequestStepKind.FEE_ASKED]
    pounds = str(asked[-1].facts.get("pounds", "")) if asked else ""
    if pounds and re.search(rf"(?<![\d.,]){pounds}(?:\.00)?(?!\d|[.,]\d)", letter.contents["fee"]):
        return []
    return [f"the fee must be the {pounds} pounds that are on record" if pounds else "no fee is on record"]


def _other_dates(session: Session, letter: Letter) -> list[str]:
    """The decision's own last days must stand in the passage that says how long it lasts."""
    passage = letter.contents.get("how_long", "")
    decision = session.get(Decision, letter.decision_id) if letter.decision_id else None
    if decision is None or letter.kind not in (K.DECISION, K.EXTENSION, K.URGENT_DECISION) or not passage:
        return []
    days = sorted({in_words(last_day(m.ends_on), letter.language) for m in decision.measures})
    missing = [day for day in days if day not in passage]
    return [f"how long must name {' and '.join(missing)}, the last day that was decided"] if missing else []
