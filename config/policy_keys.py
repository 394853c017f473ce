"""The keys of a policy's file with what each means and where it comes from, read from the comments beside them.

Before a key stands what it means, behind it the paragraph: `evenhand policy keys` shows both, and
docs/casework/policy.md is made of them by `python -m config.policy_keys`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TABLE = re.compile(r"\[([a-z_.]+)\]\s*(?:#.*)?$")
_KEY = re.compile(r"(\w+)\s*=\s*(.*)$")
HERE = Path(__file__).parent
DOCUMENTED = ("saltash", "principal")
PAGE = HERE.parent / "docs" / "casework" / "policy.md"


@dataclass(frozen=True, slots=True)
class Key:
    """
    name     with its table: "clocks.foi_days"
    meaning  the comment before it
    source   the comment behind it: a paragraph of the policy, or the law
    value    as it was read
    """

    name: str
    meaning: str
    source: str
    value: object


def keys_of(path: Path) -> list[Key]:
    """Every key of a policy's procedure, in the order written; flags and lanes, and letters, are shown apart."""
    text = path.read_text(encoding="utf-8")
    read, found, table, above = tomllib.loads(text), list[Key](), "", list[str]()
    for line in text.splitlines():
        if line.startswith("[["):
            break
        if line.startswith("# "):
            above.append(line[2:].strip())
        elif head := _TABLE.match(line):
            table, above = head[1], []
        elif key := _KEY.match(line):
            if not table.startswith("letters."):
                name = f"{table}.{key[1]}" if table else key[1]
                found.append(Key(name, " ".join(above), _behind(key[2]), _value(read, name)))
            above = []
        elif not line.strip():
            above = []
    return found


def _behind(rest: str) -> str:
    """The comment behind a value; a number sign within quotes begins none."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', lambda found: "x" * len(found[0]), rest)
    at = bare.find("#")
    return rest[at + 1 :].strip() if at >= 0 else ""


def _value(read: object, name: str) -> object:
    for part in name.split("."):
        read = read[part] if isinstance(read, dict) else None
    return read


def in_words(value: object) -> str:
    """A value for a person: yes and no, lists with commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ("; " if any(isinstance(v, str) and "," in v for v in value) else ", ").join(map(str, value)) or "none"
    return str(value) if value != "" else "none"


def page() -> str:
    """The whole of docs/casework/policy.md."""
    files = {name: keys_of(HERE / "policies" / f"{name}.toml") for name in DOCUMENTED}
    letters = tomllib.loads((HERE / "policies" / f"{DOCUMENTED[0]}.toml").read_text(encoding="utf-8"))["letters"]
    lines = [_HEAD]
    table = None
    other = {key.name: key for key in files["principal"]}
    for key in files["saltash"]:
        group = key.name.rpartition(".")[0]
        if group != table:
            table = group
            lines += ["", f"## [{group}]" if group else "## At the top", ""]
            lines += ["| key | what it means | Saltash | principal council |", "|---|---|---|---|"]
        there = other.get(key.name)
        lines.append(f"| `{key.name.rpartition('.')[2]}` | {key.meaning} | {_cell(key)} | {_cell(there)} |")
    lines += [
        "",
        "## [letters.KIND]",
        "",
        _LETTERS,
        "",
        "| letter | contents | source | policy enclosed |",
        "|---|---|---|---|",
    ]
    for name, rule in letters.items():
        contents = ", ".join(f"`{content}`" for content in rule["contents"])
        lines.append(f"| `{name}` | {contents} | {rule['source']} | {'yes' if rule['enclose_policy'] else 'no'} |")
    lines += ["", "What each content is:", "", "| content | what it is |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in CONTENTS.items()]
    return "\n".join([*lines, "", _TAIL, ""])


def _cell(key: Key | None) -> str:
    if key is None:
        return "not asked for"
    words = in_words(key.value)
    short = words if len(words) <= 90 else words[:87].rstrip() + " ..."
    return f"{short} · {key.source}".replace("*", "\\*") if key.source else short


# What each content of a letter is (INV-14); a letter's words for it stand in the letter as one passage.
CONTENTS: Mapping[str, str] = {
    "acknowledge": "please acknowledge this letter, and by when",
    "adjustments": "whether the customer needs help or another form, and that we will look at it",
    "answer": "the answer itself",
    "by_when": "the new last day",
    "challenge": "where this can be challenged",
    "clarify": "what must be made clearer, or who is asking",
    "concern": "that the conduct is becoming a concern, and which conduct",
    "conduct": "the words or acts that are meant",
    "contact": "whom to contact, and how",
    "cost_limit": "that the request would cost more than the law's limit",
    "court": "that a court can be asked",
    "decision": "what was decided, by whom and when",
    "effective": "from which day",
    "estimate": "how the time was estimated",
    "exception": "the exception of the EIR that is relied upon",
    "exceptional_circumstances": "why it could not wait for a warning",
    "extended": "that more time is needed",
    "fee": "how much is asked for, and under which law",
    "further_action": "what may follow if it goes on",
    "further_requests": "that further requests on the issue will likely be so treated",
    "future_restriction": "that contact may be restricted if it goes on",
    "help": "what help we give with a request",
    "how_long": "from when until when",
    "ico": "the right to go to the Information Commissioner",
    "inspect": "what can be looked at free of charge",
    "internal_review": "the right to an internal review, and how to ask for it",
    "lifted": "that the restrictions have ended",
    "made_up": "what a fee is for, and how it is made up",
    "marker": "that a marker is set",
    "meaning": "what it means for the customer's contact with us",
    "meeting": "a meeting is offered, or why none is",
    "moderate": "the request to moderate the conduct",
    "named_contact": "the one person to write to from now on",
    "narrow": "how the request could be narrowed",
    "nature": "the nature of the threat or risk",
    "next_review": "when it is reviewed next",
    "no_further_correspondence": "that no correspondence on this will be entered into",
    "no_new_information": "that nothing new was found in what was sent",
    "normal_contact": "that contact is as with anybody else",
    "other_route": "the other route that is open",
    "outcome": "the outcome",
    "own_conduct": "the person's own conduct, and nobody else's",
    "own_enquiries": "that the member makes their own enquiries",
    "paused": "what is paused",
    "pay_by": "how long there is to pay, and what follows if nobody does",
    "please_stop": "the request to stop",
    "policy_enclosed": "that the policy goes with the letter",
    "public_interest": "for and against disclosure, and which weighs more",
    "reasons": "the reasons",
    "received": "what was received, and when",
    "request_for_help": "what the member is asked to help with",
    "review_date": "the day of the review",
    "review_right": "how to have the decision looked at again, and by whom",
    "rights": "the person's rights in their data",
    "section": "the section of the Act that is relied upon",
    "statutory_requests": "how to make statutory requests and raise new or urgent matters",
    "what_next": "what happens next, and when",
    "who_decided": "who decided, and that they took no part before",
    "who_sees": "who may see it",
    "why": "why, with examples and dates",
    "will_be_read": "that what is sent will still be read",
}

_HEAD = """# The policy as settings

A council's policy is one file. Three come with the program, in `config/policies`: `saltash` (a town council, after
Saltash's draft of April 2022), `principal` (a principal council, after the Ombudsman's guide) and `general` (the
lawful minimum, for replays and practice). Copy one beside your `evenhand.toml`, write your own council's policy into
it, and name the file there: `policy = "ourtown.toml"`. Under `general` a council's own store logs and reads mail and
restricts nobody: no decision is recorded without a case behind it, and a council that has decided cannot change to it.

`evenhand policy show` says in plain words what is in force, `evenhand policy check FILE` all that is wrong or doubtful
in it, each with its line, what the key is for and its paragraph, `evenhand policy keys` every key, and `evenhand
rehearse --policy FILE` plays a whole case under it. Nothing may be left out, and nothing that contradicts itself, the
council's own readings of its tracked changes, or the law is taken: the program says which key and why, and does not
start. The version stands on every decision and letter; change it whenever the file changes.

S§ is a section of Saltash's policy, T1 to T21 its tracked changes, L the published answer on Leicester's registers,
"guide" the Local Government and Social Care Ombudsman's guide on unreasonable actions. This page is made from the
comments in the files by `python -m config.policy_keys`."""
_LETTERS = """For each kind of letter: what it must contain before it can be marked sent, where that is asked for, and
whether the policy goes with it. Every kind of letter must be there. Saltash's:"""
_TAIL = """## [[flags]] and [[lanes]]

What an officer is shown of a contact, from which score on, and where it waits. The first lane whose words fit wins.
Over the file's scores the clerk may ask for more, on record (`evenhand threshold set`), never less."""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
