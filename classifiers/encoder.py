"""The trained encoder at work: ONNX Runtime on the CPU, one window at a time, nothing leaves the machine.

Windows are never read side by side in one batch: the weights are whole numbers of eight bits and the scale of what
passes between the layers is taken from all that is read at once, so a letter would be read a little differently
beside others. Alone it is always read the same. On a back-fill several threads read a letter each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import onnxruntime

from classifiers.kept import load_bytes
from classifiers.pooling import Encoded, Marks, pooled
from classifiers.text import Span
from classifiers.wordpiece import Window, Wordpieces, wordpieces

NAME = "encoder.onnx"
MOST_WINDOWS = 24  # of one letter, about 4,000 words; the word models read all of it
FIRST_WINDOWS = 12  # of a longer letter, its beginning; then what the word models find most telling
_SLOWER_TOGETHER = (
    "SkipLayerNormFusion"  # ONNX Runtime's: its one step takes seven times as long as the two it replaces
)
MOST_TELLING = 150  # sentences; more do not go into the other windows


class Encoder:
    """Reads letters. Safe to use from several threads."""

    def __init__(self, session: onnxruntime.InferenceSession, pieces: Wordpieces) -> None:
        self._session = session
        self._pieces = pieces

    def read(self, sentences: Sequence[Span], subject: str = "", telling: Sequence[float] = ()) -> Encoded:
        """What the encoder makes of a letter's sentences, in the light of its subject.

        `telling`: for each sentence, how much it seems to say; decides what is read of a very long letter.
        """
        windows = self._worth_reading(sentences, subject, telling)
        return pooled(windows, [self._marks(window) for window in windows], len(sentences))

    def _worth_reading(self, sentences: Sequence[Span], subject: str, telling: Sequence[float]) -> Sequence[Window]:
        """All of an ordinary letter; of a very long one its beginning and, put together, its most telling sentences.

        A letter may be padded so that its last page is not read: the budget is spent where there is something to read.
        """
        windows = self._pieces.windows(sentences, subject)
        if len(windows) <= MOST_WINDOWS:
            return windows
        first = windows[:FIRST_WINDOWS]
        later = most_telling(telling, after=max(first[-1].sentence), most=MOST_TELLING)
        picked = self._pieces.windows([sentences[place] for place in later], subject)[: MOST_WINDOWS - FIRST_WINDOWS]
        return [*first, *(_placed(window, later) for window in picked)]

    def _marks(self, window: Window) -> Marks:
        fed = {"ids": np.array([window.ids], dtype=np.int64), "quoted": np.array([window.quoted], dtype=np.int64)}
        marks: Marks = self._session.run(["marks"], fed)[0][0]
        return marks


def most_telling(telling: Sequence[float], *, after: int, most: int) -> list[int]:
    """The places of the sentences after this one that seem to say most, the most telling first."""
    return sorted(range(after + 1, len(telling)), key=lambda place: -telling[place])[:most]


def _placed(window: Window, places: Sequence[int]) -> Window:
    """The same window, its sentences numbered as in the letter."""
    return replace(window, sentence=tuple(places[at] if at >= 0 else at for at in window.sentence))


def session_of(raw: bytes, *, workers: int = 1) -> onnxruntime.InferenceSession:
    """A session on so many threads, which do not spin: the service shares its machine with a mail server.

    What is read is the same, to the last bit, however many threads share a window.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = workers
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        raw, options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOWER_TOGETHER]
    )


@lru_cache(maxsize=1)
def encoder() -> Encoder:
    """As installed, loaded once. Raises ArtefactDamaged."""
    return Encoder(session_of(load_bytes(NAME)), wordpieces())
