"""A letter on its way, from a person's word that it shall go to the record that it went and of what followed.

Everything that could stand against it is tried first and taken back, so that nothing leaves the building half done.
Then: queued, handed over, recorded; each is saved by itself, and what a crash cut short goes on with `finish_letter`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.bootstrap import App, letterhead, notify_post, policy_document, postman
from bot.casework import cases
from bot.intake.keep import keep
from bot.letters import send
from bot.letters.draft import still_a_draft
from bot.letters.enclosure import policy_paper
from bot.letters.logged import Mailed, log_letter
from bot.letters.post import as_mail, as_one_pdf
from bot.letters.readers import letter_for
from bot.letters.render import LARGE, USUAL, as_pdf, as_text
from bot.letters.send import EMAIL, NOTIFY, NOTIFY_EMAIL, Order, Papers
from bot.letters.turn import one_pair_of_hands
from bot.mailbox.ports import MailboxError, OutgoingMail
from bot.mailbox.smtp import as_bytes
from bot.requests import record as requests
from bot.requests.recorded import notice_rests_on_the_record
from bot.work import INTAKE, Actor, Work, one_at_a_time
from models.audit import sealed
from models.case import Case
from models.decision import Decision
from models.errors import Refused
from models.letter import Letter, LetterState, find_letter, letter_state
from models.letters_in_log import has_a_log
from models.papers import imposed_by
from models.request import InformationRequest


@dataclass(frozen=True, slots=True)
class Went:
    """A letter that went: who took it and in what words, what went, and the restrictions that began with it."""

    letter: int
    how: str
    answer: str
    papers: Papers
    restrictions: tuple[int, ...]


class _TakenBack(Exception):
    """Ends a trial: nothing of it is saved."""


def send_letter(app: App, actor: Actor, number: int, order: Order, *, seen: str = "") -> Went:
    """Send a letter, or record that a person posted it. Refused with everything that stands against it.

    SettingsError where the settings name no carrier; MailboxError in the carrier's words where it was not taken: the
    letter is then a draft again, and `retry_letter` tries once more.
    """
    _carrier(app, order.how)
    _try(app, actor, lambda work: _queue(app, work, number, order, seen))
    with app.look() as session:
        papers = papers_of(app, session, find_letter(session, number), order)

    def everything(work: Work) -> None:
        letter = _queue(app, work, number, order, seen)
        send.handed_over(work, letter, "tried")
        _went(app, work, letter, papers)

    _try(app, actor, everything)
    with app.begin(actor) as work:
        _queue(app, work, number, order, seen)
    return finish_letter(app, actor, number, papers)


def retry_letter(app: App, actor: Actor, number: int) -> Went:
    """Go on with a letter that was refused or cut short, in the way and under the name that it was queued with."""
    with app.look() as session:
        letter = letter_for(session, number, actor, app.seal)
        state, order = letter_state(session, letter), send.order_of(session, letter)
    if state is LetterState.FAILED:
        return send_letter(app, actor, number, Order(order.how, order.signed_by, app.today))
    if state not in (LetterState.QUEUED, LetterState.HANDED_OVER):
        raise Refused(f"letter {number} is {state.value}; there is nothing to take up again")
    return finish_letter(app, actor, number)


def finish_letter(app: App, actor: Actor, number: int, papers: Papers | None = None) -> Went:
    """Hand over a queued letter, and record it with what follows from it.

    Of two who do so at once the second waits, and is told how the letter stands then.
    """
    with one_pair_of_hands(app.engine, number):
        with app.look() as session:
            letter = find_letter(session, number)
            state, order = letter_state(session, letter), send.order_of(session, letter)
            if state not in (LetterState.QUEUED, LetterState.HANDED_OVER):
                raise Refused(
                    f"somebody else took up letter {number} meanwhile, and it is {state.value}: "
                    f"`evenhand letter show {number}`"
                )
            if not sealed(session, f"Letter:{number}", "letter.queue", letter.text_sha256(), app.seal):
                raise Refused(
                    f"letter {number} is not as it was when somebody sent it, or nobody did: it does not go. "
                    f"`evenhand audit verify` tells more; make a new draft"
                )
            papers = papers or papers_of(app, session, letter, order)
        answer = ""
        if state is LetterState.QUEUED:
            answer = _hand_over(app, actor, letter, order, papers)
        with app.begin(actor) as work:
            begun = _went(app, work, find_letter(work.session, number), papers)
    return Went(number, order.how, answer, papers, begun)


def papers_of(app: App, session: Session, letter: Letter, order: Order) -> Papers:
    """The PDFs of a letter as it goes out on a day, under a name."""
    council = app.settings.council.name
    points = LARGE if letter.large_print else USUAL
    own = as_pdf(
        letter, letterhead(app), on=order.on, signed_by=order.signed_by, reference=reference_of(session, letter)
    )
    if not letter.encloses_policy:
        return Papers(own)
    return Papers(own, policy_paper(app.policy, policy_document(app), council=council, points=points))


def reference_of(session: Session, letter: Letter) -> str:
    """The case's or request's reference, as it stands on the letter."""
    case = session.get(Case, letter.case_id) if letter.case_id else None
    request = session.get(InformationRequest, letter.request_id) if letter.request_id else None
    return case.reference if case else request.reference if request else ""


def _try(app: App, actor: Actor, act: Callable[[Work], object]) -> None:
    with suppress(_TakenBack), app.begin(actor) as work:
        act(work)
        raise _TakenBack


def _queue(app: App, work: Work, number: int, order: Order, seen: str) -> Letter:
    letter = letter_for(work.session, number, work.actor, app.seal)
    still_a_draft(work.session, letter)
    _nothing_against(
        lambda: cases.may_send(work.session, letter, policy=app.policy, today=work.today, signed_by=order.signed_by),
        lambda: requests.may_send(work.session, letter, policy=app.policy, today=work.today),
        lambda: notice_rests_on_the_record(work, letter),
        lambda: send.may_go(work, letter, order, policy=app.policy),
    )
    send.queue(work, letter, order, policy=app.policy, seen=seen)
    return letter


def _nothing_against(*asked: Callable[[], object]) -> None:
    """Refused with everything that any of these refuses."""
    told = []
    for ask in asked:
        try:
            ask()
        except Refused as refused:
            told.append(str(refused))
    if told:
        raise Refused("\n".join(dict.fromkeys(told)))


def _went(app: App, work: Work, letter: Letter, papers: Papers) -> tuple[int, ...]:
    """That it went, and what follows from it: both or neither. The numbers of the restrictions that begin with it."""
    before = _imposed(work, letter)
    send.sent(work, letter, papers, policy=app.policy)
    log_letter(work, letter, _mailed(app, work, letter, papers))
    if letter.case_id is not None:
        cases.letter_went(work, letter, policy=app.policy)
    if letter.request_id is not None:
        requests.letter_went(work, letter, policy=app.policy)
    return tuple(sorted(_imposed(work, letter) - before))


def _mailed(app: App, work: Work, letter: Letter, papers: Papers) -> Mailed | None:
    """A letter that went by e-mail as the mail server was handed it; the watcher of the sent folder waits meanwhile."""
    order = send.order_of(work.session, letter)
    if order.how != EMAIL or not has_a_log(letter):
        return None
    one_at_a_time(work, INTAKE)
    mail = _mail(app, work.session, letter, order, papers)
    return Mailed(mail, keep(work, as_bytes(mail, work.now)))


def _imposed(work: Work, letter: Letter) -> set[int]:
    decision = work.session.get(Decision, letter.decision_id) if letter.decision_id else None
    return {r.id for r in imposed_by(work.session, decision)} if decision else set()


T = TypeVar("T")
Carrier = Callable[[Letter, Order, Papers], str]


def _carrier(app: App, how: str) -> Carrier:
    """Who takes a letter that goes this way, and answers in words."""
    if how == EMAIL:
        server = postman(app)
        return lambda letter, order, papers: server.send(_read(app, lambda s: _mail(app, s, letter, order, papers)))
    if how == NOTIFY:
        printer = notify_post(app)
        return lambda letter, order, papers: printer.letter(send.reference_at_notify(letter), as_one_pdf(papers))
    if how == NOTIFY_EMAIL:
        sender = notify_post(app)
        return lambda letter, order, papers: sender.email(
            send.reference_at_notify(letter),
            to=letter.email,
            subject=letter.subject,
            text=_read(app, lambda session: _text(app, session, letter, order)),
            pdf=as_one_pdf(papers),
        )
    return lambda letter, order, papers: f"{how}, by a person"


def _read(app: App, made: Callable[[Session], T]) -> T:
    with app.look() as session:
        return made(session)


def _mail(app: App, session: Session, letter: Letter, order: Order, papers: Papers) -> OutgoingMail:
    """The same bytes each time for one order to send it: what is logged is what was handed over."""
    council, sender = app.settings.council.name, app.settings.smtp.sender
    text, dated = _text(app, session, letter, order), send.queued(session, letter).recorded_at
    return as_mail(letter, text, papers, council=council, sender=sender, dated=dated)


def _text(app: App, session: Session, letter: Letter, order: Order) -> str:
    reference = reference_of(session, letter)
    return as_text(letter, letterhead(app), on=order.on, signed_by=order.signed_by, reference=reference)


def _hand_over(app: App, actor: Actor, letter: Letter, order: Order, papers: Papers) -> str:
    try:
        answer = _carrier(app, order.how)(letter, order, papers)
    except MailboxError as error:
        with app.begin(actor) as work:
            send.failed(work, find_letter(work.session, letter.id), str(error))
        raise
    with app.begin(actor) as work:
        send.handed_over(work, find_letter(work.session, letter.id), answer)
    return answer
