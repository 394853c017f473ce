"""How well the language of a letter is told: short letters in the languages of British towns, mixed ones, and English
of every kind, which must stay English.

    python -m benchmarks.languages [--letters FILE.jsonl]

A case is one JSON object a line: `text`; `language`, what it is to be read in; `other`, the language that is to be
named. Then every English letter of the corpus is asked; none of them should be taken for another language.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from classifiers.language import tongues
from classifiers.small_words import ENGLISH
from models.languages import named

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus"
LETTERS = CORPUS / "languages" / "letters.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    """A letter, what it should be read in and what other language is to be named (empty: none)."""

    id: str
    text: str
    language: str
    other: str


@dataclass(frozen=True, slots=True)
class Answer:
    case: Case
    language: str
    other: str

    @property
    def right(self) -> bool:
        return (self.language, self.other) == (self.case.language, self.case.other)

    @property
    def told_apart(self) -> bool:
        """Right about the one thing that decides whether it is read: English or not."""
        return (self.language == ENGLISH) == (self.case.language == ENGLISH)


def cases(path: Path = LETTERS) -> list[Case]:
    """The cases of a file."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)
    return [Case(row["id"], row["text"], row["language"], row["other"]) for row in rows]


def answers(asked: Iterable[Case]) -> list[Answer]:
    """What is said of each."""
    return [_answer(case) for case in asked]


def _answer(case: Case) -> Answer:
    found = tongues(case.text)
    return Answer(case, ENGLISH if found.english else found.other, found.other)


def english_texts() -> Iterator[str]:
    """The lines, the single messages and the letters of five mailboxes of the corpus; all are in English."""
    for path in sorted(
        (*CORPUS.glob("lines/*.jsonl"), *CORPUS.glob("*/messages.jsonl"), *CORPUS.glob("singles/*.jsonl"))
    ):
        for line in path.read_text(encoding="utf-8").split("\n"):
            row = json.loads(line) if line else {}
            text = row.get("text") or row.get("body")
            if isinstance(text, str):
                yield text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--letters", type=Path, default=LETTERS)
    found = answers(cases(parser.parse_args().letters))
    for name, some in (
        ("English of every kind", [a for a in found if a.case.language == ENGLISH and not a.case.other]),
        ("another language", [a for a in found if a.case.language != ENGLISH]),
        ("both, half and half", [a for a in found if a.case.language == ENGLISH and a.case.other]),
    ):
        right, apart = sum(a.right for a in some), sum(a.told_apart for a in some)
        print(f"{name:24} right {right}/{len(some)}   read or not as it should be {apart}/{len(some)}")
    for answer in found:
        if not answer.right:
            print(f"  {answer.case.id}: {answer.case.language}/{answer.case.other} taken for", end=" ")
            print(f"{answer.language}/{answer.other}: {answer.case.text[:70]!r}")
    texts = list(english_texts())
    begun = time.perf_counter()
    wrong = [(tongues(text).other, text) for text in texts if tongues(text).other]
    spent = time.perf_counter() - begun
    each = spent / max(len(texts), 1) * 1000
    print(f"{'English of the corpus':24} taken for another {len(wrong)}/{len(texts)}   {each:.2f} ms a letter")
    for other, text in wrong[:20]:
        print(f"  {named(other)}: {text[:100]!r}")


if __name__ == "__main__":
    main()
