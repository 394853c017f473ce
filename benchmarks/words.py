"""What one message says, measured on mailboxes and sets that the models never saw:

    python -m benchmarks.words --weights FOLDER [--public FOLDER] [--ruled FILE] [--held FOLDER] [--keep]

Prints a table, a column for each left-out group, with the functions of tests/corpus/score.py. The encoder is taught
anew for every fold (classifiers/training/reader.py says from what; about an hour on two cores); where the lines lie
and how the readers are weighed is chosen, for each group, on the other groups alone. `--keep` also makes the
artefacts from the same folds and writes the figures into their manifests. The mailboxes that came later are not among
them (`benchmarks.later`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.word_figures import Row, figures, in_columns, rows_of
from classifiers.kept import ARTEFACTS, record_scores
from classifiers.training.corpus import taught
from classifiers.training.reader import arguments, keep, left_out
from classifiers.training.stack import Judged, choose_lines, learn_stack
from classifiers.training.words import prepare
from classifiers.wordpiece import Wordpieces

TABLE = Path(__file__).parent / "results" / "words.txt"
HARD_SETS = {f"singles/set-{number}" for number in range(3, 10)}  # written here, to be hard


def left_out_rows(group: str, judged: Sequence[Judged]) -> list[Row]:
    """The truth and the findings of a group's letters; nothing was chosen on them."""
    others = [one for one in judged if one.example.group != group]
    own = [one for one in judged if one.example.group == group]
    stack = learn_stack(others)
    return rows_of(own, stack, choose_lines(others, stack))


def table_of(rows: Mapping[str, list[Row]]) -> dict[str, dict[str, float]]:
    """A column for each group, one for those that other hands wrote, one for all."""
    table = {group: figures(of) for group, of in rows.items()}
    table["other hands"] = figures([row for group, of in rows.items() if group not in HARD_SETS for row in of])
    table["all"] = figures([row for of in rows.values() for row in of])
    return table


def main() -> None:
    work, told = arguments(__doc__, "--keep")
    prepared, pieces = prepare(taught(ruled=told.ruled)), Wordpieces(work.vocabulary())
    judged = left_out(work, prepared, pieces)
    rows = {group: left_out_rows(group, judged) for group in prepared.letters()}
    table = table_of(rows)
    print(text := "\n".join(in_columns(table)))
    if told.keep:
        TABLE.write_text(text + "\n", encoding="utf-8")
        keep(work, prepared, pieces, judged)
        for name in ("encoder.onnx", "lines.npz", "letters.npz", "stack.npz"):
            record_scores(ARTEFACTS / name, {k: v for k, v in table["all"].items() if not k.startswith(" ")})


if __name__ == "__main__":
    main()
