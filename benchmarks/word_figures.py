"""What one message says, beside its truth: the figures of tests/corpus/score.py, for whatever read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from classifiers.reading import Lines, Reading, Stack
from classifiers.training.corpus import Example, script_of
from classifiers.training.stack import Judged, readings
from classifiers.words import readers_of_words
from models.finding import About, Finding
from models.history import NOTHING_KNOWN
from models.message import Address, Message, OwnWords

Row = tuple[dict[str, Any], dict[str, Any], None]


SCORE = script_of("score")


def message_of(example: Example) -> Message:
    to = tuple(Address(f"{place}@council.example") for place in range(example.recipients))
    return Message(
        sha256=example.id, size=0, message_id=f"{example.group}/{example.id}",
        sender=Address("resident@home.example"), to=to, received_at=datetime(2026, 1, 1, tzinfo=UTC),
        subject=example.subject, body=example.own, words=OwnWords(example.own),
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


def rows_of(judged: Sequence[Judged], stack: Stack, lines: Lines) -> list[Row]:
    """The truth and the findings of these letters, weighed by this stack and said from these lines on."""
    found: Mapping[str, Reading] = readings(judged, stack)
    looks = readers_of_words(lambda message: found[message.message_id], lines)
    return [
        (truth(e), form([f for look in looks for f in look.look(message_of(e), NOTHING_KNOWN)]), None)
        for e in (one.example for one in judged)
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


def in_columns(table: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield f"{'':32}" + "".join(f"{group.removeprefix('singles/')[:11]:>12}" for group in table)
    for name in table["all"]:
        yield f"{name:32}" + "".join(f"{of[name]:12.3f}" if name in of else f"{'-':>12}" for of in table.values())
