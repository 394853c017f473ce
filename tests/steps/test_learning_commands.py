"""The same at the command line: reports, thresholds and examples, in words and as JSON."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.bootstrap import App
from bot.cli import cli
from bot.commands.learning import BAR, bar
from bot.learning.accuracy import Tally
from classifiers.training.corpus import CORPUS
from models.errors import EvenhandError, NotAllowed, Refused
from models.finding import About, Finding
from tests.builders import a_store
from tests.rulings import a_letter_with, an_insult, findings_of, ruled_insults
from tests.web.people import OFFICERS, let_in


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path) as app:
        let_in(app, OFFICERS)
        yield app


def said(app: App, *words: str, officer: str = "r.trelawny") -> Result:
    """What a command answers; a refusal is raised as it reached the door."""
    result = CliRunner().invoke(cli, [*words, "--home", str(app.settings.home), "--as", officer])
    if isinstance(result.exception, EvenhandError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def answer(app: App, *words: str) -> Any:
    return json.loads(said(app, *words, "--json").stdout)


def test_the_accuracy_report_speaks_in_words_and_in_json(app: App) -> None:
    ruled_insults(app, upheld=[0.9] * 9, overruled=[0.6] * 3)
    words = said(app, "report", "accuracy").stdout
    assert "Possible abuse: insult\n  9 of 12 upheld: 75%, likely between 47% and 91%\n  0% [" in words
    assert "shown from a score of 0 (the policy's own)" in words
    assert "nothing of what was missed" in words
    (found,) = answer(app, "report", "accuracy")["findings"]
    assert (found["about"], found["label"], found["upheld"], found["overruled"]) == ("abuse", "insult", 9, 3)
    assert (found["precision"], found["low"], found["high"], found["enough"]) == (0.75, 0.4677, 0.9111, True)
    assert found["versions"][0]["seen_by"] == "abuse 1"


def test_too_few_rulings_are_told_plainly_and_draw_no_bar(app: App) -> None:
    ruled_insults(app, overruled=[0.6])
    words = said(app, "report", "accuracy").stdout
    assert "too few rulings to tell: 0 of 1 upheld, and it takes at least 10" in words
    assert "[" not in words


def test_a_new_store_says_how_to_begin(app: App) -> None:
    assert "No finding was ruled on yet" in said(app, "report").stdout
    assert answer(app, "report", "accuracy") == {"fewest": 10, "findings": []}


@pytest.mark.parametrize(("upheld", "overruled"), [(0, 10), (10, 0), (9, 3), (5000, 5000)])
def test_a_bar_has_its_line_within_its_interval(upheld: int, overruled: int) -> None:
    drawn = bar(Tally(upheld, overruled))
    assert len(drawn) == BAR + 2
    assert drawn.count("|") == 1
    assert "|.=" not in drawn
    assert "=.|" not in drawn


def test_a_threshold_is_weighed_set_and_listed(app: App) -> None:
    ruled_insults(app, upheld=[0.9, 0.7], overruled=[0.6])
    assert (
        "2 would not have been shown; a person had upheld 1 of these"
        in said(app, "threshold", "weigh", "abuse", "insult", "0.8").stdout
    )
    assert answer(app, "threshold", "list", "--history") == []
    done = said(app, "threshold", "set", "abuse", "insult", "0.8", "--reason", "quoted words").stdout
    assert "is shown from 0.8 (before: 0) in mail read from now on" in done
    assert "2 would not have been shown" in done
    listed = {(row["about"], row["label"]): row for row in answer(app, "threshold", "list")}
    assert listed["abuse", "insult"]["shown_from"] == 0.8
    assert listed["abuse", "insult"]["by"] == "r.trelawny"
    assert ("risk", "child") not in listed
    assert "set by r.trelawny" in said(app, "report", "accuracy").stdout
    (row,) = answer(app, "threshold", "list", "--history")
    assert (row["at_least"], row["before"], row["reason"], row["upheld_hidden"]) == (0.8, 0.0, "quoted words", 1)


def test_a_threshold_that_may_not_be_set_is_refused_at_the_door_too(app: App) -> None:
    with pytest.raises(Refused, match="always shown where the policy shows them"):
        said(app, "threshold", "set", "risk", "self_harm", "0.9", "--reason", "too many")
    with pytest.raises(NotAllowed):
        said(app, "threshold", "set", "abuse", "insult", "0.9", "--reason", "too many", officer="m.hosking")


def test_a_flag_is_overruled_with_what_it_should_have_been(app: App) -> None:
    a_letter_with(app, an_insult(0.8))
    said(app, "queue", "rule", "1", "--flag", "1", "--overrule", "--reason", "at nobody", "--right-label", "profanity")
    (found,) = answer(app, "report", "accuracy")["findings"]
    assert (found["upheld"], found["overruled"]) == (0, 1)


def test_a_finding_is_ruled_on_by_the_number_that_the_queue_shows(app: App) -> None:
    number = a_letter_with(app, Finding(About.CONDUCT, "grudge", 0.7, "conduct 1"))
    shown = answer(app, "queue", "show", "1")["findings"]
    assert [f["finding"] for f in shown] == [f.id for f in findings_of(app, number)]
    said(app, "queue", "rule-finding", str(shown[0]["finding"]), "--agree")
    assert answer(app, "report", "accuracy")["findings"][0]["label"] == "grudge"
    with pytest.raises(Refused, match="--agree or --overrule"):
        said(app, "queue", "rule-finding", "1")


def test_examples_are_written_for_their_owner_alone_with_a_warning(app: App, tmp_path: Path) -> None:
    ruled_insults(app, upheld=[0.9], overruled=[0.6])
    out = tmp_path / "examples.jsonl"
    result = said(app, "report", "examples", "--out", str(out))
    assert "WARNING. This file holds personal data" in result.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 2
    single = json.loads((CORPUS / "singles" / "set-1.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert all(list(row)[: len(single)] == list(single) for row in rows)
    with pytest.raises(Refused, match="nothing is written over"):
        said(app, "report", "examples", "--out", str(out))


def test_only_whoever_may_takes_examples_out(app: App, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        said(app, "report", "examples", "--out", str(tmp_path / "x.jsonl"), officer="m.hosking")
    assert not (tmp_path / "x.jsonl").exists()
