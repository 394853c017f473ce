"""Keeping the cautionary contacts register: from a reported incident to an entry's end (LC-01 to LC-08; G-VM-1 to 4).

Every verb works in the cautionary store alone, and those that read or keep entries ask for the proof that whoever acts
is named to this register. An entry is proposed by one person, live by the approval of another, and over on its day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from bot.registers.access import Named, a_purpose
from bot.registers.premises import names_nobody
from bot.work import Work, verb
from models.calendar import add_months
from models.cautionary import (
    ActKind,
    AgeGroup,
    CautionaryAct,
    CautionaryEntry,
    CautionaryView,
    Incident,
    Injury,
    Nature,
    Whom,
    find_incident,
)
from models.cautionary_standing import Standing, State, standings
from models.errors import Refused
from models.named import same_named
from models.officer import Permission
from models.places import postcodes_in, same_place
from models.policy import Policy
from models.view import Register

_FEWEST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Reported:
    """An incident as it was reported: what was seen and heard, where, when, by whom, and where the report is."""

    happened_on: date
    nature: Nature
    words: str
    place: str
    reported_by: str
    reported_on: date
    source: str
    injury: Injury = Injury.NONE


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry as a manager proposes it. None for a date: as long as the policy lets it.

    address_known  for a person: how it is known that the address is their own (their record, their letter)
    """

    whom: Whom
    incident: int
    reason: str
    category: str
    proposed_as: str
    seen_by: tuple[str, ...]
    name: str = ""
    address: str = ""
    address_known: str = ""
    age_group: AgeGroup | None = None
    age_reason: str = ""
    review_on: date | None = None
    ends_on: date | None = None


@verb("cautionary.incident", needs=Permission.KEEP_CAUTIONARY)
def report_incident(work: Work, reported: Reported) -> Incident:
    """Put on record what was reported: one specific incident, not an opinion (LC-02, G-VM-1). It marks nobody."""
    _given(
        {
            "what happened": reported.words,
            "where": reported.place,
            "who reported it": reported.reported_by,
            "where the report is (form, statement, log entry)": reported.source,
        }
    )
    if len(reported.words.split()) < _FEWEST_WORDS:
        raise Refused("say in a sentence or two what was seen and heard: an entry rests on an incident, not an opinion")
    if not reported.happened_on <= reported.reported_on <= work.today:
        raise Refused("an incident is reported on or after its day, and not after today")
    incident = Incident(
        happened_on=reported.happened_on,
        nature=reported.nature,
        words=reported.words.strip(),
        place=reported.place.strip(),
        reported_by=reported.reported_by.strip(),
        reported_on=reported.reported_on,
        source=reported.source.strip(),
        injury=reported.injury,
        recorded_by=work.actor.name,
        recorded_at=work.now,
    )
    known = select(Incident).where(Incident.happened_on == incident.happened_on, Incident.words == incident.words)
    with work.session.no_autoflush:
        if work.session.scalar(known) is not None:
            raise Refused("this incident is on record already")
    work.session.add(incident)
    work.session.flush()
    work.note("cautionary.incident", incident, digest=incident.digest())
    return incident


@verb("cautionary.propose", needs=Permission.KEEP_CAUTIONARY)
def propose(
    work: Work, name: Named, proposal: Proposal, *, policy: Policy, known: Collection[str] = ()
) -> CautionaryEntry:
    """Propose an entry on a reported incident. Nobody is warned by it until another person approves it.

    `known`: the names of people who are on record with the address of the premises; the entry names none of them.
    """
    name.to(work, Register.CAUTIONARY)
    incident = find_incident(work.session, proposal.incident)
    _given(
        {
            "why the risk goes on": proposal.reason,
            "your title": proposal.proposed_as,
            "who may see it (--seen-by)": " ".join(proposal.seen_by),
        }
    )
    rules = policy.procedure.registers
    if proposal.category not in rules.categories:
        raise Refused(f"the category is one of {', '.join(rules.categories)}")
    _kept_apart(proposal)
    if proposal.whom is Whom.PREMISES:
        on_record = (s.entry.name for s in standings(work.session, work.today, work.seal))
        names_nobody(proposal.reason, proposal.address, [*known, *on_record])
    review_on, ends_on = _its_days(work.today, incident, proposal, policy)
    _not_there_already(work, proposal)
    entry = CautionaryEntry(
        reference=_next_reference(work),
        whom=proposal.whom,
        name=proposal.name.strip(),
        address=" ".join(proposal.address.split()),
        address_known=proposal.address_known.strip(),
        incident_id=incident.id,
        reason=proposal.reason.strip(),
        category=proposal.category,
        age_group=proposal.age_group,
        age_reason=proposal.age_reason.strip(),
        seen_by=[role.strip() for role in proposal.seen_by if role.strip()],
        proposed_on=work.today,
        review_on=review_on,
        ends_on=ends_on,
        policy_version=policy.version,
        proposed_by=work.actor.name,
        proposed_as=proposal.proposed_as.strip(),
        proposed_at=work.now,
    )
    work.session.add(entry)
    work.session.flush()
    work.note("cautionary.propose", entry, digest=entry.digest())
    return entry


def _kept_apart(proposal: Proposal) -> None:
    """People and premises are kept apart: who lives there next has nothing to do with it (G-VM-4)."""
    if proposal.whom is Whom.PREMISES:
        if proposal.name.strip() or proposal.age_group is not None:
            raise Refused("premises have no name and no age: propose the person as an entry of their own")
        _given({"the address of the premises": proposal.address})
        return
    _given({"the person's name": proposal.name})
    if proposal.address.strip() and not proposal.address_known.strip():
        raise Refused(
            "say how it is known that the address is this person's own (--address-known), or leave it out: an entry "
            "about a person names no address of others"
        )
    if postcodes_in(f"{proposal.reason} {proposal.name}") - postcodes_in(proposal.address):
        raise Refused("an entry about a person names no other address; propose the premises as an entry of their own")
    _age_thought_of(proposal)


def _age_thought_of(proposal: Proposal) -> None:
    if proposal.age_group is None:
        raise Refused("say whether the person is an adult, a child, very old, or of an age not known: --age-group")
    if proposal.age_group is not AgeGroup.ADULT and not proposal.age_reason.strip():
        raise Refused(
            "for a child, somebody very old, or somebody whose age is not known, state also why they are a risk to "
            "staff who visit, and what else was considered: --age-reason"
        )


def _its_days(today: date, incident: Incident, proposal: Proposal, policy: Policy) -> tuple[date, date]:
    rules = policy.procedure.registers
    longest = add_months(today, rules.cautionary_longest_months)
    if today >= add_months(incident.happened_on, rules.cautionary_longest_months):
        raise Refused(
            f"this incident is more than {rules.cautionary_longest_months} months ago: it carries no entry any more"
        )
    ends_on = proposal.ends_on or longest
    review_on = proposal.review_on or min(add_months(today, rules.cautionary_review_months), ends_on)
    if not today < ends_on <= longest:
        raise Refused(f"an entry ends after today, and lasts {rules.cautionary_longest_months} months at most")
    if not today < review_on <= min(ends_on, add_months(today, rules.cautionary_review_months)):
        raise Refused(
            f"an entry is reviewed within {rules.cautionary_review_months} months, and not later than it ends"
        )
    return review_on, ends_on


def _not_there_already(work: Work, proposal: Proposal) -> None:
    """One entry at a time; and the same incident carries the same one only once, or no expiry would be hard."""
    for found in standings(work.session, work.today, work.seal):
        if found.entry.whom is not proposal.whom or not _the_same(found.entry, proposal):
            continue
        if found.state in (State.LIVE, State.PROPOSED):
            raise Refused(f"this stands in the register already, as {found.entry.reference}: review or remove that")
        if found.entry.incident_id == proposal.incident and found.state is not State.REJECTED:
            raise Refused(
                f"this incident carried {found.entry.reference} already, which is over: another entry needs another "
                "incident, recorded with `evenhand cautionary incident`"
            )


def _the_same(entry: CautionaryEntry, proposal: Proposal) -> bool:
    if proposal.whom is Whom.PREMISES:
        return same_place(entry.address, proposal.address)
    same_name = entry.name.casefold().split() == proposal.name.casefold().split()
    return same_name and (not entry.address or not proposal.address or same_place(entry.address, proposal.address))


def _next_reference(work: Work) -> str:
    head = f"CC-{work.today.year}-"
    wanted = select(func.count(CautionaryEntry.id)).where(CautionaryEntry.reference.startswith(head))
    return f"{head}{(work.session.scalar(wanted) or 0) + 1:03d}"


# --- what is done about an entry -------------------------------------------------------------------------------------


@verb("cautionary.approve", needs=Permission.APPROVE_CAUTIONARY)
def approve(work: Work, name: Named, found: Standing, *, title: str, words: str) -> CautionaryAct:
    """The second, senior person's approval: from now it is live (G-VM-1). Never by who proposed it or reported it."""
    name.to(work, Register.CAUTIONARY)
    _second_person(work, found)
    act = _act(work, found, ActKind.APPROVED, title=title, words=words)
    work.note("cautionary.approve", found.entry, digest=act.digest())
    return act


@verb("cautionary.reject", needs=Permission.APPROVE_CAUTIONARY)
def reject(work: Work, name: Named, found: Standing, *, title: str, words: str) -> CautionaryAct:
    """The second person does not agree: it never becomes live. Kept like an approval, with the reason (INV-13)."""
    name.to(work, Register.CAUTIONARY)
    _second_person(work, found)
    act = _act(work, found, ActKind.REJECTED, title=title, words=words)
    work.note("cautionary.reject", found.entry, digest=act.digest())
    return act


def _second_person(work: Work, found: Standing) -> None:
    if found.state is not State.PROPOSED:
        raise Refused(f"{found.entry.reference} does not wait for approval: it is {found.state.value}")
    if work.actor.name == found.entry.proposed_by:
        raise Refused("you proposed this entry: another senior person approves or rejects it")
    if same_named(work.actor.name, found.incident.reported_by):
        raise Refused("you reported the incident: another senior person approves or rejects the entry")


@verb("cautionary.tell", needs=Permission.KEEP_CAUTIONARY)
def tell(
    work: Work, name: Named, found: Standing, *, title: str, on: date, words: str, letter: int | None = None
) -> CautionaryAct:
    """That the person was told in writing what is held, who sees it, until when, and how to challenge it (G-VM-2).

    `letter`: the number of the letter in the council's record; without it `words` say where the copy is.
    """
    name.to(work, Register.CAUTIONARY)
    _approved(found)
    if not (found.live_from or work.today) <= on <= work.today:
        raise Refused("the letter goes on or after the day of the approval, and not after today")
    act = _act(work, found, ActKind.TOLD, title=title, words=words, on=on, letter=letter)
    work.note("cautionary.tell", found.entry, digest=act.digest(), letter=letter)
    return act


@verb("cautionary.not_tell", needs=Permission.APPROVE_CAUTIONARY)
def do_not_tell(work: Work, name: Named, found: Standing, *, title: str, words: str) -> CautionaryAct:
    """The exception: telling the person would raise the risk. Decided by a senior person, with the reason (G-VM-2)."""
    name.to(work, Register.CAUTIONARY)
    _approved(found)
    act = _act(work, found, ActKind.NOT_TOLD, title=title, words=words)
    work.note("cautionary.not_tell", found.entry, digest=act.digest())
    return act


@verb("cautionary.review", needs=Permission.KEEP_CAUTIONARY)
def review(
    work: Work, name: Named, found: Standing, *, title: str, words: str, policy: Policy, next_on: date | None = None
) -> CautionaryAct:
    """Looked at again, and kept: why the risk is still there, and when it is looked at next (LC-06).

    It never moves the day on which the entry ends. Where the risk has gone, remove it.
    """
    name.to(work, Register.CAUTIONARY)
    _approved(found)
    latest = min(
        add_months(work.today, policy.procedure.registers.cautionary_review_months),
        found.entry.ends_on,
    )
    next_on = next_on or latest
    if not work.today < next_on <= latest:
        raise Refused(
            f"the next review comes after today and by {latest:%-d %B %Y}; the entry ends on its day as it is"
        )
    act = _act(work, found, ActKind.REVIEWED, title=title, words=words, review_on=next_on)
    work.note("cautionary.review", found.entry, digest=act.digest())
    return act


@verb("cautionary.remove", needs=Permission.KEEP_CAUTIONARY)
def remove(work: Work, name: Named, found: Standing, *, title: str, words: str) -> CautionaryAct:
    """Take an entry off, at once, by one action: the risk has gone, or the address has changed hands (G-VM-3)."""
    name.to(work, Register.CAUTIONARY)
    if found.state not in (State.LIVE, State.PROPOSED, State.DOUBTFUL):
        raise Refused(f"{found.entry.reference} is {found.state.value} already")
    act = _act(work, found, ActKind.REMOVED, title=title, words=words)
    work.note("cautionary.remove", found.entry, digest=act.digest())
    return act


def _approved(found: Standing) -> None:
    if found.state is not State.LIVE:
        raise Refused(f"{found.entry.reference} is not live: it is {found.state.value}")


def _act(
    work: Work,
    found: Standing,
    kind: ActKind,
    *,
    title: str,
    words: str,
    on: date | None = None,
    letter: int | None = None,
    review_on: date | None = None,
) -> CautionaryAct:
    _given({"your title (--title)": title, "why, in your own words (--reason)": words})
    if any((a.kind, a.on, a.words) == (kind, on or work.today, words.strip()) for a in found.acts):
        raise Refused("this is on record already, with the same day and the same words")
    act = CautionaryAct(
        entry_id=found.entry.id,
        kind=kind,
        on=on or work.today,
        by=work.actor.name,
        by_as=title.strip(),
        words=words.strip(),
        at=work.now,
        letter=letter,
        review_on=review_on,
    )
    work.session.add(act)
    work.session.flush()
    return act


def _given(wanted: dict[str, str]) -> None:
    missing = [what for what, words in wanted.items() if not words.strip()]
    if missing:
        raise Refused("this is missing: " + "; ".join(missing))


# --- looking ---------------------------------------------------------------------------------------------------------


@verb("cautionary.view", needs=Permission.READ_CAUTIONARY)
def log_look(work: Work, name: Named, *, how: str, entries: int, purpose: str) -> CautionaryView:
    """That this register was looked at: by whom, how, how many lines, what for. Before anything is shown."""
    name.to(work, Register.CAUTIONARY)
    view = CautionaryView(by=work.actor.name, at=work.now, how=how, entries=entries, purpose=a_purpose(purpose))
    work.session.add(view)
    work.session.flush()
    work.note("cautionary.view", view, digest=view.digest(), how=how)
    return view


def kept_until(found: Standing, policy: Policy) -> date | None:
    """The first day on which an entry that is over is kept no longer, by the policy; None while it is not over."""
    return found.kept_until(policy.procedure.retention.get("cautionary", 0))


def kept_long_enough(found: Standing, policy: Policy) -> bool:
    """Whether it is not to be shown to anybody any more: `evenhand cautionary over` lists it, to be disposed of."""
    until = kept_until(found, policy)
    return until is not None and until <= found.today


def live(found: list[Standing]) -> list[Standing]:
    """The entries that warn anybody today: approved, not over, not removed, and as the sealed trail has them."""
    return [standing for standing in found if standing.state is State.LIVE]


def at_address(found: list[Standing], address: str) -> list[Standing]:
    """The live entries that may be about this place. In doubt they are: somebody is about to knock there."""
    if not address.strip():
        raise Refused("give the address that is to be visited")
    return [s for s in live(found) if s.entry.address and same_place(s.entry.address, address)]
