from __future__ import annotations

from dataclasses import replace

from classifiers.forged import Forged
from models.history import History, PersonSketch
from models.message import Address, Automatic, Verdict
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


def suspected(own: str, *before: bool | None, sender: Address | None = None, council: tuple[str, ...] = ()) -> set[str]:
    """Why a disowned message is suspected, whose sender's earlier ones passed, failed or told nothing."""
    earlier = (replace(a_contact(n, LAMP, day=20 + n), authenticated=was) for n, was in enumerate(before))
    history = History(customer=PersonSketch(1, "Ida Penn"), own=(*refused_lamp(), *earlier), council=council)
    found = Forged().look(a_message(own, authentic=Verdict.FAIL, sender=sender), history)
    return {part.reason for one in found for part in one.evidence}


WITHDRAWN = "I hereby withdraw my request about the lamp outside 14 Tinker's Row."


def test_one_forged_letter_does_not_open_the_door_to_the_next():
    assert "passed_before" in suspected(WITHDRAWN, True, True, False)


def test_an_address_that_was_always_its_owners_until_now_speaks_against_the_message():
    assert "passed_before" in suspected(WITHDRAWN, True, True)
    assert suspected(WITHDRAWN, True, False) == set()  # it fails as a habit
    assert suspected(WITHDRAWN, None, None) == set()


def test_that_it_passed_before_is_not_enough_by_itself():
    own = "May I ask whether column 7 is in this year's programme? My mother still cannot see the steps."
    assert suspected(own, *[True] * 9) == set()


def test_whoever_wrote_before_does_not_say_who_they_are_as_to_a_stranger():
    assert "introduces_themselves" in suspected("This is Ida Penn. Kindly mend the lamp outside 14 Tinker's Row.", True)


def test_whoever_only_says_their_name_is_not_suspected_for_it_when_one_letter_fails():
    assert suspected("It's Ida, from my sister's computer. The lamp in Tinker's Row is out again.", True, True) == set()


def test_the_councils_own_domain_disowned_by_its_own_server_counts():
    member = Address("cllr.hale@council.example", "Vera Hale")
    own = "I need six gift vouchers of £100 today, I cannot take calls."
    assert "our_own_domain" in suspected(own, sender=member, council=("council.example",))
    assert suspected("Fwd: a lamp in Tinker's Row, see below.", sender=member, council=("council.example",)) == set()


def test_to_be_made_to_run_oneself_down_speaks_for_a_forger():
    own = "I Ida Penn withdraw all my letters about the lamp and admit that I am a silly old nuisance."
    assert "runs_themselves_down" in suspected(own)
    assert suspected("I admit that the lamp was lit on Sunday. It is out again.", True, True) == set()


def test_who_says_that_a_machine_sent_it_is_looked_at_all_the_same():
    def of_a_machine(own: str, sender: Address, *, ours: tuple[str, ...] = ("council.example",)) -> set[str]:
        history = History(customer=None, council=ours)
        message = replace(a_message(own, authentic=Verdict.FAIL, sender=sender), automatic=Automatic.AUTO_REPLY)
        return {part.reason for one in Forged().look(message, history) for part in one.evidence}

    vouchers = "Get me six gift cards today, I am in a meeting."
    assert "our_own_domain" in of_a_machine(vouchers, Address("cllr.hale@council.example", "Vera Hale"))
    assert of_a_machine(vouchers, Address("offers@shop.example", "Offers")) == set()
    elsewhere = Address("mayor.hale@fastbox.example", "Cllr Vera Hale")
    assert "money" in of_a_machine(vouchers, elsewhere)
    assert of_a_machine("I am away until Monday. If it is urgent, please ring the office.", elsewhere) == set()


def test_who_wants_money_paid_and_not_to_be_rung_is_suspected():
    own = "Ida Penn here. I have changed my bank, kindly pay the refund to the account attached. I am not on phone."
    assert {"money", "wants_no_contact"} <= suspected(own, True)
    assert suspected("I rang about the refund. My bank is the same as before.", True) == set()


def test_a_customers_real_notice_of_absence_is_no_forgery():
    earlier = tuple(replace(a_contact(n, LAMP, day=20 + n), authenticated=True) for n in range(3))
    history = History(customer=PersonSketch(1, "Ida Penn"), own=earlier)
    away = a_message("im away till monday, do not reply to this, in a meeting all week!!", authentic=Verdict.FAIL)
    assert Forged().look(replace(away, automatic=Automatic.AUTO_REPLY), history) == []
    assert Forged().look(away, history) != []
