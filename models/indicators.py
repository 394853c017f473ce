"""What may show that a request is vexatious, manifestly unreasonable, unfounded or excessive: the words of the policy.

None of them is a test by itself: a request is judged whole and in its context (FOIA s14(1), EIR reg 12(4)(b): policy
section 12; UK GDPR art 12(5): sections 16 and 17). The standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.procedure import Procedure

# Policy section 12, the nine (FE-02; T21: under reading B the first is struck).
OF_INFORMATION_REQUESTS: Mapping[str, str] = {
    "abusive_language": "abusive or aggressive language",
    "undue_burden": "an undue burden on the council",
    "personal_grudge": "a personal grudge",
    "unreasonable_persistence": "unreasonably persistent requests",
    "intransigence": "an intransigent position",
    "frequent_overlapping": "frequent or overlapping requests on one issue",
    "intended_to_annoy": "a request designed to annoy",
    "disproportionate_effort": "an effort out of proportion to what is asked",
    "other_grievances": "a request used to pursue other grievances",
}

# Policy section 16 (SAR-01).
UNFOUNDED: Mapping[str, str] = {
    "no_intention": "no intention to exercise the right, such as an offer to withdraw it for a benefit",
    "malicious": "malicious intent: to harass the council, with no real purpose but to disrupt",
    "stated_disruption": "the requester said that disruption is intended",
    "unsubstantiated_accusations": "unsubstantiated accusations against the council or its employees",
    "targets_employee": "an employee is targeted out of a personal grudge",
    "campaign": "requests sent systematically as part of a campaign, such as weekly",
}

# Policy section 17 (SAR-03).
EXCESSIVE: Mapping[str, str] = {
    "repeats_too_soon": "it repeats the substance of an earlier request before a reasonable interval has passed",
    "overlaps": "it overlaps with other requests for the same information",
}

# What by itself shows nothing of the kind (SAR-02, SAR-03; G-DP-2), in the words of the law's guidance.
SHOWS_NOTHING: Mapping[str, str] = {
    "abusive_language": "aggressive or abusive language does not make a subject access request manifestly unfounded",
    "undue_burden": "a large amount of data does not make a subject access request excessive",
    "disproportionate_effort": "a large amount of data does not make a subject access request excessive",
}


def indicators_of_requests(procedure: Procedure) -> Mapping[str, str]:
    """Those of FOI and EIR requests that stand in this council's policy (T21)."""
    if procedure.readings.get("T21", "A") == "A":
        return OF_INFORMATION_REQUESTS
    return {name: words for name, words in OF_INFORMATION_REQUESTS.items() if name != "abusive_language"}
