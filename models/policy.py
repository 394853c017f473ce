"""The council's policy as values. Read from config/policies/*.toml by `config.load`; the standard library only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """A finding about `about` with label `label` ('*' for any) and at least this score raises the flag `flag`."""

    flag: str
    about: str
    label: str
    at_least: float


@dataclass(frozen=True, slots=True)
class LaneRule:
    """A contact that carries any of these waits in this lane. The first rule that fits, in the order written, wins.

    `when` holds words of the form `flag:abuse`, `risk:self_harm`, `abuse:threat`, `kind:foi`, `relation:new_issue`,
    `sender:restricted`, `sender:warned`, `match:suggested`, `problem:any`.
    """

    lane: str
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """
    version         recorded on every decision (GEN-12)
    bodies          who may decide a restriction, as minuted; empty: any body that is not one person (G-MTG-2)
    stages          the warnings that must have been sent before a decision, in order (INV-08)
    review_months   months from the start to the first review (policy section 10)
    longest_months  the longest a restriction may last without a new decision (policy section 10)
    diverting       measures that divert the customer's mail to the named officer
    folder          the mailbox folder where diverted mail is read
    thresholds      the one table of what an officer is shown
    lanes           where a contact waits
    never_restrict  domains whose senders are never restricted, nor taken for associates (INV-11)
    recent_days     how far back other people's mail is compared (campaigns, one letter to many)
    """

    name: str
    version: str
    bodies: tuple[str, ...]
    stages: tuple[str, ...]
    review_months: int
    longest_months: int
    diverting: tuple[str, ...]
    folder: str
    thresholds: tuple[Threshold, ...]
    lanes: tuple[LaneRule, ...]
    never_restrict: tuple[str, ...]
    recent_days: int


def is_never_restricted(address: str, policy: Policy) -> bool:
    """Whether the policy puts this address's domain out of reach of any restriction (INV-11)."""
    domain = address.rpartition("@")[2].lower()
    return any(domain == d or (d.startswith("*.") and domain.endswith(d[1:])) for d in policy.never_restrict)
