"""The corpus as the trainers read it: texts with the labels a person gave them, told apart by who wrote them."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

CORPUS = Path(__file__).parents[2] / "tests" / "corpus"
SECOND = frozenset(
    [
        *("river-district", "upland-town", "coast-unitary", "hill-parish"),
        *("canal-town", "newtown-borough", "island-county"),
        *("university-city", "colliery-district", "garrison-town"),
    ]
)
"""Mailboxes of further hands: taught in a second course, after they had measured what the first one was worth."""

LATER = frozenset(
    [
        *("racecourse-town", "quarry-district", "port-unitary", "lakes-parish", "garden-suburb"),
        *("ferry-island", "mill-borough", "forest-district", "seaside-resort", "commuter-parish"),
        *("cathedral-city", "dales-district", "estuary-borough", "vale-town", "ridge-unitary"),
    ]
)
"""Mailboxes written when that encoder was done: what it says of these teaches how far it is to be believed."""

LATEST = frozenset(
    [
        *("orchard-county", "lighthouse-district", "weaver-town", "bridge-metropolitan"),
        *("abbey-town", "heath-county", "weir-borough", "minster-city"),
    ]
)
"""Mailboxes that only measure it. Moved by the first four too it found abuse hardly better (F1 0.843, 0.849), and the
worst group of `benchmarks.even_handed` was flagged 1.26 times as often as the others, not 1.18."""


@dataclass(frozen=True, slots=True)
class Example:
    """A letter or a line and its truth. `group` is the mailbox or set it stands in: each is by another hand."""

    id: str
    group: str
    own: str
    subject: str
    recipients: int
    line: bool
    kinds: frozenset[str] | None  # None: nobody said
    abuse: tuple[tuple[str, str], ...]  # (category, the words)
    risk: frozenset[str]
    conduct: frozenset[str]
    ruled: frozenset[str] | None = None  # the only labels that somebody spoke about; None: all of them

    @property
    def of_mailbox(self) -> bool:
        """Whether it is one letter of a council's whole mailbox, where kinds are as frequent as they come."""
        return not self.line and self.ruled is None and "/" not in self.group

    def knows(self, label: str, *, kind: bool) -> bool:
        """Whether anybody said if it holds."""
        if self.ruled is not None:
            return label in self.ruled
        return self.kinds is not None or not kind


def script_of(name: str) -> ModuleType:
    """A script that lies with the corpus (it is no package): `score`, `threads`."""
    spec = importlib.util.spec_from_file_location(f"corpus_{name}", CORPUS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def mailboxes(corpus: Path) -> dict[str, Path]:
    """Every mailbox folder but the unseen."""
    return {folder.parent.name: folder.parent for folder in sorted(corpus.glob("*/messages.jsonl"))}


def sources(corpus: Path, scratch: Path) -> dict[str, Path]:
    """Every mailbox folder, and every set of threads turned into one under `scratch`."""
    found = mailboxes(corpus)
    threads = script_of("threads")
    for source in sorted((corpus / "threads").glob("set-*.jsonl"), key=lambda path: int(path.stem[4:])):
        name = f"threads-{source.stem[4:]}"
        with contextlib.redirect_stdout(io.StringIO()):
            threads.main(source, scratch / name)
        found[name] = scratch / name
    return found


def read(corpus: Path = CORPUS, *, ruled: Path | None = None) -> list[Example]:
    """Every inbound letter and every line, in a fixed order; then a council's own rulings.

    `ruled` is what `evenhand report examples` wrote; of a label that nobody ruled on nothing is learnt.
    """
    return [*_lines(corpus), *_singles(corpus), *_mailboxes(corpus), *(_rulings(ruled) if ruled else ())]


def taught(*, ruled: Path | None = None) -> list[Example]:
    """What the models of single messages learn from in the first course."""
    return [example for example in read(ruled=ruled) if example.group not in SECOND | LATER | LATEST]


def _rulings(path: Path) -> Iterator[Example]:
    for row in _rows(path):
        spoken_about = frozenset(label for one in row["ruled"] for label in (one["label"], one["right_label"]) if label)
        example = _example(row, row["truth"], group="ruled", own=row["body"], line=False)
        yield replace(example, ruled=spoken_about)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _lines(corpus: Path) -> Iterator[Example]:
    for path in sorted((corpus / "lines").glob("*.jsonl")):
        for row in _rows(path):
            yield _example(row, row, group=f"lines/{path.stem}", own=row["text"], line=True)


def _singles(corpus: Path) -> Iterator[Example]:
    for path in sorted((corpus / "singles").glob("*.jsonl")):
        for row in _rows(path):
            yield _example(row, row["truth"], group=f"singles/{path.stem}", own=own_words(row["body"]), line=False)


def _mailboxes(corpus: Path) -> Iterator[Example]:
    for path in sorted(corpus.glob("*/messages.jsonl")):
        for row in _rows(path):
            if row["direction"] == "in":
                yield _example(row, row["truth"], group=path.parent.name, own=own_words(row["body"]), line=False)


def _example(row: dict[str, Any], truth: dict[str, Any], *, group: str, own: str, line: bool) -> Example:
    kinds = truth.get("kinds")
    return Example(
        id=row["id"],
        group=group,
        own=own,
        subject=row.get("subject", ""),
        recipients=len(row.get("to", ())) + len(row.get("cc", ())),
        line=line,
        kinds=None if kinds is None else frozenset(kinds),
        abuse=tuple((a["category"], a["text"]) for a in truth.get("abuse", ())),
        risk=frozenset(truth.get("risk", ())),
        conduct=frozenset(truth.get("conduct", ())),
    )


_QUOTE_BEGINS = re.compile(
    r"^(?:On .{4,120}wrote:|Ar .{4,120}ysgrifennodd.*:|-{3,} ?(?:Original|Forwarded) .*|"
    r"Begin forwarded message:|From: .+|Sent from my .+)\s*$",
    re.M,
)


def own_words(body: str) -> str:
    """The writer's own new words, roughly: enough for the corpus at hand. Intake does it properly."""
    begins = _QUOTE_BEGINS.search(body)
    kept = body[: begins.start()] if begins else body
    return "\n".join(line for line in kept.split("\n") if not line.startswith(">")).strip()
