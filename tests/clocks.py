"""Steps told in a line, and the clocks that run on them, for tests of clocks."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from bot.bootstrap import App
from bot.cli import cli
from bot.clocks import meetings
from bot.clocks.due import clocks
from models.case import Case, StepKind
from models.clock import Clock
from models.request import InformationRequest, RequestStepKind
from tests.builders import CLERK, put_clock
from tests.records import a_request_step, a_step

COMMITTEE = "Policy and Finance Committee"


def step(app: App, case: Case, kind: StepKind, on: date, *, letter: int | None = None, **facts: Any) -> None:
    a_step(app, case, kind, facts=facts, on=on, letter_id=letter)


def answered(
    app: App, request: InformationRequest, kind: RequestStepKind, on: date, contact: int | None = None, **facts: Any
) -> None:
    a_request_step(app, request, kind, on=on, contact_id=contact, facts=facts)


def meets(app: App, body: str, *days: date) -> None:
    with app.begin(CLERK) as work:
        for day in days:
            meetings.add_meeting(work, body=body, held_on=day)


def all_clocks(app: App, on: date) -> list[Clock]:
    put_clock(app, on)
    with app.look() as session:
        found = clocks(session, app.policy, app.clock.now(), app.seal)
    for clock in found:
        can_be_typed(clock.do)
    return found


def can_be_typed(do: str) -> None:
    """What a clock says to do next is a command that there is, with an option that it takes."""
    command: click.Command = cli
    words = do.split()[1:]
    while words and isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None, do
        command = found
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known, do
    wanted = [p for p in command.params if isinstance(p, click.Argument)]
    assert not do or not wanted or not words[0].startswith("--"), do


def one(app: App, name: str, on: date) -> Clock:
    found = [c for c in all_clocks(app, on) if c.name == name]
    assert len(found) == 1, [c.name for c in found]
    return found[0]
