"""Pasted history that carries no mark at all, found by what the archive already holds.

A block of text is another's when every five words of it in a row stand in his earlier letter. Only whole paragraphs,
and whole sentences on lines of their own, are taken: a few of the council's words inside the sender's sentence are
part of what he says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from models.message import OwnWords

_SHINGLE = 5  # words
_LEAST_WORDS = 8  # a shorter block goes only with the blocks on both sides of it
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENDS_SENTENCE = re.compile(r"[.?!:]['\")’”]*\s*$")


@dataclass(slots=True)
class _Block:
    """Lines `begin` to `end` of the own words and the words in them; `line` is the folded text, for short blocks."""

    begin: int
    end: int
    words: list[str]
    known: bool = False


def without_known(words: OwnWords, earlier: Sequence[str]) -> OwnWords:
    """The same letter with those lines of `own` moved to `quoted` that stand in `earlier`.

    `earlier` are texts by other people in the same thread or matter (the council's replies above all), never the
    sender's own: a letter he sends again is his own again. Takes time in proportion to all the text together.
    """
    lines = words.own.split("\n")
    blocks = list(_blocks(lines))
    if not earlier or not any(len(block.words) >= _LEAST_WORDS for block in blocks):
        return words
    _mark_known(blocks, earlier)
    taken = {at for block in blocks if block.known for at in range(block.begin, block.end)}
    if not taken:
        return words
    own = "\n".join(line for at, line in enumerate(lines) if at not in taken).strip("\n")
    pasted = "\n".join(line for at, line in enumerate(lines) if at in taken)
    return replace(words, own=own, quoted=f"{pasted}\n{words.quoted}" if words.quoted else pasted)


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    """Paragraphs, parted further where each line is a whole sentence, so that no sentence is ever cut in two."""
    begin = 0
    for at, line in enumerate(lines):
        last = at + 1 == len(lines)
        if last or not line.strip() or not lines[at + 1].strip() or _ENDS_SENTENCE.search(line[-20:]):
            block = _Block(begin, at + 1, _words(" ".join(lines[begin : at + 1])))
            if block.words:
                yield block
            begin = at + 1


def _mark_known(blocks: Sequence[_Block], earlier: Iterable[str]) -> None:
    wanted: set[int] = {shingle for block in blocks for shingle in _shingles(block.words)}
    short = {_folded(block.words) for block in blocks if len(block.words) < _LEAST_WORDS}
    held: set[int] = set()
    said: set[str] = set()
    for text in earlier:
        held.update(shingle for shingle in _shingles(_words(text)) if shingle in wanted)
        said.update(folded for folded in (_folded(_words(line)) for line in text.split("\n")) if folded in short)
    for block in blocks:
        block.known = len(block.words) >= _LEAST_WORDS and all(shingle in held for shingle in _shingles(block.words))
    for above, between, below in zip(blocks, blocks[1:], blocks[2:], strict=False):
        if above.known and below.known and len(between.words) < _LEAST_WORDS:
            between.known = _folded(between.words) in said


def _words(text: str) -> list[str]:
    return [word.group().lower().replace("’", "'") for word in _WORD.finditer(text)]


def _folded(words: Sequence[str]) -> str:
    return " ".join(words)


def _shingles(words: Sequence[str]) -> Iterator[int]:
    return (hash(tuple(words[at : at + _SHINGLE])) for at in range(len(words) - _SHINGLE + 1))
