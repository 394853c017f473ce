"""One customer under a decision of the council for tests: what comes after it, each by its verb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.bootstrap import App
from bot.casework import exceptions
from bot.casework.cases import adjustments
from bot.casework.continuing import Answer, answer_contact
from bot.casework.reviews import ReviewOutcome, hold_review
from bot.casework.steps import Said
from bot.work import Actor
from models.calendar import add_months
from models.case import Case, CaseStep, StepKind, cases_of, steps_of
from models.contact import Contact
from models.customer import Customer
from models.decision import Decision, Measure
from models.in_force import restrictions_in_force
from models.letter import LetterKind
from models.letters_owed import letters_owed
from models.policy import Policy
from tests.builders import (
    CLERK,
    NAMED_OFFICER,
    NOON,
    a_contact,
    a_customer,
    a_decision,
    a_letter,
    a_term,
    as_minuted,
)

DAY = NOON.date()
HEAD = "Town Clerk, R. Trelawny"
OFFICER = "M. Hosking, Assistant Clerk"


@dataclass
class InForce:
    """One customer under a decision of the council, on paper before it, and what may be asked about it."""

    app: App
    customer: Customer
    decision: Decision
    case: Case

    @property
    def policy(self) -> Policy:
        return self.app.policy

    def contact(self, at: date | None = None) -> Contact:
        moment = NOON.replace(year=at.year, month=at.month, day=at.day) if at else None
        return a_contact(self.app, self.customer, sender="x@penrose.example", at=moment)

    def binding(self) -> set[int]:
        with self.app.look() as session:
            found = restrictions_in_force(session, self.app.today, self.app.seal, self.policy.reviews_demanded)
            return {r.id for r in found.binding}

    def owed(self, session: Session) -> list[LetterKind]:
        return [kind for _, kind in letters_owed(session, self.case, steps_of(session, self.case), self.policy)]

    def steps(self, kind: StepKind) -> list[CaseStep]:
        with self.app.look() as session:
            return [s for s in steps_of(session, self.case) if s.kind is kind]


def under_a_decision(
    app: App, *measures: Measure, months: int = 12, ends_on: date | None = None, customer: Customer | None = None
) -> InForce:
    person = customer or a_customer(app)
    start = app.today
    ends = ends_on or add_months(start, months)
    terms = tuple(a_term(start, ends_on=ends, measure=m) for m in measures or (Measure.EMAIL_BLOCK,))
    decision = a_decision(app, person, as_minuted(on=start, terms=terms))
    a_letter(app, decision)
    with app.look() as session:
        case = cases_of(session, person.id)[-1]
    return InForce(app, person, decision, case)


def answered(
    this: InForce,
    contact: Contact,
    answer: Answer = Answer.EXISTING,
    *,
    who: str = OFFICER,
    words: str = "",
    **more: str,
) -> CaseStep:
    said = Said(this.app.today, who, words)
    with this.app.begin(NAMED_OFFICER) as work:
        found = work.session.get_one(Contact, contact.id)
        return answer_contact(work, this.case, found, said, answer=answer, policy=this.policy, **more)


def excepted(
    this: InForce, what: str, *, until: date | None = None, keeps_open: str = "", letter_again: bool = False
) -> CaseStep:
    with this.app.begin(CLERK) as work:
        return exceptions.record_exception(
            work,
            this.case,
            Said(this.app.today, HEAD, "the clerk thought it right"),
            what=what,
            policy=this.policy,
            until=until,
            keeps_open=keeps_open,
            letter_again=letter_again,
        )


def reviewed(
    this: InForce,
    outcome: ReviewOutcome = ReviewOutcome.CONTINUE,
    *,
    who: str = HEAD,
    on: date | None = None,
    cites: tuple[int, ...] = (),
    due_on: date | None = None,
    by: Actor = CLERK,
) -> CaseStep:
    with this.app.begin(by) as work:
        decision = work.session.get_one(Decision, this.decision.id)
        return hold_review(
            work,
            this.case,
            decision,
            Said(on or this.app.today, who, "held in the clerk's office", cites),
            outcome=outcome,
            grounds="eleven letters since, four of them abusive" if cites else "none were found",
            due_on=due_on,
            policy=this.policy,
        )


SIX_MONTHS = add_months(DAY, 6)


def asked(this: InForce, *, before: str = "extension", only_channel: str = "", adjustment: str = "") -> None:
    with this.app.begin(CLERK) as work:
        said = Said(this.app.today, HEAD, "asked by letter")
        answer = {"answer": "she cannot hear on the telephone", "adjustment": adjustment}
        adjustments(work, this.case, said, before=before, only_channel=only_channel, policy=this.policy, **answer)
