"""Every closed set that a page can show has its words, and none is shown as it is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import Enum

import pytest

from bot.web.wording import age, finding_words, last_day, moment, plain, size
from models.case import Stage
from models.contact import Match
from models.customer import PointKind, Standing
from models.decision import Measure
from models.finding import About, Abuse, Conduct, Kind, Relation, Risk
from models.message import Automatic, Channel, Direction
from models.officer import Role
from models.queue import FlagKind, Lane, Outcome

SETS = (Abuse, About, Automatic, Channel, Conduct, Direction, FlagKind, Kind, Lane, Match, Measure, Outcome, PointKind)
MORE = (Relation, Risk, Role, Stage, Standing)


@pytest.mark.parametrize("member", [m for one in (*SETS, *MORE) for m in one], ids=lambda m: f"{type(m).__name__}.{m}")
def test_every_member_of_a_closed_set_has_plain_words(member: Enum) -> None:
    assert plain(member)
    assert "_" not in plain(member)


def test_members_with_the_same_value_keep_their_own_words() -> None:
    assert plain(Lane.STATUTORY) == "Statutory requests"
    assert plain(FlagKind.STATUTORY) == "Request with a statutory clock"


def test_a_finding_of_a_later_version_is_still_said_in_words() -> None:
    assert finding_words("kind", "moon_landing") == "Read as: moon landing"
    assert finding_words("weather", "rain") == "weather: rain"


def test_times_turn_with_the_clocks() -> None:
    assert moment(datetime(2026, 3, 28, 23, 30, tzinfo=UTC)) == "28 March 2026, 11:30pm"
    assert moment(datetime(2026, 3, 29, 23, 30, tzinfo=UTC)) == "30 March 2026, 12:30am"


def test_the_last_day_is_the_one_before_the_first_without() -> None:
    assert last_day(date(2027, 1, 1)) == "31 December 2026"


def test_how_long_something_waited_is_said_in_round_words() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert age(now, now) == "under an hour"
    assert age(now - timedelta(hours=1), now) == "1 hour"
    assert age(now - timedelta(days=2), now) == "2 days"


def test_sizes_are_said_for_people() -> None:
    assert [size(n) for n in (12, 41_000, 3_400_000)] == ["12 bytes", "41 KB", "3.4 MB"]
