"""What our own mail server said of the sender (Authentication-Results, RFC 8601), and nothing anybody else wrote.

Anyone can write such a field into a letter. Section 5 asks the border to remove those that bear its own name, yet not
every server does, so position decides as well. Fields stand in the order they were added, newest on top:

* Above the topmost Received stands only what our own servers wrote: every trusted field there counts.
* Otherwise the first trusted field in the run of trace fields that begins with the topmost Received counts, alone. A
  field below it, or below the first field that is the sender's own (From, Date, DKIM-Signature ...), never does.

Where the border writes none of its own and does not remove others', a forger may still write one at the very top of
his letter: the names in the setting must therefore be of servers that always write theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.intake.fields import Fields
from bot.intake.header_text import raw_text
from models.message import Authentication, Verdict

_NAME = "authentication-results"
_TRACE = frozenset(["received", "x-received", "received-spf", "return-path", "delivered-to", "x-original-to",
                    "envelope-to", "x-envelope-from", "x-envelope-to", "x-google-smtp-source", "arc-seal",
                    "arc-message-signature", "arc-authentication-results", _NAME])  # fmt: skip
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.I)
_PROPERTY = re.compile(
    r"(?:smtp\.mailfrom|smtp\.helo|header\.d|header\.i|header\.from)\s*=\s*\"?([^\s;\"]{1,300})", re.I
)
_VERDICTS = {"pass": Verdict.PASS, "bestguesspass": Verdict.PASS, "fail": Verdict.FAIL, "hardfail": Verdict.FAIL,
             "softfail": Verdict.FAIL, "policy": Verdict.FAIL}  # fmt: skip
_LONGEST = 10_000


def authentication(fields: Fields, *, trusted_authservs: frozenset[str], sender_domain: str) -> Authentication:
    """The trusted results that speak about the domain in From.

    SPF and DKIM count only where they vouch for that domain, its parent or its child (the relaxed alignment of RFC 7489
    section 3.1, without the list of public suffixes): a pass for another domain says nothing of this sender. Servers'
    names are compared without regard to case; "" trusts results that name no server, as Microsoft 365 writes them.
    """
    trusted = frozenset(name.strip().lower() for name in trusted_authservs)
    merged = Authentication()
    for server, results in _trusted(fields, trusted):
        merged = _better_told(merged, _read(server, results, sender_domain))
    return merged


def _is_trusted(server: str, trusted: frozenset[str]) -> bool:
    """Whether this authserv-id is one of ours; "*.council.example" stands for every host of that domain."""
    return server in trusted or any(name.startswith("*.") and server.endswith(name[1:]) for name in trusted)


def _trusted(fields: Fields, trusted: frozenset[str]) -> list[tuple[str, list[str]]]:
    above, below = _written_by_us(fields)
    known = [told for told in map(_told, above) if _is_trusted(told[0], trusted)]
    return known or [told for told in map(_told, below) if _is_trusted(told[0], trusted)][:1]


def _written_by_us(fields: Fields) -> tuple[list[bytes], list[bytes]]:
    """The fields above the topmost Received, and those in the run of trace fields that begins with it."""
    above: list[bytes] = []
    below: list[bytes] = []
    received = False
    for name, value in fields.pairs:
        if received and name not in _TRACE:
            break
        received = received or name == "received"
        if name == _NAME:
            (below if received else above).append(value)
    return (above, below) if received else ([], [])


def _told(value: bytes) -> tuple[str, list[str]]:
    items = _without_comments(raw_text(value[:_LONGEST])).split(";")
    first = items[0].split()
    if "=" in items[0] or not first:
        return "", items
    return first[0].strip('"').lower(), items[1:]


def _without_comments(text: str) -> str:
    return "".join(_outside_comments(text))


def _outside_comments(text: str) -> Iterator[str]:
    depth = 0
    for stretch in re.split(r"([()])", text):
        if stretch in ("(", ")"):
            depth = max(0, depth + (1 if stretch == "(" else -1))
        elif depth == 0:
            yield stretch


def _read(server: str, results: list[str], domain: str) -> Authentication:
    said: dict[str, list[Verdict]] = {"spf": [], "dkim": [], "dmarc": []}
    for item in results:
        if result := _RESULT.match(item):
            method = result[1].lower()
            if _aligned(item, domain) or (method == "dmarc" and not _PROPERTY.search(item)):
                said[method].append(_VERDICTS.get(result[2].lower(), Verdict.NONE))
    return Authentication(
        spf=_best(said["spf"]),
        dkim=_best(said["dkim"]),
        dmarc=_best(said["dmarc"][:1]),
        trusted_by=server or "(unnamed)",
    )


def _best(said: list[Verdict]) -> Verdict:
    """One sound signature is enough, however many others were broken on the way (RFC 6376 section 6.1)."""
    return next((verdict for verdict in (Verdict.PASS, Verdict.FAIL) if verdict in said), Verdict.NONE)


def _aligned(item: str, domain: str) -> bool:
    named = [value.rpartition("@")[2].strip("<>.").lower() for value in _PROPERTY.findall(item)]
    return bool(domain) and any(_same_house(one, domain) for one in named if one)


def _same_house(one: str, other: str) -> bool:
    return one == other or ("." in other and one.endswith("." + other)) or ("." in one and other.endswith("." + one))


def _better_told(first: Authentication, other: Authentication) -> Authentication:
    """The upper field stands; what it is silent about is taken from the lower one."""
    if not first.trusted_by:
        return other
    return Authentication(
        spf=first.spf if first.spf is not Verdict.NONE else other.spf,
        dkim=first.dkim if first.dkim is not Verdict.NONE else other.dkim,
        dmarc=first.dmarc if first.dmarc is not Verdict.NONE else other.dmarc,
        trusted_by=first.trusted_by,
    )
