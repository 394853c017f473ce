"""Who acts for whom, the first writers of a campaign, and one letter to many, through the whole main job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from bot.bootstrap import App, council_of, is_final
from bot.intake.parse import parse
from bot.mailbox.ports import Place, Raw
from bot.matters.associates import confirm, pairs_of, reject
from bot.pipeline import Pipeline, Taken
from bot.triage.past import in_full
from bot.triage.together import with_persistence
from bot.work import SERVICE
from classifiers.associates import Associates
from classifiers.base import Classifier
from classifiers.campaigns import Campaigns
from models.associate import AssociateRuling, copies_of, copy_of
from models.audit import AuditEntry
from models.conduct import Tally, conduct_of
from models.contact import Contact, ContactFinding, contacts_of
from models.customer import Customer
from models.errors import NotAllowed, Refused
from models.finding import About, Finding
from models.history import History, PersonSketch
from models.in_force import restrictions_of
from models.message import Direction, Message
from models.queue import FlagKind, flags_of
from tests.builders import AUDITOR, CLERK, a_customer, a_restriction, a_store, warned

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
COUNCIL = "porthmellin.gov.example"
CARD = (
    "I object to the closing of the ferry steps. They are the only dry way to the quay for prams and wheelchairs, and"
    " the saving of 4,100 pounds a year is small beside the cost of one accident. Please keep the steps open."
)
ASKED = "Jenifer Penrose has asked me to write for her, as she is not allowed to. She wants the lamp mended."


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path / "home", at=NOW) as made:
        yield made


class InThisProcess:
    def parse(self, content: bytes, *, received_at: datetime) -> Message:
        return parse(content, received_at=received_at, trusted_authservs=frozenset())


class SaysRepeat:
    name, version = "says", "1"

    def look(self, message: Message, history: History) -> list[Finding]:
        return [Finding(About.RELATION, "repeat", 0.99, "says 1")]


class Watches:
    """Notes what the classifiers are given."""

    name, version = "watches", "1"

    def __init__(self) -> None:
        self.seen: list[History] = []

    def look(self, message: Message, history: History) -> list[Finding]:
        self.seen.append(history)
        return []


def take(app: App, sender: str, words: str, *more: Classifier, to: Sequence[str] = ("clerk",), hour: int = 0) -> None:
    line = Pipeline(
        begin=lambda: app.begin(SERVICE),
        reader=InThisProcess(),
        classifiers=more or (Associates(), Campaigns()),
        final_answer=is_final,
        policy=app.policy,
        council=council_of(app),
    )
    number = len(log(app)) + 1
    head = [f"From: {sender}", f"To: {', '.join(f'{name}@{COUNCIL}' for name in to)}", "Subject: The steps"]
    raw = "\r\n".join([*head, f"Message-ID: <{number}@x.example>", "", words, ""]).encode()
    when = NOW + timedelta(hours=hour)
    assert line.take(Raw(raw, Place("INBOX", "7", str(number)), Direction.IN, when), mailbox="main") is Taken.RECORDED


def log(app: App) -> list[Contact]:
    with app.look() as session:
        return contacts_of(session, None)


def noted(app: App, verb: str) -> int:
    with app.look() as session:
        return len(session.scalars(select(AuditEntry.id).where(AuditEntry.verb == verb)).all())


def found(app: App, about: About) -> list[ContactFinding]:
    with app.look() as session:
        wanted = select(ContactFinding).where(ContactFinding.about == about.value).order_by(ContactFinding.contact_id)
        return list(session.scalars(wanted))


# --- campaigns -------------------------------------------------------------------------------------------------------


def test_when_the_third_writes_the_first_two_are_marked_too(app: App) -> None:
    for number, name in enumerate(("bo@fenn.example", "una@reed.example", "ida@quill.example", "sam@tull.example")):
        take(app, name, CARD, hour=number)
    groups = {row.contact_id: row.group for row in found(app, About.CAMPAIGN)}
    assert list(groups) == [contact.id for contact in log(app)]
    assert len(set(groups.values())) == 1
    assert noted(app, "campaign.mark") == 1


FOR_THE_LIDO = (
    "I walk to the Overby lido every day with my mam. Please don't shut it for good.",
    "Just to say I object to the lido at Overby closing, I drive the only bus there.",
    "keep overby lido open pls theres sixty of us in the water on a good day",
    "I am eighty-four, I need hardly go on: let Overby keep its lido, and do not close it in April.",
)


def test_those_who_write_for_one_cause_in_their_own_words_are_found_and_the_first_marked(app: App) -> None:
    for number, words in enumerate(FOR_THE_LIDO):
        take(app, f"w{number}@reed.example", words, hour=24 * number)
    rows = found(app, About.CAMPAIGN)
    assert [row.contact_id for row in rows] == [contact.id for contact in log(app)]
    assert len({row.group for row in rows}) == 1
    assert {part["reason"] for row in rows for part in row.evidence} == {"same_cause"}


def test_one_writer_again_and_again_is_no_campaign(app: App) -> None:
    for number in range(4):
        take(app, "bo@fenn.example", f"{CARD} {number}", hour=number * 200)
    assert found(app, About.CAMPAIGN) == []


# --- one letter to many ----------------------------------------------------------------------------------------------


def test_one_letter_to_each_of_many_is_joined_into_one_with_all_its_recipients(app: App) -> None:
    for number, name in enumerate(("clerk", "reed", "fenn")):
        take(app, "bo@fenn.example", f"Dear Cllr {name.title()},\n\n{CARD}", SaysRepeat(), to=[name], hour=number)
    first, *rest = log(app)
    with app.look() as session:
        whole = session.get_one(Contact, first.id)
        assert {r.email for r in whole.recipients} == {f"{name}@{COUNCIL}" for name in ("clerk", "reed", "fenn")}
        assert [c.id for c in copies_of(session, first.id)] == [c.id for c in rest]
        assert all(copy_of(session, c.id) == first.id for c in rest)
        assert all(FlagKind.REPEAT in {f.kind for f in flags_of(session, c.id)} for c in (first, *rest))
    assert noted(app, "contact.copy") == 2
    assert [row.contact_id for row in found(app, About.CONDUCT)] == [rest[-1].id]


def test_one_letter_to_many_counts_once_however_many_its_copies(app: App) -> None:
    bo = a_customer(app, email="bo@fenn.example")
    for number, name in enumerate(("clerk", "reed", "fenn")):
        take(app, "bo@fenn.example", f"Dear Cllr {name.title()},\n\n{CARD}", SaysRepeat(), to=[name], hour=number)
    with app.look() as session:
        assert conduct_of(session, {bo.id}) == [Tally(FlagKind.REPEAT, 1, 0, 0)]


def test_one_letter_to_many_makes_nobody_persistent_and_the_same_letter_again_does(app: App) -> None:
    bo = a_customer(app, email="bo@fenn.example")
    for number, name in enumerate(("clerk", "reed", "fenn")):
        take(app, "bo@fenn.example", f"Dear Cllr {name.title()},\n\n{CARD}", SaysRepeat(), to=[name], hour=number)
    assert not persistent(app, bo)
    take(app, "bo@fenn.example", f"Dear Cllr Clerk,\n\n{CARD}", SaysRepeat(), to=["clerk"], hour=5)
    assert persistent(app, bo)


def persistent(app: App, customer: Customer) -> bool:
    with app.look() as session:
        recent = in_full(session, [contact.id for contact in log(app)], {customer.id: customer.id})
        (sketch,) = with_persistence(session, [PersonSketch(customer.id, customer.name)], list(recent.values()))
        return sketch.persistent


def test_the_same_letter_to_the_same_people_again_is_no_copy(app: App) -> None:
    take(app, "bo@fenn.example", CARD)
    take(app, "bo@fenn.example", f"{CARD} ", hour=3)
    assert noted(app, "contact.copy") == 0


def test_one_letter_to_the_whole_council_is_said_to_be_one(app: App) -> None:
    take(app, "bo@fenn.example", CARD, SaysRepeat(), to=["clerk", "reed", "fenn", "penn", "tull"])
    assert [row.label for row in found(app, About.CONDUCT)] == ["scattergun"]


# --- who acts for whom -----------------------------------------------------------------------------------------------


def two_people(app: App) -> tuple[Customer, Customer]:
    """A warned customer, and somebody who wrote for her."""
    jenifer = warned(app, a_customer(app))
    take(app, "Tam Orrey <tam@orrey.example>", ASKED)
    (contact,) = log(app)
    assert contact.customer is not None
    return jenifer, contact.customer


def test_an_officer_confirms_or_rejects_what_is_suggested_and_it_stays_told(app: App) -> None:
    jenifer, tam = two_people(app)
    with app.look() as session:
        (pair,) = pairs_of(session, jenifer)
    assert (pair.writer.id, pair.other.id, pair.ruling) == (tam.id, jenifer.id, None)
    with app.begin(CLERK) as work:
        reject(work, tam, jenifer, reason="a namesake")
    with app.begin(CLERK) as work:
        confirm(work, tam, jenifer, reason="she rang and said so")
    with app.look() as session:
        assert [r.outcome.value for r in session.scalars(select(AssociateRuling))] == ["reject", "confirm"]
        (pair,) = pairs_of(session, tam)
    assert pair.ruling is not None
    assert pair.ruling.reason == "she rang and said so"
    assert noted(app, "associate.confirm") == noted(app, "associate.reject") == 1


def test_a_rejected_pair_is_not_suggested_again(app: App) -> None:
    jenifer, tam = two_people(app)
    with app.begin(CLERK) as work:
        reject(work, tam, jenifer, reason="a namesake")
    take(app, "Tam Orrey <tam@orrey.example>", f"{ASKED} Again.", hour=200)
    assert len(found(app, About.ASSOCIATE)) == 1


def test_it_needs_a_reason_two_people_and_the_power(app: App) -> None:
    jenifer, tam = two_people(app)
    for who, writer, reason, refusal in (
        (CLERK, tam, " ", Refused),
        (CLERK, jenifer, "known", Refused),
        (AUDITOR, tam, "known", NotAllowed),
    ):
        with pytest.raises(refusal), app.begin(who) as work:
            confirm(work, writer, jenifer, reason=reason)


def test_what_was_said_is_never_rewritten(app: App) -> None:
    jenifer, tam = two_people(app)
    with app.begin(CLERK) as work:
        confirm(work, tam, jenifer, reason="known")
    with pytest.raises(DatabaseError, match="append-only"), app.begin(CLERK) as work:
        work.session.execute(text("UPDATE associate_rulings SET reason = 'other'"))


def test_no_restriction_is_inherited_by_whoever_acts_for_somebody_restricted(app: App) -> None:
    jenifer = a_customer(app)
    a_restriction(app, jenifer)
    take(app, "Tam Orrey <tam@orrey.example>", ASKED)
    tam = log(app)[-1].customer
    assert tam is not None
    with app.begin(CLERK) as work:
        confirm(work, tam, jenifer, reason="he says so himself")
    take(app, "Tam Orrey <tam@orrey.example>", f"{ASKED} Please.", hour=30)
    with app.begin(CLERK) as work:
        assert not restrictions_of(work.session, tam.id, work.today, work.seal, app.policy.reviews_demanded)
    assert [contact.restricted_by for contact in log(app)] == [None, None]


def test_a_helper_who_names_nobody_is_held_against_what_watched_people_wrote(app: App) -> None:
    jenifer = warned(app, a_customer(app))
    lamp = "The lamp by the ferry steps at Porthmellin quay is out again, and the rail beside it is loose. Mend it."
    take(app, "Jenifer Penrose <jenifer@penrose.example>", lamp)
    looked = Watches()
    helper = "I see to a lady. Down at the ferry it is dark: the lamp, she says, and a rail on the steps is loose."
    take(app, "Tam Orrey <tam@orrey.example>", helper, looked, hour=30)
    assert [person.customer for person in looked.seen[-1].people] == [jenifer.id]
    assert [contact.own for contact in looked.seen[-1].watched] == [lamp]
    take(app, "Sam Tull <sam@tull.example>", "When does the library open on Saturdays?", looked, hour=31)
    assert looked.seen[-1].people == ()
