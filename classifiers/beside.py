"""A letter read beside a matter: is it about that matter, how does it stand to it, and which of its words are new.

A second encoder sees in one pass how the matter stands, what the council and the customer said before, and the letter.
Hand-made signs count words; this knows that "somewhere to rest" is the bench that was refused, and that a measured
drawing is an answer where the council asked for one and new evidence where it did not. Its sums are features beside
the others (`linking`, `novelty`, `standing`): never the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from classifiers.ahead import Lately, threads
from classifiers.encoder import session_of
from classifiers.kept import load_bytes
from classifiers.matters import Matter, plain_subject
from classifiers.similarity import cosine, vector_of
from classifiers.text import joined, sentences
from classifiers.vocabulary import ordinary_words
from classifiers.wordpiece import Wordpieces, wordpieces
from models.finding import Relation
from models.history import PastContact
from models.message import Direction, Message

NAME = "beside.onnx"
OTHER = "other"
ANSWERS = (OTHER, Relation.FOLLOW_UP, Relation.REPEAT, Relation.NEW_EVIDENCE, Relation.NONE)
BEFORE = 170  # pieces of what was said before
BEFORE_A_LONG_LETTER = 140
LONG = 200  # pieces of a letter's window, beyond which less of the matter is read
WINDOW = 280  # pieces of the letter that are read at once, whole sentences
MOST_WINDOWS = 4
MOST_REMEMBERED = 16  # windows
LOUDEST = 8.0  # either way; a sum beyond that says no more
BEGIN, APART = 101, 102
_PARTS = {"council : ": 60, "first : ": 45, "then : ": 30, "latest : ": 25}  # pieces of each earlier letter

Sums = NDArray[np.float32]
Piece = tuple[int, int, int]  # its number in the vocabulary; where its word starts and ends in the text


@dataclass(frozen=True, slots=True)
class Window:
    """What is read at once. `kinds`: 0 what was said before, 1 the letter, whose words (`places`) begin at `first`."""

    ids: tuple[int, ...]
    kinds: tuple[int, ...]
    first: int
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Log-probabilities of the `ANSWERS`, and for each word read how much it says something new (log-odds).

    acts  log-odds that the letter is written for or with those whose matter it is; means nothing beside one's own
    """

    answers: Sums
    places: tuple[tuple[int, int], ...]
    new: Sums
    acts: float = 0.0

    @property
    def same(self) -> float:
        """Log-odds that the letter is about the matter."""
        other = float(np.clip(np.exp(self.answers[0]), 3e-4, 1 - 3e-4))
        return float(np.log1p(-other) - np.log(other))

    def newness(self, start: int, end: int) -> tuple[float, float]:
        """The loudest and the mean sum of the words between two places of the letter; as low as can be if not read."""
        inside = [new for (a, b), new in zip(self.places, self.new.tolist(), strict=True) if a < end and b > start]
        return (max(inside), sum(inside) / len(inside)) if inside else (-LOUDEST, -LOUDEST)


Reader = Callable[[Message, Matter], Seen]


class Beside:
    """Reads letters beside matters, one window at a time (why: classifiers.encoder). Several threads may use it."""

    def __init__(self, session: onnxruntime.InferenceSession, pieces: Wordpieces) -> None:
        self._session = session
        self._pieces = pieces
        # Who acts for whom and how a letter stands are asked one after the other, often beside the same matter.
        self._lately = Lately(self._read, most=MOST_REMEMBERED)

    def __call__(self, message: Message, matter: Matter) -> Seen:
        windows = windows_of(message, matter, self._pieces)
        read_ = [self._lately.of(window) for window in windows]
        answers = np.array([answers for answers, _, _ in read_])
        together = answers.mean(axis=0)
        together[ANSWERS.index(Relation.NEW_EVIDENCE)] = answers[:, ANSWERS.index(Relation.NEW_EVIDENCE)].max()
        together -= np.log(np.exp(together).sum())
        places = tuple(place for window in windows for place in window.places)
        new = np.clip(np.concatenate([new for _, new, _ in read_]), -LOUDEST, LOUDEST)
        # People say at once for whom they write: it was taught of a letter's first window.
        return Seen(together, places, new, read_[0][2])

    def _read(self, window: Window) -> tuple[Sums, Sums, float]:
        fed = {"ids": np.array([window.ids], dtype=np.int64), "kinds": np.array([window.kinds], dtype=np.int64)}
        answers, new, acts = self._session.run(["answers", "new", "acts"], fed)
        chances = answers[0] - answers[0].max()
        inside: Sums = new[0, window.first : window.first + len(window.places)]
        return chances - np.log(np.exp(chances).sum()), inside, float(np.clip(acts[0], -LOUDEST, LOUDEST))


@lru_cache(maxsize=1)
def beside() -> Beside:
    """As installed, loaded once. Raises ArtefactDamaged.

    Nobody can read ahead here: what was said before must be recorded first. So the processors share each window.
    """
    return Beside(session_of(load_bytes(NAME), workers=threads()), wordpieces())


# --- what is read ----------------------------------------------------------------------------------------------------


def windows_of(message: Message, matter: Matter, pieces: Wordpieces, *, closed: bool | None = None) -> list[Window]:
    """The letter beside the matter, in as many windows as it needs. `closed` replaces what is known, for learning."""
    parts = _letter(message.words.own, pieces)
    before = said_before(message, matter, pieces, closed=closed)
    before = before[:BEFORE_A_LONG_LETTER] if len(parts[0]) > LONG else before
    head = [*_ids("re" if message.in_reply_to else "new", pieces)]
    head += _ids(plain_subject(message.subject)[:80], pieces)[:14]
    head += _ids("attached", pieces) if message.attachments else []
    left = (BEGIN, *before, *head, APART)
    kinds = (0,) * (1 + len(before)) + (1,) * (len(head) + 1)
    return [
        Window(
            (*left, *(number for number, _, _ in part), APART),
            (*kinds, *(1,) * (len(part) + 1)),
            len(left),
            tuple((start, end) for _, start, end in part),
        )
        for part in parts
    ]


def said_before(message: Message, matter: Matter, pieces: Wordpieces, *, closed: bool | None = None) -> list[int]:
    """How the matter stands, in words; the council's last word; the customer's first letter, the one most like this
    one and the latest. Each is cut short, each ends with a mark."""
    found = [*_ids(_stands(message, matter, closed), pieces), APART]
    for head, contact in _worth_reading(message, matter):
        named = f"{head}{plain_subject(contact.subject)} . " if head == "first : " else head
        found += [*_ids(named, pieces), *_ids(contact.own, pieces, _PARTS[head]), APART]
    return found[:BEFORE]


def _worth_reading(message: Message, matter: Matter) -> list[tuple[str, PastContact]]:
    letters = [contact for contact in matter.readable if contact.direction is Direction.IN]
    later = letters[1:]
    alike = max(later, key=lambda contact: _alike(message, contact), default=None)
    latest = letters[-1] if later and letters[-1] is not alike else None
    named = [
        ("council : ", matter.last_from_council),
        ("first : ", letters[0] if letters else None),
        ("then : ", alike),
        ("latest : ", latest),
    ]
    return [(head, contact) for head, contact in named if contact is not None]


def _alike(message: Message, contact: PastContact) -> float:
    rarity = ordinary_words()
    return cosine(vector_of(f"{message.subject}\n{message.words.own}", rarity), vector_of(contact.own, rarity))


def _stands(message: Message, matter: Matter, closed: bool | None) -> str:
    closed = matter.answered_on is not None if closed is None else closed
    spoke = "council spoke last" if matter.last.direction is Direction.OUT else "no answer"
    said = (
        f"{'closed' if closed else 'open'} {spoke} {_ago((message.received_at - matter.last.at).days)}"
        f" letters {min(9, len(matter.inbound))} since {min(6, matter.since_council_spoke)}"
    )
    return f"{said} after {min(6, matter.since_answered)}" if matter.answered_on else said


def _ago(days: int) -> str:
    steps = ((1, "today"), (4, "days"), (9, "a week"), (20, "two weeks"), (45, "a month"), (120, "months"))
    return next((name for most, name in steps if days < most), "long")


def _letter(own: str, pieces: Wordpieces) -> list[list[Piece]]:
    found: list[list[Piece]] = [[]]
    for span in joined(own, sentences(own), 400):
        part = [
            (number, span.start + start, span.start + end) for number, _, start, end in pieces.of_sentence(span.text)
        ]
        if found[-1] and len(found[-1]) + len(part) > WINDOW:
            if len(found) == MOST_WINDOWS:
                break
            found.append([])
        found[-1] += part
    return found


@lru_cache(maxsize=8192)
def _ids_of(text: str, pieces: Wordpieces, most: int) -> tuple[int, ...]:
    found: list[int] = []
    for span in joined(text, sentences(text), 400):
        found += [number for number, *_ in pieces.of_sentence(span.text)]
        if len(found) >= most:
            break
    return tuple(found[:most])


def _ids(text: str, pieces: Wordpieces, most: int = 40) -> Sequence[int]:
    return _ids_of(text, pieces, most)
