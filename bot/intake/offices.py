"""Who may never be restricted (INV-11): members, parliaments, ombudsmen, regulators, police, courts, health, councils.

A domain says only from where somebody writes: an officer may clear the mark for one who writes about their own bins
from work. Until then the mark stands, because the mistake on the other side is worse.
"""

from __future__ import annotations

from collections.abc import Collection

from models.message import Message

_OFFICES = {
    "parliament.uk": "a member of Parliament or their office",
    "senedd.wales": "a member of the Senedd or their office",
    "senedd.cymru": "a member of the Senedd or their office",
    "parliament.scot": "a member of the Scottish Parliament or their office",
    "niassembly.gov.uk": "a member of the Northern Ireland Assembly or their office",
    "lgo.org.uk": "the Local Government and Social Care Ombudsman",
    "housing-ombudsman.org.uk": "the Housing Ombudsman",
    "ombudsman.org.uk": "the Parliamentary and Health Service Ombudsman",
    "ombudsman.wales": "the Public Services Ombudsman for Wales",
    "ombwdsmon.cymru": "the Public Services Ombudsman for Wales",
    "ico.org.uk": "the Information Commissioner",
    "police.uk": "the police",
    "judiciary.uk": "a court",
    "nhs.uk": "the health service",
    "nhs.net": "the health service",
    "nhs.wales": "the health service",
    "gov.uk": "a public authority",
    "gov.wales": "a public authority",
    "llyw.cymru": "a public authority",
    "gov.scot": "a public authority",
}


def never_restricted(message: Message, members: Collection[str]) -> str:
    """Why this sender may never be restricted; empty for everybody else and for a sender that the server disowns."""
    if message.authentication.passed is False:
        return ""
    if message.sender.email in members:
        return "a member of the council"
    parts = message.sender.domain.split(".")
    for at in range(len(parts)):
        office = _OFFICES.get(".".join(parts[at:]))
        if office:
            return f"writes from {office}"
    return ""
