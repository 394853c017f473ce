"""Logging: constant event names, ids as fields, never a name, an address, a subject or a body."""

from __future__ import annotations

import logging
import re
import sys
import traceback
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
            _without_addresses,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # What a library logs of our own faults (the scheduler, the pages' server) would print their text otherwise.
    fallback = logging.StreamHandler()
    fallback.setLevel(logging.WARNING)
    fallback.setFormatter(_WithoutValues("%(levelname)s %(name)s: %(message)s"))
    logging.lastResort = fallback


_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;:]+")


def _without_addresses(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """A mail server names the address at which a rule or a command of ours failed: whose it is, no log tells."""
    return {key: _ADDRESS.sub("(an address)", said) if isinstance(said, str) else said for key, said in event.items()}


class _WithoutValues(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802  (the library's own name)
        return str(_without_values(ei))


def where_it_failed(trace: TracebackType | None) -> str:
    """The last places of a fault in our own code, the innermost last. Its text may hold somebody's words."""
    ours = [f for f in traceback.extract_tb(trace) if "site-packages" not in f.filename and f.filename[:1] != "<"]
    return " > ".join(f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in ours[-3:])


def _without_values(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> Any:
    """The kind of an error and where it was raised: its text may hold somebody's words, so it stays out."""
    kind, _, trace = exc_info
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace is not None else "?"
    return f"{kind.__name__} in {where}"
