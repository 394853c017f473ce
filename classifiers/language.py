"""Which language a letter is in, cheaply: by alphabet, else by its smallest words. English needs no finding."""

from __future__ import annotations

import unicodedata
from collections import Counter

from classifiers.text import words
from models.finding import About, Evidence, Finding
from models.history import History
from models.message import Message

ENGLISH = "en"
FEWEST_WORDS = 4
_LOOKED_AT = 5_000  # characters

_SMALL_WORDS = {
    ENGLISH: "the and of to is in that it for you was on are with have this be not at my we your i but a has from "
    "they can please will",
    "cy": "yr yn y a ac i ar mae wedi eich ein am nid oes gan bod ni chi fy diolch gyda hefyd ond oedd "
    "hyn sydd wrth fod nad rhaid o",
    "pl": "nie się jest na to że w z do i mam jak ale od dla proszę przez są nasz państwa",
    "ro": "este și nu în de la un pe cu am să care din mai pentru vă sunt dumneavoastră o",
    "pt": "não que de uma para com está por mais muito eu é os um o na no meu obrigado",
    "es": "que de la el no en por una con para los está muy más mi es y gracias un",
    "fr": "le la les des est pas une que vous dans pour avec je nous mais et du sur votre merci",
    "de": "der die das und ist nicht ich ein zu mit sie auf für wir den haben bitte es von",
    "it": "che di il non la per una sono con è ho ma della mi grazie si un le",
    "lt": "ir yra kad ne į su aš mano prašau iš jūsų labai bet kaip",
}
_OF = {language: frozenset(small.split()) for language, small in _SMALL_WORDS.items()}
_BY_ALPHABET = {
    "CYRILLIC": "uk",
    "ARABIC": "ar",
    "BENGALI": "bn",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "DEVANAGARI": "hi",
    "GREEK": "el",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "HANGUL": "ko",
    "HEBREW": "he",
    "TAMIL": "ta",
}


def language(text: str) -> str:
    """The ISO 639-1 code of the language most of a text seems to be in; English when there is too little to tell."""
    text = text[:_LOOKED_AT]
    by_alphabet = _by_alphabet(text)
    if by_alphabet:
        return by_alphabet
    found = [text[word.start : word.end].casefold() for word in words(text)]
    counts = Counter({code: sum(word in small for word in found) for code, small in _OF.items()})
    best, most = counts.most_common(1)[0]
    if most < FEWEST_WORDS or counts[ENGLISH] * 3 >= most * 2:
        return ENGLISH
    return best


def _by_alphabet(text: str) -> str:
    letters = [c for c in text if c.isalpha()]
    foreign = [c for c in letters if ord(c) > 0x250]
    if len(foreign) < 8 or len(foreign) * 2 < len(letters):
        return ""
    alphabet = Counter(unicodedata.name(c, "?").split()[0] for c in foreign).most_common(1)[0][0]
    return _BY_ALPHABET.get(alphabet, "")


class Languages:
    """Says when a letter is in a language the readers were not made for, so that a person who reads it can be found."""

    name = "language"
    version = "1"

    def look(self, message: Message, history: History) -> list[Finding]:
        code = language(message.words.own)
        if code == ENGLISH:
            return []
        start = message.words.own.strip().partition("\n")[0][:200]
        evidence = Evidence(quote=start, start=message.words.own.find(start), reason="small_words")
        return [Finding(About.LANGUAGE, code, 0.9, f"{self.name} {self.version}", (evidence,))]
