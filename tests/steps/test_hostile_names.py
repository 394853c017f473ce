"""Names that steer a terminal or turn the words around them: they are kept as they came, and shown as plain letters."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy import text as statement

from bot.bootstrap import App
from bot.cli import cli
from bot.customer_import import import_customers
from bot.paper import text
from bot.web.app import create_app
from models.customer import Customer
from models.errors import Refused
from tests.builders import CLERK, a_customer
from tests.named import let_in

NAME = "Wenna \x1b[2J\x1b]0;mine\x07\u202e\x9besaelerT"
SHOWN = "Wenna [2J]0;mineesaelerT"


def a_hostile_customer(app: App) -> Customer:
    customer = a_customer(app)
    with app.begin(CLERK) as work:
        work.session.get_one(Customer, customer.id).name = NAME
        work.note("for.a.test", customer)
    return customer


def as_the_clerk(app: App) -> list[str]:
    return ["--home", str(app.settings.home), "--as", CLERK.name]


def test_a_name_steers_neither_a_terminal_nor_a_paper_nor_a_page(app: App) -> None:
    let_in(app)
    customer = a_hostile_customer(app)
    with app.look() as session:
        assert session.scalar(select(Customer.name).where(Customer.id == customer.id)) == NAME
    printed = (
        CliRunner().invoke(cli, ["--home", str(app.settings.home), "--as", CLERK.name, "customers", "list"]).output
    )
    page = create_app(app).jinja_env.from_string("{{ name }}, {{ '<b>' }}").render(name=NAME)
    for shown in (printed, text(NAME), page):
        assert SHOWN in shown
        assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(shown)
    assert "&lt;b&gt;" in page


def test_one_record_that_cannot_be_read_hides_nobody_else(app: App) -> None:
    let_in(app)
    one, other = a_customer(app, name="Ann Penrose"), a_customer(app, name="Ben Trewin")
    with app.engine.begin() as connection:
        connection.execute(
            statement("UPDATE contact_points SET standing = 'perhaps' WHERE customer_id = :one"), {"one": one.id}
        )
    printed = (
        CliRunner().invoke(cli, ["--home", str(app.settings.home), "--as", CLERK.name, "customers", "list"]).output
    )
    assert {one.reference, other.reference, other.emails()[0]} <= set(printed.split())
    assert "cannot be read" in printed


def test_a_list_of_customers_with_such_a_name_is_refused_with_its_line(app: App, tmp_path: Path) -> None:
    given = tmp_path / "list.csv"
    given.write_text(f"reference,name\nC-1,Jory Tremayne\nC-2,{NAME}\n", encoding="utf-8")
    with app.begin(CLERK) as work, pytest.raises(Refused, match=r"list\.csv, line 3, column name: .*U\+001B"):
        import_customers(work, given)
