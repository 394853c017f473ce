"""The ruled findings as labelled examples, in the form of the training corpus's single messages.

They hold what people wrote. Nothing leaves the store by itself: a person with the power asks for it, and that is noted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.work import Work, verb
from models.contact import Contact, ContactFinding
from models.finding import About
from models.officer import Permission
from models.ruled import NOTHING_OF_THE_KIND, Ruled, contacts_with_words, ruled_findings

Json = dict[str, Any]

WARNING = (
    "This file holds personal data: the words of people who wrote to the council, with what officers ruled about them. "
    "Keep it no longer and show it to no more people than the training needs, never commit it to a repository, and "
    "destroy it afterwards."
)
# What the form of a single message has a place for; how two contacts stand to each other it cannot say.
_PLACES = {About.KIND: "kinds", About.ABUSE: "abuse", About.RISK: "risk", About.CONDUCT: "conduct"}
_NOBODY = {"name": "", "email": ""}
_AT_A_TIME = 500


@verb("examples.export", needs=Permission.EXPORT_EXAMPLES)
def export_examples(work: Work) -> list[Json]:
    """One object for each contact with a ruled finding of its words: its own new words, and what was ruled about them.

    `truth` holds what was upheld, or said to be right instead. `ruled` names every label that somebody spoke about:
    of a label that does not stand there nothing is known, neither that it holds nor that it does not.
    """
    by_contact: dict[int, list[Ruled]] = {}
    for one in ruled_findings(work.session):
        if one.about in _PLACES:
            by_contact.setdefault(one.contact_id, []).append(one)
    numbers, rows = list(by_contact), []
    for start in range(0, len(numbers), _AT_A_TIME):
        found = contacts_with_words(work.session, numbers[start : start + _AT_A_TIME])
        rows += [_example(found[n], by_contact[n]) for n in numbers[start : start + _AT_A_TIME]]
    work.note("examples.export", "examples", contacts=len(rows), rulings=sum(map(len, by_contact.values())))
    return rows


def _example(contact: Contact, ruled: Sequence[Ruled]) -> Json:
    """Who wrote it, and to whom, teaches nothing: only how many it went to is kept."""
    findings = {finding.id: finding for finding in contact.findings}
    return {
        "id": f"contact-{contact.id}",
        "from": _NOBODY,
        "to": [f"to{n}@council.invalid" for n, r in enumerate(contact.recipients, 1) if not r.copied],
        "cc": [f"cc{n}@council.invalid" for n, r in enumerate(contact.recipients, 1) if r.copied],
        "subject": contact.subject,
        "body": contact.own,
        "truth": _truth(ruled, findings),
        "ruled": [_ruled(one, findings[one.finding_id]) for one in ruled],
    }


def _truth(ruled: Iterable[Ruled], findings: dict[int, ContactFinding]) -> Json:
    truth: Json = {}
    for one in ruled:
        label = _right(one)
        if not label:
            continue
        place = truth.setdefault(_PLACES[About(one.about)], [])
        if one.about == About.ABUSE:
            place.append({"category": label, "text": _words(findings[one.finding_id])})
        elif label not in place:
            place.append(label)
    return truth


def _right(one: Ruled) -> str:
    """The label that holds, by the officer's ruling; empty where none was said to."""
    if one.upheld:
        return one.label
    return "" if one.right_label == NOTHING_OF_THE_KIND else one.right_label


def _ruled(one: Ruled, finding: ContactFinding) -> Json:
    return {
        "about": one.about,
        "label": one.label,
        "upheld": one.upheld,
        "right_label": one.right_label,
        "text": _words(finding),
        "score": round(one.score, 4),
        "seen_by": one.seen_by,
    }


def _words(finding: ContactFinding) -> str:
    return next((str(e["quote"]) for e in finding.evidence if e.get("quote")), "")
