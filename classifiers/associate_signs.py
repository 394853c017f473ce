"""What in a message points to one other customer, for whom or with whom its writer may be acting: signs with numbers.

A sign is a feature of the fitted model (`classifiers.associates`) and, where words show it, evidence that an officer
reads. Nothing is decided here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from classifiers import associate_phrases as said
from classifiers import associate_unnamed as unnamed
from classifiers.associate_names import Signs, foot_of, named, parts_of, said_whose
from classifiers.matters import plain_subject
from classifiers.platforms import with_platform_blank, without_platform
from classifiers.providers import PUBLIC
from classifiers.similarity import Rarity, Shingle, read, share_of_runs, share_of_words, shared_runs, words
from classifiers.text import sentences
from classifiers.vocabulary import ordinary_words
from models.finding import Evidence
from models.history import History, PastContact, PersonSketch
from models.message import Direction, Message

FEW_AT_A_DOMAIN = 3
CROWD = 3  # independent writers of one text are a campaign, not associates
_ENOUGH_COPIED = 1.5
_MOST_COMPARED = 60  # letters of one person

_PHONE = re.compile(r"(?<!\d)(?:\+44|0)[\d ()-]{8,14}\d")
_HOUSE = re.compile(r"\b(\d{1,4}[a-z]?)\s+([a-z][a-z']+(?:\s+[a-z][a-z']+){0,3})", re.I)
_BETWEEN_HOUSE_AND_STREET = re.compile(r",?\s+")
_FORWARDS = re.compile(r"^\s*(?:fwd?|fw|ymlaen)\s*:|forwarded message|original message|begin forwarded", re.I | re.M)
_FROM = re.compile(r"^[> \t*]*(?:from|oddi wrth)\s*:\**[ \t]*(.{2,120})$", re.IGNORECASE | re.MULTILINE)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


@dataclass(frozen=True, eq=False)
class Letter:
    """A message with its history, and what is the same of them whoever the message is held against."""

    message: Message
    history: History

    @cached_property
    def where(self) -> str:
        """Every place where a house or a telephone may be written."""
        words = self.message.words
        return f"{words.own}\n{words.signature}\n{self.message.subject}"

    @cached_property
    def folded(self) -> str:
        """The same, as it is looked through for "house street"."""
        return _BETWEEN_HOUSE_AND_STREET.sub(" ", self.where.casefold())

    @cached_property
    def phones(self) -> tuple[tuple[str, str], ...]:
        """As digits, and as written."""
        words = self.message.words
        written = [match.group(0) for match in _PHONE.finditer(f"{words.own}\n{words.signature}")]
        return tuple((_digits(phone), phone) for phone in written)

    @cached_property
    def by_mistake(self) -> bool:
        """Whether it says that what stands below it is there by accident."""
        return bool(said.BY_MISTAKE.search(self.message.words.own))

    @cached_property
    def forwarded(self) -> tuple[tuple[str, str], ...]:
        return forwarded_from(self.message)

    @cached_property
    def runs(self) -> frozenset[Shingle]:
        return read(without_platform(self.message.words.own)).runs

    @cached_property
    def says(self) -> Signs:
        return _what_it_says(self.message)

    @cached_property
    def letters(self) -> Mapping[int | None, list[PastContact]]:
        """What each customer wrote."""
        history, found = self.history, dict[int | None, dict[int, PastContact]]()
        for contact in (*history.watched, *history.recent, *history.alike):
            if contact.direction is Direction.IN:
                found.setdefault(contact.customer, {})[contact.id] = contact
        return {customer: list(letters.values())[-_MOST_COMPARED:] for customer, letters in found.items()}

    @cached_property
    def likest(self) -> unnamed.Likest | None:
        return unnamed.likest(self.message, self.history.people, self.letters)


def signs_of(person: PersonSketch, letter: Letter) -> Signs:
    """Every sign that ties this letter to this person; nothing where nothing does."""
    signs, message, history = Signs(), letter.message, letter.history
    theirs = letter.letters.get(person.customer, [])
    named(signs, person, message, history)
    said_whose(signs, person, message)
    _home(signs, person, letter)
    _passed_on(signs, theirs, person, letter)
    _their_text(signs, theirs, person, letter)
    _their_matter(signs, theirs, person, message, history)
    if letter.likest is not None and letter.likest.customer == person.customer:
        like = letter.likest.contact
        signs.add(
            "like_theirs", letter.likest.share, Evidence(contact=like.id, earlier=like.subject, reason="same_matter")
        )
    _earlier(signs, person, message, history)
    if not signs.values:
        return signs
    for name, value in _standing(person, theirs, history):
        signs.add(name, value)
    signs.values.update(letter.says.values)
    signs.shown.update(letter.says.shown)
    _together(signs)
    return signs


def forwarded_from(message: Message) -> tuple[tuple[str, str], ...]:
    """Names and addresses of those whose mail is forwarded in this one, as its header lines say; empty for a reply."""
    found = [(inner.sender.name, inner.sender.email) for inner in message.forwarded]
    text = f"{message.subject}\n{message.body[:20_000]}"
    if _FORWARDS.search(text) or (not message.in_reply_to and _FROM.search(message.body[:20_000])):
        for match in list(_FROM.finditer(message.body[:20_000]))[:3]:
            email = _EMAIL.search(match[1])
            name = re.sub(r"[<\[(].*", "", match[1]).strip(" \"'*\t")
            found.append((name, email.group(0).lower() if email else ""))
    return tuple(dict.fromkeys((n, e) for n, e in found if e != message.sender.email and (n or e)))


# --- house, telephone, domain ----------------------------------------------------------------------------------------


def _home(signs: Signs, person: PersonSketch, letter: Letter) -> None:
    message, mine = letter.message, letter.history.customer
    if message.sender.email in person.emails:
        signs.add("same_mailbox", 1.0, Evidence(quote=message.sender.email, reason="shared_address"))
    theirs = house_of(person.address)
    written = theirs and _written(theirs, letter)
    if written:
        quote = written.group(0)
        evidence = Evidence(quote=quote, start=message.words.own.find(quote), reason="shared_address")
        signs.add("their_house_written", 1.0, evidence)
    elif theirs and mine is not None and house_of(mine.address) == theirs:
        signs.add("one_house", 1.0, Evidence(earlier=person.address, reason="shared_address"))
    numbers = {_digits(phone) for phone in person.phones} - {""}
    for digits, quote in letter.phones:
        if digits in numbers:
            evidence = Evidence(quote=quote, start=message.words.own.find(quote), reason="shared_phone")
            signs.add("their_phone_written", 1.0, evidence)
    if mine is not None and not signs.has("their_phone_written"):
        both = numbers & {_digits(phone) for phone in mine.phones}
        if both:
            signs.add("one_phone", 1.0, Evidence(earlier=min(both), reason="shared_phone"))
    if _one_domain(person, message, letter.history):
        signs.add("one_domain", 1.0, Evidence(quote=f"@{message.sender.domain}", reason="shared_email_domain"))


def _written(house: tuple[str, str], letter: Letter) -> re.Match[str] | None:
    if " ".join(house).casefold() not in letter.folded:  # sooner than an expression is made for every neighbour
        return None
    return re.search(rf"\b{re.escape(house[0])},?\s+{re.escape(house[1])}", letter.where, re.IGNORECASE)


@lru_cache(maxsize=20_000)  # asked of the same people for every letter, as is the next
def house_of(address: str) -> tuple[str, str] | None:
    """House number and the first two words of the street, or the two first words of a named house."""
    match = _HOUSE.search(address)
    if match and "," not in address[: match.start()].strip():
        return match.group(1).lower(), " ".join(match.group(2).lower().split()[:2])
    plain = address.split(",")[0].lower().split()
    return (plain[0], " ".join(plain[1:])) if len(plain) > 1 else None


@lru_cache(maxsize=20_000)
def _digits(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    return "0" + digits[2:] if digits.startswith("44") else digits


def _one_domain(person: PersonSketch, message: Message, history: History) -> bool:
    domain = message.sender.domain
    if not domain or domain in PUBLIC or domain in history.council:
        return False
    if not any(email.rpartition("@")[2] == domain and email != message.sender.email for email in person.emails):
        return False
    seen = {
        *history.at_domain,
        *(email for sketch in history.people for email in sketch.emails),
        *(c.sender_email for c in (*history.recent, *history.watched, *history.alike)),
    }
    return len({email for email in seen if email.rpartition("@")[2] == domain} | {message.sender.email}) <= (
        FEW_AT_A_DOMAIN
    )


# --- their mail, their words, their matter ---------------------------------------------------------------------------


def _passed_on(signs: Signs, theirs: Sequence[PastContact], person: PersonSketch, letter: Letter) -> None:
    signs.add("by_mistake", float(letter.by_mistake and bool(signs.values)))
    for name, email in letter.forwarded:
        if email.rpartition("@")[2] in letter.history.council and email not in person.emails:
            continue
        same = email in person.emails or (len(parts_of(name)) > 1 and parts_of(name) == parts_of(person.name))
        if same and not letter.by_mistake:
            signs.add("forwards_theirs", 1.0, Evidence(quote=name or email, reason="forwards"))
            return
    hashes = {a.sha256 for a in letter.message.attachments}
    sent = next((c for c in theirs if hashes & set(c.attachment_hashes)), None)
    if sent is not None:
        signs.add("their_attachment", 1.0, Evidence(contact=sent.id, reason="same_attachment"))


def _their_text(signs: Signs, theirs: Sequence[PastContact], person: PersonSketch, letter: Letter) -> None:
    rarity, message, history = ordinary_words(), letter.message, letter.history
    if all(shared_runs(letter.runs, _runs(contact), rarity) < _ENOUGH_COPIED for contact in theirs):
        return
    mine = letter.runs - _common_runs(history, person)
    best: tuple[float, PastContact] | None = None
    for contact in theirs:
        weight = shared_runs(mine, _runs(contact), rarity)
        if best is None or weight > best[0]:
            best = (weight, contact)
    if best is None or best[0] < _ENOUGH_COPIED or _by_a_crowd(mine & _runs(best[1]), person, history):
        return
    quote, earlier = _side_by_side(message, best[1], rarity)
    share = share_of_runs(mine, _runs(best[1]), rarity)
    evidence = Evidence(
        quote=quote,
        start=message.words.own.find(quote),
        contact=best[1].id,
        earlier=earlier,
        reason="same_text",
    )
    signs.add("same_text", min(1.0, 0.1 * best[0] + share), evidence)


def _runs(contact: PastContact) -> frozenset[Shingle]:
    return read(without_platform(contact.own)).runs


def _common_runs(history: History, person: PersonSketch) -> frozenset[Shingle]:
    """Runs that letters of two or more others hold as well: a platform's, a newsletter's or a form's words."""
    held: Counter[Shingle] = Counter()
    for contact in history.alike:
        if contact.customer != person.customer and contact.direction is Direction.IN:
            held.update(_runs(contact))
    return frozenset(run for run, count in held.items() if count >= CROWD - 1)


def _by_a_crowd(shared: frozenset[Shingle], person: PersonSketch, history: History) -> bool:
    writers: Counter[int] = Counter()
    for contact in history.alike:
        if contact.customer is not None and contact.customer != person.customer and contact.direction is Direction.IN:
            writers[contact.customer] += int(len(shared & _runs(contact)) > len(shared) / 2)
    return sum(count > 0 for count in writers.values()) >= CROWD - 1


def _side_by_side(message: Message, contact: PastContact, rarity: Rarity) -> tuple[str, str]:
    pairs = [
        (shared_runs(read(mine.text).runs, read(theirs.text).runs, rarity), mine.text, theirs.text)
        for mine in sentences(message.words.own)[:100]
        for theirs in sentences(contact.own)[:100]
    ]
    best = max(pairs, key=lambda pair: pair[0], default=(0.0, "", ""))
    return best[1], best[2]


def _their_matter(
    signs: Signs, theirs: Sequence[PastContact], person: PersonSketch, message: Message, history: History
) -> None:
    answers = {message.in_reply_to, *message.references} - {""}
    of_theirs = {
        c.message_id for c in (*history.watched, *history.recent) if c.customer == person.customer and c.message_id
    }
    if answers & of_theirs:
        signs.add("answers_theirs", 1.0, Evidence(quote=message.subject, reason="their_thread"))
    subject = plain_subject(message.subject)
    if subject and any(plain_subject(c.subject) == subject for c in theirs):
        signs.add("their_subject", 1.0, Evidence(quote=message.subject, reason="their_thread"))
    if signs.values and theirs:
        mine, rarity = read(message.words.own).set, ordinary_words()
        most = max(share_of_words(mine, read(c.own).set | set(words(c.subject)), rarity) for c in theirs)
        signs.add("their_words", most)


def _earlier(signs: Signs, person: PersonSketch, message: Message, history: History) -> None:
    """Whether the writer acted for them before, on this matter or at all."""
    acted = [c for c in history.own if person.customer in c.acts_for]
    if not acted:
        return
    evidence = Evidence(contact=acted[-1].id, earlier=acted[-1].subject, reason="acted_before")
    answers = {message.in_reply_to, *message.references} - {""}
    thread = {c.message_id for c in acted} | {
        c.message_id for c in history.own if c.in_reply_to in {a.message_id for a in acted}
    }
    subjects = {plain_subject(c.subject) for c in acted} - {""}
    if answers & thread or plain_subject(message.subject) in subjects:
        signs.add("acted_in_this_thread", 1.0, evidence)
    else:
        signs.add("acted_before", len(acted) / max(1, sum(c.direction is Direction.IN for c in history.own)), evidence)


# --- who they are, and what it says ----------------------------------------------------------------------------------


def _standing(person: PersonSketch, theirs: Sequence[PastContact], history: History) -> Iterator[tuple[str, float]]:
    mine = history.customer
    own = sum(c.direction is Direction.IN and not c.acts_for for c in history.own)
    yield "they_are_watched", float(person.watched)
    yield "they_wrote", math.log1p(len(theirs))
    yield "they_never_wrote", float(not theirs and not person.watched)
    yield "writer_wrote", math.log1p(own)
    yield "writer_is_watched", float(mine is not None and mine.watched)
    surnames = parts_of(person.name)[-1:], parts_of(mine.name if mine else "")[-1:]
    yield "one_surname", float(bool(surnames[0]) and surnames[0] == surnames[1])


def _what_it_says(message: Message) -> Signs:
    signs, own = Signs(), with_platform_blank(message.words.own)
    around = f"{message.subject}\n{own}\n{message.words.signature}"
    behalf = next((m for m in said.BEHALF.finditer(own) if _is_said(own, m)), None)
    if behalf:
        signs.add("behalf", 1.0, _sentence(own, behalf, "on_behalf"))
    for name, pattern in (
        ("not_allowed", said.NOT_ALLOWED),
        ("their_words_said", said.THEIR_WORDS),
        ("profession", said.PROFESSION),
        ("casework", said.CASEWORK),
        ("support", said.SUPPORT),
        ("shown_letters", unnamed.SHOWN),
        ("in_their_place", unnamed.IN_THEIR_PLACE),
    ):
        match = pattern.search(own)
        if match:
            signs.add(name, 1.0, _sentence(own, match, "on_behalf"))
        elif pattern.search(message.subject):
            signs.add(name, 1.0, Evidence(quote=message.subject, reason="on_behalf"))
    signs.add("reported", min(1.0, len(said.REPORTED.findall(own)) / 3))
    kin = said.OF_MY_KIN.search(own) or said.BARE_KIN.search(own)
    if kin:
        signs.add("kin", 1.0, _sentence(own, kin, "kin"))
    signs.add("kin_in_subject", float(bool(said.OF_MY_KIN.search(message.subject) or _bare(message.subject))))
    signs.add("for_myself", float(bool(said.FOR_MYSELF.search(own))))
    foot = foot_of(message)
    signs.add("office", float(bool(said.OFFICE.search(foot) or said.CASEWORKER.search(foot))))
    signs.add("inquiry", float(bool(said.INQUIRY.search(f"{message.sender.name}\n{message.sender.email}\n{around}"))))
    return signs


def _is_said(own: str, match: re.Match[str]) -> bool:
    """Not the council's own question ("you asked me to ..."), and not denied ("I don't speak for him")."""
    before = own[max(0, match.start() - 20) : match.start()]
    return not said.YOU.search(before) and not said.NEGATED.search(before)


def _bare(subject: str) -> bool:
    return bool(said.BARE_KIN.search(subject))


def _sentence(own: str, match: re.Match[str], reason: str) -> Evidence:
    part = next((p for p in sentences(own) if p.start <= match.start() < p.end), None)
    quote = part.text if part else match.group(0)
    return Evidence(quote=quote, start=own.find(quote), reason=reason)


_POINTS_AT_THEM = (
    "named",
    "half_named",
    "forwards_theirs",
    "same_text",
    "answers_theirs",
    "acted_in_this_thread",
    "for_them_by_name",
)
_CLOSE = ("same_mailbox", "their_house_written", "one_house", "their_phone_written", "one_phone", "one_domain")
_SPEAKS = ("behalf", "for_them_by_name", "not_allowed", "their_words_said", "profession", "support")


def _together(signs: Signs) -> None:
    """What counts only beside something else: words of acting for somebody, with somebody to whom they can point."""
    speaks = sum(name in signs.values for name in _SPEAKS)
    pointed, close = signs.has(*_POINTS_AT_THEM), signs.has(*_CLOSE)
    family = signs.has("kin", "kin_in_subject") and signs.has("one_surname")
    signs.add("speaks_for_the_named", float(speaks > 0 and signs.has("named")))
    signs.add("speaks_for_the_half_named", float(speaks > 0 and signs.has("half_named")))
    signs.add("speaks_for_the_household", float(speaks > 0 and close))
    signs.add("speaks_twice", float(speaks > 1 and (pointed or close)))
    signs.add("kin_of_the_surname", float(family))
    signs.add("kin_of_the_household", float(signs.has("kin") and close))
    signs.add("office_names_them", float(signs.has("office", "casework") and signs.has("named", "forwards_theirs")))
    same_matter = signs.has("answers_theirs", "their_subject")
    signs.add("household_in_their_thread", float(close and same_matter))
    signs.add(
        "their_matter_from_their_mailbox", signs.values.get("their_words", 0.0) * float(signs.has("same_mailbox"))
    )
    signs.add("only_mentioned", float(not speaks and not close and signs.has("named", "half_named")))
