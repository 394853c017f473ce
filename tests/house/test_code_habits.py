"""Habits of the house that a reader of one file cannot see broken in another."""

from __future__ import annotations

import ast
import re

from tests.house.tree import PACKAGES, ROOT, calls, modules, name, texts, where

# Round one message, twice: what breaks the program is shunted; what breaks the reader is kept unread for an officer.
CATCHES_EVERYTHING = {"bot/pipeline.py": 1, "bot/intake/parse.py": 1}
# A door ends the transaction; verbs and helpers never do. The store puts a rehearsal's clock before any work begins.
ENDS_TRANSACTIONS = {"bot/work.py", "bot/store.py"}
# Work holds the time. The store's clock and the doctor ask the machine; the ports of the outer world are handed one,
# and have this one else; a replay starts from some time; a line to classify was never received at all.
ASKS_THE_TIME = {
    "bot/work.py", "bot/store.py", "bot/doctor.py", "bot/mailbox/memory.py", "bot/mailbox/smtp.py", "bot/replay.py",
    "bot/commands/mail.py",
}  # fmt: skip
LONGEST, LONGEST_TEST = 450, 800

# What may stand in a log: ids, counts, kinds, and the words of a mail server. Think of whose eyes read a log, then add.
LOGGED = {
    "changes", "contact", "direction", "endpoint", "host", "kind", "mailbox", "note", "officer", "port", "rule_book",
    "seconds", "sha256", "thread", "where", "words",
}  # fmt: skip
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}


def test_everything_is_caught_only_round_one_message() -> None:
    found: dict[str, int] = {}
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and _catches_all(node):
                found[name(path)] = found.get(name(path), 0) + 1
    assert found == CATCHES_EVERYTHING


def _catches_all(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = [n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)]
    again = isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None  # tidies up, and lets it go on
    return "Exception" in caught or ("BaseException" in caught and not again)


def test_only_the_work_of_a_door_commits() -> None:
    found = {name(p) for p, tree in modules("bot") for c in calls(tree) if ast.unparse(c.func).endswith(".commit")}
    assert found <= ENDS_TRANSACTIONS, "verbs and helpers never commit: the door does, with its notes"


def test_nobody_but_the_clock_asks_what_time_it_is() -> None:
    asking = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.time)$")
    found = [
        where(path, call)
        for path, tree in modules()
        if name(path) not in ASKS_THE_TIME and "training" not in path.parts
        for call in calls(tree)
        if asking.search(ast.unparse(call.func))
    ]
    assert not found, "take work.now, work.today or app.clock"


def test_log_events_are_constant_and_hold_no_people() -> None:
    wrong = [
        where(path, call)
        for path, tree in modules()
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in LEVELS
        and ast.unparse(call.func.value) in {"log", "logger", "logging"}
        and not _is_fit_for_a_log(call)
    ]
    assert not wrong, "log.info('event_name', contact=contact.id): a constant name, known fields, no f-strings"


def _is_fit_for_a_log(call: ast.Call) -> bool:
    event = call.args[0] if len(call.args) == 1 else None
    constant = isinstance(event, ast.Constant) and isinstance(event.value, str)
    return (
        constant
        and re.fullmatch(r"[a-z_]+", event.value) is not None  # type: ignore[union-attr]
        and all(keyword.arg in LOGGED and not isinstance(keyword.value, ast.JoinedStr) for keyword in call.keywords)
    )


def test_a_log_is_never_told_to_show_the_values_of_an_error() -> None:
    found = [
        where(path, call)
        for path, tree in modules()
        for call in calls(tree)
        if any(k.arg in {"exc_info", "stack_info"} for k in call.keywords) or ast.unparse(call.func) == "log.exception"
    ]
    assert not found, "an error's text may hold somebody's words: log type(error).__name__"


def test_nothing_prints_but_commands_by_click() -> None:
    allowed = {path for path, _ in modules("classifiers/training")}
    found = [
        where(path, call)
        for path, tree in modules()
        if path not in allowed
        for call in calls(tree)
        if ast.unparse(call.func) == "print"
    ]
    assert not found


def test_every_file_says_what_it_is_for() -> None:
    found = [name(p) for p, tree in modules() if tree.body and not ast.get_docstring(tree)]
    assert not found, "begin with a docstring that promises what the file gives"


def test_no_file_grows_beyond_reading() -> None:
    found = [
        f"{name(path)}: {text.count(chr(10))} lines"
        for path, text in texts(*PACKAGES, "tests")
        if path.suffix == ".py" and not {"versions", "corpus", "mail"} & set(path.relative_to(ROOT).parts[1:-1])
        if text.count("\n") > (LONGEST_TEST if name(path).startswith("tests/") else LONGEST)
    ]
    assert not found, "a long file usually hides two things: part them"


def test_nothing_is_left_to_do_in_the_text() -> None:
    marks = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]) + r")\b|^[<>=]{7}( |$)", re.MULTILINE)
    found = [name(p) for p, text in texts() if "corpus" not in p.parts and marks.search(text)]
    assert not found, "do it, or file it"


def test_tests_are_named_as_sentences() -> None:
    found = [
        where(path, node)
        for path, tree in modules("tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name.count("_") < 3
    ]
    assert not found, "test_a_bounce_is_not_a_person_writing: what holds, in words"


def test_no_pattern_holds_a_possessive_group() -> None:
    """Before Python 3.11.5 such a group matches wrongly (CPython issue 101955), and Debian 12 has 3.11.2."""
    possessive = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+|\(\?>")
    for path, tree in modules("bot", "classifiers", "models", "config"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
                assert not possessive.search(text), f"{name(path)}:{node.lineno}: a possessive group: {text[:60]}"
