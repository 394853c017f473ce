"""Logging: constant event names, ids as fields, never a name, an address, a subject or a body."""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import Any

import structlog

Log = structlog.typing.FilteringBoundLogger


def set_up(*, as_json: bool, quiet: bool) -> None:
    """At a door. JSON lines for machines, plain lines for people; always on standard error.

    `quiet` keeps to warnings and errors, for commands that a person waits for.
    """
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_without_values),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _without_values(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> Any:
    """The kind of an error and where it was raised: its text may hold somebody's words, so it stays out."""
    kind, _, trace = exc_info
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace is not None else "?"
    return f"{kind.__name__} in {where}"
