"""The pages of matters: how each stands, its chronology drawn and told, and what an officer rules on it."""

from __future__ import annotations

import re

import pytest

from bot.intake.record import add_findings
from bot.matters.standing import standing_of
from bot.web.timeline import timeline_of
from models.contact import Match
from models.customer import Customer
from models.finding import About, Evidence, Finding
from models.log import find_contact
from models.queue import FlagKind
from tests.builders import NOON, a_customer, put_clock
from tests.matters import a_filed, a_matter, a_reply, filed_in, how_it_stands
from tests.web.conftest import Pages
from tests.web.people import Visitor

REPEAT = (Finding(About.RELATION, "repeat", 0.9, "repeat 2"), FlagKind.REPEAT)
ABUSE = (Finding(About.ABUSE, "insult", 0.9, "abuse 1"), FlagKind.ABUSE)


@pytest.fixture
def ann(pages: Pages) -> Customer:
    return a_customer(pages.app, name="Jenifer Penrose")


def a_long_matter(pages: Pages, ann: Customer) -> int:
    lamp = a_matter(pages.app, ann)
    letter = a_filed(pages.app, ann, lamp)
    a_reply(pages.app, ann, lamp, day=12, own="The engineer will come by 20 March.", answers=letter)
    a_filed(pages.app, ann, lamp, day=24, own="Nobody came.")
    put_clock(pages.app, NOON.replace(month=4, day=1))
    return lamp


def test_a_matters_page_says_who_owes_whom_a_word_and_how_long_the_council_took(
    pages: Pages, clerk: Visitor, ann: Customer
) -> None:
    page = clerk.get(f"/matters/{a_long_matter(pages, ann)}")
    assert "Awaiting the council</strong> The customer spoke last" in page
    assert "The council had named 20 March 2026, which has passed." in page
    assert "12 days (9 working days): a letter of 2 March 2026, answered on 14 March 2026" in page
    assert "On 14 March 2026 the council named 20 March 2026; it passed without a word" in page
    chronology = page[page.index("Chronology") :]
    assert chronology.index("26 March 2026") < chronology.index("14 March 2026") < chronology.index("2 March 2026, ")
    assert "12 days later" in chronology
    assert "the council owes a word" in chronology


def test_the_picture_says_in_words_what_it_draws_and_tells_apart_by_shape(
    pages: Pages, clerk: Visitor, ann: Customer
) -> None:
    page = clerk.get(f"/matters/{a_long_matter(pages, ann)}")
    label = re.search(r'<svg class="eh-timeline" [^>]*role="img" aria-label="([^"]+)"', page)
    assert label
    assert label.group(1).startswith("2 letters from the customer and 1 from the council between 2 March 2026")
    assert "the longest wait for the council was 12 days; 1 day that the council named passed" in label.group(1)
    drawing = page[page.index("<svg class") : page.index("</svg>")]
    assert (drawing.count("<circle"), drawing.count("eh-timeline__reply"), drawing.count("<path")) == (2, 1, 1)
    assert drawing.count("eh-timeline__wait--open") == 1
    assert timeline_of([], standing_of([], NOON), NOON.date()) is None


def test_a_matters_page_says_what_its_letters_name_most(pages: Pages, clerk: Visitor, ann: Customer) -> None:
    lamp = a_matter(pages.app, ann)
    first = a_filed(pages.app, ann, lamp, own="Lamp column 14 in Weaver Street is dark.")
    a_reply(pages.app, ann, lamp, day=3, own="We have your report of lamp post no. 14, ref 10442.", answers=first)
    a_filed(pages.app, ann, lamp, day=9, own="Column 14 is dark yet.")
    about = clerk.get(f"/matters/{lamp}")
    assert "<strong>What it is about:</strong> Lamp column 14 (numbered thing, 3 letters); " in about
    assert "ref 10442 (reference, 1 letter); Weaver Street (street, 1 letter)</p>" in about


def test_a_matter_whose_letters_name_nothing_has_no_such_line(pages: Pages, clerk: Visitor, ann: Customer) -> None:
    lamp = a_matter(pages.app, ann)
    a_filed(pages.app, ann, lamp)
    assert "What it is about:" not in clerk.get(f"/matters/{lamp}")


def test_no_page_of_matters_holds_a_script_or_a_style_of_its_own(pages: Pages, clerk: Visitor, ann: Customer) -> None:
    lamp = a_long_matter(pages, ann)
    for path in (f"/matters/{lamp}", f"/customers/{ann.id}/matters", "/contacts/1/matter", "/contacts/1/customer"):
        page = clerk.get(path)
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page), path
        assert len(re.findall(r"<h1", page)) == 1, path
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), path


def test_a_customers_page_lists_matters_with_their_state(pages: Pages, clerk: Visitor, ann: Customer) -> None:
    bins = a_matter(pages.app, ann, title="The bins")
    a_reply(pages.app, ann, bins, day=1, final=True)
    a_long_matter(pages, ann)
    page = clerk.get(f"/customers/{ann.id}")
    assert "Matters (2)" in page
    assert page.index("Awaiting the council") < page.index("Finally answered")
    for number in range(9):
        a_filed(pages.app, ann, a_matter(pages.app, ann, title=f"Matter of the {number}th"))
    assert "All 11 matters" in clerk.get(f"/customers/{ann.id}")
    assert "Matters of Jenifer Penrose (11)" in clerk.get(f"/customers/{ann.id}/matters")


def test_conduct_counts_only_where_identity_is_confirmed(pages: Pages, clerk: Visitor, ann: Customer) -> None:
    lamp = a_matter(pages.app, ann)
    a_filed(pages.app, ann, lamp, finding=REPEAT)
    suggested = a_filed(pages.app, ann, lamp, match=Match.SUGGESTED, finding=REPEAT)
    words = "Repeat: 1 contact, 1 only suggested as theirs: identity not confirmed, not counted"
    page = clerk.get(f"/customers/{ann.id}")
    assert words in page
    assert "flagged: Repeat · suggested: identity not confirmed" in page
    letter = clerk.get(f"/contacts/{suggested}")
    assert "Suggested: identity not confirmed" in letter
    assert "It counts against nobody, and cannot be cited" in letter
    clerk.get(f"/contacts/{suggested}/customer")
    clerk.send(f"/contacts/{suggested}/customer", {"whose": "held", "reason": "rang her", "seen": "0"})
    assert "Repeat: 2 contacts" in clerk.get(f"/customers/{ann.id}")
    assert "cannot be cited" not in clerk.get(f"/contacts/{suggested}")


def test_abusive_subjects_stay_hidden_in_a_chronology(pages: Pages, clerk: Visitor, ann: Customer) -> None:
    lamp = a_matter(pages.app, ann)
    a_filed(pages.app, ann, lamp, subject="You clowns", finding=ABUSE)
    assert "You clowns" not in clerk.get(f"/matters/{lamp}")


def test_an_officer_renames_merges_and_takes_apart(pages: Pages, clerk: Visitor, ann: Customer) -> None:
    lamp, bins = a_matter(pages.app, ann), a_matter(pages.app, ann, title="The bins")
    letter = a_filed(pages.app, ann, bins)
    clerk.get(f"/matters/{lamp}")
    assert "Harbour lamp</h1>" in clerk.send(f"/matters/{lamp}/name", {"name-title": "Harbour lamp"}).text
    refused = clerk.send(f"/matters/{lamp}/merge", {"merge-other": str(bins), "merge-seen": "9"})
    assert refused.status_code == 422
    assert "Enter how you know that it is one matter" in refused.text
    sent = {"merge-other": str(bins), "merge-reason": "one lamp", "merge-seen": "9"}
    page = clerk.send(f"/matters/{lamp}/merge", sent).text
    assert f"Matter {bins} merged into matter {lamp}, r.trelawny" in page
    assert filed_in(pages.app, lamp) == [letter]
    assert "was merged into" in clerk.get(f"/matters/{bins}")
    clerk.get(f"/matters/{bins}/unmerge")
    assert "stands by itself again" in clerk.send(f"/matters/{bins}/unmerge", {"reason": "two", "seen": "9"}).text
    assert filed_in(pages.app, bins) == [letter]


def test_a_contact_is_filed_elsewhere_or_opens_a_matter(pages: Pages, clerk: Visitor, ann: Customer) -> None:
    lamp, bins = a_matter(pages.app, ann), a_matter(pages.app, ann, title="The bins")
    letter = a_filed(pages.app, ann, lamp)
    assert "The bins (matter" in clerk.get(f"/contacts/{letter}/matter")
    sent = {"to": str(bins), "reason": "about the bins", "seen": "0"}
    assert "is filed under this matter" in clerk.send(f"/contacts/{letter}/matter", sent).text
    assert filed_in(pages.app, bins) == [letter]
    clerk.get(f"/contacts/{letter}/matter")
    overtaken = clerk.send(f"/contacts/{letter}/matter", {"to": str(lamp), "reason": "no", "seen": "0"})
    assert overtaken.status_code == 422
    assert "moved a contact of it" in overtaken.text
    sent = {"to": "new", "title": "Bins, June", "reason": "another bin", "seen": "1"}
    assert "Bins, June</h1>" in clerk.send(f"/contacts/{letter}/matter", sent).text


def test_a_reply_is_marked_as_final_and_unmarked(pages: Pages, clerk: Visitor, ann: Customer) -> None:
    lamp = a_matter(pages.app, ann)
    reply = a_reply(pages.app, ann, lamp, day=0)
    clerk.get(f"/contacts/{reply}/final-answer")
    page = clerk.send(f"/contacts/{reply}/final-answer", {"reason": "all is said", "do": "mark"}).text
    assert "Yes: the council’s final answer on the matter" in page
    assert how_it_stands(pages.app, lamp).state.value == "finally_answered"
    clerk.get(f"/contacts/{reply}/final-answer")
    clerk.send(f"/contacts/{reply}/final-answer", {"reason": "more to come", "do": "unmark", "seen": "9"})
    assert how_it_stands(pages.app, lamp).state.value == "open"
    letter = a_filed(pages.app, ann, lamp)
    assert "Only a letter of the council" in clerk.ask(f"/contacts/{letter}/final-answer").text


def test_whose_it_is_shows_weights_that_add_up_and_takes_the_officers_word(
    pages: Pages, clerk: Visitor, ann: Customer
) -> None:
    wella = a_customer(pages.app, name="Wella Bray")
    reasons = ("it could equally be C1: please look", "signs with their full name (+8.0)", "gives another house (-5.0)")
    letter = a_filed(pages.app, ann, None, match=Match.SUGGESTED, reasons=reasons)
    page = clerk.get(f"/contacts/{letter}")
    together = re.search(r'Together</th><td class="[^"]+"><strong>([^<]+)<', page)
    assert together
    assert together.group(1) == "+3.0"
    assert "What speaks for and against Jenifer Penrose" in clerk.get(f"/contacts/{letter}/customer")
    missing = clerk.send(f"/contacts/{letter}/customer", {"whose": "other", "reason": "rang her"})
    assert "Enter the reference of the customer" in missing.text
    nobody = clerk.send(f"/contacts/{letter}/customer", {"whose": "other", "reference": "C404", "reason": "rang her"})
    assert nobody.status_code == 422
    sent = {"whose": "other", "reference": wella.reference, "reason": "rang her"}
    page = clerk.send(f"/contacts/{letter}/customer", sent).text
    assert "Confirmed by r.trelawny: rang her" in page
    assert f"Wella Bray ({wella.reference})" in page
    assert "signs with their full name (+8.0)" in page  # what was held before stays told
    clerk.get(f"/contacts/{letter}/customer")
    sent = {"whose": "new", "name": "Ivor Pask", "reason": "his own words", "seen": "1"}
    assert "Ivor Pask (E-" in clerk.send(f"/contacts/{letter}/customer", sent).text


def test_whoever_may_only_read_is_offered_no_ruling_and_refused_one(
    pages: Pages, ann: Customer, everybody: None
) -> None:
    lamp, _ = a_matter(pages.app, ann), a_matter(pages.app, ann)
    letter = a_filed(pages.app, ann, lamp)
    assistant = pages.signed_in("t.carne")
    page = assistant.get(f"/matters/{lamp}")
    assert "Change this matter" not in page
    assert "Say whose" not in assistant.get(f"/contacts/{letter}")
    for path in (f"/contacts/{letter}/matter", f"/contacts/{letter}/customer", f"/contacts/{letter}/final-answer"):
        assert assistant.ask(path).status_code == 403
    assert assistant.send(f"/matters/{lamp}/name", {"name-title": "Bins"}).status_code == 403


# --- ten seconds with a letter ---------------------------------------------------------------------------------------

OWN = "You said it would be mended.\nThe lamp is still dark.\nOn 20 March Mrs Pask fell there and broke her wrist."


def a_letter_with_news(pages: Pages, ann: Customer) -> int:
    lamp = a_matter(pages.app, ann)
    first = a_filed(pages.app, ann, lamp)
    a_reply(pages.app, ann, lamp, day=3, own="It will be mended by 10 March.", answers=first)
    letter = a_filed(pages.app, ann, lamp, day=20, own=OWN)
    dark, fell = "The lamp is still dark.", "On 20 March Mrs Pask fell there and broke her wrist."
    with pages.app.begin(pages.app.officer("r.trelawny")) as work:
        again = Evidence(dark, OWN.index(dark), first, "The lamp is dark.", "same_text", 3.0)
        findings = [
            Finding(About.RELATION, "new_evidence", 0.8, "repeat 3", (again,), contact=first),
            Finding(About.NOVEL, "sentence", 0.6, "novelty 2", (Evidence(dark, OWN.index(dark), reason="date"),)),
            Finding(About.NOVEL, "sentence", 0.9, "novelty 2", (Evidence(fell, OWN.index(fell), reason="happened"),)),
        ]
        add_findings(find_contact(work.session, letter), findings)
        work.note("contact.read", f"Contact:{letter}")
    return letter


def test_what_is_new_stands_first_the_most_important_on_top_with_its_place_in_the_letter(
    pages: Pages, clerk: Visitor, ann: Customer
) -> None:
    page = clerk.get(f"/contacts/{a_letter_with_news(pages, ann)}")
    news = page[page.index("New in this letter") : page.index("Against what went before")]
    assert news.index("Mrs Pask fell there") < news.index("The lamp is still dark")
    number = re.search(r'href="#mark-(\d+)" id="evidence-\1"', news)
    assert number
    assert f'id="mark-{number.group(1)}" href="#evidence-{number.group(1)}">[{number.group(1)} New]' in page
    assert "<mark>On 20 March Mrs Pask fell there and broke her wrist.</mark>" in page
    assert page.index("New in this letter") < page.index("What was said")


def test_the_relation_stands_beside_how_the_matter_stood_when_the_letter_came(
    pages: Pages, clerk: Visitor, ann: Customer
) -> None:
    letter = a_letter_with_news(pages, ann)
    page = clerk.get(f"/contacts/{letter}")
    facts = page[page.index('<dl class="eh-facts">') :]
    facts = " ".join(re.sub(r"<[^>]+>", " ", facts[: facts.index("</dl>")]).split())
    assert "Who spoke last The council, on 5 March 2026, 17 days before" in facts
    assert "Promise passed On 5 March 2026 the council named 10 March 2026; it passed without a word" in facts
    assert "Longest wait for the council 3 days" in facts
    pair = page[page.index('<div class="eh-pair">') :]
    assert pair.index("Earlier") < pair.index("The lamp is dark.") < pair.index("In this contact")
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
