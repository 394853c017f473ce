"""A clerk with a mailbox on a real Dovecot: their own scripts, the mail they get, and where it came to lie."""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.mailbox.ports import Rule
from bot.mailbox.rules.managesieve import ManageSieve, SieveServer
from bot.mailbox.rules.sieve import SieveRuleBook
from tests.conftest import Account

PENROSE = "j.penrose@residents.example"
RESTRICTED = "Restricted"


def a_rule(
    *addresses: str, restriction: int = 7, folder: str = RESTRICTED, starts_in: int = -30, ends_in: int = 30
) -> Rule:
    """In force for another month unless told otherwise; days count from the council's today."""
    today = datetime.now(ZoneInfo("Europe/London")).date()
    return Rule(
        restriction=restriction,
        addresses=addresses or (PENROSE,),
        folder=folder,
        starts_on=today + timedelta(days=starts_in),
        ends_on=today + timedelta(days=ends_in),
    )


@dataclass(frozen=True, slots=True)
class SieveClerk:
    account: Account

    @property
    def server(self) -> SieveServer:
        dovecot = self.account.server
        return SieveServer(
            "localhost", self.account.name, self._secret, port=dovecot.sieve_port, ca_file=dovecot.ca_file, timeout=20
        )

    def _secret(self) -> str:
        return self.account.password

    @property
    def book(self) -> SieveRuleBook:
        return SieveRuleBook(self.server)

    def write(self, *rules: Rule) -> str:
        return self.book.write(rules, stamp=self.book.read().stamp)

    def keep(self, name: str, script: str | bytes) -> None:
        """Save a script from the clerk's own mail program."""
        with ManageSieve(self.server) as session:
            session.put(name, script if isinstance(script, bytes) else script.encode())

    def use(self, name: str, script: str | bytes | None = None) -> None:
        """Make it the active one, as the clerk's mail program does; "" for none."""
        if script is not None:
            self.keep(name, script)
        with ManageSieve(self.server) as session:
            session.activate(name)

    def throw_away(self, name: str) -> None:
        with ManageSieve(self.server) as session:
            session.delete(name)

    def scripts(self) -> dict[str, bytes]:
        with ManageSieve(self.server) as session:
            return {name: session.get(name) for name in session.scripts()[0]}

    def active(self) -> str:
        with ManageSieve(self.server) as session:
            return session.scripts()[1]

    def gets(self, sender: str, subject: str, *headers: str) -> None:
        """One letter arrives by LMTP."""
        lines = [f"From: {sender}", "To: clerk@council.example", f"Subject: {subject}", *headers, "", "Dear Clerk,"]
        self.account.deliver("\r\n".join([*lines, ""]).encode())

    def folder(self, name: str) -> list[str]:
        """The subjects of what lies there, in order of arrival; nothing when there is no such folder."""
        with self.account.server.client(self.account.name) as client:
            if not client.folder_exists(name):
                return []
            client.select_folder(name, readonly=True)
            letters = client.fetch(client.search(), ["ENVELOPE"])
            return [letters[uid][b"ENVELOPE"].subject.decode() for uid in sorted(letters)]
