"""What is attacked at the gate, and the statements of whoever writes into the database by hand."""

from __future__ import annotations

from datetime import date

from bot.bootstrap import App
from bot.enforcement.apply import switch
from bot.learning.thresholds import set_threshold
from bot.queue import put, rule, rule_on_finding
from models.case import Stage
from models.contact import Contact, ContactFinding
from models.decision import Restriction
from models.in_force import InForce, restrictions_in_force
from models.migrations.guards import missing_guards
from models.queue import Lane, Outcome
from tests.builders import (
    CLERK,
    a_contact,
    a_customer,
    a_restriction,
    a_warning,
    lifted,
)
from tests.contract.attackers import OnPostgres, OnSqlite
from tests.contract.rulings_of_people import put_what_people_said

Raw = OnSqlite | OnPostgres

DAY = date(2026, 3, 2)  # the day of every store of these tests
END = date(2026, 9, 2)

RESTRICTION = (
    "INSERT INTO restrictions (id, decision_id, customer_id, measure, starts_on, ends_on, letter_id)"
    " VALUES (50, {decision}, {customer}, {measure}, {starts}, {ends}, {letter})"
)
AS_DECIDED = {
    "decision": "1",
    "customer": "1",
    "measure": "'email_block'",
    "starts": f"'{DAY}'",
    "ends": f"'{END}'",
    "letter": "1",
}
MEASURE = (
    "INSERT INTO decided_measures (id, decision_id, customer_id, measure, starts_on, ends_on, review_on)"
    " VALUES (60, {decision}, {customer}, {measure}, {starts}, {ends}, {review})"
)
DECISION = (
    "INSERT INTO decisions (id, customer_id, body, minute, decided_on, resolution, subject_matter, named_officer,"
    " policy_version, measure_count, recorded_by, recorded_at, exception)"
    " VALUES (70, {customer}, {body}, {minute}, {on}, 'resolved', 'a lamp', 'M. Hosking', 'v1', {count},"
    f" 'nobody', '{DAY} 12:00:00', '')"
)
A_DECISION = {"customer": "1", "body": "'Full Council'", "minute": "'2026/900'", "on": f"'{DAY}'", "count": "1"}
LETTER = (
    "INSERT INTO decision_letters (id, decision_id, sent_on, sent_by, how, recorded_by, recorded_at)"
    f" VALUES (80, {{decision}}, {{on}}, {{by}}, 'by post', 'nobody', '{DAY} 12:00:00')"
)
A_LETTER = {"decision": "1", "on": f"'{DAY}'", "by": "'R. Trelawny'"}


def in_force(app: App, day: date = DAY) -> InForce:
    with app.look() as session:
        return restrictions_in_force(session, day, app.seal, app.policy.reviews_demanded)


def binding(app: App, day: date = DAY) -> list[int]:
    return [r.id for r in in_force(app, day).binding]


def missing(app: App) -> list[str]:
    with app.engine.connect() as connection:
        return missing_guards(connection)


def a_row_of_everything(app: App) -> Restriction:
    """One restriction in force, one lifted, and at least one row in each table that is append-only or kept."""
    one, other = a_customer(app), a_customer(app)
    a_warning(app, one, stage=Stage.INITIAL, sent_on=DAY)
    lifted(app, a_restriction(app, other))
    restriction = a_restriction(app, one)
    contact = a_contact(app, one, sender="resident@penrose.example", restriction=restriction)
    another = a_contact(app, one, sender="resident@penrose.example", restriction=restriction)
    with app.begin(CLERK) as work:
        switch(work, on=True)
        kept = work.session.get_one(Contact, contact.id)
        finding = ContactFinding(about="kind", label="comment", score=0.9, seen_by="a test")
        kept.findings.append(finding)
        item = put(work, kept, lane=Lane.NAMED_OFFICER, reasons=["for a test"], must_attest=True)
        rule(work, item, outcome=Outcome.AGREE)
        rule_on_finding(work, finding, outcome=Outcome.AGREE)
        set_threshold(work, "kind", "comment", 0.5, reason="for a test", policy=app.policy)
        further = work.session.get_one(Contact, another.id)
        put_what_people_said(work.session, work.now, one, other, kept, further)
        work.note("for.a.test", kept)
    return restriction


def two_decided(app: App) -> None:
    """Two people, each with a decision, a letter and a restriction: numbers 1 and 2."""
    for _ in range(2):
        a_restriction(app, a_customer(app))
