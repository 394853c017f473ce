"""What a rehearsal leaves to look at: registers and their published twins, reports, clocks, records."""

from __future__ import annotations

from datetime import date, timedelta

from bot.paper import day
from bot.rehearsal.cast import Cast
from bot.rehearsal.play import Play
from bot.rehearsal.story import Days, posted


def cautionary(play: Play, cast: Cast) -> Days:
    """An incident on a visit, an entry approved by a second person, the person told, the entry reviewed."""
    yield date(2026, 1, 5)
    for officer in ("clerk", "s.bray"):
        play.say("register", "grant", "cautionary", officer, "--reason", "plans visits, or approves entries")
    play.say("register", "grant", "section 19", "clerk", "--reason", "holds the register")
    yield date(2026, 10, 15)
    incident = play.say(
        *("cautionary", "incident", "--happened", "2026-10-14", "--nature", "animal", "--injury", "minor"),
        *(
            "--place",
            "9 Quay Row, Porthmellin",
            "--reported-by",
            "J. Cotton, lengthsman",
            "--source",
            "incident form 31",
        ),
        *("--words", "A dog off its lead bit the lengthsman's glove at the gate."),
    )
    entry = play.say(
        *("cautionary", "propose", "--incident", _number(incident, "incident"), "--whom", "premises"),
        *("--address", "9 Quay Row, Porthmellin", "--category", "low", "--seen-by", "officers who visit"),
        *("--title", cast.title, "--reason", "A dog runs loose at the gate; telephone before a visit."),
    )
    reference = _number(entry, "entry")
    yield date(2026, 10, 16)
    play.say(
        *("cautionary", "approve", reference, "--title", cast.second.partition(", ")[2]),
        *("--reason", "Read with the incident form; low, and for six months."),
        officer="s.bray",
    )
    notice = play.say(
        *(
            "letter",
            "draft",
            "cautionary_notice",
            "--recipient",
            "The occupier",
            "--address",
            "9 Quay Row, Porthmellin",
        ),
        *("--passage", "nature=On 14 October a dog off its lead bit the glove of one of our workers at your gate."),
        *("--passage", "marker=We have noted that a dog may be loose at this address, so that staff telephone first."),
        *("--passage", "who_sees=Only officers who visit can see the note."),
        "--passage",
        f"review_date=We will look at it again by {_day(entry, 'review_on')}. It ends on {_day(entry, 'ends_on')} at "
        "the latest.",
    )
    letter = posted(play, int(notice["letter"]), "cautionary_notice", cast.head)
    play.say("cautionary", "told", reference, "--letter", letter, "--title", cast.title, "--reason", "By letter.")
    yield date.fromisoformat(_number(entry, "review_on")) - timedelta(days=1)
    play.say(
        *("cautionary", "review", reference, "--title", cast.title),
        *("--reason", "The dog still runs loose at the gate, the lengthsman reports."),
    )


def everything(play: Play) -> None:
    """The registers, the reports, the clocks and the records, as they stand at the end."""
    case = _number(play.say("case", "list", "--all")[0], "case")
    refused = [_number(row, "request") for row in play.say("request", "list", "--state", "reviewed")]
    registers, reports = play.out / "registers", play.out / "reports"
    for register in ("section 19", "cautionary"):
        form = ("--form", "csv", "--form", "ods", "--form", "pdf", "--purpose", "rehearsal")
        play.say("register", "export", register, *form, "--out", registers)
        draft = play.say("register", "redacted", register, "--purpose", "rehearsal", "--out", registers)
        seen = _number(draft, "sha256")
        play.say("register", "release", register, "--seen", seen, "--checked", "read line by line", "--out", registers)
    play.say("report", "contact-log", "--customer", "C-1", "--out", reports / "contact-log.pdf")
    play.say("report", "bundle", "--case", case, "--out", reports / "bundle.pdf", "--folder", reports / "bundle")
    for reference in refused:
        play.say("report", "bundle", "--request", reference, "--out", reports / f"bundle-{reference.lower()}.pdf")
    play.say("clock", "list", "--csv", play.out / "clocks.csv")
    play.say("clock", "ics", "--out", play.out / "clocks.ics")
    play.say("report", "records", "--out", play.out / "records.jsonl")


def _day(answer: object, name: str) -> str:
    return day(date.fromisoformat(_number(answer, name)))


def _number(answer: object, name: str) -> str:
    assert isinstance(answer, dict)
    return str(answer[name])
