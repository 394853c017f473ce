"""The copy for publication, held against somebody who knows a person, a street or a quarrel (PUB-05, INV-18)."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.registers.difference import Released, compared
from bot.registers.line import Line, Track
from bot.registers.redact import (
    ANY_LENGTH,
    OTHER,
    Cell,
    cells_of_entries,
    cells_of_lines,
    count_band,
    counted,
    length_band,
    redacted,
)
from bot.registers.release import Copy
from bot.registers.sheets import Sheet, made
from config.load import load_policy
from models.cautionary import (
    IN_WORDS,
    ActKind,
    AgeGroup,
    CautionaryAct,
    CautionaryEntry,
    Incident,
    Injury,
    Nature,
    Whom,
)
from models.cautionary_standing import Standing, State
from models.view import Register

POLICY = load_policy("saltash")
RULES = POLICY.procedure.registers
TODAY = date(2026, 3, 2)
COUNCIL = "Porthmellin Town Council"

a_cell = st.builds(
    Cell,
    st.sampled_from(["violence", "threats", "a dangerous animal"]),
    st.sampled_from(["low", "high"]),
    st.sampled_from(["under 3 months", "3 to under 6 months"]),
)


@given(st.lists(a_cell, max_size=60), st.integers(2, 7))
def test_no_group_is_told_of_that_is_smaller_than_the_least(found: list[Cell], least: int) -> None:
    told = counted(found, least)
    assert all(count >= least for _, count in told)
    # Nothing is left over that a total would give away: everybody is in one group, or nobody is told of at all.
    assert sum(count for _, count in told) == (len(found) if len(found) >= least else 0)


@given(st.lists(a_cell, min_size=1, max_size=60), st.integers(2, 7))
def test_an_entry_is_told_of_only_in_words_that_its_group_shares(found: list[Cell], least: int) -> None:
    """Every group that is told of in full words is made of entries of exactly these words: nothing is made up."""
    alike = Counter(found)
    for cell, count in counted(found, least):
        if cell.length != ANY_LENGTH:
            assert alike[cell] >= count
        elif cell.reason != OTHER:
            assert sum(n for c, n in alike.items() if c.reason == cell.reason) >= count


@given(st.lists(a_cell, max_size=60), a_cell)
def test_one_entry_more_is_mostly_not_to_be_seen(found: list[Cell], one: Cell) -> None:
    """Fewer than the least are not told from none: whoever knows all but one learns nothing of the last."""
    if len(found) + 1 < RULES.small_number:
        before = redacted(Register.CAUTIONARY, found, POLICY, council=COUNCIL)
        assert redacted(Register.CAUTIONARY, [*found, one], POLICY, council=COUNCIL) == before


@given(st.lists(a_cell, max_size=60), a_cell)
def test_one_entry_more_that_is_seen_beside_the_last_copy_is_told_to_whoever_signs(
    found: list[Cell], one: Cell
) -> None:
    """What no copy shows alone, two of them may: in more than a quarter of registers such as these."""
    rows = [redacted(Register.CAUTIONARY, some, POLICY, council=COUNCIL).rows for some in (found, [*found, one])]
    beside = compared(Released(TODAY, TODAY, rows[0]), rows[1], 1, RULES.small_number)
    assert beside is not None
    assert beside.singles_out == (rows[0] != rows[1])
    assert not beside.singles_out or "learns of one" in beside.in_words()
    many = compared(Released(TODAY, TODAY, rows[0]), rows[1], RULES.small_number, RULES.small_number)
    assert many is not None
    assert not many.singles_out


@pytest.mark.parametrize(("count", "band"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5 to 9"), (10, "10 to 14")])
def test_counts_are_bands(count: int, band: str) -> None:
    assert count_band(count, 5) == band


@pytest.mark.parametrize(
    ("days", "band"), [(0, "under 3 months"), (95, "3 to under 6 months"), (900, "24 months or more")]
)
def test_lengths_are_the_bands_of_the_policy(days: int, band: str) -> None:
    assert length_band(TODAY - timedelta(days=days), TODAY, RULES) == band


# --- nothing of the store gets through -------------------------------------------------------------------------------

# Words that no sentence of ours holds.
secret = st.text("qxzjkvw", min_size=7, max_size=12)
days = st.dates(date(2024, 1, 1), date(2026, 3, 1))


@st.composite
def a_line(draw: st.DrawFn) -> tuple[Line, list[str]]:
    words = [draw(secret) for _ in range(9)]
    since, number = draw(days), draw(st.integers(100, 999))
    line = Line(
        reference=f"CASE-2026-{number}",
        track=draw(st.sampled_from(Track)),
        reason=draw(st.sampled_from(["unreasonable conduct", Track.VEXATIOUS.value])),
        customer=words[0],
        name=words[1],
        address=f"{number} {words[2]} Street",
        stage=words[3],
        ground=words[4],
        behaviours=(words[5],),
        subject_matter=words[6],
        advised=(f"{words[7]} {since.isoformat()}",),
        named_officer=words[8],
        entered_on=since,
        left_on=None,
        next_review_on=since,
        ends_on=since,
    )
    return line, [*words, line.reference, line.address, since.isoformat(), f"{since:%-d %B %Y}", f"{since:%d/%m/%Y}"]


@st.composite
def an_entry(draw: st.DrawFn) -> tuple[Standing, list[str]]:
    words = [draw(secret) for _ in range(9)]
    since, at = draw(days), datetime(2026, 3, 1, tzinfo=UTC)
    incident = Incident(
        happened_on=since,
        nature=draw(st.sampled_from(Nature)),
        words=words[0],
        place=words[1],
        reported_by=words[2],
        reported_on=since,
        source=words[3],
        injury=Injury.NONE,
        recorded_by=words[4],
        recorded_at=at,
    )
    entry = CautionaryEntry(
        reference=f"CC-2026-{draw(st.integers(100, 999))}",
        whom=Whom.PERSON,
        name=words[5],
        address=f"12 {words[6]} Street",
        address_known=words[7],
        incident_id=1,
        reason=words[8],
        category=draw(st.sampled_from([*RULES.categories, words[0]])),
        age_group=AgeGroup.ADULT,
        age_reason="",
        seen_by=[words[1]],
        proposed_on=since,
        review_on=since + timedelta(days=90),
        ends_on=since + timedelta(days=360),
        policy_version="1",
        proposed_by=words[2],
        proposed_as=words[3],
        proposed_at=at,
    )
    act = CautionaryAct(entry_id=1, kind=ActKind.APPROVED, on=since, by=words[4], by_as=words[5], words=words[6], at=at)
    standing = Standing(entry, incident, (act,), State.LIVE, TODAY)
    return standing, [*words, entry.reference, entry.address, since.isoformat(), f"{since:%-d %B %Y}"]


def everything_in(sheet: Sheet) -> str:
    """All that a reader could find: the CSV, the note, and every part of the spreadsheet, its properties included."""
    words = [made(sheet, "csv").decode(), sheet.above]
    with zipfile.ZipFile(io.BytesIO(made(sheet, "ods"))) as book:
        words += [book.read(part).decode("utf-8", "replace") for part in book.namelist() if part.endswith("xml")]
        words += [str(info.date_time) for info in book.infolist() if info.date_time[0] != 1980]
    return "\n".join(words)


@settings(max_examples=15)
@given(st.lists(a_line(), max_size=9))
def test_nothing_of_the_section_19_register_gets_into_its_copy(found: list[tuple[Line, list[str]]]) -> None:
    cells = cells_of_lines([line for line, _ in found], TODAY, RULES)
    words = everything_in(redacted(Register.SECTION_19, cells, POLICY, council=COUNCIL))
    assert not [secret for _, secrets in found for secret in secrets if secret in words]
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b", words)


@settings(max_examples=15)
@given(st.lists(an_entry(), max_size=9))
def test_nothing_of_the_cautionary_register_gets_into_its_copy(found: list[tuple[Standing, list[str]]]) -> None:
    cells = cells_of_entries([standing for standing, _ in found], TODAY, RULES)
    words = everything_in(redacted(Register.CAUTIONARY, cells, POLICY, council=COUNCIL))
    assert not [secret for _, secrets in found for secret in secrets if secret in words]


def test_the_copy_holds_reason_category_length_and_a_band_and_its_note_says_why() -> None:
    many = [Cell(IN_WORDS[Nature.THREAT], "high", "under 3 months")] * 6 + [
        Cell("violence", "low", "under 3 months")
    ] * 2
    copy = Copy(Register.CAUTIONARY, redacted(Register.CAUTIONARY, many, POLICY, council=COUNCIL))
    files = copy.files()
    lines = files["cautionary.redacted.csv"].decode().splitlines()
    # Two are too few, even as "other": the rarest group that was enough takes them in.
    assert lines == ["reason,risk_category,length,entries", "other or several reasons,any category,any length,5 to 9"]
    note = " ".join(files["cautionary.redacted.note.txt"].decode().split())
    for words in (
        "section 40(2)",
        "Open Government Licence",
        "it may be circulated to: Town Clerk",
        "Health and Safety",
    ):
        assert words in note
    (page, *_) = pypdf.PdfReader(io.BytesIO(files["cautionary.redacted.pdf"])).pages
    assert "copy for publication" in " ".join(page.extract_text().split())
    assert copy.files() == files, "the same copy is the same bytes"


def test_entries_that_are_over_are_not_counted() -> None:
    line = Line(
        reference="CASE-1",
        track=Track.CONDUCT,
        reason="x",
        customer="",
        name="",
        address="",
        stage="",
        subject_matter="",
        entered_on=TODAY,
        left_on=TODAY,
        next_review_on=TODAY,
        ends_on=TODAY,
    )
    assert cells_of_lines([line], TODAY, RULES) == []
