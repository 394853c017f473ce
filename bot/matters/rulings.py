"""What officers rule on matters: their names, what is filed under them, what is one matter, what was the final answer.

Each ruling is kept with who, when and why; a person's word stands over the program's. Where two officers act on one
matter, the second is told what changed since their page was made (`seen`: the latest ruling then), and looks again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select, update

from bot.matters.chronology import records_of
from bot.work import Work, verb
from models.calendar import COUNCIL_ZONE
from models.contact import Contact
from models.customer import Customer
from models.errors import Refused
from models.issue import Issue, MatterAct, MatterRuling, final_by_people, rulings_on
from models.message import Direction
from models.officer import Permission

_DID = {
    MatterAct.RENAME: "renamed it",
    MatterAct.MOVE: "moved a contact of it",
    MatterAct.MERGE: "merged it with another",
    MatterAct.UNMERGE: "took a merge of it apart",
    MatterAct.FINAL: "marked a final answer in it",
    MatterAct.NOT_FINAL: "unmarked a final answer in it",
}


@verb("matter.rename", needs=Permission.RULE)
def rename(work: Work, issue: Issue, *, title: str, seen: int | None = None) -> MatterRuling:
    """Give a matter a name that says what it is about."""
    _as_seen(work, seen, issue)
    _stands(issue)
    if not title.strip():
        raise Refused("a matter needs a name: say in a few words what it is about")
    if title.strip() == issue.title:
        raise Refused("that is its name already")
    before, issue.title = issue.title, title.strip()
    return _ruled(work, "matter.rename", MatterRuling(**_who(work, MatterAct.RENAME), issue_id=issue.id, before=before))


@verb("matter.move_contact", needs=Permission.RULE)
def move_contact(work: Work, contact: Contact, *, to: Issue, reason: str, seen: int | None = None) -> MatterRuling:
    """File a contact under another matter of the same person, with the council's answers to it."""
    _as_seen(work, seen, to, *_matter_of(work, contact))
    _stands(to)
    if contact.issue_id == to.id:
        raise Refused(f"it is filed under matter {to.id} already")
    _one_person(work, contact, to)
    return _move(work, contact, to, reason, "matter.move_contact")


@verb("matter.open_for_contact", needs=Permission.RULE)
def open_for_contact(work: Work, contact: Contact, *, title: str, reason: str, seen: int | None = None) -> MatterRuling:
    """File a contact under a new matter of its customer, with the council's answers to it."""
    _as_seen(work, seen, *_matter_of(work, contact))
    if not title.strip():
        raise Refused("a new matter needs a name: say in a few words what it is about")
    issue = Issue(customer_id=_customer_of(contact).id, title=title.strip(), opened_at=contact.at)
    work.session.add(issue)
    work.session.flush()
    return _move(work, contact, issue, reason, "matter.open_for_contact")


@verb("matter.merge", needs=Permission.RULE)
def merge(work: Work, *, keep: Issue, merged: Issue, reason: str, seen: int | None = None) -> MatterRuling:
    """Say that two matters of one person are one: what is filed under `merged` goes over to `keep`."""
    _as_seen(work, seen, keep, merged)
    _stands(keep)
    _stands(merged)
    _reasoned(reason, "say how you know that it is one matter")
    if keep.id == merged.id:
        raise Refused("a matter cannot be merged with itself")
    theirs = records_of(work.session, work.session.get_one(Customer, keep.customer_id))
    if merged.customer_id not in theirs:
        raise Refused("those are matters of two customers; if they are one person, merge the customers first")
    over = _numbers_in(work, merged)
    _refile(work, over, keep)
    merged.merged_into_id = keep.id
    ruling = MatterRuling(
        **_who(work, MatterAct.MERGE, reason), issue_id=keep.id, other_id=merged.id, contacts=sorted(over)
    )
    return _ruled(work, "matter.merge", ruling)


@verb("matter.unmerge", needs=Permission.RULE)
def unmerge(work: Work, merged: Issue, *, reason: str, seen: int | None = None) -> MatterRuling:
    """Take a merge apart: what went over goes back, but for what an officer has moved elsewhere since.

    What was filed under the kept matter after the merge stays there: nobody has said whose it is.
    """
    _reasoned(reason, "say how you know that they are two matters")
    if merged.merged_into_id is None:
        raise Refused(f"matter {merged.id} is not merged into another")
    keep = work.session.get_one(Issue, merged.merged_into_id)
    _as_seen(work, seen, keep, merged)
    if keep.merged_into_id is not None:
        raise Refused(f"matter {keep.id} was itself merged into {keep.merged_into_id} since; take that apart first")
    joined = next(
        r for r in rulings_on(work.session, [merged.id]) if r.act is MatterAct.MERGE and r.other_id == merged.id
    )
    moved = {
        n
        for r in rulings_on(work.session, [keep.id])
        if r.act is MatterAct.MOVE and r.id > joined.id
        for n in r.contacts
    }
    back = (_numbers_in(work, keep) & set(joined.contacts)) - moved
    _refile(work, back, merged)
    merged.merged_into_id = None
    ruling = MatterRuling(
        **_who(work, MatterAct.UNMERGE, reason), issue_id=keep.id, other_id=merged.id, contacts=sorted(back)
    )
    return _ruled(work, "matter.unmerge", ruling)


@verb("matter.mark_final_answer", needs=Permission.RULE)
def mark_final_answer(work: Work, contact: Contact, *, reason: str, seen: int | None = None) -> MatterRuling:
    """Say that a letter of the council is its final answer on the matter (LOG-03), whatever the program held."""
    return _say_final(work, contact, MatterAct.FINAL, reason, seen, "matter.mark_final_answer")


@verb("matter.unmark_final_answer", needs=Permission.RULE)
def unmark_final_answer(work: Work, contact: Contact, *, reason: str, seen: int | None = None) -> MatterRuling:
    """Say that a letter of the council is not its final answer: the matter is not closed by it."""
    return _say_final(work, contact, MatterAct.NOT_FINAL, reason, seen, "matter.unmark_final_answer")


def _say_final(work: Work, contact: Contact, act: MatterAct, reason: str, seen: int | None, name: str) -> MatterRuling:
    _as_seen(work, seen, *_matter_of(work, contact))
    _reasoned(reason, "say what makes it one" if act is MatterAct.FINAL else "say why it is none")
    if contact.direction is not Direction.OUT:
        raise Refused("only a letter of the council can be its final answer")
    ruled = final_by_people(work.session, [contact.id]).get(contact.id)
    if ruled is not None and ruled.act is act:
        raise Refused(f"{ruled.by} said so already")
    if act is MatterAct.NOT_FINAL and not contact.final_answer:
        raise Refused("it is not marked as a final answer")
    contact.final_answer = act is MatterAct.FINAL
    ruling = MatterRuling(**_who(work, act, reason), issue_id=contact.issue_id, contact_id=contact.id)
    return _ruled(work, name, ruling)


# --- what the verbs share --------------------------------------------------------------------------------------------


def _who(work: Work, act: MatterAct, reason: str = "") -> dict[str, Any]:
    return {"act": act, "by": work.actor.name, "at": work.now, "reason": reason.strip()}


def _ruled(work: Work, name: str, ruling: MatterRuling) -> MatterRuling:
    work.session.add(ruling)
    work.session.flush()
    about: dict[str, Any] = {"matter": ruling.issue_id, "other": ruling.other_id, "contact": ruling.contact_id}
    work.note(
        name, ruling, act=ruling.act.value, reason=ruling.reason, **{k: v for k, v in about.items() if v is not None}
    )
    return ruling


def _move(work: Work, contact: Contact, to: Issue, reason: str, name: str) -> MatterRuling:
    _reasoned(reason, "say why it belongs there")
    left = contact.issue_id
    going = {contact.id, *answers_to(work, contact)}
    _refile(work, going, to)
    ruling = MatterRuling(
        **_who(work, MatterAct.MOVE, reason),
        issue_id=to.id,
        other_id=left,
        contact_id=contact.id,
        contacts=sorted(going),
    )
    return _ruled(work, name, ruling)


def answers_to(work: Work, contact: Contact) -> set[int]:
    """The council's letters that answer this one and are filed where it is."""
    if not contact.message_id or contact.direction is Direction.OUT:
        return set()
    wanted = select(Contact.id).where(
        Contact.in_reply_to == contact.message_id,
        Contact.direction == Direction.OUT,
        Contact.issue_id == contact.issue_id if contact.issue_id is not None else Contact.issue_id.is_(None),
    )
    return set(work.session.scalars(wanted))


def _numbers_in(work: Work, issue: Issue) -> set[int]:
    return set(work.session.scalars(select(Contact.id).where(Contact.issue_id == issue.id)))


def _refile(work: Work, contacts: Iterable[int], to: Issue) -> None:
    work.session.execute(update(Contact).where(Contact.id.in_(list(contacts))).values(issue_id=to.id))


def _customer_of(contact: Contact) -> Customer:
    if contact.customer is None:
        raise Refused("it is nobody's contact: say first whose it is")
    return contact.customer


def _one_person(work: Work, contact: Contact, to: Issue) -> None:
    """Of the same person: the contact's own, or whoever's matter it stands in, as a wife writes for her husband."""
    people = records_of(work.session, _customer_of(contact))
    if contact.issue_id is not None:
        owner = work.session.get_one(Issue, contact.issue_id).customer_id
        people |= records_of(work.session, work.session.get_one(Customer, owner))
    if to.customer_id not in people:
        raise Refused(f"matter {to.id} is another customer's; if it is their letter, say first whose contact it is")


def _stands(issue: Issue) -> None:
    if issue.merged_into_id is not None:
        raise Refused(f"matter {issue.id} was merged into matter {issue.merged_into_id}")


def _reasoned(reason: str, ask: str) -> None:
    if not reason.strip():
        raise Refused(f"a reason is needed: {ask}")


def _matter_of(work: Work, contact: Contact) -> list[Issue]:
    return [work.session.get_one(Issue, contact.issue_id)] if contact.issue_id is not None else []


def _as_seen(work: Work, seen: int | None, *issues: Issue) -> None:
    """Refuse if somebody ruled on these matters since the officer looked, in words that say what; and hold them."""
    for issue in sorted(issues, key=lambda i: i.id):
        work.session.refresh(issue, with_for_update=True)
    if seen is None:
        return
    latest = next(iter(rulings_on(work.session, _ids(issues))), None)
    if latest is not None and latest.id > seen:
        when = latest.at.astimezone(COUNCIL_ZONE)
        why = f" ({latest.reason})" if latest.reason else ""
        raise Refused(
            f"{latest.by} {_DID[latest.act]} on {when:%-d %B at %H:%M}{why}, after you opened this page; "
            "look at the matter as it stands now, then rule"
        )


def _ids(issues: Collection[Issue]) -> list[int]:
    return [issue.id for issue in issues]
