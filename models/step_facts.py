"""What the steps of cases and requests carry in `facts`, by their kind: the one table that all who write and read them
keep to.

A fact is a text unless its words begin with `yes/no:`, `number:`, `day:` (2026-03-01) or `list:` (of texts). A name
that ends with `?` may be left out. A text of the form `a|b|c: ...` is one of these words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from models.case import StepKind
from models.request import RequestStepKind

K, R = StepKind, RequestStepKind

CASE_FACTS: Mapping[StepKind, Mapping[str, str]] = {
    K.REPORT: {
        "behaviours": "list: tags BEH-01 to BEH-25",
        "impact?": "effect on the council's work (GEN-07, LV-02)",
        "about?": "list: employees or members whom the customer complains about; none of them decides alone (INV-16)",
    },
    K.REVIEW: {
        "outcome": "act|no_action: what was decided",
        "participants": "list: title and name of each who took part",
        "adviser?": "who advised: title and name; left out where the policy names no adviser",
        "advice?": "what they advised",
        "proportionality": "nature and frequency, resources, effect on others (GEN-07)",
        "circumstances": "individual circumstances considered (GEN-08)",
    },
    K.ADJUSTMENTS: {
        "before": "initial_warning|formal_warning|decision|urgent|extension: what it was asked before",
        "answer": "what the customer needs, or that nothing was asked for or answered",
        "adjustment?": "the adjustment that was made",
        "only_channel?": "email|telephone|writing|visit|none: the only way this person can reach the council; or "
        "none any longer",
    },
    K.PLEASE_STOP: {},
    K.INITIAL_WARNING: {"agreed_with": "with whom it was agreed: title and name (IW-05)"},
    K.ACKNOWLEDGED: {"how": "letter, e-mail, telephone ..."},
    K.MONITORING: {"how": "how conduct is watched", "until": "day: until when"},
    K.NOT_HEEDED: {
        "because": "not_acknowledged|not_heeded: the trigger (T8)",
        "deemed": "the finding that the conduct is unreasonable, in a person's own words",
    },
    K.MEETING: {"outcome": "offered|held|declined|not_offered: what became of a meeting; `words` says why"},
    K.FORMAL_WARNING: {"named_contact": "the single point of contact named in it"},
    K.COMMITTEE_REPORT: {
        "purpose": "initial_warning|formal_warning|stage_two|review|extension|urgent|requests: what it is about",
        "body": "to which body",
        "meeting_on": "day: of the meeting",
        "part_two": "yes/no: received with the press and public excluded",
        "urgent?": "why it went to the earlier meeting of another body (ST1-05)",
        "minute?": "the minute that received it",
        "paper?": "SHA-256 of the report kept (REC-08)",
    },
    K.CONFIRMATION: {
        "what": "conduct|dealt_with_properly|formal_warning_sent: which condition (ST2-01)",
        "evidence": "what shows it",
    },
    K.RECOMMENDATION: {
        "body": "the committee",
        "meeting_on": "day: of its meeting",
        "minute": "its minute",
        "recommends": "restrict|do_not_restrict: what it recommends",
        "conduct_only": "yes/no: it considered conduct only, and did not examine the complaint (ST2-03)",
    },
    K.CHECKED: {},
    K.DECIDED: {
        "interests": "list: interests declared, or 'none declared' (ST2-05)",
        "proportionality": "why this is proportionate (GEN-07)",
        "impedes": "what the conduct impedes (LV-02)",
        "delegation?": "the minute or scheme that gives an officer the power (LGA 1972 s101)",
    },
    K.DECIDED_AGAINST: {"body": "the body", "minute": "its minute"},
    K.TOLD: {},
    K.APPOINTED: {"named_officer": "name", "substitute": "who stands in when they are away (NO-05)"},
    K.INFORMED: {"role": "the role in which they were told", "why": "why they need to know (CON-03)"},
    K.URGENT: {
        "circumstances": "the exceptional circumstances",
        "authority": "the minute or scheme that gives the power",
        "until": "day: the first day without it, unless confirmed",
        "report_due": "day: of the meeting that hears of it",
    },
    K.URGENT_CONFIRMED: {"body": "the body", "minute": "its minute"},
    K.URGENT_REFUSED: {"body": "the body", "minute": "its minute"},
    K.CONTINUING: {
        "answer": "existing|new_evidence|new_matter|abusive|statutory|appeal: what it is (NO-02, CC-01 to CC-04)",
        "dealt_with": "how it is dealt with",
        "still_appropriate?": "yes|no|not_asked: are the restrictions still appropriate (CC-02)",
        "decided_by?": "who decided how new evidence or a new matter is dealt with: title and name (CC-02)",
    },
    K.NO_FURTHER: {},
    K.POLICE: {
        "told": "yes/no: whether the police were told",
        "reference?": "their reference",
        "passed_on?": "what was passed on",
        "legal_action?": "what legal action is taken (GEN-11)",
    },
    K.MEMBER_ENGAGED: {"member": "the MP or councillor", "how": "how the council engaged with them"},
    K.CIRCUMVENTION: {
        "person": "number: the other customer's record",
        "evidence": "what shows that they act in place of or with the customer",
        "authority?": "number: the authority by which they act for the customer (CIR-05)",
        "good_reason?": "why there is a finding although they act by that authority (G-LGO-3)",
    },
    K.EXCEPTION: {
        "what": "the exception",
        "until?": "day: until when",
        "skips?": "the warning that was gone without for this exceptional reason: initial_warning (INV-08)",
        "keeps_open?": "email|telephone|writing|visit: the channel that it keeps open for this person (G-EQ-2)",
        "letter_again?": "yes/no: the letter that no correspondence will be entered into may go once more (CC-01)",
    },
    K.COMPLAINT_NOT_TAKEN: {"complaint": "which complaint"},
    K.COMPLAINT_PAUSED: {"complaint": "which complaint", "other_route": "the other route offered"},
    K.EXTERNAL_BODY: {"body": "who acts for the council", "minute": "the minute"},
    K.PERIODIC_REVIEW: {
        "due_on": "day: the review was due",
        "outcome": "continue|end_of_term|lift: continue to the end decided; go to the council for longer; end it",
        "grounds": "the grounds found, or that none were",
        "next_review_on?": "day: of the next review",
        "reported_to?": "the body that hears of it",
    },
    K.OUTCOME_LETTER: {},
    K.EXTENDED: {"report": "the evidence-based report", "representative": "who was reappointed (NO-04)"},
    K.LIFTED: {"restrictions": "list: numbers of the restrictions lifted"},
    K.LAPSED: {"why": "review_missed|not_confirmed: why it ended by itself"},
    K.APPEAL: {"grounds": "what the customer says is wrong"},
    K.APPEAL_DECIDED: {
        "outcome": "upheld|partly_upheld|not_upheld: the answer",
        "uninvolved": "yes/no: those who decided took no part in the decision challenged",
    },
    K.CLOSED: {},
    K.TAKEN_OVER: {
        "papers": "where the papers of the earlier steps are",
        "confirmed": "list: the conditions confirmed in those papers",
    },
}

REQUEST_FACTS: Mapping[RequestStepKind, Mapping[str, str]] = {
    R.ACKNOWLEDGED: {},
    R.REGIME_CHANGED: {"to": "foi|eir|sar: under which law it belongs"},
    R.CLARIFICATION_ASKED: {},
    R.CLARIFICATION_GIVEN: {},
    R.IDENTITY_ASKED: {"doubt": "what raises reasonable doubt about who asks (UK GDPR art 12(6))"},
    R.IDENTITY_GIVEN: {},
    R.FEE_ASKED: {"pounds": "number: how much"},
    R.FEE_PAID: {},
    R.INDICATOR: {"indicator": "its name: of the nine (FE-02), or of SAR-01 and SAR-03", "shows": "what shows it"},
    R.VALUE: {},
    R.BURDEN: {},
    R.EVIDENCE: {},
    R.WARNED: {},
    R.PROMPT_ANSWERED: {},
    R.ADVICE: {"adviser": "who advised"},
    R.ESTIMATE: {
        "task": "locating|retrieving|extracting|determining: which activity counts",
        "minutes": "number: how long",
    },
    R.NARROWING_ASKED: {},
    R.AGGREGATED: {"with": "reference of the other request", "link?": "the evidence of a link, if from somebody else"},
    R.EXTENDED: {
        "until": "day: the new last day",
        "because?": "complex_and_voluminous|complex|several_requests: what the law gives more time for (EIR reg 7(1); "
        "UK GDPR art 12(3))",
    },
    R.PUBLIC_INTEREST: {
        "for": "for disclosure",
        "against": "for the exception",
        "outcome": "disclose|maintain: which is greater",
    },
    R.DECIDED: {
        "outcome": "answer|refuse: what",
        "under?": "s14(1)|s12|12(4)(b)|unfounded|excessive: under what it is refused",
        "with?": "with whom it was decided: title and name (FE-04); a refusal needs it",
    },
    R.ANSWERED: {},
    R.REFUSED: {},
    R.NO_NOTICE: {
        "earlier": "reference of the request that was refused with notice",
        "warned_on": "day: of the warning",
    },
    R.REVIEW_ASKED: {"late?": "why it is taken although it came after its time (EIR reg 11(2))"},
    R.REVIEW_DECIDED: {"outcome": "upheld|partly_upheld|not_upheld: the answer"},
    R.REGULATOR: {"body": "who", "outcome?": "what they said"},
    R.SIMILAR: {"to": "reference of the earlier request", "answer": "fresh|within_the_subject: how it is taken"},
    R.WIDER_POLICY: {"answer": "invoke|do_not_invoke: whether the conduct policy is"},
    R.INFORMED: {"role": "the role in which they were told"},
    R.OUTCOME: {},
    R.WITHDRAWN: {},
    R.INTERVAL: {
        "nature": "how sensitive the data are",
        "purposes": "what they are used for, and what harm that may do",
        "changes": "how often they change",
        "since": "what was added, changed or deleted since the last answer; the requester is told",
    },
    R.TOGETHER: {"with": "reference of the other request"},
    R.ON_BEHALF: {"of": "number: the record of the person whose data it asks for"},
    R.REVIVED: {},
    R.LAPSED: {},
    R.TRANSFERRED: {
        "to": "the authority that holds it",
        "how": "sent_on|told_where: sent on to it with the requester's agreement, or the requester told where to ask",
        "extent": "whole|part: how much of the request; a part leaves the rest to be answered here",
    },
}


def wrong_facts(facts: Mapping[str, object], wanted: Mapping[str, str]) -> list[str]:
    """What is missing from facts, or does not fit, in plain words; empty if all is well."""
    wrong = [f"there is no '{name}' here" for name in facts if name not in wanted and f"{name}?" not in wanted]
    for name, words in wanted.items():
        value = facts.get(name.rstrip("?"))
        if value is None or value == "" or value == []:
            wrong += [] if name.endswith("?") else [f"{name} is missing ({_meaning(words)})"]
        elif not _fits(value, words):
            wrong.append(f"{name.rstrip('?')} should be {_kind(words)}, not {value!r}")
    return wrong


def _meaning(words: str) -> str:
    return words.partition(": ")[2] or words


def choices(words: str) -> tuple[str, ...]:
    """The words that a fact may be; empty if it is not so limited."""
    head = words.partition(": ")[0]
    return tuple(head.split("|")) if "|" in head else ()


def _kind(words: str) -> str:
    head = words.partition(": ")[0]
    known = {
        "yes/no": "true or false",
        "number": "a whole number",
        "day": "a date, 2026-03-01",
        "list": "a list of texts",
    }
    return known.get(head) or (f"one of {', '.join(choices(words))}" if choices(words) else "a text")


def _fits(value: object, words: str) -> bool:
    head = words.partition(": ")[0]
    if head == "yes/no":
        return isinstance(value, bool)
    if head == "number":
        return type(value) is int and value >= 0
    if head == "list":
        return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)
    if not isinstance(value, str):
        return False
    if head == "day":
        return _is_day(value)
    return value in choices(words) if choices(words) else bool(value.strip())


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
