"""A past mailbox, played again in date order through the whole main job, on a throw-away store.

The council's decisions and warnings are recorded at their dates, by the same verbs as in life; mail arrives in the
shipped fake mailbox, is taken in, and what a restriction in force covers is moved. Nothing of it is kept.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from bot.bootstrap import App, long_work, make_store, open_app, settings_text
from bot.casework import decisions
from bot.customer_import import import_customers
from bot.enforcement import apply
from bot.findings_form import Json, contact_form
from bot.intake.keep import cursors
from bot.mailbox.folders import open_folder
from bot.mailbox.memory import MemoryMailbox
from bot.mailbox.ports import Raw
from bot.store import FixedClock, put_clock
from bot.triage.history import findings_of
from bot.work import SERVICE, Actor, Work
from models.calendar import COUNCIL_ZONE, add_months
from models.case import Stage
from models.contact import inbound_contacts, message_id_of
from models.customer import by_reference, reference_of
from models.decision import NEEDS_TERMS, Measure
from models.errors import EvenhandError, SettingsError
from models.message import Direction
from models.officer import Permission
from models.queue import flags_of, item_of
from models.store import StoreKind

_HAND = Actor("replay", frozenset(Permission))
_TEN_YEARS = 120
MAILBOX = "replay"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the council did on a day, to be recorded before that day's mail."""

    at: datetime
    do: Callable[[App, Work], None]


@dataclass(frozen=True, slots=True)
class Replay:
    """The parts of a council's past: council.json, customers.csv, and a folder of mail."""

    council: Path
    customers: Path
    mail: Path
    warn: Callable[[str], None]

    def run(self, *, seen: Callable[[int, int], None]) -> Iterator[Json]:
        """One object for each inbound message, in date order. `seen(done, all)` is called after each message."""
        with _throw_away(self._first_settings()) as (app, clock):
            self.play(app, clock, seen=seen)
            with app.look() as session:
                yield from inbound_forms(session)

    def keep(self, home: Path, *, seen: Callable[[int, int], None]) -> None:
        """Play into a rehearsal store that stays, its clock left standing at the last message."""
        make_store(home, kind=StoreKind.REHEARSAL, settings_text=self._first_settings())
        app = open_app(home)
        try:
            stood, clock = app.clock, FixedClock(datetime.now(UTC))
            app.clock = clock
            self.play(app, clock, seen=seen)
            put_clock(app.store, app.engine, clock.at)
            app.clock = stood
        finally:
            app.close()

    def play(self, app: App, clock: FixedClock, *, seen: Callable[[int, int], None]) -> None:
        """Everything at its time: what the council recorded, and each message as it came."""
        mail = self._mail()
        told = sorted(self._told(), key=lambda t: t.at)
        clock.at = min([m.server_time for m in mail] + [t.at for t in told], default=datetime.now(UTC))
        with app.begin(_HAND) as work:
            import_customers(work, self.customers)
            apply.switch(work, on=True)
        box = MemoryMailbox(name=MAILBOX)
        with long_work(app, clock=clock) as work:
            for number, raw in enumerate(work.over(mail), 1):
                while told and told[0].at <= raw.server_time:
                    self._record(app, clock, told.pop(0))
                clock.at = raw.server_time
                self._deliver(app, box, work.line.take, raw)
                seen(number, len(mail))
        for late in told:
            self._record(app, clock, late)

    def _deliver(self, app: App, box: MemoryMailbox, take: Callable[..., object], raw: Raw) -> None:
        folder = "Sent" if raw.direction is Direction.OUT else "INBOX"
        box.arrive(raw.content, folder=folder, when=raw.server_time)
        with app.look() as session:
            known = cursors(session, MAILBOX)
        for batch in box.new(known):
            for new, cursor in batch.messages:
                take(new, mailbox=MAILBOX, cursor=cursor)
        apply.divert(lambda: app.begin(SERVICE), box, MAILBOX, ("INBOX",), app.policy, app.settings.council.domains)

    def _record(self, app: App, clock: FixedClock, told: Told) -> None:
        clock.at = told.at
        try:
            with app.begin(_HAND) as work:
                told.do(app, work)
        except EvenhandError as error:
            self.warn(f"{self.council.name}: not recorded: {error}")

    # --- what is read ---

    def _settings(self) -> Json:
        try:
            told: Json = json.loads(self.council.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SettingsError(f"{self.council}: cannot be read as JSON: {error}") from error
        return told

    def _first_settings(self) -> str:
        council = self._settings()
        domain = str(council.get("domain") or "")
        members = tuple(str(m["email"]).lower() for m in council.get("members", []) if m.get("email"))
        return settings_text(str(council.get("name") or ""), (domain,) if domain else (), members, "general", "")

    def _mail(self) -> list[Raw]:
        source = open_folder(self.mail)
        found = [raw for batch in source.new({}) for raw, _ in batch.messages]
        source.close()
        return sorted(found, key=lambda raw: (raw.server_time, raw.place.folder, raw.place.uid))

    def _told(self) -> Iterator[Told]:
        council = self._settings()
        try:
            for row in council.get("warnings", []):
                if row.get("stage") in set(Stage):
                    yield Told(_morning(row["date"]), partial(_warning, row))
                else:
                    self.warn(f"{self.council.name}: a warning of an unknown stage is left out")
            for row in council.get("restrictions", []):
                day = min(row.get("decided") or row["starts"], row["starts"])
                yield Told(_morning(day), partial(self._decision, row))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise SettingsError(f"{self.council}: a warning or restriction cannot be read: {error!r}") from error

    def _decision(self, row: Json, app: App, work: Work) -> None:
        """A past decision, as the council made it: its length and its earlier steps are not judged again."""
        starts = date.fromisoformat(row["starts"])
        ends = date.fromisoformat(row["ends"]) if row.get("ends") else add_months(starts, _TEN_YEARS)
        if not row.get("ends"):
            self.warn(f"{self.council.name}: a restriction without an end; taken to last ten years")
        measure = self._measure(row)
        minuted = decisions.Minuted(
            body=row.get("body") or "Full Council",
            minute=row.get("minute") or f"replay {row['customer']} {row['starts']}",
            decided_on=work.today,
            resolution=row.get("resolution") or "as minuted",
            subject_matter=row.get("subject") or "as minuted",
            named_officer=row.get("named_officer") or "as minuted",
            terms=(decisions.Term(measure, starts, ends, terms="as minuted" if measure in NEEDS_TERMS else ""),),
            exception="a past decision, recorded as the council made it",
        )
        customer = by_reference(work.session, row["customer"])
        decision = decisions.record_decision(work, customer, minuted, policy=app.policy)
        decisions.record_letter(
            work, decision, sent_on=work.today, sent_by="as minuted", how="as minuted", policy=app.policy
        )

    def _measure(self, row: Json) -> Measure:
        try:
            return Measure(row.get("kind") or Measure.EMAIL_BLOCK)
        except ValueError:
            self.warn(f"{self.council.name}: an unknown measure; taken for {Measure.EMAIL_BLOCK.value}")
            return Measure.EMAIL_BLOCK


def _warning(row: Json, _: App, work: Work) -> None:
    customer = by_reference(work.session, row["customer"])
    decisions.record_warning(work, customer, stage=Stage(row["stage"]), sent_on=work.today, reason="as recorded")


def _morning(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(0, 1), COUNCIL_ZONE).astimezone(UTC)


@contextmanager
def _throw_away(text: str) -> Iterator[tuple[App, FixedClock]]:
    """A rehearsal store in a folder that goes away, with its clock in our hand."""
    with tempfile.TemporaryDirectory(prefix="evenhand-replay-") as folder:
        home = Path(folder)
        make_store(home, kind=StoreKind.REHEARSAL, settings_text=text)
        app = open_app(home)
        clock = FixedClock(datetime.now(UTC))
        app.clock = clock
        app.policy = replace(app.policy, longest_months=_TEN_YEARS)
        try:
            yield app, clock
        finally:
            app.close()


def inbound_forms(session: Session) -> Iterator[Json]:
    """What was found in each mail that came in, in the order of its arrival."""
    for contact in inbound_contacts(session):
        yield contact_form(
            contact,
            findings_of(contact),
            flags=flags_of(session, contact.id),
            item=item_of(session, contact.id),
            reference=lambda number: reference_of(session, number),
            message_id_of=lambda number: message_id_of(session, number),
        )
