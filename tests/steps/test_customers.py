"""The customer records: adding, importing, merging, confirming; by whom, and never losing anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.bootstrap import App
from bot.customer_import import Imported, import_customers
from bot.customers import (
    add_customer,
    add_point,
    clear_never_restrict,
    confirm_point,
    find_customer,
    mark_never_restrict,
    merge,
    reject_point,
    unmerge,
)
from bot.work import SERVICE
from models.audit import AuditEntry
from models.customer import ContactPoint, Customer, Merge, PointKind, Standing, kept
from models.errors import EvenhandError, NotAllowed, NotFound, Refused
from tests.builders import AUDITOR, CLERK

HEADER = "reference,name,emails,phones,address,notes\n"


def added(app: App, name: str = "Ann Penrose", **more: object) -> Customer:
    with app.begin(CLERK) as work:
        return add_customer(work, name=name, **more)  # type: ignore[arg-type]


def imported(app: App, folder: Path, text: str, *, encoding: str = "utf-8") -> Imported:
    file = folder / "customers.csv"
    file.write_bytes(text.encode(encoding))
    with app.begin(CLERK) as work:
        return import_customers(work, file)


def look(app: App, reference: str) -> Customer:
    with app.look() as session:
        customer = find_customer(session, reference)
        assert customer.points is not None
        return customer


# --- adding ----------------------------------------------------------------------------------------------------------


def test_a_record_is_kept_with_what_it_is_found_by(app: App) -> None:
    ann = added(app, emails=["Ann@Penrose.example "], phones=["+44 1632 960001"], address="3 Quay Hill, ab12cd")
    assert (ann.reference, ann.surname, ann.postcode, ann.place) == (
        f"E-{ann.id:06d}",
        "penrose",
        "AB1 2CD",
        "3quayhill",
    )
    assert ann.emails() == ("ann@penrose.example",)
    assert ann.phones() == ("01632960001",)


@pytest.mark.parametrize("wrong", [{"name": " "}, {"emails": ["not an address"]}, {"phones": ["12"]}])
def test_what_cannot_be_read_is_refused(app: App, wrong: dict[str, object]) -> None:
    with pytest.raises(Refused):
        added(app, **wrong)  # type: ignore[arg-type]


def test_a_reference_is_given_once(app: App) -> None:
    added(app, reference="C1")
    with pytest.raises(Refused, match="C1"):
        added(app, reference="C1")


def test_only_those_who_may_manage_records_change_them(app: App) -> None:
    ann = added(app)
    for actor in (AUDITOR, SERVICE):
        with pytest.raises(NotAllowed), app.begin(actor) as work:
            mark_never_restrict(work, ann, reason="councillor")


def test_asking_for_a_record_that_is_not_there_says_so(app: App) -> None:
    with app.look() as session, pytest.raises(NotFound, match="C404"):
        find_customer(session, "C404")


# --- contact points --------------------------------------------------------------------------------------------------


def test_a_point_is_confirmed_or_rejected_with_a_reason_and_noted(app: App) -> None:
    ann = added(app)
    with app.begin(CLERK) as work:
        point = add_point(work, work.session.get_one(Customer, ann.id), PointKind.EMAIL, "AP@post.example")
        with pytest.raises(Refused, match="reason"):
            reject_point(work, point, reason=" ")
        reject_point(work, point, reason="rang her: it is not hers")
    assert look(app, ann.reference).emails() == ()
    with app.begin(CLERK) as work:
        point = work.session.get_one(ContactPoint, point.id)
        confirm_point(work, point, reason="her mistake, it is hers")
    assert look(app, ann.reference).emails() == ("ap@post.example",)
    with app.look() as session:
        verbs = list(session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))
    assert verbs[-3:] == ["customer.add_point", "customer.reject_point", "customer.confirm_point"]


def test_who_may_never_be_restricted_is_marked_and_cleared_with_a_reason(app: App) -> None:
    ann = added(app)
    with app.begin(CLERK) as work:
        mark_never_restrict(work, work.session.get_one(Customer, ann.id), reason="member of Parliament")
    assert look(app, ann.reference).never_restrict == "member of Parliament"
    with app.begin(CLERK) as work:
        clear_never_restrict(work, work.session.get_one(Customer, ann.id), reason="left office")
    assert look(app, ann.reference).never_restrict == ""


# --- merging ---------------------------------------------------------------------------------------------------------


def everything(app: App) -> list[tuple[object, ...]]:
    with app.look() as session:
        customers = session.execute(select(Customer.__table__).order_by(Customer.id)).all()
        points = session.execute(select(ContactPoint.__table__).order_by(ContactPoint.id)).all()
        return [tuple(row) for row in (*customers, *points)]


def test_unmerging_gives_back_exactly_what_was_there(app: App) -> None:
    ann, other = added(app, emails=["ann@penrose.example"]), added(app, "A Penrose", emails=["ap@work.example"])
    before = everything(app)
    with app.begin(CLERK) as work:
        a, b = (work.session.get_one(Customer, c.id) for c in (ann, other))
        merge(work, keep=a, merged=b, reason="she said so")
        assert kept(work.session, b).id == a.id
    with app.begin(CLERK) as work:
        unmerge(work, work.session.get_one(Customer, other.id), reason="a cousin")
    assert everything(app) == before
    with app.look() as session:
        rows = session.scalars(select(Merge).order_by(Merge.id)).all()
        assert [(m.merged_id, m.kept_id, m.undone) for m in rows] == [
            (other.id, ann.id, False),
            (other.id, ann.id, True),
        ]


def test_a_record_is_never_merged_into_itself_nor_round_in_a_ring(app: App) -> None:
    one, two, three = (added(app, name).id for name in ("Ann Penrose", "A Penrose", "Annie Penrose"))
    with app.begin(CLERK) as work:
        a, b, c = (work.session.get_one(Customer, n) for n in (one, two, three))
        with pytest.raises(Refused):
            merge(work, keep=a, merged=a, reason="same")
        merge(work, keep=b, merged=a, reason="same")
        merge(work, keep=c, merged=b, reason="same")
        with pytest.raises(Refused):
            merge(work, keep=a, merged=c, reason="round")
        with pytest.raises(Refused):
            merge(work, keep=c, merged=a, reason="twice")


def test_unmerging_what_is_not_merged_is_refused(app: App) -> None:
    ann = added(app)
    with app.begin(CLERK) as work, pytest.raises(Refused):
        unmerge(work, work.session.get_one(Customer, ann.id), reason="why not")


# --- importing -------------------------------------------------------------------------------------------------------


def test_records_are_imported_with_every_point_confirmed(app: App, tmp_path: Path) -> None:
    row = 'C1,Ann Penrose,ann@penrose.example; ap@work.example,01632 960001,"3 Quay Hill, AB1 2CD",Choir\n'
    assert imported(app, tmp_path, HEADER + row).added == 1
    ann = look(app, "C1")
    assert set(ann.emails()) == {"ann@penrose.example", "ap@work.example"}
    assert (ann.phones(), ann.postcode, ann.surname, ann.notes) == (("01632960001",), "AB1 2CD", "penrose", "Choir")


def test_importing_the_same_file_again_changes_nothing(app: App, tmp_path: Path) -> None:
    text = HEADER + "C1,Ann Penrose,ann@penrose.example,,,\nC2,Peter Dunn,,01632 960002,,\n"
    imported(app, tmp_path, text)
    before = everything(app)
    assert imported(app, tmp_path, text) == Imported(unchanged=2)
    assert everything(app) == before


def test_a_newer_file_adds_and_takes_nothing_away(app: App, tmp_path: Path) -> None:
    imported(app, tmp_path, HEADER + "C1,Ann Penrose,ann@penrose.example,01632 960001,3 Quay Hill,Choir\n")
    done = imported(app, tmp_path, HEADER + "C1,Ann Penrose-Hale,new@penrose.example,,,Moved in May\n")
    assert done == Imported(changed=1)
    ann = look(app, "C1")
    assert set(ann.emails()) == {"ann@penrose.example", "new@penrose.example"}
    assert (ann.name, ann.address, ann.notes) == ("Ann Penrose-Hale", "3 Quay Hill", "Choir\nMoved in May")
    assert ann.phones() == ("01632960001",)


def test_what_an_officer_rejected_stays_rejected(app: App, tmp_path: Path) -> None:
    text = HEADER + "C1,Ann Penrose,ann@penrose.example,,,\n"
    imported(app, tmp_path, text)
    with app.begin(CLERK) as work:
        (point,) = find_customer(work.session, "C1").points
        reject_point(work, point, reason="it is her brother's")
    imported(app, tmp_path, text)
    assert [p.standing for p in look(app, "C1").points] == [Standing.REJECTED]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("\ufeffReference,NAME,E-Mails\r\nC1,Zoë Penrose,z@penrose.example\r\n", "utf-8"),
        ("reference,name\nC1,Zoë Penrose\n", "windows-1252"),
        ("reference,name\nC1,Zoë Penrose\n", "utf-16"),
        ("Department,Customer name,Ref\nParks,Zoë Penrose,C1\n", "utf-8"),
        ("reference,name\n\n,,\nC1,Zoë Penrose\n", "utf-8"),
    ],
)
def test_files_as_offices_write_them_are_read(app: App, tmp_path: Path, text: str, encoding: str) -> None:
    assert imported(app, tmp_path, text, encoding=encoding).added == 1
    assert look(app, "C1").name == "Zoë Penrose"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("name,emails\nAnn,\n", "'reference' is missing"),
        ("reference,name,email,e-mail\nC1,Ann,,\n", "two columns"),
        (HEADER + "C1,Ann,,,,\nC2,,,,,\n", "line 3, column name"),
        (HEADER + "C1,Ann,nonsense,,,\n", "line 2, column emails"),
        (HEADER + "C1,Ann,,12,,\n", "line 2, column phones"),
        (HEADER + "C1,Ann,,,3 Quay Hill, Porth,Choir\n", "line 2: 7 fields"),
        (HEADER + "C1,Ann,,,,\nC1,Ann,,,,\n", "line 3, column reference: the same reference stands in line 2"),
        (HEADER + 'C1,"Ann,,,,\n', "line 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole_and_names_line_and_column(
    app: App, tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(EvenhandError, match=says):
        imported(app, tmp_path, text)
    with app.look() as session:
        assert session.scalar(select(func.count(Customer.id))) == 0


def test_a_long_file_is_read_piece_by_piece_and_told(app: App, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text(HEADER + "".join(f"C{n},Ann Penrose,a{n}@post.example,,,\n" for n in range(1000)))
    told: list[int] = []
    with app.begin(CLERK) as work:
        done = import_customers(work, file, told=told.append)
    assert done == Imported(added=1000)
    assert told == [400, 800, 1000]
