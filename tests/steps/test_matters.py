"""What officers rule on matters: by whom and why, what a second officer is told, and that it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from bot.bootstrap import App
from bot.cli import cli
from bot.matters.chronology import lines_of, matters_of, records_of, said_in
from bot.matters.rulings import (
    mark_final_answer,
    merge,
    move_contact,
    open_for_contact,
    rename,
    unmark_final_answer,
    unmerge,
)
from bot.matters.standing import State
from bot.work import SERVICE, Work
from models.audit import AuditEntry
from models.contact import Contact
from models.customer import Customer
from models.errors import EvenhandError, NotAllowed, Refused
from models.issue import MatterAct, find_issue, last_ruling, rulings_on
from tests.builders import AUDITOR, CLERK, NAMED_OFFICER, NOON, a_customer, merge_of, put_clock
from tests.matters import a_filed, a_matter, a_reply, filed_in, how_it_stands
from tests.web.people import OFFICERS, let_in

NOON_LATER = NOON + timedelta(days=20)


def rule(app: App, do: Callable[[Work], object]) -> None:
    with app.begin(CLERK) as work:
        do(work)


def moved(app: App, contact: int, to: int, *, seen: int | None = None, reason: str = "about the bins") -> None:
    with app.begin(CLERK) as work:
        found = work.session.get_one(Contact, contact)
        move_contact(work, found, to=find_issue(work.session, to), reason=reason, seen=seen)


def merged(app: App, keep: int, other: int, *, seen: int | None = None) -> None:
    with app.begin(CLERK) as work:
        one, two = find_issue(work.session, keep), find_issue(work.session, other)
        merge(work, keep=one, merged=two, reason="one lamp", seen=seen)


def unmerged(app: App, other: int) -> None:
    with app.begin(CLERK) as work:
        unmerge(work, find_issue(work.session, other), reason="two lamps after all")


def seen_now(app: App) -> int:
    with app.look() as session:
        return last_ruling(session)


# --- names -----------------------------------------------------------------------------------------------------------


def test_a_new_name_is_kept_with_the_old_one_and_who_gave_it(app: App, ann: Customer) -> None:
    number = a_matter(app, ann, title="Re: Re: hello")
    rule(app, lambda w: rename(w, find_issue(w.session, number), title=" The lamp "))
    with app.look() as session:
        assert find_issue(session, number).title == "The lamp"
        (ruling,) = rulings_on(session, [number])
        assert (ruling.act, ruling.before, ruling.by) == (MatterAct.RENAME, "Re: Re: hello", CLERK.name)
        assert session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc()).limit(1)).one() == "matter.rename"


@pytest.mark.parametrize("title", ["", "  ", "The lamp"])
def test_no_name_and_the_same_name_are_refused(app: App, ann: Customer, title: str) -> None:
    number = a_matter(app, ann, title="The lamp")
    with pytest.raises(Refused):
        rule(app, lambda w: rename(w, find_issue(w.session, number), title=title))


def test_only_those_who_rule_on_the_queue_rule_on_matters(app: App, ann: Customer) -> None:
    number = a_matter(app, ann)
    for actor in (AUDITOR, SERVICE):
        with pytest.raises(NotAllowed), app.begin(actor) as work:
            rename(work, find_issue(work.session, number), title="Bins")
    with app.begin(NAMED_OFFICER) as work:
        rename(work, find_issue(work.session, number), title="Bins")


# --- moving ----------------------------------------------------------------------------------------------------------


def test_a_letter_moves_with_the_councils_answer_to_it(app: App, ann: Customer) -> None:
    lamp, bins = a_matter(app, ann), a_matter(app, ann, title="The bins")
    first = a_filed(app, ann, lamp)
    letter = a_filed(app, ann, lamp, day=1, own="The bins were not emptied.")
    answer = a_reply(app, ann, lamp, day=2, answers=letter)
    moved(app, letter, bins)
    assert (filed_in(app, lamp), filed_in(app, bins)) == ([first], [letter, answer])
    with app.look() as session:
        (ruling,) = rulings_on(session, [bins])
        assert (ruling.other_id, ruling.contact_id, ruling.contacts) == (lamp, letter, [letter, answer])


def test_a_letter_may_open_a_matter_of_its_own(app: App, ann: Customer) -> None:
    letter = a_filed(app, ann, None)
    with app.begin(CLERK) as work:
        found = work.session.get_one(Contact, letter)
        ruling = open_for_contact(work, found, title="The bins", reason="never raised before")
    assert ruling.issue_id is not None
    assert filed_in(app, ruling.issue_id) == [letter]


def test_a_letter_moves_only_among_one_persons_matters(app: App, ann: Customer) -> None:
    other = a_matter(app, a_customer(app, name="Wella Bray"))
    letter = a_filed(app, ann, a_matter(app, ann))
    with pytest.raises(Refused, match="another customer's"):
        moved(app, letter, other)
    nobodys = a_filed(app, None, None)
    with pytest.raises(Refused, match="say first whose it is"):
        moved(app, nobodys, other)


def test_records_of_one_person_share_their_matters(app: App, ann: Customer) -> None:
    again = a_customer(app)
    bins = a_matter(app, again, title="The bins")
    letter = a_filed(app, ann, a_matter(app, ann))
    merge_of(app, again, into=ann)
    moved(app, letter, bins)
    assert filed_in(app, bins) == [letter]
    with app.look() as session:
        told = matters_of(session, records_of(session, session.get_one(Customer, again.id)), app.clock.now())
        assert [one.issue.id for one in told] == [bins]


def test_moving_needs_a_reason_and_another_place(app: App, ann: Customer) -> None:
    lamp, bins = a_matter(app, ann), a_matter(app, ann)
    letter = a_filed(app, ann, lamp)
    with pytest.raises(Refused, match="already"):
        moved(app, letter, lamp)
    with pytest.raises(Refused, match="a reason is needed"):
        moved(app, letter, bins, reason=" ")


# --- merging ---------------------------------------------------------------------------------------------------------


def test_a_merge_takes_everything_over_and_unmerging_gives_exactly_that_back(app: App, ann: Customer) -> None:
    lamp, again = a_matter(app, ann), a_matter(app, ann, title="Lamp, again")
    first, second = a_filed(app, ann, lamp), a_filed(app, ann, again, day=1)
    merged(app, lamp, again)
    later = a_filed(app, ann, lamp, day=2)
    assert filed_in(app, lamp) == [first, second, later]
    unmerged(app, again)
    assert (filed_in(app, lamp), filed_in(app, again)) == ([first, later], [second])


def test_what_an_officer_moved_after_a_merge_stays_where_it_was_put(app: App, ann: Customer) -> None:
    lamp, again, bins = a_matter(app, ann), a_matter(app, ann), a_matter(app, ann)
    first, second = a_filed(app, ann, again), a_filed(app, ann, again, day=1)
    merged(app, lamp, again)
    moved(app, first, bins)
    moved(app, first, lamp)
    unmerged(app, again)
    assert (filed_in(app, lamp), filed_in(app, again)) == ([first], [second])


def test_merges_that_make_no_sense_are_refused_in_plain_words(app: App, ann: Customer) -> None:
    lamp, again = a_matter(app, ann), a_matter(app, ann)
    other = a_matter(app, a_customer(app, name="Wella Bray"))
    with pytest.raises(Refused, match="with itself"):
        merged(app, lamp, lamp)
    with pytest.raises(Refused, match="merge the customers first"):
        merged(app, lamp, other)
    with pytest.raises(Refused, match="not merged"):
        unmerged(app, lamp)
    merged(app, lamp, again)
    for do in (lambda: merged(app, again, lamp), lambda: merged(app, lamp, again)):
        with pytest.raises(Refused, match=f"matter {again} was merged into matter {lamp}"):
            do()


def test_merges_are_taken_apart_from_the_outermost(app: App, ann: Customer) -> None:
    a, b, c = (a_matter(app, ann) for _ in range(3))
    letter = a_filed(app, ann, c)
    merged(app, b, c)
    merged(app, a, b)
    with pytest.raises(Refused, match="take that apart first"):
        unmerged(app, c)
    unmerged(app, b)
    unmerged(app, c)
    assert filed_in(app, c) == [letter]


# --- the final answer ------------------------------------------------------------------------------------------------


def test_an_officers_word_on_the_final_answer_stands_over_the_programs(app: App, ann: Customer) -> None:
    lamp = a_matter(app, ann)
    letter = a_filed(app, ann, lamp)
    reply = a_reply(app, ann, lamp, day=3, answers=letter, final=True)
    put_clock(app, NOON_LATER)
    assert how_it_stands(app, lamp).state is State.FINALLY_ANSWERED
    rule(app, lambda w: unmark_final_answer(w, w.session.get_one(Contact, reply), reason="it promises more"))
    assert how_it_stands(app, lamp).state is State.OPEN
    with pytest.raises(Refused, match="said so already"):
        rule(app, lambda w: unmark_final_answer(w, w.session.get_one(Contact, reply), reason="as said"))
    rule(app, lambda w: mark_final_answer(w, w.session.get_one(Contact, reply), reason="read again"))
    assert how_it_stands(app, lamp).state is State.FINALLY_ANSWERED
    with pytest.raises(Refused, match="only a letter of the council"):
        rule(app, lambda w: mark_final_answer(w, w.session.get_one(Contact, letter), reason="x"))


# --- two officers ----------------------------------------------------------------------------------------------------


def test_the_second_officer_is_told_what_the_first_one_did(app: App, ann: Customer) -> None:
    lamp, bins, again = a_matter(app, ann), a_matter(app, ann), a_matter(app, ann)
    letter = a_filed(app, ann, lamp)
    seen = seen_now(app)
    with app.begin(NAMED_OFFICER) as work:
        found = work.session.get_one(Contact, letter)
        move_contact(work, found, to=find_issue(work.session, bins), reason="about the bins")
    with pytest.raises(Refused, match=r"m\.hosking moved a contact of it on 2 March at 12:00 \(about the bins\)"):
        merged(app, again, lamp, seen=seen)
    merged(app, again, lamp, seen=seen_now(app))


def test_what_happened_to_other_matters_stops_nobody(app: App, ann: Customer) -> None:
    lamp, again, bins = a_matter(app, ann), a_matter(app, ann), a_matter(app, ann)
    seen = seen_now(app)
    rule(app, lambda w: rename(w, find_issue(w.session, bins), title="Bins"))
    merged(app, lamp, again, seen=seen)


# --- the record ------------------------------------------------------------------------------------------------------


def test_rulings_on_matters_are_append_only_and_matters_are_never_deleted(app: App, ann: Customer) -> None:
    number = a_matter(app, ann)
    rule(app, lambda w: rename(w, find_issue(w.session, number), title="Bins"))
    for sql in ("UPDATE matter_rulings SET reason = 'x'", "DELETE FROM matter_rulings", "DELETE FROM issues"):
        with pytest.raises(DatabaseError), Session(app.engine) as session:
            session.execute(text(sql))


def test_matters_come_with_what_waits_longest_for_the_council_first(app: App, ann: Customer) -> None:
    done, asked, short, long = (a_matter(app, ann) for _ in range(4))
    a_reply(app, ann, done, day=1, final=True)
    a_reply(app, ann, asked, day=1, own="Please send the form.")
    a_filed(app, ann, short, day=9)
    a_filed(app, ann, long, day=2)
    a_matter(app, ann, title="nothing is filed here")
    put_clock(app, NOON_LATER)
    with app.look() as session:
        told = matters_of(session, {ann.id}, app.clock.now())
        assert [one.issue.id for one in told] == [long, short, asked, done]
        only = matters_of(session, {ann.id}, app.clock.now(), state=State.AWAITING_CUSTOMER)
        assert [one.issue.id for one in only] == [asked]


def test_a_chronology_says_how_long_after_and_who_owes_a_word(app: App, ann: Customer) -> None:
    lamp = a_matter(app, ann)
    a_filed(app, ann, lamp)
    a_reply(app, ann, lamp, day=5, own="Please send the form.")
    a_reply(app, ann, lamp, day=5, final=True)
    a_filed(app, ann, lamp, day=9)
    with app.look() as session:
        issue = find_issue(session, lamp)
        lines = lines_of(session, issue, said_in(session, issue))
    assert [line.gap for line in lines] == [None, 5, 0, 4]
    assert [line.owed for line in lines] == ["council", "customer", "", ""]


# --- at the command line ---------------------------------------------------------------------------------------------


def said(app: App, *words: str) -> str:
    result = CliRunner().invoke(cli, [*words, "--home", str(app.settings.home), "--as", "r.trelawny"])
    if isinstance(result.exception, EvenhandError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def answer(app: App, *words: str) -> Any:
    return json.loads(said(app, *words, "--json"))


def test_the_commands_list_show_and_rule_in_words_and_json(app: App, ann: Customer) -> None:
    let_in(app, OFFICERS)
    lamp, bins = a_matter(app, ann), a_matter(app, ann, title="The bins")
    letter = a_filed(app, ann, lamp)
    reply = a_reply(app, ann, lamp, day=2, own="The engineer comes by 9 March.", answers=letter)
    a_filed(app, ann, lamp, day=10)
    a_filed(app, ann, bins, day=3)
    rows = answer(app, "matter", "list", "--customer", ann.reference)
    assert [(row["matter"], row["state"]) for row in rows] == [(bins, "awaiting_council"), (lamp, "awaiting_council")]
    assert [row["matter"] for row in answer(app, "matter", "list", "--state", "finally_answered")] == []
    words = said(app, "matter", "show", str(lamp))
    assert "On 4 March 2026 the council named 9 March 2026; it passed without a word" in words
    assert f"contact {reply}, e-mail from the council: The lamp [2 days later]" in words
    shown = answer(app, "matter", "show", str(lamp))
    assert [line["days_later"] for line in shown["chronology"]] == [None, 2, 8]
    assert shown["promises"][0]["broken"] is True
    assert "What it is about: 9 March (date, 1 letter)" in words
    assert shown["about"] == [{"kind": "date", "text": "9 March", "letters": 1}]
    assert "“Harbour lamp”" in said(app, "matter", "rename", str(lamp), "Harbour lamp")
    said(app, "matter", "move", str(letter), "--to", str(bins), "--reason", "about the bins")
    assert set(filed_in(app, bins)) >= {letter, reply}
    made = answer(app, "matter", "move", str(letter), "--new", "Bins, June", "--reason", "another bin")
    assert made["contacts"] == [letter, reply]
    said(app, "matter", "merge", str(lamp), str(bins), "--reason", "one")
    said(app, "matter", "unmerge", str(bins), "--reason", "two")
    said(app, "matter", "final-answer", str(reply), "--reason", "nothing more to say")
    assert answer(app, "matter", "show", str(made["matter"]))["state"] == "finally_answered"
    said(app, "matter", "final-answer", str(reply), "--not", "--reason", "there is more")
    with pytest.raises(Refused, match="say where it goes"):
        said(app, "matter", "move", str(letter), "--reason", "x")
