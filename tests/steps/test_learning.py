"""What rulings teach: kept as examples, counted as precision, turned into thresholds by a person and nobody else."""

from __future__ import annotations

import math

import pytest
from sqlalchemy import select

from bot import queue
from bot.audit import verify
from bot.bootstrap import App
from bot.learning.accuracy import FEWEST, Tally, accuracy, effect, wilson
from bot.learning.examples import export_examples
from bot.learning.thresholds import set_threshold, weigh
from bot.work import SERVICE
from models.audit import AuditEntry
from models.contact import contacts_of
from models.errors import NotAllowed, Refused
from models.finding import STATUTORY, About, Finding, Kind, Relation, Risk
from models.policy import may_be_raised, raisable
from models.queue import FlagKind, Lane, Outcome, flags_of
from models.ruled import last_rulings, ruled_findings
from models.threshold import history_of_thresholds, lines_set
from tests.builders import AUDITOR, CLERK, NAMED_OFFICER, NOON, a_customer, a_restriction, put_clock, warned
from tests.rulings import a_letter_with, an_insult, findings_of, rule_on, rule_on_flag, ruled_insults
from tests.steps.test_pipeline import Seen, a_letter, a_line, as_raw


def set_(app: App, about: str, label: str, at_least: float, *, reason: str = "too many false ones") -> None:
    with app.begin(CLERK) as work:
        set_threshold(work, about, label, at_least, reason=reason, policy=app.policy)


def refusal(app: App, about: str, label: str, at_least: float, *, reason: str = "too many false ones") -> str:
    with pytest.raises(Refused) as refused, app.begin(CLERK) as work:
        set_threshold(work, about, label, at_least, reason=reason, policy=app.policy)
    return str(refused.value)


def mail_says(app: App, *findings: Finding, number: str = "one", words: str = "Mend the lamp.") -> int:
    """A letter comes in of which the readers say this; the number of its contact."""
    letter = a_letter(sender="Jenifer Penrose <jenifer@penrose.example>", words=f"{words} {number}", number=number)
    a_line(app, Seen(says=list(findings))).take(as_raw(letter), mailbox="main")
    with app.look() as session:
        return max(contact.id for contact in contacts_of(session, None))


def flagged(app: App, contact: int) -> list[FlagKind]:
    with app.look() as session:
        return [flag.kind for flag in flags_of(session, contact)]


def lane_of(app: App, contact: int) -> Lane | None:
    with app.look() as session:
        return next((item.lane for item in queue.waiting(session) if item.contact_id == contact), None)


# --- what is kept ----------------------------------------------------------------------------------------------------


def test_an_overruled_flag_is_kept_as_an_example_of_the_finding_behind_it(app: App) -> None:
    number = a_letter_with(app, an_insult(0.81, seen_by="abuse 3"))
    rule_on_flag(app, number, Outcome.OVERRULE, reason="they quote a neighbour", right_label="profanity")
    (finding,) = findings_of(app, number)
    with app.look() as session:
        (ruled,) = ruled_findings(session)
        kept = last_rulings(session, [finding.id])[finding.id]
    assert (ruled.finding_id, ruled.label, ruled.score, ruled.seen_by) == (finding.id, "insult", 0.81, "abuse 3")
    assert (ruled.upheld, ruled.right_label) == (False, "profanity")
    assert (kept.by, kept.at, kept.reason) == (NAMED_OFFICER.name, NOON, "they quote a neighbour")
    assert kept.ruling_id is not None


def test_of_several_rulings_on_a_finding_the_last_counts_and_all_stay(app: App) -> None:
    number = a_letter_with(app, an_insult(0.8))
    rule_on_flag(app, number, Outcome.OVERRULE, reason="a joke")
    (finding,) = findings_of(app, number)
    rule_on(app, finding, Outcome.AGREE)
    with app.look() as session:
        assert [one.upheld for one in ruled_findings(session)] == [True]


def test_a_finding_without_a_flag_is_ruled_on_too_even_when_its_contact_was_closed(app: App) -> None:
    grudge = Finding(About.CONDUCT, "grudge", 0.7, "conduct 1")
    number = a_letter_with(app, grudge)
    with app.begin(NAMED_OFFICER) as work:
        queue.rule(work, queue.waiting(work.session)[0], outcome=Outcome.AGREE)
    rule_on(app, findings_of(app, number)[0], Outcome.OVERRULE, reason="a fair question", right_label="none")
    with app.look() as session:
        assert [(one.label, one.upheld, one.right_label) for one in ruled_findings(session)] == [
            ("grudge", False, "none")
        ]


def test_a_ruling_on_the_whole_contact_says_nothing_of_a_single_finding(app: App) -> None:
    a_letter_with(app, an_insult(0.8))
    with app.begin(NAMED_OFFICER) as work:
        queue.rule(work, queue.waiting(work.session)[0], outcome=Outcome.AGREE)
    with app.look() as session:
        assert ruled_findings(session) == []


@pytest.mark.parametrize(
    ("outcome", "right_label", "words"),
    [
        (Outcome.OVERRULE, "rudeness", "cannot be 'rudeness'; it can be insult, threat"),
        (Outcome.OVERRULE, "insult", "that is what the program said"),
        (Outcome.AGREE, "profanity", "only when a finding is overruled"),
        (Outcome.ATTEST, "", "of the whole contact"),
    ],
)
def test_a_right_label_that_makes_no_sense_is_refused(app: App, outcome: Outcome, right_label: str, words: str) -> None:
    (finding,) = findings_of(app, a_letter_with(app, an_insult(0.8)))
    with pytest.raises(Refused, match=words):
        rule_on(app, finding, outcome, reason="so", right_label=right_label)
    with app.look() as session:
        assert ruled_findings(session) == []


def test_overruling_a_finding_needs_a_reason_and_the_power_to_rule(app: App) -> None:
    (finding,) = findings_of(app, a_letter_with(app, an_insult(0.8)))
    with pytest.raises(Refused, match="needs a reason"):
        rule_on(app, finding, Outcome.OVERRULE, reason=" ")
    with pytest.raises(NotAllowed), app.begin(AUDITOR) as work:
        queue.rule_on_finding(work, finding, outcome=Outcome.AGREE)


def test_neither_words_nor_reasons_go_into_the_trail(app: App) -> None:
    number = a_letter_with(app, an_insult(0.8), own="You are a pack of clowns, says Mr Angove.")
    rule_on_flag(app, number, Outcome.OVERRULE, reason="Mr Angove is quoted")
    rule_on(app, findings_of(app, number)[0], Outcome.OVERRULE, reason="Mr Angove again", right_label="none")
    set_(app, "abuse", "insult", 0.9, reason="Mr Angove is quoted too often")
    with app.look() as session:
        details = [f"{entry.detail} {entry.digest}" for entry in session.scalars(select(AuditEntry))]
    assert not any("Angove" in detail or "clowns" in detail for detail in details)


# --- accuracy --------------------------------------------------------------------------------------------------------


def test_precision_is_counted_by_label_with_an_interval(app: App) -> None:
    ruled_insults(app, upheld=[0.9] * 9, overruled=[0.6] * 3)
    with app.look() as session:
        (found,) = accuracy(session, app.policy, app.seal)
    assert (found.about, found.label) == ("abuse", "insult")
    assert (found.tally.upheld, found.tally.overruled, found.tally.precision) == (9, 3, 0.75)
    low, high = found.tally.interval
    assert (round(low, 3), round(high, 3)) == (0.468, 0.911)
    assert found.tally.in_words() == "9 of 12 upheld: 75%, likely between 47% and 91%"


def test_too_few_rulings_are_said_to_be_too_few() -> None:
    assert not Tally(FEWEST - 1, 0).enough
    assert Tally(FEWEST, 0).enough
    assert Tally(3, 0).in_words() == "too few rulings to tell: 3 of 3 upheld, and it takes at least 10"
    assert Tally(0, 0).in_words().startswith("too few rulings to tell: none yet")
    assert Tally(0, 0).precision is None


@pytest.mark.parametrize(
    ("good", "of", "low", "high"),
    [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634), (90, 100, 0.8256, 0.9448)],
)
def test_the_interval_is_wilsons(good: int, of: int, low: float, high: float) -> None:
    assert wilson(good, of) == pytest.approx((low, high), abs=1e-4)


def test_each_version_of_a_reader_is_told_apart_the_latest_first(app: App) -> None:
    rule_on_flag(app, a_letter_with(app, an_insult(0.8, seen_by="abuse 1")), Outcome.OVERRULE, reason="no")
    rule_on_flag(app, a_letter_with(app, an_insult(0.8, seen_by="abuse 2")), Outcome.AGREE)
    with app.look() as session:
        (found,) = accuracy(session, app.policy, app.seal)
    assert found.versions == (("abuse 2", Tally(1, 0)), ("abuse 1", Tally(0, 1)))


def test_a_new_store_has_nothing_to_tell(app: App) -> None:
    with app.look() as session:
        assert accuracy(session, app.policy, app.seal) == []


# --- thresholds ------------------------------------------------------------------------------------------------------


def test_what_a_threshold_would_keep_back_is_told_before_it_is_set(app: App) -> None:
    ruled_insults(app, upheld=[0.95, 0.9, 0.65], overruled=[0.7, 0.6, 0.6])
    a_letter_with(app, an_insult(0.5))
    with app.look() as session:
        would = weigh(session, "abuse", "insult", 0.8, policy=app.policy, seal=app.seal)
        assert history_of_thresholds(session) == []
    assert (would.ruled, would.upheld, would.ruled_hidden, would.upheld_hidden) == (6, 3, 4, 1)
    assert (would.found, would.found_hidden) == (7, 5)
    assert would.in_words() == (
        "of 6 findings that were ruled on, 4 would not have been shown; a person had upheld 1 of these; "
        "of all 7 shown so far, 5"
    )


def test_where_nothing_was_ruled_on_nobody_knows_what_would_be_lost(app: App) -> None:
    with app.look() as session:
        would = effect(session, "abuse", "insult", now_from=0.0, at_least=0.8)
    assert "nothing of this kind was ruled on yet" in would.in_words()


def test_a_threshold_takes_effect_in_mail_read_afterwards(app: App) -> None:
    before = mail_says(app, an_insult(0.7), number="one")
    set_(app, "abuse", "insult", 0.8)
    under = mail_says(app, an_insult(0.7), number="two")
    over = mail_says(app, an_insult(0.8), number="three")
    assert [flagged(app, n) for n in (before, under, over)] == [[FlagKind.ABUSE], [], [FlagKind.ABUSE]]
    assert lane_of(app, over) is Lane.NAMED_OFFICER
    assert [f.score for f in findings_of(app, under)] == [0.7], "what was seen is kept, shown or not"


def test_a_threshold_is_on_record_with_what_it_changed(app: App) -> None:
    ruled_insults(app, upheld=[0.7], overruled=[0.6])
    set_(app, "abuse", "insult", 0.8, reason="neighbours' quarrels are quoted")
    with app.look() as session:
        (row,) = history_of_thresholds(session)
        assert verify(session, app.seal).holds
        noted = session.scalars(select(AuditEntry).where(AuditEntry.subject == "threshold:abuse:insult")).all()
    assert (row.at_least, row.before, row.by, row.at) == (0.8, 0.0, CLERK.name, NOON)
    assert (row.ruled_hidden, row.upheld_hidden, row.policy_version) == (2, 1, app.policy.version)
    assert [(n.actor, n.digest) for n in noted] == [(CLERK.name, row.digest())]


def test_the_latest_threshold_counts_and_the_earlier_ones_stay(app: App) -> None:
    set_(app, "abuse", "insult", 0.8)
    put_clock(app, NOON.replace(day=9))
    set_(app, "abuse", "insult", 0.0, reason="a real one was missed")
    assert flagged(app, mail_says(app, an_insult(0.3))) == [FlagKind.ABUSE]
    with app.look() as session:
        assert [(r.at_least, r.before) for r in history_of_thresholds(session)] == [(0.0, 0.8), (0.8, 0.0)]
        then = lines_set(session, app.seal, until=NOON.replace(day=4))
        assert then["abuse", "insult"].at_least == 0.8


def test_a_person_can_ask_for_more_than_the_policy_and_never_for_less(app: App) -> None:
    assert "the policy shows it from 0.25" in refusal(app, "relation", "repeat", 0.2)
    set_(app, "relation", "repeat", 0.9)
    number = mail_says(app, Finding(About.RELATION, "repeat", 0.8, "repeat 1"))
    assert flagged(app, number) == []


@pytest.mark.parametrize("score", [-0.1, 1.1, math.nan, math.inf])
def test_a_threshold_is_a_score(app: App, score: float) -> None:
    assert "from 0 to 1" in refusal(app, "abuse", "insult", score)


def test_a_threshold_needs_a_reason_and_changes_something(app: App) -> None:
    assert "needs a reason" in refusal(app, "abuse", "insult", 0.8, reason=" ")
    set_(app, "abuse", "insult", 0.8)
    assert "from 0.8 already" in refusal(app, "abuse", "insult", 0.8)


def test_the_clerk_sets_thresholds_and_the_service_never_does(app: App) -> None:
    for actor in (SERVICE, NAMED_OFFICER, AUDITOR):
        with pytest.raises(NotAllowed, match="may not set thresholds"), app.begin(actor) as work:
            set_threshold(work, "abuse", "insult", 0.8, reason="so", policy=app.policy)


# --- what no threshold silences --------------------------------------------------------------------------------------

ALWAYS = [
    *((About.RISK, risk.value) for risk in Risk),
    *((About.KIND, kind.value) for kind in (*sorted(STATUTORY), Kind.APPEAL, Kind.AUTOMATIC)),
    *((About.RELATION, r.value) for r in Relation if r is not Relation.REPEAT),
    (About.ABUSE, "threat"),
    (About.FORGED, "forged"),
    (About.NOVEL, "sentence"),
    (About.LANGUAGE, "cy"),
    (About.ABUSE, "*"),
    ("weather", "rain"),
]


@pytest.mark.parametrize(("about", "label"), ALWAYS)
def test_what_must_reach_a_person_cannot_be_raised(app: App, about: str, label: str) -> None:
    assert not may_be_raised(about, label)
    assert "always shown where the policy shows them" in refusal(app, about, label, 0.9)


def test_everything_raised_to_the_top_leaves_what_must_reach_a_person(app: App) -> None:
    for about, label in raisable():
        set_(app, about, label, 1.0)
    said = {
        Finding(About.RISK, "self_harm", 0.3, "risk 1"): (Lane.URGENT, FlagKind.RISK),
        Finding(About.ABUSE, "threat", 0.3, "abuse 1"): (Lane.URGENT, FlagKind.ABUSE),
        Finding(About.KIND, "foi", 0.3, "kinds 1"): (Lane.STATUTORY, FlagKind.STATUTORY),
        Finding(About.KIND, "appeal", 0.3, "kinds 1"): (Lane.NAMED_OFFICER, FlagKind.APPEAL),
        Finding(About.RELATION, "new_evidence", 0.6, "repeat 1"): (Lane.NAMED_OFFICER, FlagKind.NEW_EVIDENCE),
        Finding(About.RELATION, "new_issue", 0.3, "repeat 1"): (Lane.NEW_ISSUE, None),
    }
    for number, (finding, (lane, flag)) in enumerate(said.items()):
        contact = mail_says(app, finding, an_insult(0.9), number=str(number))
        assert lane_of(app, contact) is lane, finding.label
        assert flagged(app, contact) == ([flag] if flag else [])


def test_a_restricted_senders_mail_waits_whatever_the_thresholds_say(app: App) -> None:
    for about, label in raisable():
        set_(app, about, label, 1.0)
    ann = warned(app, a_customer(app, email="jenifer@penrose.example"))
    a_restriction(app, ann)
    assert lane_of(app, mail_says(app, Finding(About.KIND, "thanks", 0.9, "kinds 1"))) is Lane.NAMED_OFFICER


def test_a_threshold_decides_what_is_shown_and_not_whose_contact_it_is(app: App) -> None:
    """By its words a machine's, but insulting: a person's contact, with the insult under a threshold as without it."""
    set_(app, "abuse", "insult", 1.0)
    machine = Finding(About.KIND, "automatic", 0.9, "kinds 1")
    mail_says(app, machine, an_insult(0.9))
    with app.look() as session:
        (contact,) = contacts_of(session, None)
    assert contact.customer_id is not None


def test_a_kind_under_its_threshold_is_not_the_nature_of_a_contact(app: App) -> None:
    set_(app, "kind", "complaint", 0.8)
    mail_says(app, Finding(About.KIND, "complaint", 0.7, "kinds 1"), Finding(About.KIND, "foi", 0.7, "kinds 1"))
    with app.look() as session:
        assert [c.nature for c in contacts_of(session, None)] == ["foi"]


# --- labelled examples -----------------------------------------------------------------------------------------------


def test_examples_have_the_form_of_the_corpus_and_name_nobody(app: App) -> None:
    kind = Finding(About.KIND, "foi", 0.9, "kinds 1")
    number = a_letter_with(app, an_insult(0.8), kind, own="You are a pack of clowns. What did it cost?")
    insult, foi = findings_of(app, number)
    rule_on(app, insult, Outcome.OVERRULE, reason="coarse, at nobody", right_label="profanity")
    rule_on(app, foi, Outcome.AGREE)
    with app.begin(CLERK) as work:
        (row,) = export_examples(work)
    assert list(row)[:7] == ["id", "from", "to", "cc", "subject", "body", "truth"]
    assert row["body"].startswith("You are a pack of clowns. What did it cost?")
    assert row["truth"] == {"abuse": [{"category": "profanity", "text": "pack of clowns"}], "kinds": ["foi"]}
    assert (row["from"], row["to"]) == ({"name": "", "email": ""}, ["to1@council.invalid"])
    assert [(r["label"], r["upheld"], r["seen_by"]) for r in row["ruled"]] == [
        ("insult", False, "abuse 1"),
        ("foi", True, "kinds 1"),
    ]
    assert "penrose" not in str(row).lower()
    assert NAMED_OFFICER.name not in str(row)


def test_what_was_overruled_is_no_truth_but_is_told(app: App) -> None:
    ruled_insults(app, overruled=[0.8])
    a_letter_with(app, an_insult(0.9))
    with app.begin(CLERK) as work:
        (row,) = export_examples(work)
    assert row["truth"] == {}
    assert [r["upheld"] for r in row["ruled"]] == [False]


def test_only_the_clerk_takes_examples_out_and_it_is_noted(app: App) -> None:
    ruled_insults(app, upheld=[0.8, 0.9])
    with pytest.raises(NotAllowed, match="may not export labelled examples"), app.begin(NAMED_OFFICER) as work:
        export_examples(work)
    with app.begin(CLERK) as work:
        export_examples(work)
    with app.look() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.verb, entry.detail) == ("examples.export", {"contacts": 2, "rulings": 2})
