"""The policies as settings: whole, documented, in agreement with their own readings and with the law."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.casework.decisions import check_policy
from bot.commands.policy_mistakes import mistakes
from bot.letters.template import contents_of
from config import policy_keys
from config.load import POLICIES, load_policy
from models.councillor import one_councillor
from models.errors import PolicyError, SettingsError
from models.letter import LetterKind
from models.letter_least import LEAST
from models.policy import Policy
from models.policy_check import doubts, wrong
from models.procedure import Procedure
from models.readings import GOVERNS

NAMES = sorted(path.stem for path in POLICIES.glob("*.toml"))
SALTASH, PRINCIPAL = load_policy("saltash"), load_policy("principal")


def changed(policy: Policy, **parts: dict[str, Any]) -> Policy:
    """The policy with some settings of some tables otherwise: changed(SALTASH, clocks={"foi_days": 25})."""
    tables: dict[str, Any] = {}
    for table, values in parts.items():
        part = getattr(policy.procedure, table)
        tables[table] = {**part, **values} if isinstance(part, Mapping) else replace(part, **values)
    return replace(policy, procedure=replace(policy.procedure, **tables))


@pytest.mark.parametrize("name", NAMES)
def test_every_policy_that_comes_with_the_program_can_be_in_force(name: str) -> None:
    policy = load_policy(name)
    check_policy(policy)
    assert not wrong(policy)
    assert len(policy.digest) == 64


@pytest.mark.parametrize("name", ["saltash", "principal"])
def test_nothing_in_a_policy_for_cases_is_doubtful(name: str) -> None:
    adopted = {"approved_by": "Full Council", "minute": "12/26", "next_review": "May 2028"}
    (nobodys,) = doubts(load_policy(name))
    assert nobodys.startswith("document.approved_by, document.minute, document.next_review: nothing says")
    assert not doubts(changed(load_policy(name), document=adopted))


@pytest.mark.parametrize("name", NAMES)
def test_every_key_has_its_meaning_and_its_paragraph_beside_it(name: str) -> None:
    keys = policy_keys.keys_of(POLICIES / f"{name}.toml")
    assert len(keys) > 80
    assert not [k.name for k in keys if not k.meaning]
    unsourced = ("readings.", "sources.")  # a reading names what it governs; a source is one
    bare = [k.name for k in keys if not k.source and not k.name.startswith(unsourced)]
    assert not bare


def test_the_page_about_the_policy_is_made_of_the_files() -> None:
    assert policy_keys.PAGE.read_text(encoding="utf-8") == policy_keys.page()


@pytest.mark.parametrize("name", NAMES)
def test_every_content_of_a_letter_is_explained_and_has_words_in_its_template(name: str) -> None:
    for kind, rule in load_policy(name).procedure.letters.items():
        assert set(rule.contents) <= policy_keys.CONTENTS.keys()
        assert set(rule.contents) <= set(contents_of(LetterKind(kind))), kind


def test_every_reading_of_the_tracked_changes_says_what_it_governs() -> None:
    assert list(GOVERNS) == [f"T{number}" for number in range(1, 22)]
    keys = {k.name: k.meaning for k in policy_keys.keys_of(POLICIES / "saltash.toml")}
    assert all("Governs:" in keys[f"readings.{name}"] for name in GOVERNS)


READ_OTHERWISE: dict[str, Callable[[Policy], Policy]] = {
    "T5": lambda p: changed(p, conduct={"report_needed": False}),
    "T6": lambda p: changed(
        p, conduct={"acknowledgement": False, "escalates_on": ("not_heeded",)}, readings={"T8": "B"}
    ),
    "T8": lambda p: changed(p, conduct={"escalates_on": ("not_heeded",)}),
    "T9": lambda p: changed(p, conduct={"external_body": False}),
    "T11": lambda p: changed(p, people={"nominee": False}),
    "T15": lambda p: changed(p, reviews={"reported_to": ""}),
    "T16": lambda p: changed(p, reviews={"end_by": "Policy and Finance Committee"}),
    "T17": lambda p: changed(p, reviews={"lifted_without_grounds": False}),
    "T18": lambda p: changed(p, reviews={"extended_by": ("Policy and Finance Committee",)}),
    "T19": lambda p: changed(p, reviews={"further_months": 12}),
}


@pytest.mark.parametrize("reading", READ_OTHERWISE)
def test_a_reading_and_the_settings_that_carry_it_cannot_differ(reading: str) -> None:
    otherwise = READ_OTHERWISE[reading](SALTASH)
    (said,) = wrong(otherwise)
    assert said.startswith(f'readings.{reading}: is "A", but the settings say "B"')
    assert not wrong(changed(otherwise, readings={reading: "B"}))
    assert wrong(changed(SALTASH, readings={reading: "B"}))


def test_every_reading_that_a_setting_carries_is_tried() -> None:
    assert {name for name, (_, carried) in GOVERNS.items() if carried is not None} == READ_OTHERWISE.keys()


@pytest.mark.parametrize(
    ("table", "key", "value", "words"),
    [
        ("clocks", "foi_days", 25, "FOIA s10"),
        ("clocks", "sar_months", 2, "UK GDPR"),
        ("clocks", "fees_limit_hours", 24, "Fees Regulations"),
        ("clocks", "report_review_days", 0, "within 0"),
        ("clocks", "foi_review_longest_days", 10, "shorter"),
        ("council", "kind", "village", "there is no 'village'"),
        ("council", "country", "cornwall", "there is no 'cornwall'"),
        ("people", "delegates", ("Chairman of Policy and Finance",), "one councillor"),
        ("people", "cautionary_holder", "Town Clerk", "different people"),
        ("conduct", "urgent_deciders", ("Town Mayor",), "one councillor"),
        ("conduct", "urgent_days", 90, "is short"),
        ("conduct", "confirmations", ("conduct", "formal_warning_sent"), "dealt_with_properly"),
        ("conduct", "confirmations", ("conduct", "dealt_with_properly", "formal_warning_sent", "luck"), "no 'luck'"),
        ("reviews", "months", (6, 18), "after the longest"),
        ("reviews", "months", (), "every restriction is reviewed"),
        ("reviews", "grace_days", 9999, "no missed review would end anything"),
        ("reviews", "extended_by", ("Mayor",), "one councillor"),
        ("registers", "small_number", 1, "one is one person"),
        ("registers", "cautionary_review_months", 24, "before the entry's end"),
        ("registers", "categories", ("high",), "at least two"),
    ],
)
def test_what_contradicts_itself_or_the_law_is_refused_by_the_name_of_its_key(
    table: str, key: str, value: object, words: str
) -> None:
    found = wrong(changed(SALTASH, **{table: {key: value}}))
    assert any(said.startswith(f"{table}.{key}") and words in said for said in found), found


def test_the_gate_refuses_a_policy_that_is_wrong_with_every_reason() -> None:
    policy = changed(SALTASH, clocks={"foi_days": 25}, council={"kind": "village"})
    with pytest.raises(PolicyError, match=r"council\.kind.*clocks\.foi_days"):
        check_policy(policy)


def test_a_letter_without_contents_or_without_a_kind_is_refused() -> None:
    rules = dict(SALTASH.procedure.letters)
    del rules["decision"]
    rules["postcard"] = rules["please_stop"]
    rules["lifting"] = replace(rules["lifting"], contents=())
    rules["member"] = replace(rules["member"], enclose_policy=True)
    found = "\n".join(wrong(replace(SALTASH, procedure=replace(SALTASH.procedure, letters=rules))))
    for words in ("letters.decision", "'postcard'", "letters.lifting", "letters.member"):
        assert words in found


def test_the_ombudsman_is_no_route_from_a_town_council_and_must_be_one_from_a_principal_council() -> None:
    route = ("You can complain to the Local Government and Social Care Ombudsman.",)
    assert any("cannot look at a town council" in said for said in wrong(changed(SALTASH, challenge={"foi": route})))
    assert not wrong(changed(PRINCIPAL, challenge={"restriction": route}))
    assert doubts(changed(PRINCIPAL, challenge={"restriction": ("You can ask us again.",)}))


def test_the_public_is_excluded_under_the_act_for_this_kind_of_council() -> None:
    assert "1960" in SALTASH.procedure.council.exclusion
    assert "Schedule 12A" in PRINCIPAL.procedure.council.exclusion
    swapped = changed(SALTASH, council={"exclusion": PRINCIPAL.procedure.council.exclusion})
    assert any("1960 Act" in said for said in doubts(swapped))


def test_a_principal_council_decides_by_a_committee_or_a_delegated_officer_after_two_warnings() -> None:
    people = PRINCIPAL.procedure.people
    assert PRINCIPAL.bodies == ("Governance Committee",)
    assert people.delegates == ("Director of Governance",)
    assert not people.recommends
    assert not people.reports_to
    assert PRINCIPAL.stages == ("initial", "formal_prior")
    assert PRINCIPAL.procedure.reviews.months == (6, 12)
    assert "Ombudsman" in " ".join(PRINCIPAL.procedure.challenge.restriction)
    assert not any("Policy and Finance" in str(part) for part in (people, PRINCIPAL.procedure.reviews))


@pytest.mark.parametrize(
    ("title", "one"),
    [
        ("Chairman of Policy and Finance", True),
        ("Cllr A. Bolitho", True),
        ("Leader of the Council", True),
        ("Vice-Chair", True),
        ("Town Clerk", False),
        ("Full Council", False),
        ("Governance Committee", False),
        ("a panel of members", False),
        ("Mayor and Council", False),
    ],
)
def test_one_councillor_is_told_from_a_body_and_an_officer(title: str, one: bool) -> None:
    assert one_councillor(title) is one


def test_a_policy_without_tracked_changes_leaves_its_readings_empty_but_not_in_part(tmp_path: Path) -> None:
    assert not PRINCIPAL.procedure.readings
    text = (POLICIES / "principal.toml").read_text(encoding="utf-8").replace("[readings]", '[readings]\nT5 = "A"', 1)
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"readings\.T1"):
        load_policy("own.toml", tmp_path)


def test_the_digest_tells_one_file_from_another(tmp_path: Path) -> None:
    text = (POLICIES / "saltash.toml").read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(text + "\n# a word\n", encoding="utf-8")
    assert load_policy("own.toml", tmp_path).digest != SALTASH.digest


def test_no_setting_of_the_procedure_is_without_a_key_in_the_file() -> None:
    named = {k.name.rpartition(".")[0] for k in policy_keys.keys_of(POLICIES / "saltash.toml")}
    assert {name for name in Procedure.__slots__ if name != "letters"} <= named


SLIPS: Mapping[str, tuple[str, str, str]] = {
    'T8 = "A"': ('T8 = "B"', 'readings.T8: is "B", but the settings say "A": conduct.escalates_on', "Governs:"),
    "grace_days = 14": ("", "reviews.grace_days: is missing", "a review may be late"),
    "[people]": ('[people]\nscrutineer = "Cllr Smith"', "people.scrutineer: there is no such setting here", ""),
    "months = [6, 12]": ("months = [4.5, 12]", "reviews.months: should be a list of whole numbers, rising", "S§10"),
    "longest_months = 12": (
        "longest_months = 0",
        "longest_months: 0 is no length",
        "normally twelve months",
    ),
    '["Town Council", "Full': (
        '["Cllr A. Smith", "Town Council", "Full',
        "'Cllr A. Smith' is one councillor, who cannot",
        "S§7",
    ),
    '"named_contact", "future_restriction"': ('"named_contact"', "without future_restriction (ST1-02", "add it"),
    'about = "relation"\nlabel = "repeat"\nat_least = 0.25': (
        'about = "relation"\nlabel = "repeat"\nat_least = 40',
        "flags[1].at_least: a score runs from 0 to 1",
        "",
    ),
    '"flag:statutory"': (
        '"flag:statuary"',
        "lanes[2].when: names what does not exist: flag:statuary",
        "flag:statutory",
    ),
}


def test_every_slip_in_a_council_s_own_policy_is_told_at_once_with_its_line_its_key_and_its_paragraph(
    tmp_path: Path,
) -> None:
    text = (POLICIES / "saltash.toml").read_text(encoding="utf-8")
    for right, (slip, _, _) in SLIPS.items():
        assert right in text
        text = text.replace(right, slip, 1)
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    found, policy = mistakes("own.toml", tmp_path)
    assert policy is None
    for _, said, beside in SLIPS.values():
        (told,) = [words for words in found if said in words]
        assert told.startswith("line ")
        assert beside in told
    assert len(found) == len(SLIPS)


@pytest.mark.parametrize(("text", "said"), [("name = ", "own.toml"), ("", "line 1, name: is missing")])
def test_a_file_that_is_no_policy_at_all_is_told_too(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    found, policy = mistakes("own.toml", tmp_path)
    assert policy is None
    assert said in found[0]


@pytest.mark.parametrize("kind", LetterKind)
def test_no_policy_lets_a_letter_go_without_what_its_reader_must_be_told(kind: LetterKind) -> None:
    least, source = LEAST[kind]
    for content in least:
        rule = SALTASH.procedure.letters[kind.value]
        fewer = replace(rule, contents=tuple(c for c in rule.contents if c != content), enclose_policy=False)
        policy = changed(SALTASH, letters={kind.value: fewer}, readings=dict.fromkeys(GOVERNS, "A"))
        assert [w for w in wrong(policy) if f"letters.{kind.value}.contents" in w and content in w and source in w]


def test_a_policy_on_whose_list_of_the_never_restricted_nobody_stands_is_refused(tmp_path: Path) -> None:
    good = (POLICIES / "principal.toml").read_text(encoding="utf-8")
    bad = re.sub(r"never_restrict = \[.*?^\]", "never_restrict = []", good, flags=re.DOTALL | re.MULTILINE)
    assert bad != good
    (tmp_path / "bad.toml").write_text(bad, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"mail\.never_restrict.*Parliament"):
        load_policy("bad.toml", tmp_path)
