"""Whose message it is: certain only where the address is theirs and the name fits; else a suggestion, with reasons."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace

import pytest

from bot.bootstrap import App
from bot.customers import add_customer, find_customer, merge, reject_point, unmerge
from bot.intake import identify
from bot.intake.keep import keep
from bot.intake.record import record_mail
from models.contact import Match
from models.customer import Customer, PointKind, Standing
from models.message import Address, Authentication, Direction, Message, OwnWords, Verdict
from tests.builders import CLERK, NOON

COUNCIL = "porthmellin.gov.example"
_numbers = itertools.count(1)


def on_record(app: App, name: str, *emails: str, phone: str = "", address: str = "", notes: str = "") -> str:
    with app.begin(CLERK) as work:
        phones = [phone] if phone else []
        return add_customer(work, name=name, emails=emails, phones=phones, address=address, notes=notes).reference


def a_message(email: str, name: str = "", words: str = "The drain is blocked again.", signature: str = "") -> Message:
    key = f"{next(_numbers)}"
    return Message(
        sha256=hashlib.sha256(key.encode()).hexdigest(),
        size=1,
        message_id=f"<{key}@post.example>",
        sender=Address(email, name),
        received_at=NOON,
        body=f"{words}\n{signature}",
        words=OwnWords(words, signature=signature),
    )


def told(app: App, message: Message) -> identify.Identity:
    with app.look() as session:
        return identify.identify(session, message, council=(COUNCIL,), members=(f"cllr.opie@{COUNCIL}",))


def who(app: App, message: Message) -> tuple[Match, str]:
    identity = told(app, message)
    with app.look() as session:
        found = session.get(Customer, identity.customer_id) if identity.customer_id else None
        return identity.match, found.reference if found else ""


def taken(app: App, message: Message) -> str:
    """As the pipeline takes it: recorded against whom it is told to be, or against a new record."""
    with app.begin(CLERK) as work:
        identity = identify.identify(work.session, message, council=(COUNCIL,), members=(f"cllr.opie@{COUNCIL}",))
        if identity.customer_id is not None:
            customer = work.session.get_one(Customer, identity.customer_id)
        else:
            customer = identify.new_customer(work, message, identity)
        message = replace(message, sha256=keep(work, message.sha256.encode()))
        work.session.flush()
        record_mail(
            work,
            message,
            direction=Direction.IN,
            mailbox="clerk",
            customer=customer,
            match=identity.match,
            reasons=identity.reasons,
        )
        return customer.reference


# --- one person ------------------------------------------------------------------------------------------------------


def test_a_known_address_under_a_name_that_fits_is_certain(app: App) -> None:
    ann = on_record(app, "Ann Penrose", "ann@penrose.example")
    assert who(app, a_message("ann@penrose.example", "Annie Penrose")) == (Match.CERTAIN, ann)


def test_a_known_address_without_any_name_is_certain(app: App) -> None:
    ann = on_record(app, "Ann Penrose", "ann@penrose.example")
    assert who(app, a_message("ann@penrose.example", "harbour lass")) == (Match.CERTAIN, ann)


def test_a_person_has_many_addresses(app: App) -> None:
    ann = on_record(app, "Ann Penrose", "ann@penrose.example", "chair@quaysidechoir.example")
    assert who(app, a_message("chair@quaysidechoir.example", "Quayside Choir")) == (Match.CERTAIN, ann)


def test_a_plus_tag_is_suggested_to_be_the_same_address(app: App) -> None:
    ann = on_record(app, "Ann Penrose", "ann@penrose.example")
    assert who(app, a_message("ann+council@penrose.example", "Ann Penrose")) == (Match.SUGGESTED, ann)


def test_the_full_name_from_a_new_address_is_a_suggestion_never_a_certainty(app: App) -> None:
    ann = on_record(app, "Ann Penrose", "ann@penrose.example", phone="01632 960001", address="3 Quay Hill, AB1 2CD")
    foot = "Ann Penrose\n3 Quay Hill, AB1 2CD\n01632 960001"
    identity = told(app, a_message("ap@elsewhere.example", "Ann Penrose", f"The drain again.\n\n{foot}"))
    assert identity.match is Match.SUGGESTED
    assert identity.score > 0.9
    assert who(app, a_message("ap@elsewhere.example", "Ann Penrose")) == (Match.SUGGESTED, ann)


def test_every_reason_carries_its_weight_and_the_weights_add_up_to_the_answer(app: App) -> None:
    on_record(app, "Ann Penrose", "ann@penrose.example", phone="01632 960001")
    words = "The drain again.\n\nA. Penrose\n01632 960001"
    identity = told(app, a_message("ap@elsewhere.example", "", words))
    weights = [float(reason.rpartition("(")[2].rstrip(")")) for reason in identity.reasons]
    assert sum(weights) == pytest.approx(4.5 + 9.0)


@pytest.mark.parametrize(
    ("address", "name", "foot"),
    [
        ("gate7@elsewhere.example", "gate7", "A.P.\n3 Quay Hill"),
        ("gate7@elsewhere.example", "gate7", "A. Penrose\n01632 960001"),
        ("a.penrose.boats@elsewhere.example", "Penrose Boats Ltd", "A. Penrose, Director\n01632 960001"),
        ("ann.penrose@elsewhere.example", "Annie P", "Thanks, Annie\n01632 960001"),
        ("request-4471-0c9de1f2@askthem.example", "Ann Penrose", "Please use this e-mail address for all replies"),
    ],
)
def test_somebody_who_writes_from_a_new_address_is_recognised(app: App, address: str, name: str, foot: str) -> None:
    ann = on_record(app, "Ann Penrose", "ann@penrose.example", phone="01632 960001", address="3 Quay Hill, Porth")
    on_record(app, "Carl Penrose", "carl@penrose.example", phone="01632 960077", address="3 Quay Hill, Porth")
    words = f"Dear Clerk,\n\nThe drain is blocked again and nobody has come.\n\n{foot}"
    assert who(app, a_message(address, name, words)) == (Match.SUGGESTED, ann)


def test_an_address_that_was_held_theirs_once_is_suggested_again(app: App) -> None:
    ann = on_record(app, "Ann Penrose", "ann@penrose.example", phone="01632 960001")
    first = a_message("boats@elsewhere.example", "Boats", "The drain again.\n\nAnn Penrose\n01632 960001")
    assert taken(app, first) == ann
    assert who(app, a_message("boats@elsewhere.example", "Boats", "And again.\n\nA.P.")) == (Match.SUGGESTED, ann)


def test_an_address_that_an_officer_rejected_is_not_suggested_again(app: App) -> None:
    ann = on_record(app, "Ann Penrose", "ann@penrose.example", phone="01632 960001")
    message = a_message("boats@elsewhere.example", "Boats", "The drain again.\n\nAnn Penrose\n01632 960001")
    with app.begin(CLERK) as work:
        customer = find_customer(work.session, ann)
        points = identify.suggest_points(work, customer, told(app, message).points)
        (address,) = [p for p in points if p.kind is PointKind.EMAIL]
        reject_point(work, address, reason="rang her: it is not hers")
    assert who(app, message) == (Match.UNKNOWN, "")


# --- somebody else ---------------------------------------------------------------------------------------------------


def test_a_wife_who_writes_from_her_husbands_address_is_not_her_husband(app: App) -> None:
    on_record(app, "Malcolm Rundle", "rundle@quay.example")
    wife = a_message("rundle@quay.example", "Jean Rundle", "He is not allowed to write.\n\nJean Rundle (Mrs)")
    reference = taken(app, wife)
    with app.look() as session:
        (point,) = find_customer(session, reference).points
        assert point.standing is Standing.SUGGESTED  # the mailbox is another's on record
    assert who(app, a_message("rundle@quay.example", "Jean Rundle", "Thank you.\n\nJean")) == (
        Match.SUGGESTED,
        reference,
    )


def test_somebody_with_a_relatives_telephone_and_house_is_not_that_relative(app: App) -> None:
    on_record(app, "Malcolm Rundle", "rundle@quay.example", phone="01632 960002", address="4 Quay Hill, AB1 2CD")
    words = "My dad asks for a ramp.\n\nOwen Rundle\n4 Quay Hill, AB1 2CD\n01632 960002"
    assert who(app, a_message("owen@quay.example", "Owen Rundle", words)) == (Match.UNKNOWN, "")


def test_a_colleague_who_gives_the_firms_telephone_is_somebody_else(app: App) -> None:
    on_record(app, "Malcolm Rundle", "rundle@quay.example", phone="01632 960002")
    words = "The lads at work all say so.\n\nPete Varcoe\nRundle Roofing\n01632 960002"
    assert who(app, a_message("pete@quay.example", "Pete Varcoe", words)) == (Match.UNKNOWN, "")


def test_a_sister_who_says_for_whom_she_writes_is_not_the_one_she_writes_for(app: App) -> None:
    on_record(app, "Ann Penrose", "ann@penrose.example")
    words = "Hi, I'm Ann's sister and she asked me to write."
    assert who(app, a_message("ann@penrose.example", "Ann Penrose", words))[0] is not Match.CERTAIN


def test_a_namesake_at_another_house_is_somebody_else(app: App) -> None:
    on_record(app, "John Smith", "js@penrose.example", address="3 Quay Hill, AB1 2CD")
    words = "The bin is full.\n\nJohn Smith\n44 Tower Road, AB1 9XY"
    assert who(app, a_message("john@tower.example", "John Smith", words)) == (Match.UNKNOWN, "")


# --- one mailbox, several people -------------------------------------------------------------------------------------


def test_a_couple_who_share_a_mailbox_are_told_apart_by_how_they_sign(app: App) -> None:
    peter = on_record(app, "Peter Dunn", "dunns@post.example")
    mary = on_record(app, "Mary Dunn", "dunns@post.example")
    assert who(app, a_message("dunns@post.example", "Peter & Mary Dunn", "The bin.\n\nMary")) == (Match.CERTAIN, mary)
    assert who(app, a_message("dunns@post.example", "Peter Dunn", "The bin.\n\nP. Dunn")) == (Match.CERTAIN, peter)
    assert who(app, a_message("dunns@post.example", "Mary Dunn", "Peter here, for once.\n\nP. Dunn"))[1] == peter


def test_where_nothing_tells_them_apart_an_officer_is_asked(app: App) -> None:
    on_record(app, "Peter Dunn", "dunns@post.example")
    on_record(app, "Mary Dunn", "dunns@post.example")
    identity = told(app, a_message("dunns@post.example", "The Dunns"))
    assert identity.match is Match.SUGGESTED
    assert identity.score <= 0.6
    assert any("please look" in reason for reason in identity.reasons)


def test_father_and_son_of_one_name_are_told_apart_by_telephone_and_by_what_they_say(app: App) -> None:
    father = on_record(app, "Ivor Pask (Senior)", "pask@post.example", phone="01632 960003", address="9 Quay Hill")
    son = on_record(app, "Ivor Pask (Junior)", "pask@post.example", phone="07700 900003", address="9 Quay Hill")

    def writes(words: str) -> tuple[Match, str]:
        return who(app, a_message("pask@post.example", "Ivor Pask", words))

    assert writes("The bin.\n\nI. Pask\n9 Quay Hill\n01632 960003") == (Match.CERTAIN, father)
    assert writes("A dropped kerb, please.\n\nIvor\n07700 900003") == (Match.CERTAIN, son)
    assert writes("Dad asked for a ramp in spring.\n\nIvor (the son)") == (Match.CERTAIN, son)
    assert writes("My lad is away in the week.\n\nI. Pask")[1] == father
    assert writes("The bin is full.\n\nIvor Pask")[0] is Match.SUGGESTED


def test_a_father_is_not_taken_for_his_son_from_a_new_address(app: App) -> None:
    on_record(app, "Ivor Pask", "ivor@post.example", address="9 Quay Hill", notes="Senior. Bowls club.")
    on_record(app, "Ivor Pask", "ivor88@post.example", address="9 Quay Hill", notes="Junior")
    identity = told(app, a_message("new@elsewhere.example", "Ivor Pask", "The bin.\n\nIvor Pask\n9 Quay Hill"))
    assert (identity.match, identity.customer_id) == (Match.UNKNOWN, None)
    assert any("please look" in reason for reason in identity.reasons)


# --- relays, forged mail, the council's own --------------------------------------------------------------------------


def test_a_relays_address_becomes_nobodys_contact_point(app: App) -> None:
    words = "Please send the list.\n\nYours faithfully,\nOlwen Hask"
    reference = taken(app, a_message("request-4471-0c9de1f2@askthem.example", "Olwen Hask", words))
    with app.look() as session:
        customer = find_customer(session, reference)
        assert customer.name == "Olwen Hask"
        assert customer.points == []


def test_mail_that_its_server_disowns_is_never_certain(app: App) -> None:
    ann = on_record(app, "Ann Penrose", "ann@penrose.example")
    forged = replace(
        a_message("ann@penrose.example", "Ann Penrose"),
        authentication=Authentication(dmarc=Verdict.FAIL, trusted_by="mx.porthmellin.gov.example"),
    )
    assert who(app, forged) == (Match.SUGGESTED, ann)
    assert "disowns" in told(app, forged).reasons[0]


def test_what_an_officer_forwards_is_looked_at_for_the_writer_inside(app: App) -> None:
    ann = on_record(app, "Ann Penrose", "ann@penrose.example")
    outer = replace(
        a_message(f"info@{COUNCIL}", "Front desk", "For you."),
        forwarded=(a_message("ann@penrose.example", "Ann Penrose"),),
    )
    assert who(app, outer) == (Match.SUGGESTED, ann)


def test_a_member_who_writes_is_a_customer_who_may_never_be_restricted(app: App) -> None:
    reference = taken(app, a_message(f"cllr.opie@{COUNCIL}", "Cllr Una Opie", "A lamp is out.\n\nUna"))
    with app.look() as session:
        assert find_customer(session, reference).never_restrict == "a member of the council"


def test_a_newcomer_gets_a_record_with_their_address_confirmed_and_their_telephone_suggested(app: App) -> None:
    words = "Dear Clerk,\n\nThe bin is full.\n\nOlwen Hask\n5 Tower Road, AB1 9XY\n01632 960009"
    reference = taken(app, a_message("olwen@hask.example", "Olwen", words))
    assert reference.startswith("E-")
    with app.look() as session:
        customer = find_customer(session, reference)
        assert (customer.name, customer.surname, customer.place) == ("Olwen Hask", "hask", "5towerroad")
        assert customer.postcode == "AB1 9XY"
        assert customer.emails() == ("olwen@hask.example",)
        assert customer.phones() == ()
        assert {p.value for p in customer.points} == {"olwen@hask.example", "01632960009"}
    assert who(app, a_message("olwen@hask.example", "Olwen")) == (Match.CERTAIN, reference)


def test_merged_records_are_one_person_with_all_their_addresses(app: App) -> None:
    ann, other = on_record(app, "Ann Penrose", "ann@penrose.example"), on_record(app, "A Penrose", "ap@work.example")
    with app.begin(CLERK) as work:
        keep_this, merged = (find_customer(work.session, r) for r in (ann, other))
        merge(work, keep=keep_this, merged=merged, reason="she said so at the desk")
    assert who(app, a_message("ap@work.example", "Ann Penrose")) == (Match.CERTAIN, ann)
    with app.begin(CLERK) as work:
        unmerge(work, find_customer(work.session, other), reason="a cousin of the same name")
    assert who(app, a_message("ap@work.example", "A Penrose")) == (Match.CERTAIN, other)


def test_the_councils_letter_is_filed_with_the_one_it_went_to(app: App) -> None:
    ann = on_record(app, "Ann Penrose", "ann@penrose.example")
    on_record(app, "Peter Dunn", "dunns@post.example")
    on_record(app, "Mary Dunn", "dunns@post.example")
    with app.look() as session:
        found = identify.addressee(session, [Address("Ann@Penrose.example")])
        assert found is not None
        assert found.reference == ann
        assert identify.addressee(session, [Address("dunns@post.example")]) is None
