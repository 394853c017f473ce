"""What one message says, measured on mailboxes and sets that the models never saw: `python -m benchmarks.words`.

Prints a table, a column for each left-out group, with the functions of tests/corpus/score.py. `--keep` also makes the
artefacts from the same folds and writes the figures into their manifests.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from classifiers.abuse import AbuseWords, Carriers
from classifiers.base import Classifier
from classifiers.conduct import Conducts
from classifiers.kept import ARTEFACTS, record_scores
from classifiers.kinds import Kinds
from classifiers.reading import Decisions, Reading
from classifiers.risk import Risks
from classifiers.statutory import Statutory
from classifiers.training.corpus import CORPUS, Example, read
from classifiers.training.words import Prepared, choose, keep, learn, left_out_readings, prepare
from models.finding import About, Finding
from models.history import NOTHING_KNOWN
from models.message import Address, Message, OwnWords

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


def classifiers(reader: Callable[[Message], Reading], known: Decisions, carriers: Carriers) -> tuple[Classifier, ...]:
    return (
        Kinds(reader, known),
        Statutory(reader, known),
        AbuseWords(reader, known, carriers),
        Risks(reader, known),
        Conducts(reader, known),
    )


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


def rows_of(prepared: Prepared, group: str, readings: Mapping[str, Reading], carriers: Carriers) -> list[Row]:
    known = choose(prepared, readings, without=group)
    looks = classifiers(lambda message: readings[f"{group}/{message.message_id}"], known, carriers)
    return [
        (truth(e), form([f for one in looks for f in one.look(message_of(e), NOTHING_KNOWN)]), None)
        for e in prepared.examples
        if e.group == group and not e.line
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


def main() -> None:
    prepared = prepare(read())
    folds = {}
    readings: dict[str, Reading] = {}
    for group in prepared.letters():
        learnt = learn(prepared, without=group)
        readings |= left_out_readings(prepared, learnt, group)
        folds[group] = learnt.carriers
        print(f"read {group} by models that never saw it", file=sys.stderr, flush=True)
    rows = {group: rows_of(prepared, group, readings, folds[group]) for group in folds}
    table = {group: figures(of) for group, of in rows.items()}
    table["all"] = figures([row for of in rows.values() for row in of])
    print(f"{'':36}" + "".join(f"{group[:12]:>13}" for group in table))
    for name in table["all"]:
        print(f"{name:36}" + "".join(f"{of[name]:13.3f}" if name in of else f"{'-':>13}" for of in table.values()))
    if "--keep" in sys.argv:
        keep(choose(prepared, readings), learn(prepared))
        for name in ("lines.npz", "letters.npz", "carriers.npz", "decisions.json"):
            record_scores(ARTEFACTS / name, {k: v for k, v in table["all"].items() if not k.startswith(" ")})


if __name__ == "__main__":
    main()
