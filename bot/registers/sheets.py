"""A register as a sheet: CSV with stable columns, ODS, and PDF. The same rows always give the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.paper import PDF, paragraphs, pdf_of, table, text

CSV, ODS = "text/csv", "application/vnd.oasis.opendocument.spreadsheet"
FORMS = {"csv": CSV, "ods": ODS, "pdf": PDF}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns and rows of plain words. `above`: what a reader is told first; it goes into PDF and ODS, not into CSV.

    `labels` are the columns as a person reads them.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    above: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(column.replace("_", " ").capitalize() for column in self.columns)


def made(sheet: Sheet, form: str) -> bytes:
    """The sheet in one of FORMS."""
    return {"csv": csv_of, "ods": ods_of, "pdf": sheet_pdf}[form](sheet)


def csv_of(sheet: Sheet) -> bytes:
    """UTF-8, RFC 4180. A cell that a spreadsheet would take for a formula is kept from being one."""
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(sheet.columns)
    writer.writerows([_no_formula(cell) for cell in row] for row in sheet.rows)
    return held.getvalue().encode("utf-8")


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def ods_of(sheet: Sheet) -> bytes:
    """An OpenDocument spreadsheet: every cell a text; of the machine, the day and the hand that made it, nothing."""
    # Loaded on demand: most commands make no sheet.
    from odfdo import Document, Row, Table

    document = Document("spreadsheet")
    document.body.clear()
    sheets: Mapping[str, Sequence[Sequence[str]]] = {sheet.title[:31]: [sheet.labels, *sheet.rows]}
    if sheet.above:
        sheets = {**sheets, "About": [[line.removeprefix("## ")] for line in sheet.above.splitlines() if line.strip()]}
    for name, rows in sheets.items():
        made_table = Table(_sheet_name(name))
        for cells in rows:
            row = Row()
            row.set_values([_printable(cell) for cell in cells], cell_type="string")
            made_table.append_row(row)
        document.body.append(made_table)
    document.language = "en-GB"
    held = io.BytesIO()
    document.save(held)
    return _timeless(held.getvalue())


def _sheet_name(title: str) -> str:
    return "".join(c for c in title if c not in "[]*?:/\\'")


def _printable(cell: str) -> str:
    return "".join(c for c in cell if c in "\t\n" or c >= " ")


def _timeless(content: bytes) -> bytes:
    """The same parts, each dated as the format's own beginning, without what tells of its making."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "meta.xml":
                part = _NO_META
            if name == "styles.xml":
                part = _A_DAY.sub(b"", part)
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part, compress_type=how)
    return held.getvalue()


_A_DAY = re.compile(rb"<text:(date|time)\b.*?</text:\1>", re.S)
_NO_META = (
    b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta '
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"><office:meta/>'
    b"</office:document-meta>"
)


def sheet_pdf(sheet: Sheet) -> bytes:
    """Few columns as a table; a wide sheet as one section for each row, so that nothing is cut off or set too small."""
    wide = len(sheet.columns) > 7
    body = f"<h1>{text(sheet.title)}</h1>" + paragraphs(sheet.above)
    body += "".join(_section(sheet, row) for row in sheet.rows) if wide else table(sheet.labels, sheet.rows)
    return pdf_of(body, title=sheet.title)


def _section(sheet: Sheet, row: Sequence[str]) -> str:
    said = [(label, cell) for label, cell in zip(sheet.labels[1:], row[1:], strict=True) if cell]
    lines = "".join(f'<tr><th scope="row">{text(label)}</th><td>{_lines(cell)}</td></tr>' for label, cell in said)
    return f"<h2>{text(row[0])}</h2><table><tbody>{lines}</tbody></table>"


def _lines(cell: str) -> str:
    return "<br>".join(text(part) for part in cell.split("; "))
