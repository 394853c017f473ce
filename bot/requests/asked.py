"""A step as somebody asks for it, with what is on record beside it: what the rules of each kind look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.contact import Contact
from models.letter import Letter
from models.policy import Policy
from models.procedure import Procedure
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind
from models.request_standing import RequestStanding


@dataclass(frozen=True, slots=True)
class Asked:
    """
    steps     those on record that were done on or before the day of this one
    standing  how the request stands on all that is on record
    people    the requester's record with those merged into it; empty while nobody is known
    """

    session: Session
    request: InformationRequest
    standing: RequestStanding
    steps: Sequence[RequestStep]
    people: frozenset[int]
    kind: RequestStepKind
    on: date
    who: str
    words: str
    facts: dict[str, Any]
    cites: tuple[int, ...]
    letter: Letter | None
    contact: Contact | None
    policy: Policy
    today: date

    @property
    def procedure(self) -> Procedure:
        return self.policy.procedure

    @property
    def regime(self) -> Regime:
        return self.standing.regime

    def of(self, *kinds: RequestStepKind) -> list[RequestStep]:
        """The steps of these kinds that this one may rest on, in the order they were recorded."""
        return [s for s in self.steps if s.kind in kinds]

    def last(self, kind: RequestStepKind) -> RequestStep | None:
        return next((s for s in reversed(self.steps) if s.kind is kind), None)

    def say(self, words: str) -> str:
        """The command that supplies what is missing: `evenhand request value FOI-2026-001`."""
        leaf, _, rest = words.partition(" ")
        return f"`evenhand request {leaf} {self.request.reference}{' ' if rest else ''}{rest}`"
