"""Real letters, delivered by LMTP through a real Sieve: who is diverted, who is not, and what the clerk's rules do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.mailbox.ports import MailboxRefused, RuleClash
from bot.mailbox.rules.sieve import SieveRuleBook
from tests.conftest import a_fresh_account
from tests.contract.sieve_clerk import PENROSE, RESTRICTED, SieveClerk, a_rule
from tests.servers.dovecot import Dovecot
from tests.servers.missing import require

FILES_AND_STOPS = """require ["fileinto", "mailbox"];
if header :contains "subject" "planning" { fileinto :create "Planning"; stop; }
"""
KEEPS_EVERYTHING = "keep; stop;"
ON_HOLIDAY = 'require "vacation"; vacation :days 1 "Away until Monday.";'


@pytest.fixture(scope="module")
def dovecot_without_include() -> Iterator[Dovecot]:
    require("dovecot")
    with Dovecot(without_sieve=("include",)) as server:
        yield server


@pytest.fixture(params=["dovecot", "dovecot_without_include"])
def clerk(request: pytest.FixtureRequest) -> SieveClerk:
    return SieveClerk(a_fresh_account(request.getfixturevalue(request.param)))


@pytest.fixture
def including(dovecot: Dovecot) -> SieveClerk:
    return SieveClerk(a_fresh_account(dovecot))


def test_only_the_restricted_address_is_diverted(clerk: SieveClerk) -> None:
    clerk.write(a_rule())
    clerk.gets(PENROSE, "mine")
    clerk.gets("Jo Penrose <J.Penrose@Residents.Example>", "mine with a name and capitals")
    clerk.gets("a.j.penrose@residents.example", "longer")
    clerk.gets("j.penrose@residents.example.elsewhere.example", "elsewhere")
    clerk.gets(f'"{PENROSE}" <m.tregear@residents.example>', "somebody's name looks like it")
    clerk.gets("m.tregear@residents.example", "answer is for another", f"Reply-To: {PENROSE}", f"Sender: {PENROSE}")
    assert clerk.folder(RESTRICTED) == ["mine", "mine with a name and capitals"]
    assert clerk.folder("INBOX") == [
        "longer",
        "elsewhere",
        "somebody's name looks like it",
        "answer is for another",
    ]


def test_every_address_of_the_customer_and_every_rule_is_covered(clerk: SieveClerk) -> None:
    clerk.write(
        a_rule("a@residents.example", "b@residents.example"),
        a_rule("c@residents.example", restriction=8, folder='Clerk\'s "C" \\ Zoë'),
    )
    for name in "abcd":
        clerk.gets(f"{name}@residents.example", name)
    assert clerk.folder(RESTRICTED) == ["a", "b"]
    assert clerk.folder('Clerk\'s "C" \\ Zoë') == ["c"]
    assert clerk.folder("INBOX") == ["d"]


@pytest.mark.parametrize(("starts_in", "ends_in"), [(-60, -30), (30, 60), (-60, 0)])
def test_outside_its_dates_a_rule_does_nothing_even_if_nobody_removes_it(
    clerk: SieveClerk, starts_in: int, ends_in: int
) -> None:
    clerk.write(a_rule(starts_in=starts_in, ends_in=ends_in))
    clerk.gets(PENROSE, "flows")
    assert clerk.folder("INBOX") == ["flows"]
    assert clerk.folder(RESTRICTED) == []


def test_a_forged_sender_flows(clerk: SieveClerk) -> None:
    clerk.write(a_rule())
    clerk.gets(PENROSE, "forged", "Authentication-Results: mx.council.example;", "\tspf=none; DMARC=fail header.from=x")
    clerk.gets(PENROSE, "genuine", "Authentication-Results: mx.council.example; dmarc=pass; spf=fail")
    assert clerk.folder("INBOX") == ["forged"]
    assert clerk.folder(RESTRICTED) == ["genuine"]


def test_where_our_mail_server_is_known_only_its_word_counts(including: SieveClerk) -> None:
    book = SieveRuleBook(including.server, own_mail_server="mx.council.example")
    book.write((a_rule(),), stamp=book.read().stamp)
    assert book.read().ours == (a_rule(),)
    including.gets(PENROSE, "forged", "Authentication-Results: mx.council.example; dmarc=fail")
    including.gets(PENROSE, "forged, with a version", "Authentication-Results: mx.council.example 1; dmarc=fail")
    including.gets(PENROSE, "says so itself", "Authentication-Results: mx.council.example.evil.example; dmarc=fail")
    assert including.folder("INBOX") == ["forged", "forged, with a version"]
    assert including.folder(RESTRICTED) == ["says so itself"]


@pytest.mark.parametrize("script", [FILES_AND_STOPS, KEEPS_EVERYTHING, ON_HOLIDAY], ids=["files", "keeps", "holiday"])
def test_a_diverted_letter_lies_in_one_place_whatever_the_clerks_script_does(clerk: SieveClerk, script: str) -> None:
    clerk.use("mine", script)
    clerk.write(a_rule())
    clerk.gets(PENROSE, "about planning")
    assert clerk.folder(RESTRICTED) == ["about planning"]
    assert clerk.folder("Planning") == clerk.folder("INBOX") == []


def test_the_clerks_own_script_works_before_beside_and_after_ours(clerk: SieveClerk) -> None:
    clerk.use("mine", FILES_AND_STOPS)
    clerk.gets("m.tregear@residents.example", "planning, before")
    clerk.write(a_rule())
    clerk.gets("m.tregear@residents.example", "planning, beside")
    clerk.gets("m.tregear@residents.example", "bins, beside")
    clerk.write()
    clerk.gets(PENROSE, "planning, after")
    clerk.gets(PENROSE, "bins, after")
    assert clerk.folder("Planning") == ["planning, before", "planning, beside", "planning, after"]
    assert clerk.folder("INBOX") == ["bins, beside", "bins, after"]
    assert clerk.scripts() == {"mine": FILES_AND_STOPS.encode()}
    assert clerk.active() == "mine"


def test_a_script_the_clerk_changes_later_is_used_at_once(clerk: SieveClerk) -> None:
    clerk.use("mine", FILES_AND_STOPS)
    clerk.write(a_rule())
    text = clerk.scripts()["mine"]
    clerk.keep("mine", text.replace(b'"subject" "planning"', b'"subject" "hedges"'))
    clerk.gets("m.tregear@residents.example", "hedges")
    clerk.gets(PENROSE, "hedges and planning")
    assert clerk.folder("Planning") == ["hedges"]
    assert clerk.folder(RESTRICTED) == ["hedges and planning"]


def test_without_a_script_of_the_clerks_ours_stands_alone_and_goes_without_a_trace(clerk: SieveClerk) -> None:
    clerk.write(a_rule())
    clerk.gets("m.tregear@residents.example", "another")
    assert clerk.folder("INBOX") == ["another"]
    clerk.write()
    assert (clerk.scripts(), clerk.active()) == ({}, "")


def test_a_lifted_restriction_ends_with_the_very_next_letter(clerk: SieveClerk) -> None:
    for number in range(3):
        clerk.write(a_rule())
        clerk.gets(PENROSE, f"restricted {number}")
        clerk.write()
        clerk.gets(PENROSE, f"lifted {number}")
    assert clerk.folder(RESTRICTED) == ["restricted 0", "restricted 1", "restricted 2"]
    assert clerk.folder("INBOX") == ["lifted 0", "lifted 1", "lifted 2"]


def test_another_script_made_active_by_the_clerk_is_noticed_and_runs_after_ours(clerk: SieveClerk) -> None:
    clerk.use("mine", FILES_AND_STOPS)
    clerk.write(a_rule())
    clerk.use("summer", FILES_AND_STOPS.replace("Planning", "Summer"))
    assert not clerk.book.read().active
    clerk.gets(PENROSE, "flows meanwhile")
    clerk.write(a_rule())
    assert clerk.book.read() == replace(clerk.book.read(), ours=(a_rule(),), tampered=(), active=True)
    clerk.gets(PENROSE, "planning, restricted")
    clerk.gets("m.tregear@residents.example", "planning, another")
    assert clerk.folder("INBOX") == ["flows meanwhile"]
    assert clerk.folder(RESTRICTED) == ["planning, restricted"]
    assert clerk.folder("Summer") == ["planning, another"]
    clerk.write()
    assert clerk.active() == "summer"
    assert clerk.scripts()["mine"] == FILES_AND_STOPS.encode()


def test_all_scripts_switched_off_by_the_clerk_is_noticed(clerk: SieveClerk) -> None:
    clerk.write(a_rule())
    clerk.use("")
    assert not clerk.book.read().active


def test_the_clerks_script_gone_from_under_ours_is_noticed_and_mail_still_arrives(including: SieveClerk) -> None:
    including.use("mine", FILES_AND_STOPS)
    including.write(a_rule())
    including.throw_away("mine")
    including.gets(PENROSE, "restricted")
    including.gets("m.tregear@residents.example", "planning")
    assert including.folder(RESTRICTED) == ["restricted"]
    assert including.folder("INBOX") == ["planning"]
    assert "no longer there" in including.book.read().tampered[0]
    including.write(a_rule())
    assert including.book.read().tampered == ()


def test_what_the_clerk_wrote_into_our_script_is_kept_as_a_comment_that_never_acts(including: SieveClerk) -> None:
    including.use("mine", FILES_AND_STOPS)
    including.write(a_rule())
    including.keep("evenhand", including.scripts()["evenhand"] + b'if header "subject" "bins" { keep; }\r\n')
    assert including.book.read().tampered == ("script 'evenhand': lines that are not ours were added",)
    including.write(a_rule())
    (copy,) = (text for name, text in including.scripts().items() if name.startswith("evenhand-found-"))
    assert b'#- if header "subject" "bins" { keep; }' in copy
    assert all(line.startswith(b"#-") for line in copy.splitlines() if line)
    assert including.book.read().tampered == ()
    including.gets("m.tregear@residents.example", "planning")
    assert including.folder("Planning") == ["planning"]


def test_marks_damaged_in_the_clerks_script_are_left_to_the_clerk(dovecot_without_include: Dovecot) -> None:
    clerk = SieveClerk(a_fresh_account(dovecot_without_include))
    clerk.use("mine", FILES_AND_STOPS)
    clerk.write(a_rule())
    damaged = clerk.scripts()["mine"].replace(b"# evenhand: end", b"# the end")
    clerk.keep("mine", damaged)
    assert clerk.book.read().tampered == ("script 'mine': our marker lines are missing or damaged",)
    with pytest.raises(MailboxRefused, match="take them out by hand"):
        clerk.write()
    assert clerk.scripts() == {"mine": damaged}


def test_where_the_server_has_learned_to_include_our_lines_move_out_of_the_clerks_script(including: SieveClerk) -> None:
    including.write(a_rule())
    block = including.scripts()["evenhand"]
    including.write()
    including.use("mine", block + b"keep;\r\n")
    assert including.book.read().ours == (a_rule(),)
    including.write(a_rule())
    assert including.scripts()["mine"] == b"keep;\r\n"
    assert including.active() == "evenhand"


def test_a_change_by_the_clerk_between_reading_and_writing_is_a_clash(clerk: SieveClerk) -> None:
    clerk.use("mine", FILES_AND_STOPS)
    stamp = clerk.book.read().stamp
    clerk.keep("mine", KEEPS_EVERYTHING)
    with pytest.raises(RuleClash):
        clerk.book.write((a_rule(),), stamp=stamp)
    assert clerk.scripts() == {"mine": KEEPS_EVERYTHING.encode()}


def test_a_server_that_cannot_end_a_rule_by_itself_gets_none_unless_told() -> None:
    require("dovecot")
    with Dovecot(without_sieve=("date",)) as server:
        clerk = SieveClerk(a_fresh_account(server))
        assert "cannot say when a rule ends" in clerk.book.check()[0]
        with pytest.raises(MailboxRefused, match="cannot say when a rule ends"):
            clerk.write(a_rule())
        clerk.write()
        clerk.gets(PENROSE, "flows")
        told = SieveRuleBook(clerk.server, allow_without_end_date=True)
        assert told.check() == []
        told.write((a_rule(),), stamp=told.read().stamp)
        assert told.read().ours == (a_rule(),)
        clerk.gets(PENROSE, "restricted")
        clerk.write()
        clerk.gets(PENROSE, "lifted")
        assert clerk.folder("INBOX") == ["flows", "lifted"]
        assert clerk.folder(RESTRICTED) == ["restricted"]


def test_a_foreign_script_under_our_name_is_told_before_it_is_replaced(including: SieveClerk) -> None:
    including.use("evenhand", FILES_AND_STOPS)
    assert "rename it first" in including.book.check()[0]


def test_our_script_never_discards_rejects_or_sends_anything_on(clerk: SieveClerk) -> None:
    clerk.write(a_rule(), a_rule("m.tregear@residents.example", restriction=8, ends_in=400))
    (text,) = clerk.scripts().values()
    commands = {line.split()[0].rstrip(b";") for line in text.splitlines() if line.strip() and line[:1] != b"#"}
    assert commands <= {b"require", b"if", b"currentdate", b"address", b"not", b")", b"fileinto", b"stop", b"}"}
