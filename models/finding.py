"""What a classifier saw, with the words that show it. A finding never changes anybody's state (INV-03)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a message is (corpus CORPUS.md, "What the labels mean")."""

    COMPLAINT = "complaint"
    SERVICE_REQUEST = "service_request"
    ENQUIRY = "enquiry"
    COMMENT = "comment"
    FOI = "foi"
    EIR = "eir"
    SAR = "sar"
    APPEAL = "appeal"
    PUBLIC_QUESTION = "public_question"
    THANKS = "thanks"
    AUTOMATIC = "automatic"


STATUTORY = frozenset({Kind.FOI, Kind.EIR, Kind.SAR})


class Relation(StrEnum):
    """How a contact stands to what the same customer said before."""

    NEW_ISSUE = "new_issue"
    FOLLOW_UP = "follow_up"
    REPEAT = "repeat"
    NEW_EVIDENCE = "new_evidence"
    NONE = "none"


class Abuse(StrEnum):
    INSULT = "insult"
    THREAT = "threat"
    DISCRIMINATORY = "discriminatory"
    PROFANITY = "profanity"


class Risk(StrEnum):
    SELF_HARM = "self_harm"
    CHILD = "child"
    VULNERABLE_ADULT = "vulnerable_adult"
    VIOLENCE = "violence"
    HEALTH_CONDITION = "health_condition"


class Conduct(StrEnum):
    """Hints at the examples of policy section 6; a person decides whether they apply (INV-03)."""

    DISRUPTIVE_INTENT = "disruptive_intent"
    BENEFIT_OFFER = "benefit_offer"
    GRUDGE = "grudge"
    SCATTERGUN = "scattergun"
    REFUSES_OUTCOME = "refuses_outcome"
    EXCESSIVE_DEMANDS = "excessive_demands"
    UNFOUNDED_ACCUSATION = "unfounded_accusation"
    COVERT_RECORDING = "covert_recording"


class About(StrEnum):
    """What a finding is about; `Finding.label` then holds a member of the enum named here."""

    KIND = "kind"  # Kind
    RELATION = "relation"  # Relation
    ABUSE = "abuse"  # Abuse
    RISK = "risk"  # Risk
    CONDUCT = "conduct"  # Conduct
    NOVEL = "novel"  # one sentence that says something new; label "sentence"
    ASSOCIATE = "associate"  # label "associate"; `customer` is whom they act with
    CAMPAIGN = "campaign"  # label "campaign"; `group` names it
    FORGED = "forged"  # label "forged"
    LANGUAGE = "language"  # label: ISO 639-1 code of a language the readers were not made for


LABELS: dict[str, type[StrEnum]] = {
    About.KIND: Kind,
    About.RELATION: Relation,
    About.ABUSE: Abuse,
    About.RISK: Risk,
    About.CONDUCT: Conduct,
}
"""What a finding's label is a member of, for the findings whose labels are a closed set."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The exact words, or the earlier contact, that show a finding, and what they weigh in its score.

    quote   verbatim from the message under examination (empty when the evidence lies elsewhere)
    start   where the quote begins in the sender's own words, -1 when it does not stand there
    contact id of an earlier contact that it is compared with
    earlier verbatim from that earlier contact, to be shown side by side
    reason  a plain short word for the kind of evidence: "same_text", "on_behalf", "shared_phone" ...
    weight  this part's share; the parts add up to what the classifier summed before calibration
    """

    quote: str = ""
    start: int = -1
    contact: int | None = None
    earlier: str = ""
    reason: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing seen in one message by one version of one classifier. `score` is a probability between 0 and 1."""

    about: About
    label: str
    score: float
    seen_by: str
    evidence: tuple[Evidence, ...] = ()
    contact: int | None = None  # relation: the earlier contact it relates to
    customer: int | None = None  # associate: the other customer
    group: str = ""  # campaign: a stable name of the group

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"a finding's score lies between 0 and 1, not {self.score}")
