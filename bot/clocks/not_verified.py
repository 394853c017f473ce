"""What is not as the sealed history has it, as something that somebody looks into at once (INV-27)."""

from __future__ import annotations

from datetime import date

from models.clock import Clock, ClockState

AT_ONCE = "at once"
RECORDS = "UK GDPR art 5(1)(f)"  # the integrity of what is kept about people, whatever the policy


def not_verified(about: str, today: date, *, source: str, do: str, note: str) -> Clock:
    """The clock of records that do not verify. `about`: the case, request or entry they belong to, by reference."""
    return Clock(
        name="Records that do not verify",
        about=about,
        started=today,
        due=None,
        calendar=AT_ONCE,
        source=source,
        state=ClockState.PASSED,
        do=do,
        note=note,
    )
