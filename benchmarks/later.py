"""What one message says, as installed, of the mailboxes that were written when the models were done:

    python -m benchmarks.later [--record]

Prints a table, two columns for each of them: read with the weights that older mail taught, and with those weights
moved by the later mailboxes but this one. `--record` keeps the table and writes the last column into the manifest of
the weights. Half a minute; needs no torch.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.word_figures import Row, figures, in_columns, rows_of
from classifiers.kept import ARTEFACTS, record_scores
from classifiers.reading import STACK, Stack, lines
from classifiers.training.corpus import LATER
from classifiers.training.later import judged, letters_of, moved, second_stack
from classifiers.training.stack import Judged

TABLE = Path(__file__).parent / "results" / "later.txt"


def _columns(letters: Sequence[Judged], stack: Stack) -> Iterator[tuple[str, list[Row]]]:
    before, after = [], []
    for group in sorted({one.example.group for one in letters}):
        own = [one for one in letters if one.example.group == group]
        others = [one for one in letters if one.example.group != group]
        before.append((group, rows_of(own, stack, lines())))
        after.append((f"with: {group}", rows_of(own, moved(stack, others), lines())))
    for columns, all_of_them in ((before, "all"), (after, "with: all")):
        yield from columns
        yield all_of_them, [row for _, rows in columns for row in rows]


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--record", action="store_true", help="keep the table and the figures")
    letters = judged(letters_of(LATER))
    table = {name: figures(rows) for name, rows in _columns(letters, second_stack())}
    print(text := "\n".join(in_columns(table)))
    if told.parse_args().record:
        TABLE.write_text(text + "\n", encoding="utf-8")
        record_scores(ARTEFACTS / STACK, {k: v for k, v in table["with: all"].items() if not k.startswith(" ")})


if __name__ == "__main__":
    main()
