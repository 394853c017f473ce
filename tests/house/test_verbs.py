"""What a person or a timed job can do: each verb asks for a power, leaves a note, and says what it does."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re

import bot
from bot.work import SERVICE, VERBS, Verb
from models.officer import POWERS, Permission
from tests.house.tree import calls, modules, name

# Whoever can say `evenhand audit verify` can read the database's file; pages that show the trail will ask.
ASKED_BY_NO_VERB = {"VERIFY_AUDIT"}

for _found in pkgutil.walk_packages(bot.__path__, "bot."):
    importlib.import_module(_found.name)


def the_function(verb: Verb) -> object:
    module, _, function = verb.function.rpartition(".")
    return inspect.unwrap(getattr(importlib.import_module(module), function))


def test_every_verb_is_named_thing_dot_act_and_asks_for_a_power() -> None:
    assert VERBS
    for verb in VERBS.values():
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", verb.name), f"{verb.name}: say 'review.hold'"
        assert isinstance(verb.needs, Permission), verb.name


def test_no_two_verbs_have_one_name() -> None:
    named = [
        ast.literal_eval(call.args[0])
        for _, tree in modules("bot")
        for call in calls(tree)
        if ast.unparse(call.func) == "verb"
    ]
    assert sorted(named) == sorted(VERBS)


def test_every_verb_says_what_it_does() -> None:
    mute = [verb.function for verb in VERBS.values() if not inspect.getdoc(the_function(verb))]
    assert not mute, "a docstring of one sentence, or more where there is more to promise"


def test_every_verb_leaves_a_note() -> None:
    silent = []
    for verb in VERBS.values():
        function = the_function(verb)
        own, module = inspect.getsource(function), inspect.getsource(inspect.getmodule(function) or bot)  # type: ignore[arg-type]
        # In the function itself, or in one beside it that is handed the verb's name.
        if "work.note(" not in own and module.count(f'"{verb.name}"') < 2:
            silent.append(verb.name)
    assert not silent, "work.note(...) in the same breath as the change"


def test_every_power_is_asked_for_somewhere_and_held_by_somebody() -> None:
    asked = {
        node.attr
        for _, tree in modules("bot")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"Permission", "P"}
    }
    assert asked >= {p.name for p in Permission} - ASKED_BY_NO_VERB, (
        "a power that nothing asks for promises a check that is not made"
    )
    held = frozenset().union(*POWERS.values(), SERVICE.permissions)
    assert held == frozenset(Permission)


def test_the_service_itself_decides_nothing() -> None:
    assert SERVICE.permissions == {Permission.RECORD_CONTACT, Permission.RECONCILE}


def test_every_verb_can_be_reached_by_a_door() -> None:
    """No verb that nobody calls: what cannot be reached is not there for the clerk."""
    source = {name(path): ast.unparse(tree) for path, tree in modules("bot")}
    for verb in VERBS.values():
        function = verb.function.rpartition(".")[2]
        used = sum(len(re.findall(rf"\b{function}\(", text)) for text in source.values())
        assert used > 1, f"{verb.name}: nothing calls {verb.function}"
