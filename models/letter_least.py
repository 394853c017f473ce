"""What a letter must contain under any policy, because the law, the guidance or an invariant asks for it.

A council's policy may ask for more (`models.procedure.LetterRule`), never for less: what it does not ask for is not
checked before a letter goes (INV-14), and the reader has a right to be told this.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.letter import LetterKind

K = LetterKind

LEAST: Mapping[LetterKind, tuple[tuple[str, ...], str]] = {
    K.PLEASE_STOP: (("conduct", "please_stop", "adjustments"), "GEN-09, GEN-10; Equality Act 2010 s20"),
    K.INITIAL_WARNING: (("concern", "moderate", "adjustments"), "IW-04; Equality Act 2010 s20"),
    K.FORMAL_WARNING: (
        ("why", "meeting", "named_contact", "future_restriction", "policy_enclosed", "adjustments"),
        "ST1-02: all five; Equality Act 2010 s20",
    ),
    K.DECISION: (
        (
            *("decision", "why", "meaning", "how_long", "review_right", "review_date", "challenge"),
            *("statutory_requests", "adjustments", "policy_enclosed"),
        ),
        "ST2-06; the Ombudsman's guide (G-LGO-5); Equality Act 2010 s20",
    ),
    K.URGENT_DECISION: (
        (
            *("decision", "exceptional_circumstances", "meaning", "how_long", "review_right", "challenge"),
            *("statutory_requests", "adjustments", "policy_enclosed"),
        ),
        "RES-07; ST2-06",
    ),
    K.NO_FURTHER_CORRESPONDENCE: (
        ("no_further_correspondence", "will_be_read", "statutory_requests"),
        "CC-01, REC-12",
    ),
    K.REVIEW_OUTCOME: (("outcome", "why", "challenge"), "REV-05; G-LGO-7"),
    K.EXTENSION: (("outcome", "why", "how_long", "next_review", "challenge"), "REV-04, REV-05"),
    K.LIFTING: (("lifted", "effective"), "INV-26"),
    K.APPEAL_OUTCOME: (("outcome", "why", "who_decided", "challenge"), "CH-06"),
    K.COMPLAINT_PAUSED: (("paused", "why", "other_route"), "GEN-02"),
    K.MEMBER: (("own_enquiries",), "CIR-03, CON-04"),
    K.CIRCUMVENTION: (("own_conduct", "why", "challenge"), "CIR-01, X7"),
    K.CAUTIONARY_NOTICE: (("nature", "marker", "who_sees", "review_date", "challenge"), "G-VM-2"),
    K.FOI_WARNING: (("why", "further_requests", "help"), "FE-03; FOIA s16"),
    K.FOI_NARROWING: (("cost_limit", "narrow", "help"), "FE-07; FOIA s16"),
    K.FOI_CLARIFICATION: (("clarify", "help", "paused"), "FOIA s1(3), s10(6), s16"),
    K.FOI_FEES_NOTICE: (
        ("fee", "made_up", "pay_by", "internal_review", "ico"),
        "FOIA s9; Fees Regulations 2004 reg 6; s45 code of practice",
    ),
    K.FOI_ANSWER: (("answer", "internal_review", "ico"), "FOIA s17(7); s45 code of practice"),
    K.FOI_REFUSAL_VEXATIOUS: (("section", "internal_review", "ico"), "FOIA s17(5), s17(7)"),
    K.FOI_REFUSAL_COST: (("section", "narrow", "internal_review", "ico"), "FOIA s16, s17(5), s17(7)"),
    K.FOI_REVIEW_OUTCOME: (("outcome", "why", "who_decided", "ico"), "CH-02; s45 code of practice"),
    K.EIR_CLARIFICATION: (("clarify", "help", "paused"), "EIR reg 9(2), 9(4)"),
    K.EIR_FEES_NOTICE: (("fee", "made_up", "pay_by", "internal_review", "ico"), "EIR regs 8, 11, 18"),
    K.EIR_EXTENSION: (("why", "by_when"), "EIR reg 7"),
    K.EIR_ANSWER: (("answer", "internal_review", "ico"), "EIR regs 11, 18"),
    K.EIR_REFUSAL: (("exception", "reasons", "public_interest", "internal_review", "ico"), "EIR reg 14"),
    K.EIR_REVIEW_OUTCOME: (("outcome", "why", "who_decided", "ico"), "EIR reg 11"),
    K.SAR_CLARIFICATION: (("clarify",), "UK GDPR art 12"),
    K.SAR_EXTENSION: (("why", "by_when"), "UK GDPR art 12(3)"),
    K.SAR_ANSWER: (("answer", "rights", "ico"), "UK GDPR art 15"),
    K.SAR_REFUSAL: (("reasons", "ico", "court"), "UK GDPR art 12(4)"),
    K.DP_COMPLAINT_ACKNOWLEDGEMENT: (("received",), "DPA 2018 s164A"),
    K.DP_COMPLAINT_OUTCOME: (("outcome",), "DPA 2018 s164A"),
}
"""For each kind of letter: the contents it never goes without, and who asks for them."""
