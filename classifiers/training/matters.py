"""Makes what looks at history again: the encoder that reads a letter beside a matter, and what weighs its answers.

Half of the mailboxes and threads is left out at first: an encoder that learnt from the other half reads it. The
encoder that is kept then goes on to learn from both halves, and reads what came LATER, of which it learns nothing.
Those answers teach the weights and are what `benchmarks/relations.py` measures: without the later ones there is nothing
said by the very encoder that will run, of mail it had not seen. On two cores it takes about an hour.

    python -m classifiers.training.matters --weights FOLDER [--held FOLDER] [--corpus tests/corpus]
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from classifiers import vocabulary
from classifiers.beside import NAME, Beside
from classifiers.encoder import session_of
from classifiers.kept import ARTEFACTS, keep_json
from classifiers.training import corpus
from classifiers.training.relation import DATA, Known, Remembered, count_words, fit_all, fit_answers, known_of, sources
from classifiers.wordpiece import wordpieces

LEFT_OUT = frozenset(
    [
        *("market-town", "valley-community", "harbour-town", "outer-borough"),
        *("threads-1", "threads-3", "threads-5", "threads-7"),
    ]
)
LATER = corpus.LATER | {f"threads-{number}" for number in range(9, 14)}
ROUNDS = 5
ROUNDS_OF_ALL = 2  # more, on everything
RATE = 1e-4
RATE_OF_ALL = 8e-5


@dataclass(frozen=True)
class Work:
    """Where MiniLM lies, and where what is done is kept meanwhile: a broken run goes on from there."""

    weights: Path
    held: Path

    def of_half(self, folders: Mapping[str, Path]) -> bytes:
        """The encoder that has not seen the mailboxes LEFT_OUT, as exported."""
        taught = [folder for name, folder in folders.items() if name not in LEFT_OUT | LATER]
        return self._made("beside-half", taught, None)

    def of_all(self, folders: Mapping[str, Path]) -> bytes:
        self.of_half(folders)
        return self._made("beside-all", list(taught_of(folders).values()), self.held / "beside-half.pt")

    def _made(self, name: str, folders: Sequence[Path], begun: Path | None) -> bytes:
        path = self.held / f"{name}.onnx"
        if not path.exists():
            import torch  # only needed here

            from classifiers.training import beside

            known = [one for folder in folders for one in known_of(folder)]
            taught = list(beside.lessons(known, wordpieces(), random.Random(1)))
            network = beside.Network(self.weights / "model.safetensors")
            if begun is not None:
                network.load_state_dict(torch.load(begun))
            rounds, rate = (ROUNDS, RATE) if begun is None else (ROUNDS_OF_ALL, RATE_OF_ALL)
            beside.teach(network, taught, rounds=rounds, rate=rate, name=name)
            torch.save(network.state_dict(), path.with_suffix(".pt"))
            path.write_bytes(beside.exported(network))
        return path.read_bytes()


def taught_of(folders: Mapping[str, Path]) -> dict[str, Path]:
    """What the encoder that is kept has learnt from, and the words are counted in."""
    return {name: folder for name, folder in folders.items() if name not in LATER}


def unseen(work: Work, folders: Mapping[str, Path]) -> dict[str, list[Known]]:
    """The mailboxes LEFT_OUT and LATER, each letter with an encoder to read it that has not seen them."""
    half = Remembered(Beside(session_of(work.of_half(folders)), wordpieces()))
    kept = Remembered(Beside(session_of(work.of_all(folders)), wordpieces()))
    return {
        name: known_of(folder, kept if name in LATER else half)
        for name, folder in folders.items()
        if name in LEFT_OUT | LATER
    }


def keep(work: Work, folders: Mapping[str, Path]) -> None:
    """Fit everything and write it with its manifests."""
    from classifiers.training.export import keep_encoder  # brings torch, which measuring does without

    today = date.today().isoformat()  # noqa: DTZ011 - the day it was made, nothing depends on it
    rarity = count_words(taught_of(folders).values(), in_sources=5)
    kept = {"texts": rarity.texts, "held_by": dict(rarity.held_by)}
    keep_json(ARTEFACTS / "vocabulary.json", kept, data=DATA, date=today)
    vocabulary.use(rarity)
    known = [one for mailbox in unseen(work, folders).values() for one in mailbox]
    raw = work.of_all(folders)
    made_of = {"corpus": DATA, "begun from": "all-MiniLM-L6-v2"}
    keep_encoder(ARTEFACTS / NAME, raw, data=made_of, date=today)
    weights = fit_all(known, rarity, Beside(session_of(raw), wordpieces()))
    parts = {part: getattr(weights, part).to_json() for part in ("link", "choice", "novelty", "relation")}
    keep_json(ARTEFACTS / "relation.json", parts, data=DATA, date=today)
    final = fit_answers(list(taught_of(folders).values()))
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
        keep(Work(asked.weights, asked.held), sources(asked.corpus, Path(scratch)))


if __name__ == "__main__":
    main()
