"""One customer's case, from the first letter to the lifting: the conduct track, played through the commands.

The people are invented. Bodies and titles are the policy's own, so the same story plays under any policy that keeps its
steps in this order; what a policy does not ask for (a recommending committee, an acknowledgement) is left out.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, timedelta

from bot.paper import pdf_of
from bot.rehearsal.cast import START, Cast
from bot.rehearsal.play import Play, together
from models.calendar import add_months

CUSTOMER = "Alan Pascoe <alan@pascoe.example>"
Days = Generator[date, None, None]  # a story gives the day of what it does next, and goes on when that day has come
_HEARD = timedelta(days=6)  # from a review to the meeting that hears of it
SUBJECT = "the resurfacing of the Chapel Lane car park"


def the_people(play: Play) -> None:
    """The officers who act, and the customers who write."""
    for username, name, role in (
        ("m.hosking", "M. Hosking", "named_officer"),
        ("s.bray", "S. Bray", "clerk"),
        ("t.vivian", "T. Vivian", "clerk"),
    ):
        play.say("officer", "add", username, "--name", name, "--role", role)
    for reference, name, address, home in (
        ("C-1", "Alan Pascoe", "alan@pascoe.example", "4 Chapel Lane, Porthmellin"),
        ("C-2", "Moira Kent", "moira@kent.example", "11 Fore Street, Porthmellin"),
        ("C-3", "Ivor Lugg", "ivor@lugg.example", "2 Wheal Terrace, Porthmellin"),
        ("C-4", "Nesta Quick", "nesta@quick.example", "The Old Forge, Porthmellin"),
    ):
        play.say("customers", "add", "--reference", reference, "--name", name, "--email", address, "--address", home)


def the_meetings(play: Play, cast: Cast) -> None:
    days = (
        "2026-02-10",
        "2026-04-14",
        "2026-05-12",
        "2026-06-09",
        "2026-09-08",
        "2027-03-02",
        "2027-05-11",
    )
    for body in dict.fromkeys((cast.warnings_to, cast.committee, cast.council)):
        for day in days if body else ():
            play.say("meeting", "add", body, day)
    play.say("meeting", "add", cast.council, "2026-07-07")
    for review in cast.review_days() if cast.reviews_to else ():
        play.say("meeting", "add", cast.reviews_to, review + _HEARD)


def conduct(play: Play, cast: Cast) -> Days:
    """From the first letter to the lifting."""
    cites = yield from _letters_before(play, cast)
    case = yield from _report_to_initial_letter(play, cast, cites)
    yield from _not_heeded_to_formal_warning(play, cast, case)
    yield from _decision(play, cast, case)
    yield from together(_after_the_decision(play, cast, case), _reviews_to_lifting(play, cast, case))
    yield play.day + timedelta(days=2)
    play.say("case", "close", case, "--who", cast.head, "--words", "The relationship is back to normal.")


def _letters_before(play: Play, cast: Cast) -> Generator[date, None, list[int]]:
    """A decided matter, the council's own delay, and what came after the final answer."""
    yield date(2026, 1, 6)
    first = play.mail(
        CUSTOMER,
        "Chapel Lane car park",
        "Dear Clerk,\n\nWhy was the Chapel Lane car park closed for resurfacing in December, our busiest month? The "
        "shop lost a third of its trade. I want to know who chose those weeks and why.\n\nAlan Pascoe\n4 Chapel Lane",
    )
    yield date(2026, 1, 26)
    clerk = f"{cast.title} <clerk@{play.domain}>"
    play.mail(
        clerk,
        "Re: Chapel Lane car park",
        "Dear Mr Pascoe,\n\nThe contractor's free weeks before the grant ran out on 31 December were the first two "
        "of that month. We are sorry that we did not tell traders sooner. This is our final answer on this matter.\n\n"
        f"R. Trelawny\n{cast.title}",
        to="alan@pascoe.example",
    )
    cites = []
    for month, day, text in (
        (
            2,
            2,
            "Your answer on the Chapel Lane car park is not good enough. Who chose those weeks? I want it today.",
        ),
        (
            2,
            4,
            "No answer again about the Chapel Lane car park resurfacing in December. Who chose those weeks and why?",
        ),
        (2, 9, "I ask again who chose December for resurfacing the Chapel Lane car park. You have told me nothing."),
        (2, 16, "The car park at Chapel Lane. Who chose December? You useless idiots cannot even read a letter."),
        (2, 23, "Chapel Lane car park: who chose those weeks in December? I shall write until somebody tells me."),
        (3, 2, "Once more: why December for the resurfacing of the Chapel Lane car park, and who chose it?"),
    ):
        yield date(2026, month, day)
        cites.append(play.mail(CUSTOMER, "Chapel Lane car park", f"Dear Clerk,\n\n{text}\n\nAlan Pascoe"))
    return [first, *cites]


def _report_to_initial_letter(play: Play, cast: Cast, cites: list[int]) -> Generator[date, None, str]:
    """An officer reports; those whom the policy names review; the initial letter goes."""
    yield date(2026, 3, 4)
    opened = play.say(
        *("case", "open", "--customer", "C-1", "--subject", SUBJECT, "--ground", "not_accepting"), officer="m.hosking"
    )
    case = str(opened["case"])
    if cast.report_first:
        yield from _report_and_review(play, cast, case, cites)
    if cast.initial_letter:
        yield date(2026, 3, 12)
        _adjustments(play, case, cast, "initial_warning", "Asked by letter of 5 March; he answered that he needs none.")
        _letter(
            *(play, case, "initial_warning", cast),
            concern="You have written six times since our answer of 26 January to ask what it answers. On 16 February "
            "you called our staff idiots.",
            contact=f"Please write to {cast.officer}.",
        )
    return case


def _report_and_review(play: Play, cast: Cast, case: str, cites: list[int]) -> Days:
    cited = [word for number in cites[1:] for word in ("--cite", number)]
    play.say(
        *("case", "report", case, "--behaviour", "BEH-13", "--behaviour", "BEH-18", "--behaviour", "BEH-15"),
        *("--impact", "about six hours of one officer in February", *cited),
        *("--words", "Six letters since the final answer of 26 January ask what it answered. One calls staff idiots."),
        *("--who", cast.officer),
        officer="m.hosking",
    )
    yield date(2026, 3, 11)
    seats = [word for seat in (f"{cast.title}: R. Trelawny", *cast.reviewers) for word in ("--with", seat)]
    advice = ("--adviser", cast.adviser, "--advice", "Answer the one open point, and write before anything else.")
    play.say(
        *("case", "review", case, "--outcome", "act", *seats, *(advice if cast.adviser else ())),
        *("--proportionality", "A letter asks for less; nothing is limited. Six letters in a month, one abusive."),
        *("--circumstances", "A trader whose income fell; no health need is known and he will be asked."),
        *("--words", "The letters repeat an answered question. The Council's own delay of twenty days was weighed."),
        *("--who", cast.head),
    )


def _not_heeded_to_formal_warning(play: Play, cast: Cast, case: str) -> Days:
    """More letters, a finding by a person, a meeting offered, the formal prior warning."""
    cites = []
    for month, day in ((3, 20), (4, 1), (4, 10)):
        yield date(2026, month, day)
        text = "Who chose December for the Chapel Lane car park? I do not care for your letter. I ask again."
        cites.append(play.mail(CUSTOMER, "Chapel Lane car park", f"Dear Clerk,\n\n{text}\n\nAlan Pascoe"))
    if cast.warnings_to and cast.initial_letter:
        yield date(2026, 4, 14)
        _reported(play, case, cast, "initial_warning", cast.warnings_to)
    yield date(2026, 4, 15)
    cited = [word for number in cites for word in ("--cite", number)]
    play.say(
        *("case", "not-heeded", case, "--because", "not_heeded", *cited, "--who", cast.head),
        *("--deemed", "Three more letters in three weeks ask the same; the conduct is unreasonably persistent."),
        *("--words", "Found on reading the three letters."),
    )
    play.say(
        *("case", "meeting", case, "--outcome", "offered", "--who", cast.head),
        *("--words", "A meeting is offered for the week of 27 April, with somebody of his choice beside him."),
    )
    yield date(2026, 4, 16)
    _adjustments(play, case, cast, "formal_warning", "Asked again by telephone on 14 April; none needed.")
    _letter(
        *(play, case, "formal_warning", cast),
        why="Since our letter of 12 March you have written on 20 March, 1 April and 10 April to ask again who chose "
        "the weeks. We answered that on 26 January.",
        meeting="We offer you a meeting in the week of 27 April, to explain and to listen. You may bring somebody.",
        named_contact=f"Please write only to {cast.officer}, about this matter.",
    )


def _decision(play: Play, cast: Cast, case: str) -> Days:
    """Three confirmations, the committee's recommendation, the Council's decision, its letter."""
    cites = []
    for month, day in ((5, 5), (5, 12), (5, 18)):
        yield date(2026, month, day)
        if cast.warnings_to and day == 12:
            _reported(play, case, cast, "formal_warning", cast.warnings_to)
        text = "I will not meet anybody. Who chose December for the resurfacing of the Chapel Lane car park?"
        cites.append(play.mail(CUSTOMER, "Chapel Lane car park", f"Dear Clerk,\n\n{text}\n\nAlan Pascoe"))
    yield date(2026, 5, 20)
    cited = [word for number in cites for word in ("--cite", number)]
    for what, who, evidence in (
        ("conduct", cast.officer, "Nine letters on one answered question, cited here."),
        (
            "dealt_with_properly",
            cast.second,
            "The complaint file: answered on 26 January.",
        ),
        (
            "formal_warning_sent",
            cast.third,
            "Posted on 16 April; the certificate of posting is on file.",
        ),
    ):
        officer = {"M": "m.hosking", "S": "s.bray", "T": "t.vivian"}[who[0]]
        play.say(
            *("case", "confirm", case, "--what", what, "--evidence", evidence, "--who", who),
            *(cited if what == "conduct" else ()),
            officer=officer,
        )
    if cast.committee:
        yield date(2026, 6, 9)
        _reported(play, case, cast, "stage_two", cast.committee)
        yield date(2026, 6, 10)
        play.say(
            *("case", "recommend", case, "--minute", "PF 31/26", "--recommends", "restrict", "--conduct-only"),
            *("--words", "That the Council limit contact on this matter to one officer, in writing."),
        )
        play.say("case", "check", case, "--who", cast.head, "--words", "Read against the file; it keeps to conduct.")
    yield date(2026, 7, 7)
    if not cast.committee:
        _reported(play, case, cast, "stage_two", cast.council)  # whoever decides has the facts before them
    _adjustments(play, case, cast, "decision", "Asked by letter of 1 July; he wrote that he needs none.")
    decided = play.say(
        *("case", "decide", case, "--body", cast.council, "--minute", "88/26", "--named-officer", "M. Hosking"),
        *("--substitute", "T. Vivian", "--measure", "single_point_of_contact", "--measure", "written_only"),
        *("--starts", START, "--ends", add_months(START, cast.months[-1]), "--interest", "none declared"),
        "--resolution",
        f"RESOLVED that contact on this matter be in writing, to the named officer, for {cast.months[-1]} months.",
        *("--proportionality", "It limits one matter and no other; letters are still read."),
        *("--impedes", "The office answers other residents later because of it."),
    )["decision"]
    yield date(2026, 7, 9)
    _letter(
        *(play, case, "decision", cast),
        decision=decided,
        why="You have written fifteen times about a matter that we answered on 26 January, and went on after our "
        "letters of 12 March and 16 April.",
    )
    play.say(
        *("case", "inform", case, "--person", "P. Oates", "--role", "receptionist"),
        *("--why", "takes the telephone and has to know whom to name", "--words", "told what was decided, and no more"),
    )


def _minutes_signed(play: Play, cast: Cast, minute: str) -> None:
    """The minutes of the meeting that decided, signed at the next one, as a scan of them would be handed in."""
    path = play.out / "reports" / f"minutes-{minute.replace('/', '-')}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    page = f"<h1>{cast.council}</h1><p>Minute {minute}, confidential. Signed as a true record at the next meeting.</p>"
    path.write_bytes(pdf_of(page, title=f"Minutes of the {cast.council}"))
    play.say("meeting", "minutes", path, "--body", cast.council, "--minute", minute)


def _after_the_decision(play: Play, cast: Cast, case: str) -> Days:
    """What came afterwards: a repeat, new evidence, a new matter, a member, an appeal."""
    yield date(2026, 8, 3)
    repeat = play.mail(
        CUSTOMER,
        "Chapel Lane car park",
        "Dear Clerk,\n\nWho chose December for the Chapel Lane car park?\n\nAlan Pascoe",
    )
    yield date(2026, 8, 4)
    _minutes_signed(play, cast, "88/26")
    play.say(
        *("case", "continuing", case, repeat, "--answer", "existing", "--words", "Read whole; nothing in it is new."),
        *("--who", cast.officer),
        officer="m.hosking",
    )
    _letter(play, case, "no_further_correspondence", cast)
    yield date(2026, 8, 17)
    evidence = play.mail(
        CUSTOMER,
        "Chapel Lane car park",
        "Dear Clerk,\n\nI attach the contractor's e-mail of 3 October to your surveyor, which says that the last two "
        "weeks of January were free as well.\n\nAlan Pascoe",
    )
    yield date(2026, 8, 18)
    play.say(
        *("case", "continuing", case, evidence, "--answer", "new_evidence", "--still-appropriate", "yes"),
        *("--dealt-with", "The surveyor is asked, and the answer of 26 January is looked at again."),
        *("--who", cast.officer, "--decided-by", cast.head),
        *("--words", "The contractor's e-mail was not known before."),
        officer="m.hosking",
    )
    yield date(2026, 9, 1)
    other = play.mail(
        CUSTOMER,
        "Street lamp 14",
        "Dear Clerk,\n\nStreet lamp 14 in Wheal Terrace has been out since Friday.\n\nAlan Pascoe",
    )
    play.say(
        *("case", "continuing", case, other, "--answer", "new_matter", "--still-appropriate", "yes"),
        *("--dealt-with", "Passed to the lighting contractor like anybody's report."),
        *("--who", cast.officer, "--decided-by", cast.head),
        *("--words", "A new matter, taken on its merits."),
        officer="m.hosking",
    )
    yield date(2026, 9, 14)
    play.say(
        *("case", "member", case, "--member", "Cllr B. Tonkin", "--how", "Met on 14 September", "--who", cast.head),
        *("--words", "He was asked by the customer to take the matter up; he will make his own enquiries."),
    )
    yield date(2026, 9, 21)
    appeal = play.mail(
        CUSTOMER,
        "Appeal",
        "Dear Clerk,\n\nI appeal against the Council's decision about me. It is wrong.\n\nAlan Pascoe",
    )
    yield date(2026, 9, 22)
    play.say(
        "case", "appeal", case, appeal, "--grounds", "He says that the decision is wrong.", "--words", "By e-mail."
    )
    yield date(2026, 10, 13)
    play.say(
        *("case", "answer-appeal", case, "--outcome", "not_upheld"),
        *(word for person in cast.panel for word in ("--by", person)),
        *("--words", "The whole file was read again. The decision is of the matter alone, and proportionate."),
        officer="t.vivian",
    )
    _letter(play, case, "appeal_outcome", cast)


def _reviews_to_lifting(play: Play, cast: Cast, case: str) -> Days:
    """At each review but the last it goes on to the end decided; at the last there are no grounds, and it is lifted."""
    *before, last = zip(cast.months, cast.review_days(), strict=True)
    for months, day in before:
        cites = yield from _two_more(play, cast, case, day)
        yield day
        play.say(
            *("case", "periodic-review", case, "--outcome", "continue", "--who", cast.reviews),
            *("--grounds", "Two more letters ask the answered question; the Council's answers since were all in time."),
            *("--cite", cites[0], "--cite", cites[1]),
            *("--words", f"Reviewed at {months} months on the log and letters."),
        )
        _letter(play, case, "review_outcome", cast)
        yield from _review_heard(play, cast, case)
    yield last[1]
    play.say(
        *("case", "periodic-review", case, "--outcome", "lift", "--who", cast.end_review),
        *("--grounds", "None were found: there was no further letter on the matter."),
        *("--words", f"Reviewed at {last[0]} months; it is ended today."),
    )
    _letter(play, case, "lifting", cast)
    yield from _review_heard(play, cast, case)


def _two_more(play: Play, cast: Cast, case: str, review: date) -> Generator[date, None, list[int]]:
    """Two letters before a review that say nothing new, each read and answered as such."""
    cites = []
    for days in (21, 12):
        yield review - timedelta(days=days)
        text = "You know my question about December and the Chapel Lane car park. Who chose the weeks? I will not stop."
        cites.append(play.mail(CUSTOMER, "Chapel Lane car park", f"Dear Clerk,\n\n{text}\n\nAlan Pascoe"))
        play.say(
            *("case", "continuing", case, cites[-1], "--answer", "existing", "--who", cast.officer),
            *("--words", "Read whole; nothing in it is new."),
            officer="m.hosking",
        )
    return cites


def _review_heard(play: Play, cast: Cast, case: str) -> Days:
    if cast.reviews_to:
        yield play.day + _HEARD
        _reported(play, case, cast, "review", cast.reviews_to)


def _adjustments(play: Play, case: str, cast: Cast, before: str, answer: str) -> None:
    play.say("case", "adjustments", case, "--before", before, "--answer", answer, "--who", cast.head)


def _letter(play: Play, case: str, kind: str, cast: Cast, *, decision: int | None = None, **passages: str) -> int:
    """Drafted, checked, posted and known to have arrived."""
    words = [word for name, text in passages.items() for word in ("--passage", f"{name}={text}")]
    about = ("--decision", decision) if decision else ()
    letter = int(play.say("letter", "draft", kind, "--case", case, *about, *words)["letter"])
    return posted(play, letter, kind, cast.head)


def posted(play: Play, letter: int, kind: str, signed_by: str) -> int:
    """By post, the PDF beside the rehearsal's other letters; what was enclosed in a folder of its own."""
    path = play.letter_path(kind)
    play.say("letter", "send", letter, "--how", "post", "--signed-by", signed_by, "--on", play.day, "--out", path)
    enclosed = path.with_name(f"{path.stem}-policy.pdf")
    if enclosed.exists():
        (path.parent / "enclosed").mkdir(exist_ok=True)
        enclosed.rename(path.parent / "enclosed" / enclosed.name)
    return letter


def _reported(play: Play, case: str, cast: Cast, purpose: str, body: str) -> None:
    """The report to a body's part two, made and kept; then that this day's meeting received it."""
    name = "committee-report" if purpose == "stage_two" else f"{purpose.replace('_', '-')}-report-{play.day}"
    at = ("--purpose", purpose, "--body", body, "--meeting", play.day)
    made = play.say("report", "committee", "--case", case, *at, "--out", play.out / "reports" / f"{name}.pdf")
    play.say(
        *("case", "committee", case, *at, "--part-two", "--minute", f"PF {play.day:%m/%y}"),
        *("--paper", made["sha256"], "--who", cast.head, "--words", "Received in part two."),
    )
