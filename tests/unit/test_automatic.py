"""Machines are told from people, and a person's letter is never called automatic by its words."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.intake.parse import parse
from models.message import Automatic

GWEN = b"Gwen Marlow <gwen@marlow.example>"


def kind(
    *fields: bytes, sender: bytes = GWEN, subject: bytes = b"The light", body: bytes = b"Hello\n"
) -> Automatic | None:
    content = b"\n".join((b"From: " + sender, b"Subject: " + subject, *fields)) + b"\n\n" + body
    trusted = frozenset({"mx.council.example"})
    return parse(content, received_at=datetime(2026, 11, 2, tzinfo=UTC), trusted_authservs=trusted).automatic


def test_a_resident_who_writes_of_automatic_replies_is_a_person() -> None:
    assert kind(subject=b"Automatic reply: why do I only get one?") is None
    assert kind(subject=b"Undeliverable post at our flats") is None
    assert kind(subject=b"Out of office again?") is None


def test_auto_submitted_no_is_a_person() -> None:
    assert kind(b"Auto-Submitted: no") is None
    assert kind(b"Auto-Submitted: No; by=hand") is None


def test_an_auto_reply_says_so() -> None:
    assert kind(b"Auto-Submitted: auto-replied (vacation)") is Automatic.AUTO_REPLY
    assert kind(b"X-Autoreply: yes") is Automatic.AUTO_REPLY
    assert kind(b"Precedence: auto_reply") is Automatic.AUTO_REPLY


def test_a_request_not_to_be_answered_by_machines_is_a_person() -> None:
    assert kind(b"X-Auto-Response-Suppress: All") is None


def test_what_a_form_sends_for_a_person_is_a_person_writing() -> None:
    form = b"Report It <noreply@forms.example>"
    assert kind(b"Auto-Submitted: auto-generated", b"Reply-To: gwen@marlow.example", sender=form) is None


def test_a_machine_that_wants_no_answer_is_no_relay() -> None:
    shop = b"Shop <orders@shop.example>"
    fields = (b"Auto-Submitted: auto-generated", b"Reply-To: no-reply@shop.example")
    assert kind(*fields, sender=shop) is Automatic.AUTO_REPLY


def test_a_bounce_is_not_a_person_writing() -> None:
    assert kind(sender=b"MAILER-DAEMON@mail.example") is Automatic.BOUNCE
    assert kind(b"X-Failed-Recipients: clerk@council.example") is Automatic.BOUNCE
    assert kind(b"Return-Path: <>", sender=b"postmaster@mail.example") is Automatic.BOUNCE
    assert kind(b"Return-Path: <>", subject=b"Delivery Status Notification (Failure)") is Automatic.BOUNCE


def test_an_empty_envelope_alone_does_not_make_a_machine() -> None:
    assert kind(b"Return-Path: <>") is None
    assert kind(b"Return-Path: <>", subject=b"Automatic reply: The light") is Automatic.AUTO_REPLY


def test_a_postmaster_may_write_by_hand() -> None:
    assert kind(b"Return-Path: <postmaster@marlow.example>", sender=b"postmaster@marlow.example") is None


def test_reports_about_our_own_mail_are_reports() -> None:
    arf = b"Content-Type: multipart/report; report-type=feedback-report; boundary=x"
    assert kind(arf) is Automatic.REPORT
    archive = b"Content-Type: application/gzip"
    subject = b"Report domain: council.example Submitter: mail.example"
    assert kind(archive, subject=subject) is Automatic.REPORT
    assert kind(subject=subject) is None


def test_a_read_receipt_is_an_auto_reply() -> None:
    receipt = b"Content-Type: multipart/report; report-type=disposition-notification; boundary=x"
    assert kind(receipt) is Automatic.AUTO_REPLY


def test_a_newsletter_is_a_list() -> None:
    assert kind(b"List-Id: News <news.shop.example>") is Automatic.LIST
    assert kind(b"Precedence: bulk") is Automatic.LIST


def test_a_shared_mailbox_kept_as_a_list_of_our_own_brings_people() -> None:
    assert kind(b"List-Id: Clerk <clerk.council.example>", b"Precedence: list") is None
    assert kind(b"Delivered-To: office@town.example", b"List-Id: <clerk.town.example>") is None
