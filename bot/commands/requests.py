"""Commands of the information tracks."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
