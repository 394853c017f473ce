"""The forms: what is asked, and the errors said in plain words. What is lawful is checked in the verbs, not here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    PasswordField,
    StringField,
    TextAreaField,
)
from wtforms.validators import StopValidation

from bot.casework.decisions import Minuted, Term
from bot.queue import right_labels
from bot.readable import why_unreadable
from bot.web.wording import plain, right_label_words
from models.decision import ASKED_OF, Measure
from models.queue import Outcome

PARTS = ("day", "month", "year")
MOST_MEASURES = len(Measure)
LONGEST_TEXT = 20_000


class Given:
    """The field must be filled in; says what to enter."""

    field_flags: Mapping[str, bool] = {}

    def __init__(self, words: str) -> None:
        self.words = words

    def __call__(self, form: Form, field: Field) -> None:
        if field.process_errors:
            raise StopValidation()
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
            raise StopValidation(self.words)


class AtMost:
    """Not longer than a page could hold."""

    field_flags: Mapping[str, bool] = {}

    def __call__(self, form: Form, field: Field) -> None:
        if len(str(field.data or "")) > LONGEST_TEXT:
            raise StopValidation(f"Use {LONGEST_TEXT} characters or fewer")


class OneOf(StringField):  # type: ignore[misc]  # wtforms carries no types
    """One of several options, each a value and its words. What is none of them counts as nothing chosen."""

    data: str | None

    def __init__(self, label: str, missing: str, *, options: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(label, [Given(missing)], **kwargs)
        self.options = options

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata(valuelist)
        if self.data not in dict(self.options):
            self.data = ""


class PerhapsOneOf(StringField):  # type: ignore[misc]  # wtforms carries no types
    """One of several options, or nothing. What may be chosen is told when the form is shown; the verb checks it."""

    options: Sequence[tuple[str, str]] = ()


class ScoreField(StringField):  # type: ignore[misc]  # wtforms carries no types
    """A score from 0 to 1, written with a point or a comma. `score` is None where it is none."""

    @property
    def score(self) -> float | None:
        try:
            return float(str(self.data or "").strip().replace(",", "."))
        except ValueError:
            return None


class IsNumber:
    """A number was written."""

    field_flags: Mapping[str, bool] = {}

    def __call__(self, form: Form, field: ScoreField) -> None:
        if field.score is None:
            raise StopValidation("Enter a score from 0 to 1, such as 0.8")


class DayField(Field):  # type: ignore[misc]  # wtforms carries no types
    """A date in three boxes: day, month and year, as GOV.UK asks for it. `data` is a date or None."""

    data: date | None
    written: Sequence[str] = ("", "", "")

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(None, *args, **kwargs)
        if formdata is not None:
            self.written = [formdata.get(f"{self.name}-{part}", "").strip() for part in PARTS]
            self.data = self._as_date()
        elif self.data is not None:
            self.written = [str(self.data.day), str(self.data.month), str(self.data.year)]

    def _as_date(self) -> date | None:
        if not any(self.written):
            return None
        day, month, year = self.written
        try:
            if len(year) != 4:
                raise ValueError("a year has four digits")
            return date(int(year), int(month), int(day))
        except ValueError:
            self.process_errors.append(f"{self.label.text}: enter a real date, such as 27 3 2026")
            return None


class Asked(Form):  # type: ignore[misc]
    """A form that can also carry a refusal that belongs to no single field."""

    refusals: tuple[str, ...] = ()

    def __init__(self, sent: MultiDict[str, str] | None = None, *, prefix: str = "") -> None:
        super().__init__(sent, prefix=prefix)

    def validate(self) -> bool:
        """Whether everything asked was given; what is wrong stands in the fields' errors."""
        given = bool(super().validate())
        return _all_readable(self) and given

    def refuse(self, words: str) -> None:
        self.refusals = (*self.refusals, words)


def _all_readable(form: Form) -> bool:
    """As at the commands, words that nobody can read or print are refused where they were typed."""
    whole = True
    for field in form:
        if isinstance(field, FieldList):
            for entry in field:
                whole = _all_readable(entry.form) and whole
        elif isinstance(field.data, str) and not isinstance(field, PasswordField):
            wrong = why_unreadable(field.data)
            field.errors = [*field.errors, f"{field.label.text}: the words {wrong}"] if wrong else field.errors
            whole = whole and not wrong
    return whole


class SignInForm(Asked):
    username = StringField("Username", [Given("Enter your username")])
    password = PasswordField("Password", [Given("Enter your password")])


def _outcomes(*outcomes: tuple[Outcome, str]) -> list[tuple[str, str]]:
    return [(outcome.value, words) for outcome, words in outcomes]


class FlagForm(Asked):
    """A ruling on one flag."""

    outcome = OneOf(
        "Is this flag right?",
        "Say whether the flag is right",
        options=_outcomes((Outcome.AGREE, "Yes, I agree"), (Outcome.OVERRULE, "No, I overrule it")),
    )
    reason = StringField("Why, in a few words", [AtMost()], description="Needed if you overrule")
    right_label = PerhapsOneOf("If it is wrong: what should it have been?", [AtMost()])

    def offer(self, about: str) -> None:
        """What a finding about this could have been instead."""
        self.right_label.options = [("", "I cannot say"), *right_label_words(about, right_labels(about))]


class FindingForm(FlagForm):
    """A ruling on one finding that raised no flag."""

    outcome = OneOf(
        "Is this right?",
        "Say whether it is right",
        options=_outcomes((Outcome.AGREE, "Yes, I agree"), (Outcome.OVERRULE, "No, I overrule it")),
    )


class ThresholdForm(Asked):
    """From what score on findings of one label are shown."""

    at_least = ScoreField(
        "Show it from this score",
        [Given("Enter a score from 0 to 1, such as 0.8"), IsNumber()],
        description="From 0 to 1. The higher, the fewer are shown",
    )
    reason = TextAreaField(
        "Why is it set?", [Given("Enter why the threshold is set"), AtMost()], description="It stays on record"
    )


class ItemForm(Asked):
    """A ruling on the contact as a whole."""

    outcome = OneOf(
        "Your ruling",
        "Choose your ruling",
        options=_outcomes(
            (Outcome.ATTEST, "I have read all of it and checked it for new information"),
            (Outcome.AGREE, "I agree with where the program put it"),
            (Outcome.OVERRULE, "The program put it in the wrong place"),
        ),
    )
    reason = TextAreaField("Why, in a few words", [AtMost()], description="Needed if the program was wrong")


class SaidInWords:
    """Filled in where the measure beside it says too little without; says what to enter."""

    field_flags: Mapping[str, bool] = {}

    def __call__(self, form: TermForm, field: Field) -> None:
        needed = next((words for measure, words in ASKED_OF.items() if measure.value == form.measure.data), "")
        if needed and not str(field.data or "").strip():
            raise StopValidation(f"Enter {needed}")


class TermForm(Form):  # type: ignore[misc]
    """One measure with its dates."""

    measure = OneOf(
        "Measure",
        "Choose a measure",
        options=[("", "Choose a measure"), *((m.value, plain(m)) for m in Measure)],
    )
    starts_on = DayField("First day", [Given("Enter the first day of the measure")])
    ends_on = DayField(
        "End: the first day without it",
        [Given("Enter the day on which the measure ends")],
        description="Every measure ends. To limit it for longer, the council decides again",
    )
    review_on = DayField("First review", description="Leave empty for the date that the policy sets")
    words = TextAreaField(
        "How far it goes",
        [AtMost(), SaidInWords()],
        description="Which address, mailboxes, people or buildings, and how often. Empty if the measure says it all",
    )


class DecisionForm(Asked):
    """A decision as it stands in the minutes."""

    customer = StringField(
        "Customer reference",
        [Given("Enter the customer’s reference")],
        description="As it stands on the customer’s page",
    )
    body = StringField(
        "Who decided",
        [Given("Enter who decided"), AtMost()],
        description="As minuted, for example Full Council. One member alone cannot decide",
    )
    minute = StringField("Minute number", [Given("Enter the minute number"), AtMost()])
    decided_on = DayField("Date of the decision", [Given("Enter the date of the decision")])
    resolution = TextAreaField(
        "Text of the resolution", [Given("Enter the text of the resolution"), AtMost()], description="Word for word"
    )
    subject_matter = StringField(
        "Subject matter",
        [Given("Enter the subject matter"), AtMost()],
        description="What the restriction is about: other matters stay open to the customer",
    )
    named_officer = StringField(
        "Named officer",
        [Given("Enter the named officer"), AtMost()],
        description="Who reads what this customer sends from now on",
    )
    terms = FieldList(FormField(TermForm), min_entries=1, max_entries=MOST_MEASURES)
    interests = TextAreaField(
        "Interests declared", [AtMost()], description="One on each line, or “none declared”. Needed in a case"
    )
    proportionality = TextAreaField("Why this is proportionate", [AtMost()], description="Needed in a case")
    impedes = TextAreaField("What the conduct impedes", [AtMost()], description="Needed in a case")
    exception = TextAreaField(
        "Exceptional reason",
        [AtMost()],
        description="Only if the council went without one of the policy’s warnings: why",
    )

    def more(self) -> None:
        """Ask for one more measure."""
        if len(self.terms) < MOST_MEASURES:
            self.terms.append_entry()

    def fewer(self) -> None:
        """Leave out the last measure."""
        if len(self.terms) > 1:
            self.terms.pop_entry()

    def minuted(self) -> Minuted:
        """The decision to record. Raises ValueError if a measure is not one of the policy's."""
        assert self.decided_on.data is not None
        return Minuted(
            body=str(self.body.data),
            minute=str(self.minute.data),
            decided_on=self.decided_on.data,
            resolution=str(self.resolution.data),
            subject_matter=str(self.subject_matter.data),
            named_officer=str(self.named_officer.data),
            terms=tuple(_term(entry.form) for entry in self.terms),
            exception=str(self.exception.data or ""),
            interests=tuple(line.strip() for line in str(self.interests.data or "").splitlines() if line.strip()),
            proportionality=str(self.proportionality.data or ""),
            impedes=str(self.impedes.data or ""),
        )


def _term(form: TermForm) -> Term:
    starts_on, ends_on = form.starts_on.data, form.ends_on.data
    assert starts_on is not None
    assert ends_on is not None
    words = str(form.words.data or "")
    return Term(Measure(str(form.measure.data)), starts_on, ends_on, form.review_on.data, words)


class LetterForm(Asked):
    """That the decision letter went to the customer."""

    sent_on = DayField("Date the letter was sent", [Given("Enter the date the letter was sent")])
    sent_by = StringField("Who signed it", [Given("Enter who signed the letter"), AtMost()])
    how = StringField(
        "How it was sent",
        [Given("Enter how the letter was sent"), AtMost()],
        description="For example first class post",
    )


class LiftForm(Asked):
    reason = TextAreaField("Why is it lifted?", [Given("Enter why the restriction is lifted"), AtMost()])


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the error summary; `href` is empty where no single field is at fault."""

    text: str
    href: str = ""


def problems(*forms: Asked) -> list[Problem]:
    """Everything wrong with these forms, in the order of their fields."""
    found: list[Problem] = []
    for form in forms:
        found += [Problem(words) for words in form.refusals]
        found += _in_fields(form)
    return found


def _in_fields(form: Form) -> Iterator[Problem]:
    for field in form:
        if isinstance(field, FieldList):
            for entry in field:
                yield from _in_fields(entry.form)
        elif field.errors:
            first = f"{field.id}-day" if isinstance(field, DayField) else field.id
            yield Problem(str(field.errors[0]), f"#{first}")
