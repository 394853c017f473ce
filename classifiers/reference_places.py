"""Streets, and the houses in them, by their English and Welsh names: where a name begins, and what is none."""

from __future__ import annotations

import re

from classifiers.reference_patterns import Cut, Finder
from classifiers.reference_rules import Named, plainly
from classifiers.reference_words import (
    BEFORE_PLACES,
    BEFORE_WEAK,
    MONTHS,
    NO_COURT,
    NO_NAME,
    ROADS,
    STRONG_ROADS,
    TITLES,
    WEAK_ROADS,
    WELSH,
    WELSH_SMALL,
    WELSH_SURE,
)

_MOST_WORDS = 4  # of a street's name before "road"
_HOUSE = re.compile(r"\d{1,4}[a-z]?\Z", re.ASCII | re.I)
_YEARS = re.compile(r"(?:19|20)\d\d\Z", re.ASCII)
_NAMES_WITHOUT_MORE = frozenset({"high", "main"})  # the high street is a name in most towns
_SAINT = frozenset({"st", "saint"})


def street(finder: Finder, tokens: Cut, start: int, end: int) -> Named | None:
    """The street whose last word stands before `end`, or whose Welsh first word stands at `start`."""
    if tokens.lower[start] in WELSH:
        welsh = _welsh(finder, tokens, start)
        if welsh:
            return welsh
    road = end - 1
    if tokens.lower[road] not in ROADS or _goes_on(tokens, road):
        return None
    if tokens.form(road - 1) == "CAP":
        return _with_capitals(finder, tokens, road)
    return _in_small_letters(finder, tokens, road)


def _goes_on(tokens: Cut, road: int) -> bool:
    """Green Park Road: the name ends further on. St Mary's: no street ends in a saint's title."""
    after = tokens.at(road + 1)
    if tokens.lower[road] == "st" and tokens.form(road + 1) == "CAP" and after not in ROADS and road > 0:
        return tokens.ends[road] < tokens.starts[road + 1]
    same = tokens.form(road) == "CAP" or tokens.form(road + 1) != "CAP"
    return (
        after in ROADS
        and same
        and tokens.form(road + 1) in {"CAP", "LOW"}
        and tokens.form(road) == tokens.form(road + 1)
    )


def _with_capitals(finder: Finder, tokens: Cut, road: int) -> Named | None:
    start = road - 1
    while start > road - _MOST_WORDS and _name_goes_back(tokens, start):
        start -= 2 if tokens.words[start - 1] in ".-" else 1
    while start < road and _opens(finder, tokens, start):
        start += 1
    if start == road or tokens.at(road - 1) in NO_NAME or tokens.at(start - 1) in TITLES:
        return None
    if tokens.lower[start] in TITLES and tokens.at(start) != "dr":
        return None
    word = tokens.lower[road]
    if word in {"court", "ct"} and tokens.lower[road - 1] in NO_COURT:
        return None
    if tokens.form(road) == "LOW" and word in WEAK_ROADS and not _house_before(tokens, start):
        return None
    if word in WEAK_ROADS and not _is_placed(tokens, start):
        return None
    if _is_a_signature(tokens, start, road):
        return None
    return Named(start, road + 1, _plain(tokens, start, road))


def _name_goes_back(tokens: Cut, start: int) -> bool:
    before = tokens.words[start - 1] if start else ""
    if before == "-":
        together = tokens.ends[start - 1] == tokens.starts[start] and tokens.ends[start - 2] == tokens.starts[start - 1]
        return start > 1 and together and tokens.form(start - 2) == "CAP"
    if before == ".":
        return start > 1 and tokens.at(start - 2) in _SAINT and tokens.form(start - 2) == "CAP"
    return tokens.form(start - 1) == "CAP"


def _opens(finder: Finder, tokens: Cut, place: int) -> bool:
    """A word with a capital that begins a sentence or a heading and is no part of the name: "Our", "Repair"."""
    word = tokens.lower[place]
    saint = word in _SAINT
    return not saint and (word in NO_NAME or word in BEFORE_PLACES or (finder.is_small(word) and word != "may"))


def _is_placed(tokens: Cut, start: int) -> bool:
    before = tokens.at(start - 1)
    return before in BEFORE_WEAK or before == "the" or _house_before(tokens, start)


def _is_a_signature(tokens: Cut, start: int, road: int) -> bool:
    """Jean Street, on a line of its own under a letter, is somebody; 14 Quay Street is not."""
    by_itself = tokens.form(start - 1) == "END" and tokens.form(road + 1) == "END"
    surname = tokens.lower[road] in {"street", "lane", "st"} or tokens.lower[road] in WEAK_ROADS
    return by_itself and surname and start > 0 and _thanked(tokens, start)


def _thanked(tokens: Cut, start: int) -> bool:
    back = tokens.lower[max(0, start - 4) : start]
    return any(
        word in {"sincerely", "faithfully", "regards", "wishes", "thanks", "thank", "cheers", "yours"} for word in back
    )


def _in_small_letters(finder: Finder, tokens: Cut, road: int) -> Named | None:
    if tokens.form(road) != "LOW":
        return None
    start = road
    while start > road - 3 and tokens.form(start - 1) == "LOW" and not _ends_a_name(finder, tokens.lower[start - 1]):
        start -= 1
    if start < road and tokens.lower[start] in NO_NAME and tokens.lower[start] not in _SAINT:
        return None
    if start == road:
        return _high_street(tokens, road)
    if _house_before(tokens, start):
        return Named(start, road + 1, _plain(tokens, start, road))
    before = tokens.at(start - 1)
    told = before in BEFORE_PLACES or tokens.form(start - 1) in {"END", "MARK"}
    if not told or tokens.lower[road] not in STRONG_ROADS:
        return None
    return Named(start, road + 1, _plain(tokens, start, road))


def _high_street(tokens: Cut, road: int) -> Named | None:
    if tokens.lower[road] in {"street", "st"} and tokens.at(road - 1) in _NAMES_WITHOUT_MORE:
        return Named(road - 1, road + 1, _plain(tokens, road - 1, road))
    return None


def _ends_a_name(finder: Finder, word: str) -> bool:
    if word in _SAINT:
        return False
    return word in NO_NAME or word in BEFORE_PLACES or finder.is_small(word) or word in _NAMES_WITHOUT_MORE


def _plain(tokens: Cut, start: int, road: int) -> str:
    words = [plainly(word) for word in tokens.words[start:road] if word not in ".-"]
    if words[0] == "saint":
        words[0] = "st"
    return " ".join((*words, ROADS[tokens.lower[road]]))


def _welsh(finder: Finder, tokens: Cut, start: int) -> Named | None:
    """Heol y Felin, Ffordd yr Orsaf, Stryd Fawr, Lôn Goch Uchaf."""
    end = start + 1
    while (
        end < start + 4 and (tokens.form(end) == "CAP" or tokens.at(end) in WELSH_SMALL) and tokens.at(end) not in ROADS
    ):
        if finder.is_small(tokens.at(end)) or tokens.at(end) in MONTHS:
            break
        end += 1
    while end > start + 1 and tokens.at(end - 1) in {"y", "yr", "r", "ar", "ap"}:
        end -= 1
    first = tokens.lower[start]
    if end == start + 1 and first in WELSH_SURE and tokens.form(start) == "LOW":
        end = start + (3 if tokens.at(start + 1) in {"y", "yr", "r"} else 2)
        if tokens.form(end - 1) != "LOW" or finder.is_small(tokens.at(end - 1)):
            return None
    if end == start + 1 or (first not in WELSH_SURE and tokens.form(start) != "CAP"):
        return None
    return Named(start, end, plainly(" ".join((*tokens.words[start : end - 1], tokens.lower[end - 1]))))


def _house_before(tokens: Cut, start: int) -> bool:
    return house_number(tokens, start) is not None


def house_number(tokens: Cut, start: int) -> Named | None:
    """The number that stands before a street: 14, 14b, 14-16, Flat 3, 14; its tokens end where the street begins."""
    last = start - 2 if tokens.at(start - 1) == "," else start - 1
    if last < 0 or not _HOUSE.match(tokens.words[last]) or _YEARS.match(tokens.words[last]):
        return None
    if tokens.at(last - 1) in {"£", ".", ":", "/", "#"} and tokens.ends[last - 1] == tokens.starts[last]:
        return None
    first, said = last, plainly(tokens.words[last])
    if tokens.at(last - 1) == "-" and last > 1 and _HOUSE.match(tokens.words[last - 2]):
        first, said = last - 2, f"{plainly(tokens.words[last - 2])}-{said}"
    back = first - 1 if tokens.at(first - 1) == "," else first
    if tokens.at(back - 2) in {"flat", "apartment", "apt"} and _HOUSE.match(tokens.at(back - 1)):
        first, said = back - 2, f"flat {plainly(tokens.words[back - 1])} {said}"
    return Named(first, start, said)
