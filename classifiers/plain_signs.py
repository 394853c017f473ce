"""Words that say a danger outright, so that no model's mood can miss them. They are few.

A model of a few thousand sentences draws its lines by averages; someone who writes in so many words that they mean to
end their life is not to be averaged away. Words inside quotation marks and plain denials do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from classifiers.text import Word

_OWN_LIFE = re.compile(
    r"\b(?:kill|killing|hang|hanging|drown|drowning|harm|harming) my ?self\b"
    r"|\b(?:end|ending|take|taking) (?:my|his|her|their) (?:own )?life\b(?! in (?:my|his|her|their))"
    r"|\b(?:end|ending) it all\b"
    r"|\b(?:don't|dont|doesn't|do not|does not|no longer|not) (?:really )?(?:want|wants|wish|wishes) "
    r"to (?:be here|be alive|live|go on|wake up) any ?more\b"
    r"|\b(?:want|wanting|wish) to die\b|\bwish (?:i was|i were|i'd been|myself) dead\b"
    r"|\bi(?:'d| would|'m| am)? (?:be )?better off dead\b|\bbetter off without me\b"
    r"|\bi(?:'m| am|'ve been| have been| feel| felt| was)(?: \w+)? suicidal\b|\bmy suicide\b"
    r"|\b(?:thought|thoughts|thinking|think) (?:about|of) (?:suicide|ending (?:it|things|my))\b"
    r"|\b(?:no reason|nothing(?: left)?) (?:left )?to live for\b|\bno reason to (?:live|go on|carry on)\b"
)
_DENIED = re.compile(r"(?:\bnot|\bnever|n't|\bnearly|\balmost)(?: \w+){0,2} $")


def own_life_in_danger(words: Sequence[Word]) -> bool:
    """Whether a sentence says outright that its writer, or somebody they tell of, may end their life."""
    said = " ".join(word.plain for word in words if not word.quoted)
    return any(not _DENIED.search(said[: match.start()][-40:]) for match in _OWN_LIFE.finditer(said))
