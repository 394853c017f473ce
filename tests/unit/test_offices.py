"""Who is never restricted, by address and by how they sign (INV-11). Everybody here is invented."""

from __future__ import annotations

import pytest

from bot.intake.offices import never_restricted
from models.message import Address, Verdict
from tests.unit.letters import a_message

LETTER = "Dear Clerk,\n\nMay we have an answer on the lamp in Weir Lane by Friday?\n\n"


@pytest.mark.parametrize(
    ("name", "email", "foot"),
    [
        ("Office of Harriet Lowe MP", "casework@lowe.example", "Jo Finn"),
        ("Jo Finn", "jo@lowe.example", "Jo Finn\nSenior Caseworker to Harriet Lowe MP"),
        ("Rhys Pugh MS", "rhys@pugh.example", "Rhys"),
        ("Ann Ross MSP", "ann@ross.example", "Ann"),
        ("Harriet Lowe", "h.lowe@parliament.uk", "Harriet Lowe"),
        ("Cllr Una Reed", "una@reed.example", "Una"),
        ("Bo Fenn", "bo@fenn.example", "Bo Fenn\nWard councillor, Overby"),
        ("Ida Penn", "ida@pennlaw.example", "Ida Penn\nSolicitor"),
        ("Penn & Quill Solicitors LLP", "post@pennlaw.example", "Ida"),
        ("Tam Orrey", "tam@overbyadvice.example", "Tam Orrey\nAdviser, Overby Citizens Advice"),
        ("Ness Orrey", "ness@voices.example", "Ness Orrey\nIndependent advocate"),
        ("Overby Law Centre", "desk@centre.example", "Sam"),
        ("Investigator", "desk@watch.example", "R. Tull\nHousing Ombudsman Service"),
        ("R. Tull", "r.tull@lgo.org.uk", "R. Tull"),
        ("R. Tull", "r.tull@ombudsman.wales", "R. Tull"),
        ("R. Tull", "casework@ico.org.uk", "R. Tull"),
        ("R. Tull", "r.tull@overby.police.uk", "R. Tull"),
        ("R. Tull", "r.tull@post.example", "PC 4417 R. Tull"),
        ("Listing office", "listing@post.example", "Overby Magistrates' Court"),
    ],
)
def test_whoever_writes_by_office_is_never_restricted(name, email, foot):
    assert never_restricted(a_message(LETTER + foot, sender=Address(email, name)), ())


@pytest.mark.parametrize(
    ("name", "foot"),
    [
        ("Ida Penn", "I have told my MP and my solicitor.\nIda Penn"),
        ("Ida Penn", "My solicitor\nwill write next.\nIda"),
        ("Ms Penn", "Thanks, Ms Penn"),
        ("I Penn", "I shall go to the Ombudsman and the county court if I must.\nI Penn"),
        ("Bo Councillors", "Bo"),
        ("Tam", "cc my councillor\nTam"),
        ("Ness Orrey", "Former councillor\nNess Orrey"),
    ],
)
def test_an_office_that_is_only_mentioned_is_nobodys(name, foot):
    assert never_restricted(a_message(LETTER + foot, sender=Address("x@post.example", name)), ()) == ""


def test_a_forged_office_protects_nobody():
    forged = a_message(LETTER, sender=Address("h@parliament.uk", "Harriet Lowe MP"), authentic=Verdict.FAIL)
    assert never_restricted(forged, ()) == ""
