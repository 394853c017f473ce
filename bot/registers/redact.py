"""The copy of a register that may be published: reason, risk category and length alone (PUB-01 to PUB-05; INV-18).

Somebody who knows a person, a street or a quarrel must learn nothing from it about who is on the register. So it names
no entry: it counts entries that are alike, and only where enough of them are. Rare ones are told of more and more
broadly until they are enough. Every count is a band, so that neither a total nor last year's copy gives anybody away;
and nought is not told from a few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.registers.line import Line
from bot.registers.sheets import Sheet
from models.calendar import add_months
from models.cautionary import IN_WORDS
from models.cautionary_standing import Standing, State
from models.policy import Policy
from models.procedure import Registers
from models.view import Register

COLUMNS = ("reason", "risk_category", "length", "entries")
NO_CATEGORY = "not used in this register"
OTHER, ANY_CATEGORY, ANY_LENGTH = "other or several reasons", "any category", "any length"
WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Cell:
    """All that is taken of an entry."""

    reason: str
    category: str
    length: str


def cells_of_lines(lines: Iterable[Line], day: date, rules: Registers) -> list[Cell]:
    """The lines of the section 19 register that are, or were, current on a day. It holds no risk category."""
    return [cell for line in lines if (cell := line_on(line, day, rules)) is not None]


def cells_of_entries(entries: Iterable[Standing], day: date, rules: Registers) -> list[Cell]:
    """The entries of the cautionary register that are, or were, live on a day."""
    return [cell for entry in entries if (cell := entry_on(entry, day, rules)) is not None]


def line_on(line: Line, day: date, rules: Registers) -> Cell | None:
    """What is taken of a line on a day; None if it was not current."""
    if line.entered_on > day or (line.left_on is not None and line.left_on <= day):
        return None
    return Cell(line.reason, NO_CATEGORY, length_band(line.entered_on, day, rules))


def entry_on(found: Standing, day: date, rules: Registers) -> Cell | None:
    """What is taken of an entry on a day; None if it was not live, or does not verify."""
    since, until = found.live_from, found.ended_on
    if found.state not in _WAS_LIVE or since is None or since > day or (until is not None and until <= day):
        return None
    category = found.entry.category if found.entry.category in rules.categories else ANY_CATEGORY
    return Cell(IN_WORDS[found.incident.nature], category, length_band(since, day, rules))


_WAS_LIVE = {State.LIVE, State.REMOVED, State.EXPIRED}


def quarter_day(today: date) -> date:
    """The first day of this quarter: copies made as at it are the same all quarter long."""
    return date(today.year, (today.month - 1) // 3 * 3 + 1, 1)


def length_band(since: date, today: date, rules: Registers) -> str:
    """How long somebody has been on the register, as one of the policy's bands."""
    lower = 0
    for upper in rules.bands_months:
        if today < add_months(since, upper):
            return f"{lower} to under {upper} months" if lower else f"under {upper} months"
        lower = upper
    return f"{lower} months or more"


def counted(cells: Sequence[Cell], least: int) -> list[tuple[Cell, int]]:
    """How many entries are alike, none fewer than `least`; empty if there are not so many at all.

    Those too rare to be told of as they are lose their length, then their category, then their reason. What is then
    still too rare takes in the next rarest, so that nothing is left over that could be found by taking away.
    """
    if len(cells) < max(least, 1):
        return []
    left, told = list(cells), Counter[Cell]()
    for broader in (_as_it_is, _any_length, _any_category, _any_reason):
        alike = Counter(broader(cell) for cell in left)
        enough = {cell for cell, count in alike.items() if count >= least}
        told.update({cell: alike[cell] for cell in enough})
        left = [cell for cell in left if broader(cell) not in enough]
    rest = len(left)
    while 0 < rest < least:
        rarest = min(told, key=lambda cell: (told[cell], cell.reason, cell.category, cell.length))
        rest += told.pop(rarest)
    if rest:
        told[_any_reason(None)] += rest
    return sorted(
        told.items(), key=lambda each: (each[0].reason == OTHER, each[0].reason, each[0].category, each[0].length)
    )


def _as_it_is(cell: Cell) -> Cell:
    return cell


def _any_length(cell: Cell) -> Cell:
    return Cell(cell.reason, cell.category, ANY_LENGTH)


def _any_category(cell: Cell) -> Cell:
    return Cell(cell.reason, NO_CATEGORY if cell.category == NO_CATEGORY else ANY_CATEGORY, ANY_LENGTH)


def _any_reason(_: Cell | None) -> Cell:
    return Cell(OTHER, ANY_CATEGORY, ANY_LENGTH)


def count_band(count: int, width: int) -> str:
    """'5 to 9' and so on: one more or one fewer is seldom to be seen."""
    width = max(width, 2)
    lower = count // width * width
    return f"{lower} to {lower + width - 1}" if lower else f"fewer than {width}"


def redacted(
    register: Register, cells: Sequence[Cell], policy: Policy, *, council: str, quarterly: bool = False
) -> Sheet:
    """The copy for publication, with the note that goes with it (PUB-02, PUB-04). It names nobody and no day.

    `quarterly`: the cells are those of the beginning of the quarter, and the note says so.
    """
    least = policy.procedure.registers.small_number
    rows = [(c.reason, c.category, c.length, count_band(n, least)) for c, n in counted(cells, least)]
    if not rows:
        rows = [(WITHHELD, WITHHELD, WITHHELD, count_band(0, least))]
    return Sheet(
        f"{council}: {register.value} register, copy for publication",
        COLUMNS,
        tuple(rows),
        _note(register, policy, withheld=rows[0][0] == WITHHELD, quarterly=quarterly),
    )


def _note(register: Register, policy: Policy, *, withheld: bool, quarterly: bool) -> str:
    rules, people = policy.procedure.registers, policy.procedure.people
    holder = people.cautionary_holder if register is Register.CAUTIONARY else people.register_holder
    width = max(rules.small_number, 2)
    return "\n\n".join(
        (
            "## Why this register is kept",
            _WHY[register],
            "## How it is kept",
            f"It is held by the {holder}. Only people who are named to it one by one may read it, and every look at it "
            "is logged. No entry is without a day on which it is reviewed and a day on which it ends.",
            "## Who it goes to",
            "By the policy it may be circulated to: "
            + (", ".join(rules.circulation) or "nobody")
            + ". The Council keeps "
            "a list of who has access to it by name, and of who received a copy.",
            "## What is withheld, and why",
            "Who is on the register, and the details of each matter, are personal information and are withheld under "
            "section 40(2) of the Freedom of Information Act 2000: to publish them would be unfair to the people "
            "concerned and would break the data protection principles. So that nobody can be recognised by putting "
            "facts together, entries that are alike are counted together, counts are given in bands, fewer than "
            f"{width} are never told apart from none, and rare reasons, categories and lengths are told of in broader "
            "words." + (_WITHHELD.format(width=width) if withheld else "") + (QUARTERLY if quarterly else ""),
            "## Using this copy",
            "You may use it again, free of charge, under the Open Government Licence v3.0.",
        )
    )


_WITHHELD = (
    " There are fewer than {width} entries at present, or none, so reasons, categories and lengths are all withheld: "
    "to tell any one of them could tell of one person."
)
QUARTERLY = " The copy shows the register as it stood at the beginning of the quarter in which it was made."
_WHY = {
    Register.SECTION_19: (
        "The Council's policy on unreasonable conduct and persistent complaints asks for a record of what was done "
        "under it, so that everybody is treated alike, limits on contact are reviewed and come to an end, and "
        "decisions can be challenged. It is about conduct in a matter, or about one request, and is no list of people. "
        "It has no effect on requests for a service, on new matters, or on the right to ask for information. Risk "
        "categories are not used in it."
    ),
    Register.CAUTIONARY: (
        "The Council must protect those who work for it from violence at work (Health and Safety at Work etc. Act "
        "1974; Management of Health and Safety at Work Regulations 1999). The register tells staff who visit of a risk "
        "that was reported after an incident, from a person or from premises. It is kept apart from the record of "
        "unreasonable conduct."
    ),
}
