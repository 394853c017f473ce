"""Whether a letter says that somebody asked people to write: a leaflet, a post on a page, a form of words.

A campaign may be nothing but such a prompt ("tell them why, where and what instead"): its letters share no text, and
what they have in common is that they say so and are about one thing (`campaigns`).
"""

from __future__ import annotations

import re
from functools import lru_cache

_LEAF = (
    r"(?:leaflets?|fl[iy]ers?|handbills?|postcards?|circulars?|round[- ]robins?|templates?|petitions?|forms? of words"
    r"|(?:standard|model|form) letters?)"
)
_POSTED = rf"(?:{_LEAF}|posters?|cards?)"
_PAPER = rf"(?:{_LEAF}|facebook|whatsapp)"
_ASKS = (
    r"(?:ask(?:s|ed|ing)?(?! about)|sa(?:ys?|id)|tells?|told|urg(?:es?|ed|ing)|invit(?:es?|ed|ing)|wants? (?:us|me))"
)
_HANDED = r"(?:gave|given|handed|sent|put)"
_PEOPLE = r"(?:us|every(?:one|body)|people|residents|members|neighbours|parents|users|traders)"
_WRITE = r"(?:write|e-?mail|tell|say|copy|send)"
_PROMPTED = re.compile(
    rf"\b{_PAPER}\b[^.!?]{{0,40}}?\b{_ASKS}\b"
    rf"|\b{_PAPER}\s*[-:.]\s*(?:why|where|what)\b"
    rf"|\b{_HANDED} (?:me|us|out|round|a|an|the|this|through)\b[^.!?]{{0,30}}?\b{_LEAF}\b"
    rf"|\b(?:given|handed|gave) (?:me |us |out )?(?:a|the|this) (?:\w+ )?(?:slip|sheet)\b"
    rf"|\b{_HANDED} (?:a |the )?papers? (?:through|round|out)\b"
    rf"|\b(?:response to|because of|because of what it says (?:on|in)|asked (?:for )?on|asked (?:for )?in|prompted by"
    rf"|as per|got) (?:the |this |your |a )?(?:\w+ ){{0,2}}?{_PAPER}\b"
    rf"|\b(?:ask(?:s|ed|ing)?|told|urg(?:es?|ed|ing)|wants?|wanted|invit(?:es?|ed|ing)) {_PEOPLE}(?: all)? to {_WRITE}"
    # "I was told to write before Friday", "we have all been asked to write": not by whom, nor to whom
    rf"|\b(?:was|were|been|got|am|are) (?:all |each )?(?:told|asked|urged|encouraged) to write\b"
    rf"|\b(?:others?|parents?|mums|neighbours?|residents?|everyone|everybody)\b[^.!?]{{0,30}}"
    rf"\bask(?:s|ed|ing)? (?:us |me )?to write\b"
    rf"|\bsay(?:s|ing)? (?:to )?{_WRITE} in (?:y?our|my) own words\b"
    r"|\b(?:said|say|says|told (?:us|me)|asks? us(?: all)?)(?: to)? (?:give|do|write on|make|answer) "
    r"(?:all |our |my |your |the )*(?:three|four|five|six|seven)\b"
    r"|\bto copy (?:this|it|something|that) (?:in|out)\b",
    re.IGNORECASE,
)
_SAW = re.compile(
    # "I saw the poster", "picked up the card in the shop", "got your postcard people at my door", "off a leaflet"
    rf"\b(?:saw|seen|read|picked up|took|got|answering|off|from|re\.?) (?:(?:the|a|an|your|their|this|that) )?"
    rf"{_POSTED}\b"
    rf"|\b(?:have|had) (?:the |a |your |their |this ){_LEAF}\b"
    rf"|\b{_POSTED} through (?:the|my|our|every\w*) (?:front )?(?:door|letter ?box)"
    rf"|\b(?:give|gave|given|handed) (?:me |us |out )?(?:a|the|this) (?:forms?|papers?|cards?|posters?)\b",
    re.IGNORECASE,
)
_PAPERS = re.compile(rf"\b(?:{_PAPER}|{_POSTED})\b", re.IGNORECASE)


@lru_cache(maxsize=256)  # asked of one letter when it is looked for, kept and held against others
def prompted(text: str) -> bool:
    """Whether these words say so. The council's own leaflet about bins may be taken for it: never enough alone."""
    return bool(_PROMPTED.search(text) or _SAW.search(text))


def without_prompt(text: str) -> str:
    """What else the letter says: two that answer leaflets about different things have the leaflet in common."""
    return _PAPERS.sub(" ", _SAW.sub(" ", _PROMPTED.sub(" ", text)))
