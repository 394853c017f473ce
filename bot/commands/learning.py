"""Commands about what the rulings teach: how often the program was right, thresholds, labelled examples."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from bot.commands.door import Door, group, leaf
from bot.learning.accuracy import FEWEST, Accuracy, Tally, accuracy
from bot.learning.examples import WARNING, export_examples
from bot.learning.thresholds import set_threshold, weigh
from bot.web.wording import finding_words
from models.errors import Refused
from models.policy import raisable, shown_from
from models.threshold import SetThreshold, history_of_thresholds, lines_set

BAR = 30  # characters from 0% to 100%

# --- reports ---


@leaf("accuracy", help="How often each finding was right, by this council's own rulings.")
def report_accuracy(door: Door) -> None:
    with door.app() as app, app.look() as session:
        found = accuracy(session, app.policy, app.seal)
    answer = {"fewest": FEWEST, "findings": [_as_json(one) for one in found]}
    door.show(answer, "\n\n".join(_in_words(one) for one in found) + _ABOUT if found else _NOTHING)


_NOTHING = "No finding was ruled on yet: `evenhand queue rule --flag`, or `evenhand queue rule-finding`."
_ABOUT = (
    "\n\nOnly findings ruled on one by one are counted, each by its last ruling. What the program did not see, nobody\n"
    "could rule on: this says how far to believe what is shown, and nothing of what was missed."
)


def _as_json(one: Accuracy) -> dict[str, object]:
    return {
        "about": one.about,
        "label": one.label,
        **_tally(one.tally),
        "versions": [{"seen_by": seen_by, **_tally(tally)} for seen_by, tally in one.versions],
        "shown_from": one.shown_from,
        "policy_line": one.policy_line,
        "set_by": one.line.by if one.line else None,
        "may_be_raised": one.may_be_raised,
    }


def _tally(tally: Tally) -> dict[str, object]:
    low, high = tally.interval
    share = None if tally.precision is None else round(tally.precision, 4)
    return {
        "upheld": tally.upheld,
        "overruled": tally.overruled,
        "precision": share,
        "low": round(low, 4),
        "high": round(high, 4),
        "enough": tally.enough,
    }


def _in_words(one: Accuracy) -> str:
    lines = [finding_words(one.about, one.label), f"  {one.tally.in_words()}"]
    if one.tally.enough:
        lines.append(f"  0% {bar(one.tally)} 100%")
    if len(one.versions) > 1:
        lines += [f"  {seen_by}: {tally.in_words()}" for seen_by, tally in one.versions]
    whose = f"set by {one.line.by}, {one.line.at:%-d %B %Y}" if one.line else "the policy's own"
    return "\n".join([*lines, f"  shown from a score of {one.shown_from:g} ({whose})"])


def bar(tally: Tally) -> str:
    """The share as | within the interval ===: [........====|===...]."""
    low, high = tally.interval
    marks = ["=" if low * BAR <= place + 0.5 <= high * BAR else "." for place in range(BAR)]
    marks[min(BAR - 1, int((tally.precision or 0.0) * BAR))] = "|"
    return f"[{''.join(marks)}]"


@leaf(
    "examples",
    click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A file not there yet."),
    help="Write the ruled findings as labelled examples for training. The file holds personal data.",
)
def report_examples(door: Door, *, out: Path) -> None:
    if out.exists():
        raise Refused(f"{out} is there already; nothing is written over. Name another file")
    with door.work() as (_, work):
        rows = export_examples(work)
    _write_for_oneself(out, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    click.echo(f"WARNING. {WARNING}", err=True)
    door.show({"contacts": len(rows), "out": str(out)}, f"{len(rows)} contacts with what was ruled are in {out}")


def _write_for_oneself(out: Path, text: str) -> None:
    """A file that nobody else on the machine can read."""
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)


# --- thresholds ---


@leaf(
    "list",
    click.option("--history", is_flag=True, help="Everything that was ever set, the latest first."),
    help="From what score on findings are shown, where a person may set it, and who set it.",
)
def threshold_list(door: Door, *, history: bool) -> None:
    with door.app() as app, app.look() as session:
        if history:
            door.table([_set(row) for row in history_of_thresholds(session)], _COLUMNS, "Nothing was ever set.")
            return
        lines = lines_set(session, app.seal)
        rows: list[dict[str, object]] = []
        for about, label in raisable():
            own, line = shown_from(app.policy, about, label), lines.get((about, label))
            set_ = _set(line) if line else {}
            now = max(own, line.at_least) if line else own
            rows.append({**set_, "about": about, "label": label, "shown_from": now, "policy": own})
    door.table(rows, ("about", "label", "shown_from", "policy", "by", "at", "reason"), "")


_COLUMNS = ("at", "about", "label", "at_least", "before", "by", "reason", "ruled_hidden", "upheld_hidden")


def _set(row: SetThreshold) -> dict[str, object]:
    return {name: getattr(row, name) for name in (*_COLUMNS, "policy_version")}


_WHICH = (
    click.argument("about"),
    click.argument("label"),
    click.argument("at_least", type=float, metavar="SCORE"),
)


@leaf("weigh", *_WHICH, help="What a threshold would have kept back so far, such as `abuse insult 0.8`. Sets nothing.")
def threshold_weigh(door: Door, *, about: str, label: str, at_least: float) -> None:
    with door.app() as app, app.look() as session:
        would = weigh(session, about, label, at_least, policy=app.policy, seal=app.seal)
    door.show(asdict(would), f"{finding_words(about, label)}, shown from {at_least:g}: {would.in_words()}")


@leaf(
    "set",
    *_WHICH,
    click.option("--reason", required=True, help="Why, in a few words."),
    help="Show findings of a label from this score on, in mail read from now on. Only upwards from the policy.",
)
def threshold_set(door: Door, *, about: str, label: str, at_least: float, reason: str) -> None:
    with door.work() as (app, work):
        row, would = set_threshold(work, about, label, at_least, reason=reason, policy=app.policy)
        before = row.before
    words = f"{finding_words(about, label)} is shown from {at_least:g} (before: {before:g}) in mail read from now on"
    door.show(
        {"about": about, "label": label, "before": before, "effect": asdict(would)},
        f"{words}.\nBy what was seen so far: {would.in_words()}",
    )


THRESHOLD = group("threshold", threshold_list, threshold_weigh, threshold_set, help="From what score findings show.")
REPORTS = (report_accuracy, report_examples)
COMMANDS = (THRESHOLD,)
