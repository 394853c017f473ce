"""Commands about mail and customers: importing, watching, replaying, classifying, the log."""

from __future__ import annotations

import json
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.bootstrap import App, classifiers, in_advance, long_work, mail_source, pipeline
from bot.commands.door import Door, Moment, group, leaf
from bot.commands.matters import contact_confirm
from bot.findings_form import words_form
from bot.intake.keep import shunted
from bot.intake.quoting import own_words
from bot.intake.record import add_by_hand
from bot.mailbox.folders import count_under, open_folder
from bot.replay import Replay, inbound_forms
from bot.watching import as_of, look_once
from models.contact import Contact, contacts_of
from models.customer import by_reference
from models.errors import NotFound, SettingsError
from models.history import NOTHING_KNOWN
from models.message import Address, Channel, Direction, Message

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, path_type=Path)


@contextmanager
def progress(words: str, total: int | None) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error for whoever watches; silent in a pipe."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(words, total=total)
        yield lambda done, all_of_them: bar.update(task, completed=done, total=all_of_them)


# --- mail ---


@leaf(
    "import",
    click.argument("path", type=FOLDER),
    help="Log mail from a file or folder (.eml, mbox, Maildir). Safe to repeat: each message is taken once.",
)
def import_mail(door: Door, *, path: Path) -> None:
    outcome: Counter[str] = Counter()
    with door.machine() as app, long_work(app) as work, progress("importing", count_under(path)) as seen:
        source = open_folder(path)
        total, done = count_under(path), 0
        for batch in source.new({}):
            for note in batch.notes:
                click.echo(f"{path.name}: {note}", err=True)
            for raw in work.over([as_of(app, raw) for raw, _ in batch.messages]):
                outcome[work.line.take(raw, mailbox="import").value] += 1
                done += 1
                seen(done, total)
        source.close()
    if not outcome:
        raise NotFound(f"{path}: no mail found here; give a .eml or mbox file, a Maildir, or a folder of .eml files")
    door.show(dict(outcome), _in_words(outcome))


def _in_words(outcome: Counter[str]) -> str:
    return (
        f"{outcome['recorded']} logged, {outcome['known']} known already, "
        f"{outcome['shunted']} could not be read and wait for a person"
    )


@leaf("retry", help="Take up messages again that could not be read, after the program was mended.")
def retry(door: Door) -> None:
    outcome: Counter[str] = Counter()
    with door.machine() as app, pipeline(app) as line:
        with app.look() as session:
            waiting = [shunt.id for shunt in shunted(session)]
        for number in waiting:
            outcome[line.retry(number).value] += 1
    door.show(dict(outcome), _in_words(outcome))


@leaf(
    "run",
    click.option("--once", is_flag=True, help="Take in what is there now, and end."),
    click.option("--no-pages", is_flag=True, help="Watch only; show no pages."),
    help="The service: watch the mailboxes, keep the rules in line, show the pages.",
)
def run(door: Door, *, once: bool, no_pages: bool) -> None:
    from bot.scheduler import Service, fault, reconcile_now

    threading.excepthook = fault

    with door.machine() as app:
        if not app.settings.mailboxes:
            click.echo("no mailbox is set up yet: see [mailbox.NAME] in evenhand.toml", err=True)
        if once:
            reconcile_now(app)
            door.show(*_once(app))
            return
        service = Service(app)
        service.start()
        try:
            with _signals() as told, _pages(app) if not no_pages else nullcontext():
                click.echo(_where(app, no_pages), err=True)
                told.recv(1)
        finally:
            service.stop()


def _once(app: App) -> tuple[dict[str, dict[str, int]], str]:
    outcomes = {}
    with pipeline(app) as line:
        for mailbox in app.settings.mailboxes:
            source = mail_source(app, mailbox)
            try:
                outcomes[mailbox.name] = look_once(app, line, source, mailbox)
            finally:
                source.close()
    words = "\n".join(f"{name}: {_in_words(c)}; {c['diverted']} diverted" for name, c in outcomes.items())
    return {name: dict(c) for name, c in outcomes.items()}, words or "no mailbox is set up yet"


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """Something can be read from it once we are told to end (SIGTERM, Ctrl-C), whichever thread the system tells.

    A lock or an event would not do: whoever waits for it is not woken by a signal that another thread was given.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        before = signal.set_wakeup_fd(theirs.fileno())
        try:
            yield ours
        finally:
            signal.set_wakeup_fd(before)


@contextmanager
def _pages(app: App) -> Iterator[None]:
    """The pages, in a thread of their own; a port that is taken is said here, before anything waits."""
    from bot.web.app import PageServer

    server = PageServer(app, app.settings.pages.host, app.settings.pages.port)
    thread = Thread(target=server.run, name="pages", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.close()
        thread.join(timeout=3)


def _where(app: App, no_pages: bool) -> str:
    names = ", ".join(m.name for m in app.settings.mailboxes) or "no mailbox"
    pages = "" if no_pages else f"; pages at http://{app.settings.pages.host}:{app.settings.pages.port}/"
    return f"watching {names}{pages} (end with Ctrl-C)"


@leaf(
    "serve",
    click.option("--host", default=None, help="Else as the settings say."),
    click.option("--port", type=int, default=None, help="Else as the settings say."),
    help="Show the pages only.",
)
def serve_pages(door: Door, *, host: str | None, port: int | None) -> None:
    from bot.web.app import serve

    with door.machine() as app:
        pages = app.settings.pages
        click.echo(f"pages at http://{host or pages.host}:{port or pages.port}/ (end with Ctrl-C)", err=True)
        serve(app, host or pages.host, port or pages.port)


@leaf(
    "replay",
    click.option("--council", type=FILE, required=True, help="council.json: domain, staff, members, restrictions."),
    click.option("--customers", "customer_file", type=FILE, required=True, help="The council's customer records, CSV."),
    click.option("--mail", type=FOLDER, required=True, help="A folder with the mail, in and out."),
    click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where findings go."),
    help="Play a past mailbox again, in date order, on a throw-away store; print what would have been found.",
)
def replay(door: Door, *, council: Path, customer_file: Path, mail: Path, out: Path) -> None:
    played = Replay(council, customer_file, mail, warn=lambda words: click.echo(words, err=True))
    number = 0
    with progress("replaying", None) as seen, out.open("w", encoding="utf-8") as handle:
        for form in played.run(seen=seen):
            handle.write(json.dumps(form, ensure_ascii=False) + "\n")
            number += 1
    door.show({"messages": number, "out": str(out)}, f"findings of {number} messages are in {out}")


@leaf(
    "findings",
    click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where findings go."),
    help="What was found in each mail that came in, one JSON object a line, in the form that replay prints.",
)
def findings(door: Door, *, out: Path) -> None:
    number = 0
    with door.app() as app, app.look() as session, out.open("w", encoding="utf-8") as handle:
        for form in inbound_forms(session):
            handle.write(json.dumps(form, ensure_ascii=False) + "\n")
            number += 1
    door.show({"messages": number, "out": str(out)}, f"findings of {number} messages are in {out}")


@leaf(
    "classify",
    click.option("--in", "source", type=FILE, required=True, help="Lines of {id, from, to, cc, subject, body}."),
    click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where findings go."),
    help="What the words of single messages say, without history.",
)
def classify(door: Door, *, source: Path, out: Path) -> None:
    # A body may hold any character but a line feed, also those at which `splitlines` would cut it; half a surrogate
    # cannot be written but as the escape that it came in as.
    lines = [line for line in source.read_text(encoding="utf-8-sig", errors="replace").split("\n") if line.strip()]
    with (
        progress("classifying", len(lines)) as seen,
        out.open("w", encoding="utf-8", errors="backslashreplace") as handle,
    ):
        singles = (_single(line, source, number) for number, line in enumerate(lines, 1))
        for number, (identifier, message) in enumerate(in_advance(singles, lambda single: single[1]), 1):
            found = [f for c in classifiers() for f in c.look(message, NOTHING_KNOWN)]
            handle.write(json.dumps(words_form(identifier, found), ensure_ascii=False) + "\n")
            seen(number, len(lines))
    door.show({"messages": len(lines), "out": str(out)}, f"findings of {len(lines)} messages are in {out}")


def _single(line: str, source: Path, number: int) -> tuple[str, Message]:
    try:
        row = json.loads(line, strict=False)
        sender, body = row.get("from") or {}, str(row.get("body") or "")
        message = Message(
            sha256="",
            size=len(body),
            message_id=str(row["id"]),
            sender=Address(str(sender.get("email", "")).lower(), str(sender.get("name") or "")),
            received_at=datetime.now(UTC),
            to=tuple(Address(str(a).lower()) for a in row.get("to") or ()),
            cc=tuple(Address(str(a).lower()) for a in row.get("cc") or ()),
            subject=str(row.get("subject") or ""),
            body=body,
            words=own_words(body),
        )
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise SettingsError(f"{source}, line {number}: not a message as expected: {error!r}") from error
    return str(row["id"]), message


# --- the log ---


@leaf(
    "add",
    click.option("--customer", required=True, help="The customer's reference."),
    click.option("--channel", type=click.Choice([c.value for c in Channel if c is not Channel.EMAIL]), required=True),
    click.option("--nature", required=True, help="What it was about, in a few words."),
    click.option("--words", default="", help="What was said or written."),
    click.option("--when", type=Moment(), help="When it was; else now."),
    click.option("--from-us", is_flag=True, help="The council called or wrote, not the customer."),
    help="Log a telephone call, letter, visit, meeting or public question.",
)
def contact_add(
    door: Door, *, customer: str, channel: str, nature: str, words: str, when: datetime | None, from_us: bool
) -> None:
    with door.work() as (_, work):
        contact = add_by_hand(
            work,
            by_reference(work.session, customer),
            channel=Channel(channel),
            direction=Direction.OUT if from_us else Direction.IN,
            at=when or work.now,
            nature=nature,
            words=words,
        )
    door.show({"contact": contact.id}, f"logged as contact {contact.id}")


def _contact(row: Contact) -> dict[str, object]:
    return {
        "contact": row.id,
        "at": row.at,
        "direction": row.direction.value,
        "channel": row.channel.value,
        "customer": row.customer.reference if row.customer else None,
        "match": row.match.value,
        "mailbox": row.mailbox,
        "recipients": [r.email for r in row.recipients],
        "nature": row.nature,
        "subject": row.subject,
        "message_id": row.message_id,
        "sha256": row.sha256,
        "final_answer": row.final_answer,
        "restricted": row.restricted_by is not None,
        "diverted": row.diverted,
    }


@leaf(
    "list",
    click.option("--customer", help="Only this customer's, by reference."),
    click.option("--limit", type=int, default=None, help="The latest so many; else all."),
    help="The log of contacts, oldest first.",
)
def contact_list(door: Door, *, customer: str | None, limit: int | None) -> None:
    with door.app() as app, app.look() as session:
        whose = by_reference(session, customer) if customer else None
        rows = [_contact(c) for c in contacts_of(session, whose.id if whose else None, limit=limit)]
    door.table(rows, ("contact", "at", "direction", "channel", "customer", "nature", "subject"), "no contacts yet")


CONTACT = group("contact", contact_list, contact_add, contact_confirm, help="The log of contacts.")
COMMANDS = (import_mail, retry, run, serve_pages, replay, findings, classify, CONTACT)
