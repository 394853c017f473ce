"""What a letter names (places, numbered things, cases, days, sums, people) and what only looks like it. Invented."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from classifiers.references import LONGEST, Reference, references


def named(text: str) -> set[tuple[str, str]]:
    return {(one.kind, one.plain) for one in references(text)}


NAMED = [
    ("We live at TR13 1AB.", {("postcode", "tr13 1ab")}),
    ("postcode is pl149zz thanks", {("postcode", "pl14 9zz")}),
    ("write to SW1A 2AA please", {("postcode", "sw1a 2aa")}),
    ("The hole in Weaver Street is back.", {("street", "weaver street")}),
    ("The corner of St Olave's Rd. floods", {("street", "st olaves road")}),
    ("still dark along old mill lane again", {("street", "old mill lane")}),
    ("They dug up the high street twice", {("street", "high street")}),
    ("Bins in Castle Hill and on Tanner's Row", {("street", "castle hill"), ("street", "tanners row")}),
    ("parked over the kerb at Green Park Road", {("street", "green park road")}),
    ("Weaver Street's lamps are out", {("street", "weaver street")}),
    ("Mae coeden ar Heol y Felin", {("street", "heol y felin")}),
    ("the sign in Lôn Goch and Ffordd yr Orsaf", {("street", "lon goch"), ("street", "ffordd yr orsaf")}),
    ("I am at 14b Weaver Street", {("premises", "14b weaver street"), ("street", "weaver street")}),
    ("Flat 3, 20 Mill Close", {("premises", "flat 3 20 mill close"), ("street", "mill close")}),
    ("at 9 tanner close", {("premises", "9 tanner close"), ("street", "tanner close")}),
    ("the drive of Heron Cottage", {("premises", "heron cottage")}),
    ("I object to 23/01234/FUL.", {("planning", "23/1234/ful")}),
    ("see APP/2024/0123 and P/2024/123", {("planning", "app/24/123"), ("planning", "p/24/123")}),
    ("planning application 23/1234", {("planning", "23/1234")}),
    ("my ref 10442 was ignored", {("case", "10442")}),
    ("Reference number: 10442", {("case", "10442")}),
    ("see CRM-88213", {("case", "crm 88213")}),
    ("I got PCN AB12345678 today", {("case", "ab 12345678")}),
    ("crime no. 44/19882/25", {("case", "44 19882 25")}),
    ("your ref JT/0042", {("case", "jt 42")}),
    ("complaint 55120 and permit no. 7", {("case", "55120"), ("case", "7")}),
    ("lamp column 14 is out", {("asset", "lamp 14")}),
    ("Street light no. 14 is out", {("asset", "lamp 14")}),
    ("bin 0417 by plot 22b, grave C113", {("asset", "bin 417"), ("asset", "plot 22b"), ("asset", "grave c113")}),
    ("garage 7 behind gate 3", {("asset", "garage 7"), ("asset", "gate 3")}),
    ("the van AB12 CDE", {("vehicle", "ab12cde")}),
    ("a lorry, R123 XYZ, again", {("vehicle", "r123xyz")}),
    ("a tree lies on FP 12 and Footpath 7", {("footpath", "footpath 12"), ("footpath", "footpath 7")}),
    ("the gate at BR3 is locked", {("footpath", "bridleway 3")}),
    ("it cost £1,200.50, not 50 quid", {("money", "£1200.50"), ("money", "£50")}),
    ("£35.00 for a 75p ticket", {("money", "£35"), ("money", "£0.75")}),
    ("on Monday 12th of March 2026", {("date", "03-12")}),
    ("March 12, 12/03/2026 and 2026-03-12", {("date", "03-12")}),
    ("Mr Ormerod rang and Mrs. J. Tallis wrote", {("person", "mr ormerod"), ("person", "mrs tallis")}),
    ("Councillor Ann Vane told Rev Okoro-Finn", {("person", "cllr vane"), ("person", "rev okoro-finn")}),
    ("mr ormerod's dog and PC O'Dowd", {("person", "mr ormerod"), ("person", "pc odowd")}),
]


@pytest.mark.parametrize(("text", "wanted"), NAMED, ids=[text for text, _ in NAMED])
def test_what_a_letter_names_is_read_in_its_plain_form(text: str, wanted: set[tuple[str, str]]) -> None:
    assert named(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "By the way, is there any way to pay?",
        "I will see you in court. The County Court fined me.",
        "Please close the gate behind you.",
        "There were 10 people in the park.",
        "May I ask who may 10 of us write to?",
        "Our street is a busy road and this lane is narrow.",
        "Close the road, mend the drive, and walk the dog.",
        "The bin 2 weeks ago, the gate 3 feet wide, the tree 10 metres high.",
        "I made the complaint 3 times and a claim 2 years ago.",
        "It is the same in every street in the town.",
        "The Town Hall and the Council House and the National Park",
        "From A to B by 2pm, the 1st of 3, in 2024, call 01632 960123.",
        "Dear Sir or Madam, the dr said no, miss the bus, my pc is slow.",
        "24/7 and 1/2 of them, at 3.15, 45/13/2026",
        "They march 3 miles; at least 12 may be ill.",
        "COVID-19 and ISO-9001, a to-do list, 50% off",
        "I raised a ticket. 4 of them, for the application 2026/27",
        "Yours sincerely,\n\nJean Hill",
        "",
    ],
)
def test_words_of_every_day_name_nothing(text: str) -> None:
    assert named(text) == set()


def test_a_reference_is_shown_as_it_was_written_and_where() -> None:
    text = "About the lamp:\nit is  in Weaver\nSt. again."
    assert references("Re: PL14  9zz") == (Reference("postcode", "PL14 9zz", 4, "pl14 9zz"),)
    assert all(text[one.start :].startswith(one.text.split()[0]) for one in references(text))


def test_two_letters_name_the_same_things_though_they_spell_them_otherwise() -> None:
    one = references("Lamp post no. 014 in Weaver Rd, seen on 12 March by Mr Ormerod. Lamp post 14 again.")
    other = references("weaver road? no: in Weaver Road, column 14, on 12/03/26. mr ormerod's word.")
    alike = {("asset", "lamp 14"), ("street", "weaver road"), ("date", "03-12"), ("person", "mr ormerod")}
    assert {(a.kind, a.plain) for a in one} & {(b.kind, b.plain) for b in other} == alike
    elsewhere = references("Lamp column 15 in Weaver Lane, on 13 March")
    assert not {(a.kind, a.plain) for a in one} & {(b.kind, b.plain) for b in elsewhere}


@pytest.mark.parametrize(
    "unit",
    ["Quay ", "12/", "(", "ref ", "Mr. A. ", "£1,", "a-", "lamp ", "9", "St ", "é", "\n", "'", "½²①", "\x00 ", "🏠"],
)
def test_a_hostile_text_is_read_to_its_bound(unit: str) -> None:
    text = unit * LONGEST + " Weaver Street"
    assert all(one.start < LONGEST for one in references(text))


def test_nothing_is_read_beyond_the_bound() -> None:
    assert named("x" * LONGEST + " in Weaver Street") == set()


def test_several_threads_read_the_same() -> None:
    texts = [f"Lamp column {n} in Weaver Street, ref {n + 10_000}" for n in range(40)]
    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(named, texts))
    assert read == [{("asset", f"lamp {n}"), ("street", "weaver street"), ("case", str(n + 10_000))} for n in range(40)]


def test_spacy_is_not_imported_before_a_letter_is_read() -> None:
    code = "import sys, classifiers.references; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
