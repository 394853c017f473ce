"""What the commands that take a step of a case share: its options, who acts, and how the answer is said."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

import click

from bot.bootstrap import App, reconcile_all
from bot.casework.ahead import then
from bot.casework.steps import Said
from bot.casework.track import Standing
from bot.commands.door import Day, Door
from bot.officers import name_of
from bot.work import Work
from models.case import Case, CaseStep, StepKind, steps_of
from models.step_facts import CASE_FACTS, choices

CASE = click.argument("case")
CONTACT = click.argument("contact", type=int)
ON = click.option("--on", type=Day(), help="The day it was done; else today.")
WHO = click.option("--who", default="", help="Who did it, by title and name; else the officer who acts.")
WORDS = click.option("--words", required=True, help="The reason or finding, in your own words; it stays on record.")
CITES = click.option("--cite", "cites", type=int, multiple=True, help="A contact that it rests on, by its number.")
SEEN = click.option("--seen", type=int, help="The number of the last step that you saw; refused if there is a newer.")
DONE = (WHO, ON, SEEN)  # of every step: by whom, when, and after what
SAID = (CITES, WORDS, *DONE)  # of most: also what it rests on, and why
ABOUT_CONTACT = click.option("--contact", type=int, help="The contact that it is about.")


def one_of(kind: StepKind, fact: str) -> click.Choice[str]:
    """The words that a fact of a step may be."""
    return click.Choice(choices(CASE_FACTS[kind][fact]))


def say_step(door: Door, step: CaseStep, reference: str, then: str = "") -> None:
    """The answer of a command that took a step: its number, and what is to be done next."""
    kind = step.kind.value.replace("_", " ")
    answer = {"case": reference, "step": step.id, "kind": step.kind.value, "on": step.on, "facts": step.facts}
    words = f"{reference}: {kind} is recorded as step {step.id}"
    door.show({**answer, "next": then or None}, f"{words}\nNext: {then}" if then else words)


class Saying(TypedDict, total=False):
    """The options ON, WHO, WORDS, CITES and SEEN, as far as a command has them."""

    on: date | None
    who: str
    words: str
    cites: tuple[int, ...]
    seen: int | None


def said(work: Work, saying: Saying, *, who: str = "", otherwise: str = "") -> Said:
    """What every step of a case says, from the options of its command.

    Done today, by the officer who acts and in the words `otherwise`, where the options do not say. `who`: whoever
    another option of the command names.
    """
    named = (who or saying.get("who", "")).strip() or name_of(work.session, work.actor.name)
    words = saying.get("words") or otherwise
    return Said(saying.get("on") or work.today, named, words, saying.get("cites", ()), saying.get("seen"))


def ahead_of(app: App, work: Work, case: Case) -> str:
    """What is to be done next in a case, after what was done in this work."""
    return then(Standing.of(steps_of(work.session, case), app.policy), case.reference)


def bring_into_line(door: Door) -> None:
    """Bring the mail server into line at once; a server that cannot be reached is the running service's to retry."""
    with door.machine() as app:
        for done in reconcile_all(app):
            if done.ok is False:
                click.echo(f"{done.book}: not yet carried out on the server: {done.words}", err=True)
