"""Ways to reach somebody, in the one form in which they are kept and compared: e-mail, telephone, postcode, house."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache

_MAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_PHONE = re.compile(r"(?<![\w£$€/.-])\(?\+?\(?\d(?:[\s().·/-]{0,3}\d){8,14}(?![\w/])")
# The shapes a UK postcode can have (Royal Mail programmers' guide), with or without its space.
_POSTCODE = re.compile(
    r"\b([A-Z]{1,2}[0-9][0-9A-Z]?) {0,2}([0-9][A-Z]{2})\b",
    re.IGNORECASE,
)
_DOTS_MEAN_NOTHING = frozenset({"gmail.com", "googlemail.com"})
_LEAST_DIGITS, _MOST_DIGITS = 9, 11  # national form, leading 0 included; 9 are old short area numbers with the 0
_HOUSE_NUMBER = re.compile(r"^(?:no\.? ?)?(\d{1,4}[a-z]?)(?: ?[-/] ?\d{1,4})?$")
_NOT_A_PLACE = frozenset({"flat", "apartment", "apt", "unit", "room", "floor", "c/o", "co", "plot", "yard", "kiosk"})
_LETTERS = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*", re.UNICODE)
_STREET_ENDINGS = {
    "rd": "road", "st": "street", "ave": "avenue", "av": "avenue", "ln": "lane", "cl": "close", "dr": "drive",
    "cres": "crescent", "ct": "court", "gdns": "gardens", "pl": "place", "tce": "terrace", "terr": "terrace",
    "sq": "square", "pk": "park", "gr": "grove", "hse": "house",
}  # fmt: skip
_STREETS = (*sorted(set(_STREET_ENDINGS.values()) - {"house"}), "street", "row", "hill", "way", "walk", "green", "bank")


def email(text: str) -> str:
    """The address in lower case, without what is around it; empty if it is none."""
    bare = text.strip().strip("<>").removeprefix("mailto:").strip().lower()
    return bare if bare.count("@") == 1 and all(bare.split("@")) and " " not in bare else ""


def folded_email(address: str) -> str:
    """Where the mail really goes: without a plus-tag (RFC 5233), and without dots where the provider ignores them."""
    local, _, domain = address.lower().partition("@")
    local = local.split("+", 1)[0] or local
    if domain in _DOTS_MEAN_NOTHING:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def phone(text: str) -> str:
    """A telephone number in national digits ('+44 (0)1632 960 001' is '01632960001'); empty if it cannot be one."""
    digits = "".join(c for c in text if c.isdigit())
    written_abroad = text.strip().startswith(("+", "(+", "00"))
    digits = digits.removeprefix("00") if digits.startswith("00") else digits
    if written_abroad and not digits.startswith("44"):
        return digits if 8 <= len(digits) <= 15 else ""
    if digits.startswith("44") and (written_abroad or len(digits) > _MOST_DIGITS):
        digits = "0" + digits.removeprefix("44").removeprefix("0")
    return digits if digits.startswith("0") and _LEAST_DIGITS < len(digits) <= _MOST_DIGITS else ""


def phones_in(text: str) -> tuple[str, ...]:
    """Every telephone number in a text, in order, each once."""
    found = (phone(m[0]) for line in text.split("\n") for m in _PHONE.finditer(line[:2000]))
    return tuple(dict.fromkeys(number for number in found if number))


def emails_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m[0].lower().strip(".'") for m in _MAIL.finditer(text)))


def postcode(text: str) -> str:
    """The last postcode in a text, as 'AB1 2CD'; empty if there is none."""
    found = postcodes_in(text)
    return found[-1] if found else ""


def postcodes_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{m[1]} {m[2]}".upper() for m in _POSTCODE.finditer(text)))


def without_postcode(text: str) -> str:
    return _POSTCODE.sub(" ", text)


def _words(piece: str) -> list[str]:
    lowered = piece.lower().replace("’", "'")
    words = [w.replace("'", "") for w in _LETTERS.findall(lowered)]
    if words and words[0] == "the" and len(words) > 1:
        words = words[1:]
    if len(words) > 1:
        words[-1] = _STREET_ENDINGS.get(words[-1], words[-1])
    return words


def _pieces(address: str) -> Iterator[list[str]]:
    """The parts of an address between commas and line ends; a bare house number goes with the street after it."""
    number: list[str] = []
    for piece in re.split(r"[,;\n|]", without_postcode(address)):
        words = _words(piece)
        if not words:
            continue
        if len(words) == 1 and _HOUSE_NUMBER.match(words[0]):
            number = words
            continue
        yield number + words
        number = []


@lru_cache(maxsize=20_000)  # the same neighbours come into question again and again
def places_in(address: str) -> tuple[str, ...]:
    """What each part of an address would be kept as: '12highstreet', 'oldrectory'. Street with number first."""
    numbered, named = [], []
    for words in _pieces(address):
        if len(words) >= 2 and _HOUSE_NUMBER.match(words[0]) and not words[1].isdigit():
            numbered.append("".join(words))
        elif words[0] in _NOT_A_PLACE:
            continue
        elif 2 <= len(words) <= 5 and not any(w.isdigit() for w in words):
            named.append("".join(words))
    return tuple(dict.fromkeys(numbered + named))


def place(address: str) -> str:
    """House and street of a record, folded to one word, for finding a record by what stands under a letter.

    The numbered street if there is one, else the name of the house; empty for an address that has neither.
    """
    found = places_in(address)
    return found[0] if found else ""


_HOUSES_NAMED = 40  # in one letter
_HOUSE = re.compile(
    r"\b(?:\d{1,4}[a-z]?[ ,]{1,2})?[A-Z][a-z'’]{1,30}(?: [A-Z][a-z'’]{1,30}){0,3}",
)


def houses_in(prose: str) -> tuple[str, ...]:
    """Houses that a letter may name in the middle of its sentences, as `place` folds them, however many words each has.

    'My uncle at 4 Quay Hill Overby' may mean '4quayhill' or '4quayhilloverby'. A street without a house is none.
    """
    found: dict[str, None] = {}
    for match in itertools.islice(_HOUSE.finditer(prose), _HOUSES_NAMED):
        words = match[0].replace(",", " ").split()
        for length in range(2, len(words) + 1):
            key = place(" ".join(words[:length]))
            if key and not is_street_only(key):
                found[key] = None
    return tuple(found)


_BEGINS_WITH_NUMBER = re.compile(r"\d{1,4}")


def house_number(place_key: str) -> str:
    """The number a folded place begins with; empty for a house with a name."""
    digits = _BEGINS_WITH_NUMBER.match(place_key)
    return digits[0] if digits else ""


def is_street_only(place_key: str) -> bool:
    """True for 'churchlane': a street without its house says little, for many live there."""
    return not house_number(place_key) and place_key.endswith(_STREETS)
