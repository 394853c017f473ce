"""Commands about enforcement: what would change on the mail server, and letting it change."""

from __future__ import annotations

import sys

import click

from bot.bootstrap import App, reconcile_all, rule_book
from bot.commands.door import Door, group, leaf
from bot.enforcement.apply import clock_is_right, plan_for, switch, wanted_rules
from bot.mailbox.ports import MailboxError
from bot.work import SERVICE
from models.enforcement import enforcement_is_on


@leaf("plan", help="What enforcement would change on each mail server now, and why. Changes nothing.")
def plan(door: Door) -> None:
    with door.machine() as app:
        on, rows = _planned(app)
    state = "Enforcement is on." if on else "Observing only: nothing is touched until `evenhand enforce on`."
    lines = [f"{row['mailbox']} ({row['enforce']}): {'; '.join(row['changes']) or 'in line'}" for row in rows]
    door.show({"enforcement": on, "mailboxes": rows}, "\n".join([state, *lines]))


def _planned(app: App) -> tuple[bool, list[dict[str, list[str] | str]]]:
    rows: list[dict[str, list[str] | str]] = []
    with app.begin(SERVICE) as work:
        on = enforcement_is_on(work.session, work.seal)
        for mailbox in app.settings.mailboxes:
            book = rule_book(app, mailbox)
            changes: list[str] = []
            if book is not None:
                try:
                    changes = list(plan_for(work, book, app.policy, app.settings.council.domains).why)
                except MailboxError as error:
                    changes = [f"cannot be read: {error}"]
            elif mailbox.enforce == "move":
                wanted = wanted_rules(work, app.policy, app.settings.council.domains)
                changes = [f"move mail of restriction {r.restriction} to {r.folder} as it comes" for r in wanted]
            rows.append({"mailbox": mailbox.name, "enforce": mailbox.enforce, "changes": changes})
    return on, rows


@leaf("now", help="Bring the mail servers' rules into line with the decisions. Safe to repeat.")
def enforce_now(door: Door) -> None:
    with door.machine() as app:
        answers = reconcile_all(app)
    rows = [{"rule_book": d.book, "changes": list(d.why), "ok": d.ok, "server": d.words} for d in answers]
    lines = [f"{d.book}: {_said(d.ok, d.why, d.words)}" for d in answers]
    door.show(rows, "\n".join(lines) or "No mailbox has rules on its server.")
    if any(d.ok is False for d in answers):
        sys.exit(1)


def _said(ok: bool | None, why: tuple[str, ...], words: str) -> str:
    if ok is None:
        return "in line already"
    return f"{'; '.join(why)} ({words})" if ok else f"NOT done: {words}"


@leaf("on", help="Let the service act on the mailboxes. Until then it observes.")
def enforce_on(door: Door) -> None:
    with door.work() as (_, work):
        switch(work, on=True)
    door.show({"enforcement": True}, "enforcement is on: restrictions in force are carried out from now")


@leaf("off", help="Observe only: rules of ours are taken off the servers, mail flows as usual.")
def enforce_off(door: Door) -> None:
    with door.work() as (_, work):
        switch(work, on=False)
    with door.machine() as app:
        reconcile_all(app)
    door.show({"enforcement": False}, "enforcement is off: mail flows as usual")


@leaf(
    "clock-is-right",
    click.option("--reason", required=True, help="How you know, in a few words; no names of customers."),
    help="Say that this machine's clock, which was ahead, is right now; until then what would be over binds nobody.",
)
def clock_right(door: Door, *, reason: str) -> None:
    with door.work() as (_, work):
        clock_is_right(work, reason=reason)
    door.show({"clock": "right"}, "on record: the clock is right now. What was lifted or ended meanwhile stays over")


COMMANDS = (
    plan,
    group("enforce", enforce_now, enforce_on, enforce_off, clock_right, help="Carry out restrictions in force."),
)
