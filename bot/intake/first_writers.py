"""The first writers of a campaign: nobody could know that it was one before the third wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select

from bot.intake.record import add_finding
from bot.work import Work
from models.contact import Contact, ContactFinding
from models.finding import About, Evidence, Finding
from models.prints import keep_prints


def mark_first_writers(
    work: Work, contact: Contact, findings: Iterable[Finding], *, prints: Sequence[int] = ()
) -> list[int]:
    """Add the finding to the earlier contacts of a campaign that have none, and note it; which they are.

    `prints` are kept with them, by which later letters find those of a campaign.

    It says what they have in common with this contact, changes no flag and no lane of theirs, and binds nobody.
    """
    marked: list[int] = []
    for finding in findings:
        if finding.about is not About.CAMPAIGN:
            continue
        by_contact = {part.contact: part for part in finding.evidence if part.contact is not None}
        for number in sorted(set(by_contact) - _marked(work, by_contact)):
            earlier = work.session.get_one(Contact, number)
            part = by_contact[number]
            other_way = Evidence(part.earlier, earlier.own.find(part.earlier), contact.id, part.quote, part.reason, 1.0)
            add_finding(work, earlier, replace(finding, evidence=(other_way,)))
            keep_prints(work.session, earlier.id, earlier.at, prints)
            marked.append(number)
        if marked:
            work.session.flush()
            work.note("campaign.mark", contact, contacts=marked, group=finding.group)
    return marked


def _marked(work: Work, contacts: Iterable[int]) -> set[int]:
    found = select(ContactFinding.contact_id).where(
        ContactFinding.contact_id.in_(list(contacts)), ContactFinding.about == About.CAMPAIGN.value
    )
    return set(work.session.scalars(found))
