"""An invitation (iCalendar, RFC 5545) as the few lines a reader needs: what, when, where, from whom."""

from __future__ import annotations

import re

_FOLD = re.compile(r"\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]{1,40})((?:;[^:\"]{0,200}|;[^:]{0,40}=\"[^\"]{0,200}\"){0,20}):(.*)")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_SAID = {
    "SUMMARY": "",
    "DTSTART": "From: ",
    "DTEND": "Until: ",
    "LOCATION": "Where: ",
    "ORGANIZER": "Organiser: ",
    "DESCRIPTION": "",
}
_MOST_LINES = 5_000
_MOST_EVENTS = 20


def calendar_to_text(calendar: str) -> str:
    """Readable lines for each event, in the order the calendar gives them; empty when there is none."""
    out: list[str] = []
    depth = events = 0
    for line in _FOLD.sub("", calendar).split("\n")[:_MOST_LINES]:
        upper = line.strip().upper()
        if upper in ("BEGIN:VEVENT", "BEGIN:VTODO"):
            depth, events = 1, events + 1
        elif upper.startswith("BEGIN:") and depth:
            depth += 1  # an alarm inside an event has a description of its own
        elif upper.startswith("END:") and depth:
            depth -= 1
        elif depth == 1 and events <= _MOST_EVENTS:
            out.extend(_said(line))
    return "\n".join(out)


def _said(line: str) -> list[str]:
    match = _LINE.match(line[:20_000])
    if match is None or (label := _SAID.get(match[1].upper())) is None:
        return []
    value = _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], match[3]).strip()
    if match[1].upper() in ("DTSTART", "DTEND"):
        value = _moment(value)
    return [label + re.sub(r"(?i)^mailto:", "", value)] if value else []


def _moment(value: str) -> str:
    found = _MOMENT.match(value)
    if found is None:
        return value
    day = f"{found[1]}-{found[2]}-{found[3]}"
    return f"{day} {found[4]}:{found[5]}{' UTC' if found[6] else ''}" if found[4] else day
