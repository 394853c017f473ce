"""The words by which places, numbered things and people are named in letters to a council, anywhere in Britain."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a street may be called, and how people shorten it.
ROADS: Final = {
    word: word
    for word in _words(
        "road street lane avenue close drive way court terrace hill green gardens place row mews crescent square walk"
        " bridge park grove parade quay wharf view rise vale croft drove causeway esplanade promenade alley passage"
        " wynd ginnel bypass broadway embankment"
    )
} | {"rd": "road", "st": "street", "str": "street", "ln": "lane", "ave": "avenue", "av": "avenue", "cl": "close",
     "ct": "court", "terr": "terrace", "tce": "terrace", "gdns": "gardens", "pl": "place", "cres": "crescent",
     "sq": "square", "gr": "grove"}  # fmt: skip
# These alone name a street in lower case too; the others are things of every day ("the park", "in court").
STRONG_ROADS: Final = _words("road street lane avenue terrace mews crescent parade rd ln ave cres")
# Also surnames and things of every day: a preposition or a house number must stand before the name.
WEAK_ROADS: Final = _words(
    "way court hill green place row walk bridge park quay wharf view rise vale croft close drive passage alley lane"
    " broadway embankment causeway pl ct gr"
) - {"lane"}
WELSH: Final = _words("heol ffordd stryd lôn lon maes rhodfa clos rhes")
WELSH_SURE: Final = _words("heol ffordd stryd lôn rhodfa")
WELSH_SMALL: Final = _words("y yr r ar ap uchaf isaf")
HOUSES: Final = _words("cottage house farm lodge villa villas barn bungalow vicarage rectory farmhouse grange manor")
NO_HOUSE: Final = _words(
    "council public open full town village court custom white power the this that our my your safe"
)

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug"),
            *("september sept sep", "october oct", "november nov", "december dec"),
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS: Final = _words("monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri")

TITLES: Final = {
    "mr": "mr", "mister": "mr", "mrs": "mrs", "ms": "ms", "miss": "miss", "dr": "dr", "doctor": "dr", "cllr": "cllr",
    "councillor": "cllr", "pc": "pc", "pcso": "pcso", "wpc": "pc", "sgt": "sgt", "rev": "rev", "revd": "rev",
    "reverend": "rev", "prof": "prof", "professor": "prof",
}  # fmt: skip
LOWER_TITLES: Final = _words("mr mrs ms cllr councillor")  # the others are words of every day in lower case
PARTICLES: Final = _words("de van von der den la le du ap ab al el mac")

# Numbered things in the street, and what they are compared as. "" counts only beside the word before it (lamp post).
ASSETS: Final = {
    "column": "lamp", "lamp": "lamp", "lamppost": "lamp", "light": "lamp", "streetlight": "lamp", "streetlamp": "lamp",
    "post": "", "pole": "pole", "bin": "bin", "bench": "bench", "seat": "bench", "plot": "plot", "grave": "grave",
    "garage": "garage", "gate": "gate", "gully": "gully", "gulley": "gully", "drain": "gully", "manhole": "manhole",
    "hydrant": "hydrant", "bollard": "bollard", "pitch": "pitch", "stall": "stall", "unit": "unit", "tree": "tree",
    "allotment": "plot", "bay": "bay", "locker": "locker", "berth": "berth", "mooring": "berth", "shelter": "shelter",
    "stile": "stile", "beach": "", "hut": "hut", "cabinet": "cabinet", "plots": "plot", "garages": "garage",
    "graves": "grave", "columns": "lamp", "lamps": "lamp",
}  # fmt: skip
PATHS: Final = {
    "footpath": "footpath", "fp": "footpath", "path": "footpath", "bridleway": "bridleway", "bridlepath": "bridleway",
    "br": "bridleway", "bw": "bridleway", "byway": "byway", "boat": "byway", "prow": "footpath",
}  # fmt: skip
CAPITAL_PATHS: Final = _words("br bw boat prow")

CASES: Final = _words(
    "ref refs reference complaint crime claim permit account acct case incident ticket job log enquiry inquiry request"
    " invoice licence license notice pcn crm foi eir cad urn customer order application tenancy booking report policy"
)
# Also verbs, and nouns that a plain count may follow ("report 200 potholes"): a longer number, or "no." between.
LOOSE_CASES: Final = _words("claim request report order notice log job policy customer application permit")
STANDARDS: Final = _words("iso bs en din covid sars http https utf page pm am level grade ks")
NUMBERS: Final = _words("no nos number numbers num nr ref reference id")

PLANNING: Final = _words("planning application app consent permission appeal")
VEHICLES: Final = _words("car van reg registration plate vehicle lorry truck numberplate registered taxi motorbike")

# After a number these say that it counted or measured something, and named nothing.
UNITS: Final = _words(
    "second seconds minute minutes min mins hour hours hr hrs day days night nights week weeks month months year years"
    " yr yrs time times foot feet ft inch inches yard yards metre metres meter meters mile miles mph km m cm mm percent"
    " am pm people person persons houses homes residents children kids cars bags trees complaints letters emails calls"
    " of or more other others different separate pounds quid pence p o'clock working calendar consecutive steps plus"
    " % x"
)
SPENT: Final = _words("pounds pound quid pence p gbp")
NOT_A_DAY: Final = _words(
    "be have not well also never need want go get come say think take do still even or only he she it they we you i"
)

BEFORE_PLACES: Final = _words(
    "in on at of along down up near off opposite behind via between outside across round around onto into over through"
    " past from to by beside towards toward re regarding about under top bottom end corner"
)
BEFORE_WEAK: Final = BEFORE_PLACES - _words("to from by about re regarding")
BEFORE_DATES: Final = _words("on since from until till by dated before after of was") | WEEKDAYS
# Words that stand before "road" or "street" and name none, beside spaCy's own list of small words.
NO_NAME: Final = (
    _words(
        "main busy back side public private whole same next other wrong right narrow wide quiet dark local residential"
        " trunk minor major dual bus cycle fast slow inside opposite crossing adopted unadopted unmade country"
        " access service ring slip approach toll one way two three four entire long short steep wet icy flooded"
        " muddy dirty clean close closed cul save main nearby neighbouring adjoining connecting single track rural"
        " busiest village town city street road lane please dear re regarding about subject repair fix visit clear"
        " sweep resurface block blocked stop give car national county crown magistrates magistrates' supreme royal"
        " business retail caravan holiday industrial science skate play theme work working parking safe dog dead"
        " bad good nice lovely every nothing something hi hello thanks regards sincerely yours faithfully mate"
        " round tarmac cobbled gravel said sent says a-road b-road de jure first second third last final proper"
        " only best worst easy hard better great little big"
    )
    | WEEKDAYS
)
NO_COURT: Final = _words("high county crown magistrates tennis youth family civil federal european world")
AREAS: Final = _words(
    "ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh en ex fk fy g"
    " gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn np nr nw"
    " ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc"
    " wd wf wn wr ws wv yo ze"
)
NO_SURNAME: Final = (
    WEEKDAYS | TITLES.keys() | NOT_A_DAY | _words("and the from at in on re please thank thanks madam sir")
)
NOT_IN_HOUSES: Final = WEEKDAYS | _words("at in the near from behind dear re regarding of to on our my")
