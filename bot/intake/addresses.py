"""Addresses as written in header fields (RFC 5322 section 3.4), read in one pass and never by backtracking.

Encoded words are decoded after the field is taken apart: a decoded name may hold commas, brackets and whole
addresses that were never meant as such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.intake.header_text import decode_words, raw_text
from models.message import Address

_PLAIN = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,200}@[^\s<>@,;:\"()\\]{1,253}")
_QUOTED = re.compile(r"\"[^\"@]{1,100}\"@[^\s<>@,;:\"()\\]{1,253}")
_FINDABLE = re.compile(
    r"[^\s<>@,;:\"'()\[\]\\=?]{1,100}@[A-Za-z0-9][A-Za-z0-9._-]{0,250}[A-Za-z0-9](?![^\s<>,;\"')\[\].\x00])"
)


def addresses(value: bytes, most: int, charset: str = "") -> tuple[tuple[Address, ...], bool]:
    """Every address of one field in order, and whether some beyond `most` were left out.

    What holds no address is left out too, except that a field of nothing but a name gives that name with no e-mail.
    """
    text = raw_text(value, charset)
    found = _read(text, most + 1)
    if not any(address.email for address in found) and "=?" in text:
        # Some senders encode the whole field, brackets and all.
        found = _read(decode_words(text), most + 1) or found
    named = [address for address in found if address.email]
    return tuple((named or found[:1])[:most]), len(found) > most


@dataclass(slots=True)
class _Piece:
    outside: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    has_angle: bool = False

    def empty(self) -> bool:
        return not self.has_angle and not "".join(self.outside).strip()


class _Reader:
    """One pass over the letters; what is open (quote, comment, bracket) says where a letter goes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pieces: list[_Piece] = [_Piece()]
        self._quote = False
        self._escaped = False
        self._comment = 0
        self._angle = False

    def read(self, text: str) -> list[_Piece]:
        for letter in text:
            if len(self._pieces) > self._most + 1:
                break
            self._take(letter)
        return self._pieces

    def _take(self, letter: str) -> None:
        if self._escaped:
            self._escaped = False
            self._put(letter)
        elif letter == "\\" and (self._quote or self._comment):
            self._escaped = True
        elif self._quote:
            self._in_quote(letter)
        elif self._comment:
            self._in_comment(letter)
        elif self._angle:
            self._in_angle(letter)
        else:
            self._in_open(letter)

    def _put(self, letter: str) -> None:
        piece = self._pieces[-1]
        (piece.comment if self._comment else piece.inside if self._angle else piece.outside).append(letter)

    def _in_quote(self, letter: str) -> None:
        if letter == '"':
            self._quote = False
            if self._angle:
                self._put('"')
            else:
                self._put("\x00")  # marks the end of a quoted name, so that "a"@b keeps its quotes
        else:
            self._put(letter)

    def _in_comment(self, letter: str) -> None:
        self._comment += {"(": 1, ")": -1}.get(letter, 0)
        if self._comment:
            self._put(letter)

    def _in_angle(self, letter: str) -> None:
        if letter == ">":
            self._angle = False
        elif letter == '"':
            self._quote = True
            self._put('"')
        elif letter == "<":
            self._pieces[-1].inside.clear()
        else:
            self._put(letter)

    def _in_open(self, letter: str) -> None:
        if letter == '"':
            self._quote = True
            self._put("\x00")
        elif letter == "(":
            self._comment = 1
        elif letter == "<":
            self._angle = True
            self._pieces[-1].has_angle = True
            self._pieces[-1].inside.clear()
        elif letter in ",;":
            self._pieces.append(_Piece())
        elif letter == ":":
            self._group_or_mailto()
        else:
            self._put(letter)

    def _group_or_mailto(self) -> None:
        """`Friends: a@b, c@d;` names a group, which is no address; so is the word mailto."""
        if not self._pieces[-1].has_angle:
            self._pieces[-1].outside.clear()


def _read(text: str, most: int) -> list[Address]:
    out: list[Address] = []
    waiting = ""
    for piece in _Reader(most).read(text):
        if piece.empty():
            waiting = ""
            continue
        address = _address(piece)
        if not address.email and not piece.has_angle:
            # Outlook's unquoted "Surname, Forename <a@b>": the comma stood inside the name.
            waiting = f"{waiting}, {address.name}" if waiting else address.name
            continue
        out.append(Address(address.email, f"{waiting}, {address.name}" if waiting and address.name else address.name))
        waiting = ""
    return out or ([Address("", waiting[:500])] if waiting else [])


def _address(piece: _Piece) -> Address:
    outside = "".join(piece.outside)
    if piece.has_angle:
        inside = "".join(piece.inside)
        email = (
            _email(inside) or _email(inside.rpartition(":")[2]) or _found(inside) or _found(outside.replace("\x00", ""))
        )
        return Address(email, _name(outside))
    email = _email(outside.replace("\x00", '"')) or _email(outside.replace("\x00", "")) or _found(outside)
    return Address(email, _name("".join(piece.comment)) if email else _name(outside))


def _email(text: str) -> str:
    """The address in lower case if the text is nothing but one; two @ signs are no address: guessing would identify."""
    bare = text.strip(" \t'").removeprefix("mailto:").rstrip(".,")
    if bare.startswith('"') and _QUOTED.fullmatch(bare):
        return bare.lower()
    bare = bare.strip('"')
    return bare.lower() if _PLAIN.fullmatch(bare) else ""


def _found(text: str) -> str:
    """The only address inside a longer text; empty when there are none or several."""
    if text.count("@") != 1:
        return ""
    match = _FINDABLE.search(text)
    return match[0].lower() if match else ""


def _name(text: str) -> str:
    return " ".join(decode_words(text.replace("\x00", "")).split()).strip("'\" ")[:500]
