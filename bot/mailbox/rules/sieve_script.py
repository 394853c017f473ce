"""The text of our diverts in Sieve (RFC 5228), made from rules and read back exactly.

Only `fileinto` and `stop` are ever written: no discard, reject, redirect or keep (INV-05). A message that a rule
covers is filed once, and the clerk's own rules are not asked about it: they could file or answer it a second time.
Every other message goes on to the clerk's own rules as if we were not there.

The text stands between two marker lines, so that it can share a script with the clerk's own:

    # evenhand: begin ...
    require [...];
    # evenhand: rule {"restriction": 7, ...}      each rule as a line that is read back
    if allof (...) { fileinto ...; stop; }        what the mail server does about it
    # evenhand: include {"script": "holidays"}    the clerk's own script, run after ours
    include :personal :optional "holidays";
    # evenhand: end sha256 ...                    over everything between the markers
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.mailbox.ports import Rule
from bot.mailbox.rules.written import in_order, read_back, written

_BEGIN = "# evenhand: begin; made by Evenhand, please do not edit: it puts its own lines back"
_RULE = "# evenhand: rule "
_INCLUDE = "# evenhand: include "
_END = "# evenhand: end sha256 "
_BLOCK = re.compile(rb"# evenhand: begin.*?# evenhand: end sha256 [0-9a-f]{64}\r?\n", re.DOTALL)
_MARK = b"# evenhand: "

# RFC 5228 section 3.2: every `require` stands before the first command, and ours are commands.
_BETWEEN = re.compile(rb"\s+|#[^\n]*\n|/\*.*?\*/", re.DOTALL)
_REQUIRE = re.compile(rb'require\s*(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\])\s*;(?:[ \t]*\r?\n)?', re.DOTALL | re.IGNORECASE)
_DOMAIN = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How our diverts are to be written for one mail server.

    extensions        what the server offers; without 'date' and 'relational' a rule cannot carry its own end
    own_mail_server   the name our mail server signs its Authentication-Results with (RFC 8601 authserv-id); empty:
                      any such header is believed when it says the sender is forged, since in doubt mail flows
    zone              whose midnight begins and ends a rule: the council's day
    """

    extensions: frozenset[str]
    own_mail_server: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))

    def __post_init__(self) -> None:
        if self.own_mail_server and not _DOMAIN.fullmatch(self.own_mail_server):
            raise ValueError(f"own_mail_server is not a server's name: {self.own_mail_server!r}")

    @property
    def dates(self) -> bool:
        return {"date", "relational"} <= self.extensions


@dataclass(frozen=True, slots=True)
class Block:
    """What our lines in one script say: the rules, and the clerk's script that is run after them ("" for none)."""

    rules: tuple[Rule, ...] = ()
    include: str = ""

    def text(self, dialect: Dialect) -> bytes:
        """The block in full, markers and all; the same block always makes the same bytes."""
        lines = [*_require(self, dialect)]
        for rule in in_order(self.rules):
            lines += [_RULE + written(rule), *_divert(rule, dialect)]
        if self.include:
            lines += [_INCLUDE + json.dumps({"script": self.include})]
            lines += [f"include :personal :optional {quoted(self.include)};"]
        return _bytes([_BEGIN, *lines, _END + _sum(_bytes(lines))])


def cut(script: bytes) -> tuple[bytes, bytes]:
    """A script told apart: (our block, everything else byte for byte). The block is empty when there is none."""
    found = _BLOCK.search(script)
    if found is None:
        return b"", script
    return found.group(), script[: found.start()] + script[found.end() :]


def insert(block: bytes, script: bytes) -> bytes:
    """The block put before the first command of somebody's script; `cut` gives both back byte for byte."""
    at = _end_of_requires(script)
    return script[:at] + block + script[at:]


def _end_of_requires(script: bytes) -> int:
    end = at = 0
    while found := _BETWEEN.match(script, at) or _REQUIRE.match(script, at):
        at = found.end()
        if found.re is _REQUIRE:
            end = at
    return end


def has_marks(script: bytes) -> bool:
    """Whether any line of ours is in there, be it whole or damaged."""
    return _MARK in script


def read_block(text: bytes) -> Block:
    """What a block says. ValueError, with the reason in plain words, when anybody changed a byte of it."""
    lines = _lines(text)
    if len(lines) < 2 or not lines[0].startswith(_BEGIN) or lines[-1] != _END + _sum(_bytes(lines[1:-1])):
        raise ValueError("changed by hand")
    return said(text)


def said(text: bytes) -> Block:
    """What the marked lines say, whether or not the rest is as we wrote it. ValueError when one cannot be read."""
    rules: list[Rule] = []
    include = ""
    for line in _lines(text):
        if line.startswith(_RULE):
            rules.append(read_back(line.removeprefix(_RULE)))
        elif line.startswith(_INCLUDE):
            include = _included(line)
    return Block(tuple(rules), include)


def included(text: bytes) -> str:
    """The clerk's script that our lines name, however damaged; "" when none can be made out."""
    named = [_included(line) for line in _lines(text) if line.startswith(_INCLUDE)]
    return named[0] if named else ""


def _included(line: str) -> str:
    try:
        return str(json.loads(line.removeprefix(_INCLUDE))["script"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return ""


def quoted(text: str) -> str:
    """A Sieve string (RFC 5228 section 2.4.2). Control characters never get here: `written.unfit` names them."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _require(block: Block, dialect: Dialect) -> list[str]:
    needed = set()
    if block.rules:
        needed = {"fileinto"} | ({"mailbox"} & dialect.extensions)
        needed |= {"date", "relational"} if dialect.dates else set()
    if block.include:
        needed.add("include")
    return [f"require [{', '.join(quoted(name) for name in sorted(needed))}];"] if needed else []


def _divert(rule: Rule, dialect: Dialect) -> list[str]:
    senders = ", ".join(quoted(address) for address in sorted(rule.addresses))
    tests = [
        *_between(rule, dialect),
        f'address :all :comparator "i;ascii-casemap" :is "from" [{senders}]',
        f"not {_forged(dialect)}",
    ]
    create = ":create " if "mailbox" in dialect.extensions else ""
    return [
        "if allof (",
        *(f"    {test}," for test in tests[:-1]),
        f"    {tests[-1]}",
        ") {",
        f"    fileinto {create}{quoted(rule.folder)};",
        "    stop;",
        "}",
    ]


def _between(rule: Rule, dialect: Dialect) -> list[str]:
    if not dialect.dates:
        return []
    return [
        f'currentdate :zone "{_offset(day, dialect.zone)}" :value "{comparison}" "date" "{day.isoformat()}"'
        for comparison, day in (("ge", rule.starts_on), ("lt", rule.ends_on))
    ]


def _offset(day: date, zone: ZoneInfo) -> str:
    """The council's clock against UTC at the midnight that begins this day, e.g. '+0100'.

    Sieve knows offsets only, not 'Europe/London', and without one takes the mail server's own zone, whatever that
    is. Said for each of the two midnights, a rule begins and ends to the second when the council's day does, in
    summer as in winter.
    """
    return datetime.combine(day, time(), zone).strftime("%z")[:5]


def _forged(dialect: Dialect) -> str:
    """Our own mail server saw that the sender's domain disowns the message: it is not the restricted person's."""
    field_name, server = '"authentication-results"', dialect.own_mail_server
    if not server:
        return f'header :comparator "i;ascii-casemap" :contains {field_name} "dmarc=fail"'
    patterns = ", ".join(quoted(f"{server}{version}*dmarc=fail*") for version in (";", " *;"))
    return f'header :comparator "i;ascii-casemap" :matches {field_name} [{patterns}]'


def _lines(text: bytes) -> list[str]:
    # A server may keep other line ends than it was given, which changes nothing of what the lines say.
    return text.decode("utf-8", "surrogateescape").replace("\r\n", "\n").rstrip("\n").split("\n")


def _bytes(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")


def _sum(text: bytes) -> str:
    return sha256(text).hexdigest()
