"""`evenhand demo`: the main job on a mailbox of real mail, in an embedded default, in well under a minute."""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from pathlib import Path

import click

from bot import officers, queue
from bot.bootstrap import App, open_app
from bot.commands.door import Door, leaf
from bot.commands.mail import progress
from bot.replay import Replay
from models.contact import contacts_of
from models.in_force import restrictions_in_force
from models.message import Direction
from models.officer import Role

HERE = Path(__file__).parent.parent / "demo"
MARK = ".evenhand-demo"


@leaf(
    "demo",
    click.option("--out", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True, help="Where."),
    help="Show the main job: a year of a (fictional) town council's mail, in a rehearsal store that you may look at.",
)
def demo(door: Door, *, out: Path) -> None:
    _make_room(out)
    played = Replay(
        HERE / "council.json",
        HERE / "customers.csv",
        HERE / "mailbox.mbox",
        warn=lambda words: click.echo(words, err=True),
    )
    with progress("a year of mail", None) as seen:
        played.keep(out, seen=seen)
    app = open_app(out)
    try:
        password = _clerk(app)
        answer = _figures(app)
    finally:
        app.close()
    door.show({**answer, "home": str(out), "username": "clerk", "password": password}, _told(answer, out, password))


def _make_room(out: Path) -> None:
    """The demo replaces an earlier demo, and nothing else."""
    if out.exists() and any(out.iterdir()):
        if not (out / MARK).exists():
            raise click.UsageError(f"{out} holds something else than an earlier demo; choose another folder with --out")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).touch()


def _clerk(app: App) -> str:
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    with app.begin(officers.FOUNDER) as work:
        officers.add(work, username="clerk", name="The Clerk", role=Role.CLERK)
        officers.set_password(work, username="clerk", password=password)
    return password


def _figures(app: App) -> dict[str, object]:
    with app.look() as session:
        log = contacts_of(session, None)
        came_in = [c for c in log if c.direction is Direction.IN]
        bound = [c for c in came_in if c.restricted_by is not None]
        return {
            "council": app.store.council,
            "contacts": len(log),
            "came_in": len(came_in),
            "customers": len({c.customer_id for c in came_in if c.customer_id is not None}),
            "matched": dict(Counter(c.match.value for c in came_in)),
            "waiting": {lane.value: number for lane, number in queue.counts(session).items()},
            "restrictions_in_force": len(
                restrictions_in_force(session, app.today, app.seal, app.policy.reviews_demanded).binding
            ),
            "under_restriction": len(bound),
            "diverted": sum(c.diverted for c in bound),
        }


def _told(answer: dict[str, object], out: Path, password: str) -> str:
    waiting = answer["waiting"]
    assert isinstance(waiting, dict)
    lanes = "\n".join(f"    {lane.replace('_', ' '):15} {number:4}" for lane, number in waiting.items())
    return f"""
{answer["council"]}: a year of mail, played through the main job.

  {answer["contacts"]} contacts logged ({answer["came_in"]} came in, from {answer["customers"]} customers)
  waiting for a person, by lane:
{lanes}
  {answer["restrictions_in_force"]} restriction(s) in force, each on a minuted decision;
  {answer["under_restriction"]} messages came under one: {answer["diverted"]} diverted to the named officer, none lost.

Look at it:
  .venv/bin/evenhand --home {out} queue                 what waits, and why
  .venv/bin/evenhand --home {out} queue show 1          one item with its evidence
  .venv/bin/evenhand --home {out} restriction list      what is in force, on which decision
  .venv/bin/evenhand --home {out} audit verify          the history that nobody can rewrite unseen
  .venv/bin/evenhand --home {out} serve                 the pages: http://127.0.0.1:8040/  clerk / {password}
"""


COMMANDS = (demo,)
