"""Fits what weighs a letter against history: vocabulary.json, relation.json and answers.json. Deterministic.

Made of the corpus's mailboxes and threads, which are this project's own words (see tests/corpus/CORPUS.md). What the
encoder says beside a matter is weighed as it was said by an encoder that had not seen that mailbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from classifiers import answers, linking, novelty, repeat, standing, vocabulary
from classifiers.beside import Reader, Seen
from classifiers.logistic import Logistic
from classifiers.matters import Matter, sort_into_matters
from classifiers.similarity import Rarity, words
from classifiers.text import Span, sentences
from classifiers.training.mailboxes import Mailbox, Step, own_words, read_lines
from models.message import Message

DATA = "tests/corpus: the mailboxes and threads of this project, written by hand (CORPUS.md)"
RESENT_EVERY = 6
JUDGED = ("follow_up", "new_evidence", "new_issue", "none", "repeat")


@dataclass(frozen=True)
class Known:
    """A letter with its history and truth, and who reads it beside matters (None: it only teaches the encoder).

    `numbers`: by which number each of the truth's matters goes in the history.
    """

    step: Step
    numbers: Mapping[str, Any]
    reader: Reader | None = None


@dataclass
class Remembered:
    """A reader that is asked the same of one mailbox again and again, while models are fitted to its answers."""

    reader: Reader
    seen: dict[tuple[str, tuple[int, ...]], Seen] = field(default_factory=dict)

    def __call__(self, message: Message, matter: Matter) -> Seen:
        asked = (message.message_id, tuple(contact.id for contact in matter.contacts))
        if asked not in self.seen:
            self.seen[asked] = self.reader(message, matter)
        return self.seen[asked]


def texts(folder: Path) -> list[str]:
    return [f"{m['subject'] or ''}\n{own_words(m['body'])}" for m in read_lines(folder / "messages.jsonl")]


def count_words(folders: Iterable[Path], in_sources: int) -> Rarity:
    return vocabulary.count([texts(folder) for folder in folders], in_sources)


def fit(
    rows: Sequence[Mapping[str, float]],
    labels: Sequence[str],
    order: Sequence[str],
    strength: float,
    balanced: bool = True,
    counts: Sequence[float] | None = None,
) -> Logistic:
    """Logistic regression on scaled features, with the scale folded back into the weights.

    `counts`: how much each row counts; all alike where nothing is said.
    """
    names = sorted({name for row in rows for name in row})
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    mean, scale = table.mean(axis=0), table.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=strength, max_iter=3000, class_weight="balanced" if balanced else None)
    model.fit((table - mean) / scale, [order.index(label) for label in labels], sample_weight=counts)
    weights = model.coef_ / scale
    starts = model.intercept_ - weights @ mean
    return Logistic(
        tuple(order),
        tuple(map(float, starts)),
        tuple(dict(zip(names, map(float, row), strict=True)) for row in weights),
    )


def known_of(folder: Path, reader: Reader | None = None) -> list[Known]:
    """Every inbound message of a mailbox, and some letters sent once more."""
    box = Mailbox(folder)
    found = [Known(step, box.numbers, reader) for step in box.walk()]
    return [*found, *(Known(step, numbers, reader) for step, numbers in resent(folder)[::RESENT_EVERY])]


def related(step: Step) -> bool:
    spam = "automatic" in (step.truth.get("kinds") or [])
    judged = step.truth.get("relation") in JUDGED and step.message.automatic is None
    return judged and not spam and not step.truth.get("forged")


def fit_link(known: Iterable[Known], rarity: Rarity) -> Logistic:
    """Might it be this matter: by signs alone, each matter by itself."""
    rows: list[dict[str, float]] = []
    labels: list[str] = []
    for one in known:
        step = one.step
        if not step.truth.get("issue") or step.message.automatic is not None:
            continue
        matters = matters_of(step)
        for matter, row in zip(matters, linking.features_of(step.message, matters, rarity), strict=True):
            rows.append(row)
            labels.append(_same(matter, one))
    return fit(rows, labels, ("other", "same"), 0.3, balanced=False)


def fit_choice(known: Iterable[Known], rarity: Rarity, link: Logistic) -> Logistic:
    """Is it this one: of the likeliest, after the letter was read beside them."""
    rows: list[dict[str, float]] = []
    labels: list[str] = []
    for one in known:
        step = one.step
        if not step.truth.get("issue") or step.message.automatic is not None or one.reader is None:
            continue
        likely = linking.worth_reading(linking.links(step.message, matters_of(step), rarity, link))
        seen = [one.reader(step.message, found.matter) for found in likely]
        rows += linking.choice_features(step.message, likely, seen)
        labels += [_same(found.matter, one) for found in likely]
    return fit(rows, labels, ("other", "same"), 0.02, balanced=False)


def _same(matter: Matter, known: Known) -> str:
    truth = known.step.truth
    issues = {known.numbers.get(issue) for issue in truth.get("issues") or [truth["issue"]]}
    return "same" if matter.issue in issues else "other"


def matters_of(step: Step) -> list[Matter]:
    contacts = repeat.contacts_for(step.message, step.history)
    answers = frozenset({step.message.in_reply_to} - {""})
    return sort_into_matters(contacts, step.message.words.own, step.message.subject, answers)


def fit_novelty(known: Iterable[Known], rarity: Rarity) -> Logistic:
    """Sentences that hold a stated new fact against the others of messages that go on with an old matter."""
    rows: list[dict[str, float]] = []
    labels: list[str] = []
    for one in known:
        step = one.step
        told = step.truth.get("new_facts") and step.truth.get("relation") == "new_issue"
        if one.reader is None or not (told or step.truth.get("relation") in ("new_evidence", "repeat", "follow_up")):
            continue
        matters = matters_of(step)
        mine = [m for m in matters if m.issue == one.numbers.get(step.truth.get("issue") or "")] or matters
        if not mine:
            continue
        before = novelty.Known.of(mine, step.history, step.message)
        parts = sentences(step.message.words.own)
        seen = one.reader(step.message, mine[-1])
        found = novelty.features_of(parts, before, rarity, len(step.message.attachments), seen)
        for part, row in zip(parts, found, strict=True):
            rows.append(row)
            labels.append("new" if _states(part, step.truth.get("new_facts") or []) else "old")
    return fit(rows, labels, ("old", "new"), 0.3, balanced=False)


def _states(part: Span, new_facts: Sequence[str]) -> bool:
    mine = words(part.text)
    for fact in new_facts:
        theirs = words(fact)
        common = len(set(mine) & set(theirs))
        if theirs and (common >= 0.6 * len(set(theirs)) or (len(mine) >= 3 and common >= 0.8 * len(set(mine)))):
            return True
    return False


def fit_relation(known: Iterable[Known], weights: repeat.Weights) -> Logistic:
    rows: list[dict[str, float]] = []
    labels: list[str] = []
    for one in known:
        if not related(one.step) or one.reader is None:
            continue
        placed = repeat.place(one.step.message, one.step.history, replace(weights, reader=one.reader))
        if placed.link is not None:
            rows.append(standing.features_of(one.step.message, placed.link, placed.judged))
            labels.append(one.step.truth["relation"])
    return fit(rows, labels, JUDGED, 0.02, balanced=False)


def resent(folder: Path) -> list[tuple[Step, Mapping[str, Any]]]:
    """Letters sent once more as they were after the final answer: the corpus has too few of them."""
    box = Mailbox(folder)
    steps = list(box.walk())
    found: list[tuple[Step, Mapping[str, Any]]] = []
    for step in steps:
        answer = next((c for c in box.contacts if c.final_answer and c.in_reply_to == step.id), None)
        if answer is None or len(step.message.words.own.split()) < 12:
            continue
        own = tuple(c for c in box.contacts if c.customer == answer.customer and c.at <= answer.at)
        received = answer.at + timedelta(days=14)
        message = replace(
            step.message, message_id=f"{step.id}-again", received_at=received, in_reply_to="", attachments=()
        )
        truth = {"relation": "repeat", "issue": step.truth.get("issue")}
        found.append((Step(message.message_id, message, replace(step.history, own=own), truth), box.numbers))
    return found


def fit_all(known: Sequence[Known], rarity: Rarity, reader: Reader) -> repeat.Weights:
    """The four parts, fitted one on the other. `reader`: who will read, as the program runs."""
    link = fit_link(known, rarity)
    choice = fit_choice(known, rarity, link)
    new = fit_novelty(known, rarity)
    blank = Logistic(JUDGED, (0.0,) * len(JUDGED), ({},) * len(JUDGED))
    weights = repeat.Weights(link, choice, new, blank, reader)
    return replace(weights, relation=fit_relation(known, weights))


def replies(folder: Path) -> list[tuple[str, str]]:
    """The council's own words in each reply, and whether the truth calls it final."""
    sent = [m for m in read_lines(folder / "messages.jsonl") if m.get("direction") == "out"]
    return [(own_words(m["body"]), "final" if m["truth"].get("closes") else "open") for m in sent]


def fit_answers(folders: Sequence[Path], in_sources: int = 4) -> answers.Answers:
    by_source = [replies(folder) for folder in folders]
    listed = frozenset(vocabulary.count([[own for own, _ in source] for source in by_source], in_sources).held_by)
    rows = [(answers.features_of(own, listed), label) for source in by_source for own, label in source]
    model = fit([row for row, _ in rows], [label for _, label in rows], ("open", "final"), 0.01, balanced=False)
    return answers.Answers(model, listed)
