"""Commands for the cautionary contacts register: a store of its own, for those who are named to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from bot import audit
from bot.bootstrap import App
from bot.commands.door import Day, Door, group, leaf
from bot.registers import access
from bot.registers import cautionary as verbs
from bot.registers.cautionary import kept_long_enough, kept_until
from bot.registers.cautionary_sheet import incident_row, incident_sheet, row_of
from bot.registers.cautionary_store import KEPT
from bot.registers.sheets import FORMS, made
from bot.work import Work
from models.cautionary import AgeGroup, Injury, Nature, Whom, incidents_between
from models.cautionary_standing import Standing, State, doubts, find_entry, standings
from models.customer import by_reference, names_at
from models.errors import NotFound, Refused
from models.letter import LetterKind, find_letter, sent_letter
from models.officer import Permission
from models.policy import Policy
from models.view import Register

REFERENCE = click.argument("reference")
TITLE = click.option("--title", default="", help="Your title, as it stands on record.")
REASON = click.option("--reason", default="", help="Why, in your own words.")
PURPOSE = click.option("--purpose", default="", help="What you look at it for; it is logged with the look.")
LIST = ("reference", "whom", "name", "address", "risk_category", "nature", "review_on", "ends_on", "state", "told")


@contextmanager
def _named(door: Door) -> Iterator[tuple[App, Work, access.Named]]:
    with door.app() as app:
        actor = app.officer(door.officer)
        with app.look() as session:
            name = access.named(session, actor, Register.CAUTIONARY, app.seal)
        with app.cautionary(actor) as work:
            yield app, work, name


def shown(work: Work, policy: Policy, *, every: bool = False) -> list[Standing]:
    """What a reader may see: live entries; to those who keep or approve them also those that wait for approval, and
    with `every` those that are over, as long as the policy keeps them."""
    found = [s for s in standings(work.session, work.today, work.seal) if not kept_long_enough(s, policy)]
    keeps = work.actor.may(Permission.KEEP_CAUTIONARY) or work.actor.may(Permission.APPROVE_CAUTIONARY)
    if every and not keeps:
        raise Refused("entries that are over are seen by those who keep the register; leave --all out")
    seen = {State.LIVE, State.PROPOSED} if keeps else {State.LIVE}
    return [s for s in found if every or s.state in seen]


def in_doubt(work: Work) -> str:
    """What whoever looks is told where something does not verify; empty where all does."""
    found = doubts(work.session, work.seal)
    if not found:
        return ""
    return (
        f"\nSome of what is stored is not what the sealed trail says, and is not believed ({len(found)} records): tell "
        "the holder of the register, who runs `evenhand cautionary verify`."
    )


# --- incidents -------------------------------------------------------------------------------------------------------


@leaf(
    "incident",
    click.option("--happened", type=Day(), required=True, help="The day on which it happened."),
    click.option("--nature", type=click.Choice([n.value for n in Nature]), required=True, help="What kind of thing."),
    click.option("--words", required=True, help="What was seen and heard: this one incident, no opinion."),
    click.option("--place", required=True, help="Where it happened."),
    click.option("--reported-by", required=True, help="Who reported it: name and title."),
    click.option("--reported", type=Day(), help="The day of the report; else today."),
    click.option("--source", required=True, help="Where the report is: form, statement, log entry, police reference."),
    click.option("--injury", type=click.Choice([i.value for i in Injury]), default="none", help="To staff (RIDDOR)."),
    help="Put a reported incident on record. It marks nobody.",
)
def incident(
    door: Door,
    *,
    happened: date,
    nature: str,
    words: str,
    place: str,
    reported_by: str,
    reported: date | None,
    source: str,
    injury: str,
) -> None:
    with door.app() as app, app.cautionary(app.officer(door.officer)) as work:
        told = verbs.Reported(
            happened_on=happened,
            nature=Nature(nature),
            words=words,
            place=place,
            reported_by=reported_by,
            reported_on=reported or work.today,
            source=source,
            injury=Injury(injury),
        )
        found = verbs.report_incident(work, told)
        row = incident_row(found)
    hse = f"; tell the Health and Safety Executive by {row['hse_by']}" if row["report_to_hse"] else ""
    answer = {"incident": found.id, "report_to_hse": row["report_to_hse"], "hse_by": row["hse_by"]}
    door.show(answer, f"incident {found.id} is recorded; it marks nobody{hse}")


# --- entries ---------------------------------------------------------------------------------------------------------


@leaf(
    "propose",
    click.option("--incident", "number", type=int, required=True, help="The number of the incident it rests on."),
    click.option("--whom", type=click.Choice([w.value for w in Whom]), required=True, help="Kept apart, always."),
    click.option("--customer", default="", help="A person's reference: name and address are taken from the record."),
    click.option("--name", default="", help="The person's name."),
    click.option("--address", default="", help="Of the premises; or the person's own."),
    click.option("--address-known", default="", help="How it is known that the address is this person's own."),
    click.option("--age-group", type=click.Choice([a.value for a in AgeGroup]), help="Of a person."),
    click.option("--age-reason", default="", help="For all but plain adults: why they are a risk all the same."),
    click.option("--category", required=True, help="The risk category, as the policy names them: low, medium, high."),
    click.option("--seen-by", multiple=True, required=True, help="A role that may be told of it; once for each."),
    click.option("--review", type=Day(), help="The day of the review; else as the policy says."),
    click.option("--ends", type=Day(), help="The first day without it; else the longest that the policy lets it last."),
    TITLE,
    REASON,
    help="Propose an entry on an incident. It is live only when another, senior person approved it.",
)
def propose(
    door: Door,
    *,
    number: int,
    whom: str,
    customer: str,
    name: str,
    address: str,
    address_known: str,
    age_group: str | None,
    age_reason: str,
    category: str,
    seen_by: tuple[str, ...],
    review: date | None,
    ends: date | None,
    title: str,
    reason: str,
) -> None:
    with _named(door) as (app, work, proof):
        if customer:
            with app.look() as session:
                person = by_reference(session, customer)
                name, address = name or person.name, address or person.address
            address_known = address_known or f"customer record {person.reference}"
        proposal = verbs.Proposal(
            whom=Whom(whom),
            incident=number,
            reason=reason,
            category=category,
            proposed_as=title,
            seen_by=seen_by,
            name=name,
            address=address,
            address_known=address_known,
            age_group=AgeGroup(age_group) if age_group else None,
            age_reason=age_reason,
            review_on=review,
            ends_on=ends,
        )
        with app.look() as session:
            known = names_at(session, address) if proposal.whom is Whom.PREMISES else ()
        entry = verbs.propose(work, proof, proposal, policy=app.policy, known=known)
        answer = {"entry": entry.reference, "review_on": entry.review_on, "ends_on": entry.ends_on, "state": "proposed"}
    door.show(
        answer,
        f"{entry.reference} is proposed and warns nobody yet; another senior person: "
        f"`evenhand cautionary approve {entry.reference} --title ... --reason ...`. It ends on {entry.ends_on}",
    )


@leaf(
    "approve",
    REFERENCE,
    click.option("--reject", "rejects", is_flag=True, help="It does not become live; with the reason."),
    TITLE,
    REASON,
    help="Approve an entry, as another senior person than the one who proposed it: now it is live.",
)
def approve(door: Door, *, reference: str, rejects: bool, title: str, reason: str) -> None:
    with _named(door) as (_, work, proof):
        found = find_entry(work.session, reference, work.today, work.seal)
        if rejects:
            verbs.reject(work, proof, found, title=title, words=reason)
        else:
            verbs.approve(work, proof, found, title=title, words=reason)
    state = "rejected" if rejects else "live"
    then = "" if rejects else "; tell the person in writing: `evenhand cautionary told`"
    door.show({"entry": found.entry.reference, "state": state}, f"{found.entry.reference} is {state}{then}")


@leaf(
    "told",
    REFERENCE,
    click.option("--letter", type=int, help="The number of the letter (kind cautionary_notice) that went."),
    click.option("--sent", type=Day(), help="The day it went, where the letter is not kept here; --reason says where."),
    click.option("--not", "not_told", is_flag=True, help="Exceptionally not told, since it would raise the risk."),
    TITLE,
    REASON,
    help="Record that the person was told in writing; or, exceptionally, why not.",
)
def told(
    door: Door, *, reference: str, letter: int | None, sent: date | None, not_told: bool, title: str, reason: str
) -> None:
    with _named(door) as (app, work, proof):
        found = find_entry(work.session, reference, work.today, work.seal)
        if not_told:
            verbs.do_not_tell(work, proof, found, title=title, words=reason)
        else:
            on, reason = _went(app, letter, sent, reason)
            verbs.tell(work, proof, found, title=title, on=on, words=reason, letter=letter)
    answer = {"entry": found.entry.reference, "told": not not_told, "letter": letter}
    door.show(answer, f"{found.entry.reference}: {'not told, with the reason' if not_told else 'told in writing'}")


def _went(app: App, letter: int | None, sent: date | None, reason: str) -> tuple[date, str]:
    """The day on which the letter went, as the council's record has it, or as told for a letter kept elsewhere."""
    if letter is None:
        if sent is None:
            raise Refused(
                "give the --letter that went; or --sent DAY, with --reason saying where its copy is; or --not"
            )
        return sent, reason
    with app.look() as session:
        kind, went = find_letter(session, letter).kind, sent_letter(session, letter)
    if kind is not LetterKind.CAUTIONARY_NOTICE:
        raise Refused(f"letter {letter} is no cautionary notice; draft one: its kind is cautionary_notice")
    if went is None:
        raise Refused(f"letter {letter} has not been sent: `evenhand letter send {letter}`")
    return went.sent_on, reason or f"letter {letter}, {went.how}"


@leaf(
    "review",
    REFERENCE,
    click.option("--next", "next_on", type=Day(), help="The day of the next review; else as the policy says."),
    TITLE,
    REASON,
    help="Looked at again and kept: why the risk is still there. It never makes an entry last longer.",
)
def review(door: Door, *, reference: str, next_on: date | None, title: str, reason: str) -> None:
    with _named(door) as (app, work, proof):
        found = find_entry(work.session, reference, work.today, work.seal)
        act = verbs.review(work, proof, found, title=title, words=reason, policy=app.policy, next_on=next_on)
    door.show(
        {"entry": found.entry.reference, "review_on": act.review_on, "ends_on": found.entry.ends_on},
        f"{found.entry.reference} is kept; next review {act.review_on}; it ends on {found.entry.ends_on}",
    )


@leaf("remove", REFERENCE, TITLE, REASON, help="Take an entry off, at once.")
def remove(door: Door, *, reference: str, title: str, reason: str) -> None:
    with _named(door) as (_, work, proof):
        found = find_entry(work.session, reference, work.today, work.seal)
        verbs.remove(work, proof, found, title=title, words=reason)
    door.show({"entry": found.entry.reference, "state": "removed"}, f"{found.entry.reference} is removed")


# --- looking ---------------------------------------------------------------------------------------------------------


@leaf(
    "list",
    click.option("--all", "every", is_flag=True, help="Also those that are over; for those who keep the register."),
    PURPOSE,
    help="The live entries; the look is logged.",
)
def entries(door: Door, *, every: bool, purpose: str) -> None:
    with _named(door) as (app, work, proof):
        rows = [row_of(standing) for standing in shown(work, app.policy, every=every)]
        verbs.log_look(work, proof, how="listed", entries=len(rows), purpose=purpose)
        doubt = in_doubt(work)
    door.table(rows, LIST, "There is no live entry.")
    if doubt:
        click.echo(doubt.strip(), err=True)


@leaf("show", REFERENCE, PURPOSE, help="One entry with its incident and all that was done; the look is logged.")
def show(door: Door, *, reference: str, purpose: str) -> None:
    with _named(door) as (app, work, proof):
        keeps = work.actor.may(Permission.KEEP_CAUTIONARY)
        visible = {s.entry.reference: s for s in shown(work, app.policy, every=keeps)}
        found = find_entry(work.session, reference, work.today, work.seal)
        if found.entry.reference not in visible:
            raise NotFound("there is no such entry in the cautionary register")
        verbs.log_look(work, proof, how="shown", entries=1, purpose=purpose)
        acts = [{"kind": a.kind.value, "on": a.on, "by": a.by, "as": a.by_as, "words": a.words} for a in found.acts]
        doubt = in_doubt(work)
        answer = {**row_of(found), "incident": incident_row(found.incident), "acts": acts}
    happened = f"{found.incident.happened_on} at {found.incident.place}: {found.incident.words}"
    words = [f"{k.replace('_', ' ')}: {v}" for k, v in row_of(found).items() if v not in ("", None, [])]
    door.show(
        answer, "\n".join([*words, f"incident: {happened}", *(f"{a['on']}: {a['kind']}, {a['as']}" for a in acts)])
    )
    if doubt:
        click.echo(doubt.strip(), err=True)


@leaf(
    "over",
    PURPOSE,
    help="Entries that are over, by reference alone: until when each is kept, and which are to be disposed of now.",
)
def over(door: Door, *, purpose: str) -> None:
    with _named(door) as (app, work, proof):
        work.require(Permission.KEEP_CAUTIONARY)
        found = [(s, kept_until(s, app.policy)) for s in standings(work.session, work.today, work.seal)]
        rows: list[dict[str, object]] = [
            {
                "reference": s.entry.reference,
                "state": s.state.value,
                "kept_until": until,
                "to_do": "dispose of it, by decision" if until <= work.today else "",
            }
            for s, until in found
            if until is not None
        ]
        verbs.log_look(work, proof, how="listed what is over", entries=len(rows), purpose=purpose)
    door.table(rows, ("reference", "state", "kept_until", "to_do"), "No entry is over.")


@leaf(
    "look-up",
    click.argument("address"),
    PURPOSE,
    help="Before a visit: what is live about this address. The look is logged, found or not.",
)
def look_up(door: Door, *, address: str, purpose: str) -> None:
    with _named(door) as (_, work, proof):
        rows = [row_of(s) for s in verbs.at_address(standings(work.session, work.today, work.seal), address)]
        verbs.log_look(work, proof, how="looked up an address", entries=len(rows), purpose=purpose)
        doubt = in_doubt(work)
    nothing = "Nothing is live about this address. That is no promise: think of the risk as on any visit." + doubt
    door.table(rows, ("reference", "whom", "name", "risk_category", "nature", "reason", "ends_on"), nothing)


@leaf(
    "export",
    click.option("--from", "first", type=Day(), required=True, help="The first day."),
    click.option("--to", "last", type=Day(), help="The last day; else today."),
    click.option("--form", "forms", multiple=True, type=click.Choice(list(FORMS)), help="CSV if none is given."),
    click.option(
        "--out", type=click.Path(file_okay=False, path_type=Path), default=".", help="The folder to write to."
    ),
    PURPOSE,
    help="The incident book for health and safety: what happened, injuries, what to tell the HSE and by when.",
)
def export(door: Door, *, first: date, last: date | None, forms: tuple[str, ...], out: Path, purpose: str) -> None:
    forms = forms or ("csv",)
    with _named(door) as (app, work, proof):
        found = incidents_between(work.session, first, last or work.today)
        how = "exported incidents: " + ", ".join(forms)
        verbs.log_look(work, proof, how=how, entries=len(found), purpose=purpose)
        sheet = incident_sheet(found, council=app.settings.council.name)
        files = {f"incidents.{form}": made(sheet, form) for form in forms}
    out.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (out / file).touch(mode=0o600)
        (out / file).write_bytes(content)
    door.show({"files": [str(out / f) for f in files]}, "written: " + ", ".join(str(out / f) for f in files))


@leaf("verify", help="Check this store's own history: names the first broken link, and what somebody wrote by hand.")
def verify(door: Door) -> None:
    with door.app() as app, app.cautionary(app.officer(door.officer)) as work:
        work.require(Permission.VERIFY_AUDIT)
        found = audit.verify(work.session, app.seal, kept=KEPT)
    door.show(found.as_dict(), found.in_words())
    if not found.holds:
        raise click.exceptions.Exit(1)


COMMANDS = (
    group(
        "cautionary",
        entries,
        look_up,
        show,
        over,
        incident,
        propose,
        approve,
        told,
        review,
        remove,
        export,
        verify,
        help="People and premises that may be a risk to staff: a store apart, for those named to it.",
    ),
)
