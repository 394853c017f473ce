"""The cautionary register: from a reported incident to an entry's end, by more than one person."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.bootstrap import App
from bot.clocks.cautionary import cautionary_clocks
from bot.commands.cautionary import shown
from bot.commands.registers import drafted
from bot.registers import access, release
from bot.registers import cautionary as verbs
from models.audit import AuditEntry
from models.calendar import add_months
from models.case import StepKind
from models.cautionary import AgeGroup, CautionaryRelease, CautionaryView, Injury, Nature, Whom
from models.cautionary_standing import State, standings
from models.clock import Clock, ClockState
from models.errors import NotAllowed, NotFound, Refused, SettingsError
from models.letter import Paper
from models.places import same_place
from models.view import Register, RegisterView
from tests.builders import CLERK, NAMED_OFFICER, a_customer, a_store, put_clock
from tests.named import (
    ASSISTANT,
    SECOND_CLERK,
    a_live_entry,
    a_proposal,
    about,
    an_incident,
    how_they_stand,
    let_in,
    name_to,
    proof,
    proposed,
)
from tests.records import a_case, a_step
from tests.steps.test_registers import said


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path) as app:
        let_in(app)
        name_to(app, Register.CAUTIONARY, CLERK, NAMED_OFFICER, SECOND_CLERK)
        yield app


def refused(words: str = ".") -> AbstractContextManager[pytest.ExceptionInfo[Refused]]:
    return pytest.raises(Refused, match=words)


# --- an incident, a proposal, a second person ------------------------------------------------------------------------


def test_an_entry_rests_on_a_reported_incident_and_not_on_an_opinion(app: App) -> None:
    with refused("opinion"):
        an_incident(app, words="He is dangerous")
    with refused("who reported it"):
        an_incident(app, reported_by=" ")
    with refused("on or after its day"):
        an_incident(app, happened_on=app.today + timedelta(days=1))
    with pytest.raises(NotFound):
        proposed(app, a_proposal(7))
    an_incident(app)
    with refused("on record already"):
        an_incident(app)


def test_an_entry_is_live_only_by_the_approval_of_another_person(app: App) -> None:
    entry = proposed(app, a_proposal(an_incident(app)), by=CLERK)
    assert how_they_stand(app) == {entry.reference: "proposed, not live"}
    with about(app, entry.reference, by=CLERK) as (work, name, found), refused("you proposed"):
        verbs.approve(work, name, found, title="Town Clerk", words="yes")
    with about(app, entry.reference, by=NAMED_OFFICER) as (work, name, found), pytest.raises(NotAllowed):
        verbs.approve(work, name, found, title="Manager", words="yes")
    with about(app, entry.reference, by=SECOND_CLERK) as (work, name, found):
        verbs.approve(work, name, found, title="Deputy Clerk", words="the report was read")
    assert how_they_stand(app) == {entry.reference: "live"}


def test_who_reported_the_incident_does_not_approve_the_entry(app: App) -> None:
    entry = proposed(app, a_proposal(an_incident(app, reported_by="R. Trelawny, Town Clerk")))
    with about(app, entry.reference) as (work, name, found), refused("you reported"):
        verbs.approve(work, name, found, title="Town Clerk", words="yes")


def test_a_rejected_entry_never_lives_and_keeps_its_reason(app: App) -> None:
    entry = proposed(app, a_proposal(an_incident(app)))
    with about(app, entry.reference) as (work, name, found):
        verbs.reject(work, name, found, title="Town Clerk", words="it was the neighbour")
    with about(app, entry.reference, by=SECOND_CLERK) as (work, name, found), refused("rejected"):
        verbs.approve(work, name, found, title="Deputy Clerk", words="yes")
    assert how_they_stand(app) == {entry.reference: "rejected"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"address_known": ""}, "address-known"),
        ({"reason": "He also goes to 4 Fore Street, PL12 6JL"}, "no other address"),
        ({"age_group": None}, "--age-group"),
        ({"age_group": AgeGroup.CHILD}, "--age-reason"),
        ({"age_group": AgeGroup.VERY_OLD}, "--age-reason"),
        ({"age_group": AgeGroup.NOT_KNOWN}, "--age-reason"),
        ({"category": "extreme"}, "low, medium, high"),
        ({"seen_by": (" ",)}, "who may see it"),
        ({"proposed_as": ""}, "your title"),
        ({"name": " "}, "the person's name"),
        ({"whom": Whom.PREMISES}, "premises have no name"),
    ],
)
def test_a_proposal_that_is_not_whole_is_refused(app: App, change: dict[str, Any], words: str) -> None:
    with refused(words):
        proposed(app, replace(a_proposal(an_incident(app)), **change))
    assert how_they_stand(app) == {}


def test_premises_stand_by_themselves_whoever_lives_there(app: App) -> None:
    incident = an_incident(app, nature=Nature.ANIMAL)
    person = proposed(app, a_proposal(incident))
    premises = a_proposal(incident, whom=Whom.PREMISES, name="", address_known="", age_group=None)
    entry = proposed(app, premises)
    assert {person.reference, entry.reference} == how_they_stand(app).keys()
    with refused("as " + entry.reference):
        proposed(app, replace(premises, address="12 Quay St, PL12 4AB"))


@pytest.mark.parametrize(
    "reason",
    [
        "The dog belongs to Mr Tremayne",
        "The dog obeys nobody but Tremayne",
        "A dog that Jory Tregenza sets on callers",
        "What penrose keeps there bites",
    ],
)
def test_an_entry_about_premises_names_nobody(app: App, reason: str) -> None:
    incident = an_incident(app, nature=Nature.ANIMAL)
    proposed(app, a_proposal(incident))  # Jory Tremayne is on the register himself
    premises = a_proposal(incident, whom=Whom.PREMISES, name="", address_known="", age_group=None)
    with refused("names nobody"):
        proposed(app, replace(premises, reason=reason), known=("Ann Penrose",))
    plain = replace(premises, reason="A dog runs loose behind 12 Quay Street. It bit the caller in February")
    with refused("names nobody"):
        proposed(app, replace(plain, address="12 Quay Street, home of Mr Tregenza"))
    proposed(app, plain)


# --- told, reviewed, over --------------------------------------------------------------------------------------------


def test_the_person_is_told_in_writing_or_a_senior_person_says_why_not(app: App) -> None:
    entry = a_live_entry(app)
    with about(app, entry.reference, by=NAMED_OFFICER) as (work, name, found):
        assert found.told == ""
        with refused("on or after"):
            verbs.tell(work, name, found, title="x", on=app.today - timedelta(days=1), words="by post")
        verbs.tell(work, name, found, title="Assets Manager", on=app.today, words="copy in file 3")
    with about(app, entry.reference) as (_, _, found):
        assert found.told == "told 2026-03-02: copy in file 3"
    with about(app, entry.reference, by=NAMED_OFFICER) as (work, name, found), pytest.raises(NotAllowed):
        verbs.do_not_tell(work, name, found, title="x", words="it would raise the risk")
    with refused("there is no|no cautionary notice|--letter"):
        said(app, "cautionary", "told", entry.reference, "--title", "Town Clerk")


def test_an_entry_is_over_on_its_day_whatever_is_reviewed(app: App) -> None:
    entry = a_live_entry(app)
    longest = add_months(app.today, app.policy.procedure.registers.cautionary_longest_months)
    assert entry.ends_on == longest
    put_clock(app, add_months(app.today, 6))
    with about(app, entry.reference) as (work, name, found):
        assert found.review_overdue
        with refused("by 2 March"):
            verbs.review(work, name, found, title="x", words="kept", policy=app.policy, next_on=longest + timedelta(1))
        verbs.review(work, name, found, title="Town Clerk", words="he said it again", policy=app.policy)
    put_clock(app, longest - timedelta(days=1))
    assert how_they_stand(app) == {entry.reference: "live"}
    put_clock(app, longest)
    assert how_they_stand(app) == {entry.reference: "expired"}
    with about(app, entry.reference) as (work, name, found), refused("expired"):
        verbs.review(work, name, found, title="Town Clerk", words="once more", policy=app.policy)


def clocks_on(app: App, day: date) -> dict[str, Clock]:
    put_clock(app, day)
    with app.cautionary(CLERK) as work:
        found = cautionary_clocks(standings(work.session, work.today, work.seal), app.policy, work.today)
    return {clock.name.partition(" a cautionary")[0]: clock for clock in found}


def test_an_entry_is_reviewed_told_of_and_disposed_of_by_its_reference_alone(app: App) -> None:
    start, entry = app.today, a_live_entry(app)
    found = clocks_on(app, start)
    assert found.keys() == {"Review of", "Telling the person of"}
    assert (found["Review of"].about, found["Review of"].due) == (entry.reference, entry.review_on)
    with about(app, entry.reference) as (work, name, standing):
        verbs.tell(work, name, standing, title="Town Clerk", on=work.today, words="copy in file 3")
    assert clocks_on(app, entry.review_on + timedelta(days=1))["Review of"].state is ClockState.OVERDUE
    assert clocks_on(app, entry.ends_on) == {}
    kept = add_months(entry.ends_on, app.policy.procedure.retention["cautionary"])
    assert clocks_on(app, kept - timedelta(days=1)) == {}
    assert clocks_on(app, kept)["Disposal of"].do == "evenhand cautionary over"
    with app.cautionary(CLERK) as work:
        assert shown(work, app.policy, every=True) == []
    assert "Tremayne" not in said(app, "cautionary", "over", "--purpose", "yearly check").stdout


def test_the_same_incident_carries_no_second_entry_and_an_old_one_carries_none(app: App) -> None:
    entry = a_live_entry(app)
    with refused("stands in the register already"):
        proposed(app, a_proposal(1))
    with about(app, entry.reference) as (work, name, found):
        verbs.remove(work, name, found, title="Town Clerk", words="moved away")
    assert how_they_stand(app) == {entry.reference: "removed"}
    with refused("another incident"):
        proposed(app, a_proposal(1))
    old = an_incident(app, happened_on=add_months(app.today, -13), words="He threw a stone at the van in the lane")
    with refused("carries no entry any more"):
        proposed(app, a_proposal(old, name="Somebody Else"))


@pytest.mark.parametrize(
    "dates", [{"ends_on": timedelta(days=400)}, {"ends_on": timedelta(0)}, {"review_on": timedelta(days=200)}]
)
def test_no_entry_is_longer_or_reviewed_later_than_the_policy_lets_it(app: App, dates: dict[str, timedelta]) -> None:
    with refused():
        proposed(app, a_proposal(an_incident(app), **{k: app.today + v for k, v in dates.items()}))


# --- looking ---------------------------------------------------------------------------------------------------------


def test_a_look_up_before_a_visit_is_logged_found_or_not(app: App) -> None:
    entry = a_live_entry(app)
    (found,) = json.loads(said(app, "cautionary", "look-up", "12 Quay St", "--purpose", "Tuesday", "--json").stdout)
    assert found["reference"] == entry.reference
    assert "no promise" in said(app, "cautionary", "look-up", "14 Quay St", "--purpose", "Tuesday").stdout
    with refused("--purpose"):
        said(app, "cautionary", "look-up", "12 Quay St")
    with app.cautionary(CLERK) as work:
        looks = work.session.scalars(select(CautionaryView).order_by(CautionaryView.id)).all()
        assert [(v.by, v.how, v.entries) for v in looks] == [(CLERK.name, "looked up an address", n) for n in (1, 0)]
        details = work.session.scalars(select(AuditEntry.detail).where(AuditEntry.verb == "cautionary.view")).all()
    assert details == [{"how": "looked up an address"}] * 2


def test_who_visits_sees_what_is_live_and_nothing_that_is_only_proposed_or_over(app: App) -> None:
    live = a_live_entry(app)
    proposed(app, a_proposal(an_incident(app, words="She spat at him from the window"), name="Loveday Rowe"))
    with pytest.raises(NotAllowed):
        said(app, "cautionary", "list", "--purpose", "round", officer=ASSISTANT.name)
    name_to(app, Register.CAUTIONARY, ASSISTANT)
    shown = json.loads(said(app, "cautionary", "list", "--purpose", "round", "--json", officer=ASSISTANT.name).stdout)
    assert [row["reference"] for row in shown] == [live.reference]
    with refused("leave --all out"):
        said(app, "cautionary", "list", "--all", "--purpose", "round", officer=ASSISTANT.name)
    with pytest.raises(NotFound):
        said(app, "cautionary", "show", "CC-2026-002", "--purpose", "round", officer=ASSISTANT.name)
    assert len(json.loads(said(app, "cautionary", "list", "--purpose", "x", "--json").stdout)) == 2


def test_a_house_that_may_be_the_one_is_told_and_another_is_not() -> None:
    assert same_place("12 Quay Street, Saltash, PL12 4AB", "12, quay st, PL12 4AB")
    assert same_place("Rose Cottage, Quay Lane", "rose cottage PL12 4AA")
    assert same_place("Flat 2, 12 High Street", "12 High Street")
    assert not same_place("12 Quay Street", "14 Quay Street")
    assert not same_place("12 Quay Street, PL12 4AB", "12 Quay Street, TR1 2XX")
    assert not same_place("Flat 2, 12 High Street", "Flat 3, 12 High Street")
    assert not same_place("12 Quay Street", "12 Mill Road")


def test_the_incident_book_says_what_to_tell_the_hse_and_by_when(app: App, tmp_path: Path) -> None:
    an_incident(app, injury=Injury.OVER_SEVEN_DAYS)
    out = tmp_path / "out"
    said(app, "cautionary", "export", "--from", "2026-01-01", "--out", str(out), "--purpose", "health and safety")
    (row,) = csv.DictReader((out / "incidents.csv").read_text(encoding="utf-8").splitlines())
    assert (row["report_to_hse"], row["hse_by"], row["injury"]) == ("yes", "2026-03-15", "over seven days")


# --- a store of its own ----------------------------------------------------------------------------------------------


def test_nothing_of_it_stands_in_the_councils_record(app: App) -> None:
    a_live_entry(app)
    for path in app.settings.home.glob("evenhand.db*"):
        assert not any(
            word in path.read_bytes() for word in (b"Tremayne", b"CC-2026", b"set the dog", b"cautionary.prop")
        )
    assert (app.settings.home / "cautionary.db").stat().st_mode & 0o077 == 0


def test_it_is_never_kept_in_the_councils_own_database(app: App) -> None:
    for url in (app.settings.store.url, app.settings.store.url.replace("evenhand.db", "./evenhand.db")):
        app.settings = replace(app.settings, store=replace(app.settings.store, cautionary_url=url))
        with pytest.raises(SettingsError, match="of its own"), app.cautionary(CLERK):
            pass


# --- the copy for publication ----------------------------------------------------------------------------------------


def test_a_copy_is_released_only_as_it_was_read_and_its_bytes_are_kept(app: App, tmp_path: Path) -> None:
    name_to(app, Register.SECTION_19, CLERK)
    out = tmp_path / "out"
    for number in range(5):
        a_step(app, a_case(app, a_customer(app)), StepKind.REPORT)
        if number == 0:
            read = json.loads(said(app, "register", "redacted", "--out", str(out), "--purpose", "FOI", "--json").stdout)
            assert (out / "section-19.redacted.csv").read_text().splitlines()[1].endswith("fewer than 5")
    with refused("not the copy that you read"):
        said(app, "register", "release", "--seen", read["sha256"], "--checked", "all", "--out", str(out))
    read = json.loads(said(app, "register", "redacted", "--out", str(out), "--purpose", "FOI", "--json").stdout)
    with refused("--checked"):
        said(app, "register", "release", "--seen", read["sha256"], "--checked", " ", "--out", str(out))
    said(app, "register", "release", "--seen", read["sha256"], "--checked", "nobody can be told", "--out", str(out))
    with app.look() as session:
        kept = {paper.content for paper in session.scalars(select(Paper))}
        last = session.scalars(select(RegisterView).order_by(RegisterView.id.desc())).first()
    assert last is not None
    assert (last.register, last.how) == ("section 19, redacted", "released")
    assert {(out / f"section-19.redacted.{form}").read_bytes() for form in ("csv", "ods", "pdf", "note.txt")} == kept


def signed(app: App, register: Register, *, quarterly: bool = False, despite: str = "") -> release.Copy:
    """The copy as it is drafted now, read and signed off."""
    name, section_19 = proof(app, CLERK, register), register is Register.SECTION_19
    with app.begin(CLERK) if section_19 else app.cautionary(CLERK) as work:
        copy = drafted(app, work, register, quarterly=quarterly)
        sign = release.release if section_19 else release.release_cautionary
        sign(work, name, copy, seen=copy.sha256, words="nobody can be told", despite=despite)
    return copy


def reported(app: App, number: int) -> None:
    for _ in range(number):
        a_step(app, a_case(app, a_customer(app)), StepKind.REPORT)


def test_a_copy_that_beside_the_last_one_tells_of_one_entry_is_not_released(app: App) -> None:
    name_to(app, Register.SECTION_19, CLERK)
    reported(app, 4)
    assert signed(app, Register.SECTION_19).difference is None
    put_clock(app, app.today + timedelta(days=3))
    reported(app, 1)
    with refused("Fewer than 5 entries(.|\n)*--quarter(.|\n)*--despite"):
        signed(app, Register.SECTION_19)
    # At the beginning of the quarter there were none: that says what the first copy said.
    assert not differs(signed(app, Register.SECTION_19, quarterly=True))
    signed(app, Register.SECTION_19, despite="the fifth is known to all from the minutes")
    put_clock(app, app.today + timedelta(days=3))
    reported(app, 5)
    assert differs(signed(app, Register.SECTION_19))
    with app.look() as session:
        kept = [v.purpose for v in session.scalars(select(RegisterView).order_by(RegisterView.id.desc()))]
    assert "5 entries changed since" in kept[0]
    assert "known to all from the minutes" in kept[1]


def differs(copy: release.Copy) -> bool:
    assert copy.difference is not None
    return bool(copy.difference.come or copy.difference.gone)


def test_the_cautionary_copy_is_laid_beside_the_last_of_its_own_store(app: App) -> None:
    for number in range(5):
        incident = {"words": f"He shouted at the door that he would come back, {number}"}
        a_live_entry(app, name=f"Person {number}", address=f"{number + 1} Quay Street", incident=incident)
        if number == 0:
            signed(app, Register.CAUTIONARY)
            put_clock(app, app.today + timedelta(days=3))
    with refused("--despite"):
        signed(app, Register.CAUTIONARY)
    signed(app, Register.CAUTIONARY, despite="a good reason")
    with app.cautionary(CLERK) as work:
        last = work.session.scalars(select(CautionaryRelease).order_by(CautionaryRelease.id.desc())).first()
    assert last is not None
    assert "a good reason" in last.words


def test_the_cautionary_copy_is_kept_in_its_own_store(app: App, tmp_path: Path) -> None:
    a_live_entry(app)
    out = tmp_path / "out"
    words = ("register", "redacted", "cautionary", "--out", str(out), "--purpose", "FOI", "--json")
    read = json.loads(said(app, *words).stdout)
    with pytest.raises(NotAllowed):
        said(app, "register", "release", "cautionary", "--seen", read["sha256"], "--checked", "x", officer="m.hosking")
    said(app, "register", "release", "cautionary", "--seen", read["sha256"], "--checked", "x", "--out", str(out))
    with app.cautionary(CLERK) as work:
        assert {row.name for row in work.session.scalars(select(CautionaryRelease))} == {p.name for p in out.iterdir()}
    with app.look() as session:
        assert session.scalars(select(Paper)).all() == []


def test_a_proof_for_somebody_else_opens_nothing(app: App) -> None:
    name = proof(app, CLERK, Register.CAUTIONARY)
    with app.cautionary(NAMED_OFFICER) as work, pytest.raises(NotAllowed):
        verbs.log_look(work, name, how="listed", entries=0, purpose="a visit")
    with pytest.raises(NotAllowed):
        access.Named(Register.CAUTIONARY, NAMED_OFFICER.name, object())
    with app.cautionary(CLERK) as work:
        assert [s for s in standings(work.session, work.today, work.seal) if s.state is State.LIVE] == []
