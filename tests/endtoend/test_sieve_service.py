"""Enforcement by the mail server itself: a decision becomes a Sieve rule, the rule diverts, a lifting removes it."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conduct import CONDITIONS
from tests.conftest import Account
from tests.endtoend.commands import Evenhand

FROM_HER = b"From: Jenifer Penrose <jenifer@penrose.example>\r\nTo: clerk@porthmellin.gov.example\r\nSubject: lamp\r\n"
FROM_HIM = b"From: Petroc Angove <petroc@angove.example>\r\nTo: clerk@porthmellin.gov.example\r\nSubject: bin\r\n"


@pytest.fixture
def council(tmp_path: Path, account: Account) -> Evenhand:
    """A real store that watches a mailbox on a real Dovecot, with one customer."""
    made = Evenhand(tmp_path / "home", {"EVENHAND_PASSWORD_MAIN": account.password})
    made.says("init", "--domain", "porthmellin.gov.example", "--policy", "saltash")
    server = account.server
    with (made.home / "evenhand.toml").open("a") as settings:
        settings.write(
            f'\n[mailbox.main]\nhost = "127.0.0.1"\nport = {server.imaps_port}\nusername = "{account.name}"\n'
            f'ca_file = "{server.ca_file}"\nenforce = "sieve"\nsieve_port = {server.sieve_port}\n'
        )
    made.says(
        "customers", "add", "--reference", "C1", "--name", "Jenifer Penrose", "--email", "jenifer@penrose.example"
    )
    return made


def decide(council: Evenhand) -> None:
    """A case whose earlier steps stand on paper; what the council decided in it, and its letter."""
    today = date.today()  # noqa: DTZ011  (the mail server's own day decides here)
    days = {ago: (today - timedelta(days=ago)).isoformat() for ago in (40, 30, 3, 2, 1)}
    for stage, sent in (("initial", days[40]), ("formal_prior", days[30])):
        warned = ("--stage", stage, "--sent", sent, "--reason", "forty letters about one lamp")
        council.says("warning", "record", "--customer", "C1", *warned)
    opened = council.json("case", "open", "--customer", "C1", "--subject", "the lamp", "--ground", "manner")
    case, papers = opened["case"], [f"--confirmed={what}" for what in CONDITIONS]
    by = ("--who", "Town Clerk, R. Trelawny", "--words", "as the papers say", "--on", days[3])
    council.says("case", "adjustments", case, "--before", "decision", "--answer", "none asked for", *by)
    council.says("case", "take-over", case, "--papers", "box 4", *papers, *by)
    decided = council.json(
        *("case", "decide", case, "--body", "Full Council", "--minute", "26/7", "--decided", days[3]),
        *("--resolution", "that her mail be diverted", "--named-officer", "the Deputy Clerk"),
        *("--measure", "email_block", "--starts", days[1], "--ends", (today + timedelta(days=90)).isoformat()),
        *("--interest", "none declared", "--proportionality", "forty letters", "--impedes", "half a day a week"),
    )
    letter = ("--sent", days[2], "--by", "the Clerk", "--how", "post")
    council.says("decision", "letter", str(decided["decision"]), *letter)


def folders(account: Account) -> dict[str, int]:
    with account.server.client(account.name) as client:
        return {
            name: client.folder_status(name, ["MESSAGES"])[b"MESSAGES"] if client.folder_exists(name) else 0
            for name in ("INBOX", "Restricted")
        }


def letter(head: bytes, number: int) -> bytes:
    return head + f"Message-ID: <{number}-{time.monotonic_ns()}@x.example>\r\n\r\nThe lamp, again.\r\n".encode()


def test_nothing_is_touched_until_enforcement_is_switched_on(council: Evenhand, account: Account) -> None:
    decide(council)
    plan = council.json("plan")
    assert plan["enforcement"] is False
    account.deliver(letter(FROM_HER, 1))
    assert folders(account) == {"INBOX": 1, "Restricted": 0}


def test_a_decision_diverts_on_the_server_and_a_lifting_ends_it_at_once(council: Evenhand, account: Account) -> None:
    decide(council)
    council.says("enforce", "on")
    council.says("enforce", "now")
    account.deliver(letter(FROM_HER, 1))
    account.deliver(letter(FROM_HIM, 2))
    assert folders(account) == {"INBOX": 1, "Restricted": 1}

    council.says("run", "--once")
    log = council.json("contact", "list")
    assert [(row["diverted"], row["restricted"]) for row in log] == [(False, False), (True, True)] or [
        (row["diverted"], row["restricted"]) for row in log
    ] == [(True, True), (False, False)]
    (hers,) = [item for item in council.json("queue") if item["must_attest"]]
    assert hers["lane"] != "on_file"

    (restriction,) = council.json("restriction", "list")
    council.says("restriction", "lift", str(restriction["restriction"]), "--reason", "the review found no need of it")
    account.deliver(letter(FROM_HER, 3))
    assert folders(account) == {"INBOX": 2, "Restricted": 1}


def test_a_rule_of_ours_with_no_decision_behind_it_is_taken_off_at_the_next_start(
    council: Evenhand, account: Account
) -> None:
    decide(council)
    council.says("enforce", "on")
    council.says("enforce", "now")
    council.says("enforce", "off")
    account.deliver(letter(FROM_HER, 1))
    assert folders(account) == {"INBOX": 1, "Restricted": 0}


def test_the_doctor_names_a_wrong_password(council: Evenhand) -> None:
    assert "main" in council.says("check")
    council.environment["EVENHAND_PASSWORD_MAIN"] = "not the password"
    done = council.run("check")
    assert done.returncode == 1
    assert "NOT OK" in done.stdout
