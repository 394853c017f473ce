"""Makes what looks at history again: the encoder that reads a letter beside a matter, and what weighs its answers.

The encoder goes through its courses (`classifiers.training.courses`); what each says of mail that it had not seen
teaches the weights, first of those who act for somebody, then of matters, and is what `benchmarks/relations.py`
measures. On two cores it takes some two hours.

    python -m classifiers.training.matters --weights FOLDER [--held FOLDER] [--corpus tests/corpus]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from classifiers import associates, vocabulary
from classifiers.beside import NAME, Beside
from classifiers.encoder import session_of
from classifiers.kept import ARTEFACTS, keep_json
from classifiers.training import associates as together
from classifiers.training import corpus
from classifiers.training.courses import Work, first_of
from classifiers.training.relation import DATA, Known, Remembered, count_words, fit_all, fit_answers, known_of
from classifiers.wordpiece import wordpieces


def unseen(work: Work, folders: Mapping[str, Path]) -> dict[str, list[Known]]:
    """Each letter that was read by an encoder which had not seen it, with that encoder, to read it."""
    # Each mailbox remembers its own: in another the same numbers stand for other letters.
    return {name: known_of(folders[name], Remembered(reader)) for name, reader in sorted(work.readers(folders).items())}


def keep(work: Work, folders: Mapping[str, Path]) -> None:
    """Fit everything and write it with its manifests."""
    from classifiers.training.export import keep_encoder  # brings torch, which measuring does without

    today = date.today().isoformat()  # noqa: DTZ011 - the day it was made, nothing depends on it
    rarity = count_words(first_of(folders).values(), in_sources=5)
    kept = {"texts": rarity.texts, "held_by": dict(rarity.held_by)}
    keep_json(ARTEFACTS / "vocabulary.json", kept, data=DATA, date=today)
    vocabulary.use(rarity)
    raw = work.kept(folders)
    made_of = {"corpus": DATA, "begun from": "all-MiniLM-L6-v2"}
    keep_encoder(ARTEFACTS / NAME, raw, data=made_of, date=today)
    together.keep(work, folders)  # whose matters are looked at rests on who seems to act for whom
    associates.fitted.cache_clear()
    known = [one for mailbox in unseen(work, folders).values() for one in mailbox]
    weights = fit_all(known, rarity, Beside(session_of(raw), wordpieces()))
    parts = {part: getattr(weights, part).to_json() for part in ("link", "choice", "novelty", "relation")}
    keep_json(ARTEFACTS / "relation.json", parts, data=DATA, date=today)
    final = fit_answers(list(first_of(folders).values()))
    answers = {"weights": final.weights.to_json(), "listed": sorted(final.listed)}
    keep_json(ARTEFACTS / "answers.json", answers, data=DATA, date=today)


def arguments(description: str | None) -> argparse.ArgumentParser:
    told = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--weights", type=Path, help="the folder of all-MiniLM-L6-v2")
    told.add_argument("--held", type=Path, default=Path("build/reader"))
    told.add_argument("--corpus", type=Path, default=Path("tests/corpus"))
    return told


def main() -> None:
    asked = arguments(__doc__).parse_args()
    asked.held.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        keep(Work(asked.weights, asked.held), corpus.sources(asked.corpus, Path(scratch)))


if __name__ == "__main__":
    main()
