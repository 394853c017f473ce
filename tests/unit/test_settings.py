"""Settings and policies: what cannot be read is refused, and the file, the key and the line are named."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from bot.casework.decisions import check_policy
from config.first import settings_text
from config.lines import line_of
from config.load import FILE_NAME, HERE, POLICIES, load_policy, load_settings
from models.errors import PolicyError, SettingsError
from models.policy import LaneRule, is_never_restricted

POLICY_NAMES = sorted(path.stem for path in POLICIES.glob("*.toml"))


def written(home: Path, text: str | bytes) -> Path:
    (home / FILE_NAME).write_bytes(text.encode() if isinstance(text, str) else text)
    return home


def refusal(home: Path, text: str | bytes) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(written(home, text))
    words = str(refused.value)
    assert str(home / FILE_NAME) in words
    return words


# --- the defaults ---


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, ""))
    assert settings.policy == "general"
    assert settings.store.url == f"sqlite:///{tmp_path / 'evenhand.db'}"
    assert settings.store.key_file == tmp_path / "audit.key"
    assert (settings.pages.host, settings.pages.port) == ("127.0.0.1", 8040)
    assert settings.mailboxes == ()


def test_what_init_writes_can_be_read_back(tmp_path: Path) -> None:
    text = settings_text('Town "of" Åre', ("council.example",), ("cllr@council.example",), "saltash", "")
    settings = load_settings(written(tmp_path, text))
    assert settings.council.name == 'Town "of" Åre'
    assert settings.council.domains == ("council.example",)
    assert settings.council.members == ("cllr@council.example",)
    assert settings.policy == "saltash"


def test_a_mailbox_needs_no_more_than_its_host(tmp_path: Path) -> None:
    (box,) = load_settings(written(tmp_path, '[mailbox.main]\nhost = "mail.example"\n')).mailboxes
    assert (box.name, box.kind, box.port, box.security) == ("main", "imap", 993, "tls")
    assert box.enforce == "none", "a new installation observes"
    assert box.folders == ("INBOX",)


@pytest.mark.parametrize(("security", "port"), [("tls", 993), ("starttls", 143), ("plain", 143)])
def test_the_port_follows_from_the_security(tmp_path: Path, security: str, port: int) -> None:
    text = f'[mailbox.main]\nhost = "mail.example"\nsecurity = "{security}"\n'
    assert load_settings(written(tmp_path, text)).mailboxes[0].port == port


def test_files_are_named_from_the_store_s_folder(tmp_path: Path) -> None:
    text = '[mailbox.main]\nhost = "mail.example"\npassword_file = "main.password"\n'
    assert load_settings(written(tmp_path, text)).mailboxes[0].password_file == tmp_path / "main.password"


def test_domains_are_compared_without_case_or_spaces(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, '[council]\ndomains = [" Council.Example "]\n'))
    assert settings.council.domains == ("council.example",)


# --- what cannot be read ---


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=re.escape(f"{tmp_path / FILE_NAME}: cannot be read: No such file")):
        load_settings(tmp_path)


def test_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    assert "line 2: this is not UTF-8" in refusal(
        tmp_path, '[council]\nname = "Sant Ffraid Gyngor T\xfb"'.encode("latin-1")
    )


def test_broken_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    assert "line 2" in refusal(tmp_path, '[council]\nname = "no end\n')


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ('polcy = "general"', 1, "polcy"),
        ('[council]\nname = "A"\nnaem = "B"', 3, "council.naem"),
        ("[concil]\n", 1, "concil"),
        (
            '[mailbox.main]\nhost = "a.example"\n\n[mailbox.other]\nhost = "b.example"\nhots = ""',
            6,
            "mailbox.other.hots",
        ),
        ('policy = "general"\ncouncil.naem = "B"', 2, "council.naem"),
        ("council = { naem = 3 }", 1, "council.naem"),
        ("[council]\n\n[council.extra]\nx = 1", 3, "council.extra"),
    ],
)
def test_an_unknown_key_is_refused_where_it_stands(tmp_path: Path, text: str, line: int, key: str) -> None:
    words = refusal(tmp_path, text)
    assert f"line {line}, key '{key}': there is no such setting here; there are: " in words


@pytest.mark.parametrize(
    ("text", "line", "key", "should"),
    [
        ("policy = 3", 1, "policy", "a text"),
        ('# pages\n[pages]\nport = "8040"', 3, "pages.port", "a whole number"),
        ("[pages]\nport = true", 2, "pages.port", "a whole number"),
        ("[pages]\nport = 80.5", 2, "pages.port", "a whole number"),
        ('[watch]\nsilent_hours = "long"', 2, "watch.silent_hours", "a number"),
        ('[council]\ndomains = "council.example"', 2, "council.domains", "a list of texts"),
        ("[council]\ndomains = [3]", 2, "council.domains", "a list of texts"),
        ("council = 3", 1, "council", "a table"),
        ("mailbox = 3", 1, "mailbox", "a table"),
        ("[mailbox]\nmain = 3", 2, "mailbox.main", "a table"),
        ('[mailbox.main]\nkind = "pop3"', 2, "mailbox.main.kind", "one of folder, imap, maildir"),
        ('[mailbox.a]\nhost = "h"\n[mailbox.b]\nhost = "h"\nsecurity = "ssl"', 5, "mailbox.b.security", "one of plain"),
        ('[mailbox.main]\nhost = "h"\nenforce = "reject"', 3, "mailbox.main.enforce", "one of move, none, sieve"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_where_it_stands(
    tmp_path: Path, text: str, line: int, key: str, should: str
) -> None:
    assert f"line {line}, key '{key}': should be {should}" in refusal(tmp_path, text)


def test_an_imap_mailbox_without_a_host_is_refused_at_its_own_table(tmp_path: Path) -> None:
    words = refusal(tmp_path, '[mailbox.one]\nusername = "x"\n\n[mailbox.two]\nhost = "mail.example"\n')
    assert "line 1, key 'mailbox.one.host': an IMAP mailbox needs its host" in words


def test_a_folder_of_mail_without_a_path_is_refused(tmp_path: Path) -> None:
    assert "key 'mailbox.old.path': a mailbox of kind maildir needs its path" in refusal(
        tmp_path, '[mailbox.old]\nkind = "maildir"\n'
    )


def test_a_whole_number_will_do_for_a_number_of_hours(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "[watch]\nsilent_hours = 24\n")).silent_hours == 24.0


@pytest.mark.parametrize(
    ("key", "line"),
    [("a", 1), ("t.a", 4), ("t.b", 3), ("l[2].x", 9), ("l[2].y", 8), ("l[1].x", 7), ("t.quoted", 5), ("nothing", 1)],
)
def test_the_line_of_a_key_is_found(key: str, line: int) -> None:
    text = 'a = 1  # t.a\n# a\n[t]  # a table\na = 2\n"quoted" = 3\n[[ l ]]\nx = 1\n[[l]]\nx = 2\n'
    assert line_of(text, key) == line


# --- every key is read, and says what it is for ---

DEFAULTS = tomllib.loads((HERE / "defaults.toml").read_text(encoding="utf-8"))
SECTIONS = [name for name, value in DEFAULTS.items() if isinstance(value, dict) and name != "mailbox-defaults"]
KEYS = ["policy", *(f"{s}.{k}" for s in SECTIONS for k in DEFAULTS[s])]


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_is_really_read(tmp_path: Path, key: str) -> None:
    """A value of a kind that no setting has must be refused; a setting that nobody reads would let it pass."""
    assert f"key '{key}'" in refusal(tmp_path, f"{key} = 1979-05-27")


@pytest.mark.parametrize("key", DEFAULTS["mailbox-defaults"])
def test_every_setting_of_a_mailbox_is_really_read(tmp_path: Path, key: str) -> None:
    rest = "" if key == "host" else 'host = "mail.example"\n'
    assert f"key 'mailbox.main.{key}'" in refusal(tmp_path, f"[mailbox.main]\n{rest}{key} = 1979-05-27")


@pytest.mark.parametrize("path", [HERE / "defaults.toml", *sorted(POLICIES.glob("*.toml"))], ids=lambda p: p.name)
def test_every_setting_says_what_it_is_for(path: Path) -> None:
    """On its own line, or above it and the keys that stand with it; rows of one table above the first of them."""
    told, table, unsaid = False, "", []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            told = True
        elif line.startswith("["):
            told, table = told or line == table, line
        elif not line.strip():
            told = False
        elif re.match(r"\w+ =", line) and not told and "#" not in line:
            unsaid.append(f"{path.name}, line {number}")
        if table.startswith("[[") and re.match(r"\w+ =", line):
            told = True
    assert not unsaid


# --- policies ---


def a_policy(home: Path, old: str = "", new: str = "") -> str:
    text = (POLICIES / "general.toml").read_text(encoding="utf-8")
    assert old in text
    (home / "ours.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return "ours.toml"


def policy_refusal(home: Path, old: str, new: str) -> str:
    with pytest.raises(SettingsError) as refused:
        load_policy(a_policy(home, old, new), home)
    assert "ours.toml" in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("name", POLICY_NAMES)
def test_every_policy_that_we_ship_can_be_put_in_force(name: str) -> None:
    policy = load_policy(name)
    check_policy(policy)
    assert policy.name
    assert policy.version
    assert policy.thresholds
    assert policy.lanes


@pytest.mark.parametrize("name", POLICY_NAMES)
@pytest.mark.parametrize(
    "address", ["a.member@parliament.uk", "desk@ico.org.uk", "pc@force.police.uk", "x@county.gov.uk"]
)
def test_no_policy_lets_those_be_restricted_whom_the_law_protects(name: str, address: str) -> None:
    assert is_never_restricted(address, load_policy(name))


def test_a_council_s_own_policy_is_named_by_its_file(tmp_path: Path) -> None:
    policy = load_policy(a_policy(tmp_path, "\nversion = ", '\nversion = "ours 3"  # '), tmp_path)
    assert policy.version == "ours 3"


def test_an_unknown_policy_is_refused_and_those_there_are_named() -> None:
    with pytest.raises(SettingsError, match="there is no policy 'kind'; there are general, principal, saltash"):
        load_policy("kind")


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("review_months = ", "reveiw_months = ", "decision.reveiw_months", "no such setting"),
        ("review_months = ", "# review_months = ", "decision.review_months", "is missing"),
        ("review_months = ", 'review_months = "six"  # ', "decision.review_months", "a whole number"),
        ("recent_days = ", "recent_days = 0.5  # ", "mail.recent_days", "a whole number"),
        ("never_restrict = ", "spare_nobody = ", "mail.spare_nobody", "no such setting"),
        ("at_least = ", "at_least = 50  # ", "flags[1].at_least", "from 0 to 1"),
        ("at_least = ", "# at_least = ", "flags[1].at_least", "is missing"),
        ("\nlane = ", "\nlane = 3  # ", "lanes[1].lane", "a text"),
        ("\nlane = ", "\nlame = ", "lanes[1].lame", "no such setting"),
        ("[mail]", "[post]", "post", "no such setting"),
    ],
)
def test_a_policy_with_a_slip_of_the_pen_is_refused_where_it_stands(
    tmp_path: Path, old: str, new: str, key: str, said: str
) -> None:
    words = policy_refusal(tmp_path, old, new)
    assert f"key '{key}'" in words
    assert said in words
    assert re.search(r"line [1-9]\d*", words)


@pytest.mark.parametrize("column", ["flag", "about", "lane", "stage", "measure"])
def test_a_policy_that_names_what_does_not_exist_is_not_put_in_force(column: str) -> None:
    policy = load_policy("general")
    wrong = {
        "flag": replace(policy, thresholds=(replace(policy.thresholds[0], flag="rudeness"),)),
        "about": replace(policy, thresholds=(replace(policy.thresholds[0], about="rudeness"),)),
        "lane": replace(policy, lanes=(LaneRule("rudeness", ("flag:abuse",)),)),
        "stage": replace(policy, stages=("rudeness",)),
        "measure": replace(policy, diverting=("rudeness",)),
    }[column]
    with pytest.raises(PolicyError, match="rudeness"):
        check_policy(wrong)


def test_a_review_after_the_end_is_no_review() -> None:
    with pytest.raises(PolicyError, match="review"):
        check_policy(replace(load_policy("general"), review_months=13, longest_months=12))
