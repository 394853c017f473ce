"""Plain words: dates as people write them, lists in a sentence, and how old a reader must be for a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

_AFTER_ANOTHER = re.compile(r"^If you are (?:still )?not content after that,? (\w)")

MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "cy": (
        *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
        *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
    ),
}


def in_words(day: date, language: str = "en") -> str:
    """2 March 2026, or 2 Mawrth 2026."""
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"


def and_list(items: Iterable[str]) -> str:
    """a, b and c."""
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last


def alone(sentence: str) -> str:
    """A route of challenge where it is the first that is left: "You can ..." and not "If you are still not content
    after that, you can ..."."""
    return _AFTER_ANOTHER.sub(lambda found: found[1].upper(), sentence)


def points(items: Iterable[str]) -> str:
    """Each item as a point of its own."""
    return "\n".join(f"- {item}" for item in items)


def reading_age(text: str) -> float:
    """The age at which a reader copes with this text: the Flesch-Kincaid grade and five years (Kincaid 1975).

    Each point counts as a sentence; headings are left out. 0 for a text without words.
    """
    lines = [line.removeprefix("- ") for line in text.splitlines() if not line.startswith("## ")]
    sentences = [s for line in lines for s in re.split(r"(?<=[.?!])\s+", line) if re.search(r"[A-Za-z]{2}", s)]
    words = [w for s in sentences for w in re.findall(r"[A-Za-z]+(?:['’][A-Za-z]+)?", s)]
    if not words:
        return 0.0
    grade = 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59
    return round(max(grade, 0.0) + 5, 1)


def _syllables(word: str) -> int:
    """Groups of vowels, less an ending that is not spoken: as near as the measure needs."""
    low = word.lower()
    spoken = re.sub(r"(?:[^laeiouy]es|(?<![td])ed|[^laeiouy]e)$", "", low)
    return max(1, len(re.findall(r"[aeiouy]+", spoken)))
