"""What one message says, measured on mailboxes and sets that the models never saw:

    python -m benchmarks.words --weights FOLDER [--public FOLDER] [--ruled FILE] [--held FOLDER] [--keep]

Prints a table, a column for each left-out group, with the functions of tests/corpus/score.py. The encoder is taught
anew for every fold (classifiers/training/reader.py says from what; about an hour on two cores); where the lines lie
and how the readers are weighed is chosen, for each group, on the other groups alone. `--keep` also makes the
artefacts from the same folds and writes the figures into their manifests.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classifiers.kept import ARTEFACTS, record_scores
from classifiers.reading import Reading
from classifiers.training.corpus import CORPUS, Example, read
from classifiers.training.reader import arguments, keep, left_out
from classifiers.training.stack import Judged, choose_lines, learn_stack, readings
from classifiers.training.words import prepare
from classifiers.wordpiece import Wordpieces
from classifiers.words import readers_of_words
from models.finding import About, Finding
from models.history import NOTHING_KNOWN
from models.message import Address, Message, OwnWords

TABLE = Path(__file__).parent / "results" / "words.txt"
HARD_SETS = {f"singles/set-{number}" for number in range(3, 10)}  # written here, to be hard
Row = tuple[dict[str, Any], dict[str, Any], None]


def _scorer() -> Any:
    spec = importlib.util.spec_from_file_location("corpus_score", CORPUS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCORE = _scorer()


def message_of(example: Example) -> Message:
    to = tuple(Address(f"{place}@council.example") for place in range(example.recipients))
    return Message(
        sha256=example.id, size=0, message_id=example.id, sender=Address("resident@home.example"), to=to,
        received_at=datetime(2026, 1, 1, tzinfo=UTC), subject=example.subject, body=example.own,
        words=OwnWords(example.own),
    )  # fmt: skip


def form(findings: list[Finding]) -> dict[str, Any]:
    def of(about: About, name: str) -> list[dict[str, Any]]:
        return [
            {name: f.label, "text": f.evidence[0].quote if f.evidence else ""} for f in findings if f.about is about
        ]

    return {
        "kinds": of(About.KIND, "label"),
        "abuse": of(About.ABUSE, "category"),
        "risk": of(About.RISK, "label"),
        "conduct": of(About.CONDUCT, "label"),
    }


def truth(example: Example) -> dict[str, Any]:
    return {
        "kinds": sorted(example.kinds or ()),
        "abuse": [{"category": category, "text": text} for category, text in example.abuse],
        "risk": sorted(example.risk),
        "conduct": sorted(example.conduct),
    }


def rows_of(group: str, judged: Sequence[Judged]) -> list[Row]:
    """The truth and the findings of a group's letters; nothing was chosen on them."""
    others = [one for one in judged if one.example.group != group]
    own = [one for one in judged if one.example.group == group]
    stack = learn_stack(others)
    found: Mapping[str, Reading] = readings(own, stack)
    looks = readers_of_words(lambda message: found[f"{group}/{message.message_id}"], choose_lines(others, stack))
    return [
        (truth(e), form([f for look in looks for f in look.look(message_of(e), NOTHING_KNOWN)]), None)
        for e in (one.example for one in own)
    ]


def figures(rows: list[Row]) -> dict[str, float]:
    found: dict[str, float] = SCORE.score_words(rows)
    plain = [f for t, f, _ in rows if not SCORE.abuse(t) & SCORE.FLAGGABLE]
    found["not_abusive_wrongly_flagged"] = sum(bool(SCORE.abuse(f) & SCORE.FLAGGABLE) for f in plain) / len(plain)
    for key in ("kinds", "risk", "conduct"):
        for label in sorted({x for t, _, _ in rows for x in t[key]}):
            found[f"  {key}/{label}_f1"] = SCORE.prf(
                (label in t[key], label in SCORE.labels(f, key)) for t, f, _ in rows
            )[2]
    return found


def table_of(rows: Mapping[str, list[Row]]) -> dict[str, dict[str, float]]:
    """A column for each group, one for those that other hands wrote, one for all."""
    table = {group: figures(of) for group, of in rows.items()}
    table["other hands"] = figures([row for group, of in rows.items() if group not in HARD_SETS for row in of])
    table["all"] = figures([row for of in rows.values() for row in of])
    return table


def in_columns(table: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield f"{'':32}" + "".join(f"{group.removeprefix('singles/')[:11]:>12}" for group in table)
    for name in table["all"]:
        yield f"{name:32}" + "".join(f"{of[name]:12.3f}" if name in of else f"{'-':>12}" for of in table.values())


def main() -> None:
    work, told = arguments(__doc__, "--keep")
    prepared, pieces = prepare(read(ruled=told.ruled)), Wordpieces(work.vocabulary())
    judged = left_out(work, prepared, pieces)
    rows = {group: rows_of(group, judged) for group in prepared.letters()}
    table = table_of(rows)
    print(text := "\n".join(in_columns(table)))
    if told.keep:
        TABLE.write_text(text + "\n", encoding="utf-8")
        keep(work, prepared, pieces, judged)
        for name in ("encoder.onnx", "lines.npz", "letters.npz", "stack.npz"):
            record_scores(ARTEFACTS / name, {k: v for k, v in table["all"].items() if not k.startswith(" ")})


if __name__ == "__main__":
    main()
