"""Commands of the conduct track: cases and their steps."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
