"""The forms about matters and about whose a contact is. What is lawful is checked in the verbs, not here."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import HiddenField, StringField, TextAreaField

from bot.web.forms import Asked, AtMost, Given, OneOf, PerhapsOneOf
from models.associate import AssociateOutcome
from models.customer import Customer
from models.issue import Issue

NEW = "new"


class SeenForm(Asked):
    """A form that remembers what its page was made from: the latest ruling then."""

    seen = HiddenField()

    @property
    def seen_then(self) -> int:
        """The number of the latest ruling when the page was made; 0 for none, or where it makes no sense."""
        return number_in(self.seen.data)


class RenameForm(SeenForm):
    title = StringField(
        "Name of the matter",
        [Given("Enter a name for the matter"), AtMost()],
        description="What it is about, in a few words",
    )


class MergeForm(SeenForm):
    """Another matter of the same customer that is this one."""

    other = PerhapsOneOf("Which matter is the same as this one?", [Given("Choose the matter that is the same")])
    reason = StringField(
        "How do you know?",
        [Given("Enter how you know that it is one matter"), AtMost()],
        description="It stays on record",
    )

    def offer(self, issues: Iterable[Issue]) -> None:
        self.other.options = [("", "Choose a matter"), *((str(i.id), f"{i.title} (matter {i.id})") for i in issues)]


class MoveForm(SeenForm):
    """Where a contact belongs."""

    to = PerhapsOneOf("Which matter is it about?", [Given("Choose the matter that it is about")])
    title = StringField("Name of the new matter", [AtMost()], description="Needed for a new matter")
    reason = StringField(
        "Why does it belong there?", [Given("Enter why it belongs there"), AtMost()], description="It stays on record"
    )

    def offer(self, issues: Iterable[Issue]) -> None:
        self.to.options = [*((str(i.id), f"{i.title} (matter {i.id})") for i in issues), (NEW, "A new matter")]


class ReasonForm(SeenForm):
    reason = TextAreaField("Why?", [Given("Enter why"), AtMost()], description="It stays on record")


class WhoseForm(SeenForm):
    """Whose contact it is."""

    whose = PerhapsOneOf("Whose contact is this?", [Given("Say whose contact this is")])
    reference = StringField("Customer reference", [AtMost()], description="Needed if it is somebody else on record")
    name = StringField("Their name", [AtMost()], description="Needed if they are on no record")
    reason = StringField(
        "How do you know?", [Given("Enter how you know whose it is"), AtMost()], description="It stays on record"
    )

    def offer(self, held: Customer | None) -> None:
        """The customer that the program holds it to be, somebody else, or nobody on record."""
        options = [("held", f"It is {held.name} ({held.reference})")] if held else []
        self.whose.options = [
            *options,
            ("other", "It is somebody else on record"),
            (NEW, "Nobody on record: a new one"),
        ]


class TogetherForm(Asked):
    """Whether one customer acts for, or with, another."""

    outcome = OneOf(
        "Do they act together?",
        "Say whether they act together",
        options=[
            (AssociateOutcome.CONFIRM.value, "Yes, the first acts for, or with, the second"),
            (AssociateOutcome.REJECT.value, "No: suggest it again only for evidence of another kind"),
        ],
    )
    reason = StringField(
        "How do you know?", [Given("Enter how you know it"), AtMost()], description="It stays on record"
    )


def number_in(text: object) -> int:
    """The number that a form sent; 0 where it sent none."""
    words = str(text or "").strip()
    return int(words) if words.isdecimal() and len(words) < 10 else 0
