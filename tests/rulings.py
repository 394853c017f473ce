"""Letters with findings that an officer rules on, for the tests of what rulings teach."""

from __future__ import annotations

from collections.abc import Sequence

from bot import queue
from bot.bootstrap import App
from models.contact import ContactFinding
from models.finding import About, Evidence, Finding
from models.log import find_contact
from models.queue import FlagKind, Outcome, flags_of, item_of
from models.ruled import find_finding
from tests.builders import NAMED_OFFICER, a_customer
from tests.web.people import a_waiting_letter

KINDS = {About.ABUSE: FlagKind.ABUSE, About.RISK: FlagKind.RISK, About.RELATION: FlagKind.REPEAT}


def an_insult(
    score: float, *, label: str = "insult", words: str = "pack of clowns", seen_by: str = "abuse 1"
) -> Finding:
    return Finding(About.ABUSE, label, score, seen_by, (Evidence(words, reason=label, weight=1.0),))


def a_letter_with(app: App, *findings: Finding, own: str = "You are a pack of clowns. Mend the lamp.") -> int:
    """A letter that waits, each of these findings flagged where its kind has a flag; the number of its contact."""
    flagged = [(finding, KINDS.get(finding.about)) for finding in findings]
    return a_waiting_letter(app, a_customer(app), f"{own} ({next(_number)})", findings=flagged)


def _counting() -> Sequence[int]:
    return range(1, 10**9)


_number = iter(_counting())


def findings_of(app: App, contact: int) -> list[ContactFinding]:
    with app.look() as session:
        return list(find_contact(session, contact).findings)


def rule_on_flag(app: App, contact: int, outcome: Outcome, *, reason: str = "", right_label: str = "") -> None:
    """The named officer rules on the first flag of a contact."""
    with app.begin(NAMED_OFFICER) as work:
        item = item_of(work.session, contact)
        assert item is not None
        flag = flags_of(work.session, contact)[0]
        queue.rule(work, item, outcome=outcome, flag=flag, reason=reason, right_label=right_label)


def rule_on(app: App, finding: ContactFinding, outcome: Outcome, *, reason: str = "", right_label: str = "") -> None:
    with app.begin(NAMED_OFFICER) as work:
        seen = find_finding(work.session, finding.id)
        queue.rule_on_finding(work, seen, outcome=outcome, reason=reason, right_label=right_label)


def ruled_insults(app: App, *, upheld: Sequence[float] = (), overruled: Sequence[float] = ()) -> None:
    """One letter with one insult for each score, ruled on as said."""
    for score in upheld:
        rule_on_flag(app, a_letter_with(app, an_insult(score)), Outcome.AGREE)
    for score in overruled:
        rule_on_flag(app, a_letter_with(app, an_insult(score)), Outcome.OVERRULE, reason="they quote the mayor")
