"""The command line: one door of three. Each command parses, calls one verb, and prints the answer.

Exit codes: 0 done; 1 refused, not found, or something is not as it should be; 2 the command was not understood;
3 the settings or the store cannot be used; 4 a mailbox cannot be reached or refuses.
"""

from __future__ import annotations

import importlib
import os
import sys
from types import TracebackType
from typing import Any

import click

from bot.commands import door
from bot.mailbox.ports import MailboxError
from bot.readable import as_written
from bot.store import StoreError
from config.logs import set_up, where_it_failed
from models.errors import EvenhandError, PolicyError, SettingsError, StoreUnavailable

REFUSED, UNUSABLE, MAILBOX = 1, 3, 4


# Which module holds which commands, in the order of the help. A module is loaded when one of its commands is asked for:
# all of them together take longer to load than most commands take to answer.
WHERE = {
    "store": ("init", "check", "upgrade", "officer", "audit"),
    "mail": ("import", "retry", "run", "serve", "replay", "findings", "classify", "contact"),
    "customers": ("customers",),
    "matters": ("matter",),
    "associates": ("associate",),
    "authority": ("authority",),
    "casework": ("queue", "warning", "decision", "restriction"),
    "cases": ("case",),
    "requests": ("request",),
    "letters": ("letter",),
    "clocks": ("due", "clock", "meeting", "breach"),
    "policies": ("policy",),
    "registers": ("register", "cautionary"),
    "reports": ("report",),
    "enforcing": ("plan", "enforce"),
    "learning": ("threshold",),
    "demo": ("demo",),
    "rehearse": ("rehearse",),
}


class _Commands(click.Group):
    """Every command of the program, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in WHERE.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = next((module for module, names in WHERE.items() if cmd_name in names), None)
        if module and cmd_name not in self.commands:
            for command in importlib.import_module(f"bot.commands.{module}").COMMANDS:
                self.add_command(command)
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Commands, help="Evenhand: even-handed triage and casework for a council's mailbox.")
@click.version_option(package_name="evenhand")
def cli(**_: Any) -> None:
    quiet = click.get_current_context().invoked_subcommand not in ("run", "serve")
    set_up(as_json=bool(os.environ.get("EVENHAND_LOG_JSON")), quiet=quiet)


for option in reversed(door.SHARED):
    cli = option(cli)


def main() -> None:
    """The program's entry. Whatever is refused is said in plain words, with an exit code that means something."""
    sys.excepthook = _fault
    try:
        cli(standalone_mode=True)
    except (SettingsError, PolicyError, StoreError, StoreUnavailable) as error:
        sys.exit(_said(error, UNUSABLE))
    except MailboxError as error:
        sys.exit(_said(error, MAILBOX))
    except EvenhandError as error:
        sys.exit(_said(error, REFUSED))


def _fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A fault of ours: its kind and place. Its text may hold somebody's words, and goes to logs and mails of cron."""
    words = f"evenhand: a fault of the program, {kind.__name__} at {where_it_failed(trace)}."
    click.echo(f"{words} What was not finished was not saved; tell whoever looks after the program", err=True)


def _said(error: EvenhandError, code: int) -> int:
    click.echo(as_written(f"evenhand: {error}"), err=True)
    return code


if __name__ == "__main__":
    main()
