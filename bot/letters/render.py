"""How a letter looks: the PDF on the council's letterhead, and the same words as plain text for e-mail.

The address stands where window envelopes and GOV.UK Notify look for it (24.6 mm from the left and 39.5 mm from the top:
docs.notifications.service.gov.uk, letter specification).
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import date

from bot import paper
from bot.letters.check import THIRD_PARTY
from bot.letters.template import ENCLOSED
from bot.letters.words import in_words
from models.letter import Letter

LARGE, USUAL = 18, 11  # points; 18 is what is called large print (RNIB Clear Print)

_FRAME = {
    "en": {"ours": "Our reference", "yours": "Yours sincerely", "with": "Enclosed", "policy": "our policy"},
    "cy": {"ours": "Ein cyfeirnod", "yours": "Yn gywir", "with": "Amgaeir", "policy": "ein polisi"},
}
_LANGUAGE = {"en": "en-GB", "cy": "cy"}
_STYLE = """
@page { margin: 14mm 20mm 22mm 24.6mm } @page :first { margin-top: 14mm }
.head { height: 25.5mm; text-align: right; font-size: 9pt; line-height: 1.3 }
.head strong { font-size: 14pt; display: block; margin-bottom: 1mm }
.to { height: 27mm; width: 92mm; line-height: 1.25; margin-bottom: 9mm; overflow-wrap: anywhere }
h1 { font-size: 1.2em; margin: 1.2em 0 .8em } h2 { font-size: 1.05em }
.signed { break-inside: avoid; break-before: avoid; margin-top: 1.5em }
.signed .name { margin-top: 14mm }
"""
_LARGE_STYLE = """
@page { @bottom-center { font-size: 16pt } }
.head { height: auto; min-height: 25.5mm; font-size: 16pt } .head strong { font-size: 20pt }
.to { height: auto; width: auto }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The council at the head of its letters. `address`: lines; `policy`: what the enclosed policy is called."""

    name: str
    address: tuple[str, ...] = ()
    telephone: str = ""
    email: str = ""
    policy: str = ""

    def lines(self) -> list[str]:
        return [line for line in (*self.address, self.telephone, self.email) if line]


def as_pdf(letter: Letter, head: Letterhead, *, on: date, signed_by: str, reference: str = "") -> bytes:
    """The letter's PDF: the same letter, date and hand always give the same bytes. Refused where none can be made."""
    frame = _FRAME[letter.language]
    heading = "<br>".join(paper.text(line) for line in head.lines())
    address = "<br>".join(paper.text(line) for line in address_lines(letter))
    salutation, _, rest = letter.body.partition("\n")
    signed = "<br>".join(paper.text(line) for line in signature(signed_by))
    body = (
        f'<div class="head"><strong>{paper.text(head.name)}</strong>{heading}</div>'
        f'<div class="to">{address}</div>'
        f"<p>{paper.text(in_words(on, letter.language))}<br>{paper.text(_reference(letter, reference))}</p>"
        f"<p>{paper.text(salutation)}</p><h1>{paper.text(letter.subject)}</h1>{paper.paragraphs(rest)}"
        f'<div class="signed"><p>{frame["yours"]}</p><p class="name">{signed}<br>{paper.text(head.name)}</p>'
        f"{''.join(f'<p>{paper.text(words)}</p>' for words in _enclosed(letter, head))}</div>"
    )
    style = _STYLE + (_LARGE_STYLE if letter.large_print else "")
    return paper.pdf_of(
        body,
        title=letter.subject,
        language=_LANGUAGE[letter.language],
        points=LARGE if letter.large_print else USUAL,
        style=style,
    )


def as_text(letter: Letter, head: Letterhead, *, on: date, signed_by: str, reference: str = "") -> str:
    """The letter in plain text, as the body of an e-mail; lines of at most 76 characters."""
    frame = _FRAME[letter.language]
    salutation, _, rest = letter.body.partition("\n")
    blocks = [
        "\n".join([head.name, *head.lines()]),
        f"{in_words(on, letter.language)}\n{_reference(letter, reference)}",
        salutation,
        letter.subject,
        *(_wrapped(block) for block in rest.strip().split("\n\n")),
        frame["yours"],
        "\n".join([*signature(signed_by), head.name]),
    ]
    blocks += [_wrapped(words) for words in _enclosed(letter, head)]
    return "\n\n".join(blocks) + "\n"


def signature(signed_by: str) -> list[str]:
    """Name and title, each on a line of its own: "R. Trelawny, Town Clerk"."""
    return [part.strip() for part in signed_by.split(",", 1) if part.strip()]


def address_lines(letter: Letter) -> list[str]:
    """Name and postal address as on an envelope, at most seven lines."""
    lines = [line.strip(" ,") for line in letter.postal_address.replace("\r", "").splitlines()]
    if len(lines) == 1:
        lines = [part.strip() for part in lines[0].split(",")]
    lines = [line for line in lines if line]
    kept = lines if len(lines) <= 6 else [*lines[:5], ", ".join(lines[5:])]
    return [letter.recipient, *kept]


def _reference(letter: Letter, reference: str) -> str:
    # CON-04: somebody else's letter does not carry the reference of a case.
    own = "" if letter.kind in THIRD_PARTY else reference
    words = f"{own} / {letter.id}" if own else str(letter.id)
    return f"{_FRAME[letter.language]['ours']}: {words}"


def _enclosed(letter: Letter, head: Letterhead) -> list[str]:
    """What goes with the letter, at its foot: what a person named, then the policy."""
    frame, named = _FRAME[letter.language], letter.contents.get(ENCLOSED, "").rstrip(". ")
    things = [named] * bool(named) + [f"{frame['policy']}, {head.policy}".rstrip(", ")] * letter.encloses_policy
    return [f"{frame['with']}: {'; '.join(things)}"] * bool(things)


def _wrapped(block: str) -> str:
    lines = []
    for line in block.splitlines():
        after = "  " if line.startswith("- ") else ""
        line = line.removeprefix("## ")
        lines += textwrap.wrap(line, 76, subsequent_indent=after, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines)
