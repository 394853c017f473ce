"""What an entry about premises says: the danger, and nobody's name (G-VM-4)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from models.errors import Refused

_NAME_AFTER_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame|Cllr|Rev)\b\.? +[A-Z]")
_WHO_LIVES_THERE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Cllr)\b\.? +[A-Z]")  # Sir and Dr stand in names of streets
_TWO_CAPITALS = re.compile(r"(?<![.!?:] )(?<!^)\b([A-Z][a-z'-]+) +([A-Z][a-z'-]+)\b")


def names_nobody(reason: str, address: str, known: Iterable[str]) -> None:
    """Refused if the reason or the address may name a person: it goes on warning of whoever moves in next.

    `known`: names of people who are on record with this address, or in the register themselves.
    """
    of_the_address = set(_words(address))
    surnames = {_words(name)[-1] for name in known if _words(name)} - of_the_address
    pairs = [m.groups() for m in _TWO_CAPITALS.finditer(reason)]
    strange = [pair for pair in pairs if not {word.casefold() for word in pair} <= of_the_address]
    titled = _NAME_AFTER_TITLE.search(reason) or _WHO_LIVES_THERE.search(address)
    if strange or surnames & set(_words(reason)) or titled:
        raise Refused(
            "an entry about premises names nobody, since it also warns of whoever lives there next. Say what the "
            "danger is (a dog, a loose step, a fence under current), and propose the person as an entry of their "
            "own. What is no name, write in small letters"
        )


def _words(text: str) -> list[str]:
    return [word.casefold() for word in re.findall(r"[^\W\d_]{2,}", text)]
