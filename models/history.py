"""What is already known when a message is examined, as values: the only view of the archive a classifier gets.

`bot.triage.history` fills it through indexed queries, so the cost of one message does not grow with the archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.message import Direction


@dataclass(frozen=True, slots=True)
class PastContact:
    """An earlier contact. `issue` is the matter it was filed under, None when nobody and nothing has filed it."""

    id: int
    customer: int | None
    direction: Direction
    at: datetime
    message_id: str
    subject: str
    own: str
    issue: int | None = None
    final_answer: bool = False  # outbound: the council's last word on the issue
    in_reply_to: str = ""
    sender_email: str = ""
    sender_name: str = ""
    signature: str = ""
    attachment_hashes: tuple[str, ...] = ()
    authenticated: bool | None = None  # what the council's own mail server found: the From is the sender's, or is not
    acts_for: tuple[int, ...] = ()  # the customers for whom, or with whom, its writer was found to act in it


@dataclass(frozen=True, slots=True)
class PersonSketch:
    """What associates are looked for by: how another person can be reached.

    watched     warned or restricted
    persistent  wrote often in the recent weeks, or repeated themselves in them
    """

    customer: int
    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address: str = ""
    watched: bool = False
    persistent: bool = False
    never_restrict: bool = False  # MP, councillor, ombudsman, court, police ... (INV-11)


@dataclass(frozen=True, slots=True)
class Ruled:
    """What an officer said of the writer and another customer: that they act together, or that they do not.

    reasons  the kinds of evidence that were on the table: a rejected pair is suggested again only for another kind
    """

    customer: int
    confirmed: bool
    reasons: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class History:
    """
    customer   who wrote it, None while unknown
    own        the customer's contacts and the council's replies to them, oldest first; of a very long log the newest,
               those that the message answers or shares words or wording with, and the other contacts of the same
               matters without their words (`own` and `signature` empty)
    watched    contacts of those of `people` who were warned or restricted, oldest first, without the customer's own
    alike      other people's letters that share wording with the message, oldest first: anybody's of the recent weeks
               (campaigns), and of watched people however old
    lately     other people's letters of the last three weeks that name what the message names (`classifiers.causes`),
               oldest first; nobody's who was warned or restricted
    recent     contacts of the others of `people` in the recent weeks, and the council's replies, oldest first
    people     sketches of the people whom the message names, or who share an address, number, house, domain or
               wording with it or its writer
    council    the council's own domains, lower case
    at_domain  addresses on record at the sender's domain, a dozen at most: where there are many, it says nothing
    ruled      what officers said of the writer and others who come into question, the latest word on each
    """

    customer: PersonSketch | None = None
    own: tuple[PastContact, ...] = ()
    watched: tuple[PastContact, ...] = ()
    alike: tuple[PastContact, ...] = ()
    lately: tuple[PastContact, ...] = ()
    recent: tuple[PastContact, ...] = ()
    people: tuple[PersonSketch, ...] = ()
    council: tuple[str, ...] = ()
    at_domain: tuple[str, ...] = ()
    ruled: tuple[Ruled, ...] = ()


NOTHING_KNOWN = History()
