"""The encoder as it is trained: MiniLM (Wang et al. 2020, Apache-2.0) with a mark for every label on every piece.

One pass over a window gives each word piece its marks; what a sentence and a letter say is reckoned from those by
`classifiers.pooling`, here in torch (`read`) and at run time in numpy, with the same sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from classifiers.pooling import CARRIES, FAMILIES, FAMILY_OF, LISTENS, LOUDEST, MOST_LISTENED, SAYS, SAYS_WHOLE, WIDTH
from classifiers.reading import LABELS
from classifiers.wordpiece import Window

LAYERS, HEADS, SIZE, INNER, PIECES, PLACES = 6, 12, 384, 1536, 30_522, 512
PUBLIC = ("abusive", "insult", "profanity")  # what the public sets call by these names is not quite what we do


class Layer(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.dense = (nn.Linear(SIZE, SIZE) for _ in range(4))
        self.rise, self.fall = nn.Linear(SIZE, INNER), nn.Linear(INNER, SIZE)
        self.after_attention, self.after_all = (nn.LayerNorm(SIZE, eps=1e-12) for _ in range(2))

    def forward(self, seen: Any, mask: Any) -> Any:
        windows, pieces, _ = seen.shape

        def heads(linear: Any) -> Any:
            return linear(seen).view(windows, pieces, HEADS, SIZE // HEADS).transpose(1, 2)

        scores = heads(self.query) @ heads(self.key).transpose(2, 3) * (SIZE // HEADS) ** -0.5 + mask
        mixed = (torch.softmax(scores, dim=-1) @ heads(self.value)).transpose(1, 2).reshape(windows, pieces, SIZE)
        seen = self.after_attention(seen + self.dense(mixed))
        return self.after_all(seen + self.fall(nn.functional.gelu(self.rise(seen))))


class Network(nn.Module):  # type: ignore[misc]
    """`forward` takes ids and quoted [windows, pieces] and gives marks [windows, pieces, WIDTH]."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.places, self.kinds = (
            nn.Embedding(PIECES, SIZE),
            nn.Embedding(PLACES, SIZE),
            nn.Embedding(2, SIZE),
        )
        self.embedded = nn.LayerNorm(SIZE, eps=1e-12)
        self.layers = nn.ModuleList([Layer() for _ in range(LAYERS)])
        self.marks = nn.Linear(SIZE, WIDTH)
        self.public = nn.Linear(SIZE, len(PUBLIC))

    def forward(self, ids: Any, quoted: Any) -> Any:
        return self.marks(self.hidden(ids, quoted))

    def hidden(self, ids: Any, quoted: Any) -> Any:
        places = torch.arange(ids.shape[1], device=ids.device)
        seen = self.embedded(self.words(ids) + self.places(places)[None] + self.kinds(quoted))
        if torch.is_autocast_enabled("cpu"):
            seen = seen.bfloat16()  # so that what passes from layer to layer is half as wide
        mask = (ids == 0)[:, None, None, :].to(seen.dtype) * -1e4
        for layer in self.layers:
            seen = layer(seen, mask)
        return seen


_NAMES = {
    "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
    "dense": "attention.output.dense", "after_attention": "attention.output.LayerNorm",
    "rise": "intermediate.dense", "fall": "output.dense", "after_all": "output.LayerNorm",
}  # fmt: skip


def pretrained(weights: Path) -> Network:
    """A network that knows English and nothing of councils. `weights`: model.safetensors of all-MiniLM-L6-v2."""
    kept = load_file(str(weights))
    named = {
        "words.weight": "embeddings.word_embeddings.weight", "places.weight": "embeddings.position_embeddings.weight",
        "kinds.weight": "embeddings.token_type_embeddings.weight",
        "embedded.weight": "embeddings.LayerNorm.weight", "embedded.bias": "embeddings.LayerNorm.bias",
    }  # fmt: skip
    for number in range(LAYERS):
        for ours, theirs in _NAMES.items():
            for part in ("weight", "bias"):
                named[f"layers.{number}.{ours}.{part}"] = f"encoder.layer.{number}.{theirs}.{part}"
    network = Network()
    missing, unknown = network.load_state_dict({ours: kept[theirs] for ours, theirs in named.items()}, strict=False)
    assert not unknown
    assert all(name.startswith(("marks.", "public.")) for name in missing), missing
    with torch.no_grad():
        network.kinds.weight[1] = network.kinds.weight[0]  # a quoted word begins as any other word
        network.marks.bias[: len(LABELS)] = -3.0  # most sentences say nothing
    return network


@dataclass(frozen=True)
class Batch:
    """Windows side by side. `sentence` numbers every sentence of the batch, `letter` every letter; -1 is none."""

    ids: Any
    quoted: Any
    sentence: Any
    letter_of_window: Any
    letter_of_sentence: Any
    sentences: int
    letters: int


def batch(letters: Sequence[tuple[Sequence[Window], int]]) -> Batch:
    """Letters as (windows, how many sentences)."""
    rows: list[tuple[Window, int, int]] = []
    letter_of_sentence: list[int] = []
    for number, (windows, sentences) in enumerate(letters):
        rows += [(window, len(letter_of_sentence), number) for window in windows]
        letter_of_sentence += [number] * sentences
    longest = max(len(window.ids) for window, _, _ in rows)
    ids, quoted, sentence = (np.zeros((len(rows), longest), dtype=np.int64) for _ in range(3))
    sentence -= 1
    for row, (window, first, _) in enumerate(rows):
        length = len(window.ids)
        ids[row, :length], quoted[row, :length] = window.ids, window.quoted
        stands = np.array(window.sentence)
        sentence[row, :length] = np.where(stands >= 0, stands + first, -1)
    return Batch(
        torch.from_numpy(ids), torch.from_numpy(quoted), torch.from_numpy(sentence),
        torch.tensor([number for _, _, number in rows]), torch.tensor(letter_of_sentence, dtype=torch.long),
        len(letter_of_sentence), len(letters),
    )  # fmt: skip


@dataclass(frozen=True)
class Read:
    """Sums before the logistic: [sentences, labels], [letters, labels] and, for each piece, [.., abuse categories]."""

    sentences: Any
    letters: Any
    pieces: Any
    public: Any


def read(network: Network, seen: Batch) -> Read:
    hidden = network.hidden(seen.ids, seen.quoted).float()
    marks = network.marks(hidden).float()
    inside = seen.sentence >= 0
    of, flat = seen.sentence[inside], marks[inside]
    weight = torch.exp(flat[:, LISTENS].clamp(-MOST_LISTENED, MOST_LISTENED))
    total = torch.zeros(seen.sentences, FAMILIES).index_add(0, of, weight)
    share = weight / (total[of] + 1e-6)
    labels = len(LABELS)
    listened = flat[:, SAYS] * share[:, torch.tensor(FAMILY_OF)]
    sentences = torch.zeros(seen.sentences, labels).index_add(0, of, listened)
    heard = network.public(hidden[inside]).float() * share[:, :1]
    public = torch.zeros(seen.sentences, len(PUBLIC)).index_add(0, of, heard)
    loud = torch.exp(sentences.clamp(-LOUDEST, LOUDEST))
    letters = torch.log(torch.zeros(seen.letters, labels).index_add(0, seen.letter_of_sentence, loud) + 1e-6)
    real = (seen.ids != 0).float()
    whole = (marks[:, :, SAYS_WHOLE] * real[:, :, None]).sum(dim=1)
    sums = torch.zeros(seen.letters, labels).index_add(0, seen.letter_of_window, whole)
    count = torch.zeros(seen.letters).index_add(0, seen.letter_of_window, real.sum(dim=1))
    return Read(sentences, letters + sums / count[:, None], marks[:, :, CARRIES], public)
