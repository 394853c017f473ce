"""Names of people as they are written in headers, under letters and in records; and how two of them compare.

A name is read into parts and never thrown away for being odd. Nothing here decides who somebody is: it says only
whether two ways of writing could be one person's.
"""

from __future__ import annotations

import enum
import functools
import re
import unicodedata
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import OSA

from bot.intake.pet_names import is_known, same_given_name


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _listed("""
    admiral brig brigadier canon capt captain cdr cllr col colonel councillor cpl dame doctor dr father flt fr gen
    general gp haji hon imam lady ldr lord lt madam maj major mayor messrs miss misses mister mr mrs ms mx parch
    parchg pastor pc prof professor rabbi rev revd reverend sgt sheikh sir sister sqn the wg
""")
_SENIOR = frozenset({"senior", "snr", "sr", "snr.", "elder"})
_JUNIOR = frozenset({"junior", "jnr", "jr", "younger"})
_LETTERS_AFTER = _listed("""
    aca ba bem bsc cbe ceng dl fca fcca frics jp kc ma mbe md mp mrics mrtpi msc obe phd qc ret retd rn
""")
_PARTICLES = frozenset(
    {"de", "van", "von", "der", "den", "la", "le", "di", "da", "ap", "ab", "ferch", "ter", "al", "el"}
)
# Words that say the 'name' is a body, a post or a mailbox, not a person.
_BODY_WORDS = _listed("""
    choir singers players orchestra theatre museum gallery library nursery preschool toddlers community project network
    alliance foundation federation institute legion brigade cadets youth runners football cricket rugby bowls tennis
    fc afc pta wi ladies allotment-holders tenants landlords
    accounts action admin alerts allotment allotments association band bookings builders bulletin cafe campaign
    catering centre chair chairman chairperson chambers chapel charity church cic clerk club clwb co college
    committee company construction consultants consulting council customer cymdeithas cyngor daemon delivery dental
    department dept desk enquiries estates farm farms forum friends garage group guides hall helpdesk holdings hotel
    info inn kennels law legal lettings limited llp ltd mail mailer management marketing memorials motors news
    newsletter no-reply noreply offers office parish partners partnership payable planning plastering playgroup plc
    plumbing postmaster practice pub ratepayers reception rectory residents roofing sales school scouts secretary
    service services shop society solicitors store stores support surgery system team town treasurer trust union
    university vets vicarage watch webmaster ysgol
""")
_WORD = re.compile(r"[^\W\d_]+(?:['’‘.-][^\W\d_]+)*\.?", re.UNICODE)
_INITIALS = re.compile(r"(?:[A-Z]\. ?){1,3}(?:[A-Z]-)?[A-Z]\.")
_ASCII_LETTERS = re.compile(r"[a-z]+")
_MOST_WORDS = 6


class Agreement(enum.IntEnum):
    """How far two names agree, from 'two people' to 'the same name'."""

    ANOTHER = -3  # given name and surname differ
    RELATIVE = -2  # same surname, another given name: a wife, a son
    ANOTHER_GIVEN = -1  # only given names to compare, and they differ
    NOTHING = 0  # nothing to compare
    ANOTHER_SURNAME = 1  # same given name, other surname: marriage, or somebody else
    SURNAME = 2  # same surname, no given name on one side
    INITIALS = 3  # both initials agree, no more is known
    GIVEN = 4  # same given name, no surname on one side
    INITIAL = 5  # same surname, the initial fits
    SPELLING = 6  # the same but for a slip, or a pet name
    FULL = 7


class Generation(enum.StrEnum):
    SENIOR = "senior"
    JUNIOR = "junior"
    UNSAID = ""


@dataclass(frozen=True, slots=True)
class PersonName:
    """`given` are whole names, `initials` the first letters of all given names in order; both may be empty.

    `lone` is a single word that may be a given name or a surname. `several` says that more than one person is named
    ('Alan & Jean Whitmore', 'The Armitages'): `given` then lists them all.
    """

    surname: str = ""
    given: tuple[str, ...] = ()
    initials: str = ""
    lone: str = ""
    generation: Generation = Generation.UNSAID
    several: bool = False
    parts: tuple[str, ...] = ()  # of a surname with a hyphen
    titled: bool = False
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        # The same names are looked up thousands of times as keys of what is remembered of them.
        told = (self.surname, self.given, self.initials, self.lone, self.generation, self.several, self.parts)
        object.__setattr__(self, "_hash", hash(told))

    def __hash__(self) -> int:
        return self._hash

    def __bool__(self) -> bool:
        return bool(self.surname or self.given or self.lone or self.initials)

    @property
    def is_full(self) -> bool:
        return bool(self.surname and self.given)


NOBODY = PersonName()


@functools.lru_cache(maxsize=50_000)  # the names and houses on record are folded again for every letter
def fold(text: str) -> str:
    """Lower case, letters only, no accents: 'O’Neill-Wójcik' is 'oneillwojcik'."""
    if text.isascii():
        return "".join(_ASCII_LETTERS.findall(text.lower()))
    lowered = text.casefold().replace("ł", "l").replace("ø", "o").replace("đ", "d").replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if c.isalpha() and not unicodedata.combining(c))


def surname_of(name: str) -> str:
    """The folded surname of a record's name, for finding it again; empty for a body without a person."""
    person = read_name(name)
    return person.surname or (person.lone if not person.several else "")


def is_body(name: str) -> bool:
    """True if the name is that of an organisation, an office or a mailbox rather than a person."""
    words = {fold(w) for w in _WORD.findall(name)}
    return bool(words & _BODY_WORDS)


@functools.lru_cache(maxsize=20_000)
def read_record_name(name: str) -> tuple[PersonName, ...]:
    """The person of a record; a body's contact in brackets counts: 'Silver Band (sec. Mary Dicks)'."""
    outside, inside = _apart(name)
    person = read_name(name)
    named = [
        read_name(re.sub(r"^\W*(?:sec|secretary|chair|clerk|c/o|contact)\b\W*", "", i, flags=re.I)) for i in inside
    ]
    return tuple(n for n in ([] if is_body(outside) else [person]) + [n for n in named if n.is_full] if n)


def _apart(text: str) -> tuple[str, list[str]]:
    inside = re.findall(r"\(([^()]{1,60})\)", text)
    return re.sub(r"\([^()]{0,60}\)", " ", text), inside


def read_name(text: str) -> PersonName:
    """The parts of a written name; NOBODY if it is not one."""
    text, formerly = _formerly(text[:120])
    if formerly:
        name = read_name(text)
        return replace(name, parts=(*(name.parts or (name.surname,)), formerly)) if name.surname else name
    outside, inside = _apart(text)
    generation = _generation(" ".join([text, *inside]))
    outside = outside.strip(" ,.'\"-–—*")
    if not outside or "@" in outside or any(c.isdigit() for c in outside):
        return NOBODY
    if is_body(outside):
        return NOBODY
    if _INITIALS.fullmatch(outside + "."):
        return PersonName(initials=fold(outside), generation=generation)
    if re.search(r"\s(?:&|\+|and|a|ac)\s", outside, re.IGNORECASE):
        return _several(outside)
    if "," in outside:
        last, _, first = outside.partition(",")
        first_words = [w for w in _words(first) if fold(w) not in _LETTERS_AFTER]
        if not first_words:
            return read_name(last) if last.strip() else NOBODY
        if len(_words(last)) <= 2 and len(first_words) <= 3:
            return _person([*first_words, *_words(last)], generation, surname_words=len(_words(last)))
        return NOBODY
    words = _words(outside)
    if not words or len(words) > _MOST_WORDS:
        return NOBODY
    plural = re.match(r"^\W*(?:the|misses|messrs)\b", outside, re.IGNORECASE)
    if plural and len(words) == 1:
        return PersonName(surname=_singular(fold(words[0])), several=True)
    return _person(words, generation, titled=_is_titled(outside))


_FORMERLY = re.compile(
    r"[\s,(]+(?:n[ée]e|formerly|previously|was|born|once)\s+([^\W\d_][\w'’-]+)\s*\)?$", re.IGNORECASE
)


def _formerly(text: str) -> tuple[str, str]:
    """The name without 'née Dow' after it, and 'dow' by itself."""
    found = _FORMERLY.search(text)
    return (text[: found.start()], fold(found[1])) if found else (text, "")


def _singular(family: str) -> str:
    return family[:-1] if family.endswith("s") and not family.endswith("ss") and len(family) > 4 else family


def _is_titled(text: str) -> bool:
    first = _WORD.match(text.strip())
    return first is not None and fold(first[0]) in _TITLES


def _words(text: str) -> list[str]:
    words: list[str] = []
    for word in _WORD.findall(text):
        folded = fold(word)
        if folded in _TITLES or folded in _LETTERS_AFTER or folded in _SENIOR or folded in _JUNIOR or not folded:
            continue
        # 'T.M.' and 'T.A.Crabtree' are words apart; 'O'Neill', 'Whitmore-Hay' are not.
        letters = [w for w in re.split(r"[.-]", word) if w]
        words += letters if "." in word or all(len(w) == 1 for w in letters) else [word]
    return words


def _generation(text: str) -> Generation:
    words = [fold(w) for w in _WORD.findall(text)]
    if any(w in _SENIOR for w in words):
        return Generation.SENIOR
    if any(w in _JUNIOR for w in words):
        return Generation.JUNIOR
    return Generation.UNSAID


def _several(text: str) -> PersonName:
    parts = re.split(r"\s(?:&|\+|and|a|ac)\s", text, flags=re.IGNORECASE)
    last = _person(_words(parts[-1]), Generation.UNSAID)
    if not last.surname:
        return NOBODY
    given: list[str] = list(last.given)
    initials = last.initials[:1]
    for part in parts[:-1]:
        words = _words(part)
        if words:
            initials += fold(words[0])[:1]
            given += [fold(words[0])] if len(fold(words[0])) > 1 else []
    return PersonName(surname=last.surname, given=tuple(given), initials=initials, several=True)


def _person(
    words: list[str], generation: Generation, *, surname_words: int | None = None, titled: bool = False
) -> PersonName:
    words = [w for w in words if fold(w)]
    folded = [fold(w) for w in words]
    if not words:
        return NOBODY
    if len(words) == 1:
        if len(folded[0]) <= 1:
            return NOBODY
        if _is_initials(words[0]):
            return PersonName(initials=folded[0], generation=generation)
        if titled:
            return PersonName(surname=folded[0], generation=generation, titled=True)
        return PersonName(lone=folded[0], generation=generation)
    if all(len(f) == 1 for f in folded):
        return PersonName(initials="".join(folded), generation=generation)
    if surname_words is None:
        surname_words = 1
        while surname_words < len(words) - 1 and folded[-surname_words - 1] in _PARTICLES:
            surname_words += 1
    first, last = folded[:-surname_words], folded[-surname_words:]
    surname = "".join(last)
    if first and _is_initials(words[0]) and len(words) - surname_words == 1:
        return PersonName(surname=surname, initials=first[0], generation=generation)
    return PersonName(
        surname=surname if len(surname) > 1 else "",
        given=tuple(n for w in words[: len(first)] for n in _given_names(w)),
        initials="".join(f[0] for f in first) + (surname if len(surname) == 1 else ""),
        generation=generation,
        parts=tuple(fold(part) for part in words[-1].split("-")) if "-" in words[-1] else (),
        titled=titled,
    )


def _given_names(word: str) -> list[str]:
    """'Tracey-Ann' is called Tracey too."""
    whole = fold(word)
    names = [whole, *(fold(part) for part in word.split("-")[:1] if "-" in word)]
    return [n for n in dict.fromkeys(names) if len(n) > 1]


def _is_initials(word: str) -> bool:
    return 2 <= len(word) <= 3 and word.isupper() and not set(word) & set("AEIOUY")


def one_slip(a: str, b: str) -> bool:
    """Whether two words differ by one letter wrong, left out, added or swapped; short words must be the same."""
    return a == b or (min(len(a), len(b)) >= 4 and OSA.distance(a, b, score_cutoff=1) <= 1)


@functools.lru_cache(maxsize=20_000)
def compare(written: PersonName, record: PersonName) -> Agreement:
    """How a written name agrees with a record's, also where it is written surname first without its comma."""
    agreement = _compare(written, record)
    if agreement is Agreement.ANOTHER and len(written.given) == 1 and not written.several:
        turned = replace(written, surname=written.given[0], given=(written.surname,), initials=written.surname[:1])
        other = _compare(turned, record)
        if other is Agreement.RELATIVE and not is_known(written.surname):
            return Agreement.SURNAME  # 'Maddocks Hillside': a family and its house
        return max(agreement, other)
    return agreement


def _compare(written: PersonName, record: PersonName) -> Agreement:
    if not written or not record:
        return Agreement.NOTHING
    if written.lone or record.lone:
        return _compare_lone(written, record)
    if written.surname and record.surname:
        if not _same_surname(written, record):
            return _other_surname(written, record)
        return _same_family(written, record)
    if not written.surname and not written.given:
        return _compare_initials(written.initials, record)
    if written.given and record.given:
        return Agreement.GIVEN if _given_agree(written, record) else Agreement.ANOTHER_GIVEN
    return Agreement.NOTHING


def _same_surname(a: PersonName, b: PersonName) -> bool:
    return one_slip(a.surname, b.surname) or a.surname in b.parts or b.surname in a.parts


def _given_agree(written: PersonName, record: PersonName) -> bool:
    return any(_one_given_name(w, r) for w in written.given for r in record.given)


@functools.lru_cache(maxsize=50_000)  # people have few given names, and the same are compared for every letter
def _one_given_name(a: str, b: str) -> bool:
    return same_given_name(a, b) or (one_slip(a, b) and not _both_names(a, b))


def _both_names(a: str, b: str) -> bool:
    """Denis and Denise are no slip of the pen: two names, and perhaps two people at one address."""
    return (is_known(a) and is_known(b)) or {a, b} <= {a.rstrip("ae"), a.rstrip("ae") + "a", a.rstrip("ae") + "e"}


def _same_family(written: PersonName, record: PersonName) -> Agreement:
    exact = written.surname == record.surname
    if written.several:
        return _in_family(written, record)
    if written.given and record.given:
        if written.given[0] == record.given[0] and exact:
            return Agreement.FULL
        if _given_agree(written, record):
            return Agreement.SPELLING
        return Agreement.RELATIVE
    if not written.initials or not record.initials:
        return Agreement.SURNAME
    return Agreement.INITIAL if written.initials[0] in record.initials[:2] else Agreement.RELATIVE


def _in_family(written: PersonName, record: PersonName) -> Agreement:
    if written.given and record.given and not _given_agree(written, record) and len(written.given) > 1:
        return Agreement.RELATIVE
    return Agreement.SURNAME


def _other_surname(written: PersonName, record: PersonName) -> Agreement:
    if written.given and record.given and _given_agree(written, record):
        return Agreement.ANOTHER_SURNAME
    return Agreement.ANOTHER


def _compare_initials(initials: str, record: PersonName) -> Agreement:
    if not record.surname or not record.initials:
        return Agreement.NOTHING
    first, last = initials[0], initials[-1]
    if len(initials) == 1:
        return Agreement.NOTHING
    fits = first == record.initials[0] and last in {record.surname[0], *(part[0] for part in record.parts if part)}
    return Agreement.INITIALS if fits else Agreement.ANOTHER_GIVEN


def _compare_lone(written: PersonName, record: PersonName) -> Agreement:
    """One word alone: a given name more often than a surname."""
    if record.lone:
        other = written.lone or written.surname
        return Agreement.GIVEN if other and one_slip(other, record.lone) else Agreement.NOTHING
    lone = written.lone
    if any(_one_given_name(lone, g) for g in record.given):
        return Agreement.GIVEN
    if record.surname and one_slip(lone, record.surname):
        return Agreement.SURNAME
    if not record.given:
        return Agreement.NOTHING
    return Agreement.NOTHING if _may_be_pet(lone, record) else Agreement.ANOTHER_GIVEN


def _may_be_pet(lone: str, record: PersonName) -> bool:
    """A short form we do not know of the same first letter, or a word made of the surname: no sign either way."""
    short = len(lone) <= 5 and any(lone[0] == g[0] for g in record.given)
    return short or (len(lone) >= 3 and record.surname.startswith(lone[:4]))
