"""A rule as it is written down: one line of JSON, the same for every adapter, and what may not be written at all."""

from __future__ import annotations

import json
import re
from datetime import date

from bot.mailbox.ports import MailboxRefused, Rule

_LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, as corrected by erratum 1690
_LONGEST_FOLDER = 200
_SPECIAL = re.compile(r'[\s"\\<>()\[\],;:@]')
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)*")


def written(rule: Rule) -> str:
    """The rule as one line of ASCII; equal rules give equal lines."""
    fields = {
        "restriction": rule.restriction,
        "addresses": sorted(rule.addresses),
        "folder": rule.folder,
        "starts_on": rule.starts_on.isoformat(),
        "ends_on": rule.ends_on.isoformat(),
    }
    return json.dumps(fields, sort_keys=True)


def read_back(line: str) -> Rule:
    """The rule in such a line. ValueError when it is not one of ours, word for word."""
    try:
        fields = json.loads(line)
        rule = Rule(
            restriction=int(fields["restriction"]),
            addresses=tuple(str(address) for address in fields["addresses"]),
            folder=str(fields["folder"]),
            starts_on=date.fromisoformat(fields["starts_on"]),
            ends_on=date.fromisoformat(fields["ends_on"]),
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError("not a rule as we write it") from error
    if written(rule) != line:
        raise ValueError("not a rule as we write it")
    return rule


def in_order(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The order in which rules are written, whoever asks: the same rules always make the same text."""
    return tuple(sorted(rules, key=written))


def is_address(address: str) -> bool:
    """Whether a rule can carry it: an ordinary address, without quotes, spaces, brackets or control characters."""
    local, at, domain = address.rpartition("@")
    return bool(
        at
        and local
        and len(address) <= _LONGEST_ADDRESS
        and _plain(address)
        and not _SPECIAL.search(local)
        and _DOMAIN.fullmatch(domain)
    )


def unfit(rule: Rule) -> str:
    """Why no adapter may write this rule, in plain words without the address itself; empty when it may."""
    if not rule.addresses:
        return f"the rule of restriction {rule.restriction} names no sender address"
    for number, address in enumerate(rule.addresses, start=1):
        if not is_address(address):
            return f"address {number} of restriction {rule.restriction} does not look like an e-mail address"
    if not _is_folder(rule.folder):
        return f"the folder of restriction {rule.restriction} has no name that a rule can carry"
    return ""


def refuse_unfit(rules: tuple[Rule, ...]) -> None:
    """MailboxRefused naming every rule that may not be written, so that a caller can leave out just those."""
    reasons = [reason for rule in rules if (reason := unfit(rule))]
    if reasons:
        raise MailboxRefused("; ".join(reasons))


def _is_folder(folder: str) -> bool:
    return bool(folder.strip()) and len(folder) <= _LONGEST_FOLDER and _plain(folder)


def _plain(text: str) -> bool:
    # "${" would be read as a variable where the clerk's own script asks for RFC 5229 or RFC 5228's encoded characters.
    return text.isprintable() and "${" not in text
