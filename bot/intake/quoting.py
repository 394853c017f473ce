"""The sender's own new words, told apart from quoted history, signature, disclaimer and banner.

Abuse, repeats and new facts are charged to whoever wrote them, so words that somebody else wrote must not pass for the
sender's; and no word of the sender's may be lost, so where a line could be either it stays his. Every line is looked
at a bounded number of times, with its first few hundred characters only: a hostile body costs what a long one costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum, auto

from bot.intake import notices, signatures
from bot.intake.quote_headers import Trust, header_at, is_quote_mark, is_rule
from models.message import OwnWords

_HEAD = 600  # characters of a line that are looked at
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\ufeff\u00ad"), None)
_BLANK_LIKE = {0xA0: " ", 0x202F: " ", 0x2007: " "}
_SUM = re.compile(r"^\s*>\s?[£$€]?\d")
_MOST_LINES = 30_000  # a letter longer than that is read this far; see `_leave_the_rest`
_BANNER_LINES = 8
_MOST_DELIMITED_LINES = 30


class Part(StrEnum):
    """Whose a line is."""

    OWN = auto()
    QUOTED = auto()
    SIGNATURE = auto()
    DISCLAIMER = auto()


@dataclass(slots=True)
class _Letter:
    """A body on the table: its lines, their heads as they are looked at, and the part each is given."""

    lines: list[str]
    heads: list[str] = field(init=False)
    parts: list[Part] = field(init=False)

    def __post_init__(self) -> None:
        self.heads = [_head(line) for line in self.lines]
        self.parts = [Part.OWN] * len(self.lines)

    def give(self, begin: int, end: int, part: Part) -> None:
        for at in range(begin, end):
            self.parts[at] = part

    def next_text(self, at: int) -> int:
        while at < len(self.heads) and not self.heads[at]:
            at += 1
        return at

    def text(self, part: Part) -> str:
        return "\n".join(line for line, of in zip(self.lines, self.parts, strict=True) if of is part).strip("\n")

    def paragraphs(self) -> Iterator[tuple[int, int]]:
        """Runs of lines still held to be the sender's own, without blank lines inside."""
        begin = None
        for at, (head, part) in enumerate(zip(self.heads, self.parts, strict=True)):
            if head and part is Part.OWN:
                begin = at if begin is None else begin
            elif begin is not None:
                yield begin, at
                begin = None
        if begin is not None:
            yield begin, len(self.heads)


def own_words(body: str, sender: str = "") -> OwnWords:
    """The body told apart. Never raises; takes time in proportion to its length.

    `sender` is the mail address the message came from: a letter of his own that he sends again under a 'Forwarded
    message' header, with nothing above it, is his own. Anybody else's is not, even if nothing stands above it.
    """
    letter = _told_apart(body, sender)
    return OwnWords(
        own=letter.text(Part.OWN),
        quoted=letter.text(Part.QUOTED),
        signature=letter.text(Part.SIGNATURE),
        disclaimer=letter.text(Part.DISCLAIMER),
    )


def reply_with_context(body: str, sender: str = "") -> str:
    """The sender's own words together with the quoted lines he answers between, as an officer reads a reply.

    Quoted lines count as context when own words stand both above and below them; a letter that is nothing but a
    forwarded one is shown as it is. For reading only: what is charged to the sender is `own_words`.
    """
    letter = _told_apart(body, sender)
    own = [at for at, part in enumerate(letter.parts) if part is Part.OWN and letter.heads[at]]
    if not own:
        return letter.text(Part.QUOTED)
    for at in range(own[0], own[-1]):
        if letter.parts[at] is Part.QUOTED and is_quote_mark(letter.lines[at]):
            letter.parts[at] = Part.OWN
    return letter.text(Part.OWN)


def _told_apart(body: str, sender: str) -> _Letter:
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    letter = _Letter(lines[:_MOST_LINES])
    _mark_banner(letter)
    _mark_quoted(letter, sender.strip().lower())
    _mark_notices(letter)
    _mark_signatures(letter)
    _settle_blank_lines(letter)
    _leave_the_rest(letter, lines[_MOST_LINES:])
    return letter


def _leave_the_rest(letter: _Letter, lines: list[str]) -> None:
    """Beyond what is read, marked lines are quoted, and the others too if an unmarked quotation was running."""
    running = (
        Part.QUOTED if lines and letter.parts[-1] is Part.QUOTED and not is_quote_mark(letter.lines[-1]) else Part.OWN
    )
    letter.lines += lines
    letter.heads += ["-" if line.strip() else "" for line in lines]
    letter.parts += [Part.QUOTED if is_quote_mark(line[:_HEAD]) else running for line in lines]


def _head(line: str) -> str:
    head = line[:_HEAD]
    return head.strip() if head.isascii() else head.translate(_INVISIBLE).translate(_BLANK_LIKE).strip()


# --- earlier mail ----------------------------------------------------------------------------------------------


def _mark_quoted(letter: _Letter, sender: str) -> None:
    at, own_above = 0, False
    while at < len(letter.heads):
        end = at + 1
        if not letter.heads[at] or letter.parts[at] is not Part.OWN:
            pass
        elif _is_quoted(letter, at):
            letter.parts[at] = Part.QUOTED
        elif earlier := _end_of_earlier_mail(letter, at, own_above, sender):
            end = earlier
            letter.give(at, end, Part.QUOTED)
        else:
            own_above = own_above or not _says_nothing(letter.heads[at])
        at = end


def _end_of_earlier_mail(letter: _Letter, at: int, own_above: bool, sender: str) -> int:
    """The first line after the earlier mail that is announced at line `at`, 0 if none is."""
    header = header_at(letter.heads, at)
    if header is None:
        return 0
    below = letter.next_text(header.end)
    if below < len(letter.heads) and _is_quoted(letter, below):
        return header.end
    if header.trust is Trust.WEAK:
        return 0
    if own_above:
        return len(letter.heads)
    if header.trust is Trust.PROGRAM or (sender and header.sender == sender):
        return header.end if header.sender else 0
    return len(letter.heads)


def _says_nothing(head: str) -> bool:
    return signatures.is_mobile_footer(head) or is_rule(head) or signatures.is_delimiter(head)


def _is_quoted(letter: _Letter, at: int) -> bool:
    """Marked with '>', or the torn-off end of a marked line. A lone '>50 houses' is a sum, not a quotation."""
    head = letter.heads[at]
    if is_quote_mark(head):
        return not (_SUM.match(head) and not _neighbour_quoted(letter, at))
    return _is_torn_off(letter, at)


def _neighbour_quoted(letter: _Letter, at: int) -> bool:
    above = at > 0 and (is_quote_mark(letter.heads[at - 1]) or letter.heads[at - 1].endswith(":"))
    return above or (at + 1 < len(letter.heads) and is_quote_mark(letter.heads[at + 1]))


def _is_torn_off(letter: _Letter, at: int) -> bool:
    """A mail program wrapped a marked line too late: '> ... far too long a' / 'line' / '> and so on'."""
    head = letter.heads[at]
    if not head or at == 0 or at + 1 >= len(letter.heads) or len(head.split()) > 4:
        return False
    above, below = letter.heads[at - 1], letter.heads[at + 1]
    if not (is_quote_mark(above) and is_quote_mark(below)):
        return False
    return len(above) >= 60 and above[-1] not in ".?!:;" and (head[0].islower() or "://" in above)


# --- what nobody wrote -----------------------------------------------------------------------------------------


def _mark_banner(letter: _Letter) -> None:
    """A gateway's warning above the letter, one paragraph or several, with the rules it is framed in."""
    at = letter.next_text(0)
    while at < len(letter.heads):
        end = _end_of_banner(letter, at)
        if end == at:
            return
        letter.give(at, end, Part.DISCLAIMER)
        at = letter.next_text(end)
        if at < len(letter.heads) and is_rule(letter.heads[at]):
            letter.parts[at] = Part.DISCLAIMER
            at = letter.next_text(at + 1)


def _end_of_banner(letter: _Letter, at: int) -> int:
    begin = at
    if is_rule(letter.heads[at]):
        at = letter.next_text(at + 1)
    end = at
    while end < min(at + _BANNER_LINES, len(letter.heads)) and letter.heads[end] and not is_rule(letter.heads[end]):
        end += 1
    for last in (end, at + 1):  # the paragraph as a whole, or its first line when the letter follows directly
        if at < last <= end and notices.is_banner("\n".join(letter.heads[at:last])):
            return _first_greeting(letter, at, last)
    return begin


_GREETING = re.compile(
    r"^(?:dear|hi|hello|hiya|good (?:morning|afternoon|evening)|annwyl|helo|bore da|prynhawn da|sir|madam)\b", re.I
)


def _first_greeting(letter: _Letter, at: int, end: int) -> int:
    return next((line for line in range(at + 1, end) if _GREETING.match(letter.heads[line])), end)


def _mark_notices(letter: _Letter) -> None:
    for begin, end in list(letter.paragraphs()):
        notice = _notice_begins(letter, begin, end)
        if notice is None:
            continue
        letter.give(notice, end, Part.DISCLAIMER)
        above = _text_above(letter, notice)
        if above is not None and (is_rule(letter.heads[above]) or notices.heads_notice(letter.heads[above])):
            letter.parts[above] = Part.DISCLAIMER


def _notice_begins(letter: _Letter, begin: int, end: int) -> int | None:
    """The line of this paragraph from which on it is a notice, so that a sign-off directly above stays own."""
    heads = letter.heads
    if end - begin > 1 and is_rule(heads[begin]) and notices.is_list_footer("\n".join(heads[begin + 1 : end])):
        return begin
    openings = [at for at in range(begin, end) if notices.opens_notice(heads[at])][:3]
    for at in openings:
        if notices.is_notice("\n".join(letter.lines[at][:3000] for at in range(at, min(end, at + 40)))):
            return at
    if end - begin > 12 or openings:
        return None
    return begin if notices.is_notice("\n".join(letter.lines[at][:3000] for at in range(begin, end))) else None


def _text_above(letter: _Letter, at: int) -> int | None:
    above = at - 1
    while above >= 0 and not letter.heads[above]:
        above -= 1
    return above if above >= 0 and letter.parts[above] is Part.OWN else None


# --- signatures ------------------------------------------------------------------------------------------------


def _mark_signatures(letter: _Letter) -> None:
    _mark_delimited(letter)
    _mark_below_sign_offs(letter)
    _mark_contact_blocks(letter)
    for at, head in enumerate(letter.heads):
        if letter.parts[at] is Part.OWN and head and signatures.is_mobile_footer(head):
            letter.parts[at] = Part.SIGNATURE


def _mark_delimited(letter: _Letter) -> None:
    """From '-- ' on until somebody speaks again; from a drawn rule, if contact lines follow it."""
    signature, own_above = False, False
    for begin, end in list(letter.paragraphs()):
        own_above = own_above or not (signatures.is_delimiter(letter.heads[begin]) or is_rule(letter.heads[begin]))
        delimiter = _delimiter_in(letter, begin, end) if own_above else None
        if delimiter is not None:
            signature = True
            letter.give(delimiter, end, Part.SIGNATURE)
        elif begin > 0 and _separate(letter, begin):
            signature = False
        elif signature:
            signature = not signatures.is_prose(letter.heads[begin:end])
        if signature and delimiter is None:
            letter.give(begin, end, Part.SIGNATURE)


def _separate(letter: _Letter, begin: int) -> bool:
    """True if earlier mail stands between this paragraph and the one above."""
    above = begin - 1
    while above > 0 and not letter.heads[above]:
        above -= 1
    return letter.parts[above] is Part.QUOTED


def _delimiter_in(letter: _Letter, begin: int, end: int) -> int | None:
    for at in range(begin, end):
        head = letter.heads[at]
        if signatures.is_delimiter(head) and not _goes_on(letter, at):
            return at
        if is_rule(head) and at == begin and _is_sender_block(letter, at + 1):
            return at
    return None


def _goes_on(letter: _Letter, at: int) -> bool:
    """True if what follows the dashes is more letter, so that they part two thoughts and open no signature."""
    first = letter.next_text(at + 1)
    last = first
    most = min(first + _MOST_DELIMITED_LINES, len(letter.heads))
    while last < most and letter.heads[last] and letter.parts[last] is Part.OWN:
        last += 1
    paragraph = letter.heads[first:last]
    if not paragraph:
        return False
    if signatures.is_postscript(paragraph[0]):
        return True
    return len(" ".join(paragraph).split()) > 60 or (len(paragraph) == 1 and len(paragraph[0].split()) > 25)


def _is_sender_block(letter: _Letter, at: int) -> bool:
    """True if nothing but short lines stand from here to the end of the letter, two of them contact lines."""
    contacts = seen = 0
    for here in range(at, len(letter.heads)):
        if letter.parts[here] is not Part.OWN:
            break
        if not (head := letter.heads[here]):
            continue
        seen += 1
        if seen > 16 or signatures.is_prose([head]):
            return False
        contacts += signatures.is_contact(head)
    return contacts >= 2


def _mark_below_sign_offs(letter: _Letter) -> None:
    for begin, end in list(_own_runs(letter)):
        heads, passed = letter.heads[begin:end], 0
        for at, head in enumerate(heads):
            if at < passed or not head or not signatures.is_sign_off(head):
                continue
            first, passed = signatures.block_after_sign_off(heads, at)
            letter.give(begin + first, begin + passed, Part.SIGNATURE)


def _own_runs(letter: _Letter) -> Iterator[tuple[int, int]]:
    begin = None
    for at, part in enumerate(letter.parts):
        if part is Part.OWN:
            begin = at if begin is None else begin
        elif begin is not None:
            yield begin, at
            begin = None
    if begin is not None:
        yield begin, len(letter.parts)


def _mark_contact_blocks(letter: _Letter) -> None:
    """The last paragraph of a run of own words, if it is a sender's block and not what the letter is about."""
    last = {end: (begin, end) for begin, end in _last_paragraphs(letter)}
    for begin, end in last.values():
        above = _text_above(letter, begin)
        introduced = above is not None and letter.heads[above].endswith(":")
        block = letter.heads[begin:end]
        if above is None or introduced:
            continue
        if signatures.is_contact_block(block) or signatures.is_mobile_block(block):
            letter.give(begin, end, Part.SIGNATURE)


def _last_paragraphs(letter: _Letter) -> Iterator[tuple[int, int]]:
    """The paragraph that ends each stretch of own words (before quoted mail, a notice or the end)."""
    held: tuple[int, int] | None = None
    for begin, end in letter.paragraphs():
        if held is not None and any(letter.parts[at] is not Part.OWN for at in range(held[1], begin)):
            yield held
        held = begin, end
    if held is not None:
        yield held


def _settle_blank_lines(letter: _Letter) -> None:
    """A blank line belongs to what stands above it."""
    for at in range(1, len(letter.heads)):
        if not letter.heads[at]:
            letter.parts[at] = letter.parts[at - 1]
