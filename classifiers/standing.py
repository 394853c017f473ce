"""How a message stands to the matter it is about: what was promised, who owes whom a word, what it asks and refuses."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime

from classifiers.beside import ANSWERS, OTHER
from classifiers.linking import Link
from classifiers.matters import Matter
from classifiers.novelty import Judged
from classifiers.promises import asks_back, promised
from models.message import Direction, Message

_CHASES = re.compile(
    r"\b(?:any (?:news|update|progress|idea|joy|word)|up-?date|not (?:yet )?heard|heard nothing|haven'?t heard"
    r"|no (?:reply|answer|response|word)"
    r"|still waiting|waiting|where (?:is|are|it|we|i)|when (?:will|can|is|are|might)|chas\w+|follow(?:ing)? up"
    r"|on its way|is it still|has it"
    r"|has (?:he|she|anyone|anybody|the)|did (?:you|he|she|they|it)|has not (?:come|been)|hasn'?t (?:come|been)"
    r"|new date|reminder)\b",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:(?:do|does|cannot|can'?t|will|won'?t|shall) ?(?:not |n'?t )?accept|not good enough|disagree"
    r"|reconsider|(?:look|think|ask|go into it)"
    r"(?: at it)? (?:again|once more)|again|once more|yet another|how many times|not (?:right|fair|satisfied"
    r"|happy|an answer|having)|final answer"
    r"|wrong|disgrace\w*|excuse\w*|rubbish|nonsense|closed|fob\w*|still (?:say|think|want)|i (?:maintain|repeat"
    r"|remain|insist|stand)|change your mind"
    r"|overturn\w*|as (?:i|we) (?:have )?(?:said|told|explained))\b",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"\b(?:what (?:does|do|is|are|happens)|which|does (?:that|this|it)|meant?|mean(?:s|ing)|clarif\w+|explain"
    r"|understand|is it that|how (?:do|can|long|much))\b",
    re.I,
)
_ANSWERS = re.compile(
    r"^(?:\W*(?:yes|no|yep|yeah|nope|sure|ok|okay|of course|certainly|happy to|here|it(?:'s| is| was)|the|both"
    r"|as (?:asked|requested)))\b|\b(?:you asked|as (?:you )?(?:asked|requested)|here (?:is|are|it is|you go))\b",
    re.I,
)
_ONLY_THANKS = re.compile(
    r"\b(?:thank(?:s| you)|thx|much obliged|grateful|cheers|ta|diolch|appreciate\w*|bless you)\b", re.IGNORECASE
)
_MORE = re.compile(
    r"\?|\b(?:but|however|please|could you|can you|would you|when|why|still|broken|worse|blocked"
    r"|not (?:been|come|had|yet)|asked?"
    r"|attach\w*|enclos\w*|request|will you|i need|i want|unless|although|except|only)\b",
    re.IGNORECASE,
)
LONGEST_THANKS = 60  # words
_LEAST_SURE = -6.0  # a log-probability below this says no more
_THANKS = re.compile(
    r"\b(?:thank(?:s| you)|much obliged|grateful|cheers|ta\b|diolch|appreciate|lovely|brilliant|marvellous|obliged)\b",
    re.I,
)
_PROOF = re.compile(
    r"\b(?:attach\w*|enclos\w*|herewith|now (?:have|put)|has (?:now|since)|turned up|came to light"
    r"|have (?:found|obtained|received)|statement|witness\w*"
    r"|survey\w*|report|certificate|photo\w*|footage|crime number|diagnos\w+|hospital|measured|solicitor)\b",
    re.I,
)
_SAYS_NEW = re.compile(
    r"\b(?:new|fresh|further|additional) (?:evidence|information|facts?|points?|grounds?|proof)\b", re.I
)
_SITUATION = re.compile(
    r"\b(?:since (?:then|you|your|i wrote|my last)|now|yesterday|today|this morning|last night|tonight"
    r"|this week|happened|worse|again on)\b",
    re.I,
)


def features_of(message: Message, link: Link, judged: Sequence[Judged]) -> dict[str, float]:
    """Everything the choice between new issue, follow-up, repeat and new evidence is made from."""
    row = {f"link_{name}": value for name, value in link.features.items() if not name.startswith("says_")}
    row["link"] = _logit(link.probability)
    row.update(_read_beside(link, judged))
    row.update({name: value for name, value in link.features.items() if name.startswith("says_")})
    row.update(_words(message))
    row.update(_newness(message, judged))
    row.update(_state(message, link.matter))
    row.update(_together(row))
    return row


def _read_beside(link: Link, judged: Sequence[Judged]) -> dict[str, float]:
    """What the encoder answers, taking it that the letter is about the matter."""
    if link.seen is None:
        return {}
    answers = {name: max(float(said), _LEAST_SURE) for name, said in zip(ANSWERS, link.seen.answers, strict=True)}
    about_it = math.log(max(1.0 - math.exp(answers[OTHER]), 1e-3))
    row = {f"beside_{name}": max(said - about_it, _LEAST_SURE) for name, said in answers.items() if name != OTHER}
    row["beside_newest"] = max((j.features["beside_loudest"] for j in judged), default=_LEAST_SURE)
    return row


def _words(message: Message) -> dict[str, float]:
    own = message.words.own
    length = len(own.split())
    return {
        "chases": float(min(len(_CHASES.findall(own)), 3)),
        "refuses": float(min(len(_REFUSES.findall(own)), 3)),
        "means": float(min(len(_MEANS.findall(own)), 2)),
        "answers": float(bool(_ANSWERS.search(own))),
        "only_thanks": float(only_thanks(message)),
        "thanks": float(bool(_THANKS.search(own))),
        "proof": float(min(len(_PROOF.findall(own)), 4)),
        "says_new": float(bool(_SAYS_NEW.search(f"{message.subject} {own}"))),
        "situation": float(min(len(_SITUATION.findall(own)), 3)),
        "questions": float(min(own.count("?"), 3)),
        "only_question": float("?" in own and length < 40),
        "exclaims": float(min(own.count("!"), 3)),
        "length": math.log1p(length),
        "attachments": float(min(len(message.attachments), 3)),
        "several_to": float(min(len(message.recipients) - 1, 3)) if message.recipients else 0.0,
    }


def _newness(message: Message, judged: Sequence[Judged]) -> dict[str, float]:
    scores = sorted((j.score for j in judged), reverse=True)
    top = scores[:3] + [0.0] * 3
    sums = [sum(j.features[name] for j in judged) for name in ("new_numbers", "new_names", "documents", "happened")]
    return {
        "newest": top[0],
        "newest_logit": _logit(top[0]),
        "second_newest": top[1],
        "newness": math.log1p(sum(scores)),
        "mean_newness": sum(scores) / len(scores) if scores else 0.0,
        "new_numbers": math.log1p(sums[0]),
        "new_names": math.log1p(sums[1]),
        "documents": math.log1p(sums[2]),
        "happened": math.log1p(sums[3]),
    }


def _state(message: Message, matter: Matter) -> dict[str, float]:
    last_word = matter.last_from_council
    spoke_last = matter.last.direction is Direction.OUT
    since = _days(message, matter.last.at)
    waited = _days(message, last_word.at) if last_word else since
    day = promised(last_word.own, last_word.at) if last_word else None
    answers = {message.in_reply_to, *message.references}
    return {
        "answered": float(matter.answered_on is not None),
        "answered_and_asked_again": float(min(matter.since_answered, 3)),
        "never_answered": float(last_word is None),
        "council_spoke_last": float(spoke_last),
        "council_asked": float(spoke_last and last_word is not None and asks_back(last_word.own)),
        "last_word_was_final": float(bool(last_word and last_word.final_answer)),
        "unanswered_letters": float(min(matter.since_council_spoke, 4)),
        "days": math.log1p(since),
        "within_two_days": float(since <= 2),
        "waited_two_weeks": float(waited >= 14),
        "waited_a_month": float(waited >= 28),
        "letters": math.log1p(len(matter.inbound)),
        "promise_broken": float(day is not None and message.received_at.date() > day.date()),
        "promise_pending": float(day is not None and message.received_at.date() <= day.date()),
        "replies_to_last_word": float(bool(last_word and last_word.message_id in answers)),
    }


def _together(row: dict[str, float]) -> dict[str, float]:
    done, live = row["answered"], 1.0 - row["answered"]
    final = row["last_word_was_final"]
    fresh = 1.0 if row["council_spoke_last"] else 0.0
    dull = 1.0 - row["newest"]
    return {
        "answered_newest": done * row["newest"],
        "answered_dull": done * dull,
        "answered_questions": done * row["questions"],
        "answered_means": done * row["means"],
        "answered_refuses": done * row["refuses"],
        "answered_proof": done * row["proof"],
        "final_thanks": final * row["thanks"],
        "live_newest": live * row["newest"],
        "live_proof": live * row["proof"],
        "live_questions": live * row["questions"],
        "live_chases": live * row["chases"],
        "live_refuses": live * row["refuses"],
        "live_first": live * fresh,
        "asked_and_answers": row["council_asked"] * (1.0 + row["link_reply"]),
        "asked_newest": row["council_asked"] * row["newest"],
        "often_dull": min(row["unanswered_letters"], 3.0) * dull,
        "early_chase": live * float(not row["waited_two_weeks"]) * (1.0 - fresh) * dull,
        "fair_chase": live * row["waited_two_weeks"] * row["chases"],
        "broken_chase": row["promise_broken"] * row["chases"],
        "pending_dull": row["promise_pending"] * dull * (1.0 - row["council_asked"]),
        "attached_newest": float(row["attachments"] > 0) * row["newest"],
    }


def _days(message: Message, then: datetime) -> float:
    return max(0.0, (message.received_at - then).total_seconds() / 86400)


def _logit(probability: float) -> float:
    clipped = min(max(probability, 0.001), 0.999)
    return math.log(clipped / (1 - clipped))


def only_thanks(message: Message) -> bool:
    """Whether a short letter thanks, and by its words asks and tells nothing else."""
    own = message.words.own
    return (
        len(own.split()) <= LONGEST_THANKS
        and bool(_ONLY_THANKS.search(own))
        and not _MORE.search(own)
        and not message.attachments
    )
