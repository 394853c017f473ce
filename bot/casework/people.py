"""Who acts in a case: titles, names and bodies, and who may decide (LGA 1972 s101; INV-16)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy.orm import Session

from models.case import CaseStep, StepKind
from models.councillor import SEVERAL, one_councillor
from models.errors import Refused
from models.meeting import called_off
from models.named import same_named
from models.policy import Policy

_SOMEBODYS = re.compile(r"\w['’]s\b", re.I)
_CHAIR = re.compile(r"chair(?:man|woman|person|lady)?\b")
_STANDS_IN = re.compile(r"\b(?:nominated\s+representative|nominee|acting\s+for|on\s+behalf\s+of)\b", re.I)


def _folded(text: str) -> str:
    words = re.sub(r"[^\w\s]", " ", text.casefold().replace("&", " and "))
    return " ".join(_CHAIR.sub("chair", word) for word in words.split() if word not in ("the", "acting", "interim"))


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same but for case, points and spaces."""
    return _folded(one) == _folded(other)


def has_title(who: str, title: str) -> bool:
    """Whether "Town Clerk, R. Trelawny" or "R. Trelawny (Town Clerk)" names somebody with this title. Not "Town Clerk's
    assistant"."""
    wanted = _folded(title)
    parts = [_folded(part) for part in re.split(r"[,;()]| - | – ", who) if not _SOMEBODYS.search(part)]
    return any(part == wanted or part.startswith(f"{wanted} ") for part in parts)


def has_name(who: str, title: str) -> bool:
    """Whether something is left beside the title: a name."""
    return len(_folded(who).replace(_folded(title), "", 1).strip()) > 1


def titles_missing(people: Sequence[str], titles: Iterable[str]) -> list[str]:
    """The titles that none of these people holds, by title and name, each person counting once."""
    free, missing = list(people), []
    for title in titles:
        holder = next((who for who in free if has_title(who, title) and has_name(who, title)), None)
        if holder is None:
            missing.append(title)
        else:
            free.remove(holder)
    return missing


def not_the_head(who: str, policy: Policy, *, asked: str = "who did it") -> list[str]:
    """Why this is not done by the head of the procedure or their nominated representative; empty if it is (T11)."""
    people = policy.procedure.people
    if not people.head or any(has_title(who, title) and has_name(who, title) for title in people.heads):
        return []
    if people.nominee and _STANDS_IN.search(who) and all(has_name(who, title) for title in people.heads):
        return []
    heads = " or ".join(f"'{title}, NAME'" for title in people.heads)
    nominee = f", or '{people.heads[0]}'s nominated representative, NAME'" if people.nominee else ""
    return [f"{asked}, by title and name: {heads}{nominee}"]


def not_of_the_policy(who: str, policy: Policy) -> list[str]:
    """Why this is nobody whom the policy lets decide how a case goes on: not the head or their nominee, no officer with
    delegated power, no body of the council. One councillor never is (LGA 1972 s101)."""
    people = policy.procedure.people
    bodies = [body for body in dict.fromkeys((*people.decides, people.recommends, *people.reports_to)) if body]
    delegated = any(has_title(who, title) and has_name(who, title) for title in people.delegates)
    if not not_the_head(who, policy) or delegated or any(same_words(who, body) for body in bodies):
        return []
    titles = [f"'{title}, NAME'" for title in (*people.heads, *people.delegates) if title]
    return [f"who decided it, as the policy names them: {' or '.join([*titles, *bodies])} (--who)"]


def complained_about(steps: Iterable[CaseStep]) -> list[str]:
    """The employees and members whom the customer complains about, as the reports of the case say (INV-16)."""
    about = (step.facts.get("about") for step in steps if step.kind is StepKind.REPORT)
    return [str(name) for names in about if isinstance(names, list) for name in names]


def decides_alone(steps: Iterable[CaseStep], people: Sequence[str]) -> list[str]:
    """Refuses, in words, where everybody who takes part is complained about in the case (S§14; X8; INV-16)."""
    about = complained_about(steps)
    given = [who for who in people if who.strip()]
    if about and given and all(any(same_named(name, who) for name in about) for who in given):
        return ["somebody whom the customer does not complain about: a person complained about does not decide alone"]
    return []


def is_a_body(who: str, policy: Policy) -> bool:
    """Whether this is a body of the council and not a person by name."""
    people = policy.procedure.people
    bodies = (*people.decides, *policy.bodies, people.recommends, *people.reports_to)
    return any(same_words(who, body) for body in bodies if body) or (bool(SEVERAL.search(who)) and "," not in who)


def lawful_body(body: str, policy: Policy, *, delegation: str = "", allowed: Sequence[str] | None = None) -> None:
    """Refused unless this body may decide a restriction: one that the policy names, or an officer to whom it was
    delegated by a minute (LGA 1972 s101; G-MTG-2). Never one councillor. `allowed`: instead of the policy's bodies."""
    bodies = policy.bodies if allowed is None else tuple(allowed)
    delegates = policy.procedure.people.delegates
    if any(has_title(body, title) for title in delegates):
        if not delegation.strip():
            raise Refused(
                f"'{body}' decides only with delegated power: give the minute or scheme of delegation that confers it "
                "(--delegation; Local Government Act 1972, section 101)"
            )
    elif bodies and not any(same_words(body, b) for b in bodies):
        others = f", or with delegated power {' or '.join(delegates)}" if delegates else ""
        raise Refused(f"under this policy only {' or '.join(bodies)} decides a restriction{others}, not '{body}'")
    if one_councillor(body):
        raise Refused("one councillor cannot decide for a council (Local Government Act 1972, section 101)")


def was_held(session: Session, body: str, day: date) -> None:
    """Refused where this body's meeting on a day was called off, for want of a quorum or else: it decided nothing."""
    if called_off(session, body, day):
        raise Refused(
            f"the meeting of {day:%-d %B %Y} was called off, and decided nothing; give the day of the meeting that did "
            "(`evenhand meeting list`)"
        )
