"""Is the From line somebody else's? What the council's own mail server said, weighed with how the message reads.

Genuine mail fails authentication too (forwarders, old mailing lists, misconfigured firms), so a failure alone is not
enough; and a message whose sender nobody disowns is never called forged for its style.
"""

from __future__ import annotations

import math
import re

from classifiers import facts
from classifiers.matters import first_part
from classifiers.similarity import read, share_of_words, words
from classifiers.vocabulary import ordinary_words
from models.finding import About, Evidence, Finding
from models.history import History, PastContact
from models.message import Direction, Message

ENOUGH = 2.0
STEEPNESS = 2.0
WORTH_SAYING = 0.5

_NO_CONTACT = re.compile(
    r"\b(?:(?:no need|do(?:n'?t| not)|pls do(?:n'?t| not)|please do(?:n'?t| not)|dont) (?:to )?(?:reply|ring"
    r"|call|contact|e-?mail|phone|write|answer|confirm)"
    r"|(?:cannot|can['’]?t) (?:take calls|talk|speak)|in(?:to)? a meeting|confirm by return"
    r"|(?:not on|no) (?:the |my |a )?phone|(?:phone|laptop|line) is (?:bad|broken|down|dead|playing up)"
    r"|(?:keep (?:it|this) )?between (?:us|ourselves)|discreet(?:ly)?)\b",
    re.IGNORECASE,
)
_GIVES_UP = re.compile(
    r"\b(?:dropp?ing (?:everything|it|the whole|all)|drop (?:it|the|my)|cancel it|forget about|changed my mind"
    r"|close (?:out )?(?:my|the) (?:ticket|case|complaint)"
    r"|withdraw\w*|cancel (?:any|my|the|all)|take it away|keep the (?:money|fee|£)|you were right|u were right"
    r"|all along|no further (?:inspection|action)"
    r"|straight away|don'?t want (?:my|it|the)|dont want (?:my|it|the)"
    r"|giv(?:e|es|ing) up|relinquish\w*|surrender\w*|terminat\w*|authoris\w*|hereby"
    r"|no (?:longer|further) (?:wish|want|need|requir\w*|interest\w*|object\w*)|am longer requir\w*"
    r"|(?:take|taking|took) (?:it |that )?(?:all )?back"
    r"|(?:made|make) (?:it|this|that|everything) (?:all )?up|accept (?:it|this|that|everything)(?: all)?"
    r"|(?:now|fully|wholly|entirely) support|close (?:the|my|this) file"
    r"|(?:take|taking) (?:my|the|our) (?:comments?|objections?|names?|letters?)\b.{0,30}\b(?:off|down|away))\b"
    r"|\b(?:sorry|apolog)\w*.{0,80}\bright\b",
    re.IGNORECASE,
)
_RUNS_THEMSELVES_DOWN = re.compile(
    r"\b(?:i (?:\w+ )?|and (?:i )?)(?:admit|confess)\b"
    r"|\bi(?:['’]m| am| was| have been|['’]ve been) (?:just |only |such )?an? (?:[a-z]+ ){0,3}"
    r"(?:fool|idiot|cow|pig|liar|cretin|moron|clown|fraud|cheat|pest|nuisance|twit|muppet|crook|time ?waster)\b",
    re.IGNORECASE,
)
_MONEY_MOVES = re.compile(
    r"\b(?:bank(?:ing)? (?:details|information|account)|(?:new|another|different) bank|changed (?:my|our) bank"
    r"|sort code|account numbers?|iban|settle (?:an?|the|this) invoice|new (?:supplier|payee)"
    r"|pay(?:ment)?\b[^.!?\n]{0,60}\b(?:in)?to (?:the|an?|this|(?:my|our) new) account"
    r"|remit\w*|transfer|gift (?:cards?|vouchers?|codes?)|vouchers? of|(?:new|this|following|below) account"
    r"|direct debit)\b",
    re.IGNORECASE,
)
_LURE = re.compile(
    r"\b(?:click (?:here|the link|below|on)|(?:verify|confirm|update) your (?:account|details|password|mailbox)"
    r"|see (?:the |your )?(?:attached )?invoice|log ?in (?:here|below)|unusual (?:sign|activity)"
    r"|are you (?:at your desk|at work today|free (?:right )?now|available (?:right )?now)|quick favou?r"
    r"|to my (?:personal|private|other) (?:e-?mail|mail|address|account))",
    re.IGNORECASE,
)
_PROMPT = re.compile(
    r"\b(?:kindly|asap|at your earliest|urgent\w*|today before|trust this (?:message|mail) finds you|thx|lol"
    r"|xo+|omg|haha|yo|bro)\b",
    re.IGNORECASE,
)


_OF_OURS = re.compile(r"\b(?:cllr|councillor|mayor|town clerk|parish clerk|chief executive)\b", re.IGNORECASE)
_INTRODUCES = re.compile(
    r"\b(?:this is|it is|it'?s|i am|we are|i'?m)(?: the (?:resident|owner|customer))?\s+"
    r"(?:mrs?|ms|miss|dr|capt\w*)?\.?\s*",
    re.IGNORECASE,
)


class Forged:
    name = "forged"
    version = "4"

    def look(self, message: Message, history: History) -> list[Finding]:
        """One finding when the sender's domain disowns the message and it does not read like the customer's."""
        score, evidence = suspicion(first_part(message), history)
        if score < WORTH_SAYING:
            return []
        return [Finding(About.FORGED, "forged", round(score, 4), f"{self.name} {self.version}", evidence)]


def suspicion(message: Message, history: History) -> tuple[float, tuple[Evidence, ...]]:
    """How likely the From is not the real sender's, and what says so: 0 when nobody disowned the message."""
    if message.authentication.passed is not False or (
        message.automatic is not None and not _pretends(message, history)
    ):
        return 0.0, ()
    evidence = [
        Evidence(reason="authentication", weight=1.0),
        *(_style(message, history) if message.automatic is None else ()),
        *_wording(message),
        *_introduces(message),
        *_authenticated_before(message, history),
        *_addresses(message),
    ]
    total = sum(part.weight for part in evidence)
    return 1 / (1 + math.exp(-STEEPNESS * (total - ENOUGH))), tuple(evidence)


def _pretends(message: Message, history: History) -> bool:
    """Whether what says that a machine sent it comes from our own domain, or asks for something in the name of a
    customer or of one of ours: to be called automatic must not let a forger through, and a real notice of absence asks
    for nothing."""
    if message.sender.domain in history.council:
        return True
    asks = any(pattern.search(message.words.own) for pattern in (_GIVES_UP, _MONEY_MOVES, _LURE))
    return asks and (history.customer is not None or bool(_OF_OURS.search(message.sender.name)))


def _authenticated_before(message: Message, history: History) -> list[Evidence]:
    """How the same address fared: one that was its owner's as a rule until now, or whose mail fails as a habit.

    A failure or two are no habit where more has passed: else one forged letter would open the door to the next.
    """
    if message.sender.domain in history.council:  # the council's own server disowns its own domain
        return [Evidence(reason="our_own_domain", weight=0.7)]
    before = [c.authenticated for c in history.own if c.sender_email == message.sender.email]
    passed, failed = before.count(True), before.count(False)
    if passed > failed:
        return [Evidence(reason="passed_before", weight=0.55)]
    return [Evidence(reason="failed_before", weight=-0.3)] if failed else []


def _introduces(message: Message) -> list[Evidence]:
    """Whose name stands in the From line and who says it again as if to a stranger."""
    known = {part.lower() for part in re.findall(r"[^\W\d_]{3,}", message.sender.name)}
    for match in _INTRODUCES.finditer(message.words.own[:600]):
        named = re.match(r"[^\W\d_]{3,}", message.words.own[match.end() :])
        if named and named.group(0).lower() in known:
            return [
                Evidence(match.group(0) + named.group(0), match.start(), reason="introduces_themselves", weight=0.4)
            ]
    return []


def _wording(message: Message) -> list[Evidence]:
    own = message.words.own
    found = []
    for reason, pattern, weight in (
        ("wants_no_contact", _NO_CONTACT, 0.7),
        ("gives_everything_up", _GIVES_UP, 0.8),
        ("runs_themselves_down", _RUNS_THEMSELVES_DOWN, 0.4),
        ("money", _MONEY_MOVES, 1.0),
        ("wording", _PROMPT, 0.4),
        ("lure", _LURE, 1.0),
    ):
        match = pattern.search(own) or pattern.search(message.subject)
        if match:
            found.append(Evidence(match.group(0), own.find(match.group(0)), reason=reason, weight=weight))
    return found


def _addresses(message: Message) -> list[Evidence]:
    """A reply address elsewhere, or a display name that shows another address."""
    found = []
    elsewhere = [address.email for address in message.reply_to if address.domain != message.sender.domain]
    if elsewhere:
        found.append(Evidence(quote=elsewhere[0], reason="reply_to_elsewhere", weight=0.9))
    shown = re.search(r"[\w.+-]+@[\w.-]+", message.sender.name)
    if shown and shown.group(0).lower() != message.sender.email:
        found.append(Evidence(quote=shown.group(0), reason="name_shows_another_address", weight=0.8))
    return found


def _style(message: Message, history: History) -> list[Evidence]:
    """Against the customer's own earlier letters: greeting, sign-off, capitals, known matter, earlier failures."""
    own = message.words.own
    theirs = [contact for contact in history.own if contact.direction is Direction.IN and contact.own.strip()][-20:]
    found = list(_signature(message, history))
    if not theirs:
        return found
    gap = _distance(own, theirs)
    if gap > 0:
        found.append(Evidence(reason="style", weight=round(min(1.2, gap), 3)))
    if _answers_us(message, history):
        found.append(Evidence(reason="answers_our_letter", weight=-1.2))
    weight = share_of_words(read(own).set, frozenset().union(*(read(c.own).set for c in theirs)), ordinary_words())
    if weight > 0.8 and facts.numbers(own):
        found.append(Evidence(reason="knows_the_matter", weight=-0.4))
    return found


def _answers_us(message: Message, history: History) -> bool:
    sent = {contact.message_id for contact in history.own if contact.direction is Direction.OUT}
    return bool(sent & {message.in_reply_to, *message.references})


def _signature(message: Message, history: History) -> list[Evidence]:
    """The sender's surname written otherwise than the record has it: nobody misspells themselves."""
    name = history.customer.name if history.customer else message.sender.name
    known = {part.lower() for part in re.findall(r"[^\W\d_]{4,}", f"{name} {message.sender.name}")}
    for word in re.findall(r"[^\W\d_]{4,}", message.words.own):
        lower = word.lower()
        if (
            lower not in known
            and any(_nearly(lower, part) for part in known)
            and ordinary_words().of(words(lower)[0]) > 0.6
        ):
            return [Evidence(quote=word, start=message.words.own.find(word), reason="name_misspelt", weight=0.9)]
    return []


def _nearly(one: str, other: str) -> bool:
    """The same first letter, and at most two letters added, lost or changed (one in a word of less than seven)."""
    shorter = min(len(one), len(other))
    if (
        one[0] != other[0]
        or shorter < 5
        or max(len(one), len(other)) > 20
        or {one + "s", one} >= {other}
        or other + "s" == one
    ):
        return False
    return 0 < _edits(one, other) <= (2 if shorter >= 7 else 1)


def _edits(one: str, other: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        previous, row[0] = row[0], i
        for j, theirs in enumerate(other, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (letter != theirs))
    return row[-1]


def _distance(own: str, theirs: list[PastContact]) -> float:
    """How far the habits of writing lie from the customer's: 0 for the same hand, above 1 for another."""
    mine = _habits(own)
    seen = [_habits(contact.own) for contact in theirs]
    total = 0.0
    for name, value in mine.items():
        values = [habit[name] for habit in seen]
        nearest = min(abs(value - other) for other in values)
        total += nearest
    return max(0.0, total - 0.35 - (0.25 if len(theirs) < 3 else 0.0))


def _habits(text: str) -> dict[str, float]:
    """Habits of writing, each between 0 and about 1."""
    tokens = re.findall(r"\S+", text[:20_000])
    starts = re.findall(r"(?:^|[.!?]\s+)([^\W\d_])", text[:20_000], re.MULTILINE)
    letters = max(1, sum(map(str.isalpha, text[:20_000])))
    short = len(
        re.findall(
            r"\b(?:u|ur|r|2|4|pls|plz|thx|lol|dont|cant|wont|im|ive|id|cos|coz|wud|cud|gonna|wanna)\b", text.lower()
        )
    )
    return {
        "small_starts": sum(map(str.islower, starts)) / len(starts) if starts else 0.0,
        "capitals": sum(map(str.isupper, text[:20_000])) / letters,
        "text_speak": min(1.0, 6 * short / max(1, len(tokens))),
        "exclaims": min(1.0, 8 * text.count("!") / max(1, len(tokens))),
        "emoji": float(bool(re.search(r"[\U0001F300-\U0001FAFF☺☹]", text))),
        "greets": 0.3 * float(bool(re.match(r"\s*(?:dear|sir|madam|good)", text, re.IGNORECASE))),
        "greets_lightly": 0.3 * float(bool(re.match(r"\s*(?:hi|hello|hey|yo|hiya)", text, re.IGNORECASE))),
        "long_words": min(1.0, 2 * sum(len(t) > 8 for t in tokens) / max(1, len(tokens))),
        "kisses": float(bool(re.search(r"\bx{1,4}o?x?o?\b", text.lower()))),
    }
