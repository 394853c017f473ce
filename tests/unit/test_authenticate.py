"""Who is believed about a sender: our own border, in the place where it writes."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.intake.parse import parse
from models.message import Authentication, Verdict

RECEIVED = (
    b"Received: from mail.marlow.example by mx.council.example with ESMTPS id 1; Mon, 2 Nov 2026 09:00:00 +0000\n"
)
OWN = b"From: Gwen Marlow <gwen@marlow.example>\nSubject: The light\n"
PASS = b"Authentication-Results: mx.council.example; dmarc=pass header.from=marlow.example\n"
FAIL = b"Authentication-Results: mx.council.example; dmarc=fail header.from=marlow.example\n"


def results(*fields: bytes, trusted: str = "mx.council.example") -> Authentication:
    content = b"".join(fields) + b"\nHello\n"
    received_at = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
    return parse(content, received_at=received_at, trusted_authservs=frozenset({trusted})).authentication


def test_our_border_is_believed_right_below_its_received_field() -> None:
    assert results(RECEIVED, PASS, OWN) == Authentication(dmarc=Verdict.PASS, trusted_by="mx.council.example")


def test_our_border_is_believed_above_its_received_field() -> None:
    assert results(FAIL, RECEIVED, OWN).passed is False


def test_our_border_is_believed_through_later_hops_of_our_own() -> None:
    delivered = b"Return-Path: <gwen@marlow.example>\nDelivered-To: clerk@council.example\n"
    assert results(delivered, RECEIVED, RECEIVED, b"Received-SPF: pass\n", PASS, OWN).passed is True


def test_a_strange_server_is_not_believed() -> None:
    forged = PASS.replace(b"mx.council", b"mx.elsewhere")
    assert results(RECEIVED, forged, OWN) == Authentication()


def test_the_name_of_our_server_is_compared_without_regard_to_case() -> None:
    assert results(RECEIVED, PASS, OWN, trusted="MX.Council.Example").passed is True


def test_results_the_sender_wrote_among_his_own_fields_are_ignored() -> None:
    assert results(RECEIVED, OWN, PASS) == Authentication()
    assert results(RECEIVED, b"DKIM-Signature: v=1\n", PASS, OWN) == Authentication()


def test_results_in_a_letter_without_any_received_field_are_ignored() -> None:
    assert results(PASS, OWN) == Authentication()


def test_a_forged_field_below_our_own_adds_nothing() -> None:
    ours = b"Authentication-Results: mx.council.example; spf=fail smtp.mailfrom=marlow.example\n"
    assert results(RECEIVED, ours, PASS, OWN) == Authentication(spf=Verdict.FAIL, trusted_by="mx.council.example")


def test_two_fields_of_our_own_above_received_are_read_together() -> None:
    first = b"Authentication-Results: mx.council.example; dkim=pass header.d=marlow.example\n"
    read = results(first, PASS, RECEIVED, OWN)
    assert (read.dkim, read.dmarc) == (Verdict.PASS, Verdict.PASS)


def test_a_pass_for_another_domain_says_nothing_of_this_sender() -> None:
    other = (
        b"Authentication-Results: mx.council.example; spf=pass smtp.mailfrom=bulk.elsewhere.example; "
        b"dkim=pass header.d=elsewhere.example\n"
    )
    assert results(RECEIVED, other, OWN).passed is None


def test_a_subdomain_of_the_sender_vouches_for_it() -> None:
    below = b"Authentication-Results: mx.council.example; spf=pass smtp.mailfrom=bounce@mail.marlow.example\n"
    assert results(RECEIVED, below, OWN).spf is Verdict.PASS


def test_one_sound_signature_is_enough_among_broken_ones() -> None:
    several = (
        b"Authentication-Results: mx.council.example (our own (nested) words; dmarc=pass);\n"
        b" dkim=fail (bad) header.d=marlow.example; dkim=pass header.i=@marlow.example\n"
    )
    read = results(RECEIVED, several, OWN)
    assert (read.dkim, read.dmarc) == (Verdict.PASS, Verdict.NONE)


def test_neutral_and_temporary_errors_say_nothing() -> None:
    vague = (
        b"Authentication-Results: mx.council.example; spf=neutral smtp.mailfrom=marlow.example;"
        b" dkim=temperror header.d=marlow.example; dmarc=none header.from=marlow.example\n"
    )
    assert results(RECEIVED, vague, OWN).passed is None


def test_results_that_name_no_server_count_only_where_that_is_set() -> None:
    unnamed = (
        b"Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=marlow.example; dmarc=bestguesspass\n"
    )
    assert results(RECEIVED, unnamed, OWN) == Authentication()
    assert results(RECEIVED, unnamed, OWN, trusted="").passed is True
