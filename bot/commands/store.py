"""Commands about the store itself: making it, checking it, its officers, its audit trail."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from bot import audit, doctor, officers
from bot.bootstrap import make_store, settings_text, upgrade_store
from bot.commands.door import Door, group, leaf
from bot.commands.mail import progress
from config.load import FILE_NAME
from models.errors import Refused, SettingsError
from models.officer import Role
from models.policy_check import takes_no_decisions
from models.store import StoreKind


@leaf(
    "init",
    click.option("--rehearsal", is_flag=True, help="For practice and tests: its commands take --at TIME."),
    click.option("--council", default=None, help="The council's name."),
    click.option("--domain", "domains", multiple=True, help="A domain of the council's own mail."),
    click.option("--council-file", type=click.Path(exists=True, path_type=Path), help="A council.json to read."),
    click.option("--policy", default="general", show_default=True, help="The policy in force."),
    click.option("--database", default="", help="A PostgreSQL URL; else SQLite in the folder."),
    help="Make a store in a folder: settings, key, tables, and an officer 'clerk'.",
)
def init(
    door: Door,
    *,
    rehearsal: bool,
    council: str | None,
    domains: tuple[str, ...],
    council_file: Path | None,
    policy: str,
    database: str,
) -> None:
    told = _told(council_file) if council_file else {}
    name = council or told.get("name") or "The Council"
    own = domains or ((told["domain"],) if "domain" in told else ())
    members = tuple(m["email"] for m in told.get("members", []) if "email" in m)
    kind = StoreKind.REHEARSAL if rehearsal else StoreKind.REAL
    if door.at is not None and kind is StoreKind.REAL:
        raise Refused("this would be a real store: its record must say when things really happened, so --at is refused")
    make_store(door.home, kind=kind, settings_text=settings_text(name, own, members, policy, database))
    with door.machine() as app, app.begin(officers.FOUNDER) as work:
        officers.add(work, username="clerk", name="The Clerk", role=Role.CLERK)
        restricts_nobody = app.policy.name if kind is StoreKind.REAL and takes_no_decisions(app.policy) else ""
    words = (
        f"Made a {kind.value} store in {door.home}.\n"
        f"Next: write your mailbox into {door.home / FILE_NAME}, set a password with "
        "`evenhand officer password clerk`, then `evenhand check` and `evenhand run`.\n"
        f"Keep a copy of {door.home / 'audit.key'} somewhere else: it seals the audit trail."
    )
    if restricts_nobody:
        words += (
            f"\nUnder “{restricts_nobody}” mail is logged and read, and nobody is restricted. Before the council "
            f"decides anything, name its own policy in {FILE_NAME}."
        )
    door.show({"home": str(door.home), "kind": kind.value}, words)


def _told(council_file: Path) -> dict[str, Any]:
    try:
        told = json.loads(council_file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SettingsError(f"{council_file}: cannot be read as JSON: {error}") from error
    if not isinstance(told, dict):
        raise SettingsError(f"{council_file}: should hold one JSON object, with name, domain and members")
    return told


@leaf(
    "check",
    help="The doctor: what would stop this installation from working, and what to do about it.",
)
def check(door: Door) -> None:
    with door.machine() as app:
        answers = doctor.examine(app)
    door.table(
        [{"checked": a.what, "state": "ok" if a.ok else "NOT OK", "words": a.words} for a in answers],
        ("checked", "state", "words"),
        "nothing to check",
    )
    if not all(a.ok for a in answers):
        sys.exit(1)


@leaf(
    "upgrade",
    help="Bring the store to this version of the program. Back it up first.",
)
def upgrade(door: Door) -> None:
    with progress("making prints of earlier letters", None) as seen:
        before, after = upgrade_store(door.home, seen=seen)
    words = "nothing to do" if before == after else f"from version {before} to {after}"
    door.show({"before": before, "after": after}, words)


@leaf(
    "list",
    help="The officers and their roles.",
)
def officers_list(door: Door) -> None:
    with door.machine() as app, app.look() as session:
        rows: list[dict[str, object]] = [
            {
                "username": o.username,
                "name": o.name,
                "role": o.role.value,
                "active": o.active,
                "password_set": bool(o.password),
            }
            for o in officers.everyone(session)
        ]
    door.table(rows, ("username", "name", "role", "active", "password_set"), "no officers yet")


@leaf(
    "add",
    click.argument("username"),
    click.option("--name", required=True, help="Their name, as it stands on letters."),
    click.option("--role", type=click.Choice([r.value for r in Role]), required=True, help="What they may do."),
    help="Let somebody use the program.",
)
def officer_add(door: Door, *, username: str, name: str, role: str) -> None:
    with door.work() as (_, work):
        officers.add(work, username=username, name=name, role=Role(role))
    door.show({"username": username, "role": role}, f"{username} may now act as {role.replace('_', ' ')}")


@leaf(
    "password",
    click.argument("username"),
    help="Set an officer's password (read from standard input, or asked for).",
)
def officer_password(door: Door, *, username: str) -> None:
    if sys.stdin.isatty():
        password = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    with door.work() as (_, work):
        officers.set_password(work, username=username, password=password)
    door.show({"username": username}, f"the password of {username} is set")


@leaf(
    "deactivate",
    click.argument("username"),
    help="End somebody's use of the program; what they did stays on record.",
)
def officer_deactivate(door: Door, *, username: str) -> None:
    with door.work() as (_, work):
        officers.deactivate(work, username=username)
    door.show({"username": username, "active": False}, f"{username} can no longer act here")


@leaf(
    "verify",
    click.option("--expect", default="", help="A hash that you noted earlier: it must be in the chain."),
    help="Check the history: names the first broken link, and what somebody wrote by hand. Exit code 1 if it fails.",
)
def verify(door: Door, *, expect: str) -> None:
    with door.machine() as app, app.look() as session, progress("checking the history", None) as seen:
        found = audit.verify(session, app.seal, expect=expect, told=seen)
    door.show(found.as_dict(), found.in_words())
    if not found.holds:
        sys.exit(1)


OFFICER = group(
    "officer", officers_list, officer_add, officer_password, officer_deactivate, help="Who may use the program."
)
AUDIT = group("audit", verify, help="The history that nobody can rewrite unseen.")
COMMANDS = (init, check, upgrade, OFFICER, AUDIT)
