"""Commands for the registers: reading and copying them, the copy for publication, and who may read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from bot.bootstrap import App
from bot.commands import cautionary
from bot.commands.door import Door, cell, group, leaf
from bot.registers import access, cautionary_sheet, difference, redact, release
from bot.registers.cautionary import log_look
from bot.registers.line import sheet_of
from bot.registers.section19 import Basis, Reading, read_register
from bot.registers.sheets import FORMS, made
from bot.work import Work
from models.casework import left_out
from models.cautionary import cautionary_views
from models.cautionary_standing import standings
from models.officer import Permission
from models.view import Register, views_of

REGISTER = click.argument("register", type=click.Choice([r.value for r in Register]), default=Register.SECTION_19.value)
PURPOSE = click.option("--purpose", default="", help="What you look at it for; it is logged with the look.")
OUT = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=".", help="The folder to write to."
)


@contextmanager
def named_work(door: Door, register: Register) -> Iterator[tuple[App, Work, access.Named]]:
    """One piece of work in the store of a register, by somebody who is named to it."""
    with door.app() as app:
        actor = app.officer(door.officer)
        with app.look() as session:
            name = access.named(session, actor, register, app.seal)
        with app.cautionary(actor) if register is Register.CAUTIONARY else app.begin(actor) as work:
            yield app, work, name


def _reading(app: App, work: Work) -> Reading:
    return read_register(Basis(work.session, app.policy, work.today, work.seal))


def _tell(words: str) -> None:
    """Beside what is shown, in words and with --json alike."""
    if words:
        click.echo(f"evenhand: {words}", err=True)


def write(out: Path, files: Mapping[str, bytes]) -> list[str]:
    """Written only after the look was logged."""
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).touch(mode=0o600)  # for whoever made it; where it goes from there they say on record
        (out / name).write_bytes(content)
    return [str(out / name) for name in files]


@leaf("show", PURPOSE, help="The section 19 register, made from the records as they are now; the look is logged.")
def show(door: Door, *, purpose: str) -> None:
    with named_work(door, Register.SECTION_19) as (app, work, name):
        reading = _reading(app, work)
        access.log_view(work, name, how="shown", entries=len(reading.lines), purpose=purpose)
    rows = [line.as_dict() for line in reading.lines]
    _tell(left_out(reading.doubtful))
    columns = (
        "reference",
        "name",
        "stage",
        "subject_matter",
        "restrictions",
        "next_review_on",
        "ends_on",
        "not_verified",
    )
    door.table(rows, columns, "The register is empty.")


@leaf(
    "export",
    REGISTER,
    click.option("--form", "forms", multiple=True, type=click.Choice(list(FORMS)), help="CSV if none is given."),
    click.option("--given-to", default="", help="Who receives the copy: name and role."),
    OUT,
    PURPOSE,
    help="Write a whole register, with personal data, to a file; who took it and what for is logged.",
)
def export(door: Door, *, register: str, forms: tuple[str, ...], given_to: str, out: Path, purpose: str) -> None:
    which, forms = Register(register), forms or ("csv",)
    how = "exported: " + ", ".join(forms)
    purpose = f"{purpose} (given to {given_to.strip()})" if purpose.strip() and given_to.strip() else purpose
    with named_work(door, which) as (app, work, name):
        council = app.settings.council.name
        if which is Register.SECTION_19:
            reading = _reading(app, work)
            sheet = sheet_of(reading.lines, council=council, left_out=left_out(reading.doubtful))
            _tell(left_out(reading.doubtful))
            access.log_view(work, name, how=how, entries=len(reading.lines), purpose=purpose)
        else:
            sheet = cautionary_sheet.sheet_of(cautionary.shown(work, app.policy), council=council)
            _tell(cautionary.in_doubt(work).strip())
            log_look(work, name, how=how, entries=len(sheet.rows), purpose=purpose)
        files = {f"{release.FILES[which]}.{form}": made(sheet, form) for form in forms}
    written = write(out, files)
    door.show({"files": written}, "written: " + ", ".join(written))


# --- the copy for publication ----------------------------------------------------------------------------------------


QUARTER = click.option(
    "--quarter", "quarterly", is_flag=True, help="As it stood at the beginning of this quarter; the note says so."
)


def drafted(app: App, work: Work, register: Register, *, quarterly: bool) -> release.Copy:
    """The copy, and what it adds to the last one that was released."""
    rules, day = app.policy.procedure.registers, redact.quarter_day(work.today) if quarterly else work.today
    before = difference.last_copy(work.session, register, work.seal)
    then = before.as_at if before is not None else day
    if register is Register.SECTION_19:
        lines = _reading(app, work).lines
        cells = redact.cells_of_lines(lines, day, rules)
        entries = difference.changed(lines, lambda line, on: redact.line_on(line, on, rules), then, day)
    else:
        found = standings(work.session, work.today, work.seal)
        cells = redact.cells_of_entries(found, day, rules)
        entries = difference.changed(found, lambda entry, on: redact.entry_on(entry, on, rules), then, day)
    council = app.settings.council.name
    sheet = redact.redacted(register, cells, app.policy, council=council, quarterly=quarterly)
    return release.Copy(register, sheet, difference.compared(before, sheet.rows, entries, rules.small_number))


@leaf(
    "redacted",
    REGISTER,
    QUARTER,
    OUT,
    PURPOSE,
    help="Draft the copy for publication, to be read by a person: CSV, ODS and PDF. It releases nothing.",
)
def redacted(door: Door, *, register: str, quarterly: bool, out: Path, purpose: str) -> None:
    which = Register(register)
    with named_work(door, which) as (app, work, name):
        copy = drafted(app, work, which, quarterly=quarterly)
        files, lines = copy.files(), len(copy.sheet.rows)
        if which is Register.SECTION_19:
            access.log_view(work, name, how="drafted", entries=lines, purpose=purpose, copy="redacted")
        else:
            log_look(work, name, how="drafted, redacted", entries=lines, purpose=purpose)
    written = write(out, files)
    told = copy.difference.in_words() if copy.difference is not None else "There is no earlier copy."
    words = (
        f"drafted, not released: {', '.join(written)}\n{told}\nRead it as somebody would who knows the people, and has "
        f'the last copy. If nobody can be recognised: `evenhand register release "{register}"'
        f"{' --quarter' if quarterly else ''} --seen {copy.sha256} --checked ...`"
    )
    singles_out = copy.difference is not None and copy.difference.singles_out
    answer = {
        "files": written,
        "sha256": copy.sha256,
        "released": False,
        "difference": told,
        "singles_out": singles_out,
    }
    door.show(answer, words)


@leaf(
    "release",
    REGISTER,
    click.option("--seen", required=True, help="The SHA-256 of the copy that you read, as `redacted` told it."),
    click.option("--checked", required=True, help="What you checked: that nobody can be recognised from it."),
    click.option("--despite", default="", help="Why it goes out though, beside the last copy, it tells of one entry."),
    QUARTER,
    OUT,
    help="Sign off the copy for publication that you read, and write exactly those bytes; they are kept.",
)
def release_copy(
    door: Door, *, register: str, seen: str, checked: str, despite: str, quarterly: bool, out: Path
) -> None:
    which = Register(register)
    with named_work(door, which) as (app, work, name):
        copy = drafted(app, work, which, quarterly=quarterly)
        if which is Register.SECTION_19:
            files = release.release(work, name, copy, seen=seen, words=checked, despite=despite)
        else:
            files = release.release_cautionary(work, name, copy, seen=seen, words=checked, despite=despite)
    written = write(out, files)
    door.show({"files": written, "sha256": seen, "released": True}, "released: " + ", ".join(written))


# --- who may look, and who did ---------------------------------------------------------------------------------------


@leaf("views", REGISTER, click.option("--limit", default=200, show_default=True, help="How many."), help="Who looked.")
def views(door: Door, *, register: str, limit: int) -> None:
    which = Register(register)
    with named_work(door, which) as (_, work, _name):
        looks = (
            views_of(work.session, which, limit=limit)
            if which is Register.SECTION_19
            else cautionary_views(work.session, limit=limit)
        )
        rows: list[dict[str, object]] = [
            {"at": v.at, "officer": v.by, "how": v.how, "lines": v.entries, "purpose": v.purpose} for v in looks
        ]
    door.table(rows, ("at", "officer", "how", "lines", "purpose"), "Nobody has looked.")


@leaf("circulation", REGISTER, help="The circulation list: who has access, since when and why; who received a copy.")
def circulation(door: Door, *, register: str) -> None:
    which = Register(register)
    with door.app() as app:
        actor = app.officer(door.officer)
        with app.look() as session:
            if not actor.may(Permission.MANAGE_OFFICERS):
                access.named(session, actor, which, app.seal)
            readers = access.circulation(session, which, app.seal)
            copies = access.received(session, which)
        if which is Register.CAUTIONARY:
            with app.cautionary(actor) as work:
                copies = cautionary_sheet.received(work.session)
        roles = list(app.policy.procedure.registers.circulation)
    answer = {"register": register, "circulated_to": roles, "access": readers, "copies": copies}
    lines = [f"Circulated to (policy): {', '.join(roles) or 'nobody'}", "Access:"]
    lines += [
        f"  {r['name']} ({r['officer']}, {r['role']}), named by {r['named_by']} on {cell(r['since'])}: {r['reason']}"
        for r in readers
    ]
    lines += ["Copies:", *(f"  {cell(c['at'])}: {c['officer']}, {c['how']}: {c['purpose']}" for c in copies)]
    door.show(answer, "\n".join(lines))


WHICH = click.argument("register", type=click.Choice([r.value for r in Register]))
WHOM = click.argument("username")
WHY = click.option("--reason", required=True, help="Why, in a few words.")


@leaf("grant", WHICH, WHOM, WHY, help="Name one officer to a register; a role alone opens none.")
def grant(door: Door, *, register: str, username: str, reason: str) -> None:
    with door.work() as (_, work):
        access.grant(work, Register(register), username, reason=reason)
    answer = {"register": register, "officer": username, "named": True}
    door.show(answer, f"{username} is named to the {register} register")


@leaf("withdraw", WHICH, WHOM, WHY, help="End somebody's access to a register, at once.")
def withdraw(door: Door, *, register: str, username: str, reason: str) -> None:
    with door.work() as (_, work):
        access.withdraw(work, Register(register), username, reason=reason)
    answer = {"register": register, "officer": username, "named": False}
    door.show(answer, f"{username} is no longer named to the {register} register")


COMMANDS: Sequence[click.Command] = (
    group("register", show, export, redacted, release_copy, views, circulation, grant, withdraw, help="The registers."),
    *cautionary.COMMANDS,
)
