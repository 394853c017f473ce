"""How exactly the sender's own words are told apart, on a file of cases.

    python benchmarks/own_words.py CASES.jsonl [--show]

A case is one JSON object a line: `text`, `expected`, and if known `id` and `kind` ('text' or 'html'). White space is
folded before comparing. Two figures are printed for each kind: cases exactly right, and the share of expected words
that were lost. 'own' leaves quoted lines out of both sides; 'context' keeps the ones that are answered between, as
reply-stripping libraries do.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.intake.html import html_to_text
from bot.intake.quote_headers import is_quote_mark
from bot.intake.quoting import own_words, reply_with_context

_MARKS = re.compile(r"^[>\s]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """A body and what should remain of it."""

    id: str
    kind: str
    text: str
    expected: str


@dataclass(frozen=True, slots=True)
class Score:
    """What came of one case: exactly right or not, and how many of the expected words are missing."""

    exact: bool
    words: int
    lost: int


def read_cases(path: Path) -> list[Case]:
    """The cases of a file; HTML is turned into text on the way."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        raw = json.loads(line)
        kind = raw.get("kind", "text")
        text, expected = raw["text"], raw["expected"]
        if kind == "html":
            text, expected = html_to_text(text)[0], html_to_text(expected)[0]
        cases.append(Case(str(raw.get("id", number)), kind, text, expected))
    return cases


def compare(expected: str, got: str) -> Score:
    """Both folded to words and counted; quotation marks at the beginning of lines are not words."""
    wanted, found = _MARKS.sub("", expected).split(), _MARKS.sub("", got).split()
    lost = Counter(wanted) - Counter(found)
    return Score(wanted == found, len(wanted), lost.total())


def measure(cases: Iterable[Case], *, context: bool) -> list[tuple[Case, str, Score]]:
    """Each case with what was got of it and its score."""
    rows = []
    for case in cases:
        if context:
            got, expected = reply_with_context(case.text), case.expected
        else:
            got = own_words(case.text).own
            expected = "\n".join(line for line in case.expected.split("\n") if not is_quote_mark(line))
        rows.append((case, got, compare(expected, got)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("cases", type=Path)
    parser.add_argument("--show", action="store_true", help="print the cases that are not exactly right")
    args = parser.parse_args()
    cases = read_cases(args.cases)
    for kind in sorted({case.kind for case in cases}):
        for context in (False, True):
            rows = measure([case for case in cases if case.kind == kind], context=context)
            exact, words = sum(score.exact for *_, score in rows), sum(score.words for *_, score in rows)
            lost = sum(score.lost for *_, score in rows)
            name = "context" if context else "own"
            print(f"{kind:5} {name:8} exact {exact}/{len(rows)} = {exact / len(rows):.1%}", end="   ")
            print(f"own words lost {lost}/{words} = {lost / max(words, 1):.2%}")
            for case, got, score in rows if args.show else ():
                if not score.exact:
                    print(f"--- {case.id} lost {score.lost}\n{got}\n--- expected\n{case.expected}\n")


if __name__ == "__main__":
    main()
