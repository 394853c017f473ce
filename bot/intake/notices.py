"""What nobody wrote to the council: gateway banners, employers' disclaimers, virus notes, list and service footers.

A resident may well write about confidence or viruses himself, so one such word is never enough: a notice is known by a
phrase that only notices use, or by several signs together.
"""

from __future__ import annotations

import re

_ANY_MAIL = r"(?:e-?mail|message|communication|transmission|correspondence)"

_SURE = re.compile(
    "|".join(
        (
            r"if you (?:are|were) not (?:the|an?) (?:intended|named|correct|proper) (?:recipient|addressee)",
            r"if you (?:are not|aren't) the person (?:for whom|to whom)",
            rf"if you (?:have |should )?receiv\w* (?:this|the) {_ANY_MAIL}.{{0,30}} in error",
            rf"if (?:you have received this|this {_ANY_MAIL} has (?:reached|come to) you) (?:in|by) (?:error|mistake)",
            r"if (?:it|this) has (?:reached|come to|been sent to) you (?:in|by) (?:error|mistake)",
            rf"(?:this|the) {_ANY_MAIL}.{{0,80}}intended (?:solely|only|exclusively|for the sole)",
            rf"this {_ANY_MAIL} is (?:meant|intended) (?:solely|only|for (?:the |its )?(?:sole|use|named"
            rf"|individual|addressee|recip))",
            rf"(?:this|the) {_ANY_MAIL}.{{0,60}}(?:may|might) (?:contain|be) .{{0,60}}(?:confidential"
            rf"|privileged|clinical)",
            rf"{_ANY_MAIL} (?:and any .{{0,40}})?(?:is|are) (?:strictly )?(?:private and )?confidential "
            r"(?:to (?:the|its) (?:addressee|intended)|and (?:may|is|are|intended|privileged|for the (?:sole"
            r"|use|intended)))",
            r"(?:consider|think (?:of|about)) the environment before (?:you |deciding to |choosing to )?print",
            r"do you really need to print this",
            rf"this {_ANY_MAIL} (?:and any .{{0,40}})?(?:has|have) been (?:scanned|checked|swept|virus)",
            r"(?:scanned|checked) (?:for|by) .{0,60}(?:virus|malware|avast|avg|mcafee|norton|messagelabs"
            r"|mimecast|sophos|esva)",
            r"^virus[- ]free\b",
            r"no virus found in this",
            r"all (?:e-?mails?|communications?) (?:sent )?(?:to|from).{0,60}(?:may|will) be (?:monitored"
            r"|recorded|subject)",
            rf"(?:views|opinions).{{0,40}}(?:expressed|contained) in this {_ANY_MAIL}",
            r"any (?:views|opinions) (?:or \w+ )?(?:expressed|presented) (?:are|is|in)",
            r"unauthori[sz]ed (?:use|disclosure|copying|review|dissemination).{0,60}(?:is"
            r"|are) (?:strictly )?(?:prohibited|unlawful|forbidden)",
            r"^\W*(?:[\w&'.]+ ){0,6}(?:is )?(?:a (?:\w+ )?(?:company|charity"
            r"|partnership) )?registered in (?:england|wales|scotland|the uk)\b",
            r"we welcome correspondence in (?:welsh|english|either)",
            r"correspond(?:ing|ence) in welsh will not lead to",
            r"croesaw\w* gohebiaeth|groeso i chi (?:ohebu|gysylltu).{0,30}gymraeg|ni fydd gohebu yn gymraeg",
            r"os nad (?:chi|y chi) yw'?r? (?:y )?(?:derbyn|sawl)\w*|derbynnydd bwriadedig",
            r"(?:e-?bost|neges) (?:hwn|hon|yma).{0,80}(?:gyfrinachol|cyfrinachol|freintiedig)",
            r"(?:ystyriwch|meddyliwch am) yr amgylchedd",
            r"sganio.{0,40}(?:feirws|firws|feirysau|firysau)",
            r"please use this e-?mail address for all replies|(?:message"
            r"|reply).{0,40}will be published on the internet",
            r"if you find this service useful as an FOI officer",
            r"you (?:are receiving|received|have received|'re receiving) this (?:e-?mail|message|notification) because",
            r"reply to this e-?mail directly|to unsubscribe from (?:this|these)|unsubscribe from (?:this|these) ",
            r"(?:visit topic|visit message) or reply to this e-?mail",
            r"diese (?:e-?mail|nachricht).{0,60}vertrauliche|falls sie nicht der (?:richtige|beabsichtigte)",
            r"ce (?:message|courriel).{0,80}confidentiel|si vous n'êtes pas le destinataire",
            r"este (?:mensaje|correo).{0,80}confidencial|si (?:usted )?no es el destinatario",
            r"questo messaggio.{0,80}(?:riservat|analizzato|confidenzial)|dit (?:bericht"
            r"|e-?mailbericht).{0,60}vertrouwelijk",
        )
    ),
    re.IGNORECASE,
)
_SIGNS = tuple(
    re.compile(sign, re.IGNORECASE)
    for sign in (
        rf"^\W*(?:this|the contents of this|the information (?:contained )?in this) {_ANY_MAIL}",
        r"\bconfidential(?:ity)?\b",
        r"\bprivileged\b",
        r"\b(?:addressee|intended recipient)s?\b",
        r"\b(?:no|not accept(?: any)?|disclaims?(?: all)?) (?:liability|responsibility)",
        r"\battachments?\b.{0,80}\b(?:virus|confidential|privileged)",
        r"\bauthori[sz]ed and regulated\b",
        r"\bregistered (?:in|office|charity|company)\b|\bcompany (?:number|no|registration)\b|\bVAT (?:no|reg)",
        r"\bunauthori[sz]ed (?:use|disclosure|copying|review|dissemination)",
        r"\bmay (?:have to|need to|be required to) be disclosed\b",
        r"\bnot necessarily (?:those|represent|reflect)",
        r"\bdelete (?:it|this|the) ?(?:e-?mail|message)?\b.{0,40}\b(?:notify|tell|inform|sender)|\bnotify the sender\b",
        r"\bprivacy (?:notice|policy|statement)\b",
        r"\b(?:monitored|recorded)\b.{0,60}\b(?:law|policy|purposes|security)",
        r"\bcyfrinachol|\bgyfrinachol|\bcofrestredig\b|\bhysbysiad preifatrwydd\b",
    )
)
_SPEAKS_FOR_SELF = re.compile(r"\b(?:I|my|me|I'm|I've|I'd|mine|fi|fy)\b")
_OPENS = re.compile(
    rf"^\W{{0,6}}(?:this (?:electronic )?{_ANY_MAIL}|the (?:information|contents?) (?:contained )?(?:in"
    rf"|of) this|disclaimer"
    r"|confidentiality|important notice|legal (?:notice|disclaimer)|private and confidential|please (?:consider|think)"
    rf"|please use this e-?mail address for|if you (?:are not|have received)|any views|{_ANY_MAIL}s? (?:sent"
    rf"|to and from)|virus|scanned|we welcome corr"
    r"|ymwadiad|cyfrinachedd|(?:mae|gall)['’]?r? (?:e-?bost|neges|yr e-?bost)|os nad|ystyriwch|croesaw"
    r"|diese (?:e-?mail|nachricht)|ce (?:message|courriel)|este (?:mensaje|correo)|questo messaggio"
    r"|dit (?:bericht|e-?mail))",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\W*(?:disclaimer|confidentiality(?: notice)?|important notice|legal (?:notice|disclaimer)|ymwadiad"
    r"|cyfrinachedd)\W*$",
    re.IGNORECASE,
)
_LIST_FOOTER = re.compile(
    r"\bmailing list\b|lists?\.[\w.-]+|/mailman/|\bgoogle groups\b|list-unsubscribe", re.IGNORECASE
)

_SHORTEST = 15  # characters; 'Virus-free. avg.example' is about the shortest notice there is
_READ = 3000  # characters of a paragraph that decide; a notice says what it is at once


def is_notice(paragraph: str) -> bool:
    """True if the paragraph is a disclaimer, virus note or service footer and not a person's own sentence."""
    text = " ".join(paragraph[:_READ].split()).replace("’", "'")
    if len(text) < _SHORTEST or text[0] in "\"'“‘«":
        return False
    signs = sum(1 for sign in _SIGNS if sign.search(text))
    sure = _SURE.search(text) is not None
    if _SPEAKS_FOR_SELF.search(text):
        return sure and signs >= 2
    return sure or signs >= 3 or (signs >= 2 and _OPENS.match(text) is not None)


def opens_notice(line: str) -> bool:
    """True if a notice may begin with this line, even in the middle of a paragraph."""
    return _OPENS.match(line) is not None


def heads_notice(line: str) -> bool:
    """True for a heading such as 'DISCLAIMER' or 'Confidentiality notice' standing alone."""
    return _HEADING.match(line) is not None


def is_list_footer(paragraph: str) -> bool:
    """True for what a mailing list adds below its rule: short lines that name the list and its address."""
    lines = paragraph[:_READ].split("\n")
    return (
        len(lines) <= 8 and _LIST_FOOTER.search(paragraph[:_READ]) is not None and "mail" in paragraph[:_READ].lower()
    )


# --- banners at the top ----------------------------------------------------------------------------------------

_TAG = re.compile(
    r"^[\[({<*#\s!⚠️]{0,8}(?:external|ext|allanol|external (?:sender|e-?mail|message|source|mail)"
    r"|outside sender|e-?bost allanol"
    r"|unverified sender|suspected (?:spam|phishing)|official(?:[- ]sensitive)?)[\])}>*#\s!:]{0,8}$",
    re.IGNORECASE,
)
_OUTSIDE = (
    r"(?:(?:from )?outside (?:of )?(?:the |your |our |this )?(?:\w+ ){0,3}(?:organi[sz]ation|council|company"
    r"|network|domain|authority|trust|tenant)"
    rf"|external (?:{_ANY_MAIL}|sender|source|address|account|organi[sz]ation|party|domain))"
)
_BANNER = re.compile(
    "|".join(
        (
            rf"(?:this|the) {_ANY_MAIL}.{{0,40}}(?:originat\w+|sent|came|comes|come|received"
            rf"|is) (?:from )?(?:an )?{_OUTSIDE}",
            rf"{_OUTSIDE}.{{0,60}}(?:click|links?\b|attachments?|verify the sender)",
            rf"(?:caution|warning|alert|beware|rhybudd|gofal|pwyllwch)\W.{{0,40}}(?:{_OUTSIDE}|allanol"
            rf"|tu allan|unknown sender)",
            r"(?:think before you|do not|don't|never) (?:click|open).{0,60}(?:links?"
            r"|attachments?).{0,80}(?:unless|if you|recogni[sz]e|sender|expect)",
            r"you don'?t often get e-?mail from|learn why this is important|powered by mimecast|zjqcmqryfpfptbanner",
            r"this (?:message|sender|e-?mail) (?:could not be|has not been|is not) (?:verified|authenticated)",
            r"first time (?:you have )?received? (?:an )?e-?mail from this sender"
            r"|some people who received this message don'?t",
            r"(?:daeth|daw|anfonwyd|derbyniwyd)['’]?r? (?:yr )?(?:e-?bost|neges).{0,30}(?:tu allan|allanol|y tu)",
            r"peidiwch (?:â|a|ag) (?:chlicio|clicio|agor).{0,80}(?:dolen|atodiad)",
        )
    ),
    re.IGNORECASE,
)


def is_banner(lines: str) -> bool:
    """True if these lines, standing above the letter, are a gateway's warning ('[EXTERNAL]', 'CAUTION: ...')."""
    text = " ".join(lines[:_READ].split()).replace("’", "'")
    if len(text) > 900:
        return False
    return _TAG.match(text) is not None or _BANNER.search(text) is not None
