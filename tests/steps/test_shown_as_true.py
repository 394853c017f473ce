"""What registers and clocks show as true stands in the sealed history; the rest is left out and named (INV-27)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.bootstrap import App
from bot.clocks import breaches, meetings
from bot.clocks.due import clocks
from bot.registers.section19 import Basis, Reading, read_register
from models.case import StepKind
from models.clock import Clock
from models.request import Regime
from models.view import Register
from tests.builders import CLERK, a_customer, a_restriction, a_store
from tests.named import let_in, name_to
from tests.records import a_case, a_step
from tests.requests import a_request
from tests.steps.test_registers import said
from tests.steps.test_written_in_by_hand import by_hand, forged_step, locks_off

NOTICE = "Records that do not verify"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path) as app:
        let_in(app)
        yield app


def register_of(app: App) -> Reading:
    with app.look() as session:
        return read_register(Basis(session, app.policy, app.today, app.seal))


def clocks_of(app: App) -> dict[tuple[str, str], Clock]:
    with app.look() as session:
        return {(c.about, c.name): c for c in clocks(session, app.policy, app.clock.now(), app.seal)}


FORGED = {
    "a formal warning": ("formal_warning", '{"named_contact": "x"}'),
    "its end": ("closed", "{}"),
    "a review of the report": ("review", '{"outcome": "no_action"}'),
    "a kind that there is not": ("nonsense", "{}"),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_step_written_in_by_hand_is_not_shown_as_true_and_not_swallowed(app: App, what: str) -> None:
    case = a_case(app, a_customer(app))
    a_step(app, case, StepKind.REPORT)
    (before,), running = register_of(app).lines, clocks_of(app)
    by_hand(app, forged_step(case.id, *FORGED[what]))
    reading, shown = register_of(app), clocks_of(app)
    assert [replace(line, not_verified="") for line in reading.lines] == [before]
    assert reading.doubtful == ("CaseStep:2",)
    assert {name: clock for name, clock in shown.items() if name in running} == running
    (told,) = [clock for name, clock in shown.items() if name not in running]
    assert (told.name, told.do) == (NOTICE, "evenhand audit verify")
    if what != "a kind that there is not":  # nobody can say to which case that belongs
        assert "audit verify" in reading.lines[0].not_verified
        assert told.about == case.reference


CHANGED = {
    "a meeting": ("UPDATE meetings SET held_on = '2031-01-07'", "2031-01-07"),
    "a lifting": (
        "INSERT INTO liftings (restriction_id, lifted_on, reason, by, at)"
        " VALUES (1, '2026-03-02', 'x', 'x', '2026-03-02 10:00:00')",
        "lifted 2026-03-02",
    ),
    "a decision": ("UPDATE decisions SET minute = 'TC/99'", "TC/99"),
    "a case": ("UPDATE cases SET subject_matter = 'the church bells'", "the church bells"),
    "a request": ("UPDATE information_requests SET received_on = '2020-01-07'", "2020, 1, 7"),
    "a breach": ("UPDATE breaches SET aware_at = '2020-01-07 10:00:00'", "2020, 1, 7"),
}


@pytest.mark.parametrize("what", CHANGED)
def test_nothing_that_was_changed_by_hand_is_shown_as_true(app: App, what: str) -> None:
    a_restriction(app, a_customer(app))
    a_step(app, a_case(app, a_customer(app)), StepKind.INITIAL_WARNING, facts={"agreed_with": "x"})
    a_request(app, Regime.EIR, on=app.today)
    with app.begin(CLERK) as work:
        meetings.add_meeting(work, body="Policy and Finance Committee", held_on=date(2026, 5, 1))
        breaches.record_breach(work, aware_at=work.now, words="a list went to the wrong address")
    statement, poison = CHANGED[what]
    locks_off(app, statement)
    reading, shown = register_of(app), clocks_of(app)
    assert reading.doubtful
    assert any(name == NOTICE for _, name in shown)
    assert poison not in "\n".join([*map(str, reading.lines), *map(str, shown.values())])


def test_what_was_taken_out_by_hand_is_missed(app: App) -> None:
    case = a_case(app, a_customer(app))
    a_step(app, case, StepKind.REPORT)
    a_step(app, case, StepKind.ADJUSTMENTS, facts={"before": "decision", "answer": "nothing"})
    locks_off(app, "DELETE FROM case_steps WHERE kind = 'adjustments'")
    assert register_of(app).doubtful == ("CaseStep:2",)


def test_whoever_reads_is_told_in_the_list_in_the_export_and_beside_json(app: App, tmp_path: Path) -> None:
    name_to(app, Register.SECTION_19, CLERK)
    case = a_case(app, a_customer(app))
    a_step(app, case, StepKind.REPORT)
    by_hand(app, forged_step(case.id, "closed", "{}"))
    for words in (("show",), ("show", "--json"), ("export", "--form", "ods", "--out", str(tmp_path / "o"))):
        result = said(app, "register", *words, "--purpose", "monthly check")
        assert "CaseStep:2" in result.stderr
        assert "the clerk runs `evenhand audit verify`" in result.stderr
    assert NOTICE in said(app, "due", "--json").stdout
