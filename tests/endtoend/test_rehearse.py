"""`evenhand rehearse`: the whole policy played through the commands, and what it leaves."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.endtoend.commands import Evenhand
from tests.servers.missing import require

PEOPLE = ("Pascoe", "Kent", "Lugg", "Quick", "Chapel Lane", "Fore Street", "CASE-2026", "fireworks", "2026-")


@pytest.fixture(scope="module", params=["saltash", "principal"])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    require("pdf")
    out = tmp_path_factory.mktemp("rehearsal") / request.param
    Evenhand(out / "unused").says("rehearse", "--out", str(out), "--policy", request.param, "--quiet")
    return request.param, out


def words_of(path: Path) -> str:
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(path.read_bytes())).pages).split())


def letters(out: Path) -> dict[str, str]:
    """The words of each letter by its kind; a kind that went twice by its last."""
    found = sorted((out / "letters").glob("*.pdf"))
    assert [int(p.name[:2]) for p in found] == list(range(1, len(found) + 1)), "numbered in the order they went"
    return {p.stem[3:]: words_of(p) for p in found}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_each_letter_says_what_the_policy_asks_and_the_route_that_is_open(played: tuple[str, Path]) -> None:
    policy, out = played
    went = letters(out)
    wanted = {
        "initial-warning": ("If this goes on", "12 March 2026"),
        "formal-warning": (
            "We offer you a meeting",
            "M. Hosking, Deputy Clerk" if policy == "saltash" else "M. Hosking, Casework Officer",
        ),
        "decision": ("minute 88/26", "to the end of 13 July 2027", "You can still ask for information", "large print"),
        "no-further-correspondence": ("read",),
        "foi-refusal-vexatious": ("section 14(1)", "internal review", "Information Commissioner"),
        "foi-refusal-cost": ("section 12", "30 hours", "Information Commissioner"),
        "eir-refusal": ("12(4)(b)", "public interest", "Information Commissioner"),
        "sar-refusal": ("excessive", "Information Commissioner", "court"),
        "review-outcome": ("Two more letters",),
        "lifting": ("13 July 2027",),
    }
    for kind, texts in wanted.items():
        assert [text for text in texts if text not in went[kind]] == [], kind
    ombudsman = "Local Government and Social Care Ombudsman"
    if policy == "saltash":
        assert f"{ombudsman} cannot look at complaints about town and parish councils" in went["decision"]
        assert "12(4)(d)" not in went["eir-refusal"]
    else:
        assert ombudsman in went["decision"]
        assert "cannot look at" not in went["decision"]


def test_the_registers_hold_the_case_and_their_published_twins_hold_nobody(played: tuple[str, Path]) -> None:
    _, out = played
    register = rows(out / "registers" / "section-19.csv")
    case = next(row for row in register if row["reference"].startswith("CASE-"))
    assert case["name"] == "Alan Pascoe"
    assert "2026-07-14" in case["restrictions"]
    assert case["ends_on"]
    assert any(row["reference"].startswith("EIR-") for row in register)
    assert len(rows(out / "registers" / "cautionary.csv")) == 1
    for name in ("section-19", "cautionary"):
        published = (out / "registers" / f"{name}.redacted.csv").read_text(encoding="utf-8-sig")
        assert list(csv.DictReader(io.StringIO(published))), "it says something"
        assert [secret for secret in PEOPLE if secret in published] == []


def test_every_clock_has_its_calendar_and_its_source(played: tuple[str, Path]) -> None:
    policy, out = played
    clocks = rows(out / "clocks.csv")
    assert list(clocks[0])[:5] == ["clock", "from", "due", "calendar", "source"]
    assert all(clock["calendar"] and clock["source"] for clock in clocks)
    told = " ".join(f"{clock['clock']}: {clock['source']}" for clock in clocks)
    for source in ("FOIA s10", "EIR reg", "UK GDPR", "DPA 2018 s164A", "Fees Regulations"):
        assert source in told, source
    if policy == "saltash":
        review = next(clock for clock in clocks if clock["clock"] == "Review of the officer's report")
        assert (review["from"], review["due"]) == ("2026-03-04", "2026-03-13")


def test_the_reports_are_facts_and_the_bundle_holds_every_letter(played: tuple[str, Path]) -> None:
    policy, out = played
    log = words_of(out / "reports" / "contact-log.pdf")
    assert "How long the Council took" in log
    assert re.search(r"Contacts from the customer \d\d", log)
    bundle = words_of(out / "reports" / "bundle.pdf")
    assert all(f"Letter {n}," in bundle for n in (1, 2, 3))
    cover = " ".join(PdfReader(out / "reports" / "committee-report.pdf").pages[0].extract_text().split())
    excluded = {"saltash": "Public Bodies (Admission to Meetings) Act 1960", "principal": "Schedule 12A"}
    assert excluded[policy] in cover
    assert "Pascoe" not in cover


def test_the_records_stand_in_order_and_the_history_holds(played: tuple[str, Path]) -> None:
    _, out = played
    lines = [json.loads(line) for line in (out / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == list(range(1, len(lines) + 1))
    played_at = [line["at"] for line in lines if line["verb"] != "store.made" and line["actor"] != "init"]
    assert played_at == sorted(played_at), "time never ran back"
    verbs = {line["verb"] for line in lines}
    assert {"decision.record", "decision.letter_sent", "restriction.impose", "restriction.lift"} <= verbs
    assert "at your gate" not in (out / "records.jsonl").read_text(encoding="utf-8"), (
        "a notice, for named readers alone"
    )
    store = Evenhand(out / "store")
    assert store.json("audit", "verify")["holds"]
    assert store.json("restriction", "list") == []
