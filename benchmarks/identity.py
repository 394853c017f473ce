"""How well writers are told: B-cubed F1 and record accuracy, on the written mailboxes or on sets of records.

    python benchmarks/identity.py                          the mailboxes under tests/corpus, in date order
    python benchmarks/identity.py MAILBOX...               other mailboxes of the same form
    python benchmarks/identity.py --records FOLDER         customers.jsonl and contacts.jsonl with their truth
    ... --wrong                                            also every message that was told wrongly

Works on a throw-away store, with the reader and the records that the service uses. B-cubed and record accuracy are
as tests/corpus/score.py defines them; forged and automatic mail is left out of them, as there.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.customer_import import import_customers
from bot.intake import identify, keep
from bot.intake.parse import parse
from bot.intake.record import record_mail
from bot.store import engine_for, make_tables
from bot.work import Actor, SystemClock, Work, begin
from models.contact import Contact, Match
from models.customer import Customer, kept
from models.message import Address, Direction, Message, OwnWords
from models.officer import Permission
from tests.corpus import build, score

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
EVERYTHING = Actor("benchmark", frozenset(Permission))


@dataclass(frozen=True)
class Told:
    key: str
    truth: str | None
    found: str
    match: Match
    reasons: tuple[str, ...]


def store(folder: Path) -> Callable[[], Any]:
    engine = engine_for(f"sqlite:///{folder / 'records.sqlite'}")
    make_tables(engine)
    return lambda: begin(engine, EVERYTHING, SystemClock(), lambda text: text[:8])


# --- written mailboxes -----------------------------------------------------------------------------------------------


def mailbox(scenario: Path, folder: Path) -> Iterator[Told]:
    build.main(scenario, folder)
    council = json.loads((folder / "council.json").read_text())
    truth = {m["id"]: m for m in score.read_lines(scenario / "messages.jsonl")}
    works = store(folder)
    with works() as work:
        import_customers(work, folder / "customers.csv")
    speakers = {s["email"] for s in council["staff"]} | set(council["mailboxes"])
    members = tuple(m["email"] for m in council["members"])
    for path in sorted([*folder.glob("inbox/*.eml"), *folder.glob("sent/*.eml")], key=lambda p: p.name):
        key = path.stem.split("-", 1)[1]
        at = datetime.fromisoformat(truth[key]["date"])
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        message = parse(path.read_bytes(), received_at=at, trusted_authservs=frozenset({f"mx.{council['domain']}"}))
        with works() as work:
            if path.parent.name == "sent" or message.sender.email in speakers:
                keep_reply(work, message)
                continue
            yield take(work, message, truth[key], council["domain"], members)


def keep_reply(work: Work, message: Message) -> None:
    answered = work.session.query(Contact).filter(Contact.message_id == message.in_reply_to).first()
    customer = answered.customer if answered else identify.addressee(work.session, message.recipients)
    record(work, message, Direction.OUT, customer, Match.CERTAIN, ())


def take(work: Work, message: Message, truth: dict[str, Any], domain: str, members: tuple[str, ...]) -> Told:
    who = identify.identify(work.session, message, council=(domain,), members=members)
    if truth["truth"].get("kinds") == ["automatic"] or message.automatic:
        record(work, message, Direction.IN, None, Match.NOBODY, who.reasons)
        return Told(truth["id"], None, "", Match.NOBODY, who.reasons)
    customer = work.session.get_one(Customer, who.customer_id) if who.customer_id else None
    customer = kept(work.session, customer) if customer else identify.new_customer(work, message, who)
    record(work, message, Direction.IN, customer, who.match, who.reasons)
    real = None if truth["truth"].get("forged") else truth["truth"].get("customer")
    return Told(truth["id"], real, customer.reference, who.match, who.reasons)


def record(
    work: Work, message: Message, way: Direction, customer: Customer | None, match: Match, reasons: tuple[str, ...]
) -> None:
    sha256 = keep.keep(work, message.sha256.encode())  # the hash stands for the bytes, which nothing here reads again
    work.session.flush()
    message = replace(message, sha256=sha256)
    record_mail(work, message, direction=way, mailbox="x", customer=customer, match=match, reasons=reasons)


def report_mailbox(name: str, told: list[Told], records: set[str]) -> None:
    known = [t for t in told if t.truth]
    right = [(t.truth == t.found) if t.truth in records else (t.found not in records) for t in known]
    f1 = score.bcubed([t.truth for t in known], [t.found for t in known])
    ways = Counter(t.match.value for t in known)
    wrong_certain = sum(not ok and t.match is Match.CERTAIN for t, ok in zip(known, right, strict=True))
    print(
        f"{name:20} letters {len(known):4}  B-cubed F1 {f1:.3f}  records {sum(right) / len(right):.3f}"
        f"  certain {ways['certain']} (wrong {wrong_certain})  suggested {ways['suggested']}  new {ways['unknown']}"
    )


def wrong_ones(told: list[Told], records: set[str]) -> Iterator[Told]:
    main = {t: Counter(x.found for x in told if x.truth == t).most_common(1)[0][0] for t in {x.truth for x in told}}
    for t in told:
        if t.truth and ((t.truth in records and t.found != t.truth) or t.found != main[t.truth] or
                        (t.truth not in records and t.found in records)):  # fmt: skip
            yield t


# --- sets of records -------------------------------------------------------------------------------------------------


def records_set(folder: Path, home: Path) -> Iterator[tuple[str, Told]]:
    works = store(home)
    with (home / "customers.csv").open("w", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["reference", "name", "emails", "phones", "address"])
        for c in score.read_lines(folder / "customers.jsonl"):
            name = " ".join(p for p in (c["title"], c["first"], c["last"]) if p)
            address = ", ".join(p for p in (c["address"], c["town"], c["postcode"]) if p)
            rows.writerow([c["id"], name, ";".join(c["emails"]), ";".join(c["phones"]), address])
    with works() as work:
        import_customers(work, home / "customers.csv")
    with works() as work:
        references = dict(work.session.query(Customer.id, Customer.reference).all())
        for c in score.read_lines(folder / "contacts.jsonl"):
            who = identify.identify(work.session, letter(c))
            found = references[who.customer_id] if who.customer_id else ""
            yield c["kind"], Told(c["cid"], c["truth"], found, who.match, who.reasons)


def letter(c: dict[str, Any]) -> Message:
    foot = [line for line in (c["phone"], c["address"], c["postcode"]) if line]
    own = "Dear Sir or Madam,\n\nPlease see to the matter I wrote about.\n\nYours faithfully,\n" + (c["sig_name"] or "")
    words = OwnWords(own=own, signature="\n".join(foot))
    return Message(
        sha256=c["cid"],
        size=1,
        message_id=c["cid"],
        sender=Address(c["email"].lower(), c["display"] or ""),
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        body=own,
        words=words,
    )


def report_records(rows: list[tuple[str, Told]], seconds: float) -> None:
    for kind in [*dict.fromkeys(k for k, _ in rows), "all"]:
        some = [t for k, t in rows if kind in {k, "all"}]
        linked = [t for t in some if t.found]
        right = sum(t.found == t.truth for t in linked)
        precision = right / len(linked) if linked else 1.0
        recall = right / max(1, sum(t.truth is not None for t in some))
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        certain = [t for t in some if t.match is Match.CERTAIN]
        print(
            f"{kind:12} letters {len(some):5}  precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
            f"  certain {len(certain)} (wrong {sum(t.found != t.truth for t in certain)})"
        )
    print(f"{1000 * seconds / len(rows):.1f} ms a letter")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mailboxes", nargs="*", type=Path)
    parser.add_argument("--records", type=Path)
    parser.add_argument("--wrong", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.records:
            start = time.perf_counter()
            rows = list(records_set(asked.records, Path(folder)))
            report_records(rows, time.perf_counter() - start)
            if asked.wrong:
                for kind, t in rows:
                    if t.found != (t.truth or ""):
                        print(kind, t)
            return
        for scenario in asked.mailboxes or sorted(p.parent for p in CORPUS.glob("*/messages.jsonl")):
            home = Path(folder) / scenario.name
            home.mkdir()
            told = list(mailbox(scenario, home))
            records = {c["id"] for c in score.read_lines(scenario / "customers.jsonl")}
            report_mailbox(scenario.name, told, records)
            if asked.wrong:
                for t in wrong_ones(told, records):
                    print("   ", t)


if __name__ == "__main__":
    main()
