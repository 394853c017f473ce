"""What every command shares: which store, who acts, at what time, and how the answer is printed."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bot.bootstrap import App, open_app
from bot.readable import as_written, why_unreadable
from bot.work import Work
from models.calendar import COUNCIL_ZONE
from models.errors import NotAllowed
from models.officer import Permission


@dataclass
class Door:
    """The options that stand before or after any command."""

    home: Path
    at: datetime | None
    officer: str
    as_json: bool

    @contextmanager
    def app(self, *, needs: Permission = Permission.READ_QUEUE) -> Iterator[App]:
        """The program on this store, to look at what it holds of people: as on the pages, by an officer who may read.

        `needs`: what whoever acts must be permitted instead; NotAllowed if they are not, NotFound if nobody is called
        so. What a register keeps from somebody is not told by another command (INV-17). Verbs ask for themselves.
        """
        with self.machine() as app:
            if not (actor := app.officer(self.officer)).may(needs):
                raise NotAllowed(f"{actor.name} may not {needs.value}; ask the clerk")
            yield app

    @contextmanager
    def machine(self) -> Iterator[App]:
        """The program on this store for whoever runs the machine, officer or not: the service, the doctor, the check of
        the history. Nothing is shown by it that is about a person."""
        app = open_app(self.home, at=self.at)
        try:
            yield app
        finally:
            app.close()

    @contextmanager
    def work(self) -> Iterator[tuple[App, Work]]:
        """One piece of work by the acting officer; saved at the end of the block, or not at all."""
        with self.app() as app, app.begin(app.officer(self.officer)) as work:
            yield app, work

    def show(self, answer: object, words: str) -> None:
        """Print the answer: JSON for a machine, plain words for a person."""
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1, default=str) if self.as_json else as_written(words))

    def table(self, answer: Sequence[dict[str, object]], columns: Sequence[str], nothing: str) -> None:
        """Print rows: JSON for a machine, a table of these columns for a person."""
        if self.as_json:
            self.show(list(answer), "")
        elif not answer:
            click.echo(nothing)
        else:
            table = Table(box=None, pad_edge=False, header_style="bold")
            for column in columns:
                table.add_column(column.replace("_", " "), overflow="fold")
            for row in answer:
                table.add_row(*(cell(row.get(column)) for column in columns))
            console = Console(width=None if os.isatty(1) else 160, highlight=False, markup=False)
            console.print(table)


def cell(value: object) -> str:
    """A value as a person reads it; a moment in the council's time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(COUNCIL_ZONE).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return as_written("; ".join(str(v) for v in value))
    return as_written(str(value))


class Moment(click.ParamType[datetime]):
    """A date or a time: 2026-03-01, 2026-03-01T14:30, with or without an offset; without one it is London time."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            text = str(value).strip()
            if len(text) <= 10:
                return datetime.combine(date.fromisoformat(text), time(12), COUNCIL_ZONE).astimezone(UTC)
            found = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"'{value}' is not a time; write 2026-03-01 or 2026-03-01T14:30", param, ctx)
        return (found if found.tzinfo else found.replace(tzinfo=COUNCIL_ZONE)).astimezone(UTC)


class Day(click.ParamType[date]):
    """A date: 2026-03-01."""

    name = "DATE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.fromisoformat(str(value).strip()).date()
        except ValueError:
            self.fail(f"'{value}' is not a date; write 2026-03-01", param, ctx)


def default_home() -> Path:
    return Path(os.environ.get("EVENHAND_HOME") or ".")


SHARED = (
    click.option("--home", type=click.Path(path_type=Path), help="The store's folder (or EVENHAND_HOME; else here)."),
    click.option("--at", type=Moment(), help="Put a rehearsal's clock to this time first; a real store refuses it."),
    click.option("--as", "officer", help="The officer who acts (or EVENHAND_OFFICER; else clerk)."),
    click.option("--json", "as_json", is_flag=True, default=None, help="Answer as JSON."),
)


Option = Callable[[Callable[..., Any]], Callable[..., Any]]


def leaf(name: str, *options: Option, help: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command that takes the shared options, and is handed a Door and its own options by name."""

    def make(function: Callable[..., None]) -> click.Command:
        @functools.wraps(function)
        def run(**given: Any) -> None:
            for key, value in given.items():
                _readable(key, value)
            function(_door(given), **given)

        whole: Callable[..., Any] = run
        for option in reversed((*options, *SHARED)):
            whole = option(whole)
        return click.command(name, help=help)(whole)

    return make


def _readable(option: str, value: object) -> None:
    """Refuse words that nobody can read or print: they would stand in letters and registers for ever."""
    if isinstance(value, tuple | list):
        for one in value:
            _readable(option, one)
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise click.UsageError(f"there is nothing with so large a number: {value}")
    wrong = why_unreadable(value) if isinstance(value, str) else ""
    if wrong:
        raise click.UsageError(f"the words of '{option.replace('_', ' ')}' {wrong}")


_LARGEST = 2**31 - 1  # what the number of a record can be in any store


def _door(options: dict[str, Any]) -> Door:
    """The shared options of this command, else of the commands before it, else their defaults."""
    before: dict[str, Any] = {}
    context = click.get_current_context().parent
    while context is not None:
        before = {**{k: v for k, v in context.params.items() if v is not None}, **before}
        context = context.parent

    def chosen(key: str) -> Any:
        value = options.pop(key, None)
        return before.get(key) if value is None else value

    home, at, officer, as_json = (chosen(k) for k in ("home", "at", "officer", "as_json"))
    return Door(
        home=(home or default_home()).resolve(),
        at=at,
        officer=officer or os.environ.get("EVENHAND_OFFICER") or "clerk",
        as_json=bool(as_json),
    )


class Group(click.Group):
    """A group whose bare name does its first command: `evenhand queue` is `evenhand queue list`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)


def group(name: str, *commands: click.Command, help: str) -> Group:
    return Group(name, commands={c.name: c for c in commands if c.name}, help=help)
