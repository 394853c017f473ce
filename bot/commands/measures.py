"""What the commands that record a decision share: which measures, and the terms of each in words."""

from __future__ import annotations

from datetime import date

import click

from bot.casework.decisions import Term
from models.decision import ASKED_OF, Measure
from models.errors import Refused
from models.policy import Policy

MEASURES = click.option(
    "--measure",
    "measures",
    multiple=True,
    type=click.Choice([m.value for m in Measure]),
    required=True,
    help="What is limited. Once for each.",
)
TERMS = click.option(
    "--terms",
    "said_terms",
    multiple=True,
    metavar="KIND=WORDS",
    help=f"How far a measure goes, as resolved. Needed for {', '.join(m.value for m in ASKED_OF)}.",
)


def asked_for(
    measures: tuple[str, ...], said: tuple[str, ...], starts: date, ends: date, review: date | None = None
) -> tuple[Term, ...]:
    """The measures with their dates and terms. Refused where terms are of no measure that is asked for, or twice."""
    words = _words(said, measures)
    return tuple(Term(Measure(m), starts, ends, review, words.get(m, "")) for m in measures)


def by_hand(terms: tuple[Term, ...], policy: Policy) -> str:
    """What a person must see to because no rule on the mail server can; empty where there is nothing."""
    theirs = [t.measure.value for t in terms if t.terms.strip() and t.measure.value in policy.diverting]
    if not theirs:
        return ""
    return (
        f"\nNo rule on the mail server can carry the terms of {' and '.join(theirs)}, so it diverts nothing under it: "
        "the named officer sees to it"
    )


def _words(said: tuple[str, ...], measures: tuple[str, ...]) -> dict[str, str]:
    words: dict[str, str] = {}
    for one in said:
        kind, equals, rest = one.partition("=")
        kind = kind.strip()
        if not equals or not rest.strip():
            raise Refused('write --terms as KIND=WORDS, for example --terms "limited_letters=two letters a month"')
        if kind not in measures:
            raise Refused(f"--terms names {kind}, which is not among the measures: add --measure {kind}")
        if kind in words:
            raise Refused(f"the terms of {kind} are given twice")
        words[kind] = rest.strip()
    return words
