"""The rule book where the mail server has no rules of its own: the service moves each message itself.

The rules lie in a small file beside the service's store. While the service is down nothing is diverted and mail
flows as usual. A file that is torn or was changed by hand is never acted upon.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path

from bot.mailbox.ports import FoundRules, MailboxError, MailboxUnavailable, Mover, Place, Rule, RuleClash
from bot.mailbox.rules.written import in_order, read_back, refuse_unfit, written
from models.message import Authentication, Verdict

_FIRST_LINE = "evenhand rules 1 sha256 "


class MoverRuleBook:
    """A RuleBook in one file, and the hand that carries it out. One process writes it at a time (as with all rules).

    `file`: its folder must be there. MailboxUnavailable when the disk does not do as told.
    """

    def __init__(self, file: Path, *, name: str = "mover") -> None:
        self.name = name
        self._file = file

    def check(self) -> list[str]:
        try:
            self._bytes()
        except MailboxError as error:
            return [str(error)]
        if not os.access(self._file.parent, os.W_OK):
            return ["the folder for the rules file is missing or cannot be written"]
        return []

    def read(self) -> FoundRules:
        text = self._bytes()
        stamp = sha256(text).hexdigest()
        if not text:
            return FoundRules(stamp=stamp)
        try:
            return FoundRules(ours=_rules(text), stamp=stamp)
        except ValueError as error:
            return FoundRules(tampered=(f"{self._file.name}: {error}",), stamp=stamp)

    def write(self, rules: tuple[Rule, ...], *, stamp: str) -> str:
        """All of it or nothing, on the disk before this returns. See RuleBook."""
        refuse_unfit(rules)
        if sha256(self._bytes()).hexdigest() != stamp:
            raise RuleClash("the rules file changed since it was read")
        try:
            _replace(self._file, _text(rules))
        except OSError as error:
            raise MailboxUnavailable("the rules file cannot be written", server=str(error.strerror)) from error
        return f"{len(rules)} in {self._file.name}"

    def divert(
        self, place: Place, sender: str, today: date, mover: Mover, *, authentication: Authentication | None = None
    ) -> Place | None:
        """Move the message to its rule's folder if a rule covers its sender today; None if it stays or had gone.

        `today` is the council's day. A message that our own mail server saw to be forged (DMARC fail) stays: it is
        not the restricted person's. Safe to repeat.
        """
        if authentication is not None and authentication.dmarc is Verdict.FAIL:
            return None
        folder = self._folder_for(sender.strip().lower(), today)
        return mover.move(place, folder) if folder not in ("", place.folder) else None

    def _folder_for(self, sender: str, today: date) -> str:
        for rule in self.read().ours:
            if rule.starts_on <= today < rule.ends_on and sender in (address.lower() for address in rule.addresses):
                return rule.folder
        return ""

    def _bytes(self) -> bytes:
        try:
            return self._file.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise MailboxUnavailable("the rules file cannot be read", server=str(error.strerror)) from error


def _text(rules: tuple[Rule, ...]) -> bytes:
    body = json.dumps([json.loads(written(rule)) for rule in in_order(rules)], indent=1, sort_keys=True) + "\n"
    return f"{_FIRST_LINE}{sha256(body.encode()).hexdigest()}\n{body}".encode()


def _rules(text: bytes) -> tuple[Rule, ...]:
    first, _, body = text.partition(b"\n")
    if first.decode("ascii", "replace") != _FIRST_LINE + sha256(body).hexdigest():
        raise ValueError("torn or changed by hand")
    return tuple(read_back(json.dumps(fields, sort_keys=True)) for fields in json.loads(body))


def _replace(file: Path, content: bytes) -> None:
    number, fresh = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with open(number, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(fresh, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh)
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    # So that the new name survives a power cut as well as the new bytes; Windows has no such call and no such need.
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
