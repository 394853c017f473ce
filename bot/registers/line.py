"""One line of the section 19 register: what it holds, in which order, and the words of its kinds (REC-01 to 12)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date

from bot.registers.sheets import Sheet


class Track(enum.StrEnum):
    """What somebody's conduct or request was found to be, in the words of its own track: never another's (GEN-13)."""

    CONDUCT = "unreasonable or unreasonably persistent conduct"
    VEXATIOUS = "vexatious request (FOIA s14(1))"
    UNREASONABLE = "manifestly unreasonable request (EIR reg 12(4)(b))"
    UNFOUNDED = "manifestly unfounded request (UK GDPR art 12(5))"
    EXCESSIVE = "manifestly excessive request (UK GDPR art 12(5))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case of the conduct policy, or one request that was refused under its own law (X2: it hangs on the request).

    reason         of the few words that may also be published
    next_review_on, ends_on   always given: nothing on a register is open-ended (INV-20)
    not_verified   that records of it are not as the sealed history has them, and left out; who looks
    left_on        the day it ceased to be current, None while it is; it is kept until `ends_on`
    """

    reference: str
    track: Track
    reason: str
    customer: str
    name: str
    address: str
    aided_by: tuple[str, ...] = ()
    stage: str
    not_acting: tuple[str, ...] = ()
    ground: str = ""
    behaviours: tuple[str, ...] = ()
    impedes: tuple[str, ...] = ()
    subject_matter: str
    restrictions: tuple[str, ...] = ()
    restrictions_from: str = ""
    restrictions_until: str = ""
    advised: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    external_correspondence: tuple[str, ...] = ()
    committee_reports: tuple[str, ...] = ()
    named_officer: str = ""
    substitute: str = ""
    made_aware: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    complaints_not_taken: tuple[str, ...] = ()
    not_responded_to: tuple[str, ...] = ()
    letters_checked: str = ""
    policy_versions: tuple[str, ...] = ()
    not_verified: str = ""
    entered_on: date
    left_on: date | None
    next_review_on: date
    ends_on: date

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "track": self.track.value}


COLUMNS = tuple(field.name for field in fields(Line))


def sheet_of(lines: Sequence[Line], *, council: str, left_out: str = "") -> Sheet:
    """The register as a sheet, with every item of section 19; for those named to it alone.

    `left_out`: what a reader is told of records that do not verify.
    """
    rows = tuple(tuple(_cell(getattr(line, column)) for column in COLUMNS) for line in lines)
    above = (
        "Confidential: personal data. For those who are named to this register, for the purpose they gave. Every copy "
        "is logged. It is made from the records each time and is true for the moment at which it was made."
    )
    above += f"\n\n{left_out}" if left_out else ""
    return Sheet(f"{council}: register under section 19", COLUMNS, rows, above)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(str(part) for part in value)
    return value.isoformat() if isinstance(value, date) else str(value)
