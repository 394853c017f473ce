"""How people say that they write for somebody else: in the words of family, of friends, and of those whose work it is.

Each phrase is a rule of English, not of any council: no name, street or matter stands here.
"""

from __future__ import annotations

import re

_I = re.IGNORECASE

KIN = (
    r"(?:mum|mam|mom|mother|ma|dad|da|father|pa|parents?|folks|husband|hubby|wife|missus|partner|fianc[eé]e?"
    r"|other half"
    r"|boyfriend|girlfriend|son|daughter|lad|lass|brother|sister|sis|bro|twin|uncle|aunt(?:y|ie)?|nan|nana|nanna|gran"
    r"|granny|grandma|grandad|granddad|grandpa|grandmother|grandfather|grandson|granddaughter|nephew|niece|cousin"
    r"|(?:mother|father|son|daughter|brother|sister)-in-law|stepson|stepdaughter|stepdad|stepmum|carer|godson"
    r"|neighbour"
    r"|next[- ]door|friend|mate|pal|landlady|landlord|tenant|lodger|boss|colleague|secretary)"
)
_CLOSE_KIN = r"(?:mum|mam|mom|dad|mother|father|nan|gran|grandad|granddad|grandma|grandpa|hubby)"
# What one is asked to do for another towards a council; not "told me to mind my own business".
_DO = (
    r"(?:write|writ\w+|e-?mail|message|send|ask|say|pass|tell|let|put|chase|drop|forward|find|check|thank"
    r"|answer|reply"
    r"|take|scan|explain|contact|get|have|keep|look|sort|ring|phone|call|speak|raise|enquire|inquire|see|help"
    r"|type|copy"
    r"|do|act|report|follow|hand|submit|request|set|add|make|deal|handle|represent|point|remind|draw|give|come"
    r"|read|try)"
)
_ASKED = (
    r"(?:ask(?:s|ed|ing)?|told|tells|wants?|wanted|instructed|instructs|begged|got|get|authorised|authorized"
    r"|requested)"
)
_US = r"(?:me|us|everyone|everybody|all of us(?: in [\w ]{2,15})?|us all)(?: too| also| all| both| again| kindly)?"
_THEM = (
    r"(?:him|her|them|(?:my|our|his|her|the) (?:[\w'’-]+ ){0,2}" + KIN + r"|(?:mr|mrs|ms|miss|dr|rev)\b|the family"
    r"|a (?:friend|neighbour|client|constituent|resident|member))"
)
_ACT = (
    r"(?:writ(?:e|es|ing|ten)|wrote|do(?:es|ing)?|done|send(?:s|ing)?|sent|pass(?:es|ed|ing)?|typ(?:e|ed|ing)"
    r"|step(?:ping"
    r"|ped|s)? in|speak(?:ing)?|spoken|act(?:s|ed|ing)?|chas(?:e|es|ed|ing)|ask(?:s|ed|ing)?|forward(?:s|ed|ing)?"
    r"|deal(?:ing)? with|e-?mail(?:s|ed|ing)?|ring(?:ing)?|fill(?:ed|ing)?(?: it)? in|post(?:ed|ing)?|tak(?:e"
    r"|ing) (?:this"
    r"|it|over)|handl(?:e|ing)|report(?:ed|ing)?|put(?:ting)? (?:this|it)|scan(?:ned|ning)?|help(?:ed|ing)?"
    r"|reply(?:ing)?)"
)

_OFFICIAL = (
    r"(?:(?:a|an|one of|the|your|our) )?(?:council|clerk|officers?|helpline|contact centre|switchboard|police|surgery"
    r"|doctor|gp|bank|school|website|form)\b"
)

_LETTERS = (
    r"(?:(?:all|both|some) )?(?:of )?(?:the|your|his|her|their|those|these|this) (?:\w+ ){0,2}"
    r"(?:letters?|e-?mails?|correspondence|repl(?:y|ies)|answers?|papers|file)"
)

BEHALF = re.compile(
    rf"\bon (?:his|her|their|(?:[\w'’-]+ ){{1,4}}?[\w-]+['’]s|(?:my"
    rf"|our) (?:[\w-]+ )?{KIN}(?:['’]?s)?) (?:behalf|account)\b"
    rf"|\bon behalf of\b|\bbehalf of (?:my|our|mr|mrs|ms|miss)\b"
    rf"|\b{_ASKED} {_US} (?:to|would (?:i|we)|if (?:i|we)(?:['’]d| would| could)) (?:please |kindly |just )?{_DO}\b"
    rf"|\b(?:he|she|they|has|have|had|['’]s|['’]ve)(?: all)? {_ASKED} {_US}(?: to)?\s*(?:[.,;!)\n]|$)"
    rf"|\b{_ACT}(?: [\w'’-]+){{0,5}}? for {_THEM}"
    rf"|\b(?:pp|p\.p\.|for and on behalf|per pro)\b"
    rf"|\bspeak(?:ing)? (?:up )?for (?:{_THEM}|my|the)"
    r"|\btake[n]? up (?:the |[^.\n]{0,40})case\b|\bin support of (?:our|my|mr|mrs|ms|miss|dr|him|her|them)\b"
    r"|\badd(?:ing)? (?:my|our) (?:weight|name|voice)\b"
    r"|\bi['’]?m (?:just )?(?:the|her|his|their) (?:messenger|typist|secretary)\b"
    rf"|\b(?:this|it)(?:['’]s| is)? (?:all )?(?:from|for) (?:my|our) (?:[\w'’-]+ )?{KIN}\b"
    r"|\b(?:can|could|would|please) (?:you|u) let (?:him|her|them) know\b"
    rf"|\b(?:asked|instructed|authorised|authorized|retained|appointed|engaged) by (?:mr|mrs|ms|miss|dr|my|our"
    rf"|the family)\b"
    rf"|\b{_ASKED} (?:would|could|will|can|if) (?:i|we)\b(?: [\w'’]+){{0,2}}? {_DO}\b"
    rf"|\b(?:asked|directed|instructed|requested|authori[sz]ed) by (?!you|{_OFFICIAL})[^.\n]{{1,40}}? to {_DO}\b"
    rf"|\bat the (?:request|wish|instance) of (?!you|{_OFFICIAL})",
    _I,
)
NOT_ALLOWED = re.compile(
    r"\b(?:he|she|they|his|hers?|theirs?|dad|mum|mam|" + KIN + r")\b[^.!?\n]{0,45}?\b(?:(?:not|no longer|never) "
    r"(?:\w+ )?(?:allowed|permitted|able|supposed)\b|(?:isn|aren|wasn|can|couldn|won|mustn)['’]?t (?:be )?(?:allowed"
    r"|write|e-?mail|contact|ring|get through|send|do (?:this|it|email|computers?|letters))|may not (?:write|e-?mail"
    r"|contact|ring)|(?:are|is|been|were|was|got|being|gets?) (?:\w+ )?(?:blocked|stopped|barred|banned|told off"
    r"|restricted|silenced|ignored|unanswered|warned)|told (?:off|not to|to (?:pipe|stop|shut|do nothing|go through)"
    r"|(?:he|she|they) (?:may|can)\w* (?:not|only|n['’]t))|(?:too|past) (?:\w+ ){0,3}(?:to (?:write|say|ask"
    r"|send)|words)"
    r"|stopped reading|go(?:es)? unanswered|(?:don|doesn|dont)['’]?t? (?:do|have|use|like|listen|trust)\b|can['’]?t"
    r" type|hands are)|\bhands are tied\b"
    r"|(?<!\bi )\b(?:(?:not|no longer) (?:allowed|permitted|able) to|can['’]?t|cannot|may not|mustn['’]?t)"
    r" (?:write|e-?mail|contact|ring)\b[^.!?\n]{0,30}?\bso (?:i['’]?m|i|we)\b",
    _I,
)
THEIR_WORDS = re.compile(
    r"\b(?:dictat(?:ed|es|ing)|in (?:his|her|their) (?:own )?words|(?:his|her|their) (?:exact )?words"
    r"|word for word|wrote"
    r" (?:it|this|that) (?:all )?(?:out|down)|handed (?:me|us)|to copy out|copied (?:it|this) out|put (?:his"
    r"|her|their)"
    r" words|as (?:he|she|they) (?:puts?|says?) it|(?:he|she|they) (?:says?|said|asked)(?: me)? to (?:put|say|tell)"
    r"|told (?:me|us) what to (?:put|write|say)|(?:hold|holding) the pen|through (?:me|us) that\b"
    r"|read (?:him|her|them) (?:the|your|it)|reads as follows|send this (?:on|also)|pass (?:it|this|that) on"
    r"|be (?:his|her|their) (?:pen|scribe|typist)|(?:my|do(?:es|ing)? the) typing|typ(?:e|ed) for (?:a|him|her|them)"
    r"|type (?:it |this )?and (?:he|she)|as (?:he|she|they) (?:tells?|gives?) it)\b",
    _I,
)
PROFESSION = re.compile(
    r"\b(?:(?:our|my|your?) client|client['’]s|we act\b|i act\b|acting (?:for|on)|instructed (?:by|in)"
    r"|our instructions"
    r"|(?:signed|written|his|her|their|enclosed|attached) (?:letter of )?(?:authority|mandate|consent)"
    r"|(?:letter|form) of"
    r" (?:authority|consent)|(?:authority|consent form|mandate) (?:is |are )?(?:enclosed|attached|annexed"
    r"|to act)|power of"
    r" attorney|attorney for|deputy for|i assist\b|(?:to|i|we) represent\b|representing\b|mckenzie|appropriate adult"
    r"|lay representative|advocate for|agent for|as agent|supporting (?:mr|mrs|ms|miss)|authority (?:is"
    r"|are) (?:enclosed"
    r"|attached)|asked by\b[^.\n]{0,40}\bto act|contact us and not|correspond(?:ence)? through)\b",
    _I,
)
CASEWORK = re.compile(
    r"\b(?:constituents?|surger(?:y|ies)|caseworker|casework|my ward|in my ward|asked \w+ for (?:help"
    r"|assistance|advice)"
    r"|one of (?:mine|my (?:residents|constituents))|(?:a|this|the|my) resident|(?:can|could|may) (?:we|i"
    r"|you) (?:please )?"
    r"(?:get|give|have|let|give)\b[^.?\n]{0,30}\b(?:answer|reply|update|date)|what do i tell (?:him|her|them)"
    r"|raised (?:it"
    r"|this|the matter)? ?with me|contacted (?:me|us|\w+['’]s office)|see below|please (?:get|see|look)"
    r"|forwarding)\b",
    _I,
)
SUPPORT = re.compile(
    r"\b(?:in support of|support(?:s|ing)? (?:him|her|them|mr|mrs|ms|miss)|backs? (?:him|her|them|mr|mrs|ms)"
    r"|behind (?:him"
    r"|her)|take[n]? up (?:the |.{0,40})case|add(?:ing)? (?:my|our) (?:weight|name|voice)|(?:our|fellow|of our"
    r"|one of its)"
    r" members?\b|(?:a )?(?:mate|friend|pal) of mine|agree with (?:him|her|every|it\b)|same ask as"
    r"|stand(?:ing)? (?:by|with)"
    r" (?:him|her)|sticking up for|just (?:give|let) (?:him|her|them)|(?:leave|treat(?:ed)?) (?:him"
    r"|her) (?:alone|like)"
    r"|it['’]?s not fair on (?:him|her)"
    rf"|(?:was|were|been|being) shown {_LETTERS}|(?:showed|shown|let) (?:me|us) (?:see |read )?{_LETTERS})\b",
    _I,
)
REPORTED = re.compile(
    r"\b(?:he|she|they|mum|mam|dad|nan|gran|grandad|" + _CLOSE_KIN + r"|my " + KIN + r")(?:['’](?:d|s|ll|ve))?"
    r"(?: also| only| just| really| still| has| have| had| does| did| would| is| was)*"
    r" (?:says?|said|wants?|wanted|would like|like(?:s|d)?|asks?|asked|wonder\w*|feels?|felt|thinks?|thought"
    r"|hopes?|hoping"
    r"|can['’]?t|cannot|couldn['’]?t|wrote|writes|told|tells|needs?|understands?|know\w*|notes|believes?"
    r"|does ?n[o'’]t"
    r"|do(?:es)? not|don['’]?t|sleep\w*|worr\w+|struggl\w+)\b",
    _I,
)
OF_MY_KIN = re.compile(
    rf"\b(?:my|our) (?:[\w'’-]+ )?{KIN}\b|\b(?:i['’]?m|i am|im|it['’]?s|its|this is"
    rf"|from) (?:[\w'’-]+ ){{1,4}}?{KIN}\b",
    _I,
)
BARE_KIN = re.compile(rf"(?:^|[.!?,\n] ?|\b(?:for|and|told|but|so|because|as|that|of) ){_CLOSE_KIN}(?:['’]s)?\b", _I)
FOR_MYSELF = re.compile(
    r"\b(?:for myself|(?:in|on) my own (?:right|capacity|behalf|account)|my own (?:matter|plot|case)"
    r"|not (?:on behalf of|for)"
    r"\b(?! \w+ing)|(?:nothing|nowt|nought|not anything) to do with (?:\w+)|no relation"
    r"|(?:is|are|was)(?: not|n['’]t) involved|just (?:from )?me\b|from me and about me"
    r"|not (?:with or against|for or against|with|about) (?:him|her|them)\b"
    r"|this (?:one )?is from me\b|(?:matter|business) of my own|and nothing else(?: whatever)?\b"
    r"|(?:opinions?|views?|quarrels?|battles?) (?:are|is) (?:his|hers?|their) own"
    r"|can(?:['’]t|not) abide (?:him|her|them|the (?:man|woman))"
    r"|not all of (?:us|\w+ \w+) (?:march|agree|are behind)\w*"
    r"|not (?:related|connected) to|(?:meant|intended|addressed|sent) (?:for|to) (?:a|another|some other|the other)"
    r" (?:mr|mrs|ms|miss|dr|man|woman|person|lady|gentleman)\b|(?:got|have|written to|sent (?:it )?to) the wrong"
    r" (?:man|woman|person|house|address|number|\w+['’]s? (?:house|address))|\bwrong (?:man|woman|person)\b"
    rf"|(?:no|not) (?:[\w'’-]+ ){{1,3}}?{KIN}\b|act for (?:neither|no one|nobody)|neither (?:side|party)"
    rf"|independent(?:ly)? of"
    r"|i don['’]?t know (?:him|her|them)|(?:don['’]?t|do not|can['’]?t|cannot|not) speak(?:ing)? for (?:him|her"
    r"|them|my|anyone)"
    r"|(?:i['’]?m|i am|im) not (?:the|that) [\w'’-]+|(?:don['’]?t|do not) agree with (?:him|her))\b",
    _I,
)
BY_MISTAKE = re.compile(
    r"\b(?:ignore|disregard|never mind|excuse|forget|skip)\b[^.\n]{0,40}\b(?:below|underneath|beneath"
    r"|under(?: it)?|tail|rest"
    r"|trail|chain|thread|stuff|bottom)\b|\b(?:can(?:no|['’])t|could(?: not|n['’]t)"
    r"|don['’]?t know how to) (?:get|delete|take)"
    r"[^.\n]{0,20}\b(?:off|rid|out)\b|\breply on an? old\b|\bnothing to do with (?:the"
    r"|what['’]?s) (?:\w+ )?(?:below|underneath)\b",
    _I,
)  # what stands below is there by accident
NEGATED = re.compile(r"(?:n['’]t|\bnot|\bnever|\bdont|\bcannot|\bcant)\s+(?:\w+\s+)?$", _I)
OFFICE = re.compile(
    r"\bMP\b|\w M\.P\.|\bMSP\b|\bMS\b(?=$|[,)])|\bMember of (?:Parliament|the Senedd)|\bCllr\b|\bCouncill?or\b"
    r"|\bAlderman\b"
    r"|\bOffice of\b|\bconstituency\b",
)
CONSTITUENT = re.compile(r"\bconstituents?\b|^ward (?:member|councillor)\s*$", re.IGNORECASE | re.MULTILINE)
CASEWORKER = re.compile(r"\bcaseworker\b", re.IGNORECASE)  # a member's, unless they say that they act for a client
GREETING = re.compile(r"(?:dear|hello|hi|hiya|good (?:morning|afternoon|evening)|to)\b", re.IGNORECASE)
INQUIRY = re.compile(
    r"\b(?:ombudsman|ombwdsmon|investigator|investigating officer|my enquir(?:y|ies) into|looking into a complaint"
    r"|journalist|reporter|newsroom|gazette|researcher|inspector|constable|DC \d|PC \d|collar number"
    r"|court officer)\b",
    _I,
)
YOU = re.compile(
    r"\b(?:you|nobody|no ?one|council|officer|clerk|helpline|switchboard|centre|website)"
    r"(?:['’]?(?:ll|ve|d)| have| had| has| will| ever| kindly)?\s+$",
    _I,
)  # "you asked me to ...": the council's own question
REPRESENTS = re.compile(
    r"\b(?:(?:our|my) client|client['’]s|we act for|instructed by|(?:signed|written|enclosed"
    r"|attached) (?:letter of )?"
    r"(?:authority|mandate|consent)|(?:authority|consent form) (?:is |are )?(?:enclosed|attached)|power of attorney"
    r"|solicitors?(?= for| acting)|LLP|(?:support|welfare|housing"
    r"|citizens?) advis[eo]r|advice"
    r" (?:worker|centre|service|bureau)|social worker|advocacy|independent advocate)\b"
    r"|^(?:solicitor|barrister|advocate|advis[eo]r|advice worker|social worker)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
