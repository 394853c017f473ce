"""A rehearsal's stage: a store whose clock stands where the story puts it, and every command said as a clerk says it.

Nothing is done but through the commands of the README: what is printed while it plays can be typed again.
"""

from __future__ import annotations

import contextlib
import heapq
import io
import json
import shlex
from collections.abc import Callable, Generator, Iterator
from datetime import date, datetime, time
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from bot.bootstrap import App, open_app
from models.calendar import COUNCIL_ZONE
from models.policy import Policy

Answer = Any  # what a command prints as JSON


class Play:
    """`cli` runs a command in this process, `told` is called with each command before it is run."""

    def __init__(
        self, home: Path, out: Path, *, domain: str, cli: Callable[[list[str]], None], told: Callable[[str], None]
    ) -> None:
        self.home = home
        self.out = out
        self.domain = domain
        self._cli = cli
        self._told = told
        self._mails = 0
        self._letters = 0
        self._last: dict[str, str] = {}  # the last message of each subject
        self.day = date(2026, 1, 5)
        self.said: list[str] = []

    def stories(self, *told: Iterator[date]) -> None:
        """Play several stories at once, each at its own days, so that time never runs back."""
        for day in together(*told):
            self.day = day

    def say(self, *words: object, officer: str = "clerk") -> Answer:
        """Run one command at this day; what it answers. A refusal ends the rehearsal with its own words."""
        plain = [str(word) for word in words]
        self.said.append(f"evenhand {shlex.join(plain)} --as {officer} --at {self.day}")
        self._told(self.said[-1])
        printed = io.StringIO()
        at = datetime.combine(self.day, time(10), COUNCIL_ZONE).isoformat()
        with contextlib.redirect_stdout(printed):
            self._cli([*plain, "--home", str(self.home), "--as", officer, "--at", at, "--json"])
        return json.loads(printed.getvalue()) if printed.getvalue().strip() else None

    def mail(self, sender: str, subject: str, text: str, *, to: str = "clerk", hour: int = 9) -> int:
        """A letter by e-mail arrives at the council, or is sent by it, on this day; its number in the log."""
        self._mails += 1
        message = EmailMessage()
        message["From"] = sender
        message["To"] = to if "@" in to else f"{to}@{self.domain}"
        message["Subject"] = subject
        message["Message-ID"] = f"<rehearsal-{self._mails}@{sender.rpartition('@')[2].strip('>')}>"
        if subject.startswith("Re: ") and (before := self._last.get(subject.removeprefix("Re: "))):
            message["In-Reply-To"] = message["References"] = before
        self._last[subject.removeprefix("Re: ")] = message["Message-ID"]
        when = datetime.combine(self.day, time(hour), COUNCIL_ZONE)
        message["Date"] = format_datetime(when)
        message["Received"] = f"from mail.example by mail.{self.domain} with ESMTP; {format_datetime(when)}"
        message.set_content(text)
        folder = self.home / "mail" / ("sent" if f"@{self.domain}" in sender else "inbox")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self._mails:03}.eml"
        path.write_bytes(message.as_bytes())
        self.say("import", path)
        rows = self.say("contact", "list", "--limit", 5)  # a letter of ours may bear a later hour of this day
        return max(int(row["contact"]) for row in rows)

    def letter_path(self, kind: str) -> Path:
        """Where the next letter of the rehearsal lies: numbered in the order they went."""
        folder = self.out / "letters"
        folder.mkdir(parents=True, exist_ok=True)
        self._letters += 1
        return folder / f"{self._letters:02}-{kind.replace('_', '-')}.pdf"

    @property
    def policy(self) -> Policy:
        with contextlib.closing(self._open()) as app:
            return app.policy

    def _open(self) -> App:
        return open_app(self.home)


def together(*told: Iterator[date]) -> Generator[date, None, None]:
    """Several stories as one: of those that wait, the one whose day comes first goes on."""
    waiting: list[tuple[date, int, Iterator[date]]] = []
    for place, story in enumerate(told):
        _wait(waiting, place, story)
    while waiting:
        day, place, story = heapq.heappop(waiting)
        yield day
        _wait(waiting, place, story)


def _wait(waiting: list[tuple[date, int, Iterator[date]]], place: int, story: Iterator[date]) -> None:
    """Let a story go on to its next day; one that is over waits no more."""
    day = next(story, None)
    if day is not None:
        heapq.heappush(waiting, (day, place, story))
