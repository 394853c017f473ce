"""The council's policy as values. Read from config/policies/*.toml by `config.load`; the standard library only."""

from __future__ import annotations

from dataclasses import dataclass

from models.finding import STATUTORY, About, Abuse, Conduct, Kind, Relation
from models.procedure import Procedure, Reviews


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
    `sender:restricted`, `sender:warned`, `match:suggested`, `problem:any`, `language:any`, `language:cy`.
    """

    lane: str
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """
    version         recorded on every decision and letter (GEN-12)
    digest          SHA-256 of the policy's file, byte for byte
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
    procedure       who does what, within what time, in which letters
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
    procedure: Procedure
    digest: str = ""

    @property
    def called(self) -> str:
        """What a customer reads: its name and date. Its version and digest are for the record."""
        dated = self.procedure.document.dated
        return f"“{self.name}” ({dated})" if dated else f"“{self.name}”"

    @property
    def reviews_demanded(self) -> Reviews | None:
        """The reviews without which a restriction ends; None where past decisions are entered as they were made."""
        return self.procedure.reviews if self.procedure.conduct.case_needed else None


# Findings whose threshold a person may raise over the policy's. All others are shown from where the policy says: what
# INV-05 has every diverted letter read for (new facts, requests with a clock, appeals, adjustments and safeguarding,
# threats), and what protects the sender (a forged address binds nobody). A label that is new here is not raised.
_MAY_BE_RAISED: dict[str, frozenset[str]] = {
    About.ABUSE: frozenset(Abuse) - {Abuse.THREAT},
    About.CONDUCT: frozenset(Conduct),
    About.KIND: frozenset(Kind) - STATUTORY - {Kind.APPEAL, Kind.AUTOMATIC},
    About.RELATION: frozenset({Relation.REPEAT}),
    About.ASSOCIATE: frozenset({"associate"}),
}


def may_be_raised(about: str, label: str) -> bool:
    """Whether a person may set a higher threshold than the policy's for findings of this label (ADR 0008)."""
    return label in _MAY_BE_RAISED.get(about, ())


def raisable() -> list[tuple[str, str]]:
    """Every (about, label) whose threshold may be raised, in the order of the labels."""
    orders: tuple[tuple[About, tuple[str, ...]], ...] = (
        (About.ABUSE, tuple(Abuse)),
        (About.CONDUCT, tuple(Conduct)),
        (About.KIND, tuple(Kind)),
        (About.RELATION, tuple(Relation)),
        (About.ASSOCIATE, ("associate",)),
    )
    return [(about.value, str(label)) for about, labels in orders for label in labels if may_be_raised(about, label)]


def shown_from(policy: Policy, about: str, label: str) -> float:
    """The lowest score at which the policy shows a finding of this label; 0 where its table does not name it."""
    rows = [t.at_least for t in policy.thresholds if t.about == about and t.label in ("*", label)]
    return min(rows, default=0.0)


def is_never_restricted(address: str, policy: Policy) -> bool:
    """Whether the policy puts this address's domain out of reach of any restriction (INV-11)."""
    domain = address.rpartition("@")[2].lower()
    return any(domain == d or (d.startswith("*.") and domain.endswith(d[1:])) for d in policy.never_restrict)
