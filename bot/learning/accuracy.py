"""How often the program was right, by this council's own rulings; and what a higher threshold would have kept back.

Only findings that an officer ruled on one by one are counted. What the program did not see, nobody could rule on: these
figures say how far to believe what is shown, and nothing of what was missed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.audit import Seal
from models.policy import Policy, may_be_raised, shown_from
from models.ruled import Ruled, found_so_far, ruled_findings
from models.threshold import SetThreshold, lines_set

FEWEST = 10  # rulings; under that the share may be chance
_Z = 1.959963984540054  # the normal quantile of a 95% interval


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings were upheld, how many overruled."""

    upheld: int
    overruled: int

    @property
    def ruled(self) -> int:
        return self.upheld + self.overruled

    @property
    def enough(self) -> bool:
        """Whether there are rulings enough to tell anything."""
        return self.ruled >= FEWEST

    @property
    def precision(self) -> float | None:
        """The share that was upheld, 0 to 1; None where nothing was ruled on."""
        return self.upheld / self.ruled if self.ruled else None

    def in_words(self) -> str:
        """ "18 of 24 upheld: 75%, likely between 55% and 88%", or that there are too few to tell."""
        if not self.ruled:
            return f"too few rulings to tell: none yet, and it takes at least {FEWEST}"
        if not self.enough:
            return f"too few rulings to tell: {self.upheld} of {self.ruled} upheld, and it takes at least {FEWEST}"
        low, high = self.interval
        share = self.upheld / self.ruled
        return f"{self.upheld} of {self.ruled} upheld: {share:.0%}, likely between {low:.0%} and {high:.0%}"

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.upheld, self.ruled)


def wilson(good: int, of: int) -> tuple[float, float]:
    """Between what shares the true one lies, in 95 of 100 such cases (E. B. Wilson, 1927); (0, 1) of nothing."""
    if of == 0:
        return 0.0, 1.0
    share, spread = good / of, _Z * _Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(share * (1 - share) * spread + spread * spread / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What officers ruled about the findings of one label.

    versions        the same by the version that saw it, the latest first: an older one says little of the newer
    policy_line     the lowest score from which the policy shows it
    line            what a person set above that, if anything
    may_be_raised   whether a person may set it at all
    """

    about: str
    label: str
    tally: Tally
    versions: tuple[tuple[str, Tally], ...]
    policy_line: float
    line: SetThreshold | None
    may_be_raised: bool

    @property
    def shown_from(self) -> float:
        """The score from which it is shown now."""
        return max(self.policy_line, self.line.at_least) if self.line else self.policy_line


def accuracy(session: Session, policy: Policy, seal: Seal) -> list[Accuracy]:
    """Each label that somebody ruled on, or set a threshold for, with what was ruled; by label."""
    lines = lines_set(session, seal)
    ruled: dict[tuple[str, str], list[Ruled]] = {key: [] for key in lines}
    for one in ruled_findings(session):
        ruled.setdefault((one.about, one.label), []).append(one)
    return [
        Accuracy(
            about=about,
            label=label,
            tally=_tally(ruled[about, label]),
            versions=_by_version(ruled[about, label]),
            policy_line=shown_from(policy, about, label),
            line=lines.get((about, label)),
            may_be_raised=may_be_raised(about, label),
        )
        for about, label in sorted(ruled)
    ]


def _tally(ruled: Iterable[Ruled]) -> Tally:
    upheld = [one.upheld for one in ruled]
    return Tally(upheld.count(True), upheld.count(False))


def _by_version(ruled: list[Ruled]) -> tuple[tuple[str, Tally], ...]:
    newest_first = dict.fromkeys(one.seen_by for one in reversed(ruled))
    return tuple((version, _tally(one for one in ruled if one.seen_by == version)) for version in newest_first)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a higher threshold would have kept back of what was shown until now.

    ruled, upheld                   findings shown so far and ruled on; how many of those were upheld
    ruled_hidden, upheld_hidden     how many of these would not have been shown
    found, found_hidden             the same of all findings shown so far, ruled on or not
    """

    at_least: float
    ruled: int
    upheld: int
    ruled_hidden: int
    upheld_hidden: int
    found: int
    found_hidden: int

    def in_words(self) -> str:
        """What would have been kept back, and how much of it a person had upheld: the price of a quieter queue."""
        all_found = f"of all {self.found} shown so far, {self.found_hidden}"
        if not self.ruled:
            return f"nothing of this kind was ruled on yet, so nobody knows what would be lost; {all_found} would go"
        ruled = f"of {self.ruled} findings that were ruled on, {self.ruled_hidden} would not have been shown"
        return f"{ruled}; a person had upheld {self.upheld_hidden} of these; {all_found}"


def effect(session: Session, about: str, label: str, *, now_from: float, at_least: float) -> Effect:
    """What would change for findings of this label if they were shown from `at_least`, and not from `now_from`."""
    ruled = [one for one in ruled_findings(session, about=about, label=label) if one.score >= now_from]
    hidden = [one for one in ruled if one.score < at_least]
    return Effect(
        at_least=at_least,
        ruled=len(ruled),
        upheld=sum(one.upheld for one in ruled),
        ruled_hidden=len(hidden),
        upheld_hidden=sum(one.upheld for one in hidden),
        found=found_so_far(session, about, label, from_=now_from),
        found_hidden=found_so_far(session, about, label, from_=now_from, below=at_least),
    )
