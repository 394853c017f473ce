"""Who is wrongly flagged more often: `python -m benchmarks.even_handed [--json]`.

The same harmless letters told in seven ways: in standard, dialect and second-language English, and with a mention of
identity, disability, mental health or age (tests/corpus/even-handed/matched.jsonl, which no trainer reads). Whatever is
flagged there is flagged wrongly. The goal: no group's rate above 1.2 times the mean of the others'.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
from numpy.typing import NDArray

from classifiers.reading import ABOUT, LABELS, read
from classifiers.words import examine
from models.finding import About
from models.message import Address, Message, OwnWords

SET = Path(__file__).parents[1] / "tests" / "corpus" / "even-handed" / "matched.jsonl"
GROUPS = ("plain", "dialect", "non_native", "identity", "disability", "mental_health", "age")
ENGLISH = GROUPS[:3]  # the versions in which abusive letters are told too
AREAS = (About.ABUSE, About.RISK, About.CONDUCT)
GOAL = 1.2
CHANCE = 0.05  # a difference that mixed-up labels show more often than this could be chance
SHUFFLES = 10_000
Z = 1.959964  # 95%, both sides

Table = Mapping[str, Sequence[bool]]  # group -> flagged or not, the same contents in the same order in each


@dataclass(frozen=True, slots=True)
class Letter:
    """One version of one content. `abuse` holds the categories that are truly there."""

    content: str
    group: str
    text: str
    abuse: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the readers said of a letter: `area/label` each, and how near each area came to being said (0 to 1)."""

    labels: frozenset[str]
    score: Mapping[About, float]

    def says(self, *areas: About) -> bool:
        return any(label.startswith(f"{area.value}/") for label in self.labels for area in areas)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of a group, with its 95% interval (Wilson), beside the mean rate of all other groups.

    `ratio` is None where nobody else is flagged; `between` is its 95% interval over the contents that might have been
    written instead (bootstrap); `p` is the share of mixed-up tables that differ as much.
    """

    hits: int
    of: int
    rate: float
    low: float
    high: float
    ratio: float | None
    between: tuple[float | None, float | None]
    p: float


@dataclass(frozen=True, slots=True)
class Worst:
    """The group that stands highest above the others, and how often the worst of a mixed-up table stands as high."""

    group: str
    ratio: float | None
    between: tuple[float | None, float | None]
    p: float


@dataclass(frozen=True, slots=True)
class Shift:
    """Mean change of a score against the plain version of the same content, give or take (95%)."""

    mean: float
    give_or_take: float


def read_set(path: Path = SET) -> list[Letter]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Letter(row["content"], row["group"], row["text"], frozenset(a["category"] for a in row["truth"]["abuse"]))
        for row in rows
    ]


def message_of(letter: Letter) -> Message:
    return Message(
        sha256=f"{letter.content}/{letter.group}", size=0, message_id=letter.content,
        sender=Address("resident@home.example"), to=(Address("clerk@council.example"),),
        received_at=datetime(2026, 1, 1, tzinfo=UTC), subject="", body=letter.text, words=OwnWords(letter.text),
    )  # fmt: skip


def look(letter: Letter) -> Seen:
    """By the readers as installed. The score is the trained reader's, before any line is drawn."""
    message = message_of(letter)
    reading = read(message)
    chances = [(ABOUT[type(one)], reading.probability(one)) for one in LABELS]
    return Seen(
        frozenset(f"{finding.about.value}/{finding.label}" for finding in examine(message)),
        {area: max(chance for about, chance in chances if about is area) for area in AREAS},
    )


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson 1927), sound for few and for none."""
    share, square = hits / of, Z * Z / of
    middle = (share + square / 2) / (1 + square)
    half = Z * math.sqrt(share * (1 - share) / of + square / of / 4) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def ratio_to_others(rates: Mapping[str, float], group: str) -> float | None:
    """A group's rate by the mean rate of all other groups; 1 where nobody at all is flagged, None where only it is."""
    others = fmean(rate for name, rate in rates.items() if name != group)
    if others:
        return rates[group] / others
    return None if rates[group] else 1.0


def compare(table: Table, *, shuffles: int = SHUFFLES, seed: int = 1) -> tuple[dict[str, Rate], Worst]:
    """Each group beside the others. Chance is judged by mixing up, content by content, which version is whose."""
    flags = np.array([list(flagged) for flagged in table.values()], dtype=bool)
    counts, contents = flags.sum(axis=1).tolist(), flags.shape[1]
    rates = {group: count / contents for group, count in zip(table, counts, strict=True)}
    mixed, between = _mixed(flags, shuffles, seed), _ratios_between(flags, shuffles, seed)
    found = {}
    for place, (group, hits) in enumerate(zip(table, counts, strict=True)):
        apart = np.abs(mixed[:, place] - fmean(counts)) >= abs(hits - fmean(counts)) - 1e-9
        found[group] = Rate(
            hits,
            contents,
            rates[group],
            *wilson(hits, contents),
            ratio=ratio_to_others(rates, group),
            between=between[place],
            p=_p(int(apart.sum()), shuffles),
        )
    worst = max(found, key=lambda group: found[group].hits)
    as_high = int((mixed.max(axis=1) >= max(counts)).sum())
    return found, Worst(worst, found[worst].ratio, found[worst].between, _p(as_high, shuffles))


def _p(as_much: int, shuffles: int) -> float:
    # The table as it is counts as one of the mixed-up ones: p is never 0 (Phipson and Smyth 2010).
    return (as_much + 1) / (shuffles + 1)


def _mixed(flags: NDArray[np.bool_], shuffles: int, seed: int) -> NDArray[np.int64]:
    """How many each group has in each of the mixed-up tables: a row a table, a column a group."""
    uneven = flags[:, flags.any(axis=0) & ~flags.all(axis=0)]
    same = int(flags.all(axis=0).sum())
    chance = np.random.default_rng(seed)
    return np.array([same + chance.permuted(uneven, axis=0).sum(axis=1) for _ in range(shuffles)], dtype=np.int64)


def _ratios_between(flags: NDArray[np.bool_], draws: int, seed: int) -> list[tuple[float | None, float | None]]:
    """Each group's ratio, its 2.5% and 97.5% places when the contents are drawn again; None: without bound."""
    contents = flags.shape[1]
    drawn = np.random.default_rng(seed).multinomial(contents, np.full(contents, 1 / contents), size=draws)
    counts = drawn @ flags.T.astype(np.int64)
    others = (counts.sum(axis=1, keepdims=True) - counts) / (len(flags) - 1)
    unbounded = np.where(counts > 0, np.inf, 1.0)
    ratios = np.divide(counts, others, out=unbounded, where=others > 0)
    low, high = np.quantile(ratios, [0.025, 0.975], axis=0, method="higher")
    return [(_bounded(a), _bounded(b)) for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def _bounded(ratio: float) -> float | None:
    return ratio if math.isfinite(ratio) else None


def shift(plain: Sequence[float], other: Sequence[float]) -> Shift:
    """Paired: the same contents in the same order."""
    changes = [after - before for before, after in zip(plain, other, strict=True)]
    return Shift(fmean(changes), Z * stdev(changes) / math.sqrt(len(changes)))


def by_group(letters: Iterable[Letter], seen: Mapping[Letter, Seen], groups: Sequence[str]) -> dict[str, list[Seen]]:
    """The same contents in the same order in each group."""
    rows = sorted(letters, key=lambda letter: letter.content)
    return {group: [seen[letter] for letter in rows if letter.group == group] for group in groups}


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that is printed. `wrongly` is by area ("any": at least one of them), then by group."""

    contents: int
    wrongly: dict[str, dict[str, Rate]]
    worst: dict[str, Worst]
    shifts: dict[str, dict[str, Shift]]
    labels: dict[str, dict[str, int]]
    abusive: int
    recall: dict[str, Rate]
    recall_apart: float  # p of the differences of recall


def measure(letters: Sequence[Letter], seen: Mapping[Letter, Seen]) -> Measured:
    harmless = by_group((one for one in letters if not one.abuse), seen, GROUPS)
    asked = {"any": AREAS, **{area.value: (area,) for area in AREAS}, "another language": (About.LANGUAGE,)}
    compared = {
        name: compare({group: [one.says(*areas) for one in ones] for group, ones in harmless.items()})
        for name, areas in asked.items()
    }
    abusive = [letter for letter in letters if letter.abuse]
    recall, uneven = compare(recalled(abusive, seen))
    return Measured(
        contents=len(harmless["plain"]),
        wrongly={name: rates for name, (rates, _) in compared.items()},
        worst={name: worst for name, (_, worst) in compared.items()},
        shifts={
            group: {
                area.value: shift([one.score[area] for one in harmless["plain"]], [one.score[area] for one in ones])
                for area in AREAS
            }
            for group, ones in harmless.items()
            if group != "plain"
        },
        labels={group: dict(_wrong_labels(ones)) for group, ones in harmless.items()},
        abusive=len(abusive) // len(ENGLISH),
        recall=recall,
        recall_apart=uneven.p,
    )


def recalled(abusive: Sequence[Letter], seen: Mapping[Letter, Seen]) -> dict[str, list[bool]]:
    """Found: one of the categories that are there is said."""
    rows = sorted(abusive, key=lambda letter: letter.content)
    return {
        group: [
            any(f"{About.ABUSE.value}/{category}" in seen[letter].labels for category in letter.abuse)
            for letter in rows
            if letter.group == group
        ]
        for group in ENGLISH
    }


def _wrong_labels(ones: Iterable[Seen]) -> Counter[str]:
    areas = tuple(f"{area.value}/" for area in AREAS)
    return Counter(label for one in ones for label in sorted(one.labels) if label.startswith(areas))


def verdict(worst: Worst) -> str:
    """Whether the goal is met, and whether the difference could be chance, in a sentence."""
    times = "alone, nobody else being flagged" if worst.ratio is None else f"{worst.ratio:.2f} times the others' rate"
    met = worst.ratio is not None and worst.ratio <= GOAL
    chance = "could well be chance" if worst.p > CHANCE else "is hardly chance"
    return (
        f"Worst: {worst.group}, {times} (95%: {_span(worst.between)}). The goal of {GOAL} is "
        f"{'met' if met else 'not met'}; a worst group as high as this {chance} (p {worst.p:.3f})."
    )


def _span(between: tuple[float | None, float | None]) -> str:
    return " to ".join("-" if bound is None else f"{bound:.2f}" for bound in between)


def _lines(rates: Mapping[str, Rate]) -> Iterable[str]:
    for group, one in rates.items():
        ratio = "   -" if one.ratio is None else f"{one.ratio:4.2f}"
        yield (
            f"  {group:14}{one.hits:4}/{one.of:<4}{one.rate:6.1%}  [{one.low:5.1%}, {one.high:5.1%}]"
            f"  ratio {ratio} ({_span(one.between)})  p {one.p:5.3f}  {'█' * round(one.rate * 40)}".rstrip()
        )


def report(found: Measured) -> Iterable[str]:
    yield f"{found.contents} harmless contents, each told in {len(GROUPS)} ways: the share wrongly flagged."
    yield "In brackets 95% intervals; ratio: to the mean of the other groups; p: how often chance differs as much."
    for name, rates in found.wrongly.items():
        yield ""
        yield name if name != "another language" else "taken for another language (not counted as a flag)"
        yield from _lines(rates)
    yield ""
    yield "The reader's own score against the plain version of the same content: mean shift in points of 100 (95%)"
    yield f"  {'':14}" + "".join(f"{area.value:>16}" for area in AREAS)
    for group, of in found.shifts.items():
        shifts = (f"{100 * one.mean:+.1f} ± {100 * one.give_or_take:.1f}" for one in of.values())
        yield f"  {group:14}" + "".join(f"{text:>16}" for text in shifts)
    yield ""
    yield "What was wrongly said, by label" + "".join(f"{group[:10]:>12}" for group in found.labels)
    for label in sorted({label for of in found.labels.values() for label in of}):
        yield f"  {label:29}" + "".join(f"{of.get(label, 0):12}" for of in found.labels.values())
    yield ""
    yield f"{found.abusive} abusive contents, each told in {len(ENGLISH)} ways: the share found (recall)"
    yield from _lines(found.recall)
    yield f"  differences this large by chance: p {found.recall_apart:.3f}"
    yield ""
    yield verdict(found.worst["any"])
    for area in AREAS:
        yield f"{area.value}: {verdict(found.worst[area.value])}"


def main() -> None:
    letters = read_set()
    found = measure(letters, {letter: look(letter) for letter in letters})
    if "--json" in sys.argv:
        print(json.dumps(asdict(found), indent=1))
    else:
        print("\n".join(report(found)))


if __name__ == "__main__":
    main()
