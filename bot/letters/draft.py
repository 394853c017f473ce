"""Drafting a letter from its template and the records, changing the draft by hand, and withdrawing it.

A draft commits nobody. What the records do not say is left for a person to word; it is never made up.
"""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import UndefinedError
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from bot.letters.check import THIRD_PARTY, rule_for
from bot.letters.readers import for_this_reader, may_draft
from bot.letters.records import Occasion, known, the_decision
from bot.letters.template import ENCLOSED, Filled, contents_of, fill, placeholder, tidy, title_of
from bot.work import Work, verb
from models.case import Case
from models.contact import Contact
from models.customer import Customer, kept
from models.decision import Decision
from models.errors import Refused
from models.hold import is_held
from models.letter import Letter, LetterKind, LetterState, is_apart, letter_state, letters_about
from models.officer import Permission
from models.policy import Policy
from models.request import InformationRequest

# Who is written to is not the person whose case it is.
_TO_SOMEBODY_ELSE = THIRD_PARTY
LANGUAGES = ("en", "cy")
_DEAR = {"en": "Dear", "cy": "Annwyl"}


@verb("letter.draft", needs=Permission.DRAFT_LETTER)
def draft(
    work: Work,
    kind: LetterKind,
    *,
    policy: Policy,
    council: str,
    case: Case | None = None,
    request: InformationRequest | None = None,
    decision: Decision | None = None,
    customer: Customer | None = None,
    contact: Contact | None = None,
    recipient: str | None = None,
    postal_address: str = "",
    email: str = "",
    passages: Mapping[str, str] | None = None,
    large_print: bool = False,
    language: str = "en",
) -> Letter:
    """A letter of this kind, with every content that the records give; `passages` gives or replaces a content's words.

    What neither gives stays missing (`bot.letters.check.missing_contents`). Refused where nobody is written to, where
    a passage is not one of this letter's, and in Welsh unless every content is given. Source: policy.procedure.letters.
    """
    may_draft(work, kind)
    if is_apart(kind) and (case or request or decision):
        raise Refused("a safety note belongs to no case, request or decision; leave them out")
    rule, given = rule_for(kind, policy), dict(passages or {})
    _contents_of_this_letter(kind, given, rule.contents)
    if decision is None and case is not None and kind not in _TO_SOMEBODY_ELSE:
        decision = the_decision(work.session, case, kind)
    person = _person(work.session, kind, case, request, decision, customer)
    to = " ".join((recipient or (person.name if person else "")).split())
    if not to:
        raise Refused("say to whom this letter goes: --recipient")
    about = Occasion(kind=kind, case=case, request=request, decision=decision, contact=contact)
    if language == "en":
        words = known(work.session, about, policy=policy, council=council, recipient=to)
        filled = _filled(kind, words, given, rule.contents)
    else:
        filled = _given_whole(language, to, given, rule.contents)
    letter = Letter(
        kind=kind,
        customer_id=person.id if person else None,
        recipient=to,
        subject=" ".join((given.get("subject") or filled.subject).split()),
        body=filled.body,
        policy_version=policy.version,
        drafted_by=work.actor.name,
        drafted_at=work.now,
        postal_address=postal_address or (person.address if person else ""),
        email=email or _only_email(person),
        contents={**filled.contents, **_what_goes_with_it(given)},
        language=language,
        large_print=large_print,
        encloses_policy=rule.enclose_policy,
        case_id=case.id if case else None,
        request_id=request.id if request else None,
        decision_id=decision.id if decision else None,
        contact_id=contact.id if contact else None,
    )
    work.session.add(letter)
    work.session.flush()
    told = {} if is_apart(kind) else {"kind": kind.value}  # more people read the trail than may know of such a letter
    work.note("letter.draft", letter, digest=letter.text_sha256(), policy=policy.version, **told)
    return letter


@verb("letter.amend", needs=Permission.DRAFT_LETTER)
def amend(
    work: Work,
    letter: Letter,
    *,
    policy: Policy,
    passages: Mapping[str, str] | None = None,
    body: str | None = None,
    subject: str | None = None,
    recipient: str | None = None,
    postal_address: str | None = None,
    email: str | None = None,
    large_print: bool | None = None,
    seen: str = "",
) -> Letter:
    """Change a draft by hand. `passages`: words for a content, put where they belong, or marked where they stand.

    Refused once it is on its way or sent (INV-14), and where it is no longer as the officer saw it. While an
    information request holds it, it is kept as it was, withdrawn, and the answer is another draft (INV-24).
    """
    for_this_reader(work, letter)
    still_a_draft(work.session, letter)
    as_seen(letter, seen)
    given = dict(passages or {})
    _contents_of_this_letter(letter.kind, given, rule_for(letter.kind, policy).contents)
    if is_held(work.session, letter.customer_id, work.today):
        letter = _in_its_place(work, letter)
    if body is not None:
        letter.body = tidy(body)
    for content, words in given.items():
        if content == "subject":
            letter.subject = " ".join(words.split())
        elif content == ENCLOSED:
            others = {name: passage for name, passage in letter.contents.items() if name != ENCLOSED}
            letter.contents = {**others, **_what_goes_with_it(given)}
        else:
            _put(letter, content, tidy(words))
    letter.subject = letter.subject if subject is None else " ".join(subject.split())
    letter.recipient = letter.recipient if recipient is None else " ".join(recipient.split())
    letter.postal_address = letter.postal_address if postal_address is None else postal_address.strip()
    letter.email = letter.email if email is None else email.strip()
    letter.large_print = letter.large_print if large_print is None else large_print
    work.session.flush()
    work.note("letter.amend", letter, digest=letter.text_sha256())
    return letter


def _in_its_place(work: Work, letter: Letter) -> Letter:
    """Another draft with the same words; the earlier one is withdrawn, and stays as it is."""
    names = [column.key for column in inspect(Letter).column_attrs if column.key not in ("id", "withdrawn_at")]
    same = {name: getattr(letter, name) for name in names}
    another = Letter(**{**same, "drafted_by": work.actor.name, "drafted_at": work.now})
    letter.withdrawn_at = work.now
    work.session.add(another)
    work.session.flush()
    work.note("letter.withdraw", letter, digest=letter.text_sha256(), held=True)
    work.note("letter.draft", another, digest=another.text_sha256(), instead_of=letter.id)
    return another


@verb("letter.withdraw", needs=Permission.DRAFT_LETTER)
def withdraw(work: Work, letter: Letter, *, seen: str = "") -> Letter:
    """A draft that will not be sent. It is kept, and can no longer be changed or sent."""
    for_this_reader(work, letter)
    still_a_draft(work.session, letter)
    as_seen(letter, seen)
    letter.withdrawn_at = work.now
    work.session.flush()
    work.note("letter.withdraw", letter)
    return letter


def draft_lifting(
    work: Work, case: Case, decision: Decision, *, policy: Policy, council: str
) -> tuple[Letter, list[Letter]]:
    """The letter that tells of everything lifted of a decision so far, and the drafts that it takes the place of: they
    named less, and are withdrawn."""
    waiting = letters_about(work.session, case_id=case.id, kind=LetterKind.LIFTING)
    unsent = (LetterState.DRAFT, LetterState.FAILED)
    before = [x for x in waiting if x.decision_id == decision.id and letter_state(work.session, x) in unsent]
    for earlier in before:
        withdraw(work, earlier)
    return draft(work, LetterKind.LIFTING, policy=policy, council=council, case=case, decision=decision), before


def still_a_draft(session: Session, letter: Letter) -> None:
    """Refused unless the letter may still be changed and sent."""
    state = letter_state(session, letter)
    if state in (LetterState.DRAFT, LetterState.FAILED):
        return
    told = {
        LetterState.SENT: "is sent, and is never changed; write another",
        LetterState.WITHDRAWN: "was withdrawn; draft another with `evenhand letter draft`",
    }
    words = told.get(state, f"is on its way; `evenhand letter retry {letter.id}` finishes it")
    raise Refused(f"letter {letter.id} {words}")


def as_seen(letter: Letter, seen: str) -> None:
    """Refused where the words are not the ones that the officer saw (`seen`: the beginning of their hash)."""
    now = letter.text_sha256()
    if seen and not now.startswith(seen.lower()):
        raise Refused(
            f"letter {letter.id} was changed since you saw it; it is now {now[:8]}: `evenhand letter show {letter.id}`"
        )


def _contents_of_this_letter(kind: LetterKind, given: Mapping[str, str], wanted: tuple[str, ...]) -> None:
    there = dict.fromkeys((*wanted, *contents_of(kind), "subject", ENCLOSED))
    unknown = [content for content in given if content not in there]
    if unknown:
        raise Refused(f"this letter has no content '{unknown[0]}'; it has {', '.join(there)}")


def _person(
    session: Session,
    kind: LetterKind,
    case: Case | None,
    request: InformationRequest | None,
    decision: Decision | None,
    customer: Customer | None,
) -> Customer | None:
    numbers = [about.customer_id for about in (case, request, decision) if about is not None and about.customer_id]
    if kind in _TO_SOMEBODY_ELSE:
        if customer is not None and any(kept(session, customer).id == _kept(session, n) for n in numbers):
            raise Refused("this letter goes to somebody else than the person whose case it is; name them: --customer")
        return kept(session, customer) if customer else None
    if customer is not None:
        if any(_kept(session, n) != kept(session, customer).id for n in numbers):
            raise Refused("this customer is not the one whose case, request or decision it is")
        return kept(session, customer)
    return session.get_one(Customer, _kept(session, numbers[0])) if numbers else None


def _kept(session: Session, number: int) -> int:
    return kept(session, session.get_one(Customer, number)).id


def _only_email(person: Customer | None) -> str:
    """The one address that is known to be theirs; with several somebody must choose."""
    found = person.emails() if person else ()
    return found[0] if len(found) == 1 else ""


def _filled(kind: LetterKind, words: Mapping[str, object], given: Mapping[str, str], wanted: tuple[str, ...]) -> Filled:
    try:
        return fill(kind, words, given, wanted)
    except UndefinedError as error:
        about = "--request" if kind.value.startswith(("foi", "eir", "sar", "dp")) else "--case or --decision"
        raise Refused(
            f"the records do not say what this letter is about: give {about}, and record first the step it tells of"
        ) from error


def _given_whole(language: str, recipient: str, given: Mapping[str, str], wanted: tuple[str, ...]) -> Filled:
    """A letter in another language: our templates are English, so every word is a person's."""
    if language not in LANGUAGES:
        raise Refused(f"letters are written in {' or '.join(LANGUAGES)}, not '{language}'")
    missing = [content for content in ("subject", *wanted) if not given.get(content, "").strip()]
    if missing:
        raise Refused(
            f"our templates are in English; to write in Welsh give the words of every content: {', '.join(missing)}"
        )
    contents = {content: tidy(given[content]) for content in wanted}
    return Filled(given["subject"], "\n\n".join([f"{_DEAR[language]} {recipient}", *contents.values()]), contents)


def _what_goes_with_it(given: Mapping[str, str]) -> dict[str, str]:
    words = " ".join(given.get(ENCLOSED, "").split())
    return {ENCLOSED: words} if words else {}


def _put(letter: Letter, content: str, words: str) -> None:
    """The words in the place of this content's earlier ones or of its placeholder, else at the end."""
    earlier, gap = letter.contents.get(content, ""), placeholder(content)
    if words in letter.body:
        pass
    elif earlier and earlier in letter.body:
        letter.body = letter.body.replace(earlier, words, 1)
    elif gap in letter.body:
        letter.body = letter.body.replace(gap, words, 1)
    else:
        letter.body = tidy(f"{letter.body}\n\n## {title_of(content)}\n{words}")
    letter.contents = {**letter.contents, content: words}
