"""Whether two texts that name people by name and title name the same one: who decided, and who looks at it again.

"R. Trelawny, Town Clerk", "Rosenwyn Trelawny" and the user name "r.trelawny" are one person; so is "Town Clerk" alone
and whoever bears that title. In doubt they are the same: somebody else is then named more fully (INV-16).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_TITLE_WORDS = """
mr mrs ms miss mx dr sir dame lady rev revd prof cllr cllrs councillor councillors clerk town parish city county borough
district community deputy assistant acting interim foi eir gdpr officer officers chair chairman chairwoman chairperson
vice mayor monitoring data protection manager senior director head council councils committee panel board nominated
representative nominee finance policy responsible information governance independent member members named health safety
customer customers services service legal proper chief executive registrar solicitor administrator secretary leader
personnel staffing full complaints internal external outside reviewer corporate
"""
_SMALL_WORDS = "a an the of and for to on in with by no who took part from at"
_PARTS = re.compile(r"[,;&/()]|\band\b|\bwith\b", re.I)


def same_named(one: str, other: str) -> bool:
    """Whether any person named in the one text is named in the other."""
    ours, theirs = _people(one), _people(other)
    if ours and theirs:
        return any(_same(a, b) for a in ours for b in theirs)
    a, b = _titles(one), _titles(other)
    # A title without a name is whoever bears it: all its words stand in the other text.
    return bool(a and not ours and a <= b) or bool(b and not theirs and b <= a)


def names_somebody(text: str, titles: Iterable[str] = ()) -> bool:
    """Whether a person's name stands there, not a title alone; `titles`: those of the policy, in its own words."""
    known = {word for title in titles for word in _words(title)}
    return any(any(len(w) > 1 for w in person if w not in known) for person in _people(text))


def holds_title(who: str, title: str) -> bool:
    """Whether a text names somebody by this title: "R. Trelawny, Town Clerk" holds "Town Clerk"."""
    words = set(_words(title)) - _SMALL
    return bool(words) and words <= set(_words(who))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.findall(r"[a-z]+(?:'[a-z]+)?", plain)


def _titles(text: str) -> frozenset[str]:
    return frozenset(w for w in _words(text) if w in _TITLES)


def _people(text: str) -> list[list[str]]:
    parts = [[w for w in _words(part) if w not in _TITLES | _SMALL] for part in _PARTS.split(text)]
    return [part for part in parts if any(len(w) > 1 for w in part)]


def _same(one: list[str], other: list[str]) -> bool:
    shared = {w for w in one if len(w) > 1} & set(other)
    mine, theirs = ([w for w in person if w not in shared] for person in (one, other))
    if not shared:
        return False
    if not mine or not theirs:
        whole = other if not mine else one
        return bool(shared & set(_long(whole)[-1:])) or bool(not mine and not theirs)
    fewer, more = sorted((mine, theirs), key=len)
    return all(any(_compatible(a, b) for b in more) for a in fewer)


def _long(person: list[str]) -> list[str]:
    return [w for w in person if len(w) > 1]


def _compatible(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(short) == 1 or len(short) > 2)


_TITLES, _SMALL = frozenset(_words(_TITLE_WORDS)), frozenset(_words(_SMALL_WORDS))
