"""Commands for letters: draft, look, change by hand, send, and what became of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from bot.bootstrap import App, reconcile_all
from bot.casework import cases
from bot.casework.decisions import find_decision
from bot.casework.steps import Said
from bot.commands.door import Day, Door, group, leaf
from bot.letters import draft as drafts
from bot.letters import send as sending
from bot.letters.look import as_it_went, checked, papers_that_went, what_became
from bot.letters.readers import letter_for, letters_for
from bot.letters.send import WAYS, Order, Papers
from bot.posting import Went, papers_of, retry_letter, send_letter
from bot.work import Work
from models.case import Case, StepKind, find_case, steps_of
from models.customer import by_reference
from models.errors import Refused
from models.letter import (
    Letter,
    LetterEventKind,
    LetterKind,
    LetterState,
    letter_state,
    sent_letter,
)
from models.log import find_contact
from models.officer import Permission
from models.request import find_request

_NUMBER = click.argument("letter", type=int)
_SEEN = click.option("--seen", default="", help="The mark of the text that you saw; refused if it changed.")
_PASSAGE = click.option(
    "--passage", "passages", multiple=True, metavar="CONTENT=WORDS", help="Words for a content; WORDS may be @FILE."
)


@leaf(
    "draft",
    click.argument("kind", type=click.Choice([kind.value for kind in LetterKind])),
    click.option("--case", "case_ref", default="", help="The case that it is about: CASE-2026-001."),
    click.option("--request", "request_ref", default="", help="The request that it answers: FOI-2026-001."),
    click.option("--decision", type=int, help="The decision that it tells of; else the case's last."),
    click.option("--customer", default="", help="To whom, by reference, where it is not the person of the case."),
    click.option("--contact", type=int, help="The contact that it answers, by its number in the log."),
    click.option("--recipient", default="", help="The name as it stands on the letter; else the customer's."),
    click.option("--address", "postal_address", default="", help="The postal address; else the customer's."),
    click.option("--email", default="", help="The e-mail address; else the customer's, if one is known."),
    click.option("--large-print", is_flag=True, help="In 18 point type."),
    click.option("--language", type=click.Choice(drafts.LANGUAGES), default="en", help="cy: every word is yours."),
    _PASSAGE,
    help="Draft a letter from the records. What they do not say stays missing until a person words it.",
)
def letter_draft(
    door: Door,
    *,
    kind: str,
    case_ref: str,
    request_ref: str,
    decision: int | None,
    customer: str,
    contact: int | None,
    recipient: str,
    postal_address: str,
    email: str,
    large_print: bool,
    language: str,
    passages: tuple[str, ...],
) -> None:
    with door.work() as (app, work):
        session = work.session
        letter = drafts.draft(
            work,
            LetterKind(kind),
            policy=app.policy,
            council=app.settings.council.name,
            case=find_case(session, case_ref) if case_ref else None,
            request=find_request(session, request_ref) if request_ref else None,
            decision=find_decision(session, decision) if decision is not None else None,
            customer=by_reference(session, customer) if customer else None,
            contact=find_contact(session, contact) if contact is not None else None,
            recipient=recipient or None,
            postal_address=postal_address,
            email=email,
            passages=_passages(passages),
            large_print=large_print,
            language=language,
        )
        answer = checked(session, letter, app.policy)
    door.show(answer, _in_words(answer, f"letter {answer['letter']} is drafted"))


@leaf(
    "list",
    click.option("--case", "case_ref", default="", help="Of one case only."),
    click.option("--request", "request_ref", default="", help="Of one request only."),
    click.option("--state", type=click.Choice([state.value for state in LetterState]), help="In one state only."),
    help="Letters, and how each stands.",
)
def letter_list(door: Door, *, case_ref: str, request_ref: str, state: str | None) -> None:
    with door.app(needs=Permission.DRAFT_LETTER) as app, app.look() as session:
        actor = app.officer(door.officer)
        case = find_case(session, case_ref).id if case_ref else None
        request = find_request(session, request_ref).id if request_ref else None
        rows: list[dict[str, object]] = []
        for letter in letters_for(session, actor, app.seal):
            went = sent_letter(session, letter.id)
            standing = letter_state(session, letter).value
            if (case, request) != (case and letter.case_id, request and letter.request_id):
                continue
            if state in (None, standing):
                rows.append(
                    {
                        "letter": letter.id,
                        "kind": letter.kind.value,
                        "state": standing,
                        "to": letter.recipient,
                        "subject": letter.subject,
                        "sent": went.sent_on if went else None,
                        "how": went.how if went else None,
                    }
                )
    door.table(rows, ("letter", "kind", "state", "to", "subject", "sent", "how"), "There are no letters.")


@leaf(
    "show",
    _NUMBER,
    click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write its PDF to this file."),
    click.option("--signed-by", default="", help="For the PDF of a draft: who is to sign it."),
    click.option("--on", type=Day(), help="For the PDF of a draft: the date on it; else today."),
    help="A letter: its words, what is missing, how old a reader must be for it, what became of it.",
)
def letter_show(door: Door, *, letter: int, pdf: Path | None, signed_by: str, on: date | None) -> None:
    with door.app(needs=Permission.DRAFT_LETTER) as app, app.look() as session:
        found = letter_for(session, letter, app.officer(door.officer), app.seal)
        answer = {**checked(session, found, app.policy), "sent": as_it_went(session, found), "body": found.body}
        answer |= {"contents": found.contents, "events": what_became(session, found)}
        if pdf:
            order = Order("", signed_by or "(not yet signed)", on or app.today)
            papers = papers_that_went(session, found) or papers_of(app, session, found, order)
            answer["written"] = _written(pdf, papers)
    first = _in_words(answer, f"Letter {letter}, {answer['state']}")
    door.show(answer, f"{first}\n\n{answer['body']}")


@leaf(
    "amend",
    _NUMBER,
    _PASSAGE,
    click.option(
        "--body", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A file: the whole text."
    ),
    click.option("--subject", help="Another subject."),
    click.option("--recipient", help="Another name on it."),
    click.option("--address", "postal_address", help="Another postal address."),
    click.option("--email", help="Another e-mail address."),
    click.option("--large-print/--usual-print", "large_print", default=None, help="In 18 point type, or not."),
    _SEEN,
    help="Change a draft by hand. It is checked again before it can go.",
)
def letter_amend(
    door: Door,
    *,
    letter: int,
    passages: tuple[str, ...],
    body: Path | None,
    subject: str | None,
    recipient: str | None,
    postal_address: str | None,
    email: str | None,
    large_print: bool | None,
    seen: str,
) -> None:
    with door.work() as (app, work):
        found = drafts.amend(
            work,
            letter_for(work.session, letter, work.actor, work.seal),
            policy=app.policy,
            passages=_passages(passages),
            body=body.read_text(encoding="utf-8") if body else None,
            subject=subject,
            recipient=recipient,
            postal_address=postal_address,
            email=email,
            large_print=large_print,
            seen=seen,
        )
        answer = checked(work.session, found, app.policy)
    if found.id == letter:
        words = f"letter {letter} is changed"
    else:
        words = f"letter {letter} is kept as it was, for an information request; letter {found.id} takes its place"
    door.show(answer, _in_words(answer, words))


@leaf("withdraw", _NUMBER, _SEEN, help="A draft that will not be sent. It is kept.")
def letter_withdraw(door: Door, *, letter: int, seen: str) -> None:
    with door.work() as (_, work):
        drafts.withdraw(work, letter_for(work.session, letter, work.actor, work.seal), seen=seen)
    door.show({"letter": letter, "state": "withdrawn"}, f"letter {letter} is withdrawn")


@leaf(
    "send",
    _NUMBER,
    click.option("--how", type=click.Choice(list(WAYS)), required=True, help="post and hand record what a person did."),
    click.option("--signed-by", required=True, help="Who signs it: 'R. Trelawny, Town Clerk'."),
    click.option("--on", type=Day(), help="The day a person posted it or handed it over; else today."),
    click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the PDF to this file."),
    _SEEN,
    help="Send a letter, once everything it must contain is there. It cannot be changed afterwards.",
)
def letter_send(
    door: Door, *, letter: int, how: str, signed_by: str, on: date | None, out: Path | None, seen: str
) -> None:
    with door.app() as app:
        order = Order(WAYS[how], signed_by.strip(), on or app.today)
        went = send_letter(app, app.officer(door.officer), letter, order, seen=seen)
        _tell(door, app, went, out)


@leaf(
    "retry",
    _NUMBER,
    click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the PDF to this file."),
    help="Go on with a letter that was refused, or cut short on its way; the mail server sees that it is the same one.",
)
def letter_retry(door: Door, *, letter: int, out: Path | None) -> None:
    with door.app() as app:
        _tell(door, app, retry_letter(app, app.officer(door.officer), letter), out)


_ON = click.option("--on", type=Day(), required=True, help="The day.")
_WORDS = click.option("--words", required=True, help="How you know, in a few words.")


@leaf("delivered", _NUMBER, _ON, _WORDS, help="It reached them.")
def letter_delivered(door: Door, *, letter: int, on: date, words: str) -> None:
    _became(door, letter, LetterEventKind.DELIVERED, on, words)


@leaf("returned", _NUMBER, _ON, _WORDS, help="It came back.")
def letter_returned(door: Door, *, letter: int, on: date, words: str) -> None:
    _became(door, letter, LetterEventKind.RETURNED, on, words)


@leaf(
    "acknowledged",
    _NUMBER,
    _ON,
    _WORDS,
    click.option("--contact", type=int, help="The contact in which they did, by its number in the log."),
    help="The customer acknowledged it; of an initial letter the case is told too.",
)
def letter_acknowledged(door: Door, *, letter: int, on: date, words: str, contact: int | None) -> None:
    _became(door, letter, LetterEventKind.ACKNOWLEDGED, on, words, contact)


def _became(door: Door, number: int, kind: LetterEventKind, on: date, words: str, contact: int | None = None) -> None:
    with door.work() as (app, work):
        letter = letter_for(work.session, number, work.actor, work.seal)
        theirs = find_contact(work.session, contact) if contact is not None else None
        sending.record_event(work, letter, kind, on=on, words=words, contact=theirs)
        if kind is LetterEventKind.ACKNOWLEDGED and _case_waits_for_it(work, letter):
            case = work.session.get_one(Case, letter.case_id)
            said = Said(on=on, who=letter.recipient, words=words)
            how = theirs.channel.value if theirs else "in another way"
            cases.acknowledged(work, case, said, how=how, policy=app.policy, contact=theirs)
    door.show({"letter": number, "state": kind.value, "on": on}, f"letter {number} was {kind.value} on {on}")


def _case_waits_for_it(work: Work, letter: Letter) -> bool:
    """Whether the case's last initial letter is this one, and its acknowledgement is not on record there."""
    if letter.case_id is None or letter.kind is not LetterKind.INITIAL_WARNING:
        return False
    about = (StepKind.INITIAL_WARNING, StepKind.ACKNOWLEDGED)
    steps = [s for s in steps_of(work.session, work.session.get_one(Case, letter.case_id)) if s.kind in about]
    return bool(steps) and steps[-1].letter_id == letter.id


# --- what is told of a letter ---


def _passages(given: tuple[str, ...]) -> dict[str, str]:
    """CONTENT=WORDS by content; @FILE for the words of a file."""
    found = {}
    for each in given:
        content, equals, words = each.partition("=")
        if not equals or not content.strip():
            raise Refused(f"write --passage CONTENT=WORDS, such as why='...', not '{each}'")
        if words.startswith("@"):
            try:
                words = Path(words[1:]).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise Refused(f"{words[1:]} cannot be read as text") from error
        found[content.strip()] = words
    return found


def _in_words(answer: dict[str, object], first: str) -> str:
    lines = [f"{first}: to {answer['to']}, “{answer['subject']}”"]
    for key, words in (("missing", "Missing"), ("wrong", "Wrong")):
        found = answer[key]
        if isinstance(found, list) and found:
            lines.append(f"{words}: {'; '.join(str(each) for each in found)}")
    lines.append(f"Reading age {answer['reading_age']}. Mark of this text: {answer['seen']}")
    sent = answer.get("sent")
    if isinstance(sent, dict):
        lines.append(f"Sent {sent['sent_on']}, {sent['how']}, signed by {sent['signed_by']}")
        lines.append("It is unchanged since." if sent["unchanged"] else "IT IS NO LONGER WHAT WAS SENT.")
    return "\n".join(lines)


def _written(pdf: Path, papers: Papers) -> list[str]:
    pdf.write_bytes(papers.letter)
    if papers.policy is None:
        return [str(pdf)]
    beside = pdf.with_name(f"{pdf.stem}-policy.pdf")
    beside.write_bytes(papers.policy)
    return [str(pdf), str(beside)]


def _tell(door: Door, app: App, went: Went, out: Path | None) -> None:
    written = _written(out, went.papers) if out else []
    answer = {"letter": went.letter, "state": "sent", "how": went.how, "answer": went.answer}
    answer |= {"restrictions": list(went.restrictions), "written": written}
    words = f"letter {went.letter} is sent: {went.how}"
    words += f"; with it begins restriction {' and '.join(map(str, went.restrictions))}" if went.restrictions else ""
    door.show(answer, words)
    if went.restrictions:
        for done in reconcile_all(app):
            if done.ok is False:
                click.echo(f"{done.book}: not yet carried out on the server: {done.words}", err=True)


COMMANDS = (
    group(
        "letter",
        letter_list,
        letter_draft,
        letter_show,
        letter_amend,
        letter_withdraw,
        letter_send,
        letter_retry,
        letter_delivered,
        letter_returned,
        letter_acknowledged,
        help="Letters: drafted from the records, complete before they go, kept as they went.",
    ),
)
