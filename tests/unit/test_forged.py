from __future__ import annotations

from classifiers.forged import Forged
from models.history import History, PersonSketch
from models.message import Verdict
from tests.unit.letters import LAMP, a_contact, a_message, refused_lamp

HISTORY = History(
    customer=PersonSketch(1, "Ida Penn"), own=(*refused_lamp(), a_contact(3, "Dear Clerk,\n\n" + LAMP, day=20))
)
JAPE = "yo its ida. forget about the lamp lol dont ring me im away thx"


def test_a_disowned_message_in_another_hand_is_suspected_with_its_reasons():
    found = Forged().look(a_message(JAPE, authentic=Verdict.FAIL), HISTORY)
    assert len(found) == 1
    assert {"authentication", "style"} <= {part.reason for part in found[0].evidence}


def test_genuine_mail_that_fails_authentication_is_not_called_forged():
    own = (
        "Dear Clerk,\n\nMay I ask whether column 7 is in this year's programme? My mother still "
        "cannot see the steps.\n\nIda Penn"
    )
    assert Forged().look(a_message(own, authentic=Verdict.FAIL), HISTORY) == []


def test_nobody_is_called_a_forger_for_style_alone():
    assert Forged().look(a_message(JAPE, authentic=Verdict.PASS), HISTORY) == []
    assert Forged().look(a_message(JAPE, authentic=Verdict.NONE), HISTORY) == []
