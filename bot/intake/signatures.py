"""The sender's block at the foot of a letter: telephone, address, web page, 'Sent from my iPhone'.

The sign-off and the name stay the sender's own words; what stands below them so that he can be reached is the
signature. Nothing is taken for a signature unless it shows a way to reach somebody, a '-- ' line (RFC 3676, 4.3) or
a telephone's own footer: a list of broken lamps at the foot of a letter is a list of broken lamps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_MOST_BLOCK_LINES = 24
_MOST_LINES_BELOW = 4
_REMEMBERED = 128  # lines: neighbours look at the same few lines again and again, so each is judged once
_LONGEST_BLOCK_LINE = 110

_DELIMITER = re.compile(r"^(?:--|—|––|-- --)\s*$")

_DEVICE = (
    r"iphone|ipad|ipod|apple watch|android|samsung|galaxy|huawei|nokia|pixel|blackberry|windows phone|mobile"
    r"|phone|handy"
    r"|tablet|telefon|móvil|movil|ffôn|ffon|smartphone|outlook|yahoo|gmail|aol|mail|hotmail|proton|tutanota"
    r"|k-9|sky|bt|ee"
    r"|o2|vodafone|three|xperia|oneplus|motorola|honor|xiaomi|lg|htc|surface|laptop|desktop|device|gerät"
    r"|appareil|мобил\w*"
)
_MOBILE = re.compile(
    r"^\W{0,4}(?:"
    rf"(?:sent|posted|written|typed|composed|delivered|dictated) (?:\w+ )?(?:from|via|by|using|with"
    rf"|on)\b.{{0,60}}\b(?:{_DEVICE})\b"
    r"|get outlook for (?:ios|android|windows|mac)|get the (?:outlook|yahoo|gmail) app|download (?:outlook|the)"
    rf"|via (?:mobile|phone|iphone|android)\W*$|from my (?:{_DEVICE})\b"
    rf"|(?:von|vom) (?:meine[mr] )?.{{0,40}}gesendet|gesendet (?:von|mit|aus)\b"
    rf"|diese nachricht wurde von meine[mr]|envoyé (?:de|depuis|à partir)|enviado (?:desde|do|de|a partir|via)\b"
    rf"|inviato da|verzonden (?:vanaf|vanuit|met|via)|verstuurd (?:vanaf|met)|sendt fra|skickat från|skickades från"
    rf"|lähetetty |wysłan[eo] (?:z|za)|odesláno z|odoslané z|отправлено (?:с|из)|надіслано (?:з|із)|отправлено через"
    rf"|anfonwyd (?:o|oddi|gan|drwy|o'm)|trimis de pe|küldve|gönderildi|.{{0,20}}iphone\W?\w{{0,6}} gönderildi"
    rf"|στάλθηκε από|enviat des|iphoneから送信|发自我的|從我的"
    rf"|.{{0,20}}(?:iphone|ipad|galaxy|android)(?:'|’)?(?:dan|den|mdan|imdan|sta|ista|ból|ről)\b"
    r")",
    re.IGNORECASE,
)
_MADE_WITH = re.compile(  # 'Sent from Spark': a program by its own name and nothing else
    r"^\W{0,4}(?:[Ss]ent (?:from|via|using|with)|Get) (?:the )?(?:[A-Z]\w{2,20}(?: "
    r"|\b)){1,4}(?:for (?:Android|iOS))?(?:<\S*>|\W)*$"
)
_MOST_MOBILE_WORDS = 14

_SIGN_OFF = re.compile(
    r"^\W{0,3}(?:(?:with |my |our )?(?:very |kind(?:est)?|warm(?:est)?|best|many|yours|sincere(?:st)?|all"
    r"|every|good)? ?"
    r"(?:regards?|wishes|sincerely|faithfully|truly|respectfully|thanks|thank you|cheers|rgds|brgds"
    r"|gratefully|respect)\b"
    r"|yours\b|best\b|love\b|sincerely|thx\b|ta\b|kr\b|br\b|thanks\b|many thanks|in anticipation|respectfully"
    r"|cofion\b|yn gywir|yr eiddoch|dymuniadau|gyda diolch|diolch|hwyl\b|mit freundlichen|freundliche"
    r"|viele grüße|gruß|mfg\b"
    r"|liebe grüße|cordialement|bien à vous|salutations|saludos|atentamente|un saludo|cordiali saluti|saluti|distinti"
    r"|met vriendelijke|groet|vriendelijke|mvh\b|med vennlig|hilsen|hälsningar|pozdrawiam|z poważaniem|atenciosamente"
    r"|obrigad[oa]|abraços|s pozdravem|с уважением|спасибо|з повагою)",
    re.IGNORECASE,
)

_PHONE = re.compile(r"(?<![\w£$€/.-])\(?\+?\(?\d(?:[\s().·/-]{0,3}\d){8,14}(?![\w/])")
_PHONE_US = re.compile(r"(?<!\d)\(?\d{3}\)?[\s.-]{1,2}\d{3}[\s.-]\d{4}(?!\d)")
_MAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_WEB = re.compile(
    r"\bhttps?://\S{3,}|\bwww\.\S{3,}|^\W{0,3}(?:[a-z0-9-]{2,40}\.){1,3}(?:com|org|net|co\.uk|uk|wales|cymru"
    r"|example)/?\S{0,60}\W?$",
    re.I,
)
_LABELLED = re.compile(
    r"^\W{0,3}(?:tel|telephone|mob|mobile|ph|phone|office|direct(?: (?:line|dial))?|switchboard|fax|email|e-mail|web"
    r"|website|skype|twitter|facebook|instagram|linkedin|whatsapp|address|ff[ôo]n|symudol|e-?bost|gwefan"
    r"|cyfeiriad|ffacs)"
    r"(?: (?:no|number))?\s?\W{0,2}(?:\.|:|\|)\s*\S",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"^\W{0,3}[tmdfewx]\W{0,2}[.:|]\s*\S", re.IGNORECASE)  # 'T: 01632 ...', but not 'T. Maddern'
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_STREET = re.compile(
    r"^\W{0,3}(?:flat \d+\w?,? |unit \d+\w?,? )?\d{1,4}[A-Za-z]?,? (?:[A-Z][\w'’.-]{1,20} ){1,4}(?:street|st"
    r"|road|rd|lane|ln|avenue"
    r"|ave|close|drive|way|place|terrace|row|gardens|court|crescent|hill|square|park|walk|grove|mews|quay"
    r"|wharf|yard)\b",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"\b(?:i|i'm|i've|me|my|we|us|you|your|please|call|ring|phone me|text|photo|photos|picture|video|link|see"
    r"|here|attached|is|are"
    r"|was|were|has|have|not|report|reported|ffoniwch|gweler)\b",
    re.IGNORECASE,
)
_PS = re.compile(
    r"^\W{0,3}(?:p\.? ?p?\.? ?s\b|n\.?b\b|o\.?n\b|postscript|ôl-nodyn|edit:|one more thing|also\b|oh\b)", re.IGNORECASE
)
_NAME_PART = re.compile(r"^\W{0,2}(?:[^\W\d_a-z][\w'’.-]{0,30}|de|van|von|der|la|ap|ab|ferch|and|a|&|of)\W{0,2}$")
_ENDS_SENTENCE = re.compile(r"[.?!]['\")’”]?\s*$")


def is_delimiter(line: str) -> bool:
    """True for the signature delimiter '-- ', with or without its space, and the long dash some programs make of it."""
    return _DELIMITER.match(line) is not None


@lru_cache(maxsize=_REMEMBERED)
def is_mobile_footer(line: str) -> bool:
    """True for 'Sent from my iPhone', 'Get Outlook for Android' and the like, in the languages commonly seen."""
    if len(line) > 160 or len(line.split()) > _MOST_MOBILE_WORDS:
        return False
    return _MOBILE.match(line) is not None or _MADE_WITH.match(line) is not None


@lru_cache(maxsize=_REMEMBERED)
def is_sign_off(line: str) -> bool:
    """True for 'Yours sincerely,', 'Kind regards', 'Cofion' standing as a line of its own, a short name allowed."""
    words = len(line.split())
    if len(line) > 60 or words > 6 or (words > 4 and not line.endswith(",")):
        return False
    return _SIGN_OFF.match(line) is not None and not line.endswith(("?", "!") if words <= 3 else ("?", "!", "."))


def is_postscript(line: str) -> bool:
    """True for a line that begins 'P.S.', 'NB': own words again, wherever it stands."""
    return _PS.match(line) is not None


def is_prose(paragraph: Sequence[str]) -> bool:
    """True if these lines read as sentences somebody wrote, not as a block of names, posts and numbers."""
    words = " ".join(paragraph).split()
    if len(words) < 5:
        return False
    if _PS.match(paragraph[0]):
        return True
    sentence = _ENDS_SENTENCE.search(paragraph[-1]) is not None
    if len(words) >= 8 and sentence:
        return True
    return max(len(line.split()) for line in paragraph) > 14 or (
        sentence and _SPEAKS.search(" ".join(words)) is not None
    )


@lru_cache(maxsize=_REMEMBERED)
def is_contact(line: str, *, after_sign_off: bool = False) -> bool:
    """True if the line is there to say how somebody is reached; a sentence that holds a number is not.

    Street and postcode count only below a sign-off: elsewhere they are where the lamp is broken.
    """
    if not line or len(line) > _LONGEST_BLOCK_LINE * 2:
        return False
    way = next(
        (
            found
            for found in (_PHONE.search(line), _PHONE_US.search(line), _MAIL.search(line), _WEB.search(line))
            if found
        ),
        None,
    )
    if _LABELLED.match(line) and len(line.split()) <= 12:
        return way is not None or (any(c.isdigit() for c in line)) or len(line.split()) <= 3
    if after_sign_off and (_STREET.match(line) or _POSTCODE.search(line)) and len(line.split()) <= 16:
        return not _SPEAKS.search(line)
    if way is None:
        return False
    if _INITIAL.match(line):
        return True
    rest = (line[: way.start()] + " " + line[way.end() :]).split()
    return len(rest) <= 9 and not _SPEAKS.search(" ".join(rest))


def is_reach(line: str) -> bool:
    """True if the line is a telephone number or mail address and little else (a bare web link may be evidence)."""
    return is_contact(line) and (
        _WEB.search(line) is None or _MAIL.search(line) is not None or _PHONE.search(line) is not None
    )


def is_name(line: str) -> bool:
    """True for two to five words that are written as names are."""
    words = line.split()
    return 2 <= len(words) <= 5 and all(_NAME_PART.match(word) for word in words)


def is_contact_block(lines: Sequence[str]) -> bool:
    """True if a whole paragraph is a sender's block: short lines, two ways to be reached or a name with one."""
    if not 2 <= len(lines) <= 12 or any(len(line) > _LONGEST_BLOCK_LINE for line in lines):
        return False
    others = [line for line in lines if not is_contact(line)]
    if any(len(line.split()) > 8 or _SPEAKS.search(line) or line.endswith(":") for line in others):
        return False
    reaches, contacts = sum(is_reach(line) for line in lines), len(lines) - len(others)
    named = bool(others) and is_name(lines[0])
    return reaches >= 1 and (contacts >= 2 or named)


def is_mobile_block(lines: Sequence[str]) -> bool:
    """True for a paragraph of a full name and a telephone's footer, nothing else."""
    return len(lines) == 2 and is_mobile_footer(lines[1]) and is_name(lines[0]) and not is_sign_off(lines[0])


def block_after_sign_off(lines: Sequence[str], at: int) -> tuple[int, int]:
    """Where the block of contact lines below the sign-off at line `at` begins and ends; an empty range if none.

    The first line below is the name and is left to the sender's own words, unless it holds the telephone itself.
    """
    first = at + 1
    while first < len(lines) and not lines[first]:
        first += 1
    begin = first if first < len(lines) and is_contact(lines[first]) else first + 1
    last, here = begin, first
    while here < min(first + _MOST_BLOCK_LINES, len(lines)):
        line = lines[here]
        if is_contact(line, after_sign_off=True) and here >= begin:
            last = here + 1
        elif line and here >= begin and _is_letter_again(line):
            break
        here += 1
    if last <= begin:
        return first, first
    most = min(last + _MOST_LINES_BELOW, len(lines))
    while last < most and _belongs_to_block(lines[last]):
        last += 1
    return begin, last


def _is_letter_again(line: str) -> bool:
    if is_postscript(line) or line.endswith(":") or len(line.split()) > 12:
        return True
    return is_prose([line]) or _SPEAKS.search(line) is not None


def _belongs_to_block(line: str) -> bool:
    """True for a short line at the foot of a block ('Mon to Thu', 'Follow us on Facebook')."""
    return bool(line) and len(line.split()) <= 8 and not _SPEAKS.search(line) and not is_postscript(line)
