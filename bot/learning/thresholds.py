"""Setting from what score on a finding is shown: by a person, for a reason, on record, and only upwards.

A reader says a thing only past its own measured line, and the policy shows it from a score that the council adopted. A
person may ask for more than both, never for less; and not at all for what must always reach a person (ADR 0008).
"""

from __future__ import annotations

import math

from sqlalchemy.orm import Session

from bot.learning.accuracy import Effect, effect
from bot.work import Work, one_at_a_time, verb
from models.audit import Seal
from models.errors import Refused
from models.officer import Permission
from models.policy import Policy, may_be_raised, raisable, shown_from
from models.threshold import SetThreshold, lines_set

_SETTING = 0x45564E4A  # any constant of its own: two people set thresholds one after the other


@verb("threshold.set", needs=Permission.SET_THRESHOLD)
def set_threshold(
    work: Work, about: str, label: str, at_least: float, *, reason: str, policy: Policy
) -> tuple[SetThreshold, Effect]:
    """Show findings of this label from this score on, in mail that is read from now on; and say what that changes.

    Set to the policy's own score it is as if nothing was ever set. What is on record stays: the latest counts.
    """
    one_at_a_time(work, _SETTING)
    if not reason.strip():
        raise Refused("setting a threshold needs a reason, in a few words: it answers whoever asks why")
    before = shown_now(work.session, about, label, policy=policy, seal=work.seal)
    changes = weigh(work.session, about, label, at_least, policy=policy, seal=work.seal)
    if at_least == before:
        raise Refused(f"it is shown from {before:g} already")
    row = SetThreshold(
        about=about,
        label=label,
        at_least=at_least,
        before=before,
        ruled_hidden=changes.ruled_hidden,
        upheld_hidden=changes.upheld_hidden,
        policy_version=policy.version,
        reason=reason.strip(),
        by=work.actor.name,
        at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    detail = {"at_least": at_least, "before": before, "row": row.id}
    work.note("threshold.set", row.subject(), digest=row.digest(), **detail)
    return row, changes


def weigh(session: Session, about: str, label: str, at_least: float, *, policy: Policy, seal: Seal) -> Effect:
    """What would change if it were set; refused, in plain words, where it may not be. Changes nothing."""
    check_raisable(about, label)
    if not (math.isfinite(at_least) and 0 <= at_least <= 1):
        raise Refused("a score runs from 0 to 1; write 0.7, say")
    lowest = shown_from(policy, about, label)
    if at_least < lowest:
        raise Refused(
            f"the policy shows it from {lowest:g}; a person can only ask for more, never for less. "
            "To show more, the council changes the table in its policy"
        )
    now_from = shown_now(session, about, label, policy=policy, seal=seal)
    return effect(session, about, label, now_from=now_from, at_least=at_least)


def shown_now(session: Session, about: str, label: str, *, policy: Policy, seal: Seal) -> float:
    """The score from which findings of this label are shown now."""
    line, lowest = lines_set(session, seal).get((about, label)), shown_from(policy, about, label)
    return max(lowest, line.at_least) if line else lowest


def check_raisable(about: str, label: str) -> None:
    """Refused where no person may raise it, or nothing is called so."""
    if not may_be_raised(about, label):
        known = ", ".join(" ".join(pair) for pair in raisable())
        raise Refused(
            f"nobody raises the threshold of '{about} {label}': risks, threats, requests with a statutory clock, "
            "appeals, new matters, new facts and forged senders are always shown where the policy shows them. "
            f"These may be raised: {known}"
        )
