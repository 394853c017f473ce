"""Who may never be restricted (INV-11): members, parliaments, ombudsmen, regulators, police, courts, health, councils.

A domain says only from where somebody writes: an officer may clear the mark for one who writes about their own bins
from work. Until then the mark stands, because the mistake on the other side is worse.
"""

from __future__ import annotations

import re
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
    "lgsco.org.uk": "the Local Government and Social Care Ombudsman",
    "spso.org.uk": "the Scottish Public Services Ombudsman",
    "nipso.org.uk": "the Northern Ireland Public Services Ombudsman",
    "cjsm.net": "the courts, or a lawyer before them",
    "justice.gov.uk": "a court",
    "scotcourts.gov.uk": "a court",
    "citizensadvice.org.uk": "an advice charity",
    "shelter.org.uk": "an advice charity",
    "lawcentres.org.uk": "an advice charity",
    "ageuk.org.uk": "an advice charity",
    "mind.org.uk": "an advice charity",
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


# Beside the address: how somebody signs. Each needs the office in the name that stands over the letter, or on a line of
# its own under it; an office that is only mentioned ("I have told my MP") is nobody's.
_SIGNED = (
    (r"(?:office of .{2,60}\b|.{2,60}\b)(?:MP|MSP|MLA)"
     r"|member of parliament(?: for .{2,60})?", "a member of Parliament"),
    (r".{2,60}\b(?:MS|AS)|member of the senedd(?: for .{2,60})?|aelod o['’]r senedd", "a member of the Senedd"),
    (r"(?:senior |constituency |parliamentary )?(?:caseworker|case worker)(?: (?:to|for) .{2,60})?"
     r"|parliamentary assistant"
     r"(?: (?:to|for) .{2,60})?", "a member's caseworker"),
    (r"(?:cllr|councillor|cynghorydd|county councillor|ward councillor|alderman)\.? .{2,60}"
     r"|(?:.{2,60},? )?(?:ward|district|county|borough|parish|town"
     r"|community) councillor(?:(?: for|,) .{2,60})?", "a councillor"),
    (r"(?:.{0,60}\b)?(?:solicitors?(?: llp)?|barristers?|notary public|law (?:firm|llp|centre)|legal executive|llp)"
     r"(?:,? .{0,40})?|advocate", "a lawyer"),
    (r"(?:.{0,60}\b)?(?:citizens['’]? advice|law centre|advice (?:centre|service|bureau)|advocacy (?:service"
     r"|project))\b"
     r".{0,60}|(?:independent |lay )?advocate(?:,.{0,60})?|(?:welfare|housing|debt|generalist"
     r"|senior )?[ -]?(?:rights )?"
     r"advis[eo]r(?:,.{0,60})?", "an advice worker"),
    (r"(?:.{0,60}\b)?(?:ombudsman|ombwdsmon)\b.{0,60}", "an ombudsman"),
    (r"(?:.{0,60}\b)?information commissioner['’]?s? office.{0,60}|ico case officer", "the Information Commissioner"),
    (r"(?:(?:detective|police|temporary) )*(?:constable|sergeant|inspector|chief inspector|superintendent)\b.{0,60}"
     r"|(?:PC|DC|DS|DI|PCSO|PS) \d{2,6}\b.{0,60}", "the police"),
    (r"(?:.{0,60}\b)?(?:county court|magistrates['’]? court|crown court|high court|tribunals? service"
     r"|first-tier tribunal"
     r"|coroner['’]?s? (?:court|officer))\b.{0,60}", "a court"),
)  # fmt: skip
_SIGNS = tuple((re.compile(pattern, re.IGNORECASE), what) for pattern, what in _SIGNED)
_SMALL = re.compile(r"\b(?:mp|ms|as|msp|mla)$")  # "thanks, as" and "ms" in small letters are no office
_LAST_LINES = 6
_LONGEST_LINE = 90
_PEOPLES_OWN = re.compile(
    r"\b(?:my|our|your|his|her|the council['’]?s|former|ex|retired|late|wrote to|not an?|told)\b", re.I
)


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
    signed = signs_as(message)
    return f"signs as {signed}" if signed else ""


def signs_as(message: Message) -> str:
    """The office that the sender's name or the lines under the letter claim; empty for most people.

    It is a claim, not proof: it keeps the writer out of reach of a restriction until an officer says otherwise.
    """
    own = [line.strip() for line in message.words.own[-2000:].split("\n") if line.strip()][-_LAST_LINES:]
    block = [line.strip() for line in message.words.signature[:2000].split("\n") if line.strip()][:_LAST_LINES]
    for line in (message.sender.name.strip(), *own[1:], *block):
        if not 2 < len(line) <= _LONGEST_LINE or _PEOPLES_OWN.search(line) or _SMALL.search(line):
            continue
        if line.endswith((".", "?", "!")) and len(line.split()) > 6:
            continue  # a sentence
        for pattern, what in _SIGNS:
            if pattern.fullmatch(line.strip(" ,.*_-")):
                return what
    return ""
