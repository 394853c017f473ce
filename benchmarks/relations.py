#!/usr/bin/env python3
"""How well the classifiers that look at history do, mailbox by mailbox, on the corpus.

    python benchmarks/relations.py [--held build/reader] [--weights FOLDER] [--errors FILE]
    python benchmarks/relations.py --shipped [--corpus FOLDER]

Each mailbox is walked in date order; its own matters are filed by what the program itself found, and the council's
final answers by `classifiers.answers`, as in a replay. Customers are the true ones. Whatever is fitted is fitted
without the mailbox it is judged on: the encoder is one that `classifiers.training.matters` left in --held and that has
not seen it (that of the first half; the kept one for what came later); the weights are fitted without a fourth of the
mailboxes at a time. --shipped: the artefacts as they are kept, which have seen tests/corpus but not its folder unseen.
The figures are those of score.py.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from classifiers import answers, repeat, vocabulary
from classifiers.beside import Reader
from classifiers.history import history_classifiers
from classifiers.kept import ARTEFACTS, record_scores
from classifiers.training import matters
from classifiers.training import relation as training
from classifiers.training.corpus import script_of, sources
from classifiers.training.courses import Work
from classifiers.training.mailboxes import Mailbox, Step, read_lines
from models.finding import About, Finding

FIGURES = (
    "relation_macro_f1",
    "repeat_f1",
    "new_evidence_f1",
    "new_issue_f1",
    "issue_link_accuracy",
    "novel_in_top_3",
    "associate_f1",
    "associate_precision",
    "campaign_precision",
    "campaign_recall",
    "forged_precision",
    "forged_recall",
    "civil_mail_wrongly_flagged",
)


FOURTHS = 4


def findings_of(
    folder: Path, weights: repeat.Weights, final: answers.Answers, true_issues: bool
) -> list[dict[str, Any]]:
    """What a replay would print of these classifiers, filing each contact by the program's own findings."""
    box = Mailbox(folder, final_answer=lambda own: final.is_final(own))
    looks = history_classifiers(weights)
    printed = []
    for step in box.walk():
        found = [finding for classifier in looks for finding in classifier.look(step.message, step.history)]
        by_id = {contact.id: contact for contact in box.contacts}
        relation = next(f for f in found if f.about is About.RELATION)
        if not true_issues:
            earlier = by_id.get(relation.contact) if relation.contact is not None else None
            step.filed = (
                earlier.issue if earlier is not None and earlier.issue is not None else 10_000 + len(box.contacts)
            )
        printed.append(_print(step, found, {c.id: c.message_id for c in box.contacts}, box))
    return printed


def _print(step: Step, found: Sequence[Finding], message_ids: dict[int, str], box: Mailbox) -> dict[str, Any]:
    relation = next(f for f in found if f.about is About.RELATION)
    associate = next((f for f in found if f.about is About.ASSOCIATE), None)
    campaign = next((f for f in found if f.about is About.CAMPAIGN), None)
    names = {number: name for name, number in box.numbers.items()}
    flags = ["repeat"] * int(relation.label == "repeat") + ["associate"] * int(associate is not None)
    return {
        "message_id": step.id,
        "customer": step.truth.get("customer"),
        "sender": {"forged_suspected": any(f.about is About.FORGED for f in found)},
        "relation": {
            "label": str(relation.label),
            "score": relation.score,
            "relates_to": message_ids.get(relation.contact or -1),
        },
        "novel": [{"text": f.evidence[0].quote, "score": f.score} for f in found if f.about is About.NOVEL],
        "associate": associate and {"customer": names.get(associate.customer or -1), "score": associate.score},
        "campaign": campaign and campaign.group,
        "flags": flags,
    }


def main() -> None:
    parser = matters.arguments(__doc__)
    parser.add_argument("--shipped", action="store_true")
    parser.add_argument("--true-issues", action="store_true")
    parser.add_argument("--errors", type=Path, help="every finding beside its message, one JSON object a line")
    parser.add_argument("--record", action="store_true", help="write the means into the manifest of relation.json")
    asked = parser.parse_args()
    score = script_of("score")
    table: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folders = sources(asked.corpus, Path(scratch))
        for name, weights, final in _shipped(folders) if asked.shipped else _left_out(asked, folders):
            findings = findings_of(folders[name], weights, final, asked.true_issues)
            out = Path(scratch) / f"{name}.jsonl"
            out.write_text("".join(json.dumps(f) + "\n" for f in findings))
            table[name] = score.score(folders[name], out)
            if asked.errors:
                _errors(asked.errors, name, folders[name], findings)
            print(name, "done", file=sys.stderr, flush=True)
    _show(table)
    if asked.record:
        record_scores(ARTEFACTS / "relation.json", {f"{figure}_left_out": _mean(table, figure) for figure in FIGURES})


Judge = tuple[str, repeat.Weights, answers.Answers]


def _shipped(folders: Mapping[str, Path]) -> Iterator[Judge]:
    for name in folders:
        yield name, repeat.fitted(), answers.fitted()


def _left_out(asked: argparse.Namespace, folders: Mapping[str, Path]) -> Iterator[Judge]:
    known = matters.unseen(Work(asked.weights, asked.held), folders)
    names = list(known)
    for first in range(FOURTHS):
        judged = names[first::FOURTHS]
        others = [name for name in names if name not in judged]
        fitted = [one for name in others for one in known[name]]
        weights = training.fit_all(fitted, vocabulary.ordinary_words(), _reader_of(fitted))
        final = training.fit_answers([folder for name, folder in folders.items() if name not in judged])
        for name in judged:
            yield name, replace(weights, reader=_reader_of(known[name])), final


def _reader_of(known: Sequence[training.Known]) -> Reader:
    reader = known[0].reader
    assert reader is not None
    return reader


def _mean(table: Mapping[str, Mapping[str, float]], figure: str, *, threads: bool = False) -> float:
    values = [row.get(figure, 0.0) for name, row in table.items() if name.startswith("threads") is threads]
    return sum(values) / max(1, len(values))


def _errors(target: Path, name: str, folder: Path, findings: Sequence[dict[str, Any]]) -> None:
    truth = {m["id"]: m for m in read_lines(folder / "messages.jsonl")}
    with target.open("a", encoding="utf-8") as handle:
        for finding in findings:
            handle.write(
                json.dumps({"mailbox": name, "found": finding, "message": truth[finding["message_id"]]}) + "\n"
            )


def _show(table: dict[str, dict[str, float]]) -> None:
    names = list(table)
    print(f"{'':28}" + "".join(f"{name[:11]:>12}" for name in names) + f"{'mailboxes':>12}{'threads':>12}")
    for figure in FIGURES:
        row = [table[name].get(figure) for name in names]
        cells = "".join(f"{value:12.3f}" if value is not None else f"{'':12}" for value in row)
        print(f"{figure:28}{cells}{_mean(table, figure):12.3f}{_mean(table, figure, threads=True):12.3f}")


if __name__ == "__main__":
    main()
