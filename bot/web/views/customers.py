"""One customer: how they can be reached, what binds them, and every contact with them."""

from __future__ import annotations

from flask import Blueprint, render_template

from bot.matters.associates import pairs_of
from bot.matters.chronology import matters_of, records_of
from bot.web.door import PAGE, house
from bot.web.paging import Paging, asked_page
from models.acting import on_either_side
from models.case import warnings_of
from models.conduct import conduct_of
from models.customer import kept
from models.in_force import everybody_that_is, restrictions_of
from models.log import find_customer, flags_by_contact, log_length, log_of

pages = Blueprint("customers", __name__)
MATTERS = 8  # how many stand on the page; a page of their own has them all


@pages.get("/customers/<int:number>")
def customer(number: int) -> str:
    app = house()
    with app.look() as session:
        found = kept(session, find_customer(session, number))
        people = everybody_that_is(session, found.id, app.seal)
        paging = Paging(asked_page(), PAGE, log_length(session, people))
        log = log_of(session, people, limit=PAGE, offset=paging.offset)
        told = matters_of(session, records_of(session, found), app.clock.now())
        return render_template(
            "customer.html",
            matters=told[:MATTERS],
            matter_count=len(told),
            conduct=conduct_of(session, people),
            customer=found,
            pairs=pairs_of(session, found),
            acting=on_either_side(session, found.id, app.seal, app.today),
            today=app.today,
            paging=paging,
            log=log,
            log_flags=flags_by_contact(session, [c.id for c in log]),
            restrictions=restrictions_of(session, found.id, app.today, app.seal, app.policy.reviews_demanded),
            warnings=warnings_of(session, found.id, app.today),
        )
