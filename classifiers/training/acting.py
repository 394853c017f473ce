"""Lessons in who acts for whom: letters beside the matters of other people than their writer.

A helper's letter stands beside the matter of the one for whom they write; and every letter beside the matter of
somebody else that it is most like, who is warned or restricted and who is anybody: a neighbour with the same trouble
writes nearly the same words, and acts for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classifiers.associate_unnamed import likeness
from classifiers.matters import Matter, sort_into_matters
from classifiers.training.mailboxes import Mailbox, Step
from models.history import PastContact
from models.message import Message

LEAST = 0.05  # so much a letter must share with the likest one of somebody else, to be taught as none of their helpers'


@dataclass(frozen=True)
class Beside:
    """A letter, a matter of somebody who did not write it, and whether the writer acts for or with them."""

    step: Step
    matter: Matter
    acts: bool


def beside_others(folder: Path) -> Iterator[Beside]:
    box = Mailbox(folder)
    for step in box.walk():
        message, truth = step.message, step.truth
        if message.automatic is not None or truth.get("forged"):
            continue
        writer, helped = box.number(truth.get("customer")), box.number(truth.get("associate_of"))
        theirs: dict[int, list[PastContact]] = {}
        for contact in box.contacts:
            if contact.customer is not None and contact.customer != writer and contact.own:
                theirs.setdefault(contact.customer, []).append(contact)
        if helped in theirs:
            yield from _of_the_helped(step, theirs[helped], box.number(truth.get("issue")))
        watched = {person.customer for person in step.history.people if person.watched}
        alike = sorted(
            ((*_likest(message, contacts), who) for who, contacts in theirs.items() if who != helped), reverse=True
        )
        of_the_watched = [one for one in alike if one[2] in watched]
        for share, number, who in dict.fromkeys([*of_the_watched[:1], *alike[:1]]):
            if share >= LEAST:
                yield from _holding(step, theirs[who], number)


def _of_the_helped(step: Step, theirs: list[PastContact], issue: int | None) -> Iterator[Beside]:
    matters = _matters(step.message, theirs)
    about = [matter for matter in matters if matter.issue == issue] or matters
    if about:
        yield Beside(step, max(about, key=lambda matter: _likest(step.message, matter.contacts)), acts=True)


def _holding(step: Step, theirs: list[PastContact], contact: int) -> Iterator[Beside]:
    for matter in _matters(step.message, theirs):
        if any(one.id == contact for one in matter.contacts):
            yield Beside(step, matter, acts=False)


def _matters(message: Message, theirs: list[PastContact]) -> list[Matter]:
    answers = frozenset({message.in_reply_to, *message.references} - {""})
    matters = sort_into_matters(theirs, message.words.own, message.subject, answers)
    return [matter for matter in matters if any(contact.own for contact in matter.readable)]


def _likest(message: Message, contacts: list[PastContact] | tuple[PastContact, ...]) -> tuple[float, int]:
    letter = f"{message.subject}\n{message.words.own}"
    return max((likeness(letter, f"{contact.subject}\n{contact.own}"), contact.id) for contact in contacts)
