"""One case under the policy for tests: each step by its verb, complete unless the test says otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.bootstrap import App
from bot.casework import cases, council
from bot.casework.decisions import Minuted, Term, record_decision
from bot.casework.steps import Said
from bot.casework.track import Standing
from bot.casework.warn import letter_went, may_send
from bot.work import Actor, Work
from models.calendar import add_months
from models.case import Case, CaseStep, CaseWarning, Ground, StepKind, steps_of
from models.contact import Match
from models.customer import Customer
from models.decision import Decision, Measure
from models.in_force import restrictions_in_force
from models.letter import Letter, LetterKind, LetterSent, Paper
from models.policy import Policy
from tests.builders import CLERK, a_contact, a_customer, put_clock

HEAD = "Town Clerk, R. Trelawny"
CHAIRS = ("Chairman of Policy and Finance, Cllr A. Jago", "Vice-Chairman of Policy and Finance, Cllr B. Kitto")
ADVISER = "Monitoring Officer, C. Retallack"
P_AND_F = "Policy and Finance Committee"
LAMP = "the lamp at the harbour steps"
CONDITIONS = ("conduct", "dealt_with_properly", "formal_warning_sent")


@dataclass
class Life:
    """One customer's case. Every method takes one step, today, and raises what the verb refuses."""

    app: App
    customer: Customer
    policy: Policy
    actor: Actor = CLERK
    head: str = HEAD
    people: tuple[str, ...] = CHAIRS
    case: Case = field(init=False)

    def __post_init__(self) -> None:
        with self.app.begin(self.actor) as work:
            person = work.session.get_one(Customer, self.customer.id)
            self.case = cases.open_case(work, person, subject_matter=LAMP, ground=Ground.MANNER, on=self.app.today)

    # --- reading ---

    def steps(self, kind: StepKind | None = None) -> list[CaseStep]:
        with self.app.look() as session:
            return [s for s in steps_of(session, self.case) if kind in (None, s.kind)]

    def standing(self) -> Standing:
        return Standing.of(self.steps(), self.policy)

    def binding(self) -> set[int]:
        """The restrictions that bind today."""
        with self.app.look() as session:
            found = restrictions_in_force(session, self.app.today, self.app.seal, self.policy.reviews_demanded)
            return {r.id for r in found.binding}

    # --- time and contacts ---

    def days_go_by(self, days: int) -> None:
        put_clock(self.app, self.app.clock.now() + timedelta(days=days))

    def contact(self, *, match: Match = Match.CERTAIN, at: datetime | None = None) -> int:
        return a_contact(self.app, self.customer, sender="x@penrose.example", match=match, at=at).id

    # --- steps ---

    def said(self, who: str = "", words: str = "", cites: tuple[int, ...] = (), on: date | None = None) -> Said:
        return Said(
            on or self.app.today, who or self.head, words or f"as recorded, {len(self.steps())} steps before", cites
        )

    def do(self, verb: Callable[..., CaseStep], said: Said | None = None, **given: Any) -> CaseStep:
        with self.app.begin(self.actor) as work:
            return verb(work, self.case, said or self.said(), policy=self.policy, **given)

    def report(self, *, cites: tuple[int, ...] | None = None, about: tuple[str, ...] = ()) -> CaseStep:
        cited = (self.contact(),) if cites is None else cites
        said = self.said("M. Hosking, Assistant Clerk", "twelve letters in a week about one lamp", cited)
        return self.do(cases.report, said, behaviours=["BEH-13"], impact="two mornings a week", about=about)

    def review(
        self, outcome: str = "act", *, who: str = "", people: tuple[str, ...] | None = None, adviser: str = ADVISER
    ) -> CaseStep:
        return self.do(
            cases.review,
            self.said(who),
            outcome=outcome,
            participants=self.people if people is None else people,
            adviser=adviser,
            advice="the policy may be applied",
            proportionality="twelve letters a week against one lamp",
            circumstances="none are known that explain it",
        )

    def adjustments(self, before: str, **more: str) -> CaseStep:
        said = self.said(words=f"asked in the letter, before the {before}, {len(self.steps())}")
        return self.do(cases.adjustments, said, before=before, answer="none needed", **more)

    def sends(
        self, kind: LetterKind, *, decision: int | None = None, how: str = "first class post", case: Case | None = None
    ) -> CaseStep | None:
        """A letter of this kind, complete, may go, goes, and does to the case what it does."""
        with self.app.begin(self.actor) as work:
            letter = self.letter(work, kind, decision, case or self.case)
            may_send(work.session, letter, policy=self.policy, today=work.today)
            self.went(work, letter, how)
            return letter_went(work, letter, policy=self.policy)

    def letter(self, work: Work, kind: LetterKind, decision: int | None, case: Case) -> Letter:
        letter = Letter(
            kind=kind,
            customer_id=self.customer.id,
            recipient=self.customer.name,
            subject="Your letters to us",
            body="As drafted.",
            policy_version=self.policy.version,
            drafted_by=work.actor.name,
            drafted_at=work.now,
            contents={"named_contact": "Write to M. Hosking, and to nobody else."},
            case_id=case.id,
            decision_id=decision,
        )
        work.session.add(letter)
        work.session.flush()
        work.note("letter.draft", letter)
        return letter

    def went(self, work: Work, letter: Letter, how: str) -> None:
        content = f"letter {letter.id}".encode()
        sha256 = hashlib.sha256(content).hexdigest()
        work.session.add(
            Paper(sha256=sha256, content=content, media_type="application/pdf", title="a letter", kept_at=work.now)
        )
        work.session.flush()
        sent = LetterSent(
            letter_id=letter.id,
            sent_on=work.today,
            signed_by="R. Trelawny",
            how=how,
            text_sha256=letter.text_sha256(),
            paper_sha256=sha256,
            policy_sha256="",
            policy_version=self.policy.version,
            recorded_by=work.actor.name,
            recorded_at=work.now,
        )
        work.session.add(sent)
        work.session.flush()
        work.note("letter.sent", letter, digest=sent.digest())

    def initial_letter(self) -> CaseStep | None:
        return self.sends(LetterKind.INITIAL_WARNING)

    def not_heeded(self, because: str = "not_heeded", *, cites: tuple[int, ...] | None = None) -> CaseStep:
        cited = (self.contact(),) if cites is None else cites
        said = self.said(words="nine more letters since", cites=cited)
        return self.do(cases.not_heeded, said, because=because, deemed="it goes on as before")

    def meeting(self, outcome: str = "offered") -> CaseStep:
        return self.do(cases.meeting, outcome=outcome)

    def formal_letter(self) -> CaseStep | None:
        return self.sends(LetterKind.FORMAL_WARNING)

    def confirm(self, what: str, *, who: str = "", cites: tuple[int, ...] | None = None) -> CaseStep:
        cited = ((self.contact(),) if what == "conduct" else ()) if cites is None else cites
        said = self.said(who, f"I confirm that {what}", cited)
        return self.do(council.confirm, said, what=what, evidence="the log and the file")

    def committee_report(self, purpose: str = "stage_two", **more: Any) -> CaseStep:
        given: dict[str, Any] = {"body": P_AND_F, "meeting_on": self.app.today, "part_two": True, **more}
        said = self.said(words=f"report of the {purpose}")
        return self.do(council.committee_report, said, purpose=purpose, **given)

    def recommend(self, recommends: str = "restrict", **more: Any) -> CaseStep:
        given: dict[str, Any] = {"meeting_on": self.app.today, "minute": "PF/7", "conduct_only": True, **more}
        return self.do(council.recommend, self.said(P_AND_F), recommends=recommends, **given)

    def check(self) -> CaseStep:
        return self.do(council.check)

    def minuted(self, **changes: Any) -> Minuted:
        day = self.app.today
        whole = Minuted(
            body="Full Council",
            minute=f"2026/{len(self.steps())}",
            decided_on=day,
            resolution="RESOLVED that letters on this matter go to the named officer",
            subject_matter=LAMP,
            named_officer="M. Hosking",
            terms=(Term(Measure.EMAIL_BLOCK, day, add_months(day, 12)),),
            interests=("none declared",),
            proportionality="forty letters in a month",
            impedes="the office answers nobody else on those days",
        )
        return replace(whole, **changes)

    def decide(self, **changes: Any) -> Decision:
        return self.recorded(self.minuted(**changes), self.customer, self.case)

    def recorded(self, minuted: Minuted, customer: Customer, case: Case | None) -> Decision:
        with self.app.begin(self.actor) as work:
            person = work.session.get_one(Customer, customer.id)
            return record_decision(work, person, minuted, policy=self.policy, case=case)

    def appoint(self, officer: str = "M. Hosking", substitute: str = "T. Angove") -> CaseStep:
        return self.do(council.appoint, named_officer=officer, substitute=substitute)

    def decision_letter(self) -> CaseStep | None:
        decided = self.steps(StepKind.DECIDED)
        return self.sends(LetterKind.DECISION, decision=decided[-1].decision_id if decided else None)

    def urgent(self, *, days: int = 14, who: str = HEAD, cites: tuple[int, ...] = (), **more: Any) -> CaseStep:
        today = self.app.today
        given: dict[str, Any] = {
            "circumstances": "threats to the staff at the desk",
            "authority": "Standing Order 14",
            "until": today + timedelta(days=days),
            "report_due": today + timedelta(days=7),
            **more,
        }
        return self.do(council.urgent, self.said(who, cites=cites), minuted=self.minuted(), **given)

    # --- many steps at once ---

    def warned(self) -> Life:
        self.report()
        self.review()
        self.adjustments("initial_warning")
        self.initial_letter()
        return self

    def formally_warned(self) -> Life:
        self.warned()
        self.days_go_by(20)
        self.not_heeded()
        self.meeting()
        self.adjustments("formal_warning")
        self.formal_letter()
        return self

    def before_the_council(self) -> Life:
        self.formally_warned()
        self.days_go_by(20)
        for what in CONDITIONS:
            self.confirm(what)
        self.committee_report()
        self.recommend()
        self.check()
        self.adjustments("decision")
        return self

    def in_force(self) -> Life:
        self.before_the_council()
        self.decide()
        self.appoint()
        self.decision_letter()
        return self


def a_life(app: App, *, policy: Policy | None = None, customer: Customer | None = None) -> Life:
    return Life(app, customer or a_customer(app), policy or app.policy)


def with_urgent_route(policy: Policy) -> Policy:
    """The policy of a council that resolved to allow the urgent route."""
    conduct = replace(policy.procedure.conduct, urgent_route=True)
    return replace(policy, procedure=replace(policy.procedure, conduct=conduct))


def warnings_recorded(app: App, customer: Customer) -> list[str]:
    with app.look() as session:
        found = session.scalars(select(CaseWarning).where(CaseWarning.customer_id == customer.id))
        return [w.stage.value for w in found]
