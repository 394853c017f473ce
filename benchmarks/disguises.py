"""How well abuse is seen through a disguise: the abusive lines of the corpus, their rude words written in many ways.

    python -m benchmarks.disguises [--every 10] [--show]

Only lines that are found as they stand are counted: a verdict survives when the same category is said of the disguised
line. The same is done to words of harmless lines: nobody is to be flagged for odd letters alone.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from classifiers.abuse import AbuseWords
from classifiers.reading import lines, read
from models.finding import Abuse
from models.history import NOTHING_KNOWN
from models.message import Address, Message, OwnWords

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus" / "lines"
Disguise = Callable[[str], str]

_LIKE = str.maketrans("aeopcyxijsABEKMHOPCTXS", "аеорсухіјѕАВЕКМНОРСТХЅ")
_LEET = str.maketrans("oieastOIEAST", "013457013457")
_STYLED = {ord(c): 0x1D41A + n for n, c in enumerate("abcdefghijklmnopqrstuvwxyz")}
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_SMALL = str.maketrans("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")


def _between(mark: str) -> Disguise:
    return lambda word: mark.join(word)


def _starred(word: str) -> str:
    first = next((place for place, letter in enumerate(word[1:-1], 1) if letter in "aeiou"), -1)
    return word if first < 0 else word[:first] + "*" + word[first + 1 :]


def _drawn_out(word: str) -> str:
    return word[:1] + word[1:-1].replace("u", "uuuu").replace("i", "iiii").replace("o", "oooo") + word[-1:]


DISGUISES: dict[str, Disguise] = {
    "as written": lambda word: word,
    "capitals": str.upper,
    "zero-width space between letters": _between("\u200b"),
    "soft hyphen between letters": _between("\u00ad"),
    "right-to-left marks between letters": _between("\u200f"),
    "isolates round the word": lambda word: f"\u2066{word}\u2069",
    "Cyrillic letters that look alike": lambda word: word.translate(_LIKE),
    "small capitals": lambda word: word.casefold().translate(_SMALL),
    "mathematical bold": lambda word: word.casefold().translate(_STYLED),
    "wide letters": lambda word: word.translate(_WIDE),
    "strokes and marks on every letter": lambda word: "".join(c + "\u0336\u0301" for c in word),
    "leet": lambda word: word.translate(_LEET),
    "leet in capitals": lambda word: word.upper().translate(_LEET),
    "spaces between letters": _between(" "),
    "points between letters": _between("."),
    "hyphens between letters": _between("-"),
    "underscores between letters": _between("_"),
    "a star for the first vowel": _starred,
    "vowels drawn out": _drawn_out,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the corpus, the categories of abuse in it, and which stretch of it is disguised."""

    text: str
    categories: frozenset[Abuse]
    start: int
    end: int

    def disguised(self, disguise: Disguise) -> str:
        hidden = " ".join(
            disguise(word) if len(word) > 3 else word for word in self.text[self.start : self.end].split()
        )
        return self.text[: self.start] + hidden + self.text[self.end :]


def abusive_and_harmless(every: int) -> tuple[list[Line], list[Line]]:
    """Every so many of the abusive lines, and as many harmless ones, of which a few words in a row are disguised."""
    rows = [
        json.loads(line)
        for path in sorted(CORPUS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if line
    ]
    abusive = [line for row in rows if row.get("abuse") for line in _abusive(row)][::every]
    chance = random.Random(7)
    harmless = [_harmless(row["text"], chance) for row in rows if not row.get("abuse")][::every]
    return abusive, harmless[: len(abusive)]


def _abusive(row: dict[str, object]) -> list[Line]:
    text, said = row["text"], row["abuse"]
    assert isinstance(text, str)
    assert isinstance(said, list)
    start = text.find(said[0]["text"])
    if start < 0:
        return []
    categories = frozenset(Abuse(one["category"]) for one in said)
    return [Line(text, categories, start, start + len(said[0]["text"]))]


def _harmless(text: str, chance: random.Random) -> Line:
    words = text.split(" ")
    first = chance.randrange(max(1, len(words) - 2))
    start = len(" ".join(words[:first])) + (first > 0)
    return Line(text, frozenset(), start, start + len(" ".join(words[first : first + 3])))


def said_of(text: str) -> frozenset[Abuse]:
    """The categories of abuse that the installed readers say of a line."""
    message = Message(
        sha256="",
        size=len(text),
        message_id="",
        sender=Address("sender@home.example"),
        received_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        body=text,
        words=OwnWords(text),
    )
    found = AbuseWords(read, lines()).look(message, NOTHING_KNOWN)
    return frozenset(Abuse(finding.label) for finding in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--every", type=int, default=10, help="take every so many lines")
    parser.add_argument("--show", action="store_true", help="print the lines whose verdict was lost")
    args = parser.parse_args()
    abusive, harmless = abusive_and_harmless(args.every)
    found = [(line, line.categories & said_of(line.text)) for line in abusive]
    found = [(line, categories) for line, categories in found if categories]
    clean = [line for line in harmless if not said_of(line.text)]
    print(f"{len(found)} of {len(abusive)} abusive lines found as written; {len(clean)} harmless lines not flagged")
    print(f"{'disguise':38} {'survive':>16} {'harmless, now flagged':>24}")
    for name, disguise in DISGUISES.items():
        lost = [line for line, categories in found if not categories & said_of(line.disguised(disguise))]
        flagged = sum(bool(said_of(line.disguised(disguise))) for line in clean)
        kept = len(found) - len(lost)
        print(f"{name:38} {_share(kept, len(found)):>16} {_share(flagged, len(clean)):>24}", flush=True)
        _show(lost if args.show else [], disguise)


def _share(some: int, of: int) -> str:
    return f"{some}/{of} = {some / max(of, 1):.1%}"


def _show(lost: Sequence[Line], disguise: Disguise) -> None:
    for line in lost:
        print(f"    {line.disguised(disguise)}")


if __name__ == "__main__":
    main()
