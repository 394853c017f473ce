"""What a letter is about: the places, numbered things, cases, days, sums and people that it names.

spaCy's matcher finds where something may be named (reference_patterns), our own rules say whether it is and in which
plain form two mentions are compared (reference_rules, reference_places). There is no statistical model, nothing is
learnt from any one council's names, and nothing leaves the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from classifiers.reference_patterns import Cut, Finder, cut, finder
from classifiers.reference_places import house_number, street
from classifiers.reference_rules import RULES, Named, house

LONGEST = 20_000  # characters of a text that are read
KINDS = (*RULES, "premises", "street")


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing that a text names.

    kind:  one of KINDS
    text:  as it is written
    start: where, in characters
    plain: the form by which two mentions are compared; a date is "mm-dd", without its year
    """

    kind: str
    text: str
    start: int
    plain: str


@lru_cache(maxsize=1024)
def references(text: str) -> tuple[Reference, ...]:
    """All that a text names, in the order of the text; a house with its street is named beside the street itself.

    Reads the first 20,000 characters, in time that grows with their number. Safe from several threads. The first call
    of a process imports spaCy, which takes a second or two.
    """
    tokens = cut(text[:LONGEST])
    found = sorted(_found(finder(), tokens), key=lambda pair: (pair[1].start, pair[1].end))
    return tuple(_reference(text, tokens, kind, named) for kind, named in found)


def _reference(text: str, tokens: Cut, kind: str, named: Named) -> Reference:
    start, end = tokens.starts[named.start], tokens.ends[named.end - 1]
    return Reference(kind, " ".join(text[start:end].split()), start, named.plain)


def _found(by: Finder, tokens: Cut) -> Iterator[tuple[str, Named]]:
    """Kinds in the order of RULES, then streets, then houses; of each the longest first; no token is read twice."""
    candidates: dict[str, list[tuple[int, int]]] = {}
    for kind, start, end in by.find(tokens):
        candidates.setdefault(kind, []).append((start, end))
    taken = bytearray(len(tokens))
    for kind, rule in RULES.items():
        named = (rule(tokens, start, end) for start, end in candidates.get(kind, ()))
        for one in _free(named, taken):
            yield kind, one
    streets = list(_free((street(by, tokens, start, end) for start, end in candidates.get("street", ())), taken))
    for one in streets:
        yield "street", one
        number = house_number(tokens, one.start)
        if number and not any(taken[number.start : number.end]):
            yield "premises", Named(number.start, one.end, f"{number.plain} {one.plain}")
    for one in _free((house(tokens, start, end) for start, end in candidates.get("house", ())), taken):
        yield "premises", one


def _free(named: Iterable[Named | None], taken: bytearray) -> Iterator[Named]:
    wanted = {one for one in named if one is not None}
    for one in sorted(wanted, key=lambda n: (n.start - n.end, n.start)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            yield one
