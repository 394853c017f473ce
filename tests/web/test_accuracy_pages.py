"""The accuracy report in a browser's eyes, ruling on a finding, and setting a threshold with its price shown first."""

from __future__ import annotations

import re

from models.finding import About, Finding
from models.queue import Outcome
from models.ruled import ruled_findings
from models.threshold import history_of_thresholds
from tests.builders import NOON, put_clock
from tests.rulings import a_letter_with, an_insult, findings_of, rule_on_flag, ruled_insults
from tests.web.conftest import Pages
from tests.web.people import Visitor

INSULTS = "/thresholds/abuse/insult"


def set_insults(clerk: Visitor, score: str, reason: str = "quoted words are flagged") -> str:
    clerk.get(INSULTS)
    return clerk.send(INSULTS, {"do": "set", "at_least": score, "reason": reason}).text


def test_the_report_counts_in_words_and_draws_a_bar_with_the_same_words(pages: Pages, clerk: Visitor) -> None:
    ruled_insults(pages.app, upheld=[0.9] * 9, overruled=[0.6] * 3)
    page = clerk.get("/accuracy")
    words = "9 of 12 upheld: 75%, likely between 47% and 91%"
    assert f"{words}." in page
    assert f'role="img" aria-label="Possible abuse: insult: {words}"' in page
    assert '<rect class="eh-share__band" x="46.77"' in page
    assert "Shown from a score of 0, as the policy says." in page
    assert not re.search(r"<script|<style|\sstyle=", page)


def test_too_few_rulings_draw_no_bar(pages: Pages, clerk: Visitor) -> None:
    ruled_insults(pages.app, upheld=[0.9] * 3)
    page = clerk.get("/accuracy")
    assert "Too few rulings to tell: 3 of 3 upheld, and it takes at least 10." in page
    assert "<svg" not in page


def test_a_new_store_says_how_to_begin(clerk: Visitor) -> None:
    assert "No finding was ruled on yet" in clerk.get("/accuracy")


def test_the_named_officer_reads_the_report_and_sets_nothing(pages: Pages) -> None:
    ruled_insults(pages.app, upheld=[0.9])
    officer = pages.signed_in("m.hosking")
    assert "Set the threshold" not in officer.get("/accuracy")
    refused = officer.ask(INSULTS)
    assert refused.status_code == 403
    assert "only the clerk sets thresholds" in refused.text.lower()


def test_whoever_does_not_rule_does_not_see_the_report(pages: Pages, everybody: None) -> None:
    assistant = pages.signed_in("t.carne")
    assert "Accuracy" not in assistant.get("/queue")
    assert assistant.ask("/accuracy").status_code == 403


def test_the_price_of_a_threshold_is_shown_before_it_is_set(pages: Pages, clerk: Visitor) -> None:
    ruled_insults(pages.app, upheld=[0.95, 0.65], overruled=[0.7])
    page = clerk.get(INSULTS)
    assert "of the 3 ruled on" in page
    answer = clerk.send(INSULTS, {"do": "check", "at_least": "0,8", "reason": "quoted words are flagged"})
    assert "Of 3 findings that were ruled on, 2 would not have been shown" in answer.text
    assert "a person had upheld 1 of these" in answer.text
    assert "1 of what would have been kept back was right" in answer.text
    with pages.app.look() as session:
        assert history_of_thresholds(session) == []
    answer = clerk.send(INSULTS, {"do": "set", "at_least": "0,8", "reason": "quoted words are flagged"})
    assert "the threshold is set, for mail read from now on" in answer.text
    assert "Shown from a score of 0.8, set by r.trelawny" in answer.text
    assert "quoted words are flagged" in answer.text
    assert "2 findings ruled on would have been kept back, 1 of them upheld" in answer.text


def test_a_threshold_without_a_score_or_a_reason_is_asked_for_again(pages: Pages, clerk: Visitor) -> None:
    clerk.get(INSULTS)
    answer = clerk.send(INSULTS, {"do": "check", "at_least": "high", "reason": ""})
    assert answer.status_code == 422
    assert '<a href="#at_least">Enter a score from 0 to 1, such as 0.8</a>' in answer.text
    assert '<a href="#reason">Enter why the threshold is set</a>' in answer.text
    clerk.get(INSULTS)
    for score in ("1.5", "nan", "inf", "-1"):
        answer = clerk.send(INSULTS, {"do": "check", "at_least": score, "reason": "so"})
        assert answer.status_code == 422
        assert "A score runs from 0 to 1" in answer.text


def test_answers_can_be_changed_before_they_are_set(clerk: Visitor) -> None:
    clerk.get(INSULTS)
    answer = clerk.send(INSULTS, {"do": "change", "at_least": "0.8", "reason": "too many"})
    assert 'value="0.8"' in answer.text
    assert "too many" in answer.text


def test_what_must_reach_a_person_has_no_threshold_page(pages: Pages, clerk: Visitor) -> None:
    rule_on_flag(pages.app, a_letter_with(pages.app, Finding(About.RISK, "child", 0.6, "risk 1")), Outcome.AGREE)
    page = clerk.get("/accuracy")
    assert "Nobody raises this: it must always reach a person." in page
    assert "/thresholds/risk" not in page
    for path in ("/thresholds/risk/child", "/thresholds/kind/foi", "/thresholds/abuse/threat", "/thresholds/a/b"):
        answer = clerk.ask(path)
        assert answer.status_code == 409
        assert "always shown where the policy shows them" in answer.text


def test_an_overruled_flag_can_say_what_it_should_have_been(pages: Pages, clerk: Visitor) -> None:
    number = a_letter_with(pages.app, an_insult(0.8))
    page = clerk.get(f"/contacts/{number}")
    assert '<option value="profanity">profanity</option>' in page
    assert '<option value="none">nothing of the kind</option>' in page
    sent = {"flag1-outcome": "overrule", "flag1-reason": "at nobody", "flag1-right_label": "profanity"}
    assert "Your ruling on the flag is recorded" in clerk.send(f"/contacts/{number}/flags/1/ruling", sent).text
    with pages.app.look() as session:
        assert [(one.upheld, one.right_label) for one in ruled_findings(session)] == [(False, "profanity")]
    sent["flag1-right_label"] = "rudeness"
    answer = clerk.send(f"/contacts/{number}/flags/1/ruling", sent)
    assert answer.status_code == 422
    assert "cannot be &#39;rudeness&#39;" in answer.text


def test_what_raised_no_flag_is_ruled_on_from_its_own_page(pages: Pages, clerk: Visitor) -> None:
    number = a_letter_with(pages.app, Finding(About.CONDUCT, "grudge", 0.7, "conduct 1"))
    (finding,) = findings_of(pages.app, number)
    path = f"/contacts/{number}/findings/{finding.id}"
    assert f'href="{path}"' in clerk.get(f"/contacts/{number}")
    assert "Conduct under the policy: a grudge against somebody" in clerk.get(path)
    answer = clerk.send(path, {"outcome": "overrule", "reason": " "})
    assert answer.status_code == 422
    assert "Overruling needs a reason" in answer.text
    answer = clerk.send(path, {"outcome": "overrule", "reason": "a fair complaint", "right_label": "none"})
    assert "Your ruling on the finding is recorded" in answer.text
    assert re.search(r"Overruled</strong> by r.trelawny .*: a fair complaint", answer.text)


def test_a_finding_of_another_contact_is_not_there(pages: Pages, clerk: Visitor) -> None:
    number = a_letter_with(pages.app, an_insult(0.8))
    other = a_letter_with(pages.app)
    assert clerk.ask(f"/contacts/{other}/findings/{findings_of(pages.app, number)[0].id}").status_code == 404


def test_whoever_may_not_rule_is_offered_no_ruling_on_a_finding(pages: Pages, everybody: None) -> None:
    number = a_letter_with(pages.app, Finding(About.CONDUCT, "grudge", 0.7, "conduct 1"))
    assistant = pages.signed_in("t.carne")
    assert "Say whether this is right" not in assistant.get(f"/contacts/{number}")
    assert assistant.ask(f"/contacts/{number}/findings/1").status_code == 403


def test_what_a_threshold_keeps_back_stands_apart_on_the_contacts_page(pages: Pages, clerk: Visitor) -> None:
    grudge = Finding(About.CONDUCT, "grudge", 0.7, "conduct 1")
    before = a_letter_with(pages.app, grudge)
    put_clock(pages.app, NOON.replace(hour=13))
    clerk.get("/thresholds/conduct/grudge")
    clerk.send("/thresholds/conduct/grudge", {"do": "set", "at_least": "0.9", "reason": "too many"})
    put_clock(pages.app, NOON.replace(hour=14))
    after = a_letter_with(pages.app, grudge)
    assert "What else the program saw (1)" in clerk.get(f"/contacts/{before}")
    page = clerk.get(f"/contacts/{after}")
    assert "What else the program saw" not in page
    assert "Kept back by a threshold that a person set (1)" in page


def test_setting_it_twice_to_the_same_is_refused_in_words(clerk: Visitor) -> None:
    set_insults(clerk, "0.8")
    assert "It is shown from 0.8 already." in set_insults(clerk, "0.8")
