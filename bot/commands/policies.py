"""Commands about the council's policy: what is in force, what is wrong or doubtful in it, and every key."""

from __future__ import annotations

import sys
from itertools import groupby

import click

from bot.commands.door import Door, group, leaf
from bot.commands.policy_mistakes import mistakes
from bot.letters.template import contents_of
from config.load import load_policy, load_settings, policy_file
from config.policy_keys import CONTENTS, Key, in_words, keys_of
from models.letter import LetterKind
from models.policy import Policy
from models.policy_check import doubts
from models.readings import GOVERNS

_NAME = click.argument("name", default="")
_TABLES = {
    "": "The policy",
    "document": "The policy as a paper",
    "decision": "The gate",
    "mail": "The mailbox",
    "council": "The council",
    "people": "Who acts",
    "clocks": "How long things may take",
    "conduct": "The conduct track",
    "reviews": "Reviews",
    "challenge": "Where a decision can be challenged",
    "registers": "The registers",
    "readings": "Readings of the tracked changes",
    "sources": "Paragraphs of the council's own clocks",
    "retention": "How long records are kept",
}


def _policy_and_keys(door: Door, name: str) -> tuple[Policy, list[Key]]:
    """The policy of this name, or the one in force here."""
    home = door.home
    if not name:
        with door.machine() as app:
            name, home = app.settings.policy, app.settings.home
    return load_policy(name, home), keys_of(policy_file(name, home))


@leaf("show", _NAME, help="What a policy says, in plain words with its paragraphs; without NAME the one in force here.")
def policy_show(door: Door, *, name: str) -> None:
    policy, keys = _policy_and_keys(door, name)
    answer = {
        "name": policy.name,
        "version": policy.version,
        "sha256": policy.digest,
        "keys": [{"key": k.name, "value": k.value, "meaning": k.meaning, "source": k.source} for k in keys],
        "letters": {
            kind: {"contents": rule.contents, "source": rule.source, "encloses_policy": rule.enclose_policy}
            for kind, rule in policy.procedure.letters.items()
        },
    }
    door.show(answer, "\n".join([*_in_words(keys), *_letters_in_words(policy), "", f"SHA-256 {policy.digest}"]))


def _in_words(keys: list[Key]) -> list[str]:
    lines = []
    for table, mine in groupby(keys, lambda key: key.name.rpartition(".")[0]):
        lines += ["", _TABLES.get(table, table)]
        for key in mine:
            if table == "readings":
                reading = key.name.rpartition(".")[2]
                lines.append(f"  {reading} read as {key.value}: {GOVERNS[reading][0]}")
            else:
                lines += [f"  {key.meaning}", f"    {in_words(key.value)}{f' [{key.source}]' if key.source else ''}"]
    return lines[1:]


def _letters_in_words(policy: Policy) -> list[str]:
    lines = ["", "Letters and what each must contain"]
    for kind, rule in policy.procedure.letters.items():
        enclosed = "; the policy goes with it" if rule.enclose_policy else ""
        lines += [f"  {kind.replace('_', ' ')} [{rule.source}]{enclosed}"]
        lines += [f"    - {CONTENTS.get(content, content.replace('_', ' '))}" for content in rule.contents]
    return lines


@leaf(
    "check", _NAME, help="What is wrong or doubtful in a policy; without NAME the one in force. Exit code 1 if wrong."
)
def policy_check(door: Door, *, name: str) -> None:
    home = door.home
    if not name:
        settings = load_settings(home)
        name, home = settings.policy, settings.home
    found, policy = mistakes(name, home)
    doubtful = [] if policy is None else [*doubts(policy), *_unknown_contents(policy)]
    lines = [f"{state}: {words}" for state, said in (("wrong", found), ("doubtful", doubtful)) for words in said]
    door.show({"wrong": found, "doubtful": doubtful}, "\n".join(lines) or "nothing is wrong, and nothing is doubtful")
    if found:
        sys.exit(1)


def _unknown_contents(policy: Policy) -> list[str]:
    """Contents for which the program has no words of its own: a person gives them with each letter."""
    return [
        f"letters.{kind.value}: contents: '{content}' has no words in the template; give them with each letter"
        for kind in LetterKind
        if (rule := policy.procedure.letters.get(kind.value)) is not None
        for content in rule.contents
        if content not in contents_of(kind)
    ]


@leaf("keys", _NAME, help="Every key of a policy's file: what it means, its value here, and its paragraph.")
def policy_keys(door: Door, *, name: str) -> None:
    _, keys = _policy_and_keys(door, name)
    rows: list[dict[str, object]] = [
        {"key": k.name, "value": in_words(k.value), "source": k.source, "meaning": k.meaning} for k in keys
    ]
    door.table(rows, ("key", "value", "source", "meaning"), "no keys")


COMMANDS: tuple[click.Command, ...] = (
    group("policy", policy_show, policy_check, policy_keys, help="The council's policy as settings."),
)
