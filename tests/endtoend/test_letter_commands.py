"""A letter as the clerk meets it: each command a process of its own, by post and through a real SMTP conversation."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endtoend.commands import Evenhand
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.needs("pdf")
SIGNED = ("--signed-by", "R. Trelawny, Town Clerk")
MONDAY, TUESDAY = ("--at", "2026-03-02"), ("--at", "2026-03-03")


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer("none") as server:
        yield server


@pytest.fixture
def clerk(tmp_path: Path, server: SmtpServer) -> Evenhand:
    """A rehearsal's store with one customer, one more officer, and a mail server on this machine."""
    made = Evenhand(tmp_path / "home")
    made.says("init", "--rehearsal", "--domain", "porthmellin.gov.example", *MONDAY)
    with (made.home / "evenhand.toml").open("a") as settings:
        settings.write(
            f'\n[smtp]\nhost = "{server.host}"\nport = {server.port}\nsecurity = "plain"\n'
            'sender = "clerk@porthmellin.gov.example"\n'
        )
    made.says(
        *("customers", "add", "--reference", "C1", "--name", "Tegen Kitto MP", "--email", "tegen@kitto.example"),
        *("--address", "1 Quay Row, Porthmellin"),
    )
    made.says("officer", "add", "w.pascoe", "--name", "W. Pascoe", "--role", "clerk")
    return made


def a_draft(clerk: Evenhand, *words: str) -> str:
    return str(clerk.json("letter", "draft", "member", "--customer", "C1", *words)["letter"])


def test_a_letter_is_drafted_changed_posted_and_acknowledged(clerk: Evenhand, tmp_path: Path) -> None:
    number = a_draft(clerk)
    drafted = clerk.json("letter", "show", number)
    assert (drafted["state"], drafted["missing"], drafted["wrong"]) == ("draft", [], [])
    clerk.says("letter", "amend", number, "--subject", "Your letter of February", "--seen", drafted["seen"])
    words = clerk.refuses("letter", "amend", number, "--subject", "Another", "--seen", drafted["seen"])
    assert "was changed since you saw it" in words
    pdf = tmp_path / "letter.pdf"
    clerk.says("letter", "send", number, "--how", "post", *SIGNED, "--out", str(pdf))
    shown = clerk.json("letter", "show", number, "--pdf", str(tmp_path / "again.pdf"))
    assert pdf.read_bytes() == (tmp_path / "again.pdf").read_bytes()
    assert (shown["sent"]["how"], shown["sent"]["unchanged"]) == ("first class post", True)
    assert "is never changed" in clerk.refuses("letter", "amend", number, "--subject", "Too late")
    assert "is never changed" in clerk.refuses("letter", "send", number, "--how", "post", *SIGNED)
    assert "nothing to take up" in clerk.refuses("letter", "retry", number)
    day = ("--on", "2026-03-03", *TUESDAY)
    clerk.says("letter", "delivered", number, *day, "--words", "The carrier's list says so.")
    clerk.says("letter", "returned", number, *day, "--words", "It lay in the hall.")
    clerk.says("letter", "acknowledged", number, *day, "--words", "She rang.")
    assert "on record already" in clerk.refuses("letter", "acknowledged", number, *day, "--words", "She rang.")
    became = [event["kind"] for event in clerk.json("letter", "show", number)["events"]]
    assert became == ["queued", "handed_over", "delivered", "returned", "acknowledged"]
    (row,) = clerk.json("letter", "list", "--state", "sent")
    assert (row["to"], row["subject"], row["sent"]) == ("Tegen Kitto MP", "Your letter of February", "2026-03-02")


def test_a_withdrawn_draft_is_listed_and_never_goes(clerk: Evenhand) -> None:
    number = a_draft(clerk)
    clerk.says("letter", "withdraw", number)
    assert [row["state"] for row in clerk.json("letter", "list")] == ["withdrawn"]
    assert "was withdrawn" in clerk.refuses("letter", "send", number, "--how", "post", *SIGNED)


def test_a_letter_goes_by_e_mail_once_however_often_it_is_tried(clerk: Evenhand, server: SmtpServer) -> None:
    number = a_draft(clerk)
    server.answers["RCPT"] = "451 4.3.0 try again later"
    clerk.refuses("letter", "send", number, "--how", "email", *SIGNED, code=4)
    assert clerk.json("letter", "show", number)["state"] == "failed"
    server.answers.clear()
    assert clerk.json("letter", "retry", number)["state"] == "sent"
    clerk.refuses("letter", "retry", number)
    (handed,) = server.letters
    assert handed.recipients == ("tegen@kitto.example",)
    mail = email.message_from_bytes(handed.content, policy=email.policy.default)
    assert [part.get_filename() for part in mail.iter_attachments()] == ["letter.pdf"]


def test_a_safety_note_is_no_letter_to_an_officer_who_is_not_named(clerk: Evenhand) -> None:
    notice = (
        *("letter", "draft", "cautionary_notice", "--recipient", "The occupier", "--address", "9 Quay Row"),
        *("--passage", "nature=A dog bit the glove of one of our workers."),
        *("--passage", "review_date=We will look at this again on 2 September 2026."),
    )
    assert "may not write this kind of letter" in clerk.refuses(*notice)
    clerk.says("register", "grant", "cautionary", "clerk", "--reason", "plans visits")
    number = str(clerk.json(*notice)["letter"])
    assert "Dear occupier" in clerk.says("letter", "show", number)
    other = ("--as", "w.pascoe")
    assert clerk.json("letter", "list", *other) == []
    none = clerk.refuses("letter", "show", str(int(number) + 1), *other)
    day = ("--on", "2026-03-02", "--words", "She rang.")
    for words in (
        ("show", number),
        ("send", number, "--how", "post", *SIGNED),
        ("acknowledged", number, *day),
    ):
        assert clerk.refuses("letter", *words, *other) == none.replace(str(int(number) + 1), number)
    clerk.says("letter", "send", number, "--how", "post", *SIGNED)
    assert [row["kind"] for row in clerk.json("letter", "list")] == ["cautionary_notice"]
