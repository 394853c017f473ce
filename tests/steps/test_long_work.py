"""Long work: the next few messages are parsed and read meanwhile, and what is recorded is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ahead import Ahead
from bot.bootstrap import App
from bot.intake.keep import cursors
from bot.intake.worker import ParserUnavailable
from bot.mailbox.ports import Batch, Cursor, MailboxUnavailable, Raw
from bot.pipeline import Pipeline, Taken
from bot.watching import take_new
from models.message import Direction, Message
from tests.builders import a_store
from tests.steps.test_pipeline import InThisProcess, Seen, a_letter, a_line, as_raw, log


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[App]:
    with a_store(tmp_path / "home", url=database_url, at=datetime(2026, 3, 2, 12, tzinfo=UTC)) as made:
        yield made


@dataclass
class Counted:
    """A reader that keeps count, and has its troubles."""

    trouble: dict[bytes, Exception] = field(default_factory=dict)
    parsed: list[bytes] = field(default_factory=list)

    def parse(self, content: bytes, *, received_at: datetime) -> Message:
        self.parsed.append(content)
        if content in self.trouble:
            raise self.trouble[content]
        return InThisProcess().parse(content, received_at=received_at)


def some(how_many: int) -> list[Raw]:
    return [
        as_raw(a_letter(sender="jenifer@penrose.example", words=f"Lamp {n} is out.", number=str(n)), uid=n)
        for n in range(1, how_many + 1)
    ]


def take_all(line: Pipeline, mail: Sequence[Raw]) -> tuple[list[Taken], list[str]]:
    """What became of each message, and the words that were looked at beforehand."""
    looked: list[str] = []
    with Ahead(line, lambda message: looked.append(message.words.own.strip())) as work:
        return [work.line.take(raw, mailbox="main") for raw in work.over(mail)], sorted(looked)


def test_what_is_recorded_is_the_same_and_each_message_is_parsed_once(app: App) -> None:
    reader, seen = Counted(), Seen()
    mail = some(20)
    taken, looked = take_all(replace(a_line(app, seen), reader=reader), mail)
    assert taken == [Taken.RECORDED] * 20
    assert [contact.own.strip() for contact in log(app)] == [f"Lamp {n} is out." for n in range(1, 21)]
    assert [message.words.own.strip() for message, _ in seen.shown] == [f"Lamp {n} is out." for n in range(1, 21)]
    assert reader.parsed == [raw.content for raw in mail]
    assert set(looked) <= {f"Lamp {n} is out." for n in range(1, 21)}


def test_the_same_bytes_twice_are_one_contact(app: App) -> None:
    first, second = some(2)
    taken, _ = take_all(a_line(app), [first, first, second, first])
    assert taken == [Taken.RECORDED, Taken.KNOWN, Taken.RECORDED, Taken.KNOWN]
    assert len(log(app)) == 2


def test_what_is_known_and_what_the_council_wrote_is_not_read_beforehand(app: App) -> None:
    known, reply, new = some(3)
    a_line(app).take(known, mailbox="main")
    reply = replace(reply, direction=Direction.OUT)
    taken, looked = take_all(a_line(app), [known, reply, new])
    assert taken == [Taken.KNOWN, Taken.RECORDED, Taken.RECORDED]
    assert set(looked) <= {"Lamp 3 is out."}


def test_a_message_that_breaks_the_program_is_shunted_and_the_others_are_not(app: App) -> None:
    mail = some(5)
    reader = Counted(trouble={mail[2].content: RuntimeError("breaks")})
    taken, _ = take_all(replace(a_line(app), reader=reader), mail)
    assert taken == [Taken.RECORDED, Taken.RECORDED, Taken.SHUNTED, Taken.RECORDED, Taken.RECORDED]


def test_what_breaks_while_reading_beforehand_harms_nothing(app: App) -> None:
    def breaks(_: Message) -> None:
        raise RuntimeError("breaks")

    with Ahead(a_line(app), breaks) as work:
        assert [work.line.take(raw, mailbox="main") for raw in work.over(some(6))] == [Taken.RECORDED] * 6


def test_a_machine_that_cannot_parse_now_blames_no_message(app: App) -> None:
    mail = some(4)
    reader = Counted(trouble={mail[1].content: ParserUnavailable("no process could be started")})
    with pytest.raises(ParserUnavailable):
        take_all(replace(a_line(app), reader=reader), mail)
    assert len(log(app)) == 1
    assert take_all(a_line(app), mail)[0] == [Taken.KNOWN, *[Taken.RECORDED] * 3]


def test_no_parsed_message_is_held_after_its_turn(app: App) -> None:
    with Ahead(a_line(app), lambda _: None) as work:
        for raw in work.over([*some(12), *some(3)]):
            work.line.take(raw, mailbox="main")
        assert work.held == 0


# --- a watched mailbox -----------------------------------------------------------------------------------------------


@dataclass
class BreaksOff:
    """A mailbox whose server goes away after so many messages."""

    mail: Sequence[Raw]
    after: int
    name: str = "main"

    def check(self) -> list[str]:
        return []

    def new(self, cursors: dict[str, Cursor]) -> Iterator[Batch]:
        last = int(cursors["INBOX"].uid) if "INBOX" in cursors else 0
        for raw in [raw for raw in self.mail if int(raw.place.uid) > last][: self.after]:
            yield Batch(((raw, Cursor("INBOX", "7", int(raw.place.uid))),))
        if self.after < len(self.mail):
            raise MailboxUnavailable("the server went away")

    def wait(self, seconds: float) -> bool:
        return False

    def close(self) -> None: ...


def read_to(app: App) -> int:
    with app.look() as session:
        return cursors(session, "main")["INBOX"].uid


def test_each_message_of_a_watched_mailbox_is_saved_with_its_own_cursor(app: App) -> None:
    reader = Counted()
    outcome = take_new(app, replace(a_line(app), reader=reader), BreaksOff(some(9), after=9), "main")
    assert outcome == {"recorded": 9}
    assert [contact.own.strip() for contact in log(app)] == [f"Lamp {n} is out." for n in range(1, 10)]
    assert read_to(app) == 9
    assert len(reader.parsed) == 9


def test_what_came_before_the_server_went_away_is_taken_in_and_the_rest_next_time(app: App) -> None:
    with pytest.raises(MailboxUnavailable):
        take_new(app, a_line(app), BreaksOff(some(8), after=3), "main")
    assert len(log(app)) == read_to(app) == 3
    take_new(app, a_line(app), BreaksOff(some(8), after=8), "main")
    assert len(log(app)) == read_to(app) == 8


def test_what_will_be_asked_of_a_letter_is_begun_before_it_is_recorded_and_nothing_of_the_councils_own(
    app: App,
) -> None:
    begun: list[tuple[str, int]] = []
    line = replace(
        a_line(app, Seen()), beforehand=lambda message: begun.append((message.words.own.strip(), len(log(app))))
    )
    (letter,) = some(1)
    assert line.take(letter, mailbox="main") is Taken.RECORDED
    reply = as_raw(a_letter(sender="clerk@porthmellin.gov.example", words="We shall mend it.", number="2"), uid=2)
    assert line.take(replace(reply, direction=Direction.OUT), mailbox="main") is Taken.RECORDED
    assert begun == [("Lamp 1 is out.", 0)]
