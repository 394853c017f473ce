"""Commands for clocks, meetings and breaches."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
