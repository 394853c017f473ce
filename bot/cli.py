"""The command line: one door of three. Each command parses, calls one verb, and prints the answer.

Exit codes: 0 done; 1 refused, not found, or something is not as it should be; 2 the command was not understood;
3 the settings or the store cannot be used; 4 a mailbox cannot be reached or refuses.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from bot.commands import (
    associates,
    cases,
    casework,
    clocks,
    customers,
    demo,
    door,
    enforcing,
    learning,
    letters,
    mail,
    matters,
    policies,
    registers,
    rehearse,
    reports,
    requests,
    store,
)
from bot.mailbox.ports import MailboxError
from bot.store import StoreError
from config.logs import set_up
from models.errors import EvenhandError, PolicyError, SettingsError, StoreUnavailable

REFUSED, UNUSABLE, MAILBOX = 1, 3, 4


@click.group(help="Evenhand: even-handed triage and casework for a council's mailbox.")
@click.version_option(package_name="evenhand")
def cli(**_: Any) -> None:
    quiet = click.get_current_context().invoked_subcommand not in ("run", "serve")
    set_up(as_json=bool(os.environ.get("EVENHAND_LOG_JSON")), quiet=quiet)


for option in reversed(door.SHARED):
    cli = option(cli)
for command in (
    *store.COMMANDS,
    *mail.COMMANDS,
    *customers.COMMANDS,
    *matters.COMMANDS,
    *associates.COMMANDS,
    *casework.COMMANDS,
    *cases.COMMANDS,
    *requests.COMMANDS,
    *letters.COMMANDS,
    *clocks.COMMANDS,
    *policies.COMMANDS,
    *registers.COMMANDS,
    *reports.COMMANDS,
    *enforcing.COMMANDS,
    *learning.COMMANDS,
    *demo.COMMANDS,
    *rehearse.COMMANDS,
):
    cli.add_command(command)


def main() -> None:
    """The program's entry. Whatever is refused is said in plain words, with an exit code that means something."""
    try:
        cli(standalone_mode=True)
    except (SettingsError, PolicyError, StoreError, StoreUnavailable) as error:
        sys.exit(_said(error, UNUSABLE))
    except MailboxError as error:
        sys.exit(_said(error, MAILBOX))
    except EvenhandError as error:
        sys.exit(_said(error, REFUSED))


def _said(error: EvenhandError, code: int) -> int:
    click.echo(f"evenhand: {error}", err=True)
    return code


if __name__ == "__main__":
    main()
