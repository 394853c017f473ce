"""Fits the artefacts that look at history: vocabulary.json, relation.json and answers.json. Deterministic.

    python -m classifiers.training.relation [CORPUS]      CORPUS: a folder as tests/corpus

Made of the corpus's mailboxes and threads, which are this project's own words (see tests/corpus/CORPUS.md).
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from classifiers import answers, linking, novelty, repeat, standing, vocabulary
from classifiers.kept import ARTEFACTS, keep_json
from classifiers.logistic import Logistic
from classifiers.matters import sort_into_matters
from classifiers.similarity import Rarity, words
from classifiers.text import Span, sentences
from classifiers.training.mailboxes import Mailbox, Step, own_words, read_lines

DATA = "tests/corpus: the mailboxes and threads of this project, written by hand (CORPUS.md)"
RESENT_EVERY = 6
JUDGED = ("follow_up", "new_evidence", "new_issue", "repeat")


def sources(corpus: Path, scratch: Path) -> dict[str, Path]:
    """Every mailbox folder, and every set of threads turned into one under `scratch`."""
    found = {folder.parent.name: folder.parent for folder in sorted(corpus.glob("*/messages.jsonl"))}
    spec = importlib.util.spec_from_file_location("corpus_threads", corpus / "threads.py")
    assert spec is not None
    assert spec.loader is not None
    threads = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(threads)
    for number, source in enumerate(sorted((corpus / "threads").glob("*.jsonl")), start=1):
        with contextlib.redirect_stdout(io.StringIO()):
            threads.main(source, scratch / f"threads-{number}")
        found[f"threads-{number}"] = scratch / f"threads-{number}"
    return found


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
) -> Logistic:
    """Logistic regression on scaled features, with the scale folded back into the weights."""
    names = sorted({name for row in rows for name in row})
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    mean, scale = table.mean(axis=0), table.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=strength, max_iter=3000, class_weight="balanced" if balanced else None)
    model.fit((table - mean) / scale, [order.index(label) for label in labels])
    weights = model.coef_ / scale
    starts = model.intercept_ - weights @ mean
    return Logistic(
        tuple(order),
        tuple(map(float, starts)),
        tuple(dict(zip(names, map(float, row), strict=True)) for row in weights),
    )


def steps_of(folder: Path) -> list[Step]:
    return list(Mailbox(folder).walk())


def related(step: Step) -> bool:
    return step.truth.get("relation") in JUDGED and step.message.automatic is None


def fit_link(steps: Iterable[tuple[Step, Mapping[str, Any]]], rarity: Rarity) -> Logistic:
    rows: list[dict[str, float]] = []
    labels: list[str] = []
    for step, numbers in steps:
        if not step.truth.get("issue") or step.message.automatic is not None:
            continue
        issues = {numbers.get(issue) for issue in step.truth.get("issues") or [step.truth["issue"]]}
        matters = _matters(step)
        for matter, row in zip(matters, linking.features_of(step.message, matters, rarity), strict=True):
            rows.append(row)
            labels.append("same" if matter.issue in issues else "other")
    return fit(rows, labels, ("other", "same"), 0.3, balanced=False)


def _matters(step: Step) -> list[Any]:
    contacts = repeat.contacts_for(step.message, step.history)
    answers = frozenset({step.message.in_reply_to} - {""})
    return sort_into_matters(contacts, step.message.words.own, step.message.subject, answers)


def fit_novelty(steps: Iterable[tuple[Step, Mapping[str, Any]]], rarity: Rarity) -> Logistic:
    """Sentences that hold a stated new fact against the others of messages that go on with an old matter."""
    rows: list[dict[str, float]] = []
    labels: list[str] = []
    for step, numbers in steps:
        if step.truth.get("relation") not in ("new_evidence", "repeat", "follow_up"):
            continue
        matters = _matters(step)
        mine = [m for m in matters if m.issue == numbers.get(step.truth.get("issue") or "")] or matters
        if not mine:
            continue
        known = novelty.Known.of(mine, step.history, step.message)
        parts = sentences(step.message.words.own)
        found = novelty.features_of(parts, known, rarity, len(step.message.attachments))
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


def fit_relation(steps: Iterable[tuple[Step, Mapping[str, Any]]], weights: repeat.Weights) -> Logistic:
    rows: list[dict[str, float]] = []
    labels: list[str] = []
    for step, _ in steps:
        if not related(step):
            continue
        placed = repeat.place(step.message, step.history, weights)
        if placed.link is not None:
            rows.append(standing.features_of(step.message, placed.link, placed.judged))
            labels.append(step.truth["relation"])
    return fit(rows, labels, JUDGED, 0.06, balanced=False)


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


def fit_all(folders: Sequence[Path], rarity: Rarity) -> repeat.Weights:
    """The three parts, fitted one on the other, from the given mailboxes."""
    boxes = [Mailbox(folder) for folder in folders]
    steps: list[tuple[Step, Mapping[str, Any]]] = [(step, box.numbers) for box in boxes for step in box.walk()]
    for folder in folders:
        steps += resent(folder)[::RESENT_EVERY]
    link, new = fit_link(steps, rarity), fit_novelty(steps, rarity)
    blank = Logistic(JUDGED, (0.0,) * len(JUDGED), ({},) * len(JUDGED))
    weights = repeat.Weights(link, new, blank)
    return repeat.Weights(link, new, fit_relation(steps, weights))


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


def main(corpus: Path) -> None:
    artefacts, today = ARTEFACTS, date.today().isoformat()  # noqa: DTZ011 - the day it was made, nothing depends on it
    with tempfile.TemporaryDirectory() as scratch:
        folders = list(sources(corpus, Path(scratch)).values())
        rarity = count_words(folders, in_sources=5)
        keep_json(
            artefacts / "vocabulary.json",
            {"texts": rarity.texts, "held_by": dict(rarity.held_by)},
            data=DATA,
            date=today,
        )
        vocabulary.use(rarity)
        weights = fit_all(folders, rarity)
        fitted = {part: getattr(weights, part).to_json() for part in ("link", "novelty", "relation")}
        keep_json(artefacts / "relation.json", fitted, data=DATA, date=today)
        final = fit_answers(folders)
        kept = {"weights": final.weights.to_json(), "listed": sorted(final.listed)}
        keep_json(artefacts / "answers.json", kept, data=DATA, date=today)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "tests/corpus"))
