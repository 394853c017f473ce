"""After the decision: every contact is read and answered, and what else is recorded beside it (policy section 8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.bootstrap import App
from bot.casework import continuing, exceptions
from bot.casework.cases import open_case
from bot.casework.continuing import Answer, may_send_no_further, record_police, unanswered
from bot.casework.council import appoint
from bot.casework.restrictions import lift_all
from bot.casework.steps import Said, take_step
from bot.clocks.due import clocks, due
from bot.enforcement.apply import switch, wanted_rules
from bot.work import SERVICE
from config.load import load_policy
from models.case import Case, CaseStep, Ground, StepKind, cases_of
from models.channels import closes_only_channel
from models.contact import Contact
from models.customer import Customer
from models.decision import Decision, Measure, Restriction
from models.errors import Refused
from models.in_force import restrictions_in_force
from models.letter import LetterKind
from models.queue import Flag, FlagKind
from tests.after import DAY, HEAD, InForce, answered, asked, excepted, under_a_decision
from tests.builders import CLERK, NAMED_OFFICER, NOON, a_contact, a_customer, a_decision, put_clock
from tests.conduct import a_life, with_urgent_route

# --- continuing contact -----------------------------------------------------------------------------------------------


def test_every_contact_after_the_decision_waits_until_the_named_officer_has_answered_it(app: App) -> None:
    this = under_a_decision(app)
    first, second = this.contact(), this.contact()
    answered(this, first)
    with app.look() as session:
        assert [c.id for c in unanswered(session, this.case)] == [second.id]
    step = this.steps(StepKind.CONTINUING)[0]
    assert step.facts == {"answer": "existing", "dealt_with": "no further action"}
    assert "checked for significant new information" in step.words


def test_what_a_decision_rests_on_is_not_to_be_answered_though_it_came_that_day(app: App) -> None:
    app.policy = with_urgent_route(app.policy)
    life = a_life(app)
    threat = life.contact()
    life.adjustments("urgent")
    life.urgent(cites=(threat,))
    life.sends(LetterKind.URGENT_DECISION, decision=life.steps(StepKind.URGENT)[0].decision_id)
    later = life.contact()
    with app.look() as session:
        assert [c.id for c in unanswered(session, life.case)] == [later]


def test_only_the_named_officer_or_their_substitute_answers(app: App) -> None:
    this = under_a_decision(app)
    contact = this.contact()
    with pytest.raises(Refused, match=r"answered by M\. Hosking"):
        answered(this, contact, who="T. Rowe, Assistant")
    with app.begin(CLERK) as work:
        said = Said(app.today, HEAD, "the council appointed them")
        appoint(work, this.case, said, named_officer="M. Hosking", substitute="T. Rowe", policy=app.policy)
    assert answered(this, contact, who="T. Rowe, Assistant").id


def test_new_evidence_needs_both_answers_of_the_head(app: App) -> None:
    this = under_a_decision(app)
    contact = this.contact()
    for more, missing in (
        ({"decided_by": HEAD}, "still appropriate"),
        ({"still_appropriate": "no"}, "Town Clerk, NAME"),
        ({"still_appropriate": "no", "decided_by": "M. Hosking"}, "Town Clerk, NAME"),
    ):
        with pytest.raises(Refused, match=missing):
            answered(this, contact, Answer.NEW_EVIDENCE, dealt_with="reopened", **more)
    both = {"still_appropriate": "no", "decided_by": HEAD}
    with pytest.raises(Refused, match="how it is dealt with"):
        answered(this, contact, Answer.NEW_EVIDENCE, **both)
    step = answered(this, contact, Answer.NEW_EVIDENCE, dealt_with="the complaint is looked at again", **both)
    assert (step.facts["still_appropriate"], step.facts["decided_by"]) == ("no", HEAD)


def test_a_restriction_that_is_no_longer_appropriate_is_due_to_be_lifted(app: App) -> None:
    this = under_a_decision(app)

    theirs = load_policy("principal").procedure.letters
    app.policy = replace(app.policy, procedure=replace(app.policy.procedure, letters=theirs))

    def told() -> list[str]:
        with app.look() as session:
            found = due(clocks(session, app.policy, app.clock.now(), app.seal), app.today, 0)
        found = [c for c in found if "no longer appropriate" in c.name]
        assert all("S§" not in c.source for c in found)  # the paragraph of the policy in force, and of no other
        return [c.do for c in found]

    for still, expected in (("no", ["restriction lift"]), ("yes", []), ("no", ["restriction lift"])):
        both = {"still_appropriate": still, "decided_by": HEAD}
        answered(this, this.contact(), Answer.NEW_EVIDENCE, dealt_with="it is looked at again", **both)
        assert [do.removeprefix("evenhand ")[:16] for do in told()] == expected
    with app.begin(CLERK) as work:
        lift_all(work, work.session.get_one(Decision, this.decision.id), reason="new evidence", policy=app.policy)
    assert told() == []


def test_what_was_flagged_as_more_is_not_answered_as_nothing_new_without_a_word(app: App) -> None:
    this = under_a_decision(app)
    contact = this.contact()
    with app.begin(SERVICE) as work:
        work.session.add(Flag(contact_id=contact.id, kind=FlagKind.STATUTORY, score=0.9, raised_at=work.now))
        work.note("flag.raised", contact)
    with pytest.raises(Refused, match=r"flagged contact .* as statutory"):
        answered(this, contact)
    assert answered(this, contact, words="he quotes an old request; he asks for nothing").words.startswith("he quotes")


def test_an_answer_is_put_right_by_a_later_one_that_says_why(app: App) -> None:
    this = under_a_decision(app)
    contact = this.contact()
    answered(this, contact)
    with pytest.raises(Refused, match="answered as 'existing'"):
        answered(this, contact, Answer.APPEAL, dealt_with="passed on")
    answered(this, contact, Answer.APPEAL, dealt_with="passed on", corrects="the last page asks for a review")
    assert [s.facts["answer"] for s in this.steps(StepKind.CONTINUING)] == ["existing", "appeal"]


def test_before_a_decision_was_told_contacts_take_their_ordinary_way(app: App) -> None:
    person = a_customer(app)
    decision = a_decision(app, person)
    contact = a_contact(app, person, sender="x@penrose.example")
    with app.look() as session:
        this = InForce(app, person, decision, cases_of(session, person.id)[0])
    with pytest.raises(Refused, match="was not yet told of a decision"):
        answered(this, contact)


def test_the_letter_of_no_further_correspondence_goes_once_unless_a_person_records_why(app: App) -> None:
    this = under_a_decision(app)

    def may() -> None:
        with app.look() as session:
            may_send_no_further(session, this.case)

    def goes(words: str) -> None:
        with app.begin(CLERK) as work:
            take_step(
                work, this.case, StepKind.NO_FURTHER, on=app.today, who=HEAD, words=words, facts={}, policy=app.policy
            )

    with pytest.raises(Refused, match="existing matter with nothing new"):
        may()
    answered(this, this.contact())
    may()
    goes("first class post")
    answered(this, this.contact())
    with pytest.raises(Refused, match="never sent twice"):
        may()
    excepted(this, "the letter goes again: the first came back unopened", letter_again=True)
    may()
    goes("second class post")
    with pytest.raises(Refused, match="never sent twice"):
        may()


# --- beside it --------------------------------------------------------------------------------------------------------


def test_that_the_police_are_not_told_is_recorded_like_that_they_are(app: App) -> None:
    this = under_a_decision(app)
    contact = this.contact()

    def police(*, told: bool, **more: str) -> CaseStep:
        with app.begin(NAMED_OFFICER) as work:
            found = work.session.get_one(Contact, contact.id)
            said = Said(app.today, HEAD, "he names my children's school")
            return record_police(work, this.case, said, told=told, contact=found, policy=app.policy, **more)

    with pytest.raises(Refused, match="what was passed on"):
        police(told=True)
    assert police(told=False, legal_action="an injunction").facts == {"told": False, "legal_action": "an injunction"}
    assert police(told=True, passed_on="the letter", reference="50/1234").facts["reference"] == "50/1234"


def circumvented(this: InForce, other: Customer, *cites: int, basis: str = "") -> CaseStep:
    return found_to_act(this.app, this.case, other, *cites, basis=basis)


def found_to_act(app: App, case: Case, other: Customer, *cites: int, basis: str = "") -> CaseStep:
    with app.begin(CLERK) as work:
        return exceptions.find_circumvention(
            work,
            case,
            work.session.get_one(Customer, other.id),
            Said(app.today, HEAD, "he writes in his brother's place", cites),
            evidence="the same letter, word for word, from the same house",
            policy=app.policy,
            basis=basis,
        )


def test_a_finding_about_another_person_opens_and_restricts_nothing(app: App) -> None:
    this = under_a_decision(app)
    brother = a_customer(app, name="Jago Penrose")
    letter = a_contact(app, brother, sender="jago@penrose.example")
    before = this.binding()
    with pytest.raises(Refused, match="what they themselves sent"):
        circumvented(this, brother, this.contact().id)
    step = circumvented(this, brother, letter.id, basis="her written consent of 2 March")
    assert step.facts["person"] == brother.id
    assert "written consent" in str(step.facts["evidence"])
    assert this.binding() == before
    with app.look() as session:
        assert not cases_of(session, brother.id)
        assert not session.scalars(select(Restriction).where(Restriction.customer_id == brother.id)).all()


def test_before_anybody_is_restricted_nobody_gets_round_anything(app: App) -> None:
    person = a_customer(app)
    with app.begin(CLERK) as work:
        case = open_case(work, person, subject_matter="the lamp", ground=Ground.MANNER, on=app.today)
    brother = a_customer(app, name="Jago Penrose")
    letter = a_contact(app, brother, sender="jago@penrose.example")
    with pytest.raises(Refused, match="a decision of which the customer was told"):
        found_to_act(app, case, brother, letter.id)


def test_only_what_came_while_a_restriction_ran_gets_round_it(app: App) -> None:
    brother = a_customer(app, name="Jago Penrose")
    before = a_contact(app, brother, sender="jago@penrose.example")
    put_clock(app, DAY + timedelta(days=1))
    this = under_a_decision(app, months=1)
    with pytest.raises(Refused, match="restriction of this case ran"):
        circumvented(this, brother, before.id)
    put_clock(app, DAY + timedelta(days=40))
    after = a_contact(app, brother, sender="jago@penrose.example")
    with pytest.raises(Refused, match="restriction of this case ran"):
        circumvented(this, brother, before.id, after.id)
    meanwhile = a_contact(app, brother, sender="jago@penrose.example", at=NOON + timedelta(days=3))
    assert circumvented(this, brother, before.id, meanwhile.id).cites == [before.id, meanwhile.id]


@pytest.mark.parametrize("how", ["said so", "by address"])
def test_a_member_is_engaged_with_and_never_found_to_circumvent(app: App, how: str) -> None:
    this = under_a_decision(app)
    why, email = ("councillor for the harbour ward", "") if how == "said so" else ("", "mp@parliament.uk")
    member = a_customer(app, name="Tamsin Rowe", never_restrict=why, email=email)
    letter = a_contact(app, member, sender="member@elsewhere.example")
    with pytest.raises(Refused, match="never restricted"):
        circumvented(this, member, letter.id)
    with app.begin(CLERK) as work:
        found = work.session.get_one(Contact, letter.id)
        step = continuing.engage_member(
            work,
            this.case,
            Said(app.today, HEAD, "she asked what the matter is"),
            member="Cllr T. Rowe",
            how="telephoned",
            contact=found,
            policy=app.policy,
        )
    assert step.contact_id == letter.id


# --- the only channel -------------------------------------------------------------------------------------------------


def kept_open(this: InForce, *, until: date | None = None) -> None:
    excepted(this, "her e-mails to the named officer are answered", keeps_open="email", until=until)


def test_a_restriction_that_closes_the_only_channel_of_a_person_binds_no_longer(app: App) -> None:
    this = under_a_decision(app, Measure.EMAIL_BLOCK, Measure.TELEPHONE_REFUSAL)
    assert len(this.binding()) == 2
    asked(this, only_channel="email")
    with app.look() as session:
        found = restrictions_in_force(session, app.today, app.seal, app.policy.reviews_demanded)
        assert [r.measure for r in found.binding] == [Measure.TELEPHONE_REFUSAL]
        assert "only channel" in found.set_aside[0][1]
    with app.begin(CLERK) as work:
        switch(work, on=True)
    with app.begin(SERVICE) as work:
        assert wanted_rules(work, app.policy, ()) == ()
    kept_open(this, until=app.today + timedelta(days=30))
    assert len(this.binding()) == 2
    put_clock(app, app.today + timedelta(days=30))
    assert len(this.binding()) == 1
    asked(this, only_channel="none", before="decision")
    assert len(this.binding()) == 2


def test_what_is_due_tells_of_a_restriction_that_is_set_aside_for_the_only_channel(app: App) -> None:
    this = under_a_decision(app, Measure.EMAIL_BLOCK, Measure.TELEPHONE_REFUSAL)

    def told() -> list[tuple[str, str]]:
        with app.look() as session:
            found = due(clocks(session, app.policy, app.clock.now(), app.seal), app.today, 0)
        return [(c.about, c.do) for c in found if "only channel" in c.name]

    assert told() == []
    asked(this, only_channel="email")
    assert told() == [(this.case.reference, f"evenhand case exception {this.case.reference} --keeps-open email")]
    kept_open(this, until=app.today + timedelta(days=30))
    assert told() == []
    put_clock(app, app.today + timedelta(days=30))
    assert len(told()) == 1
    with app.begin(CLERK) as work:
        lift_all(work, work.session.get_one(Decision, this.decision.id), reason="she stopped", policy=app.policy)
    assert told() == []


def test_no_decision_closes_the_only_channel_of_a_person(app: App) -> None:
    this = under_a_decision(app, Measure.TELEPHONE_REFUSAL)
    asked(this, only_channel="email")
    with app.look() as session:
        person = session.get_one(Customer, this.customer.id)
        assert "would close it" in closes_only_channel(session, person, [Measure.EMAIL_BLOCK])
        assert not closes_only_channel(session, person, [Measure.TELEPHONE_REFUSAL])
    with pytest.raises(Refused, match="e-mail is on record as the only way"):
        a_decision(app, this.customer)
    kept_open(this)
    assert a_decision(app, this.customer).id
