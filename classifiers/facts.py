"""What in a text can be checked: numbers, dates, sums, times, references, names, documents. Words of degree cannot."""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBER = re.compile(r"(?<![\w.])[£$€]?\d[\d,.:/-]*\w{0,12}", re.ASCII)
_DIGITS = re.compile(r"[^\da-z]+")
_MONEY = re.compile(r"[£€$]\s?\d|\b\d[\d,.]*\s?(?:pounds?|quid|grand|pence|p)\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?(?:\s+of)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december)\s+\d"
    r"|\b\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b\d{1,2}[:.]\d{2}\b|\b\d{1,2}\s?(?:am|pm)\b|o'clock|\b(?:half|quarter|ten|twenty) (?:past|to)\b", re.I
)
_CAPITAL = re.compile(r"\b[A-Z][a-zà-ÿ]+(?:['’-][A-Za-z]+)*\b|\b[A-Z]{1,4}\d+[A-Z\d]*\b")
_OPENS = re.compile(r"(?:^|[.!?:\n\"“‘(>*-])\s*$")
_DOCUMENT = re.compile(
    r"\b(?:attach\w*|enclos\w*|herewith|photo\w*|pictures?|pics?|video\w*|clips?|footage|dashcam|cctv|recording"
    r"|screenshots?|reports?|surveys?|statements?|receipts?|invoices?|certificates?|minutes|drawings?|deeds?|leases?"
    r"|plans?|maps?|records?|diar(?:y|ies)|logs?|logbook|witness\w*|affidavit|petition|signatures?|letter (?:from|of)"
    r"|reference number|crime number|test results?|readings?|measure(?:d|ments?)|accounts|quot(?:e|ation)s?|docket"
    r"|scan(?:ned|s)?|x-?ray|diagnos\w+|solicitor|surveyor|engineer|doctor|consultant|police|insur\w+)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"\b(?:yesterday|today|tonight|last (?:night|week|month|\w+day)|this (?:morning|afternoon|evening|week)|just now"
    r"|since (?:then|last|my|your|the|we|i)|(?:has|have|had|is|are|was|were) now|on (?:mon|tues|wednes|thurs"
    r"|fri|satur|sun)day"
    r"|turns out|turned up|came (?:back|down|off|out)|found|discovered|fell|broke\w*|collapsed|flooded|hospital"
    r"|injur\w+|hurt|ambulance|went (?:through|over|into)|changed|moved|started|stopped|received|confirm\w+|admitted"
    r"|told me|says|said (?:that|it|he|she|they)|saw|showed|wrote|gave (?:me|us))\b",
    re.IGNORECASE,
)
_EVERYDAY = frozenset(
    [
        "Dear",
        "Sir",
        "Madam",
        "Sirs",
        "Mr",
        "Mrs",
        "Miss",
        "Ms",
        "Dr",
        "Rev",
        "Cllr",
        "Councillor",
        "Clerk",
        "Council",
        "Town",
        "Parish",
        "Hello",
        "Hi",
        "Good",
        "Morning",
        "Afternoon",
        "Evening",
        "Regards",
        "Kind",
        "Yours",
        "Sincerely",
        "Faithfully",
        "Thanks",
        "Thank",
        "Many",
        "Best",
        "Wishes",
        "Re",
        "Fw",
        "Fwd",
        "RE",
        "FW",
        "FWD",
        "PS",
        "OK",
        "The",
        "I",
        "It",
        "We",
        "You",
        "He",
        "She",
        "They",
        "This",
        "That",
        "There",
        "If",
        "And",
        "But",
        "So",
        "No",
        "Not",
        "Yes",
        "What",
        "When",
        "Where",
        "Why",
        "How",
        "Who",
        "My",
        "Your",
        "Our",
        "Please",
    ]
)


@lru_cache(maxsize=2048)  # the same earlier letters are compared with every new one
def numbers(text: str) -> frozenset[str]:
    """Numbers, sums, times, plates and references, written alike: "£1,200.00" and "1200" are one."""
    return frozenset(filter(None, (_plain_number(match.group(0)) for match in _NUMBER.finditer(text))))


@lru_cache(maxsize=2048)
def names(text: str) -> frozenset[str]:
    """Capitalised words inside a sentence, in lower case: people, places, firms, days. None from shouting."""
    if shouting(text) > 0.5:
        return frozenset()
    found = set()
    for match in _CAPITAL.finditer(text):
        word = match.group(0)
        before = text[max(0, match.start() - 4) : match.start()]
        if word not in _EVERYDAY and before and not _OPENS.search(before):
            found.add(word.lower().removesuffix("'s").removesuffix("’s"))
    return frozenset(found)


def shouting(text: str) -> float:
    """Share of the letters that are capitals."""
    letters = list(filter(str.isalpha, text[:5000]))
    return sum(map(str.isupper, letters)) / len(letters) if letters else 0.0


def has_money(text: str) -> bool:
    return bool(_MONEY.search(text))


def has_date(text: str) -> bool:
    return bool(_DATE.search(text))


def has_time(text: str) -> bool:
    return bool(_TIME.search(text))


def documents(text: str) -> int:
    """How many words name something that proves: a photograph, a report, a witness, a surveyor."""
    return sum(1 for _ in _DOCUMENT.finditer(text))


def happenings(text: str) -> int:
    """How many words tell of something that took place, not of what ought to be."""
    return sum(1 for _ in _HAPPENED.finditer(text))


def _plain_number(raw: str) -> str:
    raw = raw.lower().rstrip(".,:/-")
    raw = re.sub(r"[.,]00$", "", raw) if raw[:1] in "£$€" else raw
    return _DIGITS.sub("", raw.removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th"))
