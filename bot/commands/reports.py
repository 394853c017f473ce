"""Commands that make papers for committees, ombudsmen and tribunals. They stand under `evenhand report`."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import click

from bot.commands.door import Day, Door, group, leaf
from bot.commands.learning import REPORTS
from bot.reports import make
from bot.reports.bundle import Bundle
from bot.reports.kept import NOT_HERE
from models.case import find_case
from models.customer import by_reference
from models.errors import Refused
from models.issue import find_issue
from models.request import find_request

PURPOSES = ("initial_warning", "formal_warning", "stage_two", "review", "extension", "urgent")
OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF to write.")


@leaf(
    "contact-log",
    click.option("--customer", required=True, help="The customer's reference."),
    click.option("--matter", type=int, help="Of one matter only, by its number."),
    click.option("--since", type=Day(), help="From this day on."),
    OUT,
    help="The contact log of one customer as a PDF: dates, times, nature, counts, a chart, the council's own delays.",
)
def report_contact_log(door: Door, *, customer: str, matter: int | None, since: date | None, out: Path) -> None:
    with door.work() as (app, work):
        found = by_reference(work.session, customer)
        issue = find_issue(work.session, matter) if matter else None
        paper = make.contact_log(work, found, council=app.settings.council.name, since=since, issue=issue)
        content, sha256 = paper.content, paper.sha256
    _write(door, out, content, sha256)


@leaf(
    "committee",
    click.option("--case", "reference", required=True, help="The case's reference."),
    click.option(
        "--purpose", type=click.Choice(PURPOSES), default="stage_two", show_default=True, help="What it is about."
    ),
    click.option("--body", required=True, help="To which body: Policy and Finance Committee ..."),
    click.option("--meeting", type=Day(), help="The day of its meeting; else the next in the council's calendar."),
    OUT,
    help="A report for part two of a meeting: a public cover that names nobody, a confidential body, the resolution.",
)
def report_committee(door: Door, *, reference: str, purpose: str, body: str, meeting: date | None, out: Path) -> None:
    with door.work() as (app, work):
        case = find_case(work.session, reference)
        council = app.settings.council.name
        paper = make.committee_report(
            work, case, council=council, policy=app.policy, purpose=purpose, body=body, meeting_on=meeting
        )
        content, sha256 = paper.content, paper.sha256
    _write(door, out, content, sha256)


@leaf(
    "bundle",
    click.option("--case", "case_reference", help="Of this case, by its reference."),
    click.option("--request", "request_reference", help="Of this information request, by its reference."),
    click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="One PDF with everything."),
    click.option(
        "--folder", type=click.Path(path_type=Path, file_okay=False), help="A folder: a file a paper, index.csv."
    ),
    help="The whole file for an ombudsman or a tribunal: history, log, letters, reports, minutes, hashes.",
)
def report_bundle(
    door: Door, *, case_reference: str | None, request_reference: str | None, out: Path | None, folder: Path | None
) -> None:
    if bool(case_reference) == bool(request_reference):
        raise Refused("a bundle is of one case (--case) or of one request (--request)")
    if out is None and folder is None:
        raise Refused("say where it goes: --out FILE.pdf, or --folder DIR")
    with door.work() as (app, work):
        council = app.settings.council.name
        if case_reference:
            bundle = make.case_bundle(work, find_case(work.session, case_reference), council=council)
        else:
            request = find_request(work.session, str(request_reference))
            bundle = make.request_bundle(work, request, council=council, policy=app.policy)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(bundle.as_one())
    if folder is not None:
        _write_folder(bundle, folder)
    rows = [{"number": n, "file": name, "paper": paper, "sha256": sha} for n, name, paper, sha in bundle.index_rows()]
    words = f"{len(rows)} papers: {', '.join(str(p) for p in (out, folder) if p)}"
    left_out = next((str(row["file"]) for row in rows if row["paper"] == NOT_HERE), "")
    if left_out:
        words += f"\nsome papers of it are not kept here: {left_out} says which; add them by hand"
        words += "\n(signed minutes can be kept: `evenhand meeting minutes`)"
    door.show(rows, words)


@leaf(
    "records",
    click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write."),
    help="Every record in the order it came to be, as lines of JSON, with the history's hashes; PERSONAL DATA.",
)
def report_records(door: Door, *, out: Path) -> None:
    with door.work() as (_, work):
        lines = make.records(work)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    door.show({"file": str(out), "records": len(lines)}, f"{len(lines)} records are in {out}")


def _write_folder(bundle: Bundle, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = bundle.index_rows()
    for (_, name, _, _), piece in zip(rows, bundle.pieces, strict=True):
        (folder / name).write_bytes(piece.content)
    with (folder / "index.csv").open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([("number", "file", "paper", "sha256"), *rows])


def _write(door: Door, out: Path, content: bytes, sha256: str) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
    door.show({"file": str(out), "sha256": sha256}, f"{out} is written; SHA-256 {sha256}")


REPORT = group(
    "report",
    *REPORTS,
    report_contact_log,
    report_committee,
    report_bundle,
    report_records,
    help="Papers, and what the rulings say.",
)
COMMANDS = (REPORT,)
