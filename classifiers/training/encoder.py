"""Teaches the encoder: first from public sets of abuse (once), then from the corpus, leaving groups out where told."""

from __future__ import annotations

import csv
import gzip
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from classifiers.reading import COLUMN, LABELS
from classifiers.text import Span, sentences
from classifiers.training.corpus import Example
from classifiers.training.network import PUBLIC, Network, batch, read
from classifiers.training.words import truth_of
from classifiers.wordpiece import Window, Wordpieces
from models.finding import Abuse, Kind

Array = NDArray[np.float32]
ABUSE = [COLUMN[label] for label in Abuse]
KINDS = [COLUMN[label] for label in Kind]
BATCH_PIECES = 1_000
BLANKED = 0.08  # of the pieces are hidden at each look, so that no one word decides
UNKNOWN = 100  # the number of [UNK]
MOST_WINDOWS = 2  # of one letter, while learning
ROWS_OF_A_SET = 3_500
TYPICAL = 40.0 * len(LABELS)  # texts of a lot, labels of a text
PIECE = 0.5  # what one word piece counts beside a text
MOSAICS = 0.25  # letters made from a letter that says nothing and a line or two, for each letter of the corpus


@dataclass(frozen=True)
class Lesson:
    """One text with what is known of it. Truth and `known` are 0 or 1; a label nobody judged has known 0."""

    windows: Sequence[Window]
    sentences: int
    said: Array  # [sentences, labels]
    said_known: Array
    letter: Array  # [labels]
    letter_known: Array
    carried: Sequence[tuple[int, int, int]]  # (abuse category, start, end) in the text
    carried_known: bool
    public: Array  # [PUBLIC], -1: not said


HEADS = ("marks", "public")
LOWEST = ("words", "places", "kinds", "embedded", "layers.0.", "layers.1.")  # know English; councils speak it too
NO_PUBLIC = np.full(len(PUBLIC), -1, dtype=np.float32)


def lesson(example: Example, pieces: Wordpieces) -> Lesson:
    spans = [Span(0, len(example.own), example.own)] if example.line else sentences(example.own)
    windows = pieces.windows(spans, example.subject)[:MOST_WINDOWS]
    truth, known = (one.astype(np.float32) for one in truth_of(example))
    said = np.zeros((len(spans), len(LABELS)), dtype=np.float32)
    said_known = np.zeros_like(said)
    carried = [found for category, text in example.abuse for found in _places(example.own, category, text)]
    if example.line:
        said[:], said_known[:] = truth, known
    else:
        said_known[:] = known * (1 - truth)  # what the letter does not say, none of its sentences says
        said_known[:, ABUSE] = known[ABUSE]
        said_known[:, KINDS] = 0  # a sentence's kind is not its letter's
        for category, start, end in carried:
            for row, span in enumerate(spans):
                if span.start < end and start < span.end:
                    said[row, ABUSE[category]] = 1
    return Lesson(windows, len(spans), said, said_known, truth, known, carried, example.ruled is None, NO_PUBLIC)


_CATEGORY = {label.value: place for place, label in enumerate(Abuse)}


def _places(text: str, category: str, carrier: str) -> Iterator[tuple[int, int, int]]:
    pattern = r"\s+".join(re.escape(word) for word in carrier.split())
    found = re.search(pattern, text, re.I)
    if found:
        yield _CATEGORY[category], found.start(), found.end()


def public_lessons(folder: Path, pieces: Wordpieces, choice: random.Random) -> list[Lesson]:
    """A share of each public set, as single sentences with the labels that the set has."""
    found = []
    for path in sorted(folder.glob("*.csv.gz")):
        if path.name.startswith(("lexicon", "civil_toxic_pos")):  # no sentences; nothing but abuse
            continue
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        choice.shuffle(rows)
        found += [_public(row, pieces) for row in rows[:ROWS_OF_A_SET]]
    return found


def _public(row: dict[str, str], pieces: Wordpieces) -> Lesson:
    text = row["text"][:600]
    spans = [Span(0, len(text), text)]
    said = np.zeros((1, len(LABELS)), dtype=np.float32)
    known = np.zeros_like(said)
    for name in ("threat", "discriminatory"):
        if row[name]:
            said[0, COLUMN[Abuse(name)]] = float(row[name])
            known[0, COLUMN[Abuse(name)]] = 1
    public = np.array([float(row[name]) if row[name] else -1 for name in PUBLIC], dtype=np.float32)
    return Lesson(pieces.windows(spans), 1, said, known, said[0], known[0], (), False, public)


def mosaic(plain: Example, lines: Sequence[Example], choice: random.Random) -> Example:
    """A letter that says nothing, with lines of other hands between its sentences: what they say, it says."""
    parts = [span.text for span in sentences(plain.own)]
    for line in lines:
        parts.insert(choice.randint(0, len(parts)), line.own)
    own = "".join(part + choice.choice((" ", " ", "\n\n")) for part in parts)
    return replace(
        plain,
        own=own,
        kinds=None,
        abuse=tuple(found for line in lines for found in line.abuse),
        risk=frozenset().union(*(line.risk for line in lines)),
        conduct=frozenset().union(*(line.conduct for line in lines)),
    )


def mosaics(examples: Sequence[Example], choice: random.Random) -> Iterator[Example]:
    letters = [e for e in examples if not e.line]
    plain = [e for e in letters if e.ruled is None and not (e.abuse or e.risk or e.conduct)]
    lines = [e for e in examples if e.line]
    for _ in range(int(MOSAICS * len(letters))):
        yield mosaic(choice.choice(plain), choice.choices(lines, k=choice.choice((1, 2, 3))), choice)


def batches(lessons: Sequence[Lesson], choice: random.Random) -> list[list[Lesson]]:
    """Lessons of like length side by side, in an order of chance."""
    order = sorted(lessons, key=lambda one: max(len(w.ids) for w in one.windows) + choice.random() * 12)
    found: list[list[Lesson]] = [[]]
    room = 0
    for one in order:
        cost = len(one.windows) * max(len(w.ids) for w in one.windows)
        if found[-1] and room + cost > BATCH_PIECES:
            found.append([])
            room = 0
        found[-1].append(one)
        room += cost
    choice.shuffle(found)
    return found


WEIGHT = np.array([3.0 if not isinstance(label, Kind) else 1.5 for label in LABELS], dtype=np.float32)


def loss_of(network: Network, lessons: Sequence[Lesson]) -> Any:
    seen = batch([(one.windows, one.sentences) for one in lessons])
    blanked = (torch.rand(seen.ids.shape) < BLANKED) & (seen.sentence >= 0)
    out = read(network, replace(seen, ids=seen.ids.masked_fill(blanked, UNKNOWN)))
    positive = torch.from_numpy(WEIGHT)

    def cost(sums: Any, truth: Array, known: Array, share: Array) -> Any:
        each = torch.nn.functional.binary_cross_entropy_with_logits(
            sums, torch.from_numpy(truth), pos_weight=positive[: sums.shape[1]], reduction="none"
        )
        return (each * torch.from_numpy(known * share[:, None])).sum() / TYPICAL

    # Every text counts the same, a line no less than a page: a lot holds many lines or a few letters.
    said, said_known = np.vstack([one.said for one in lessons]), np.vstack([one.said_known for one in lessons])
    of_letter = np.concatenate([np.full(one.sentences, 2 / (1 + one.sentences)) for one in lessons])
    share = np.where(said.any(axis=1), 1.0, of_letter).astype(np.float32)
    alone = np.ones(len(lessons), dtype=np.float32)
    total = cost(out.sentences, said, said_known, share)
    letters, letters_known = (
        np.vstack([one.letter for one in lessons]),
        np.vstack([one.letter_known for one in lessons]),
    )
    total = total + cost(out.letters, letters, letters_known, alone)
    public = np.vstack([one.public for one in lessons])
    if (public >= 0).any():
        first = np.repeat(np.arange(len(lessons)), [one.sentences for one in lessons])
        truth = public[first]
        total = total + cost(out.public, np.maximum(truth, 0), (truth >= 0).astype(np.float32), share)
    if any(one.carried_known for one in lessons):
        truth, known = _carried(seen, lessons)
        flat = out.pieces.reshape(-1, out.pieces.shape[-1])
        total = total + cost(flat, truth, known, np.full(len(known), PIECE, dtype=np.float32))
    return total


def _carried(seen: Any, lessons: Sequence[Lesson]) -> tuple[Array, Array]:
    shape = (*seen.ids.shape, len(Abuse))
    truth, known = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    row = 0
    for one in lessons:
        for window in one.windows:
            length = len(window.ids)
            if one.carried_known:
                known[row, :length] = (np.array(window.sentence) >= 0)[:, None]
                start, end = np.array(window.start), np.array(window.end)
                for category, first, last in one.carried:
                    truth[row, :length, category] = (end > first) & (start < last) & (np.array(window.sentence) >= 0)
            row += 1
    return truth.reshape(-1, len(Abuse)), known.reshape(-1, len(Abuse))


def teach(
    network: Network,
    rounds: int,
    lessons_of: Callable[[int], Sequence[Lesson]],
    *,
    rate: float,
    name: str,
    still: tuple[str, ...] = ("words", "places"),
) -> None:
    """So many rounds of the lessons; the rate rises and falls, what is named `still` stays as it came."""
    torch.manual_seed(1)
    choice = random.Random(1)
    for named, weights in network.named_parameters():
        weights.requires_grad_(not named.startswith(still))
    moved = [(named, weights) for named, weights in network.named_parameters() if weights.requires_grad]
    heads = [weights for named, weights in moved if named.startswith(HEADS)]
    body = [weights for named, weights in moved if not named.startswith(HEADS)]
    optimiser = torch.optim.AdamW([{"params": body, "lr": rate}, {"params": heads, "lr": rate * 5}], weight_decay=0.01)
    network.train()
    began = time.monotonic()
    planned = None
    for turn in range(rounds):
        lots = batches(lessons_of(turn), choice)
        planned = planned or rounds * len(lots)
        if turn == 0:
            schedule = torch.optim.lr_scheduler.OneCycleLR(
                optimiser, max_lr=[rate, rate * 5], total_steps=int(planned * 1.1) + 10, pct_start=0.1
            )
        sums = 0.0
        for number, lot in enumerate(lots):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                cost = loss_of(network, lot)
            optimiser.zero_grad()
            cost.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            sums += float(cost.detach())
            if sys.stderr.isatty() or number % 250 == 249:
                print(f"{name}: round {turn + 1}/{rounds}, {number + 1}/{len(lots)} lots, "
                      f"cost {sums / (number + 1):.3f}, {time.monotonic() - began:.0f} s", file=sys.stderr)  # fmt: skip
    network.eval()


def from_corpus(
    network: Network, examples: Sequence[Example], pieces: Wordpieces, *, rounds: int, rate: float, name: str
) -> None:
    lines = [lesson(example, pieces) for example in examples if example.line]
    letters = [lesson(example, pieces) for example in examples if not example.line]

    def lessons_of(turn: int) -> Sequence[Lesson]:
        choice = random.Random(1_000 + turn)
        made = (lesson(one, pieces) for one in mosaics(examples, choice))
        return [*lines, *letters[turn % 2 :: 2], *made]  # a letter is soon known by heart, a line is not

    teach(network, rounds, lessons_of, rate=rate, name=name, still=LOWEST)
