"""Is this reply the council's last word on a matter: decided, done, sent, closed, with nothing left to come?

It decides whether the customer's next letter comes after an answer (policy 4.3) or while it is looked into.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from classifiers.kept import load_json
from classifiers.logistic import Logistic
from classifiers.similarity import words

LIKELY = 0.5
_CUES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "final": r"\b(?:final|closed|close (?:the|this|your)|last word|no further (?:action|stage|step|appeal)"
        r"|will not (?:be )?(?:re-?open|correspond|reconsider)"
        r"|settles? it|end of (?:our|the) (?:procedure|process)|nothing (?:more|further))\b",
        "decided": r"\b(?:decid\w+|decision|resolved|agreed|refus\w+|reject\w*|dismiss\w*|upheld|granted"
        r"|approved|declined|withheld|not upheld|voted|stands)\b",
        "appeal": r"\b(?:ombudsman|internal review|information commissioner|ICO|not satisfied"
        r"|right to (?:appeal|review)|you may (?:appeal|ask))\b",
        "done": r"\b(?:(?:has|have|was|were|is|are) (?:now )?(?:been )?(?:\w+ly )?(?:repaired|fixed|replaced"
        r"|removed|cleared|completed|cancelled|emptied|mended|done|made|paid|posted"
        r"|refunded|cut|withdrawn|collected|corrected|installed|fitted|swept|delivered|added|issued|sent)"
        r"|we(?:'ve| have) now|all done|sorted)\b",
        "sent": r"\b(?:attach\w*|enclos\w*|please find|link below|here (?:is|are|it is)|completes)\b",
        "no_power": r"\b(?:no power|not (?:the|a) (?:council'?s?|matter)|no (?:legal )?(?:duty|power|plans?)"
        r"|cannot (?:help|do|take)|can'?t (?:help|do)|not responsible"
        r"|not (?:our|ours)|outside (?:our|the)|isn'?t (?:ours|liable)|unable to|will not be|does not intend"
        r"|don'?t (?:plan|intend))\b",
        "regret": r"\b(?:i am sorry|i'?m sorry|disappoint\w*|i know (?:this|it)|not the answer|afraid)\b",
        "promises": r"\b(?:i (?:will|shall|'ll) (?:write|let|come back|report|ask|look|send|ring|find|get|tell"
        r"|raise|check|pass|take|bring|see|arrange)|i'?ll|we(?:'ll| will) (?:write|let|be in touch|look"
        r"|investigate|get|ask|send|report|come|reply|tell)|as soon as|within \w+ (?:working )?(?:days|weeks)"
        r"|due (?:on|by|back)|aim to|booked|on order|looking into|investigat\w+|being|next meeting"
        r"|will (?:consider|be considered|discuss|decide|inspect|visit|look|write|reply|meet)|expected"
        r"|meanwhile|for now|hope to)\b",
        "asks": r"\b(?:please (?:send|tell|let|confirm|mark|give|ring|call|reply|complete|provide|return|keep)"
        r"|could you|can you|would you|do you|did you|have you|let me know|i (?:shall )?need)\b",
        "received": r"\b(?:thank you for (?:your|telling|letting|the)|received|noted|passed (?:it|this|your|on"
        r"|to)|forwarded|asked (?:the|our|mr|mrs)|reported it|logged|reference)\b",
        "warns": r"\b(?:warning|restrict\w*|conduct|tone|abus\w+|language)\b",
    }.items()
}


@dataclass(frozen=True)
class Answers:
    weights: Logistic
    listed: frozenset[str]

    def probability(self, own: str) -> float:
        if not own.strip():
            return 0.0
        return self.weights.probabilities(features_of(own, self.listed))["final"]

    def is_final(self, own: str) -> bool:
        return self.probability(own) >= LIKELY


@lru_cache(maxsize=1)
def fitted() -> Answers:
    kept = load_json("answers.json")
    return Answers(Logistic.from_json(kept["weights"]), frozenset(kept["listed"]))


def features_of(own: str, listed: frozenset[str]) -> dict[str, float]:
    """Cues of a last word and of one still to come, plus which of the `listed` everyday words it holds."""
    own = own[:20_000]
    row = {name: float(min(len(pattern.findall(own)), 2)) for name, pattern in _CUES.items()}
    row["questions"] = float(min(own.count("?"), 2))
    row["length"] = math.log1p(len(own.split()))
    row["no_final_cue"] = float(not (row["final"] or row["decided"] or row["done"]))
    row["open_ended"] = float(bool(row["promises"] or row["asks"] or row["questions"]) and not row["final"])
    tokens = words(own)
    for word in set(tokens) & listed:
        row[f"word_{word}"] = 1.0
    return row
