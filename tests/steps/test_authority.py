"""By what authority somebody acts for a customer: recorded, shown, withdrawn, and what rests on it (CIR-05)."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from bot.audit import verify
from bot.bootstrap import App
from bot.casework import exceptions
from bot.casework.steps import Said
from bot.intake.record import add_by_hand
from bot.letters.records import Occasion, known
from bot.matters.authorities import add_authority, withdraw_authority
from bot.reports.make import case_bundle, committee_report
from bot.requests.standing import next_steps
from models.acting import Acting, acting_by, acting_for, between, in_lines
from models.authority import ActsAs, Authority, GivenBy
from models.case import CaseStep
from models.customer import Customer
from models.errors import NotAllowed, Refused
from models.hold import hold_of
from models.letter import LetterKind
from models.log import find_contact
from models.message import Channel, Direction
from models.officer import Permission
from models.request import InformationRequest, Regime, RequestStepKind
from models.request_standing import State, data_subject, request_standing
from tests.after import HEAD, InForce, under_a_decision
from tests.builders import CLERK, a_contact, a_customer, a_decision, an_actor, merge_of, put_clock
from tests.requests import a_request, letter_goes, our_letter, step
from tests.steps.test_hands_in_the_store import with_the_locks_off

A_WEEK = timedelta(days=7)


def logged(app: App, customer: Customer, channel: Channel = Channel.LETTER) -> int:
    """What this customer sent or said today, logged by hand; its number."""
    with app.begin(CLERK) as work:
        person = work.session.get_one(Customer, customer.id)
        said = {"at": work.now, "nature": "about who acts", "words": "She may speak for me."}
        return add_by_hand(work, person, channel=channel, direction=Direction.IN, **said).id  # type: ignore[arg-type]


def given(
    app: App,
    customer: Customer,
    representative: Customer | None,
    *,
    acts_as: ActsAs = ActsAs.ADVOCATE,
    given_by: GivenBy = GivenBy.SIGNED_CONSENT,
    contact: int | None = None,
    until: date | None = None,
    name: str = "",
) -> Authority:
    """For all matters; by a letter of the customer's of today, unless another contact is told."""
    number = contact if contact is not None else logged(app, customer)
    with app.begin(CLERK) as work:
        find = work.session.get_one
        return add_authority(
            work,
            find(Customer, customer.id),
            acts_as=acts_as,
            given_by=given_by,
            contact=find_contact(work.session, number),
            words="to write to us, and to be told what we would tell her",
            representative=find(Customer, representative.id) if representative is not None else None,
            name=name,
            until=until,
        )


def withdrawn(app: App, authority: Authority, on: date | None = None) -> None:
    with app.begin(CLERK) as work:
        withdraw_authority(work, work.session.get_one(Authority, authority.id), on=on or work.today, words="by letter")


def acting(app: App, representative: Customer, customer: Customer) -> list[Acting]:
    with app.look() as session:
        return between(session, representative.id, customer.id, app.seal, app.today)


def test_somebody_acts_by_a_recorded_authority_from_its_first_day_to_its_last(app: App) -> None:
    ann, ruth = a_customer(app), a_customer(app, name="Ruth Hale")
    today = app.today
    made = given(app, ann, ruth, until=today + A_WEEK)
    (one,) = acting(app, ruth, ann)
    assert (one.who, one.about, one.authority.id) == ("Ruth Hale", "all matters", made.id)
    assert acting(app, ann, ruth) == [], "not the other way round"
    put_clock(app, today + A_WEEK)
    assert acting(app, ruth, ann)
    put_clock(app, today + A_WEEK + timedelta(days=1))
    assert acting(app, ruth, ann) == []


def test_an_authority_is_over_from_the_day_of_its_withdrawal_and_stays_on_record(app: App) -> None:
    ann, ruth = a_customer(app), a_customer(app, name="Ruth Hale")
    made = given(app, ann, ruth)
    put_clock(app, app.today + A_WEEK)
    withdrawn(app, made)
    assert acting(app, ruth, ann) == []
    with pytest.raises(Refused, match="withdrawn already"):
        withdrawn(app, made)
    with app.look() as session:
        (one,) = acting_for(session, ann.id, app.seal)
        assert "withdrawn on 9 March 2026" in one.terms(app.today)
        assert one.in_force(date(2026, 3, 8))
    assert given(app, ann, ruth).id != made.id


def test_an_authority_rests_on_what_the_customer_or_their_representative_sent(app: App) -> None:
    ann, ruth, other = a_customer(app), a_customer(app, name="Ruth Hale"), a_customer(app)
    with pytest.raises(Refused, match="neither the customer's nor"):
        given(app, ann, ruth, contact=logged(app, other))
    with pytest.raises(Refused, match="customer's own word to the council rests on a visit"):
        given(app, ann, ruth, given_by=GivenBy.IN_PERSON, contact=logged(app, ruth, Channel.VISIT))
    with pytest.raises(Refused, match="only an MP or councillor"):
        given(app, ann, ruth, given_by=GivenBy.FOR_A_CONSTITUENT)
    with pytest.raises(Refused, match="say who acts"):
        given(app, ann, None)
    assert given(app, ann, ruth, contact=logged(app, ruth)).id
    assert given(app, ann, None, name="T. Rowe of the advice centre").id
    with pytest.raises(Refused, match="on record as authority"):
        given(app, ann, ruth)


def test_only_who_keeps_customers_records_says_who_acts_for_them(app: App) -> None:
    ann, ruth = a_customer(app), a_customer(app)
    made = given(app, ann, ruth)
    with pytest.raises(NotAllowed), app.begin(an_actor(Permission.READ_QUEUE)) as work:
        withdraw_authority(work, work.session.get_one(Authority, made.id), on=work.today, words="no")


def test_whoever_acts_for_a_record_acts_for_the_person_when_records_are_merged(app: App) -> None:
    ann, twin, ruth = a_customer(app), a_customer(app), a_customer(app)
    given(app, twin, ruth)
    merge_of(app, twin, into=ann)
    assert [a.customer.id for a in acting(app, ruth, ann)] == [ann.id]


# --- what rests on it ------------------------------------------------------------------------------------------------


def found(this: InForce, person: Customer, *, good_reason: str = "") -> CaseStep:
    theirs = a_contact(this.app, person, sender="y@penrose.example")
    with this.app.begin(CLERK) as work:
        return exceptions.find_circumvention(
            work,
            this.case,
            work.session.get_one(Customer, person.id),
            Said(this.app.today, HEAD, "sends the same words", cites=(theirs.id,)),
            evidence="the same words as hers, in her place",
            policy=this.policy,
            good_reason=good_reason,
        )


def test_whoever_acts_by_authority_is_found_to_get_round_nothing_without_a_good_reason(app: App) -> None:
    this, ruth = under_a_decision(app), a_customer(app, name="Ruth Hale")
    made = given(app, this.customer, ruth)
    with pytest.raises(Refused, match=f"signed consent \\(authority {made.id}\\).*--good-reason") as refused:
        found(this, ruth)
    assert "Hale" not in str(refused.value)
    step = found(this, ruth, good_reason="she sends what she was asked not to send, as her own")
    assert step.facts["authority"] == made.id
    assert step.facts["good_reason"].startswith("she sends")
    withdrawn(app, made)
    assert "authority" not in found(this, ruth, good_reason="of no use where nobody gave any").facts


@pytest.mark.parametrize("office", [ActsAs.SOLICITOR, ActsAs.MEMBER])
def test_a_solicitor_on_record_and_a_member_are_never_found_nor_restricted(app: App, office: ActsAs) -> None:
    this, ruth = under_a_decision(app), a_customer(app, name="Ruth Hale")
    made = given(app, this.customer, ruth, acts_as=office)
    with pytest.raises(Refused, match="INV-11"):
        found(this, ruth, good_reason="whatever it may be")
    with pytest.raises(Refused, match=f"authority {made.id}; INV-11"):
        a_decision(app, ruth)


# --- hands in the store ----------------------------------------------------------------------------------------------


def test_what_hands_write_of_an_authority_is_named_and_counts_for_nothing(app: App) -> None:
    ann, ruth = a_customer(app), a_customer(app)
    kept, over = given(app, ann, ruth), given(app, ruth, ann)
    withdrawn(app, over)
    with_the_locks_off(app, f"UPDATE authorities SET words = 'everything' WHERE id = {kept.id}")
    with_the_locks_off(app, f"DELETE FROM authority_withdrawals WHERE authority_id = {over.id}")
    with app.look() as session:
        assert verify(session, app.seal).unknown == (f"Authority:{kept.id}", "AuthorityWithdrawal:1")
        assert acting_by(session, ruth.id, app.seal) == acting_by(session, ann.id, app.seal) == []


# --- shown where it is asked ----------------------------------------------------------------------------------------


def test_whoever_reads_what_somebody_sent_is_told_for_whom_they_act(app: App) -> None:
    ann, ruth = a_customer(app), a_customer(app, name="Ruth Hale")
    made = given(app, ann, ruth)
    terms = "as an advocate, for all matters: to write to us, and to be told what we would tell her; by signed consent"
    with app.look() as session:
        (theirs,), (hers,) = (in_lines(session, one.id, app.seal, app.today) for one in (ann, ruth))
    assert theirs.startswith(f"{ruth.reference} acts for {ann.reference} {terms}")
    assert hers.startswith(f"acts for {ann.reference} {terms}")
    assert hers.endswith(f"(authority {made.id})")
    withdrawn(app, made)
    with app.look() as session:
        assert in_lines(session, ann.id, app.seal, app.today) == []


def test_the_committee_and_the_bundle_are_told_who_acts_for_the_customer(app: App) -> None:
    this = under_a_decision(app)
    withdrawn(app, given(app, this.customer, a_customer(app, name="Ruth Hale")))
    with app.begin(CLERK) as work:
        paper = committee_report(
            work, this.case, council="Porthmellin", policy=this.policy, purpose="review", body="Full Council"
        )
        bundle = case_bundle(work, this.case, council="Porthmellin")
    said = re.compile(r"Who acts for the customer.*Ruth Hale.*as an advocate.*withdrawn on 2 March 2026")
    cover, *body = _pages(paper.content)
    assert "Hale" not in cover
    assert said.search(" ".join(body))
    (piece,) = [p for p in bundle.pieces if p.name == "Who acts for the customer"]
    assert said.search(" ".join(_pages(piece.content)))
    assert "authority.withdraw" in " ".join(_pages(bundle.pieces[-1].content))


def _pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


# --- personal data, asked for by somebody else ----------------------------------------------------------------------


def asks_for(app: App, ruth: Customer, ann: Customer) -> InformationRequest:
    """A subject access request that Ruth sent for Ann's data."""
    request = a_request(app, Regime.SAR, customer=ruth)
    step(app, request, RequestStepKind.ON_BEHALF, of=ann.id)
    return request


def test_personal_data_are_told_to_a_representative_only_by_the_persons_authority(app: App) -> None:
    ann, ruth = a_customer(app), a_customer(app, name="Ruth Hale")
    request = asks_for(app, ruth, ann)
    missing = f"no authority of theirs is on record.*evenhand authority add {ann.reference}"
    with pytest.raises(Refused, match=missing):
        step(app, request, RequestStepKind.ANSWERED, contact=our_letter(app, ruth))
    with pytest.raises(Refused, match=missing):
        letter_goes(app, request, LetterKind.SAR_ANSWER)
    with app.look() as session:
        assert any(re.search(missing, words) for words in next_steps(session, request, app.policy))
    asked = given(app, ann, ruth, acts_as=ActsAs.MEMBER, given_by=GivenBy.FOR_A_CONSTITUENT)
    with pytest.raises(Refused, match="not enough for that person's own data"):
        letter_goes(app, request, LetterKind.SAR_ANSWER)
    withdrawn(app, asked)
    given(app, ann, ruth)
    letter_goes(app, request, LetterKind.SAR_ANSWER)
    with app.look() as session:
        assert request_standing(session, request, app.policy.procedure).state is State.ANSWERED


def test_an_authority_that_hands_wrote_in_opens_nobodys_data(app: App) -> None:
    ann, ruth = a_customer(app), a_customer(app)
    request = asks_for(app, ruth, ann)
    made = given(app, ann, a_customer(app))
    with_the_locks_off(app, f"UPDATE authorities SET representative_id = {ruth.id} WHERE id = {made.id}")
    with pytest.raises(Refused, match="not as it was recorded"):
        step(app, request, RequestStepKind.ANSWERED, contact=our_letter(app, ruth))


def test_a_request_for_somebody_holds_that_persons_records_and_says_whose_data_it_asks_for(app: App) -> None:
    ann, ruth = a_customer(app), a_customer(app)
    request = asks_for(app, ruth, ann)
    with app.look() as session:
        assert hold_of(session, request).covers({ann.id})
        occasion = Occasion(kind=LetterKind.SAR_ANSWER, request=request)
        words = known(session, occasion, policy=app.policy, council="Porthmellin", recipient="Ruth Hale")
    assert words["whose"] == "Jenifer Penrose's"
    step(app, request, RequestStepKind.ON_BEHALF, of=ruth.id, words="she asked for her own after all")
    with app.look() as session:
        assert data_subject(session, request) is None


def test_who_asks_for_information_asks_in_their_own_name(app: App) -> None:
    request = a_request(app, Regime.FOI, customer=a_customer(app))
    with pytest.raises(Refused, match="belongs to subject access"):
        step(app, request, RequestStepKind.ON_BEHALF, of=a_customer(app).id)
