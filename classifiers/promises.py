"""What the council's last word holds: a day it promised, a question it asked back."""

from __future__ import annotations

import contextlib
import re
from datetime import datetime

_REQUEST_BACK = re.compile(
    r"\?|\b(?:please (?:send|tell|let|confirm|mark|give|ring|call|reply|complete|provide|return)|let me know"
    r"|could you|can you|would you|will you need"
    r"|i (?:shall |will )?need|we (?:shall |will )?need|it would help)\b",
    re.I,
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_PROMISE = re.compile(
    r"\b(?:by|on|before|until|for|from|aim\w* (?:for|to))\s+(?:\w+day,?\s+)?(?:the\s+)?(\d{1,2})(?:st|nd|rd"
    r"|th)?\s+(?:of\s+)?([A-Z][a-z]{2})[a-z]*(?:,?\s+(20\d\d)\b)?"
)
# A day by which the customer is to do something, or on which something ends or begins, is no promise of an answer.
_THEIRS = re.compile(
    r"\b(?:(?:please|kindly) (?!bear\b)|you (?:now |still |then )?have (?:until|till|to\b)"
    r"|you (?:must|should (?!hear|receive|have|expect|get)|need to|are (?:asked|required))"
    r"|(?:takes?|took|comes? into) effect|(?:end|expire|close)(?:s|d|ed)? on)\b",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n{2,}")
_WITHIN = re.compile(r"\bwithin (\w+) (?:working )?(days?|weeks?|months?)\b", re.I)
_COUNT = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "twenty": 20}


def promised(own: str, at: datetime) -> datetime | None:
    """The latest day the council named in its last word; "within two weeks" counts from then."""
    days: list[datetime] = []
    ours = (sentence for sentence in _SENTENCE.split(own) if not _THEIRS.search(sentence))
    for match in (match for sentence in ours for match in _PROMISE.finditer(sentence)):
        day = _next_such_day(int(match.group(1)), match.group(2).lower(), at, match.group(3))
        days += [day] if day is not None else []
    for match in _WITHIN.finditer(own):
        count = _COUNT.get(match.group(1).lower()) or (
            int(match.group(1)) if match.group(1).isdecimal() and len(match.group(1)) < 4 else 0
        )
        unit = {"d": 1.4, "w": 7.0, "m": 30.0}[match.group(2)[0].lower()]
        days.append(datetime.fromtimestamp(at.timestamp() + count * unit * 86400, at.tzinfo))
    near = [day for day in days if 0 <= (day - at).days < 200]
    return max(near, default=None)


def _next_such_day(day: int, month: str, at: datetime, named_year: str | None) -> datetime | None:
    """The first 31 March, say, from then on, or that of the year named; None where there is no such day."""
    for year in (int(named_year),) if named_year else (at.year, at.year + 1):
        with contextlib.suppress(ValueError):  # no such month, or no such day in it
            named = at.replace(year=year, month=_MONTHS.index(month) + 1, day=day)
            if named >= at:
                return named
    return None


def asks_back(own: str) -> bool:
    """Whether these words of the council ask the customer for something."""
    return bool(_REQUEST_BACK.search(own))
