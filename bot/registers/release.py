"""The copies that may be published: drafted for a person to read, signed off by them, kept to the byte."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from bot.paper import kept_paper
from bot.registers.access import Named, log_view
from bot.registers.cautionary import log_look
from bot.registers.difference import Difference, refuse_if_it_singles_out
from bot.registers.sheets import FORMS, Sheet, csv_of, made
from bot.work import Work, verb
from models.cautionary import CautionaryRelease
from models.errors import Refused
from models.officer import Permission
from models.view import Register

FILES = {Register.SECTION_19: "section-19", Register.CAUTIONARY: "cautionary"}


@dataclass(frozen=True, slots=True)
class Copy:
    """A redacted copy. `sha256` is of its rows and its note: what the person who signs off says they have read.

    `difference`: what it adds to the last one released; None for the first.
    """

    register: Register
    sheet: Sheet
    difference: Difference | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(csv_of(self.sheet) + b"\n" + self.sheet.above.encode()).hexdigest()

    def files(self) -> dict[str, bytes]:
        """The copy as CSV, ODS and PDF, by file name, with its covering note."""
        stem = f"{FILES[self.register]}.redacted"
        found = {f"{stem}.{form}": made(self.sheet, form) for form in FORMS}
        return {**found, f"{stem}.note.txt": self.sheet.above.encode()}


@verb("register.release", needs=Permission.RELEASE_REGISTER)
def release(work: Work, name: Named, copy: Copy, *, seen: str, words: str, despite: str = "") -> Mapping[str, bytes]:
    """Sign off and release the redacted section 19 register: exactly the copy that was read, kept with its hashes.

    `seen`: the SHA-256 of the copy that the person read; `words`: what they checked it for (INV-18, PUB-05);
    `despite`: why it goes out though what differs from the last one would tell of one entry.
    """
    words = _signed_off(copy, seen, words, despite)
    files = copy.files()
    kept = {n: kept_paper(work, c, media_type=_media_type(n), title=copy.sheet.title) for n, c in files.items()}
    purpose = f"{words} (" + ", ".join(f"{n}: {paper.sha256}" for n, paper in kept.items()) + ")"
    view = log_view(work, name, how="released", entries=len(copy.sheet.rows), purpose=purpose, copy="redacted")
    work.note("register.release", view, digest=copy.sha256)
    return files


@verb("cautionary.release", needs=Permission.RELEASE_REGISTER)
def release_cautionary(
    work: Work, name: Named, copy: Copy, *, seen: str, words: str, despite: str = ""
) -> Mapping[str, bytes]:
    """The same for the cautionary register, in its own store."""
    words = _signed_off(copy, seen, words, despite)
    files = copy.files()
    log_look(work, name, how="released, redacted", entries=len(copy.sheet.rows), purpose=words)
    rows = [
        CautionaryRelease(
            at=work.now,
            by=work.actor.name,
            words=words,
            name=file,
            media_type=_media_type(file),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
        )
        for file, content in files.items()
    ]
    work.session.add_all(rows)
    work.session.flush()
    work.note("cautionary.release", rows[0], digest=copy.sha256)
    return files


def _signed_off(copy: Copy, seen: str, words: str, despite: str) -> str:
    """What is kept of it: what was checked, what differs from the last copy, and why it went out despite that."""
    if not words.strip():
        raise Refused("say what you checked before this goes out: --checked")
    if seen.strip().lower() != copy.sha256:
        raise Refused(
            "this is not the copy that you read: the register, or the policy, has changed since, or no copy was read. "
            "Make it again with `evenhand register redacted`, read it, and give the SHA-256 that it tells you"
        )
    refuse_if_it_singles_out(copy.difference, despite)
    told = copy.difference.in_words() if copy.difference is not None else "There is no earlier copy."
    reason = [f"Despite that: {despite.strip()}"] if despite.strip() else []
    return "\n".join([words.strip(), told, *reason])


def _media_type(file: str) -> str:
    return FORMS.get(file.rpartition(".")[2], "text/plain")
