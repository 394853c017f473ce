"""Words that can be read and printed. What is written into a record stays there: in letters, registers and reports."""

from __future__ import annotations

import unicodedata

# Marks that turn the order of what is read, so that a page shows other words than are stored.
_TURNED = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def as_written(text: str) -> str:
    """Words of somebody else, to be shown: without what steers a terminal, and without marks that turn the order of
    what stands around them. Line ends and tabs stay; so does what is kept."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or not (c in _TURNED or unicodedata.category(c) in ("Cc", "Cs")))


def why_unreadable(text: str) -> str:
    """What is wrong with words that a person typed or pasted, to be said after their name; empty if they can be read.

    Line ends and tabs may stand in them; a right-to-left mark, a NUL or half a character may not.
    """
    hidden = {c for c in text if c in _TURNED or (unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t")}
    if hidden:
        codes = ", ".join(sorted(f"U+{ord(c):04X}" for c in hidden))
        return f"hold characters that cannot be printed ({codes}); take them out"
    if text.strip() and all(unicodedata.category(c) in ("Cf", "Zs", "Zl", "Zp", "Cc") for c in text):
        return "are empty: nothing in them can be seen"
    return ""
