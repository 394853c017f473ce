"""The council's procedure as values: who does what, within what time, in which letters. Part of `models.policy.Policy`.

Read from config/policies/*.toml, where each key stands with the paragraph it comes from (`config.procedure`). The
standard library only. S§ is a section of Saltash's policy; T1 to T21 are the readings of its tracked changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """The policy as a paper that a council adopted (GEN-12).

    dated        what a customer reads behind its name: "April 2022"
    approved_by  the body that adopted it; empty: a draft
    minute       its minute
    responsible  the officer who answers for it, by title
    next_review  when the council looks at it again, in its own words
    """

    dated: str
    approved_by: str
    minute: str
    responsible: str
    next_review: str


@dataclass(frozen=True, slots=True)
class CouncilKind:
    """
    kind      parish, town, community (Wales), district, county, unitary, metropolitan, london_borough
    country   england, wales, scotland, northern_ireland: whose bank holidays the council's own clocks keep
    exclusion the words by which the press and public are excluded from part two of a meeting (G-MTG-1)
    """

    kind: str
    country: str
    exclusion: str


@dataclass(frozen=True, slots=True)
class People:
    """Who acts, in the policy's own titles.

    head             the officer at the head of the procedure: "Town Clerk"
    nominee          whether the head's nominated representative may act in their place (T11)
    reviewers        with whom the head reviews an officer's report (S§7, T5)
    adviser          whose advice is taken (S§7): "Monitoring Officer"
    recommends       the committee that recommends: "Policy and Finance Committee"; empty: none does
    decides          the bodies that decide a restriction; the same as Policy.bodies
    delegates        officers to whom the power may be delegated by a minute (LGA 1972 s101); never one councillor
    reports_to       the bodies that reports of warnings and reviews go to, in the order of preference
    informed         the roles that are told of a decision, on a need-to-know list (S§7, CON-03)
    request_officer  who handles information requests, with the head (S§13)
    request_reviewer who does the internal review (S§14)
    register_holder  who holds the section 19 register
    cautionary_holder who holds the cautionary contacts register (LC-08)
    """

    head: str
    nominee: bool
    reviewers: tuple[str, ...]
    adviser: str
    recommends: str
    decides: tuple[str, ...]
    delegates: tuple[str, ...]
    reports_to: tuple[str, ...]
    informed: tuple[str, ...]
    request_officer: str
    request_reviewer: str
    register_holder: str
    cautionary_holder: str

    @property
    def heads(self) -> tuple[str, ...]:
        """Each title at the head of the procedure: of "Clerk or Monitoring Officer" two, and either may act."""
        return tuple(title.strip() for title in self.head.split(" or ") if title.strip())


@dataclass(frozen=True, slots=True)
class Clocks:
    """Lengths; the calendar of each is fixed by its source (obligations.md 21). `_days` are working days where the
    source says so: the council's own in its country, FOI and EIR in any part of the UK.

    report_review_days     the head's review of an officer's report, working days (S§7)
    acknowledgement_days   for the customer to acknowledge the initial letter, working days from deemed delivery (S§7)
    deemed_delivery_days   working days from posting to deemed delivery (Interpretation Act 1978 s7)
    foi_days, eir_days     working days after the day of receipt (FOIA s10; EIR reg 5)
    eir_extended_days      complex and voluminous (EIR reg 7)
    foi_review_days        internal review, good practice (s45 code); foi_review_longest_days at most
    eir_review_days        internal review, a duty (EIR reg 11)
    eir_review_request_days within which representations are made (EIR reg 11)
    aggregation_days       consecutive working days in which requests may be added up (Fees Regs 2004 reg 5)
    similar_months         in which similar requests are compared (S§15)
    sar_months, sar_extension_months   UK GDPR art 12(3)
    complaint_acknowledgement_days     calendar days, data-protection complaints (DPA 2018 s164A)
    breach_hours           UK GDPR art 33
    fees_limit_hours       FOIA s12: 18 hours at 25 pounds (Fees Regs 2004)
    fees_rate_pounds       an hour
    """

    report_review_days: int
    acknowledgement_days: int
    deemed_delivery_days: int
    foi_days: int
    eir_days: int
    eir_extended_days: int
    foi_review_days: int
    foi_review_longest_days: int
    eir_review_days: int
    eir_review_request_days: int
    aggregation_days: int
    similar_months: int
    sar_months: int
    sar_extension_months: int
    complaint_acknowledgement_days: int
    breach_hours: int
    fees_limit_hours: int
    fees_rate_pounds: int


@dataclass(frozen=True, slots=True)
class Conduct:
    """The conduct track.

    case_needed     whether a decision and its letter rest on a case with every step before it on record; false only
                    in rehearsal stores, where past decisions are entered as they were made (replays)
    report_needed   an officer's report comes before the initial letter (T5)
    acknowledgement whether the initial letter asks to be acknowledged (T6)
    escalates_on    what, beside a recorded finding, lets a case go to the formal warning: "not_acknowledged",
                    "not_heeded" (T8); silence alone never does
    confirmations   what must be confirmed by a named person with evidence before a decision (ST2-01)
    urgent_route    whether an exceptional urgent restriction may be decided (S§5); off by default
    urgent_days     the longest an urgent restriction may last, calendar days; it lapses if not confirmed
    urgent_deciders who may decide it: titles of officers with delegated power, or bodies
    external_body   whether an external body may act for the council (T9)
    """

    case_needed: bool
    report_needed: bool
    acknowledgement: bool
    escalates_on: tuple[str, ...]
    confirmations: tuple[str, ...]
    urgent_route: bool
    urgent_days: int
    urgent_deciders: tuple[str, ...]
    external_body: bool


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviews of what is in force (S§10).

    months         from the start to each review; the last is the end review
    further_months to the next review after a continuation
    grace_days     how long after its day a missed review leaves the restriction in force; then it ends (INV-07)
    by             who reviews: a title, or a body (T15)
    end_by         who reviews at the end of the term (T16)
    reported_to    the body that hears of the outcome (T15); empty: none
    outcome_letter whether the customer is told the outcome in writing (T15)
    extended_by    the bodies that may decide beyond the last review (T18)
    lifted_without_grounds  where nothing was found, restrictions are lifted (T17)
    appeal_days    working days in which an appeal is answered
    """

    months: tuple[int, ...]
    further_months: int
    grace_days: int
    by: str
    end_by: str
    reported_to: str
    outcome_letter: bool
    extended_by: tuple[str, ...]
    lifted_without_grounds: bool
    appeal_days: int


@dataclass(frozen=True, slots=True)
class LetterRule:
    """One kind of letter: what it must contain before it can be marked sent, and where that is asked for (INV-14)."""

    contents: tuple[str, ...]
    source: str
    enclose_policy: bool


@dataclass(frozen=True, slots=True)
class Challenge:
    """Where a decision can be challenged (X3: a town or parish council's is never the LGSCO). Whole sentences for
    letters, in order."""

    restriction: tuple[str, ...]
    foi: tuple[str, ...]
    eir: tuple[str, ...]
    sar: tuple[str, ...]
    cautionary: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registers:
    """
    small_number      counts below this are not published (PUB-05)
    bands_months      upper bounds of the bands in which a length is published, months
    cautionary_review_months, cautionary_longest_months   review and hard expiry of a cautionary entry (INV-20)
    categories        the risk categories, the lowest first (LC-07)
    circulation       to whom the registers go (PUB-02)
    """

    small_number: int
    bands_months: tuple[int, ...]
    cautionary_review_months: int
    cautionary_longest_months: int
    categories: tuple[str, ...]
    circulation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """
    readings   T1 to T21: "A" (the marked text is in force) or "B" (it is struck), as the council resolved them; empty
               for a policy without tracked changes
    retention  months that each kind of record is kept after it is closed; 0: until superseded (G-DP-7)
    letters    by kind of letter
    sources    for each clock that is the council's own, the paragraph of its policy (`config.procedure.OWN_CLOCKS`)
    """

    document: Document
    council: CouncilKind
    people: People
    clocks: Clocks
    conduct: Conduct
    reviews: Reviews
    challenge: Challenge
    registers: Registers
    readings: Mapping[str, str]
    retention: Mapping[str, int]
    letters: Mapping[str, LetterRule]
    sources: Mapping[str, str]
