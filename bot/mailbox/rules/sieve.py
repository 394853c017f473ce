"""The rule book on a mail server with Sieve (RFC 5228), by ManageSieve (RFC 5804).

Diverts are done by the mail server itself and end by themselves, whether or not this service runs. ManageSieve knows
one active script only, and it is usually the clerk's own:

- Where the server offers `include` (RFC 6609; Dovecot does), ours is a script of its own named 'evenhand'. It is made
  the active one and runs the clerk's script after our diverts. No byte of the clerk's script is touched. When the
  clerk makes another script active, `read` says so and the next `write` runs that one after ours.
- Where it does not, our lines stand between two markers in the clerk's active script, behind its `require`s; every
  other byte of it is kept.

With no rule left, the clerk's own script is the active one again and nothing of ours remains.

Ours come first and stop after filing, because a `stop` or a `keep` in the clerk's script would otherwise defeat them
and a second `fileinto` make a second copy. So for a diverted message, and only for it, the clerk's own rules (a
holiday answer, a folder for planning) are not run; the named officer reads it. Every other message meets the clerk's
rules as if we were not there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.mailbox.ports import FoundRules, MailboxError, MailboxRefused, Rule, RuleClash
from bot.mailbox.rules.managesieve import ManageSieve, SieveServer
from bot.mailbox.rules.sieve_script import Block, Dialect, cut, has_marks, included, insert, read_block
from bot.mailbox.rules.written import refuse_unfit

_NO_END = (
    "the mail server's Sieve cannot say when a rule ends (extensions 'date' and 'relational'): "
    "let the service move the mail itself instead"
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All scripts of one mailbox, and which one is active ("" for none)."""

    scripts: dict[str, bytes] = field(default_factory=dict)
    active: str = ""

    @property
    def stamp(self) -> str:
        sums = [[name, sha256(text).hexdigest()] for name, text in sorted(self.scripts.items())]
        return sha256(json.dumps([self.active, sums]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Put:
    script: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Activate:
    script: str


@dataclass(frozen=True, slots=True)
class Delete:
    script: str


Step = Put | Activate | Delete


class SieveRuleBook:
    """A RuleBook. Cleartext is refused, except to this very machine where the settings allow it.

    own_mail_server         see `Dialect`: whose word we take that a sender is forged
    allow_without_end_date  write rules even where the server cannot end them by itself, so that only the service's
                            own reconcile does; refused otherwise, and mail flows
    script                  the name of our own script
    """

    def __init__(
        self,
        server: SieveServer,
        *,
        name: str = "sieve",
        own_mail_server: str = "",
        zone: ZoneInfo | None = None,
        allow_without_end_date: bool = False,
        script: str = "evenhand",
    ) -> None:
        self.name = name
        self._server = server
        self._plain = Dialect(frozenset(), own_mail_server, zone or ZoneInfo("Europe/London"))
        self._allow_without_end_date = allow_without_end_date
        self._script = script

    def check(self) -> list[str]:
        """What would stop rules from being written here, in plain words; empty when all is well."""
        try:
            with ManageSieve(self._server) as session:
                return [*self._lacking(session), *self._name_taken(_shelf(session))]
        except MailboxError as error:
            return [str(error)]

    def read(self) -> FoundRules:
        """MailboxUnavailable or MailboxRefused when the server does not show its scripts."""
        with ManageSieve(self._server) as session:
            return found(_shelf(session), self._dialect(session), self._script)

    def write(self, rules: tuple[Rule, ...], *, stamp: str) -> str:
        """See RuleBook. MailboxRefused, with nothing changed, when a rule cannot be written as it must be.

        Removing every rule asks nothing of the server but to keep the clerk's own script.
        """
        refuse_unfit(rules)
        with ManageSieve(self._server) as session:
            if rules and (lacking := self._lacking(session)):
                raise MailboxRefused("; ".join(lacking))
            shelf = _shelf(session)
            if shelf.stamp != stamp:
                raise RuleClash("the scripts on the mail server changed since they were read")
            steps = arrange(shelf, rules, self._dialect(session), self._script)
            return _carry_out(session, steps, shelf.active)

    def _dialect(self, session: ManageSieve) -> Dialect:
        return Dialect(session.extensions, self._plain.own_mail_server, self._plain.zone)

    def _lacking(self, session: ManageSieve) -> list[str]:
        lacking = []
        if "fileinto" not in session.extensions:
            lacking.append("the mail server's Sieve cannot file into folders (extension 'fileinto')")
        if not self._dialect(session).dates and not self._allow_without_end_date:
            lacking.append(_NO_END)
        return lacking

    def _name_taken(self, shelf: Shelf) -> list[str]:
        text = shelf.scripts.get(self._script)
        if text is None or has_marks(text):
            return []
        return [f"the script named '{self._script}' holds nothing of ours and would be replaced: rename it first"]


def found(shelf: Shelf, dialect: Dialect, name: str = "evenhand") -> FoundRules:
    """What the scripts say of our rules. Pure."""
    carriers = [script for script in sorted(shelf.scripts) if script == name or has_marks(shelf.scripts[script])]
    carriers.sort(key=lambda script: (script != shelf.active, script != name))
    rules: tuple[Rule, ...] = ()
    tampered = [f"script '{script}': a second copy of our rules" for script in carriers[1:]]
    for script in carriers[:1]:
        try:
            rules = _intact(shelf, script, dialect, name).rules
        except ValueError as error:
            tampered.insert(0, f"script '{script}': {error}")
    return FoundRules(
        ours=rules,
        tampered=tuple(tampered),
        others=len(shelf.scripts.keys() - {name}),
        stamp=shelf.stamp,
        active=not carriers or carriers[0] == shelf.active,
    )


def arrange(shelf: Shelf, rules: tuple[Rule, ...], dialect: Dialect, name: str = "evenhand") -> list[Step]:
    """What to do, in order, so that exactly these rules act and the clerk's own script still does. Pure.

    Every step alone leaves a working mailbox: were we cut off after any of them, the next run goes on from there.
    MailboxRefused when our lines in the clerk's script were damaged so that nobody can tell where they end.
    """
    home = _home(shelf, name)
    theirs = {script: _without_ours(text) for script, text in shelf.scripts.items() if script != name}
    if home and has_marks(theirs[home]):
        raise MailboxRefused(f"our marker lines in the script '{home}' are damaged: please take them out by hand")
    wanted, active = dict(theirs), home
    if rules and "include" in dialect.extensions:
        wanted[name], active = Block(rules, include=home).text(dialect), name
    elif rules and home:
        wanted[home] = insert(Block(rules).text(dialect), theirs[home])
    elif rules:
        wanted[name], active = Block(rules).text(dialect), name
    return [*_copy_of_changes(shelf, name), *_steps(shelf, wanted, active)]


def _steps(shelf: Shelf, wanted: dict[str, bytes], active: str) -> list[Step]:
    """First the script that is to act, then its activation, then the rest: at no moment is nothing in charge."""
    changed = [script for script in sorted(wanted) if shelf.scripts.get(script) != wanted[script]]
    changed.sort(key=lambda script: script != active)
    puts: list[Step] = [Put(script, wanted[script]) for script in changed]
    first = 1 if changed and changed[0] == active else 0
    activation: list[Step] = [Activate(active)] if shelf.active != active else []
    deletions: list[Step] = [Delete(script) for script in sorted(shelf.scripts) if script not in wanted]
    return [*puts[:first], *activation, *puts[first:], *deletions]


def _home(shelf: Shelf, name: str) -> str:
    """The clerk's own script in use: the active one, or the one that ours runs after itself."""
    script = shelf.active if shelf.active != name else included(shelf.scripts[name])
    return script if script in shelf.scripts and script != name else ""


def _without_ours(text: bytes) -> bytes:
    ours, rest = cut(text)
    return _without_ours(rest) if ours else text


def _intact(shelf: Shelf, script: str, dialect: Dialect, name: str) -> Block:
    """What our lines in this script say. ValueError, in plain words, unless they are what we would write today."""
    ours, rest = cut(shelf.scripts[script])
    if not ours:
        raise ValueError("our marker lines are missing or damaged")
    block = read_block(ours)
    if script == name and rest:
        raise ValueError("lines that are not ours were added")
    if script != name and has_marks(rest):
        raise ValueError("a second copy of our rules")
    if _with_unix_ends(block.text(dialect)) != _with_unix_ends(ours):
        raise ValueError("written by another version or with other settings")
    if block.include and block.include not in shelf.scripts:
        raise ValueError(f"it runs the clerk's script '{block.include}', which is no longer there")
    return block


def _copy_of_changes(shelf: Shelf, name: str) -> list[Step]:
    """What somebody wrote into our own script is not lost: a copy of it, every line a comment so that it never acts."""
    text = shelf.scripts.get(name)
    if text is None:
        return []
    ours, rest = cut(text)
    try:
        read_block(ours)
    except ValueError:
        rest = text
    if not rest.strip():
        return []
    copy = f"{name}-found-{sha256(text).hexdigest()[:8]}"
    content = b"".join(b"#- " + line for line in text.replace(b"# evenhand: ", b"# was evenhand: ").splitlines(True))
    return [] if copy in shelf.scripts else [Put(copy, content + b"\r\n")]


def _carry_out(session: ManageSieve, steps: list[Step], active: str) -> str:
    said: list[str] = []
    for step in steps:
        match step:
            case Put(script, content):
                said.append(session.put(script, content))
            case Activate(script):
                # ManageSieve has no transaction: look again as late as can be, lest the clerk's own choice be undone.
                if session.scripts()[1] != active:
                    raise RuleClash("another script was made active while we wrote")
                said.append(session.activate(script))
            case Delete(script):
                said.append(session.delete(script))
    return "; ".join(words for words in said if words) or "nothing to change"


def _shelf(session: ManageSieve) -> Shelf:
    names, active = session.scripts()
    return Shelf({name: session.get(name) for name in names}, active)


def _with_unix_ends(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n")
