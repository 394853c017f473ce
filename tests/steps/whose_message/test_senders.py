"""Whose message is it by its sender, its foot and its words, in the ways that residents really write.

Each case is one message and whose it is: a reference, or '' where no record may be named.
"""

from __future__ import annotations

import pytest

from bot.bootstrap import App
from tests.village import GUTTER, mail, whose

CASES: tuple[tuple[str, str, str, str, str], ...] = (  # what it is, sender, display name, body, whose
    (
        "a new address and the telephone only",
        "blueboat22@elsewhere.example",
        "blueboat22",
        f"{GUTTER}\n\nRing me on 01632 961101.",
        "",
    ),
    (
        "a new address, initials and telephone",
        "blueboat22@elsewhere.example",
        "blueboat22",
        f"{GUTTER}\n\nW.L.\n01632 961101",
        "WL",
    ),
    (
        "a new address, given name and telephone",
        "blueboat22@elsewhere.example",
        "blueboat22",
        f"{GUTTER}\n\nWinnie\n01632 961101",
        "WL",
    ),
    (
        "a new address, surname with a title and the house",
        "blueboat22@elsewhere.example",
        "blueboat22",
        f"{GUTTER}\n\nMiss Lathbury, 7 Saltergate\n01632 961101",
        "WL",
    ),
    (
        "the full name, and the street in the text",
        "blueboat22@elsewhere.example",
        "Winnie L",
        f"Winnie Lathbury here from Saltergate. {GUTTER}",
        "WL",
    ),
    (
        "the account at work",
        "w.lathbury@fencollege.example",
        "Lathbury, Winifred (Library)",
        f"{GUTTER}\n\nWinnie",
        "WL",
    ),
    (
        "a married woman still on record by her maiden name",
        "jfairweather@lantern.example",
        "Jocasta Fairweather",
        f"{GUTTER}\n\nJocasta Fairweather (was Pym)\n22 Tanner's Yard",
        "JP",
    ),
    (
        "a married woman who says nee",
        "jfairweather@lantern.example",
        "Jocasta Fairweather",
        f"{GUTTER}\n\nJocasta Fairweather (née Pym)",
        "JP",
    ),
    (
        "a married woman known by telephone and first name",
        "jfairweather@lantern.example",
        "Jocasta Fairweather",
        f"{GUTTER}\n\nJocasta Fairweather\n07700 901108",
        "JP",
    ),
    (
        "a hyphen put on by marriage",
        "jocasta@pymfairweather.example",
        "Jocasta Pym-Fairweather",
        f"{GUTTER}\n\nJocasta",
        "JP",
    ),
    (
        "a slip of the pen in the surname",
        "blueboat22@elsewhere.example",
        "Winifred Lathbuy",
        f"{GUTTER}\n01632 961101",
        "WL",
    ),
    ("a slip in the known address", "winnie.lathbury@fenmial.example", "", f"{GUTTER}\n\nWinnie", "WL"),
    ("a name that only the new address holds", "terence.mobberley@elsewhere.example", "", GUTTER, "TM"),
    (
        "a name of initial and surname in the address, with the house",
        "t.mobberley83@elsewhere.example",
        "",
        f"{GUTTER}\n15 Dragonfly Way",
        "TM",
    ),
    (
        "a pet name on record and the whole name in the letter",
        "mgarside@elsewhere.example",
        "Margaret Garside",
        f"{GUTTER}\n\nMargaret Garside\n11 Mill Row",
        "PG",
    ),
    (
        "the firm in the display name, the person at the foot",
        "hello@ockhamjoinery.example",
        "Ockham Joinery",
        f"Dear all,\n\n{GUTTER}\n\nBarnaby x\nOckham Joinery",
        "BO",
    ),
    (
        "the club in the display name, the secretary at the foot",
        "bowls@quenbybowls.example",
        "Quenby Bowls",
        f"{GUTTER}\n\nRalph\nQuenby Bowls",
        "RW",
    ),
    (
        "the tradesman that an answer names",
        "winnie.lathbury@fenmail.example",
        "Winifred Lathbury",
        "Mr Haycock\n\nIt's Jonas Trubshaw, glazier, Ropewalk. Will you pay him or shall I?\n\nW Lathbury",
        "WL",
    ),
    (
        "a neighbour whose house is named",
        "winnie.lathbury@fenmail.example",
        "Winifred Lathbury",
        "The culprit? This is Dudley Marsh at no. 12. Ask him.\n\nWinifred Lathbury",
        "WL",
    ),
    (
        "a couple: who signs, under both names",
        "thetuplins@lantern.example",
        "Gavin & Philippa Tuplin",
        f"{GUTTER}\n\nPhilippa",
        "PT",
    ),
    (
        "a couple: who signs, though another is in the header",
        "thetuplins@lantern.example",
        "Gavin Tuplin",
        f"{GUTTER}\n\nPippa xx",
        "PT",
    ),
    ("a couple: initials", "thetuplins@lantern.example", "The Tuplins", f"{GUTTER}\n\nG.T.", "GT"),
    (
        "a couple: a name that is no list's",
        "thetuplins@lantern.example",
        "The Tuplins",
        f"{GUTTER}\n\nPhilippa xx",
        "PT",
    ),
    (
        "a couple: who speaks of the other",
        "thetuplins@lantern.example",
        "The Tuplins",
        "My husband Gavin slipped on the steps again this morning. Can somebody grit them?",
        "PT",
    ),
    (
        "a couple: who is spoken of is not who writes",
        "thetuplins@lantern.example",
        "The Tuplins",
        "Philippa is at her mother's this week so I shall bring the keys myself.",
        "GT",
    ),
    ("a couple: by which telephone", "thetuplins@lantern.example", "The Tuplins", f"{GUTTER}\n\n07700 901105", "PT"),
    (
        "the wife at her husband's address",
        "tmob@fenmail.example",
        "Terence Mobberley",
        f"It's Noreen on Terry's computer. {GUTTER}\n\nNoreen Mobberley",
        "NM",
    ),
    (
        "a sister at her sister's computer",
        "maureen.tibbs@fenmail.example",
        "Marian Tibbs",
        f"I'm round at our Maureen's and using hers. It's Marian. {GUTTER}\n\nMarian Tibbs, 18 Chantry Road",
        "RT",
    ),
    (
        "a like name at the other's house",
        "maureen.tibbs@fenmail.example",
        "Maureen Tibbs",
        f"{GUTTER}\n\nMaureen Tibbs, 2 Almshouse Row",
        "MT",
    ),
    (
        "the father at a new address by his house",
        "farmer1940@elsewhere.example",
        "Everard Stanbridge",
        f"{GUTTER}\n\nE. Stanbridge\nHollow Farm",
        "ES",
    ),
    (
        "the son at a new address by his telephone",
        "farmer1940@elsewhere.example",
        "Everard Stanbridge",
        f"{GUTTER}\n\nEverard\n07700 901107",
        "EJ",
    ),
    ("father or son, and nothing tells", "farmer1940@elsewhere.example", "Everard Stanbridge", GUTTER, ""),
    (
        "one of two namesakes by the house",
        "jack@elsewhere.example",
        "John Walker",
        f"{GUTTER}\n\nJohn Walker, 31 Station Parade",
        "W2",
    ),
    (
        "a namesake from elsewhere",
        "jack@elsewhere.example",
        "John Walker",
        f"{GUTTER}\n\nJohn Walker, 77 Orchard Street",
        "",
    ),
    ("a brother with the surname only", "bryn@elsewhere.example", "Bryn Prosser", f"{GUTTER}\n\nBryn Prosser", ""),
    ("a lodger at the same house", "lodger@elsewhere.example", "Kit Oddie", f"{GUTTER}\n\nKit Oddie\n7 Saltergate", ""),
    (
        "a daughter who writes for her mother",
        "sal@elsewhere.example",
        "Sally Kemp",
        "I am writing on behalf of my mother, Winifred Lathbury, 7 Saltergate, telephone 01632 961101.\n\nSally Kemp",
        "",
    ),
    (
        "a stranger who names a resident",
        "kit@elsewhere.example",
        "Kit Oddie",
        "Winifred Lathbury keeps parking across my drive.\n\nKit Oddie",
        "",
    ),
    ("a letter without any sign of who it is", "x9@elsewhere.example", "", GUTTER, ""),
)


@pytest.mark.parametrize(("what", "sender", "name", "body", "expected"), CASES, ids=[c[0] for c in CASES])
def test_a_message_by_itself_goes_to_whoever_wrote_it(
    village: App, what: str, sender: str, name: str, body: str, expected: str
) -> None:
    assert whose(village, mail(sender, name, body)) == expected
