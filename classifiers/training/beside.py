"""Teaches the encoder that reads a letter beside a matter: MiniLM, begun as it is, on the mailboxes and threads.

Every letter is read beside the matter it is about and beside up to two others of the same customer; the words that the
truth calls new facts are marked. How a matter stands is told wrongly one time in ten, as the program will sometimes
have it wrong. Beside the matters of other people (`classifiers.training.acting`) it is taught who acts for whom.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from classifiers.beside import ANSWERS, OTHER, Window, windows_of
from classifiers.matters import Matter
from classifiers.similarity import cosine, read
from classifiers.training.acting import beside_others
from classifiers.training.export import quantised
from classifiers.training.mailboxes import Step
from classifiers.training.network import SIZE, pretrained
from classifiers.training.relation import Known, matters_of
from classifiers.vocabulary import ordinary_words
from classifiers.wordpiece import Wordpieces
from models.finding import Relation

OTHERS = 2  # matters that the letter is not about, for each letter
NOT_JUDGED = -100
MISTOLD = 0.1
LOT = 16
HEADS_FASTER = 5.0
WARMING = 0.08  # of all steps
NEW = 2.0  # what a new word counts beside one that is not
ACTS = 3.0  # what a letter of a helper counts beside one that is none


@dataclass(frozen=True)
class Lesson:
    """One window. `answer`: a place in ANSWERS or NOT_JUDGED. `new`: 0 or 1 for each word piece; None: nobody said.

    acts  whether the writer acts for or with those whose matter it is; None: not asked, it may be their own
    """

    window: Window
    answer: int
    new: tuple[int, ...] | None
    acts: bool | None = None

    @property
    def length(self) -> int:
        return len(self.window.ids)


def lessons(known: Sequence[Known], pieces: Wordpieces, choice: random.Random) -> Iterator[Lesson]:
    for one in known:
        step, numbers = one.step, one.numbers
        relation = step.truth.get("relation")
        spam = relation == Relation.NONE and "automatic" in (step.truth.get("kinds") or [])
        if relation is None or spam or step.message.automatic is not None or step.truth.get("forged"):
            continue
        likely = _likeliest_first(step, matters_of(step))
        issues = {numbers.get(issue) for issue in step.truth.get("issues") or [step.truth.get("issue")] if issue}
        mine = [] if relation == Relation.NEW_ISSUE else [m for m in likely if m.issue in issues]
        if relation == Relation.NONE and not mine:
            mine = likely[:1]
        others = [matter for matter in likely if matter not in mine][:OTHERS]
        for matter, answer in [*((m, relation) for m in mine[:1]), *((m, OTHER) for m in others)]:
            yield from _of(step, matter, answer, pieces, choice)


def lessons_in_acting(folder: Path, pieces: Wordpieces) -> Iterator[Lesson]:
    """Of a long letter the first window: people say at once for whom they write."""
    for one in beside_others(folder):
        yield Lesson(windows_of(one.step.message, one.matter, pieces)[0], NOT_JUDGED, None, one.acts)


def _likeliest_first(step: Step, matters: Sequence[Matter]) -> list[Matter]:
    rarity = ordinary_words()
    mine = rarity.vector(read(f"{step.message.subject}\n{step.message.words.own}").tokens)

    def alike(matter: Matter) -> float:
        return max(cosine(mine, rarity.vector(read(contact.own).tokens)) for contact in matter.readable)

    return sorted(matters, key=alike, reverse=True)


def _of(step: Step, matter: Matter, answer: str, pieces: Wordpieces, choice: random.Random) -> Iterator[Lesson]:
    closed = (matter.answered_on is not None) != (choice.random() < MISTOLD)
    windows = windows_of(step.message, matter, pieces, closed=closed)
    for window in windows:
        said = answer in (Relation.FOLLOW_UP, Relation.REPEAT, Relation.NEW_EVIDENCE)
        new = _new(step, window) if said else None
        elsewhere = answer == Relation.NEW_EVIDENCE and len(windows) > 1 and not any(new or ())
        yield Lesson(window, NOT_JUDGED if elsewhere else ANSWERS.index(answer), new)


def _new(step: Step, window: Window) -> tuple[int, ...]:
    own = step.message.words.own
    facts = [(own.find(fact), len(fact)) for fact in step.truth.get("new_facts") or []]
    return tuple(
        int(any(0 <= at < end and start < at + length for at, length in facts)) for start, end in window.places
    )


# --- the network -----------------------------------------------------------------------------------------------------


class Network(nn.Module):  # type: ignore[misc]
    """`forward` takes ids and kinds [windows, pieces]; gives sums of the answers, of newness for each piece, and of
    whether the writer acts for those whose matter it is."""

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self.encoder = pretrained(weights)
        with torch.no_grad():  # the letter begins a little unlike what was said before it
            self.encoder.kinds.weight[1] = self.encoder.kinds.weight[0] + 0.02 * torch.randn(SIZE)
        self.answers, self.new = nn.Linear(2 * SIZE, len(ANSWERS)), nn.Linear(SIZE, 1)
        self.acts = nn.Linear(2 * SIZE, 1)
        self.dropped = nn.Dropout(0.1)

    def forward(self, ids: Any, kinds: Any) -> Any:
        seen = self.encoder.hidden(ids, kinds).float()
        letter = (kinds * (ids != 0)).float()[:, :, None]
        mean = (seen * letter).sum(1) / letter.sum(1).clamp(min=1)
        both = self.dropped(torch.cat([seen[:, 0], mean], 1))
        return self.answers(both), self.new(self.dropped(seen))[:, :, 0], self.acts(both)[:, 0]


def _side_by_side(lot: Sequence[Lesson]) -> tuple[Any, Any, Any, Any, Any]:
    longest = max(lesson.length for lesson in lot)
    ids, kinds = (torch.zeros(len(lot), longest, dtype=torch.long) for _ in range(2))
    new = -torch.ones(len(lot), longest)
    for row, lesson in enumerate(lot):
        ids[row, : lesson.length] = torch.tensor(lesson.window.ids)
        kinds[row, : lesson.length] = torch.tensor(lesson.window.kinds)
        if lesson.new:
            first = lesson.window.first
            new[row, first : first + len(lesson.new)] = torch.tensor(lesson.new, dtype=torch.float)
    acts = torch.tensor([-1.0 if lesson.acts is None else float(lesson.acts) for lesson in lot])
    return ids, kinds, torch.tensor([lesson.answer for lesson in lot]), new, acts


def teach(network: Network, known: Sequence[Lesson], *, rounds: int, rate: float, name: str, seed: int = 0) -> None:
    """Teach it these lessons, in rounds of several minutes on two cores."""
    torch.manual_seed(seed)
    choice = random.Random(seed)
    network.train()
    heads = [*network.answers.parameters(), *network.new.parameters(), *network.acts.parameters()]
    learner = torch.optim.AdamW(
        [{"params": list(network.encoder.parameters()), "lr": rate}, {"params": heads, "lr": rate * HEADS_FASTER}],
        weight_decay=0.01,
    )
    steps = rounds * (len(known) // LOT + 1)
    pace = torch.optim.lr_scheduler.LambdaLR(
        learner, lambda step: min(1.0, (step + 1) / (WARMING * steps)) * max(0.0, 1 - step / steps)
    )
    answered = nn.CrossEntropyLoss(label_smoothing=0.05, ignore_index=NOT_JUDGED)
    for round_ in range(1, rounds + 1):
        started, lost = time.monotonic(), 0.0
        lots = _lots(known, choice)
        for lot in lots:
            ids, kinds, answers, new, acts = _side_by_side(lot)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                sums, newness, acting = network(ids, kinds)
            loss = answered(sums.float(), answers) if (answers != NOT_JUDGED).any() else torch.zeros(())
            loss = loss + _of_what_is_judged(newness, new, NEW) + _of_what_is_judged(acting, acts, ACTS)
            learner.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            learner.step()
            pace.step()
            lost += float(loss.detach())
        told = f"{name}: round {round_} of {rounds}, loss {lost / len(lots):.3f}, {time.monotonic() - started:.0f} s"
        print(told, file=sys.stderr, flush=True)


def _of_what_is_judged(sums: Any, truth: Any, counts: float) -> Any:
    """The loss where the truth is 0 or 1; -1: nobody said."""
    judged = truth >= 0
    if not judged.any():
        return torch.zeros(())
    return nn.functional.binary_cross_entropy_with_logits(
        sums.float()[judged], truth[judged], pos_weight=torch.tensor(counts)
    )


def _lots(known: Sequence[Lesson], choice: random.Random) -> list[list[Lesson]]:
    """Lessons of about the same length side by side, in any order."""
    ordered = sorted(known, key=lambda lesson: lesson.length + 40 * choice.random())
    lots = [ordered[first : first + LOT] for first in range(0, len(ordered), LOT)]
    choice.shuffle(lots)
    return lots


def exported(network: Network) -> bytes:
    """As ONNX: ids and kinds in, sums of the answers, of newness and of acting for them out."""
    fed = {"ids": torch.tensor([[101, 7592, 102, 7592, 102]]), "kinds": torch.tensor([[0, 0, 0, 1, 1]])}
    axes = {name: {0: "windows", 1: "pieces"} for name in ("ids", "kinds", "new")}
    axes |= {name: {0: "windows"} for name in ("answers", "acts")}
    return quantised(network, fed, ["answers", "new", "acts"], axes)
