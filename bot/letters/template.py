"""Templates: plain text in which each content that may be asked of a letter stands as a block of its own.

    [why]
    ## Why we find this unacceptable
    {{ last.not_heeded.deemed }}
    [/why]

A block whose words are not on record is not filled: it is missing, and says so in the draft.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import jinja2

from bot.letters.words import alone, points
from models.letter import LetterKind

_BLOCK = re.compile(r"^\[(\w+)\]\n(.*?)^\[/\1\]\n?", re.MULTILINE | re.DOTALL)
ENCLOSED = "enclosed"  # beside a letter's contents: what goes with it, named at its foot and not in its body
PLACEHOLDER = re.compile(r"\[[^\[\]\n]*: to be worded by a person\]")
_JINJA = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)
_JINJA.globals |= {"points": points, "alone": alone}


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its words. `contents` holds only what was filled; each stands in `body` word for word."""

    subject: str
    body: str
    contents: Mapping[str, str]


def placeholder(content: str) -> str:
    """What stands in a draft where words are still missing."""
    return f"[{content.replace('_', ' ')}: to be worded by a person]"


def tidy(text: str) -> str:
    """No blanks at the ends of lines, no more than one empty line together."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)


@cache
def source_of(kind: LetterKind) -> str:
    """The template as it is written. FileNotFoundError is a fault of the program (test_letters_drafted.py)."""
    return resources.files("bot.letters").joinpath("templates", f"{kind.value}.txt").read_text(encoding="utf-8")


def contents_of(kind: LetterKind) -> tuple[str, ...]:
    """The contents for which this letter's template has a block, in order."""
    return tuple(found[1] for found in _BLOCK.finditer(source_of(kind)))


def fill(kind: LetterKind, known: Mapping[str, object], given: Mapping[str, str], wanted: tuple[str, ...]) -> Filled:
    """The letter's words: what is `known` from the records, then what a person has `given` for a content.

    Of the contents that are `wanted` and not filled, a placeholder stands in the body; others are left out.
    """
    head, _, text = source_of(kind).partition("\n")
    contents: dict[str, str] = {}
    made: list[str] = []
    position = 0
    for block in _BLOCK.finditer(text):
        made.append(_render(text[position : block.start()], known))
        made.append(_section(block[1], block[2], known, given, wanted, contents))
        position = block.end()
    made.append(_render(text[position:], known))
    for content in wanted:  # a policy may ask for more than the template knows of
        if content not in contents and content not in contents_of(kind):
            made.append(_section(content, f"## {title_of(content)}\n{{{{ given }}}}\n", known, given, wanted, contents))
    return Filled(tidy(_render(head.partition(":")[2], known)), tidy("\n\n".join(made)), contents)


def title_of(content: str) -> str:
    """A content's name as a heading."""
    return content.replace("_", " ").capitalize()


def _section(
    content: str,
    source: str,
    known: Mapping[str, object],
    given: Mapping[str, str],
    wanted: tuple[str, ...],
    contents: dict[str, str],
) -> str:
    heading = [line for line in source.splitlines() if line.startswith("## ")][:1]
    own = tidy(given.get(content, ""))
    words = _words(source, known, own)
    if words:
        contents[content] = own or words
    elif content in wanted:
        words = placeholder(content)
    else:
        return ""
    return "\n".join([*heading, words])


def _words(source: str, known: Mapping[str, object], given: str) -> str:
    """The block's words without its heading; empty if something in it is not on record."""
    plain = "\n".join(line for line in source.splitlines() if not line.startswith("## "))
    try:
        words = tidy(_render(plain, {**known, "given": given} if given else known))
    except jinja2.UndefinedError:
        words = ""
    return words if not given or given in words else given


def _render(source: str, known: Mapping[str, object]) -> str:
    return _JINJA.from_string(source).render(known)
