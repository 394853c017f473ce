"""A letter as an officer looks at it: how it stands, what it lacks, and whether what went is still what is kept."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.letters.check import missing_contents, wrong_words
from bot.letters.send import Papers
from bot.letters.words import reading_age
from models.letter import Letter, LetterEvent, find_paper, letter_events, letter_state, sent_letter
from models.policy import Policy


def checked(session: Session, letter: Letter, policy: Policy) -> dict[str, object]:
    """How a letter stands, and everything that keeps it from going. `seen`: the mark of its text."""
    return {
        "letter": letter.id,
        "kind": letter.kind.value,
        "state": letter_state(session, letter).value,
        "to": letter.recipient,
        "subject": letter.subject,
        "missing": missing_contents(letter, policy),
        "wrong": wrong_words(session, letter, policy),
        "reading_age": reading_age(letter.body),
        "seen": letter.text_sha256()[:8],
        "policy": letter.policy_version,
    }


def as_it_went(session: Session, letter: Letter) -> dict[str, object] | None:
    """How it went, and whether the letter and its papers are still what went (INV-14, INV-27); None for a draft."""
    went = sent_letter(session, letter.id)
    if went is None:
        return None
    kept = [find_paper(session, number) for number in (went.paper_sha256, went.policy_sha256) if number]
    unchanged = letter.text_sha256() == went.text_sha256 and all(paper.is_whole() for paper in kept)
    names = ("sent_on", "how", "signed_by", "policy_version", "text_sha256", "paper_sha256", "policy_sha256")
    return {**{name: getattr(went, name) for name in names}, "unchanged": unchanged}


def what_became(session: Session, letter: Letter) -> list[dict[str, object]]:
    """The events of a letter, in the order they were recorded."""
    return [_event(event) for event in letter_events(session, letter.id)]


def _event(event: LetterEvent) -> dict[str, object]:
    told = {"event": event.id, "kind": event.kind.value, "on": event.on, "words": event.words}
    return {**told, "by": event.recorded_by, "contact": event.contact_id}


def papers_that_went(session: Session, letter: Letter) -> Papers | None:
    """The very bytes that went; None for a draft."""
    went = sent_letter(session, letter.id)
    if went is None:
        return None
    enclosed = find_paper(session, went.policy_sha256).content if went.policy_sha256 else None
    return Papers(find_paper(session, went.paper_sha256).content, enclosed)
