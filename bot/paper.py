"""Papers: pages laid out for print and for screen readers, and kept as the bytes that they are.

PDF by WeasyPrint as PDF/UA-1 (tagged, with a title and a language). Nothing is fetched: a page that names a picture or
a style elsewhere is made without it. What a PDF needs of the machine and lacks is said by its name.
"""

from __future__ import annotations

import hashlib
import html
import logging
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.readable import as_written
from bot.work import Work
from models.calendar import COUNCIL_ZONE
from models.errors import Refused
from models.letter import Paper

PDF = "application/pdf"
_LACKING = (
    "PDFs cannot be made on this machine: the libraries that lay out text are missing. On Debian and Ubuntu: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
)
_STYLE = """
@page { size: A4; margin: 22mm 20mm 24mm 20mm;
  @bottom-center { content: "Page " counter(page) " of " counter(pages); font: 9pt "DejaVu Sans", sans-serif } }
html { font: %dpt/1.45 "DejaVu Sans", Arial, sans-serif; color: #111 }
h1 { font-size: 1.45em; line-height: 1.2; margin: 0 0 .6em } h2 { font-size: 1.15em; margin: 1.3em 0 .4em }
h3 { font-size: 1em; margin: 1em 0 .3em }
p { margin: 0 0 .75em; text-align: left } ul { margin: 0 0 .75em; padding-left: 1.2em }
h1, h2, h3 { break-after: avoid } table { width: 100%%; border-collapse: collapse; margin: 0 0 1em; font-size: .85em }
th, td { text-align: left; vertical-align: top; border-bottom: .5pt solid #999; padding: .25em .5em .25em 0;
  overflow-wrap: break-word } thead { display: table-header-group } tr { break-inside: avoid }
.small { font-size: .85em } .apart { break-before: page }
"""


def pdf_of(body: str, *, title: str, language: str = "en-GB", points: int = 11, style: str = "") -> bytes:
    """The PDF of a page's body, in HTML. `points`: the size of its type (18 for large print). `style`: CSS after ours.

    The same body always gives the same bytes, so that a paper can be known by its hash. Refused where the machine
    lacks what it needs.
    """
    page = (
        f'<!doctype html><html lang="{html.escape(language)}"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{_STYLE % points}{style}</style></head><body>{body}</body></html>"
    )
    try:
        # Loaded on demand: it takes a second or more, and most commands print nothing.
        import weasyprint
    except OSError as error:
        raise Refused(_LACKING) from error
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    nothing_fetched = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
    made: bytes | None = weasyprint.HTML(string=page, url_fetcher=nothing_fetched).write_pdf(pdf_variant="pdf/ua-1")
    if made is None:
        raise Refused("the PDF could not be made")
    return made


def kept_paper(work: Work, content: bytes, *, media_type: str, title: str) -> Paper:
    """These bytes, kept under their SHA-256 for ever. The same bytes are kept once. The caller notes what for."""
    number = hashlib.sha256(content).hexdigest()
    found = work.session.get(Paper, number)
    if found is None:
        found = Paper(sha256=number, content=content, media_type=media_type, title=title, kept_at=work.now)
        work.session.add(found)
        work.session.flush()
    return found


# --- pieces of a page ------------------------------------------------------------------------------------------------


def text(words: object) -> str:
    """Any words, safe inside a page; what no page can hold, or would turn the words around it, is left out."""
    return html.escape(as_written(str(words)))


def paragraphs(words: str) -> str:
    """Plain words as a page: blank lines part paragraphs, "## " heads a section, "- " begins a point."""
    made = []
    for block in re.split(r"\n\s*\n", words.strip()):
        lines = block.splitlines()
        if lines and lines[0].startswith("## "):
            made.append(f"<h2>{text(lines.pop(0)[3:])}</h2>")
        points = [line[2:] for line in lines if line.startswith("- ")]
        if lines and len(points) == len(lines):
            made.append("<ul>" + "".join(f"<li>{text(point)}</li>" for point in points) + "</ul>")
        elif lines:
            made.append("<p>" + "<br>".join(text(line) for line in lines) + "</p>")
    return "\n".join(made)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table whose first row is read out as its heads."""
    head = "".join(f'<th scope="col">{text(column)}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(words: object) -> str:
    """A hash or a web address may be broken anywhere, so that it does not push the table off the page."""
    return re.sub(r"[^\s<>&;]{28,}", lambda long: re.sub(r"(.{14})", r"\1<wbr>", long.group()), text(words))


def day(value: date) -> str:
    """As a letter writes it: 1 March 2026."""
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime) -> str:
    """1 March 2026, 14:05, on the council's clock."""
    local = value.astimezone(COUNCIL_ZONE)
    return f"{day(local.date())}, {local:%H:%M}"
