# mypy: disable-error-code="no-untyped-call"
"""What only IMAP can do and what only IMAP can do to us, on a real Dovecot."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.mailbox.imap import ImapSettings, ImapSource, Security
from bot.mailbox.imap_move import Move
from bot.mailbox.ports import Batch, Cursor, MailboxRefused, MailboxUnavailable, Raw
from models.message import Direction
from tests.conftest import Account, a_fresh_account
from tests.contract.test_mail_sources import a_letter, contents, read, saved
from tests.servers.dovecot import Dovecot
from tests.servers.missing import require

Watch = Callable[..., ImapSource]


def settings_for(account: Account) -> ImapSettings:
    server = account.server
    return ImapSettings(
        host=server.host,
        port=server.imaps_port,
        user=account.name,
        password=account.password,
        ca_file=server.ca_file,
    )


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Makes sources with the settings that differ, and closes them."""
    made: list[ImapSource] = []

    def make(account: Account, *, sleep: Callable[[float], None] = lambda _s: None, **changes: object) -> ImapSource:
        settings = replace(settings_for(account), **changes)  # type: ignore[arg-type]
        made.append(ImapSource(account.name, settings, sleep=sleep))
        return made[-1]

    yield make
    for source in made:
        source.close()


@pytest.fixture(scope="module")
def older() -> Iterator[Dovecot]:
    """A server as there are still many: no MOVE, no IDLE, no CONDSTORE."""
    require("dovecot")
    with Dovecot(without=("MOVE", "IDLE", "CONDSTORE", "QRESYNC")) as server:
        yield server


@pytest.fixture
def own() -> Iterator[Dovecot]:
    """A server this test may kill."""
    require("dovecot")
    with Dovecot() as server:
        yield server


def notes(batches: list[Batch]) -> list[str]:
    return [note for batch in batches for note in batch.notes]


def pairs(batches: list[Batch]) -> list[tuple[Raw, Cursor]]:
    return [pair for batch in batches for pair in batch.messages]


# Connecting


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.NONE])
def test_the_other_ways_to_connect(account: Account, watch: Watch, security: Security) -> None:
    account.append("INBOX", a_letter())
    assert len(read(watch(account, port=account.server.imap_port, security=security))) == 1


def test_a_password_never_crosses_an_open_network(account: Account, watch: Watch) -> None:
    source = watch(account, host="mail.council.example", security=Security.NONE)
    assert "use TLS or STARTTLS" in source.check()[0]
    with pytest.raises(MailboxRefused, match="open network"):
        read(source)


def test_a_wrong_password_is_named_and_not_tried_over_and_over(account: Account, watch: Watch) -> None:
    slept: list[float] = []
    source = watch(account, password="wrong", sleep=slept.append)
    assert "did not accept the user name, password or token" in source.check()[0]
    with pytest.raises(MailboxRefused, match="Authentication failed"):
        read(source)
    assert slept == []
    with pytest.raises(MailboxRefused):
        read(source)
    assert len(slept) == 1


def test_a_certificate_nobody_vouches_for_is_named(account: Account, watch: Watch) -> None:
    [problem] = watch(account, ca_file=None).check()
    assert "certificate cannot be trusted" in problem


def test_a_certificate_that_has_run_out_is_named(watch: Watch) -> None:
    require("dovecot")
    with Dovecot(certificate_lasts=timedelta(days=-1)) as server:
        [problem] = watch(a_fresh_account(server)).check()
        assert "certificate has expired" in problem


def test_signing_in_with_a_token_asked_for_each_time(watch: Watch, introspection: str) -> None:
    with Dovecot(introspection_url=introspection) as server:
        account = a_fresh_account(server)
        account.append("INBOX", a_letter())
        tokens = iter(["stale", f"fresh-for-{account.name}"])
        source = watch(account, token=lambda: next(tokens))
        assert "did not accept the user name, password or token" in source.check()[0]
        assert len(read(source)) == 1


@pytest.fixture
def introspection() -> Iterator[str]:
    """An identity provider that knows the tokens `fresh-for-NAME` (RFC 7662), and where it is."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = re.search(r"fresh-for-(\w+)", self.path)
            said = json.dumps({"active": True, "sub": found.group(1)} if found else {"active": False}).encode()
            self.send_response(200 if found else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/?token="
        server.shutdown()
        thread.join()


def test_a_server_that_is_away_is_called_again_ever_more_slowly(account: Account, watch: Watch) -> None:
    slept: list[float] = []
    source = watch(account, port=1, tries=5, sleep=slept.append)
    with pytest.raises(MailboxUnavailable, match="reach the mail server"):
        read(source)
    assert len(slept) == 4
    assert all(full / 2 <= delay <= full * 1.5 for full, delay in zip([1, 2, 4, 8], slept, strict=True))


def test_a_server_that_dies_half_way_is_waited_for_and_read_on(own: Dovecot, watch: Watch) -> None:
    account = a_fresh_account(own)
    letters = [a_letter() for _ in range(6)]
    for letter in letters:
        account.append("INBOX", letter)
    dead = [False]

    def come_back(_seconds: float) -> None:
        if dead[0]:
            own.start()
            dead[0] = False

    source = watch(account, most_messages=2, sleep=come_back)
    batches = source.new({})
    got = [raw.content for raw, _cursor in next(batches).messages]
    own.kill()
    dead[0] = True
    got += [raw.content for batch in batches for raw, _cursor in batch.messages]
    assert got == letters


def test_waiting_survives_a_server_that_dies(own: Dovecot, watch: Watch) -> None:
    account = a_fresh_account(own)
    source = watch(account)
    read(source)
    own.kill()
    own.start()
    account.append("INBOX", a_letter())
    assert source.wait(30)
    assert len(read(source)) == 1


# Reading


def test_reading_marks_nothing_as_seen_nor_as_no_longer_recent(account: Account, watch: Watch) -> None:
    account.deliver(a_letter())
    read(watch(account))
    with account.server.client(account.name) as client:
        client.select_folder("INBOX", readonly=True)
        flags = client.get_flags([1])[1]
    assert b"\\Seen" not in flags
    assert b"\\Recent" in flags


def test_diverted_mail_is_read_as_incoming_and_is_no_fault_while_absent(account: Account, watch: Watch) -> None:
    source = watch(account, also=("Restricted",))
    assert source.check() == []
    assert list(source.new({})) == []
    account.append("Restricted", a_letter())
    [(raw, cursor)] = read(source)
    assert (raw.place.folder, raw.direction, cursor.folder) == ("Restricted", Direction.IN, "Restricted")


def test_folder_names_in_other_tongues(account: Account, watch: Watch) -> None:
    account.append("Cwynion & pethau t\u0177", a_letter())
    assert len(read(watch(account, folders=("Cwynion & pethau t\u0177",)))) == 1


def test_a_missing_folder_is_told_once_and_the_others_are_read(account: Account, watch: Watch) -> None:
    account.append("INBOX", a_letter())
    source = watch(account, folders=("Planning", "INBOX"))
    assert source.check() == [f"The folder Planning is not there (or may not be seen by {account.name})"]
    batches = list(source.new({}))
    assert "Planning is not there" in notes(batches)[0]
    assert len(pairs(batches)) == 1
    assert notes(list(source.new(saved(pairs(batches))))) == []
    account.append("Planning", a_letter())
    assert notes(list(source.new(saved(pairs(batches))))) == ["The folder Planning can be read again"]


def test_a_folder_that_may_not_be_read_is_named_with_the_servers_words(account: Account, watch: Watch) -> None:
    account.append("Private", a_letter())
    rights = account.server.maildir(account.name) / ".Private" / "dovecot-acl"
    rights.write_text("owner l\n")
    [problem] = watch(account, folders=("INBOX", "Private")).check()
    assert "Private may not be read" in problem
    assert "Permission denied" in problem


def test_a_folder_made_anew_is_read_again_from_the_start(account: Account, watch: Watch) -> None:
    for _ in range(3):
        account.append("Planning", a_letter())
    source = watch(account, folders=("INBOX", "Planning"))
    cursors = saved(read(source))
    with account.server.client(account.name) as client:
        client.rename_folder("Planning", "Planning 2025")
    letter = a_letter()
    account.append("Planning", letter)
    batches = list(source.new(cursors))
    assert notes(batches) == ["UIDVALIDITY of Planning changed: the folder is read again from the start"]
    assert contents(pairs(batches)) == [letter]


def test_a_server_whose_numbers_run_backwards_is_read_again_from_the_start(account: Account, watch: Watch) -> None:
    account.append("INBOX", a_letter())
    source = watch(account)
    first = read(source)
    batches = list(source.new({"INBOX": replace(first[0][1], uid=99)}))
    assert "read again from the start" in notes(batches)[0]
    assert pairs(batches) == first


@pytest.mark.parametrize("listed_at_once", [2, 500])
def test_gaps_between_uids_hide_nothing(account: Account, watch: Watch, listed_at_once: int) -> None:
    letters = [a_letter() for _ in range(9)]
    for letter in letters:
        account.append("INBOX", letter)
    source = watch(account, listed_at_once=listed_at_once, most_messages=2)
    first = read(source)
    with account.server.client(account.name) as client:
        client.select_folder("INBOX")
        client.delete_messages([1, 2, 5, 6, 9])
        client.uid_expunge([1, 2, 5, 6, 9])
    kept = [letters[n - 1] for n in (3, 4, 7, 8)]
    assert contents(read(source)) == kept
    assert contents(read(source, saved(first[:4]))) == kept[2:]
    assert read(source, saved(first[:8])) == []
    assert not source.wait(0)


def test_a_very_large_message_comes_alone(account: Account, watch: Watch) -> None:
    for text in ("short", "long " * 20_000, "short", "short"):
        account.append("INBOX", a_letter(text))
    batches = list(watch(account, most_bytes=50_000).new({}))
    assert [len(batch.messages) for batch in batches] == [1, 1, 2]


def test_a_message_that_vanishes_while_the_folder_is_read_is_passed_in_silence(account: Account, watch: Watch) -> None:
    letters = [a_letter() for _ in range(4)]
    for letter in letters:
        account.append("INBOX", letter)
    batches = watch(account, most_messages=2).new({})
    got = [next(batches)]
    with account.server.client(account.name) as client:
        client.select_folder("INBOX")
        client.delete_messages([3])
        client.uid_expunge([3])
    got += batches
    assert contents(pairs(got)) == [letters[0], letters[1], letters[3]]
    assert notes(got) == []


def file_of(account: Account, letter: bytes) -> Path:
    """Where the server keeps the letter: for letting it fail on this one."""
    box = account.server.maildir(account.name)
    known_by = next(line for line in letter.splitlines() if line.startswith(b"Message-ID"))
    return next(path for part in ("cur", "new") for path in (box / part).iterdir() if known_by in path.read_bytes())


def test_a_message_the_server_fails_on_holds_the_cursor_back_until_it_is_read(account: Account, watch: Watch) -> None:
    letters = [a_letter() for _ in range(3)]
    for letter in letters:
        account.append("INBOX", letter)
    broken = file_of(account, letters[1])
    broken.chmod(0)
    source = watch(account)
    batches = list(source.new({}))
    assert contents(pairs(batches)) == [letters[0], letters[2]]
    assert "fails on message UID 2 of INBOX (try 1 of 5)" in notes(batches)[0]
    assert saved(pairs(batches))["INBOX"].uid == 1
    broken.chmod(0o600)
    assert contents(read(source, saved(pairs(batches)))) == letters[1:]


def test_a_message_the_server_always_fails_on_is_reported_and_passed_after_five_tries(
    account: Account, watch: Watch
) -> None:
    letters = [a_letter() for _ in range(3)]
    for letter in letters:
        account.append("INBOX", letter)
    file_of(account, letters[1]).chmod(0)
    source = watch(account)
    cursors: dict[str, Cursor] = {}
    told: list[str] = []
    for _ in range(6):
        batches = list(source.new(cursors))
        told += notes(batches)
        cursors |= saved(pairs(batches))
    assert len(told) == 5
    assert "NOT logged, look at it by hand" in told[-1]
    assert cursors["INBOX"].uid == 3


def test_two_watchers_do_not_take_mail_from_each_other(account: Account, watch: Watch) -> None:
    one, other = watch(account), watch(account)
    account.append("INBOX", a_letter())
    assert contents(read(one)) == contents(read(other))
    account.append("INBOX", a_letter())
    assert len(read(one)) == len(read(other)) == 2


def test_a_letter_moved_between_folders_is_given_in_the_new_one_with_the_same_bytes(
    account: Account, watch: Watch
) -> None:
    letter = a_letter()
    account.append("INBOX", letter)
    source = watch(account, also=("Restricted",))
    first = read(source)
    assert source.move(first[0][0].place, "Restricted")
    second = read(source, saved(first))
    assert contents(second) == [letter]
    assert second[0][0].place.folder == "Restricted"
    assert second[0][0].server_time == first[0][0].server_time


def test_looking_for_news_opens_no_folder_when_there_are_none(account: Account, watch: Watch) -> None:
    account.append("INBOX", a_letter())
    first = read(watch(account))
    assert first[-1][1].modseq > 0
    fresh = watch(account)
    assert list(fresh.new(saved(first))) == []
    assert fresh._connection.selected == ""


# Waiting


def test_the_server_wakes_a_sleeper(account: Account, watch: Watch) -> None:
    source = watch(account, poll_every=600)
    read(source)
    timer = threading.Timer(0.3, account.deliver, [a_letter()])
    timer.start()
    began = time.monotonic()
    assert source.wait(60)
    timer.join()
    assert time.monotonic() - began < 50


def test_other_folders_are_polled_and_idle_is_begun_again(account: Account, watch: Watch) -> None:
    source = watch(account, poll_every=0.1)
    read(source)
    timer = threading.Timer(0.5, account.append, ["Sent", a_letter()])
    timer.start()
    assert source.wait(60)
    timer.join()
    assert [raw.direction for raw, _cursor in read(source)] == [Direction.OUT]


def test_a_server_without_idle_is_polled(older: Dovecot, watch: Watch) -> None:
    account = a_fresh_account(older)
    slept: list[float] = []

    def mail_comes(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            account.deliver(a_letter())

    source = watch(account, poll_every=20, sleep=mail_comes)
    read(source)
    assert source.wait(100)
    assert slept == [20, 20]
    assert not watch_nothing(source)


def watch_nothing(source: ImapSource) -> bool:
    read(source)
    return source.wait(0)


def test_an_idle_longer_than_servers_allow_is_refused(account: Account) -> None:
    with pytest.raises(ValueError, match="29 minutes"):
        replace(settings_for(account), poll_every=30 * 60)


# Moving


@pytest.fixture(params=["MOVE", "COPY and UID EXPUNGE"])
def movable(request: pytest.FixtureRequest) -> Account:
    return a_fresh_account(request.getfixturevalue("dovecot" if request.param == "MOVE" else "older"))


def folder_of(account: Account, folder: str) -> dict[int, tuple[bytes, ...]]:
    with account.server.client(account.name) as client:
        client.select_folder(folder, readonly=True)
        return {uid: row[b"FLAGS"] for uid, row in client.fetch(client.search(), ["FLAGS"]).items()}


def test_a_moved_letter_lies_in_the_new_folder_only(movable: Account, watch: Watch) -> None:
    letter = a_letter()
    movable.append("INBOX", a_letter())
    movable.append("INBOX", letter)
    source = watch(movable)
    [_, (raw, _cursor)] = read(source)
    place = source.move(raw.place, "Restricted")
    assert place is not None
    assert list(folder_of(movable, "INBOX")) == [1]
    with movable.server.client(movable.name) as client:
        assert [name for _flags, _delimiter, name in client.list_sub_folders(pattern="Restr*")] == ["Restricted"]
        opened = client.select_folder("Restricted", readonly=True)
        assert place.validity == str(opened[b"UIDVALIDITY"])
        assert client.fetch([int(place.uid)], ["BODY.PEEK[]"])[int(place.uid)][b"BODY[]"] == letter


def test_a_letter_that_is_no_longer_there_is_not_moved(movable: Account, watch: Watch) -> None:
    movable.append("INBOX", a_letter())
    source = watch(movable)
    [(raw, _cursor)] = read(source)
    assert source.move(raw.place, "Restricted")
    assert source.move(raw.place, "Restricted") is None
    assert source.move(replace(raw.place, validity="1"), "Restricted") is None
    assert source.move(replace(raw.place, folder="Nowhere"), "Restricted") is None
    assert len(folder_of(movable, "Restricted")) == 1


def test_what_others_marked_as_deleted_stays(movable: Account, watch: Watch) -> None:
    movable.append("INBOX", a_letter())
    movable.append("INBOX", a_letter())
    with movable.server.client(movable.name) as client:
        client.select_folder("INBOX")
        client.delete_messages([1])
    source = watch(movable)
    source.move(read(source)[1][0].place, "Restricted")
    assert list(folder_of(movable, "INBOX")) == [1]


def test_two_equal_letters_are_moved_one_by_one(movable: Account, watch: Watch) -> None:
    letter = a_letter()
    movable.append("INBOX", letter)
    movable.append("INBOX", letter)
    source = watch(movable)
    for raw, _cursor in read(source):
        assert source.move(raw.place, "Restricted")
    assert folder_of(movable, "INBOX") == {}
    assert set(contents(read(watch(movable, also=("Restricted",))))) == {letter}


def test_an_interrupted_copy_is_finished_and_not_heaped_up(older: Dovecot, watch: Watch) -> None:
    account = a_fresh_account(older)
    letter = a_letter()
    account.append("INBOX", letter)
    account.append("Restricted", letter)
    source = watch(account)
    assert source.move(read(source)[0][0].place, "Restricted")
    assert folder_of(account, "INBOX") == {}
    assert len(folder_of(account, "Restricted")) == 1


def test_without_uidplus_the_original_stays_marked(watch: Watch) -> None:
    require("dovecot")
    with Dovecot(without=("MOVE", "UIDPLUS")) as server:
        account = a_fresh_account(server)
        account.append("INBOX", a_letter())
        source = watch(account)
        [(raw, _cursor)] = read(source)
        place = source.move(raw.place, "Restricted")
        assert place is not None
        assert b"\\Deleted" in folder_of(account, "INBOX")[1]
        assert source.move(raw.place, "Restricted") == place
        assert len(folder_of(account, "Restricted")) == 1


def test_a_move_the_server_refuses_leaves_the_letter_where_it_is(movable: Account, watch: Watch) -> None:
    movable.append("INBOX", a_letter())
    movable.append("Closed", a_letter())
    (movable.server.maildir(movable.name) / ".Closed" / "dovecot-acl").write_text("owner lr\n")
    source = watch(movable)
    with pytest.raises(MailboxRefused, match="Permission denied"):
        source.move(read(source)[0][0].place, "Closed")
    assert list(folder_of(movable, "INBOX")) == [1]


def test_a_move_whose_answer_was_lost_is_known_to_have_happened(account: Account, watch: Watch) -> None:
    account.append("INBOX", a_letter())
    source = watch(account)
    [(raw, _cursor)] = read(source)
    move = Move(source._connection, raw.place, "Restricted")
    done = source._connection.run("move", move.attempt)
    assert done is not None
    assert source._connection.run("move", move.attempt) == done


def test_reading_goes_on_after_a_move_between_two_batches(account: Account, watch: Watch) -> None:
    letters = [a_letter() for _ in range(5)]
    for letter in letters:
        account.append("INBOX", letter)
    source = watch(account, most_messages=2)
    got: list[bytes] = []
    for batch in source.new({}):
        got += contents(list(batch.messages))
        source.move(batch.messages[0][0].place, "Restricted")
    assert got == letters


def test_settings_do_not_show_the_password(account: Account, tmp_path: Path) -> None:
    assert account.password not in repr(settings_for(account))
