"""Somebody who acts for, or with, another customer: on their behalf, in their words, from their house.

Two people under one roof or one surname are not associates by that: a flag needs that the writer says they act for
the other, or sends the other's own words; the rest only adds weight. Nobody whom the policy protects (INV-11: members
of Parliament, councillors, ombudsmen, courts ...) is ever named, on either side. A person confirms before it counts.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from classifiers.matters import first_part
from classifiers.similarity import Rarity, read, share_of_runs, shared_runs, words
from classifiers.text import sentences
from classifiers.vocabulary import ordinary_words
from models.finding import About, Evidence, Finding
from models.history import History, PastContact, PersonSketch
from models.message import Direction, Message

ENOUGH = 2.0  # the sum of weights at which it is as likely as not
STEEPNESS = 1.8
NOT_ALONE = 1.7  # the most that house, telephone, domain and name can weigh together
WORTH_SAYING = 0.4
FEW_AT_A_DOMAIN = 3
CROWD = 3  # independent writers of one text are a campaign, not associates

_KINSHIP = (
    r"(?:mum|mam|mother|dad|father|husband|wife|partner|son|daughter|brother|sister|uncle|aunt\w*|neighbour"
    r"|friend|mate|client|nan|gran\w*"
    r"|nephew|niece|cousin|carer|solicitor|agent)"
)
_ON_BEHALF = re.compile(
    r"\b(?:on (?:his|her|their|\w+'s|my \w+'s) (?:behalf|account)|on behalf of|(?:asks?|asked|tell|told|wants?"
    r"|wanted|instructed|begged|got) me to\b"
    r"|(?:asked|told) would i|we act for|i act (?:as|for)|i am acting for|(?:our|my) client|instructed by"
    rf"|for my {_KINSHIP}\b|in support of|take up .{{0,40}}\bcase|add my weight|mate of mine|put (?:his|her"
    rf"|their) words"
    r"|(?:writ(?:e|ing)|do(?:ing)? (?:it|this|so)|send(?:ing)? (?:it|this)) (?:to you )?for (?:him|her|them|mr"
    r"|mrs|ms|miss)\b"
    r"|(?:he|she)(?: is|'s)? (?:not allowed|isn'?t allowed)|(?:isn'?t|is not|not) allowed to (?:write|e-?mail"
    r"|contact|ring)|hands are tied"
    r"|(?:he|she)(?:'s| is| has| has been|'s been)? (?:told to|dictated)|has dictated|pass(?:ing)? (?:it"
    r"|this) on (?:for|word)"
    rf"|i(?:'?m| am) (?:[\w'’]+ ){{1,3}}{_KINSHIP}\b)",
    re.IGNORECASE,
)
_KIN = re.compile(rf"\b(?:my|his|her) {_KINSHIP}\b|\bthe (?:son|daughter)\b|\b(?:dad|mum|mam)'s\b", re.IGNORECASE)
_YOU = re.compile(
    r"\b(?:you|nobody|no ?one|council|officer)(?:['’]?(?:ll|ve|d)| have| had| will| ever)?\s+$", re.IGNORECASE
)  # "you asked me to ..."
_OF_MY_OWN = re.compile(
    r"\b(?:for myself|my own (?:plot|account|behalf|matter)|not (?:on behalf|for) |nothing to do with (?:him"
    r"|her|them|dad|mum))\b",
    re.I,
)
_PHONE = re.compile(r"(?<!\d)(?:\+44|0)[\d ()-]{8,14}\d")
_HOUSE = re.compile(r"\b(\d{1,4}[a-z]?)\s+([a-z][a-z']+(?:\s+[a-z][a-z']+){0,3})", re.I)
_FOOT = re.compile(r"^[-_=*]{10,}", re.MULTILINE)  # below it stands what a platform puts under every letter
_TITLE = r"(?:mr|mrs|ms|miss|dr|rev|prof)\.? (?:\w\. ?)*"
_PUBLIC = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "hotmail.co.uk",
        "outlook.com",
        "live.com",
        "live.co.uk",
        "msn.com",
        "yahoo.com",
        "yahoo.co.uk",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "btinternet.com",
        "bt.com",
        "sky.com",
        "virginmedia.com",
        "talktalk.net",
        "ntlworld.com",
        "blueyonder.co.uk",
        "gmx.com",
        "gmx.co.uk",
        "tiscali.co.uk",
        "plus.com",
        "zen.co.uk",
        "mail.com",
        "fastmail.com",
    ]
)
_STRONG = frozenset({"on_behalf", "same_text"})


class Associates:
    name = "associates"
    version = "1"

    def look(self, message: Message, history: History) -> list[Finding]:
        """At most one finding: the customer the writer most likely acts for or with."""
        best = likeliest(first_part(message), history)
        if best is None or best[1] < WORTH_SAYING:
            return []
        person, score, evidence = best
        seen_by = f"{self.name} {self.version}"
        return [Finding(About.ASSOCIATE, "associate", round(score, 4), seen_by, evidence, customer=person.customer)]


def likeliest(message: Message, history: History) -> tuple[PersonSketch, float, tuple[Evidence, ...]] | None:
    """The person the writer seems to act for, how likely, and why; None when nobody comes into question."""
    if message.automatic is not None or (history.customer is not None and history.customer.never_restrict):
        return None
    weighed = [(person, _signs(person, message, history)) for person in history.people if not person.never_restrict]
    scored = [(person, _probability(signs), signs) for person, signs in weighed if signs]
    return max(scored, key=lambda entry: (entry[1], -entry[0].customer), default=None)


def _probability(signs: Sequence[Evidence]) -> float:
    total = sum(sign.weight for sign in signs)
    if not _STRONG & {sign.reason for sign in signs}:
        total = min(total, NOT_ALONE)
    return 1 / (1 + math.exp(-STEEPNESS * (total - ENOUGH)))


def _signs(person: PersonSketch, message: Message, history: History) -> tuple[Evidence, ...]:
    mention = _mention(person, message, history)
    house = [
        *_shared_address(person, message, history),
        *_shared_phone(person, message, history),
        *_shared_domain(person, message, history),
    ]
    copied = _same_text(person, message, history)
    found = [*mention, *house, *copied]
    if found and (mention or copied or house):
        found += _on_behalf(message, known_by=mention, close=bool(house))
    return tuple(found)


def _on_behalf(message: Message, *, known_by: Sequence[Evidence], close: bool) -> list[Evidence]:
    own = message.words.own
    match = next(
        (m for m in _ON_BEHALF.finditer(own) if not _YOU.search(own[max(0, m.start() - 12) : m.start()])), None
    )
    if match is None or (_OF_MY_OWN.search(own) and not _KIN.search(own)):
        return []
    weight = 1.6 if known_by or close else 0.6
    quote = next((part.text for part in sentences(own) if part.start <= match.start() < part.end), match.group(0))
    return [Evidence(quote=quote, start=own.find(quote), reason="on_behalf", weight=weight)]


def _mention(person: PersonSketch, message: Message, history: History) -> list[Evidence]:
    own, subject = message.words.own, message.subject
    parts = [
        part
        for part in re.findall(r"[^\W\d_]+", person.name.lower())
        if part not in {"mr", "mrs", "ms", "miss", "dr", "cllr", "and", "the"}
    ]
    mine = set(words(f"{message.sender.name} {history.customer.name if history.customer else ''}"))
    if len(parts) < 2:
        return []
    first, last = re.escape(parts[0]), re.escape(parts[-1])
    tries = [(rf"\b{first}(?:[ -](?:\w+[ -]){{0,2}}){last}\b", 1.0)]
    if words(last) and words(last)[0] not in mine:
        tries += [(rf"\b{_TITLE}(?:\w+[- ])?{last}\b", 0.9)]
        if len(parts[-1]) > 3 and ordinary_words().of(words(last)[0]) > 0.6:
            tries += [(rf"\b{last}(?:'s)?\b", 0.6)]
    if len(parts[0]) > 2:
        tries += [(rf"\b{first}(?:'s)?\b", 0.5)]
    for pattern, weight in tries:
        for text, start in ((own, 0), (subject, None)):
            match = re.search(pattern, text, re.IGNORECASE)
            if match and not _is_signature(match, text, message):
                return [
                    Evidence(
                        quote=match.group(0),
                        start=match.start() if start == 0 else -1,
                        reason="mentions",
                        weight=weight,
                    )
                ]
    return []


def _is_signature(match: re.Match[str], text: str, message: Message) -> bool:
    """The writer's own name at the foot is no mention of a namesake."""
    line = text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
    sender = set(words(message.sender.name))
    return bool(sender) and set(words(line)) <= sender | set(words(match.group(0))) and match.start() > len(text) * 0.6


def _shared_address(person: PersonSketch, message: Message, history: History) -> list[Evidence]:
    theirs = _house(person.address)
    if not theirs:
        return []
    where = f"{message.words.own}\n{message.words.signature}\n{message.subject}"
    match = re.search(rf"\b{re.escape(theirs[0])}\s+{re.escape(theirs[1])}", where, re.IGNORECASE)
    if match:
        return [
            Evidence(
                quote=match.group(0), start=message.words.own.find(match.group(0)), reason="shared_address", weight=0.8
            )
        ]
    mine = _house(history.customer.address) if history.customer else None
    return [Evidence(earlier=person.address, reason="shared_address", weight=0.8)] if mine == theirs else []


def _house(address: str) -> tuple[str, str] | None:
    """House number and the first two words of the street, or the two first words of a named house."""
    match = _HOUSE.search(address)
    if match:
        return match.group(1).lower(), " ".join(match.group(2).lower().split()[:2])
    plain = address.split(",")[0].lower().split()
    return (plain[0], " ".join(plain[1:])) if len(plain) > 1 else None


def _shared_phone(person: PersonSketch, message: Message, history: History) -> list[Evidence]:
    theirs = {_digits(phone) for phone in person.phones} - {""}
    for match in _PHONE.finditer(f"{message.words.own}\n{message.words.signature}"):
        if _digits(match.group(0)) in theirs:
            return [
                Evidence(
                    quote=match.group(0),
                    start=message.words.own.find(match.group(0)),
                    reason="shared_phone",
                    weight=0.9,
                )
            ]
    mine = {_digits(phone) for phone in history.customer.phones} if history.customer else set()
    return [
        Evidence(earlier=phone, reason="shared_phone", weight=0.9) for phone in person.phones if _digits(phone) in mine
    ][:1]


def _digits(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    return "0" + digits[2:] if digits.startswith("44") else digits


def _shared_domain(person: PersonSketch, message: Message, history: History) -> list[Evidence]:
    domain = message.sender.domain
    if not domain or domain in _PUBLIC or domain in history.council:
        return []
    if not any(email.rpartition("@")[2] == domain and email != message.sender.email for email in person.emails):
        return []
    seen = {
        *history.at_domain,
        *(email for sketch in history.people for email in sketch.emails),
        *(c.sender_email for c in (*history.recent, *history.watched, *history.alike)),
    }
    at_domain = {email for email in seen if email.rpartition("@")[2] == domain} | {message.sender.email}
    weight = 0.6 if len(at_domain) <= FEW_AT_A_DOMAIN else 0.0
    return [Evidence(quote=f"@{domain}", reason="shared_email_domain", weight=weight)] if weight else []


def _same_text(person: PersonSketch, message: Message, history: History) -> list[Evidence]:
    rarity = ordinary_words()
    mine = read(_FOOT.split(message.words.own, maxsplit=1)[0]).runs
    if not mine:
        return []
    theirs = [c for c in history.watched if c.customer == person.customer and c.direction is Direction.IN]
    best: tuple[float, PastContact] | None = None
    for contact in theirs:
        weight = shared_runs(mine, read(contact.own).runs, rarity)
        if best is None or weight > best[0]:
            best = (weight, contact)
    if best is None or best[0] < 1.5 or _by_a_crowd(mine & read(best[1].own).runs, person, history):
        return []
    share = share_of_runs(mine, read(best[1].own).runs, rarity)
    quote, earlier = _side_by_side(message, best[1], rarity)
    weight = min(2.4, 0.25 * best[0] + 1.5 * share)
    return [
        Evidence(
            quote=quote,
            start=message.words.own.find(quote),
            contact=best[1].id,
            earlier=earlier,
            reason="same_text",
            weight=round(weight, 3),
        )
    ]


def _by_a_crowd(shared: frozenset[tuple[str, str, str]], person: PersonSketch, history: History) -> bool:
    writers: Counter[int] = Counter()
    for contact in history.alike:
        if contact.customer is not None and contact.customer != person.customer and contact.direction is Direction.IN:
            writers[contact.customer] += int(len(shared & read(contact.own).runs) > len(shared) / 2)
    return sum(count > 0 for count in writers.values()) >= CROWD - 1


def _side_by_side(message: Message, contact: PastContact, rarity: Rarity) -> tuple[str, str]:
    pairs = [
        (shared_runs(read(mine.text).runs, read(theirs.text).runs, rarity), mine.text, theirs.text)
        for mine in sentences(message.words.own)[:100]
        for theirs in sentences(contact.own)[:100]
    ]
    best = max(pairs, key=lambda pair: pair[0], default=(0.0, "", ""))
    return best[1], best[2]
