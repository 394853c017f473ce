"""Requests to their ends: FOI (refused as vexatious after a warning; refused for cost), EIR, SAR, and a complaint about
personal data. The people are invented; the steps are the law's, whatever the policy."""

from __future__ import annotations

from datetime import date

from bot.rehearsal.cast import Cast
from bot.rehearsal.play import Play
from bot.rehearsal.story import Days, posted

MOIRA = "Moira Kent <moira@kent.example>"
IVOR = "Ivor Lugg <ivor@lugg.example>"
NESTA = "Nesta Quick <nesta@quick.example>"


def foi(play: Play, cast: Cast) -> Days:
    """A first request answered with a warning; a second one refused under s14(1); its internal review."""
    yield date(2026, 9, 28)
    first = _asked(
        *(play, "foi", MOIRA, "Harbour fireworks"),
        "Please send me every e-mail about the cost of the harbour fireworks from 2019 to 2026.",
    )
    yield date(2026, 10, 6)
    who = cast.requests
    _say(
        *(play, "indicator", first, "frequent_overlapping", "--who", who),
        *("--shows", "The ninth request on the fireworks since January; each was answered."),
        *("--words", "Set by the officer who handles requests."),
    )
    _say(play, "decide", first, "answer", "--who", cast.head, "--words", "The invoices are short and are sent.")
    _letter(
        *(play, first, "foi_answer", cast),
        answer="We enclose the invoices for the fireworks of each year from 2019 to 2026. We hold no e-mails on it.",
        enclosed="eight invoices, 2019 to 2026",
    )
    yield date(2026, 10, 8)
    _letter(
        *(play, first, "foi_warning", cast),
        why="This is your ninth request on the fireworks since January, and each asks for what the last one answered.",
    )
    yield date(2026, 10, 19)
    second = _asked(
        *(play, "foi", MOIRA, "Harbour fireworks"),
        "Please send me every e-mail, note and text message about the harbour fireworks, and the time each was read.",
    )
    yield date(2026, 10, 27)
    _say(
        *(play, "indicator", second, "frequent_overlapping", "--who", who),
        *("--shows", "Nine requests since January; this one overlaps with that of 28 September."),
        *("--words", "Set by the officer who handles requests."),
    )
    _say(
        *(play, "indicator", second, "undue_burden", "--who", who),
        *("--shows", "Some 4,000 messages of eleven people would have to be read for personal data."),
        *("--words", "Set by the officer who handles requests."),
    )
    _say(
        play, "value", second, "--who", who, "--words", "The cost to the public is known; little would be added to it."
    )
    _say(play, "burden", second, "--who", who, "--words", "About sixty hours of two officers.")
    _say(play, "evidence", second, "--who", who, "--words", "A list of the nine requests with their dates and answers.")
    _say(
        *(play, "advice", second, "--adviser", "County association of local councils", "--who", who),
        *("--words", "They advise that the warning was clear and the burden is shown."),
    )
    yield date(2026, 10, 29)
    _say(
        *(play, "decide", second, "refuse", "--under", "s14(1)", "--with", who, "--who", cast.head),
        *("--words", "Its burden is out of proportion to what it would add, after a clear warning."),
    )
    _letter(
        *(play, second, "foi_refusal_vexatious", cast),
        reasons="You have made nine requests on this subject since January. We answered each. To answer this one two "
        "officers would have to read about 4,000 messages, some sixty hours, and little would be added to the invoices "
        "that you have. We warned you on 8 October that a further request was likely to be so treated.",
    )
    _say(
        play,
        "wider",
        second,
        "do_not_invoke",
        "--who",
        cast.head,
        "--words",
        "Her conduct is civil; it is of requests.",
    )
    _say(play, "inform", second, "--role", "receptionist", "--who", "P. Oates", "--words", "Told that it was refused.")
    yield date(2026, 11, 5)
    asked = play.mail(
        MOIRA, "Internal review", "Dear Clerk,\n\nPlease review your refusal of my request.\n\nMoira Kent"
    )
    _say(play, "review", second, "--contact", asked, "--words", "By e-mail.")
    yield date(2026, 11, 24)
    _say(
        *(play, "review-decide", second, "not_upheld", "--who", cast.third),
        *("--words", "The file was read afresh. The refusal stands, for the reasons given."),
        officer="t.vivian",
    )
    _letter(play, second, "foi_review_outcome", cast, signed_by=cast.third)
    yield date(2027, 2, 1)
    third = _asked(play, "foi", MOIRA, "Harbour fireworks 2027", "What will the harbour fireworks of 2027 cost?")
    _say(
        *(play, "similar", third, second, "fresh", "--who", who),
        *("--words", "Read: a short question about another year, and no burden."),
    )
    yield date(2027, 2, 3)
    _say(play, "decide", third, "answer", "--who", cast.head, "--words", "The budget line is public.")
    _letter(play, third, "foi_answer", cast, answer="The budget for the fireworks of 2027 is 2,400 pounds.")


def foi_cost(play: Play, cast: Cast) -> Days:
    """Over the cost limit: narrowing first, then s12."""
    yield date(2026, 10, 1)
    request = _asked(
        *(play, "foi", NESTA, "Allotment correspondence"),
        "I should like copies of all correspondence about the allotments at Tolcarne since 1995.",
    )
    who = cast.requests
    yield date(2026, 10, 5)
    for task, minutes, words in (
        ("determining", 60, "Asking who holds what."),
        ("locating", 600, "Forty boxes in the store at Tolcarne."),
        ("retrieving", 240, "Bringing them in."),
        ("extracting", 900, "Reading about 9,000 sheets."),
    ):
        _say(play, "estimate", request, task, minutes, "--who", who, "--words", words)
    _letter(play, request, "foi_narrowing", cast)
    yield date(2026, 10, 26)
    _say(
        *(play, "decide", request, "refuse", "--under", "s12", "--with", who, "--who", cast.head),
        *("--words", "Thirty hours against a limit of eighteen; no narrower request was made."),
    )
    _letter(play, request, "foi_refusal_cost", cast)


def eir(play: Play, cast: Cast) -> Days:
    """Environmental information: extended, refused under 12(4)(b) with the public interest weighed, reconsidered."""
    yield date(2026, 9, 7)
    request = _asked(
        *(play, "eir", IVOR, "Samples of the mill stream"),
        "Please send me every reading, photograph and working note of the sampling of the mill stream since 2009.",
    )
    who = cast.requests
    yield date(2026, 9, 24)
    _say(
        *(play, "extend", request, "--until", "2026-11-02", "--who", who),  # the fortieth working day
        *("--because", "complex_and_voluminous"),
        *("--words", "Seventeen years of notes in three places: complex and voluminous."),
    )
    _letter(
        *(play, request, "eir_extension", cast),
        why="The readings of seventeen years lie in three places, most of them on paper.",
    )
    yield date(2026, 10, 12)
    _say(
        *(play, "indicator", request, "disproportionate_effort", "--who", who),
        *("--shows", "About 20,000 sheets; ten weeks of one officer."),
        *("--words", "Set by the officer who handles requests."),
    )
    _say(
        play,
        "value",
        request,
        "--who",
        who,
        "--words",
        "Water quality is of weight; the yearly summaries are published.",
    )
    _say(play, "burden", request, "--who", who, "--words", "Ten weeks of one of three officers.")
    _say(
        *(play, "public-interest", request, "maintain", "--who", who),
        *("--for", "The public should be able to follow the state of the stream."),
        *("--against", "Ten weeks of one officer would stop the sampling itself; the summaries show the state."),
        *("--words", "The yearly summaries answer most of what the public would want to know."),
    )
    _say(
        play,
        "prompt",
        request,
        "--who",
        who,
        "--words",
        "It is a first request, so there was nothing to warn of; burden.",
    )
    yield date(2026, 10, 20)
    _say(
        *(play, "decide", request, "refuse", "--under", "12(4)(b)", "--with", who, "--who", cast.head),
        *("--words", "Manifestly unreasonable by its burden; the public interest is in keeping the exception."),
    )
    _letter(
        *(play, request, "eir_refusal", cast),
        reasons="To find and copy the working notes of seventeen years would take one officer ten weeks.",
    )
    yield date(2026, 11, 10)
    unhappy = play.mail(IVOR, "Mill stream", "Dear Clerk,\n\nI am not content with your answer.\n\nIvor Lugg")
    _say(play, "review", request, "--contact", unhappy, "--words", "Any dissatisfaction is a request to reconsider.")
    yield date(2026, 12, 8)
    _say(
        *(play, "review-decide", request, "partly_upheld", "--who", cast.third),
        *("--words", "The readings of the last three years lie together and are sent; the rest stands."),
        officer="t.vivian",
    )
    _letter(play, request, "eir_review_outcome", cast, signed_by=cast.third)


def asked_first(play: Play, cast: Cast) -> Days:
    """One FOI and one EIR request of which the council must first know more, and for which it asks a fee."""
    yield date(2026, 9, 1)
    wanted = (("foi", "Maps of the byelaws", "each map"), ("eir", "Photographs of the dunes", "each photograph"))
    opened = [
        (regime, subject, _asked(play, regime, IVOR, subject, f"Please send me {each} that the council has."))
        for regime, subject, each in wanted
    ]
    who = cast.requests
    yield date(2026, 9, 3)
    for regime, _, request in opened:
        _say(play, "clarify", request, "--who", who, "--words", "Which years, and on paper or by e-mail?")
        _letter(play, request, f"{regime}_clarification", cast)
    yield date(2026, 9, 9)
    for _, subject, request in opened:
        told = play.mail(IVOR, subject, "Dear Clerk,\n\nThose of 2024, on paper please.\n\nIvor Lugg", hour=10)
        _say(play, "clarified", request, "--contact", told)
    yield date(2026, 9, 14)
    for regime, _, request in opened:
        cost = "Sixty large sheets at fifty pence, as our schedule of charges says."
        _say(play, "fee", request, "--pounds", 30, "--who", who, "--words", cost)
        _letter(play, request, f"{regime}_fees_notice", cast)
    yield date(2026, 9, 18)
    for regime, subject, request in opened:
        paid = play.mail(IVOR, subject, "Dear Clerk,\n\nI have paid the thirty pounds.\n\nIvor Lugg", hour=11)
        _say(play, "fee-paid", request, "--contact", paid)
        sent = "We enclose a copy of each of 2024, on sixty sheets."
        _letter(play, request, f"{regime}_answer", cast, answer=sent, enclosed="sixty sheets")


def sar(play: Play, cast: Cast) -> Days:
    """A subject access request: clarified, more time, refused in part of it as excessive."""
    yield date(2026, 10, 5)
    request = _asked(
        *(play, "sar", NESTA, "What you hold about me"),
        "Under data protection law please send me everything you hold about me, again.",
    )
    yield date(2026, 10, 7)
    _letter(
        *(play, request, "sar_clarification", cast),
        clarify="We sent you what we hold on 21 August. Please tell us whether you look for something newer, or for "
        "something that was missing then.",
    )
    yield date(2026, 10, 14)
    answer = play.mail(NESTA, "What you hold about me", "Dear Clerk,\n\nEverything, as in August.\n\nNesta Quick")
    _say(play, "clarified", request, "--contact", answer, "--words", "Everything, as in August.")
    yield date(2026, 10, 20)
    who = cast.requests
    _say(
        *(play, "indicator", request, "repeats_too_soon", "--who", who),
        *("--shows", "The same was sent on 21 August, and nothing was added since."),
        *("--words", "Set by the officer who handles requests."),
    )
    _say(
        *(play, "interval", request, "--who", who),
        *("--nature", "Letters about an allotment; nothing sensitive."),
        *("--purposes", "Keeping the list of plots; no harm is likely."),
        *("--changes", "A few times a year."),
        *("--since", "Nothing was added or deleted since 21 August."),
        *("--words", "Nine weeks are too short."),
    )
    _say(
        play,
        "advice",
        request,
        "--adviser",
        "Data Protection Officer",
        "--who",
        who,
        "--words",
        "Send what is new, if any.",
    )
    yield date(2026, 10, 22)
    _say(
        *(play, "decide", request, "refuse", "--under", "excessive", "--with", who, "--who", cast.head),
        *("--words", "It repeats a request answered nine weeks ago; the data have not changed since."),
    )
    _letter(
        *(play, request, "sar_refusal", cast),
        reasons="We sent you all that we hold on 21 August. Nothing has been added or deleted since then.",
    )


def dp_complaint(play: Play, cast: Cast) -> Days:
    """A complaint about personal data: acknowledged within thirty days, its outcome told."""
    yield date(2026, 10, 28)
    request = _asked(
        *(play, "dp_complaint", NESTA, "Complaint"),
        "I complain that my telephone number was read out at a meeting.",
    )
    yield date(2026, 11, 2)
    _letter(play, request, "dp_complaint_acknowledgement", cast)
    yield date(2026, 11, 16)
    _say(
        *(play, "outcome", request, "--who", "Data Protection Officer"),
        *("--words", "The number was read out by mistake; the recording was cut and the chair was told."),
    )
    _letter(
        *(play, request, "dp_complaint_outcome", cast),
        why="The number stood in the papers of the meeting and was not covered over. It has been taken out of the "
        "recording, and the papers are now checked by a second person.",
    )


def _asked(play: Play, regime: str, sender: str, subject: str, text: str) -> str:
    name = sender.partition(" <")[0]
    contact = play.mail(sender, subject, f"Dear Clerk,\n\n{text}\n\n{name}")
    opened = play.say(*("request", "open", regime, "--subject", subject, "--asked-for", text, "--contact", contact))
    return str(opened["request"])


def _say(play: Play, step: str, request: str, *words: object, officer: str = "clerk") -> None:
    play.say("request", step, request, *words, officer=officer)


def _letter(play: Play, request: str, kind: str, cast: Cast, *, signed_by: str = "", **passages: str) -> None:
    words = [word for name, text in passages.items() for word in ("--passage", f"{name}={text}")]
    letter = int(play.say("letter", "draft", kind, "--request", request, *words)["letter"])
    posted(play, letter, kind, signed_by or cast.head)
