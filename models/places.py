"""Whether two postal addresses may be one place, as somebody about to knock at a door has to know. Standard library."""

from __future__ import annotations

import re

_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?) {0,2}([0-9][A-Z]{2})\b", re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:flat|unit|apartment|apt|room)\s+(\w{1,5})\b,?", re.IGNORECASE)
_NUMBER = re.compile(r"\b\d{1,4}[a-z]?\b")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SHORT = {
    "rd": "road",
    "st": "street",
    "ave": "avenue",
    "ln": "lane",
    "cl": "close",
    "dr": "drive",
    "ct": "court",
    "gdns": "gardens",
    "tce": "terrace",
}
_EVERY_STREET = frozenset({"the", *_SHORT.values()})


def postcodes_in(text: str) -> frozenset[str]:
    """Every UK postcode in a text, each as 'PL12 4AB'."""
    return frozenset(f"{m[1]} {m[2]}".upper() for m in _POSTCODE.finditer(text))


def same_place(one: str, other: str) -> bool:
    """Whether two addresses may be one place; in doubt they are.

    They are not where postcodes, house numbers or flats are given on both sides and differ, nor where no word of the
    street or house is the same.
    """
    codes, others = postcodes_in(one), postcodes_in(other)
    (flat, number, words), (its_flat, its_number, its_words) = _house(one), _house(other)
    if codes and others and not codes & others:
        return False
    if (flat and its_flat and flat != its_flat) or (number and its_number and number != its_number):
        return False
    return bool(words & its_words) or (bool(codes & others) and not (words and its_words))


def _house(address: str) -> tuple[str, str, frozenset[str]]:
    """The flat, the number of the house, and the words of the street or of the house's name."""
    bare = _POSTCODE.sub("", address).casefold()
    flat = _WITHIN.search(bare)
    parts = [part for part in _WITHIN.sub("", bare).replace("\n", ",").split(",") if part.strip()]
    named = len(parts) > 1 and not (_NUMBER.search(parts[0]) and _WORD.search(parts[0]))
    head = " ".join(parts[:2] if named else parts[:1])
    number = _NUMBER.search(head)
    words = frozenset(_SHORT.get(word, word) for word in _WORD.findall(head)) - _EVERY_STREET
    return flat[1] if flat else "", number[0] if number else "", words
