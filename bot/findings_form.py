"""A contact's findings as one JSON object, for machines: the form that `replay` and `classify` print."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from models.contact import Contact
from models.finding import About, Finding
from models.queue import Flag, QueueItem

Json = dict[str, Any]

FIRST_NOVEL_WORDS = 60


def words_form(identifier: str, findings: Iterable[Finding]) -> Json:
    """What the words of one message say, without history (`evenhand classify`)."""
    found = list(findings)
    return {
        "id": identifier,
        "kinds": [{"label": f.label, "score": round(f.score, 4)} for f in found if f.about is About.KIND],
        "abuse": [_worded(f, "category") for f in found if f.about is About.ABUSE],
        "risk": [_worded(f, "label") for f in found if f.about is About.RISK],
        "conduct": [_worded(f, "label") for f in found if f.about is About.CONDUCT],
        "language": next((f.label for f in found if f.about is About.LANGUAGE), None),
    }


def _worded(finding: Finding, key: str) -> Json:
    text = next((e.quote for e in finding.evidence if e.quote), "")
    return {key: finding.label, "text": text, "score": round(finding.score, 4)}


def contact_form(
    contact: Contact,
    findings: Iterable[Finding],
    *,
    flags: Iterable[Flag],
    item: QueueItem | None,
    reference: Callable[[int], str],
    message_id_of: Callable[[int], str],
) -> Json:
    """Everything found in one logged contact (`evenhand replay`)."""
    found = list(findings)
    form = words_form(contact.message_id, found)
    del form["id"], form["language"]  # a replayed letter in another language is told by where it waits, and why
    relation = next((f for f in found if f.about is About.RELATION), None)
    associate = next((f for f in found if f.about is About.ASSOCIATE), None)
    campaign = next((f for f in found if f.about is About.CAMPAIGN), None)
    forged = any(f.about is About.FORGED and f.score >= 0.5 for f in found)
    return {
        "message_id": contact.message_id,
        "customer": reference(contact.customer_id) if contact.customer_id is not None else None,
        "sender": {"authenticated": contact.authenticated, "forged_suspected": forged},
        **form,
        "relation": {
            "label": relation.label if relation else "none",
            "score": round(relation.score, 4) if relation else 0.0,
            "relates_to": message_id_of(relation.contact) if relation and relation.contact is not None else None,
        },
        "novel": [
            {"text": " ".join(e.quote.split()[:FIRST_NOVEL_WORDS]), "score": round(f.score, 4)}
            for f in found
            if f.about is About.NOVEL
            for e in f.evidence[:1]
        ],
        "associate": _associate(associate, reference),
        "campaign": campaign.group if campaign else None,
        "flags": [flag.kind.value for flag in flags],
        "queue": item.lane.value if item else "none",
        "restricted": contact.restricted_by is not None,
        "diverted": contact.diverted,
    }


def _associate(finding: Finding | None, reference: Callable[[int], str]) -> Json | None:
    if finding is None or finding.customer is None:
        return None
    return {
        "customer": reference(finding.customer),
        "evidence": sorted({e.reason for e in finding.evidence if e.reason}),
        "score": round(finding.score, 4),
    }
