"""A store with as many contacts as one likes, for `benchmarks.scale`: invented people, words of tests/corpus.

Written straight into the tables, in the shape that years of mail leave: five years, one letter in four the council's,
four contacts a person, one person in a thousand warned. Letters are sentences of the corpus with one word in three out
of another, so that some wording is shared and most is not. The history has an entry for each contact, written as the
service writes them; findings and the queue stay empty.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from sqlalchemy import Engine, insert

from bot.bootstrap import App, make_store, open_app, settings_text
from bot.store import FixedClock, migrating
from bot.work import SERVICE, begin
from classifiers.prints import prints_to_keep
from classifiers.text import sentences
from classifiers.training.corpus import read as corpus
from models.case import Stage
from models.contact import Match
from models.customer import PointKind, Standing
from models.message import Channel, Direction
from models.prints import counted
from models.records import metadata
from models.store import StoreKind

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DOMAIN = "porthmellin.gov.example"
YEARS = 5
CONTACTS_EACH = 4
LETTERS_AN_ISSUE = 3
ONE_WARNED_IN = 1000
WRITERS = 12  # people with a history that is the same in every store
LETTERS_OF_A_WRITER = 40
LETTERS_OF_THE_BUSY = 5_000  # the last of them
WORDS = 60
_CHUNK = 5_000
_MEASURED = 9_000_000
_SEED = 11
_SYLLABLES = ("pen", "tre", "pol", "car", "lan", "mor", "gar", "wen", "dol", "hal", "ros", "bry", "kel", "ven", "tor")

Row = dict[str, Any]
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Person:
    number: int
    name: str
    surname: str
    email: str
    phone: str
    address: str
    postcode: str
    place: str


@cache
def invented(number: int) -> str:
    """A word that is no word, always the same for a number."""
    parts = []
    for _ in range(4):
        number, rest = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[rest])
    return "".join(parts)


@cache
def _surnames() -> tuple[list[str], list[float]]:
    """Two thousand surnames, as unevenly shared as in Britain: the commonest by one in eighty."""
    return [invented(7 * n + 3) for n in range(2000)], list(accumulate(1 / (n + 12) for n in range(2000)))


_GIVEN = (
    *("John", "David", "Michael", "Margaret", "Susan", "Peter", "Mary", "Paul", "Ann", "James", "Robert", "Linda"),
    *("Mark", "Andrew", "Patricia", "Jean", "Barbara", "Stephen", "Christine", "Elizabeth", "Alan", "Joan", "Brian"),
    *("Helen", "Kevin", "Carol", "Ian", "Jane", "Anthony", "Sandra", "George", "Sarah", "Karen", "Janet", "Kenneth"),
    *("Julie", "Thomas", "Dorothy", "Colin", "Alison", "Graham", "Sheila", "Keith", "Maureen", "Roger", "Jacqueline"),
    *("Derek", "Pauline", "Simon", "Ruth", "Neil", "Gwen", "Owen", "Rachel", "Gareth", "Megan", "Priya", "Aisha"),
    *("Tomasz", "Fatima", "Imran", "Agnieszka", "Wei", "Chidi", "Ngozi", "Rhys", "Bronwen", "Callum", "Fiona"),
    *("Niamh", "Declan", "Harriet", "Oliver", "Jack", "Emily", "Chloe", "Daniel", "Laura", "Hannah", "Luke", "Adam"),
    *("Zoe", "Ben", "Joe", "Edith", "Walter", "Stanley", "Ivy", "Frank"),
)


def person(number: int, of: int) -> Person:
    """One of `of` customers; those after them are measured, and the same in every store.

    Two live in a house, thirty at a postcode: a bigger place has more streets.
    """
    same = number if number <= of else _MEASURED + number - of
    choice = random.Random(f"{_SEED}/{same}")
    names, weights = _surnames()
    surname = choice.choices(names, cum_weights=weights)[0] if number <= of else names[3 ** (same - _MEASURED) % 2000]
    given = _GIVEN[int(len(_GIVEN) * choice.random() ** 2)]  # the first ones are commoner
    house, street = same // 2 % 80 + 1, invented(5 * (same // 160) + 2)
    postcode = _postcode(same // 30)
    return Person(
        number,
        f"{given} {surname.title()}",
        surname,
        f"{given.lower()}.{surname}{same}@home{same % 50}.example",
        f"0{1_600_000_000 + same}",
        f"{house} {street.title()} Street, Porthmellin, {postcode}",
        postcode,
        f"{house}{street}street",
    )


def _postcode(sector: int) -> str:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    first, rest = divmod(sector, 9 * 400)
    digit, pair = divmod(rest, 400)
    return f"PM{first % 90 + 1} {digit + 1}{letters[pair // 20]}{letters[pair % 20]}"


@cache
def _said() -> list[list[str]]:
    found = sorted({span.text for letter in corpus() if not letter.line for span in sentences(letter.own)})
    return [text.split() for text in found]


def letter(choice: random.Random, words: int = WORDS) -> str:
    """Words that nobody wrote quite like this: sentences of the corpus, every third word or so out of another.

    Words that people use, so that a letter has as many word pieces for the encoders as a real one.
    """
    said, found = _said(), list[str]()
    while len(found) < words:
        for word in choice.choice(said):
            found.append(choice.choice(choice.choice(said)) if choice.random() < 1 / 3 else word)
    return " ".join(found[:words])


# --- rows ------------------------------------------------------------------------------------------------------------


def _customer_rows(number: int, of: int) -> dict[str, list[Row]]:
    one = person(number, of)
    row = {
        "id": number, "reference": f"C-{number}", "name": one.name, "created_at": NOW, "address": one.address,
        "postcode": one.postcode, "surname": one.surname, "place": one.place, "notes": "", "never_restrict": "",
        "merged_into_id": None,
    }  # fmt: skip
    points = [
        {
            "id": 2 * number + more, "customer_id": number, "kind": kind, "value": value,
            "standing": Standing.CONFIRMED, "since": NOW, "source": "customer record", "seal": "",
            "domain": value.partition("@")[2],
        }
        for more, (kind, value) in enumerate([(PointKind.EMAIL, one.email), (PointKind.TELEPHONE, one.phone)])
    ]  # fmt: skip
    warned = [
        {
            "id": number, "customer_id": number, "stage": Stage.INITIAL, "sent_on": (NOW - timedelta(days=400)).date(),
            "reason": "a reason", "recorded_by": "clerk", "recorded_at": NOW,
        }
    ]  # fmt: skip
    return {"customers": [row], "contact_points": points, "case_warnings": warned[: number % ONE_WARNED_IN == 0]}


@dataclass(frozen=True, slots=True)
class Span:
    """Contacts `first` to `last` (not with it), spread over some customers, in the order of their numbers."""

    seed: str
    first: int
    last: int
    customers: tuple[int, int]
    of: int
    days: float


def _contacts(span: Span) -> tuple[dict[str, list[Row]], Any]:
    rows: dict[str, list[Row]] = {"raw_mail": [], "issues": [], "contacts": []}
    prints: list[tuple[int, int, int]] = []
    low, high = span.customers
    for number in range(span.first, span.last):
        choice = random.Random(f"{_SEED}/{span.seed}/{number - span.first}")
        at = NOW - timedelta(days=span.days) * (span.last - number) / (span.last - span.first)
        customer = low + (number - span.first) % (high - low)
        round_ = (number - span.first) // (high - low)
        issue = customer * 10_000 + round_ // LETTERS_AN_ISSUE
        out = round_ % 4 == 3
        own = letter(choice, WORDS if not out else WORDS // 2)
        if round_ % LETTERS_AN_ISSUE == 0:
            rows["issues"].append({"id": issue, "customer_id": customer, "title": own[:40], "opened_at": at})
        rows["raw_mail"].append(_raw(number, at))
        rows["contacts"].append(_contact(number, person(customer, span.of), issue, at, own, out=out))
        if not out:
            day = counted(at)
            prints += [(one, day, number) for one in prints_to_keep(own)]
    return rows, np.array(prints, dtype=np.int64).reshape(-1, 3)


def _raw(number: int, at: datetime) -> Row:
    return {"sha256": _sha256(number), "content": b"mail", "size": 4, "kept_at": at}


def _sha256(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def _contact(number: int, writer: Person, issue: int, at: datetime, own: str, *, out: bool) -> Row:
    return {
        "id": number, "channel": Channel.EMAIL, "direction": Direction.OUT if out else Direction.IN, "at": at,
        "recorded_at": at, "recorded_by": "service", "sha256": _sha256(number), "customer_id": writer.number,
        "match": Match.CERTAIN, "match_reasons": [], "mailbox": "main",
        "sender_email": f"clerk@{DOMAIN}" if out else writer.email, "sender_name": "" if out else writer.name,
        "sent_at": at, "message_id": f"{number}@mail.example",
        "in_reply_to": f"{number - 1}@mail.example" if out else "",
        "subject": own[:40], "body": own, "own": own, "signature": "", "nature": "", "automatic": None,
        "authenticated": True, "problems": [], "issue_id": issue, "final_answer": out and number % 5 == 0,
        "restricted_by": None, "diverted": False,
    }  # fmt: skip


# --- the store -------------------------------------------------------------------------------------------------------


def people_in(contacts: int) -> int:
    return max(WRITERS + 1, contacts // CONTACTS_EACH)


def build(home: Path, contacts: int, *, database: str = "", tell: Tell) -> None:
    """A store with so many contacts, those of the people who are measured on top. `tell(what, done, all)`."""
    settings = settings_text("Porthmellin Town Council", (DOMAIN,), (), "general", database)
    make_store(home, kind=StoreKind.REAL, settings_text=settings)
    app = open_app(home)
    try:
        _fill(app.engine, contacts, tell)
        _tell_the_history(app, contacts, tell)
    finally:
        app.close()


def _fill(engine: Engine, contacts: int, tell: Tell) -> None:
    of = people_in(contacts)
    for start in range(1, of + WRITERS + 2, _CHUNK):
        some = [_customer_rows(n, of) for n in range(start, min(start + _CHUNK, of + WRITERS + 2))]
        _put(
            engine, {t: [r for rows in some for r in rows[t]] for t in ("customers", "contact_points", "case_warnings")}
        )
        tell("people", min(start + _CHUNK, of), of)
    spans = list(_spans(contacts, of))
    found: list[Any] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for done, (rows, prints) in enumerate(pool.map(_contacts, spans), 1):
            _put(engine, rows)
            found.append(prints)
            tell("contacts", done, len(spans))
    _put_prints(engine, np.concatenate(found), tell)


def _tell_the_history(app: App, contacts: int, tell: Tell) -> None:
    for first in range(1, contacts + 1, _CHUNK):
        last = min(first + _CHUNK, contacts + 1)
        with begin(app.engine, SERVICE, FixedClock(NOW), app.seal) as work:
            for number in range(first, last):
                work.note("contact.record", f"Contact:{number}", digest=_sha256(number))
        tell("history", last - 1, contacts)


def _spans(contacts: int, of: int) -> Iterator[Span]:
    """The background in pieces, each of people of its own; then those who are measured, the same in every store."""
    for first in range(1, contacts + 1, _CHUNK):
        last = min(first + _CHUNK, contacts + 1)
        low = 1 + (first - 1) // CONTACTS_EACH
        high = max(low + 1, min(1 + (last - 1) // CONTACTS_EACH, of + 1))
        yield Span(f"background {first}", first, last, (low, high), of, YEARS * 365)
    first = contacts + 1
    for writer in measured(contacts):
        many = LETTERS_OF_THE_BUSY if writer == of + WRITERS + 1 else LETTERS_OF_A_WRITER
        yield Span(f"measured {writer - of}", first, first + many, (writer, writer + 1), of, YEARS * 365)
        first += many


def measured(contacts: int) -> list[int]:
    """The customers who are measured, the busy one last."""
    of = people_in(contacts)
    return list(range(of + 1, of + WRITERS + 2))


def _put(engine: Engine, rows: dict[str, list[Row]]) -> None:
    with migrating(engine) as connection:
        for table, some in rows.items():
            if some:
                connection.execute(insert(metadata.tables[table]), some)


def _put_prints(engine: Engine, prints: Any, tell: Tell) -> None:
    """In the order in which the table is clustered: in any other it would be filled for hours."""
    ordered = prints[np.lexsort((prints[:, 2], prints[:, 1], prints[:, 0]))]
    step = 20 * _CHUNK
    one = "?" if engine.dialect.name == "sqlite" else "%s"
    for at in range(0, len(ordered), step):
        some = [tuple(row) for row in ordered[at : at + step].tolist()]
        with migrating(engine) as connection:  # by the driver: there are twenty times as many as contacts
            connection.exec_driver_sql(
                f"INSERT INTO prints (print, day, contact_id) VALUES ({one}, {one}, {one})", some
            )
        tell("prints", min(at + step, len(ordered)), len(ordered))


def opened(home: Path) -> App:
    """The store, its clock at the end of its five years; what it logs goes to standard error, away from the figures."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    app = open_app(home)
    app.clock = FixedClock(NOW)
    return app
