"""Fits how likely several people's letters about one thing are one campaign (`classifiers.causes`).

    python -m classifiers.training.causes             classifiers/artefacts/causes.json
    python -m classifiers.training.causes --judge     the same, and what is found of each mailbox by weights fitted
                                                      without it and seven or eight others

A minute, deterministic, without torch.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from classifiers.campaigns import Campaigns, letters_lately
from classifiers.causes import LABELS, features, groups
from classifiers.kept import ARTEFACTS, keep_json, record_scores
from classifiers.logistic import Logistic
from classifiers.matters import first_part
from classifiers.training import corpus
from classifiers.training.mailboxes import Mailbox, Step
from classifiers.training.relation import fit as fit_logistic

DATA = "tests/corpus: the mailboxes of this project, written by hand (CORPUS.md)"
ARTEFACT = ARTEFACTS / "causes.json"
STRENGTH = 0.3
MOSTLY = 0.6  # of the others are of the same campaign, where a group is one
PARTS = 8
"""Into so many the mailboxes are divided when they are measured."""


@dataclass(frozen=True)
class Row:
    """What is weighed of one letter and one thing that it names, whether they are a campaign, and how much it counts:
    all rows of a letter that names four things twice as much as the one row of a letter that names one."""

    values: Mapping[str, float]
    campaign: bool
    counts: float


def rows_of(folder: Path) -> list[Row]:
    box = Mailbox(folder)
    campaigns: dict[int, str] = {}
    found: list[Row] = []
    for step in box.walk():
        found += _rows(step, campaigns)
        if name := step.truth.get("campaign"):
            campaigns[len(box.contacts) + 1] = name  # the number that its contact gets
    return found


def _rows(step: Step, campaigns: Mapping[int, str]) -> list[Row]:
    message, name = first_part(step.message), step.truth.get("campaign")
    mine, others, first = letters_lately(message, step.history)
    if mine is None:
        return []
    seen = groups(mine, others)
    rows = []
    for word, written in seen:
        of_it = sum(campaigns.get(one.contact) == name for one in written) / len(written) if name else 0.0
        values = features(mine, word, written, first=first)
        rows.append(Row(values, bool(name) and of_it >= MOSTLY, len(seen) ** -0.5))
    return rows


def fit(rows: Sequence[Row]) -> Logistic:
    labels = [LABELS[int(row.campaign)] for row in rows]
    counts = [row.counts for row in rows]
    return fit_logistic([row.values for row in rows], labels, LABELS, STRENGTH, balanced=False, counts=counts)


@dataclass(frozen=True)
class Found:
    right: int
    wrong: int
    missed: int


def judge(folder: Path, weights: Logistic) -> Found:
    """Letters of campaigns, those that came before it was known to be one among them, as an officer sees them."""
    box, looks = Mailbox(folder), Campaigns(weights)
    found, true = set[str](), set[str]()
    for step in box.walk():
        if step.truth.get("campaign"):
            true.add(step.id)
        names = {contact.id: contact.message_id for contact in box.contacts}
        for finding in looks.look(step.message, step.history):
            found |= {step.id, *(names[part.contact] for part in finding.evidence if part.contact is not None)}
    return Found(len(found & true), len(found - true), len(true - found))


def judge_left_out(folders: Mapping[str, Path]) -> dict[str, float]:
    rows = {name: rows_of(folder) for name, folder in folders.items()}
    total = np.zeros(3)
    for part in _parts(sorted(folders)):
        weights = fit([row for name, some in rows.items() if name not in part for row in some])
        for name in part:
            of_it = judge(folders[name], weights)
            print(f"{name:24} right {of_it.right}, wrong {of_it.wrong}, missed {of_it.missed}", flush=True)
            total += (of_it.right, of_it.wrong, of_it.missed)
    right, wrong, missed = total
    return {"precision_left_out": right / (right + wrong), "recall_left_out": right / (right + missed)}


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[at::PARTS] for at in range(PARTS))


def all_rows(folders: Iterable[Path]) -> list[Row]:
    return [row for folder in folders for row in rows_of(folder)]


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--corpus", type=Path, default=corpus.CORPUS)
    told.add_argument("--judge", action="store_true", help="measure it too")
    asked = told.parse_args()
    folders = corpus.mailboxes(asked.corpus)
    scores = judge_left_out(folders) if asked.judge else {}
    for name, value in scores.items():
        print(f"{name:24} {value:.3f}")
    today = date.today().isoformat()  # noqa: DTZ011 - the day it was made, nothing depends on it
    keep_json(ARTEFACT, fit(all_rows(folders.values())).to_json(), data=DATA, date=today)
    record_scores(ARTEFACT, scores)


if __name__ == "__main__":
    main()
