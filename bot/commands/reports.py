"""Commands that make papers for committees, ombudsmen and tribunals."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
