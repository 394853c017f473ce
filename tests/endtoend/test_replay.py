"""`evenhand replay` and `evenhand classify`: the form of what they print, and what must never be wrong in it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.finding import Abuse, Conduct, Kind, Relation, Risk
from models.queue import FlagKind, Lane
from tests.endtoend.commands import Evenhand

CORPUS = Path(__file__).parent.parent / "corpus"
MAILBOXES = ("market-town", "valley-community", "metro-borough", "fen-parishes", "southern-district")

KEYS = {
    *("message_id", "customer", "sender", "kinds", "relation", "novel", "abuse", "risk", "conduct", "associate"),
    *("campaign", "flags", "queue", "restricted", "diverted"),
}


def python(*words: str) -> str:
    return subprocess.run([sys.executable, *words], check=True, capture_output=True, text=True).stdout


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("mailbox", MAILBOXES)
def test_a_replayed_mailbox_has_every_message_in_form_and_no_restriction_wrong(mailbox: str, tmp_path: Path) -> None:
    built, out = tmp_path / "built", tmp_path / "findings.jsonl"
    python(str(CORPUS / "build.py"), str(CORPUS / mailbox), str(built))
    parts = (
        "--council",
        str(built / "council.json"),
        "--customers",
        str(built / "customers.csv"),
        "--mail",
        str(built),
    )
    Evenhand(tmp_path).says("replay", *parts, "--out", str(out))
    for found in lines(out):
        assert_in_form(found)
    assert any(found["diverted"] for found in lines(out))
    scores = json.loads(python(str(CORPUS / "score.py"), str(CORPUS / mailbox), str(out), "--json"))
    assert scores["with_findings"] == scores["messages"]
    assert (scores["restricted_precision"], scores["restricted_recall"]) == (1.0, 1.0)
    assert scores["must_reach_human_reached"] == 1.0


def assert_in_form(found: dict[str, Any]) -> None:
    """As FINDINGS.md says it."""
    assert set(found) == KEYS
    assert found["queue"] in {"none", *Lane}
    assert set(found["flags"]) <= set(FlagKind)
    assert found["relation"]["label"] in set(Relation)
    assert {k["label"] for k in found["kinds"]} <= set(Kind)
    assert {a["category"] for a in found["abuse"]} <= set(Abuse)
    assert {r["label"] for r in found["risk"]} <= set(Risk)
    assert {c["label"] for c in found["conduct"]} <= set(Conduct)
    assert set(found["sender"]) == {"authenticated", "forged_suspected"}
    assert not found["diverted"] or found["restricted"]
    for scored in (*found["kinds"], *found["abuse"], *found["risk"], *found["conduct"], *found["novel"]):
        assert 0 <= scored["score"] <= 1
    assert all(len(n["text"].split()) <= 60 for n in found["novel"])


def test_classified_lines_keep_their_ids_and_quote_the_senders_own_words(tmp_path: Path) -> None:
    source, out = tmp_path / "set.jsonl", tmp_path / "findings.jsonl"
    rows = lines(CORPUS / "singles" / "set-1.jsonl")[:60]
    source.write_text("".join(json.dumps({k: v for k, v in row.items() if k != "truth"}) + "\n" for row in rows))
    Evenhand(tmp_path).says("classify", "--in", str(source), "--out", str(out))
    found = lines(out)
    assert [f["id"] for f in found] == [row["id"] for row in rows]
    for row, one in zip(rows, found, strict=True):
        assert set(one) == {"id", "kinds", "abuse", "risk", "conduct", "language"}
        for part in (*one["abuse"], *one["risk"], *one["conduct"]):
            assert part["text"] in f"{row['subject']}\n{row['body']}"
    assert any(one["kinds"] for one in found)


def test_odd_characters_and_other_languages_lose_no_line(tmp_path: Path) -> None:
    source, out = tmp_path / "set.jsonl", tmp_path / "findings.jsonl"
    bodies = {
        "separators": "You useless idiot.\u2028The bin\x85 is full.\x0b\x0c\x1c",
        "half a surrogate": "You are a useless \ud83d idiot.",
        "welsh": "Nid yw'r biniau wedi cael eu casglu yn ein stryd ers y Nadolig ac mae'r llygod yn dod i'r ardd.",
        "empty": "",
        "controls": "\x00\x01 \u202eidiot\u202c",
    }
    rows = [json.dumps({"id": name, "body": body}, ensure_ascii="surr" in name) for name, body in bodies.items()]
    source.write_text("\n".join(rows), encoding="utf-8", newline="\n")
    Evenhand(tmp_path).says("classify", "--in", str(source), "--out", str(out))
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n") if line]
    assert [one["id"] for one in found] == list(bodies)
    assert [one["language"] for one in found] == [None, None, "cy", None, None]
    assert found[2]["kinds"] == []


def test_a_line_that_is_no_message_is_named_with_its_file_and_number(tmp_path: Path) -> None:
    source = tmp_path / "set.jsonl"
    source.write_text('{"id": "one", "body": "The lamp is out."}\n{"id": \n')
    words = Evenhand(tmp_path).refuses("classify", "--in", str(source), "--out", str(tmp_path / "out"), code=3)
    assert "set.jsonl, line 2" in words


def test_a_council_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "council.json").write_text("{")
    (tmp_path / "customers.csv").write_text("reference,name\n")
    (tmp_path / "mail").mkdir()
    words = Evenhand(tmp_path).refuses(
        *("replay", "--council", str(tmp_path / "council.json"), "--customers", str(tmp_path / "customers.csv")),
        *("--mail", str(tmp_path / "mail"), "--out", str(tmp_path / "out")),
        code=3,
    )
    assert "council.json" in words
