"""The behaviours that the policy gives as examples (S§6; obligations.md, part 3), as tags that a person sets.

The list is not exhaustive, and none of them is enough by itself (S§6, last point; LV-04). The words describe conduct,
never a person.
"""

from __future__ import annotations

from types import MappingProxyType

BEHAVIOURS = MappingProxyType(
    {
        "BEH-01": "not saying what a complaint rests on, though help was offered",
        "BEH-02": "not taking part in an investigation while asking for its result",
        "BEH-03": "not accepting that something is outside what the Council can deal with",
        "BEH-04": "insisting on ways that do not fit the procedure or good practice",
        "BEH-05": "complaints about those who handle the matter, or asking for others in their place",
        "BEH-06": "changing what the complaint rests on as it goes on",
        "BEH-07": "denying or changing earlier statements",
        "BEH-08": "bringing in trivial or irrelevant new information late",
        "BEH-09": "many detailed questions on small points, each to be answered in full",
        "BEH-10": "recording meetings or calls without saying so",
        "BEH-11": "sending documents that were falsified",
        "BEH-12": "taking one matter to several officers, members or departments at once",
        "BEH-13": "demands on time: many calls or letters, long or frequent, with immediate answers asked for",
        "BEH-14": "repeating a complaint or request after it was dealt with",
        "BEH-15": "abusive or aggressive language",
        "BEH-16": "rejecting help and advice",
        "BEH-17": "stating the intention to disrupt",
        "BEH-18": "arguing the same points after a decision without new evidence",
        "BEH-19": "using family, associates or a group to reopen a closed matter",
        "BEH-20": "frequent public questions at meetings about a closed matter",
        "BEH-21": "a combination, or other conduct, described in words",
        "BEH-22": "abusive or foul language by whatever means",
        "BEH-23": "intimidating or threatening conduct",
        "BEH-24": "many letters or calls about what has been answered already",
        "BEH-25": "a pattern that is more than fair chasing of a late answer",
    }
)
