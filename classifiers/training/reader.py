"""Makes the reader of what one message says again: from the corpus, MiniLM's weights and the public sets.

Each half of the mailboxes and sets of letters is left out once and read by models that saw nothing of them; those
readings teach the stack, settle where the lines lie, and are what `benchmarks/words.py` measures (it is also the
command). The models that are kept then learn from everything. On two cores it takes about an hour.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import torch

from classifiers.artefact import keep_arrays
from classifiers.encoder import NAME, Encoder, session_of
from classifiers.kept import ARTEFACTS, keep_json
from classifiers.reading import LABELS, Models
from classifiers.training.corpus import Example
from classifiers.training.encoder import from_corpus, public_lessons, teach
from classifiers.training.export import exported, keep_encoder
from classifiers.training.network import Network, pretrained
from classifiers.training.stack import Judged, choose_lines, learn_stack
from classifiers.training.words import Prepared, letters_model, lines_model
from classifiers.wordpiece import Wordpieces

FOLDS = 2
ROUNDS = 5  # of a fold
ROUNDS_OF_ALL = 4  # a round of everything is longer: about as many steps
RATE = 2e-4
PUBLIC_RATE = 1e-4
DATA = "tests/corpus (lines, singles, mailboxes): our own words, MIT"
PUBLIC_DATA = "public sets of abuse named in docs/models/reader.md, none of their text is kept"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True)
class Work:
    """Where things come from and where what is done is kept meanwhile."""

    weights: Path
    public: Path | None
    held: Path

    def begun(self, pieces: Wordpieces) -> Network:
        """A network that read the public sets; made once."""
        network = pretrained(self.checked())
        path = self.held / "public.pt"
        if self.public and not path.exists():
            lessons = public_lessons(self.public, pieces, random.Random(1))
            teach(network, 1, lambda _: lessons, rate=PUBLIC_RATE, name="public sets")
            torch.save(network.state_dict(), path)
        if self.public:
            network.load_state_dict(torch.load(path))
        return network

    def checked(self) -> Path:
        """The file of MiniLM's weights; the program ends if it is another."""
        path = self.weights / "model.safetensors"
        if hashlib.sha256(path.read_bytes()).hexdigest() != WEIGHTS_SHA256:
            sys.exit(f"{path.name} is not the file of weights that this was written for (see docs/models/reader.md)")
        return path

    def vocabulary(self) -> list[str]:
        return (self.weights / "vocab.txt").read_text(encoding="utf-8").splitlines()


def folds(prepared: Prepared) -> list[list[str]]:
    """The mailboxes and sets of letters, dealt into folds; the sets of lines are never left out."""
    groups = prepared.letters()
    return [groups[first::FOLDS] for first in range(FOLDS)]


def taught(work: Work, prepared: Prepared, pieces: Wordpieces, without: Sequence[str], name: str) -> bytes:
    """The encoder as exported, having seen nothing of the groups `without`."""
    path = work.held / f"{name.replace(' ', '-')}.onnx"
    if not path.exists():
        network = work.begun(pieces)
        seen = [example for example in prepared.examples if example.group not in without]
        rounds = ROUNDS if without else ROUNDS_OF_ALL
        from_corpus(network, seen, pieces, rounds=rounds, rate=RATE, name=name)
        torch.save(network.state_dict(), path.with_suffix(".pt"))
        path.write_bytes(exported(network))
    return path.read_bytes()


def left_out(work: Work, prepared: Prepared, pieces: Wordpieces) -> list[Judged]:
    """Every letter as read by models that had not seen it."""
    found = []
    for number, groups in enumerate(folds(prepared), 1):
        encoder = Encoder(session_of(taught(work, prepared, pieces, groups, f"fold {number}")), pieces)
        models = Models(lines_model(prepared, groups), letters_model(prepared, groups), encoder)
        for example in prepared.examples:
            if example.group in groups:
                found.append(judged(models, example))
        print(f"fold {number} of {FOLDS} is read", file=sys.stderr, flush=True)
    return found


def judged(models: Models, example: Example) -> Judged:
    return Judged(example, models.read(example.own, example.subject, example.recipients))


def arguments(description: str | None, *more: str) -> tuple[Work, argparse.Namespace]:
    """What a command that teaches is told. `--held` keeps what is done, so that a broken run goes on from there."""
    told = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--weights", type=Path, required=True, help="the folder of all-MiniLM-L6-v2")
    told.add_argument("--public", type=Path, help="the folder of the public sets of abuse")
    told.add_argument("--ruled", type=Path, help="a council's own rulings: evenhand report examples --out FILE")
    told.add_argument("--held", type=Path, default=Path("build/reader"))
    for flag in more:
        told.add_argument(flag, action="store_true")
    found = told.parse_args()
    found.held.mkdir(parents=True, exist_ok=True)
    return Work(found.weights, found.public, found.held), found


def keep(work: Work, prepared: Prepared, pieces: Wordpieces, judged_: Sequence[Judged]) -> None:
    """Teach the models that are kept, from everything, and write them with their manifests."""
    today = date.today().isoformat()  # noqa: DTZ011 - the day it was made, nothing depends on it
    sources = {"corpus": DATA, **({"public": PUBLIC_DATA} if work.public else {}), "begun from": "all-MiniLM-L6-v2"}
    keep_encoder(ARTEFACTS / NAME, taught(work, prepared, pieces, (), "all"), data=sources, date=today)
    keep_json(
        ARTEFACTS / "wordpieces.json",
        {piece: number for number, piece in enumerate(work.vocabulary())},
        data="the vocabulary of all-MiniLM-L6-v2 (Apache-2.0)",
        date=today,
    )
    keep_arrays(ARTEFACTS / "lines.npz", lines_model(prepared).to_arrays(), data=DATA, date=today)
    keep_arrays(ARTEFACTS / "letters.npz", letters_model(prepared).to_arrays(), data=DATA, date=today)
    stack = learn_stack(judged_)
    lines = choose_lines(judged_, stack)
    kept = {
        "lines": stack.lines,
        "letters": stack.letters,
        "crowd": stack.crowd,
        "offsets": stack.offsets,
        "said_from": np.array([lines[label] for label in LABELS], dtype=np.float32),
    }
    keep_arrays(ARTEFACTS / "stack.npz", kept, data=DATA, date=today)
