"""The names that a message gives for its writer: in the header, at the foot, in 'this is ...'; and whose it is not."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.intake.person_names import NOBODY, Agreement, PersonName, compare, fold, is_body, read_name
from bot.intake.pet_names import is_known
from models.message import Message

CLOSING_LINES = 9
LONGEST_LINE = 120


class Source(enum.StrEnum):
    """Where a name was read, the surest first: what is written each time beats what is set up once."""

    INTRODUCED = "introduces themselves"
    SIGNED = "signs"
    SENDER = "the sender's name"


@dataclass(frozen=True, slots=True)
class Claim:
    name: PersonName
    source: Source
    words: str


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NOT_NAMES = _listed("""
    a about afternoon again all also am an and angry annoyed any anybody anyone anyway apologies are as asap asking
    at awaiting away be been best bless bore but by can cant cheers clerk cofion concerned confused cordially could
    council da date dear did diolch disappointed disgusted do does done dont either enough evening ever everybody
    faithfully fed for friday from god going gone good got grateful great gywir had happens happy has have he hello
    help her here hi him his hope how i if in is it its just kind know later leaving let lol look lots love madam
    many me message mobile monday more morning much my name need never new no nobody none not nothing now of off ok
    on once one only or our out over parish people phone please post prompt really regards reply resident
    respectfully right same saturday see send sent she should sick sincerely sir sirs so some somebody soon sorry
    still sunday ta take tbh tel thank thanks that the their them then there these they this thursday tired to too
    town truly try trying tuesday up urgent us very want was we wednesday week well went were what when where who
    why will wishes with without wondering wont worried would writing x xx xxx yes yet yn you your yours
""")
_SIGN_OFF = re.compile(
    r"^\W*(?:(?:with|my|our|very|kind(?:est)?|warm(?:est)?|best|many|yours|sincere(?:st|ly)?|all|every|good|god|love|in"
    r"|much|lots|thank(?:s| you)?|regards?|wishes|faithfully|truly|respectfully|cheers|ta|rgds|kr|br|bless(?:ing)?|of"
    r"|and|from|to|for|your|cofion|gorau|cynnes|yn|gywir|yr|eiddoch|diolch|fawr|gyda|hwyl|thx|tnx|again|advance"
    r"|anticipation|reading|the|a|ever|as|always|x+)\b[\s,.!]*)+",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\s*(?:,|\||–|—| - |\bno\.? ?\d|\bon behalf of\b|\bfor and on behalf\b|\bfor\b|\bof the\b|\d).*$", re.IGNORECASE
)
_KISSES = re.compile(r"(?:\s+x+|[\s!?.;:)(*~<3]|[^\w\s.'’-])+$", re.IGNORECASE)
_GREETING = re.compile(
    r"^\W*(?:dear|hi|hiya|hello|hey|good (?:morning|afternoon|evening|day)|morning|afternoon|annwyl|helo|bore da"
    r"|prynhawn da|fao|attn|to)\b[\s,]*(.{0,60})",
    re.IGNORECASE,
)
_NAME = r"((?:[^\W\d_][\w'’.-]{0,25})(?: [^\W\d_][\w'’.-]{0,25}){0,3})"
_I_AM = r"(?:it is|it's|it’s|its|this is|i am|i'm|i’m|im)"
_INTRODUCTIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bmy (?:full )?name(?: is|'s|’s| =|:) {_NAME}",
        rf"(?:^|[.!?\n]\s*|\b(?:hi|hello|hey|morning|yo|dear \w+),? ){_I_AM} (?:only )?(?:me,? )?{_NAME}",
        rf"(?:^|[.!?\n]\s*|\b(?:hi|hello|hey),? ){_NAME} here(?=\s*(?:[,.!:;–—-]|$|\n|from\b|again\b|writing\b))",
        rf"(?:^|\n)\W*(?:hi|hello|hey|yo),? {_NAME} from\b",
        rf"(?:^|\n)\W*(?:full )?(?:name|from|enw) ?: ?{_NAME}\s*(?:$|\n)",
    )
)
_KIN = (
    r"(?:mum|mam|mother|dad|father|wife|husband|partner|son|daughter|sister|brother|neighbour|friend|carer|mate|niece"
    r"|nephew|aunt|auntie|uncle|gran|nan|grandson|granddaughter|solicitor|agent|daughter-in-law|son-in-law|cousin)"
)
_SOMEONE_ELSES = (
    re.compile(rf"\b(?:i am|i'm|i’m|im|this is|it's|its) (?:the )?{_NAME}(?:'|’)?s (?:\w+ )?{_KIN}\b", re.IGNORECASE),
    re.compile(rf"\b(?:on behalf of|acting for|writing for|speaking for) (?:my \w+,? )?{_NAME}", re.IGNORECASE),
    re.compile(rf"(?:^|\n)\s*(?:for|pp\.?|p\.p\.) {_NAME}\s*(?:$|\n)", re.IGNORECASE),
    re.compile(rf"\b(?:my|our) (?:\w+ )?{_KIN},? {_NAME}", re.IGNORECASE),
)
_SPOKEN_OF = re.compile(
    r"\b([^\W\d_a-z][a-z'’\u00e0-\u00ff-]{2,14}) (?:is|isn't|was|has|hasn't|had|says|said|thinks|thought|asked|asks"
    r"|told|tells|will|won't|would|can't|cannot|couldn't|wants|wanted|went|goes|slipped|fell|rang|wrote"
    r"|takes|took|and I)\b"
)


def claims_of(
    sender: str, lines: list[str], block: list[str], addressed: frozenset[str], *, house: str = ""
) -> Iterator[Claim]:
    """The names a letter gives for its writer. `house`: the sender's domain, folded; a firm is called as its domain."""
    introduced = _introduced("\n".join([*lines[:6], *lines[-3:]]), sender)
    signed = _signed(lines, block, addressed, sender, house)
    name = NOBODY if _is_the_houses(sender, house) else read_name(sender)
    if introduced is not None and not (signed is not None and _both_another(introduced.name, signed.name, name)):
        yield introduced
    if signed is not None:
        yield signed
    if (
        signed is not None
        and signed.name.parts
        and (signed.name.surname, signed.name.given) == (name.surname, name.given)
    ):
        name = signed.name  # 'Jane Roe (née Dow)' at the foot says it of the header too
    if name:
        yield Claim(name, Source.SENDER, sender.strip())


def _both_another(introduced: PersonName, signed: PersonName, sender: PersonName) -> bool:
    """'It's Jonas Trubshaw, glazier' tells of a glazier where foot and header agree on somebody else."""
    if not introduced or not sender or compare(signed, sender) <= Agreement.NOTHING:
        return False
    return compare(introduced, sender) < Agreement.NOTHING and compare(introduced, signed) <= Agreement.NOTHING


def _is_the_houses(words: str, house: str) -> bool:
    """True for 'Ockham Joinery' from 'hello@ockhamjoinery.example': a firm's name, and no person's."""
    parts = [fold(w) for w in words.split()]
    return len(parts) > 1 and len("".join(parts)) >= 6 and "".join(parts) in house and not is_known(parts[0])


def _introduced(text: str, sender: str) -> Claim | None:
    known = {fold(w) for w in sender.split()}
    for pattern in _INTRODUCTIONS:
        for match in pattern.finditer(text):
            words = _leading_name(match[1])
            name = read_name(words) if words else NOBODY
            first = fold(words.split()[0]) if words else ""
            if name and not is_body(words) and (is_known(first) or first in known or "name" in match[0][:20].lower()):
                return Claim(name, Source.INTRODUCED, words)
    return None


def _leading_name(words: str) -> str:
    """As much of these words as is written like a name: capitals, or a given name that everybody knows."""
    taken: list[str] = []
    for word in words.split()[:3]:
        bare = word.strip(".,;:!?")
        if re.search(r"['’](?:s|ve|m|d|ll|re)$", bare):
            return ""  # 'I'm Denise's sister' is not Denise
        if fold(bare) in _NOT_NAMES or not (bare[:1].isupper() or (is_known(fold(bare)) if not taken else True)):
            break
        taken.append(bare)
        if word != bare:
            break
    return " ".join(taken)


def addressed_in(lines: list[str], message: Message) -> frozenset[str]:
    """Folded names of those written to: 'Thanks Judith' at the foot is not Judith's signature."""
    words: set[str] = set()
    for line in lines[:2]:
        greeting = _GREETING.match(line)
        if greeting:
            words |= {fold(w) for w in re.split(r"[\s,;.]+", greeting[1])[:4]}
    for address in message.recipients:
        words |= {fold(w) for w in address.name.split()}
    sender = {fold(w) for w in message.sender.name.split()}
    return frozenset(w for w in words if len(w) > 1) - sender


def _signed(
    lines: list[str], block: list[str], addressed: frozenset[str], sender: str, house: str = ""
) -> Claim | None:
    """The likeliest of the lines at the foot that could be a name; of equals the upper one: roles and places follow."""
    best: tuple[int, Claim] | None = None
    first = max(1 if len(lines) > 1 else 0, len(lines) - CLOSING_LINES)
    for at in range(len(lines) - 1, first - 1, -1):
        line = lines[at]
        signed_off = at > 0 and _is_sign_off(lines[at - 1])
        claim = _name_line(line, addressed, signed_off=signed_off)
        if claim is not None and _is_the_houses(claim.words, house):
            continue
        if claim is None and best is None and len(lines) - at <= 3:
            claim = _at_end_of(line, addressed)
            line = claim.words if claim else line
        if claim is None and reads_as_prose(line) and len(lines) - at > 4:
            break
        if claim is not None:
            likely = _likely(claim.name, line, sender) + (3 if signed_off else 0)
            if likely > 0 and (best is None or likely >= best[0]):
                best = (likely, claim)
    for line in block[:3] if best is None else ():
        claim = _name_line(line, addressed, signed_off=False)
        if claim is not None and _likely(claim.name, line, sender) > 0:
            return claim
    return best[1] if best else _lone_at_the_foot(lines, addressed)


def _lone_at_the_foot(lines: list[str], addressed: frozenset[str]) -> Claim | None:
    """'Philippa xx': one word written as a name is the last line of a letter, though no list knows it."""
    words = _KISSES.sub("", lines[-1]).strip(" ,.") if len(lines) > 1 else ""
    if not re.fullmatch(r"[^\W\d_a-z][a-z'’\u00e0-\u00ff-]{2,14}", words) or re.search(r"[!?:]", lines[-1]):
        return None
    claim = _name_line(lines[-1], addressed, signed_off=True)
    return claim if claim is not None and claim.name.lone else None


_PLACE_OR_ROLE = re.compile(
    r"\b(?:street|road|lane|avenue|close|drive|terrace|row|gardens|court|crescent|hill|square|park|grove|mews|yard|parade"
    r"|cottage|cottages|house|manor|manse|farm|view|flat|room|unit|plot|kiosk|badge|director|manager|officer|sec|hon"
    r"|chair|member|owner|driver|tenant|resident|editor|president|warden|manager|leader|head|executor|trustee|agent"
    r"|lleol|heol|stryd|ffordd|ty|maes|bryn)\b|^\W*the\b",
    re.IGNORECASE,
)


_GOES_ON = re.compile(r",\s+(?!and\b|of\b)[a-z]\w*\s+\w+")  # 'Jane Doe, left in January': a sentence about her


def _likely(name: PersonName, line: str, sender: str) -> int:
    """How much a line at the foot looks like the name of whoever sends: names met elsewhere, forms that names take."""
    others = {fold(w) for w in re.split(r"[\s.,-]+", sender)} - {""}
    own = {*name.given, name.surname, name.lone} - {""}
    likely = 3 if {w for w in own if len(w) > 1} & others else 0
    likely += 2 if any(is_known(n) for n in (*name.given[:1], name.lone)) else 0
    likely += 2 if name.surname and (name.initials or name.titled) and not name.given else 0
    likely -= 4 if _GOES_ON.search(line) else 0
    likely += 1 if name.is_full or (name.initials and not own and "." in line) or name.several else 0
    return likely - (4 if _PLACE_OR_ROLE.search(line.split(",")[0]) and not likely >= 4 else 0)


def _is_sign_off(line: str) -> bool:
    match = _SIGN_OFF.match(line)
    return match is not None and match.end() >= len(line.rstrip(" ,.!-"))


def reads_as_prose(line: str) -> bool:
    return len(line.split()) > 7 and sum(fold(w) in _NOT_NAMES for w in line.split()) >= 2


def _name_line(line: str, addressed: frozenset[str], *, signed_off: bool) -> Claim | None:
    """The name on a line that holds a name and at most a title, a role or a number after it."""
    if len(line) > LONGEST_LINE or _GREETING.match(line):
        return None
    formerly = re.search(r"[,(]\s*(?:n[ée]e|formerly|previously|was)\s+([^\W\d_][\w'’-]+)\)", line, re.IGNORECASE)
    line = line[: formerly.start()] + line[formerly.end() :] if formerly else line
    bare = line.strip(" -–—*_~>|.")
    rest = _SIGN_OFF.sub("", bare, count=1) if not _is_name_like(bare, signed_off) else bare
    rest = re.sub(r"^(?:from|by|sgd|signed)\b[:\s]*", "", rest.strip(), flags=re.IGNORECASE)
    bracketed = re.search(r"^([^\W\d_][\w'’-]+) \(([^\W\d_][\w'’-]+)\)", rest)
    if bracketed and fold(bracketed[2]) not in _NOT_NAMES and read_name(f"x {bracketed[2]}").surname:
        rest = f"{bracketed[1]} {bracketed[2]}"
    without = re.sub(r"\([^()]*\)", " ", rest)
    words = _KISSES.sub("", _ROLE.sub("", without)).strip(" ,.")
    if not words or not _is_name_like(words, signed_off):
        return None
    if any(fold(w) in addressed for w in words.split()) and rest != bare:
        return None
    initials = re.fullmatch(r"(?:[A-Z]\. ?){1,4}[A-Z]?\.?|[A-Z]{2,3}", words + ("." if "." in words else ""))
    name = read_name(words)
    if initials and not name:
        name = PersonName(initials=fold(words))
    if not name or is_body(words):
        return None
    if formerly:
        name = read_name(f"{words} (née {formerly[1]})")
    return Claim(name, Source.SIGNED, words)


def _is_name_like(words: str, signed_off: bool) -> bool:
    parts = [w for w in re.split(r"[\s]+", words) if w]
    if not 1 <= len(parts) <= 5 or words.endswith(("?", "!", ":")):
        return False
    if any(fold(w) in _NOT_NAMES and not _is_initial(w) for w in parts) or any(c.isdigit() for c in words):
        return False
    if not all(fold(w) for w in parts if w not in {"&", "+"}):
        return False
    if all(w[:1].isupper() for w in parts):
        return not (len(parts) > 1 and words.endswith(".") and len(parts[-1]) > 3)
    lower = [w for w in parts if not w[:1].isupper()]
    if all(fold(w) in {"de", "van", "von", "der", "la", "ap", "ab", "ferch", "and", "di", "da"} for w in lower):
        return True
    return len(parts) <= 3 and (is_known(fold(parts[0])) or (signed_off and len(parts) <= 2))


def _is_initial(word: str) -> bool:
    return len(word.rstrip(".")) == 1 and word[0].isupper()


def _at_end_of(line: str, addressed: frozenset[str]) -> Claim | None:
    """'... by the bandstand. Thanks. Jean': a name as the last words of a line."""
    last = re.split(r"[.!?,]\s+", line.strip())[-1].strip(" .!x")
    words = last.split()
    if not 1 <= len(words) <= 3 or not all(w[:1].isupper() for w in words):
        return None
    if any((fold(w) in _NOT_NAMES and not _is_initial(w)) or fold(w) in addressed for w in words):
        return None
    name = read_name(last)
    if not name or (name.lone and not is_known(name.lone)):
        return None
    return Claim(name, Source.SIGNED, last)


def spoken_of(own: str) -> Iterator[str]:
    """Folded names of those of whom the letter says what they do or did: hardly of its writer."""
    for match in _SPOKEN_OF.finditer(own):
        word = fold(match[1])
        if len(word) > 2 and word not in _NOT_NAMES:
            yield word


def someone_elses(own: str) -> Iterator[str]:
    for pattern in _SOMEONE_ELSES:
        for match in pattern.finditer(own):
            word = match[1].split()[0].removesuffix("'s").removesuffix("’s")
            first = fold(word)
            if len(first) > 1 and first not in _NOT_NAMES and (is_known(first) or word[:1].isupper()):
                yield first
