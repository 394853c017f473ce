"""A council's mailbox, delivered through a real Dovecot to the running service, with its decisions at their dates.

    python -m tests.delivered SCENARIO [--out DIR]      or: make delivered CORPUS=SCENARIO

SCENARIO is a folder of tests/corpus (council.json, customers.jsonl, messages.jsonl), or one that build.py wrote
(council.json, customers.csv, inbox/, sent/). The service runs as its own process on a rehearsal store, whose clock is
moved with the mail. What must hold is checked, and the findings are scored where the truth is there.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from itertools import groupby
from pathlib import Path

from models.case import Stage
from models.decision import Measure
from tests.servers.dovecot import Dovecot

CORPUS = Path(__file__).parent / "corpus"
POLICIES = Path(__file__).parents[1] / "config" / "policies"
PATIENCE = 60.0  # seconds for the service to log one run of messages, on a slow machine


class NotAsItMustBe(Exception):
    """What the run showed to be wrong."""


@dataclass(frozen=True, slots=True)
class Letter:
    at: datetime
    sent: bool
    content: bytes
    message_id: str


@dataclass
class Delivery:
    """One run: the folder it works in, the built mailbox, and the server it goes through."""

    built: Path
    home: Path
    server: Dovecot
    account: str = "clerk"
    password: str = "a-long-test-password"
    diverted_before: list[str] = field(default_factory=list)

    def evenhand(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", "--home", str(self.home), *words],
            capture_output=True,
            text=True,
            check=False,
            env=self._environment(),
        )
        if done.returncode:
            raise NotAsItMustBe(f"evenhand {' '.join(words[:3])}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "EVENHAND_PASSWORD_MAIN": self.password}

    # --- the run ---

    def run(self) -> list[dict[str, object]]:
        """Deliver everything; the findings of the inbound messages. NotAsItMustBe if an invariant does not hold."""
        letters, council = self._letters(), json.loads((self.built / "council.json").read_text())
        self._set_up(letters[0].at - timedelta(days=1))
        with (self.home / "service.log").open("wb") as log:
            service = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "--home", str(self.home), "run", "--no-pages"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        try:
            self._deliver(letters, council, service)
        finally:
            service.terminate()
            try:
                service.wait(30)
            finally:
                service.kill()  # one that does not end in time is a fault, and is left running by nobody
                service.wait()
        return self._check(letters, council)

    def _set_up(self, begins: datetime) -> None:
        self.server.add_user(self.account, self.password)
        # Past decisions are recorded as the council made them, however long they last.
        general = (POLICIES / "general.toml").read_text()
        (self.home / "policy.toml").write_text(re.sub(r"(?m)^longest_months = \d+", "longest_months = 60", general))
        council = str(self.built / "council.json")
        self.evenhand("init", "--rehearsal", "--council-file", council, "--policy", "policy.toml")
        with (self.home / "evenhand.toml").open("a") as settings:
            settings.write(
                f'\n[mailbox.main]\nhost = "127.0.0.1"\nport = {self.server.imaps_port}\nusername = "{self.account}"\n'
                f'ca_file = "{self.server.ca_file}"\nsent = "Sent"\nenforce = "move"\npoll_seconds = 0.5\n'
            )
        self.evenhand("--at", begins.isoformat(), "customers", "import", str(self.built / "customers.csv"))
        self.evenhand("enforce", "on")

    def _deliver(self, letters: list[Letter], council: dict[str, list[dict[str, str]]], service: object) -> None:
        due = sorted(_decided(council), key=lambda row: row["day"])
        logged = 0
        for _, run in groupby(self._until_decisions(letters, due), key=lambda pair: (pair[0], pair[1].sent)):
            some = [letter for _, letter in run]
            while due and due[0]["day"] <= some[0].at.date().isoformat():
                self._record(due.pop(0))
            self._clock(some[-1].at)
            for letter in some:
                if letter.sent:
                    self.server.append(self.account, "Sent", letter.content, letter.at)
                else:
                    self.server.deliver(self.account, letter.content)
            logged += len(some)
            self._wait_for(logged, service)

    def _until_decisions(self, letters: list[Letter], due: list[dict[str, str]]) -> Iterator[tuple[int, Letter]]:
        """Each letter with the number of things decided by its day: a run never spans a decision."""
        days = [row["day"] for row in due]
        for letter in letters:
            yield sum(day <= letter.at.date().isoformat() for day in days), letter

    def _clock(self, at: datetime) -> None:
        from bot.bootstrap import open_app

        open_app(self.home, at=at).close()

    def _record(self, row: dict[str, str]) -> None:
        at = ("--at", f"{row['day']}T00:01")
        if row["what"] == "warning":
            self.evenhand(
                *("warning", "record", *at, "--customer", row["customer"], "--stage", row["stage"]),
                *("--sent", row["day"], "--reason", "as recorded"),
            )
            return
        minute = row.get("minute", f"{row['customer']} {row['starts']}")
        self.evenhand(
            *("decision", "record", *at, "--customer", row["customer"], "--body", row.get("body", "Full Council")),
            *("--minute", minute, "--decided", row["day"], "--resolution", "as minuted", "--subject", "as minuted"),
            *("--named-officer", row.get("named_officer", "as minuted"), "--measure", _measure(row)),
            *("--starts", row["starts"], "--ends", row.get("ends", "2034-01-01")),
            *("--exception", "a past decision, as the council made it"),
            *("--letter-sent", row["day"], "--letter-by", "the clerk", "--letter-how", "first class post"),
        )

    def _wait_for(self, logged: int, service: object) -> None:
        until = time.monotonic() + PATIENCE
        while (found := self._logged()) < logged:
            if time.monotonic() > until:
                raise NotAsItMustBe(f"{logged} messages were delivered, {found} are logged after {PATIENCE:.0f} s")
            time.sleep(0.05)

    def _logged(self) -> int:
        from bot.bootstrap import open_app
        from models.contact import contacts_of

        app = open_app(self.home)
        try:
            with app.look() as session:
                return len(contacts_of(session, None))
        finally:
            app.close()

    # --- what must hold ---

    def _check(self, letters: list[Letter], council: dict[str, list[dict[str, str]]]) -> list[dict[str, object]]:
        log = json.loads(self.evenhand("contact", "list", "--json"))
        times = Counter(row["message_id"] for row in log)
        missing = [x.message_id for x in letters if times[x.message_id] == 0]
        twice = [m for m, n in times.items() if n > 1]
        if missing or twice or len(log) != len(letters):
            raise NotAsItMustBe(f"not logged: {missing}; more than once: {twice}; {len(log)} contacts in all")
        first = min((r["starts"] for r in council.get("restrictions", [])), default="9999")
        early = [row["message_id"] for row in log if row["diverted"] and row["at"][:10] < first]
        if early:
            raise NotAsItMustBe(f"diverted before any restriction began: {early}")
        bound = [row for row in log if row["restricted"] and row["match"] == "certain"]
        if bound and not any(row["diverted"] for row in bound):
            raise NotAsItMustBe(f"{len(bound)} messages of certain senders came under a restriction; none was diverted")
        self._check_folders(log)
        self.evenhand("audit", "verify")
        out = self.home / "findings.jsonl"
        self.evenhand("findings", "--out", str(out))
        return [json.loads(line) for line in out.read_text().splitlines()]

    def _check_folders(self, log: list[dict[str, object]]) -> None:
        """What the log says was diverted lies in the named officer's folder, everything else where it came in."""
        lies = {folder: self._message_ids(folder) for folder in ("INBOX", "Restricted")}
        for row in log:
            if row["direction"] == "in":
                folder, other = ("Restricted", "INBOX") if row["diverted"] else ("INBOX", "Restricted")
                if row["message_id"] not in lies[folder] or row["message_id"] in lies[other]:
                    raise NotAsItMustBe(f"{row['message_id']} does not lie in {folder}, or not there alone")

    def _message_ids(self, folder: str) -> set[str]:
        with self.server.client(self.account) as client:
            if not client.folder_exists(folder):
                return set()
            client.select_folder(folder, readonly=True)
            uids = client.search()
            rows = client.fetch(uids, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"]) if uids else {}
        found = [next(v for k, v in row.items() if k.startswith(b"BODY[")) for row in rows.values()]
        return {value.partition(b":")[2].strip().strip(b"<>").decode() for value in found}

    def _letters(self) -> list[Letter]:
        paths = [(p, False) for p in self.built.glob("inbox/*.eml")] + [
            (p, True) for p in self.built.glob("sent/*.eml")
        ]
        return sorted((_letter(path, sent) for path, sent in paths), key=lambda x: (x.at, x.message_id))


def _letter(path: Path, sent: bool) -> Letter:
    content = path.read_bytes()
    header = BytesHeaderParser().parsebytes(content)
    at = parsedate_to_datetime(str(header["Date"])).astimezone(UTC)
    return Letter(at, sent, content, str(header["Message-ID"]).strip("<> "))


def _measure(row: dict[str, str]) -> str:
    return row["kind"] if row.get("kind") in set(Measure) else Measure.EMAIL_BLOCK


def _decided(council: dict[str, list[dict[str, str]]]) -> Iterator[dict[str, str]]:
    for row in (r for r in council.get("warnings", []) if r.get("stage") in set(Stage)):
        yield {"what": "warning", "day": row["date"], **row}
    for row in council.get("restrictions", []):
        yield {"what": "decision", "day": min(row.get("decided", row["starts"]), row["starts"]), **row}


def deliver(scenario: Path, out: Path) -> dict[str, float]:
    """Run one scenario in the folder `out`; the scores, empty where there is no truth beside the mail."""
    built, home = out / "mail", out / "home"
    for folder in (built, home):
        shutil.rmtree(folder, ignore_errors=True)
    has_truth = (scenario / "messages.jsonl").exists()
    if has_truth:
        subprocess.run([sys.executable, str(CORPUS / "build.py"), str(scenario), str(built)], check=True)
    else:
        shutil.copytree(scenario, built)
    home.mkdir(parents=True)
    with Dovecot() as server:
        findings = Delivery(built, home, server).run()
    print(f"{len(findings)} inbound messages, each logged once, none diverted before its decision")
    if not has_truth:
        return {}
    command = [sys.executable, str(CORPUS / "score.py"), str(scenario), str(home / "findings.jsonl"), "--json"]
    scores: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--out", type=Path, default=Path("out/delivered"))
    given = parser.parse_args()
    for name, value in deliver(given.scenario, given.out / given.scenario.name).items():
        print(f"{name:32} {value:.3f}" if isinstance(value, float) else f"{name:32} {value}")


if __name__ == "__main__":
    main()
