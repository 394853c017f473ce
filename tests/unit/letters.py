"""Letters and histories of invented people, for the tests of what looks at history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from models.finding import About, Finding
from models.history import PastContact
from models.message import Address, Attachment, Authentication, Direction, Message, OwnWords, Verdict

DAY_ONE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LAMP = (
    "The lamp outside 14 Tinker's Row has been out since Sunday and my mother cannot see the steps when she comes home "
    "from chapel. Could somebody mend it? Column 7."
)
REFUSAL = (
    "The committee considered your request on 12 January and decided not to replace the lamp, "
    "because column 7 stands on "
    "private land. This is the council's final answer."
)


def on_day(day: float) -> datetime:
    return DAY_ONE + timedelta(days=day)


def a_message(
    own: str,
    *,
    day: float = 60,
    subject: str = "Lamp",
    sender: Address | None = None,
    answers: str = "",
    attached: Sequence[str] = (),
    authentic: Verdict = Verdict.PASS,
) -> Message:
    return Message(
        sha256="0" * 64,
        size=len(own),
        message_id=f"now-{day}",
        sender=sender or Address("ida.penn@quill.example", "Ida Penn"),
        received_at=on_day(day),
        subject=subject,
        in_reply_to=answers,
        body=own,
        words=OwnWords(own),
        attachments=tuple(Attachment(name, "application/pdf", 10, f"hash of {name}") for name in attached),
        authentication=Authentication(dmarc=authentic, trusted_by="mx.council.example"),
    )


def a_contact(
    number: int,
    own: str,
    *,
    day: float,
    customer: int = 1,
    issue: int | None = 1,
    subject: str = "Lamp",
    email: str = "ida.penn@quill.example",
    answers: str = "",
) -> PastContact:
    return PastContact(
        id=number,
        customer=customer,
        direction=Direction.IN,
        at=on_day(day),
        message_id=f"m{number}",
        subject=subject,
        own=own,
        issue=issue,
        in_reply_to=answers,
        sender_email=email,
        sender_name="Ida Penn",
    )


def a_reply(
    number: int, own: str, *, day: float, answers: str, final: bool = False, issue: int | None = 1
) -> PastContact:
    return PastContact(
        id=number,
        customer=1,
        direction=Direction.OUT,
        at=on_day(day),
        message_id=f"m{number}",
        subject="RE: Lamp",
        own=own,
        issue=issue,
        final_answer=final,
        in_reply_to=answers,
        sender_email="clerk@council.example",
    )


def refused_lamp() -> tuple[PastContact, ...]:
    """Asked for on day 0, refused for good on day 10."""
    return a_contact(1, LAMP, day=0), a_reply(2, REFUSAL, day=10, answers="m1", final=True)


def only(findings: Sequence[Finding], about: About) -> Finding:
    found = [finding for finding in findings if finding.about is about]
    assert len(found) == 1
    return found[0]
