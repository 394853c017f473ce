"""Text as the classifiers read it: sentences and words that know where they stand, and what a word says undisguised.

Offsets always point into the text as it was given, so that every quote is verbatim. Everything is linear in the
length of the text, and nothing is read beyond `LONGEST` characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

LONGEST = 200_000  # characters; a longer text is examined in its first part only
_REMEMBERED = 5_000  # characters; what is longer is read again rather than kept in memory
LONGEST_WORD = 100  # characters; no word of anybody's is longer
MOST_WORDS = 60  # a "sentence" without full stops is cut here, so that a quote stays short enough to show
MOST_CHARACTERS = 1_000  # and here, should it have no spaces either


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text: text[start:end], as written."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """One word or mark as written at [start, end), and `plain`: what it says in lower case, undisguised."""

    start: int
    end: int
    plain: str
    quoted: bool = False  # stands inside double quotation marks: perhaps somebody else's word


INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Marks that are set on other letters.
COMBINING = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_UNSEEN = re.compile(f"[{INVISIBLE}{COMBINING}]+")
_LINK = r"(?:https?://|www\.)[^\s<>\"']+|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"
_SPACED = r"(?<![\w'’])[^\W\d_](?P<apart>[ ._\-*])[^\W\d_](?:(?P=apart)[^\W\d_]){2,29}(?![\w'’])"
_NUMBER = r"[£$€]?\d[\d,.:/]*(?:st|nd|rd|th|am|pm|p|k|%)?(?![\w])"
_INNER = rf"(?:[\w{INVISIBLE}{COMBINING}]|['’](?=[\w{INVISIBLE}{COMBINING}])|[*@$!|](?=[\w*@$!|]))"
_WORD = rf"(?:\w|[*@$](?=[\w*])){_INNER}*[*]*"
_TOKEN = re.compile(
    f"(?P<link>{_LINK})|(?P<spaced>{_SPACED})|(?P<number>{_NUMBER})|(?P<word>{_WORD})|(?P<mark>(?P<same>[^\\w\\s{INVISIBLE}])(?P=same)*)"
)

# Letters of other alphabets, and odd ones of ours, that are drawn like Latin ones. Only used in words that also hold
# Latin letters, or nothing but such letters.
_LIKE = "аеорсухіјѕһԁԛԝѵіквмнтАВЕКМНОРСТУХІЈЅαοιυνρτκηεϲΑΒΕΖΗΙΚΜΝΟΡΤΥΧӏɑɡıøłđħƒɩոօսցհᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"
_LOOKALIKES = str.maketrans(
    _LIKE,
    "aeopcyxijshdqwvikbmhtABEKMHOPCTYXIJSaoiuvptknecABEZHIKMNOPTYXlagioldhfinough" + "abcdefghijklmnoprstuvwyz",
)
_ONLY_LOOKALIKES = re.compile(f"[{_LIKE}]+")
_LEET = str.maketrans("013457@$!|", "oieastasii")
_SWEARING = """
    arse arsehole arseholes bastard bastards bitch bitches bloody bollocks bugger bullshit cock coon crap cunt cunts
    dick dickhead faggot fuck fucked fucker fuckers fucking fuckwit motherfucker nigger paki pakis piss pissed prick
    pricks shit shite shitty slag slut tosser tossers twat twats wank wanker wankers whore
"""
_INSULTS = """
    cretin cretins dumb idiot idiotic idiots imbecile imbeciles loser losers moron moronic morons muppet muppets
    parasite parasites pathetic retard retarded retards scum stupid useless vermin
"""
_STARRED = (*_SWEARING.split(), *_INSULTS.split())  # what a starred-out word may be
_QUOTES = re.compile(r"[\"“]([^\"“”\n]{1,400})[\"”]|(?<![\w])['‘]([^'‘’\n]{2,200})['’](?![\w])")


def undisguised(word: str) -> str:
    """The plain lower-case form of one word: accents, invisible marks, look-alike letters, leet and stars undone.

    Never empty. Of a word that nobody would write, its beginning.
    """
    # Marks are taken off first: a thousand of them on a letter take a second to put in order.
    return _undisguised(_UNSEEN.sub("", word)[:LONGEST_WORD]) or word[:1]


@lru_cache(maxsize=20_000)
def _undisguised(word: str) -> str:
    seen = unicodedata.normalize("NFKD", word).replace("’", "'")
    seen = "".join(c for c in seen if not unicodedata.combining(c))
    if re.search(r"[a-zA-Z]", seen) or _ONLY_LOOKALIKES.fullmatch(seen):
        seen = seen.translate(_LOOKALIKES)
    plain = seen.casefold()
    if "*" in plain:
        return _unstarred(plain)
    if _is_leet(seen):
        plain = plain.translate(_LEET)
    return re.sub(r"(.)\1{2,}", r"\1\1", re.sub(r"([aiu])\1{2,}", r"\1", plain))


def _is_leet(word: str) -> bool:
    """`1d1ot`, `sh!t` and `b@stard`, but not a postcode, a plot number, `2nd` or `gr8`."""
    if word.isupper() and re.search(r"\d", word):
        return _is_leet_in_capitals(word)
    between = re.search(r"[^\W\d_][0134578@$!|]+[^\W\d_]", word)
    first = re.match(r"[01345@$][^\W\d_]{3,}", word)
    return bool(between or first)


_REFERENCE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}|[A-Z]{2}\d\d[A-Z]{3}|[A-Z]{1,3}\d+|\d+[A-Z]{1,3}")


def _is_leet_in_capitals(word: str) -> bool:
    """`1D1OT` and `BA5TARD`, but not a postcode, a number plate or a plot number."""
    letters, groups = len(re.findall(r"[A-Z]", word)), len(re.findall(r"\d+", word))
    return not _REFERENCE.fullmatch(word) and letters >= 3 and (groups >= 2 or letters >= 5)


def _unstarred(word: str) -> str:
    pattern = re.compile(re.sub(r"\\\*", ".", re.escape(word)))
    return next((known for known in _STARRED if pattern.fullmatch(known)), word)


def words(text: str) -> tuple[Word, ...]:
    """The words and marks of a text in order. Spaced-out letters (`i d i o t`) are one word; links and numbers fold."""
    return _words_once(text) if len(text) <= _REMEMBERED else _words(text[:LONGEST])


@lru_cache(maxsize=256)  # the classifiers of one message ask for the same sentences one after another
def _words_once(text: str) -> tuple[Word, ...]:
    return _words(text)


def _words(text: str) -> tuple[Word, ...]:
    quoted = [(m.start(), m.end()) for m in _QUOTES.finditer(text)]
    found: list[Word] = []
    at = 0
    for match in _TOKEN.finditer(text):
        while at < len(quoted) and quoted[at][1] <= match.start():
            at += 1
        inside = at < len(quoted) and quoted[at][0] < match.start() and match.end() < quoted[at][1]
        found.append(Word(match.start(), match.end(), _plain(match), inside))
    return tuple(found)


def _plain(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind == "link":
        return "_link_"
    if kind == "number":
        return "_money_" if match.group()[0] in "£$€" else "_number_"
    if kind == "spaced":
        return undisguised(re.sub(r"[\W_]", "", match.group()))
    if kind == "mark":
        mark = match.group()[:2]  # `!!!!!!` shouts no louder than `!!`
        return {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"}.get(mark, mark)
    return undisguised(match.group())


_ABBREVIATIONS = """
    mr mrs ms miss dr st rd ave no nos cllr cllrs rev prof hon sgt pc inc ltd co dept ref tel ext approx vs para paras
    sec art reg regs fig e.g i.e etc eg ie am pm a.m p.m jan feb mar apr jun jul aug sept oct nov dec
"""
_SHORT = frozenset(_ABBREVIATIONS.split())
_BREAK = re.compile(r"(?P<stop>(?<![.!?…])[.!?…]+[\"'”’)\]]{0,3})(?=\s)|(?P<blank>\n[ \t]*\n\s*)|(?P<line>\n)")
_ITEM = re.compile(r"[ \t]*(?:[-*•–·]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+")
_SHORT_LINE = 55  # characters; a shorter line was ended by its writer, a longer one by the mail program


def sentences(text: str) -> list[Span]:
    """The sentences of a text, verbatim and in order, without the white space between them.

    A wrapped line is joined to the next; list items and lines that their writer ended stand alone; a run of more than
    `MOST_WORDS` words is cut.
    """
    return list(_sentences_once(text)) if len(text) <= _REMEMBERED else _sentences(text[:LONGEST])


@lru_cache(maxsize=256)  # as with words
def _sentences_once(text: str) -> tuple[Span, ...]:
    return tuple(_sentences(text))


def _sentences(text: str) -> list[Span]:
    cuts = [0, *sorted(_ends(text)), len(text)]
    parts = [part for start, end in pairwise(cuts) for part in _cut_long(text, start, end)]
    return [span for span in (_stripped(text, start, end) for start, end in parts) if span.end > span.start]


def _ends(text: str) -> set[int]:
    ends: set[int] = set()
    line_start = 0
    for match in _BREAK.finditer(text):
        if match.lastgroup == "stop":
            if not _abbreviation(text, match):
                ends.add(match.end())
            continue
        if match.lastgroup == "blank" or _ended_by_writer(text, line_start, match.start(), match.end()):
            ends.add(match.end())
        line_start = match.end()
    return ends


def _abbreviation(text: str, stop: re.Match[str]) -> bool:
    if stop.group() != ".":
        return False
    before = text[max(0, stop.start() - 12) : stop.start()]
    last = re.split(r"[\s(\"'“‘]", before)[-1].lower()
    return last in _SHORT or (len(last) == 1 and last.isalpha() and last != "i")


def _ended_by_writer(text: str, start: int, end: int, after: int) -> bool:
    return end - start < _SHORT_LINE or _ITEM.match(text, after) is not None


def _cut_long(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start < MOST_WORDS * 4:
        return [(start, end)]
    starts = [match.start() for match in re.compile(r"\S+").finditer(text, start, end)]
    cuts = [start, *starts[MOST_WORDS::MOST_WORDS], end]
    return [(at, min(at + MOST_CHARACTERS, stop)) for here, stop in pairwise(cuts) for at in _steps(here, stop)]


def _steps(start: int, end: int) -> range:
    return range(start, end, MOST_CHARACTERS) if end > start else range(start, start + 1)


def joined(text: str, spans: Sequence[Span], most: int) -> Sequence[Span]:
    """No more than so many: of a letter with more, the shortest neighbours stand together. Nothing is lost."""
    if len(spans) <= most:
        return spans
    room = 2 * min(len(text), LONGEST) // (most - 1) + 1  # any two neighbours left apart take up more than this
    ends: list[tuple[int, int]] = []
    for span in spans:
        if ends and span.end - ends[-1][0] <= room:
            ends[-1] = (ends[-1][0], span.end)
        else:
            ends.append((span.start, span.end))
    return [Span(start, end, text[start:end]) for start, end in ends]


def _stripped(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    return Span(start, start + len(part.strip()), part.strip())
