"""Our own rules on what spaCy's matcher found: whether it really names something, where it ends, and its plain form.

A rule takes the tokens and a candidate and gives what is named, or None. The plain form is what two mentions are
compared by: lower case, no accents, apostrophes or leading noughts, "rd" as "road", "Councillor" as "cllr".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from typing import Final, NamedTuple

from classifiers.reference_patterns import Cut
from classifiers.reference_words import (
    AREAS,
    ASSETS,
    BEFORE_DATES,
    CAPITAL_PATHS,
    CASES,
    LOOSE_CASES,
    LOWER_TITLES,
    MONTHS,
    NO_HOUSE,
    NO_SURNAME,
    NOT_A_DAY,
    NOT_IN_HOUSES,
    NUMBERS,
    PARTICLES,
    PATHS,
    PLANNING,
    ROADS,
    SPENT,
    STANDARDS,
    TITLES,
    UNITS,
    VEHICLES,
)

_POSTCODE = re.compile(r"(?P<area>[A-Z]{1,2})\d[A-Z\d]?(?P<inward>\d[ABD-HJLNP-UW-Z]{2})\Z", re.ASCII)
_ORDINAL = re.compile(r"1st|2nd|3rd|[04-9]th", re.ASCII)
_PLATE = re.compile(r"[A-Z]{2}\d{2}[A-Z]{3}\Z", re.ASCII)
_OLD_PLATE = re.compile(r"(?:[A-Z]\d{1,3}[A-Z]{3}|[A-Z]{3}\d{1,3}[A-Z]|[A-Z]{3}\d{4})\Z", re.ASCII)
_YEAR = re.compile(r"(?:19|20)\d\d\Z", re.ASCII)
_PLANNING = re.compile(
    r"(?P<prefix>[A-Z]{0,4}/?)(?P<year>(?:20)?\d\d)/(?P<number>\d{3,6})(?P<kind>/[A-Z]{1,5}\d?)?\Z"
    r"|(?P<area>[A-Z]{1,4})/(?P<first>\d{2,6})/(?P<second>\d{2,6})(?P<suffix>/[A-Z]{1,5})?\Z",
    re.ASCII,
)
_SUM = re.compile(r"£?(?P<whole>\d+)(?:\.(?P<pence>\d{1,2}))?(?P<thousands>[kKmM])?\Z", re.ASCII)
_PIECES = re.compile(r"[a-z]+|\d+", re.ASCII)
_FAR = 4  # tokens back in which a word may say what a number is


class Named(NamedTuple):
    """What is named: the first token, the token after the last, and the plain form."""

    start: int
    end: int
    plain: str


def plainly(text: str) -> str:
    """Lower case, without accents and apostrophes, single spaces."""
    folded = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(c for c in folded if not unicodedata.combining(c) and c not in "'’")
    return " ".join(bare.split())


def _joined(tokens: Cut, start: int, end: int) -> str:
    return "".join(tokens.words[start:end])


def _number(word: str) -> str:
    return plainly(word).lstrip("0") or "0"


def _pieces(text: str) -> str:
    return " ".join(piece.lstrip("0") or "0" for piece in _PIECES.findall(plainly(text)))


def _shortly_before(tokens: Cut, place: int, words: frozenset[str]) -> bool:
    return any(tokens.at(back) in words for back in range(place - _FAR, place))


def _counts(tokens: Cut, end: int) -> bool:
    """Whether the number before `end` counts or measures, or begins a date or a decimal."""
    after = tokens.at(end)
    return after in UNITS or after in MONTHS or (after in {".", ",", ":"} and _touches(tokens, end, "N"))


def _touches(tokens: Cut, place: int, form: str) -> bool:
    """Whether the mark at `place` stands between two tokens without a space, the second of this form."""
    inside = 0 < place < len(tokens) - 1
    return (
        inside
        and tokens.form(place + 1) == form
        and tokens.ends[place - 1] == tokens.starts[place]
        and tokens.ends[place] == tokens.starts[place + 1]
    )


def _unbroken(tokens: Cut, start: int, end: int) -> bool:
    return all(tokens.ends[place] == tokens.starts[place + 1] for place in range(start, end - 1))


def _alone(tokens: Cut, start: int, end: int) -> bool:
    """Whether no mark that belongs to a longer number, an address or a path touches it."""
    before = start > 0 and tokens.words[start - 1] in "/-@_.#" and tokens.ends[start - 1] == tokens.starts[start]
    after = end < len(tokens) and tokens.words[end] in "/-@_" and tokens.ends[end - 1] == tokens.starts[end]
    return not before and not after


def postcode(tokens: Cut, start: int, end: int) -> Named | None:
    code = _joined(tokens, start, end)
    found = _POSTCODE.match(code.upper())
    if not found or found["area"].lower() not in AREAS or (end - start == 2 and len(tokens.words[end - 1]) != 3):
        return None
    if _ORDINAL.match(code[-3:]):
        return None
    return Named(start, end, f"{code[:-3]} {code[-3:]}".lower())


def vehicle(tokens: Cut, start: int, end: int) -> Named | None:
    plate = _joined(tokens, start, end)
    in_capitals = plate.isupper()
    said = _shortly_before(tokens, start, VEHICLES)
    if end - start == 2 and not (in_capitals or said):
        return None
    if tokens.at(end - 1) in {"the", "and", "for", "was", "has", "not", "but", "are", "you", "who", "may", "can"}:
        return None
    fits = _PLATE.match(plate.upper()) or (said and _OLD_PLATE.match(plate.upper()))
    return Named(start, end, plate.lower()) if fits else None


def planning(tokens: Cut, start: int, end: int) -> Named | None:
    code = _joined(tokens, start, end).upper().replace("-", "/").replace(".", "/")
    found = _PLANNING.match(code)
    if not found or not _unbroken(tokens, start, end):
        return None
    bare = not found["area"] and not found["prefix"] and not found["kind"]
    if bare and not _shortly_before(tokens, start, PLANNING):
        return None
    if found["kind"] and found["kind"].strip("/").lower() in MONTHS:
        return None
    parts = [part.removeprefix("20") if _YEAR.match(part) else part.lstrip("0") for part in code.split("/")]
    return Named(start, end, "/".join(parts).lower())


def date(tokens: Cut, start: int, end: int) -> Named | None:
    words = tokens.lower[start:end]
    named = [MONTHS[word] for word in words if word in MONTHS]
    numbers = [int(digits) for word in words if (digits := re.sub(r"\D", "", word, flags=re.ASCII)) and len(digits) < 5]
    if named:
        return _named_day(tokens, start, end, numbers, named[0])
    if not _unbroken(tokens, start, end) or not _alone(tokens, start, end):
        return None
    if len(numbers) == 2:
        told = tokens.at(start - 1) in BEFORE_DATES
        return _day(start, end, numbers[0], numbers[1]) if told else None
    if len(numbers) != 3 or tokens.words[start + 1] != tokens.words[start + 3]:
        return None
    if len(tokens.words[start]) == 4:
        return _day(start, end, numbers[2], numbers[1])
    years = len(tokens.words[end - 1]) in {2, 4}
    return _day(start, end, numbers[0], numbers[1]) if years else None


def _named_day(tokens: Cut, start: int, end: int, numbers: list[int], month: int) -> Named | None:
    if len(numbers) != 1:
        return None
    first, last = tokens.lower[start], tokens.lower[end - 1]
    verb = last in {"may", "march"} and tokens.form(end - 1) == "LOW"
    if verb and tokens.form(start) == "N" and tokens.at(end) in NOT_A_DAY:
        return None
    if first in MONTHS:
        counted = tokens.form(end - 1) == "N" and (tokens.at(end) in UNITS or tokens.at(end) in MONTHS)
        loose = first in {"may", "march", "mar", "sept"} and tokens.form(start) == "LOW" and tokens.form(end - 1) == "N"
        if counted or loose:
            return None
    else:
        if tokens.form(end) == "CAP" and tokens.at(end) in ROADS:  # 12 March Street
            return None
    return _day(start, end, numbers[0], month)


def _day(start: int, end: int, day: int, month: int) -> Named | None:
    fits = 1 <= month <= 12 and 1 <= day <= (29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31)
    return Named(start, end, f"{month:02}-{day:02}") if fits else None


def money(tokens: Cut, start: int, end: int) -> Named | None:
    words = tokens.words[start:end]
    last = words[-1].lower()
    if len(words) == 1:
        pence = re.fullmatch(r"\d{1,3}p", last, re.ASCII)
        return Named(start, end, f"£{int(last[:-1]) / 100:.2f}") if pence else None
    spent = last in SPENT
    digits = words[1:] if words[0] in "£" or words[0].lower() == "gbp" else words[:-1]
    if not spent and end < len(tokens) - 1 and tokens.words[end] in ",." and _touches(tokens, end, "N"):
        return None  # a longer sum
    found = _SUM.match("".join(digits).replace(",", ""))
    if not found or digits[-1] in ",." or any(c == "," and len(n) != 3 for c, n in pairwise(digits)):
        return None
    whole = int(found["whole"]) * {"k": 1_000, "m": 1_000_000}.get((found["thousands"] or "").lower(), 1)
    if last in {"pence", "p"}:
        return Named(start, end, f"£{whole / 100:.2f}")
    pennies = (found["pence"] or "").ljust(2, "0")
    return Named(start, end, f"£{whole}.{pennies}" if found["pence"] and int(pennies) else f"£{whole}")


def footpath(tokens: Cut, start: int, end: int) -> Named | None:
    first = tokens.words[start]
    if end - start == 1:
        found = re.match(r"(FP|BR|BW)(\d{1,3})\Z", first, re.ASCII)
        return Named(start, end, f"{PATHS[found[1].lower()]} {found[2].lstrip('0')}") if found else None
    kind = tokens.lower[start]
    number = tokens.words[end - 1]
    if (kind in CAPITAL_PATHS and not first.isupper()) or len(number) > 5 or not number[0].isdigit():
        return None
    if "/" in tokens.words[start:end]:
        number = f"{_number(tokens.words[end - 3])}/{_number(number)}"
    elif _counts(tokens, end):
        return None
    return Named(start, end, f"{PATHS[kind]} {_number(number)}")


def asset(tokens: Cut, start: int, end: int) -> Named | None:
    noun, number = tokens.lower[start], tokens.words[end - 1]
    before = tokens.at(start - 1)
    what = ASSETS[noun] or {"lamp": "lamp", "beach": "beach"}.get(before, "")
    if noun == "hut":
        what = "beach hut" if before == "beach" else "hut"
    if not what or len(number) > 6 or (number[0].islower() and number[0].isalpha()):
        return None
    if _counts(tokens, end) or "-" in tokens.words[start + 1 : end - 1]:
        return None
    begins = start - 1 if what == "beach hut" or before in {"lamp", "street"} else start
    return Named(begins, end, f"{what} {_number(number)}")


def case(tokens: Cut, start: int, end: int) -> Named | None:
    if tokens.lower[start] not in CASES or (
        tokens.words[start].isupper() and tokens.words[start + 1 : start + 2] == ["-"]
    ):
        return _standing_alone(tokens, start, end)
    begins = start + 1
    while begins < end - 1 and (
        tokens.lower[begins] in NUMBERS
        or tokens.words[begins] in "#:-"
        or (tokens.words[begins] == "." and tokens.lower[begins - 1] in NUMBERS)
    ):
        begins += 1
    marked = begins > start + 1 or tokens.lower[start] in {"ref", "refs", "reference", "pcn", "crm", "urn", "cad"}
    code = tokens.words[begins:end]
    if not _is_code(tokens, begins, end) or not any(c.isdigit() for c in "".join(code)):
        return None
    digits = sum(c.isdigit() for c in "".join(code))
    fewest = 1 if marked else 4 if tokens.lower[start] in LOOSE_CASES else 3
    counted = _counts(tokens, end) and len(code) == 1
    year = not marked and _YEAR.match(code[0])
    return None if digits < fewest or counted or year else Named(start, end, _pieces(" ".join(code)))


def _is_code(tokens: Cut, start: int, end: int) -> bool:
    """Joined by strokes without spaces, or capitals and then a number (PCN AB 123)."""
    code = tokens.words[start:end]
    if not _alone(tokens, start, end) and tokens.words[start - 1] not in "#-":
        return False
    if len(code) == 2:
        return code[0].isupper() and len(code[0]) < 5 and code[0].isalpha() and tokens.form(end - 1) in {"N", "NA"}
    if code[0][0].isalpha() and code[0].islower() and len(code) == 1:
        return tokens.form(start) in {"AN", "MIX"}
    return _unbroken(tokens, start, end)


def _standing_alone(tokens: Cut, start: int, end: int) -> Named | None:
    """CRM-88213, FOI-2024-117, AB12345678 and #10442 need no word before them."""
    code = tokens.words[start:end]
    if not _alone(tokens, start, end):
        return None
    letters = (
        code[0].isupper() and code[0].isalpha() and 2 <= len(code[0]) <= 5 and tokens.lower[start] not in STANDARDS
    )
    if len(code) > 1 and code[-1].isdigit() and (letters or code[0] == "#") and _unbroken(tokens, start, end):
        return Named(start, end, _pieces("-".join(code))) if sum(map(len, code[1:])) >= 3 else None
    if len(code) == 1 and re.match(r"[A-Z]{2,4}\d{5,10}\Z", code[0], re.ASCII):
        return Named(start, end, _pieces(code[0]))
    return None


def house(tokens: Cut, start: int, end: int) -> Named | None:
    """Rose Cottage, Higher Mill Farm: at most three words with capitals before what it is."""
    while start > end - 4 and tokens.form(start - 1) == "CAP" and tokens.at(start - 1) not in BEFORE_DATES:
        start -= 1
    while start < end - 1 and tokens.lower[start] in NOT_IN_HOUSES:
        start += 1
    if start >= end - 1 or tokens.lower[end - 2] in NO_HOUSE or tokens.at(start - 1) in TITLES:
        return None
    return Named(start, end, plainly(" ".join((*tokens.words[start : end - 1], tokens.lower[end - 1]))))


def person(tokens: Cut, start: int, end: int) -> Named | None:
    """A title and a surname: the title's one spelling and the last word of the name."""
    title = tokens.lower[start]
    if tokens.form(start) == "LOW" and title not in LOWER_TITLES:
        return None
    if tokens.at(end - 2) in TITLES and end - 2 > start:
        title = tokens.lower[end - 2]
    small = tokens.lower[end - 1] in PARTICLES
    if tokens.form(end - 1) == "LOW" and not small and (tokens.form(start) != "LOW" or tokens.at(end - 1) in NOT_A_DAY):
        return None
    named = tokens.form(end - 1) in {"CAP", "LOW"} and not small
    capital = tokens.form(end - 1) == "CAP"
    for _ in range(5):  # Jean Mary de Souza-Finn
        joined = tokens.at(end) == "-" and _touches(tokens, end, "CAP")
        more = tokens.form(end) == "CAP" and tokens.at(end) not in NO_SURNAME
        if joined:
            end += 2
        elif (more and capital) or (small and more):
            named, small, capital, end = True, False, True, end + 1
        elif tokens.at(end) in PARTICLES and tokens.form(end + 1) == "CAP":
            small, end = True, end + 1
        else:
            break
    if not named or small or tokens.lower[end - 1] in NO_SURNAME:
        return None
    first = end - 1
    while tokens.words[first - 1] == "-" and first - 2 > start:
        first -= 2
    while tokens.lower[first - 1] in PARTICLES and first - 1 > start:
        first -= 1
    surname = plainly(" ".join(tokens.lower[first:end]).replace(" - ", "-"))
    return Named(start, end, f"{TITLES[title]} {surname}")


Rule = Callable[[Cut, int, int], Named | None]
# In this order: what an earlier kind took is not read as a later one.
RULES: Final[dict[str, Rule]] = {
    "postcode": postcode,
    "planning": planning,
    "date": date,
    "money": money,
    "vehicle": vehicle,
    "footpath": footpath,
    "asset": asset,
    "case": case,
    "person": person,
}
