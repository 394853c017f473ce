"""What speaks for and against each record, in parts that add up (record linkage after Fellegi and Sunter, 1969).

A weight is how many times, in powers of two, more often the sign is seen with the right person than with another one;
a sign that two people of one house share (telephone, address, mailbox) decides nothing between them: names do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from bot.intake import points
from bot.intake.agreements import best_agreement, in_words
from bot.intake.candidates import (
    Candidate,
    name_in_address,
    sign_off_form,
    spells,
    spells_initial,
    subject_form,
    telling_local_part,
)
from bot.intake.claims import Claim, Source
from bot.intake.person_names import Agreement, Generation, fold, one_slip
from bot.intake.pet_names import is_known
from bot.intake.writer import Age, Writer
from models.customer import PointKind, Standing

# Measured on 6,000 invented records and five written mailboxes (benchmarks/identity.py); rounded.
NAME_WEIGHT = {
    Agreement.FULL: 8.0,
    Agreement.SPELLING: 7.0,
    Agreement.INITIAL: 4.5,
    Agreement.GIVEN: 3.0,
    Agreement.INITIALS: 3.0,
    Agreement.SURNAME: 1.5,
    Agreement.ANOTHER_SURNAME: -3.0,
    Agreement.NOTHING: 0.0,
    Agreement.ANOTHER_GIVEN: -7.0,
    Agreement.RELATIVE: -9.0,
    Agreement.ANOTHER: -10.0,
}
EMAIL_CONFIRMED, EMAIL_FOLDED, EMAIL_SUGGESTED, EMAIL_ANSWER_TO, EMAIL_REJECTED = 14.0, 11.0, 8.0, 9.0, -20.0
EARLIER_CERTAIN, EARLIER_SUGGESTED, SIGNED_SO_BEFORE, ANSWERS = 9.0, 8.0, 3.0, 2.0
PHONE, PLACE, PLACE_MISSPELT, OTHER_PLACE, POSTCODE, OTHER_POSTCODE = 9.0, 7.0, 5.0, -5.0, 3.5, -1.5
STREET_ONLY, OTHER_FLAT = 2.0, -6.0
ADDRESS_SPELLS_NAME, ADDRESS_SPELLS_PLACE = 4.0, 4.0
JUNIOR_OF_SOMEBODY = -6.0
GENERATION, OTHER_GENERATION, SPEAKS_AS, SPEAKS_AS_OTHER = 4.0, -8.0, 3.0, -4.0
NOT_THEM, PERHAPS_A_NAME, NO_NAME = -9.0, -4.0, -1.0
ANSWERS_ALONE, QUOTES, QUOTES_OWN_MAIL, SAME_SUBJECT = 8.0, 3.0, 8.0, 2.0
GIVEN_AT_HOME, ADDRESS_ALONE_SPELLS_NAME, SAME_LOCAL_PART, ADDRESS_SLIP = 4.5, 8.0, 4.0, 6.0
ADDRESS_SPELLS_INITIAL, SPOKEN_OF, NAME_OF_ANOTHER = 3.0, -3.5, -4.0
MOST_FOR_NAMES = 9.0


@dataclass(frozen=True, slots=True)
class Sign:
    """One part of the evidence: what was compared, in plain words, and its weight."""

    reason: str
    weight: float


@dataclass
class Weighed:
    """A candidate with everything that speaks for and against; the total is the sum of the signs."""

    candidate: Candidate
    signs: list[Sign] = field(default_factory=list)
    owns_address: bool = False
    contradicted: bool = False
    fields: set[str] = field(default_factory=set)  # which kinds of sign agree

    @property
    def total(self) -> float:
        return sum(sign.weight for sign in self.signs)

    def add(self, reason: str, weight: float, what: str = "") -> None:
        if weight:
            self.signs.append(Sign(reason, weight))
        if weight > 0 and what:
            self.fields.add(what)


def weigh(
    candidate: Candidate,
    writer: Writer,
    own: str,
    *,
    subject: str = "",
    taken: frozenset[Source] = frozenset(),
    account: bool = False,
) -> Weighed:
    """All signs between one message and one person. `taken`: of `exactly_anothers`; `account`: of `is_the_accounts`."""
    weighed = Weighed(candidate)
    _address(weighed, writer)
    _names(weighed, writer, taken, account=account)
    _phone(weighed, writer)
    _home(weighed, writer)
    _new_surname(weighed, writer)
    _generation(weighed, writer)
    _before(weighed, writer, own, subject)
    return weighed


def _new_surname(weighed: Weighed, writer: Writer) -> None:
    """People marry: the given name on record with the telephone or house on record outweighs another surname."""
    at_home = {PHONE, PLACE, PLACE_MISSPELT} & {sign.weight for sign in weighed.signs}
    agreements = {best_agreement(claim.name, weighed.candidate) for claim in writer.claims}
    if at_home and max(agreements, default=None) is Agreement.ANOTHER_SURNAME and not weighed.contradicted:
        weighed.add("has their given name and their telephone or house: surnames change", GIVEN_AT_HOME, "name")


# --- the sender's address --------------------------------------------------------------------------------------------


def _address(weighed: Weighed, writer: Writer) -> None:
    candidate = weighed.candidate
    for address in (a for a in (writer.address, *writer.answer_to) if a):
        standing = candidate.standing(PointKind.EMAIL, address)
        own = address == writer.address
        if standing is Standing.REJECTED:
            weighed.add("an officer has said that this address is not theirs", EMAIL_REJECTED)
            return
        if standing is Standing.CONFIRMED and own:
            weighed.owns_address = True
            weighed.add("writes from an address on their record", EMAIL_CONFIRMED, "email")
            return
        if standing is Standing.CONFIRMED:
            weighed.add("asks for the answer to an address on their record", EMAIL_ANSWER_TO, "email")
            return
        if standing is Standing.SUGGESTED and own:
            weighed.add("writes from an address suggested for them before", EMAIL_SUGGESTED, "email")
            return
        if own and _kept_local_part(weighed, address):
            return
        if own and candidate.has_folded(address):
            weighed.add("writes from another spelling of an address on their record", EMAIL_FOLDED, "email")
            return


def _kept_local_part(weighed: Weighed, address: str) -> bool:
    """The same before the '@' at another provider, or at theirs with a slip ('gmial'): theirs perhaps."""
    local, _, domain = address.partition("@")
    same = [e for e in weighed.candidate.emails() if telling_local_part(address) and e.partition("@")[0] == local]
    if not same or address in same:
        return False
    slip = any(one_slip(domain, e.partition("@")[2]) for e in same)
    weighed.add(
        "writes from an address that is one on their record, mistyped"
        if slip
        else "writes from the same name elsewhere",
        ADDRESS_SLIP if slip else SAME_LOCAL_PART,
        "local part",
    )
    return True


# --- names -----------------------------------------------------------------------------------------------------------


def _names(weighed: Weighed, writer: Writer, taken: frozenset[Source], *, account: bool) -> None:
    """What the letter says counts whole; the name set up in the mail program half, where the letter says one too."""
    candidate = weighed.candidate
    said, total = False, 0.0
    if any(n in writer.someone_elses for person in candidate.names for n in person.given):
        weighed.add("the letter says that somebody else writes it for or about them", NOT_THEM)
        weighed.contradicted = True
    agreements = {claim.source: best_agreement(claim.name, candidate) for claim in writer.claims}
    for claim in writer.claims:
        agreement = agreements[claim.source]
        doubt = _doubt(claim, agreement, writer, agreements) if agreement < 0 else 0.0
        if doubt:
            weighed.add("a name in it that may be no person's is not theirs", doubt)
            continue
        if agreement is Agreement.SPELLING and claim.source in taken:
            weighed.add("gives a name like theirs, which is exactly another's on record", NAME_OF_ANOTHER)
            total += NAME_OF_ANOTHER
            continue
        weight = _name_weight(agreement, candidate)
        if weight > 0 and said:
            weight = _more(weight, total, claim.source)
        elif weight < 0 and claim.source is Source.SENDER and said:
            if agreement is Agreement.ANOTHER_SURNAME and total < 0:
                continue  # the same new surname at the foot and in the header is one fact, not two
            if total > 0:
                weight = 0.0 if account and not weighed.owns_address else weight / 2
        said = said or (bool(weight) and claim.source is not Source.SENDER)
        weighed.add(in_words(claim, agreement), weight, "name" if agreement > Agreement.SURNAME else "surname")
        told, total = total > 0, total + weight
        if agreement in {Agreement.RELATIVE, Agreement.ANOTHER} and not (told and claim.source is Source.SENDER):
            weighed.contradicted = True
    if total <= 0:
        weighed.fields.discard("name")
    if total <= 0 and any(n in writer.spoken_of for person in candidate.names for n in person.given):
        weighed.add("is spoken of in the letter as of somebody else", SPOKEN_OF)
    _name_in_address(weighed, writer, total)


def _more(weight: float, total: float, source: Source) -> float:
    """What a second name adds to the first: the rest up to the most that names can say, half of it for the header.

    A full name in the header counts whole where the letter gives less: the pet name at the foot is no rival to it.
    """
    rest = max(MOST_FOR_NAMES - total, 0.0)
    if source is not Source.SENDER:
        return min(weight, rest)
    if 0 < total < weight:
        return weight - total + min(total, MOST_FOR_NAMES - weight) / 2
    return min(weight, rest) / 2


def _doubt(claim: Claim, agreement: Agreement, writer: Writer, agreements: dict[Source, Agreement]) -> float:
    """What a name that is not theirs weighs where it may be no person's: 'Golden Sands', 'Badge 12', 'lamp watcher'.

    0 where it is surely a person's: then it weighs in full.
    """
    name = claim.name
    if name.initials and not name.surname and not name.given:
        return 0.0 if "." in claim.words else NO_NAME
    if name.titled or agreement is Agreement.RELATIVE or any(is_known(n) for n in (*name.given[:1], name.lone)):
        return 0.0
    own = {*name.given, name.surname, name.lone} - {""}
    if any(own & {*c.name.given, c.name.surname, c.name.lone} for c in writer.claims if c is not claim):
        return 0.0
    helped = any(a > 0 for source, a in agreements.items() if source is not claim.source)
    likely = name.is_full and not helped and claim.source is Source.SENDER and claim.words[:1].isupper()
    return PERHAPS_A_NAME if likely else NO_NAME


def _name_weight(agreement: Agreement, candidate: Candidate) -> float:
    weight = NAME_WEIGHT[agreement]
    if agreement >= Agreement.SPELLING and candidate.shares_name_with:
        weight -= min(3.0, 1.5 * candidate.shares_name_with)
    return weight


def _name_in_address(weighed: Weighed, writer: Writer, for_names: float) -> None:
    """'jane.doe@' says Jane Doe where nothing else does; 'oldrectory@' or '@millhouse.example' a house."""
    local = name_in_address(writer.address)
    if 0 <= for_names < MOST_FOR_NAMES - 2 and any(spells(local, n) for n in weighed.candidate.names):
        weight = ADDRESS_SPELLS_NAME if writer.claims else ADDRESS_ALONE_SPELLS_NAME
        weighed.add("the address they write from spells their name", weight, "name")
    elif for_names == 0 and any(spells_initial(writer.address, n) for n in weighed.candidate.names):
        weighed.add("the address they write from is their initial and surname", ADDRESS_SPELLS_INITIAL, "surname")
    whole = fold(writer.address.rpartition(".")[0])
    homes = {fold(place) for place in weighed.candidate.places}
    if not weighed.owns_address and for_names > 0 and any(len(h) >= 7 and h in whole for h in homes):
        weighed.add("the address they write from names their house or street", ADDRESS_SPELLS_PLACE, "home")


# --- telephone and home ----------------------------------------------------------------------------------------------


def _phone(weighed: Weighed, writer: Writer) -> None:
    standings = [weighed.candidate.standing(PointKind.TELEPHONE, number) for number in writer.phones]
    if Standing.CONFIRMED in standings:
        weighed.add("gives a telephone number on their record", PHONE, "phone")
    elif Standing.SUGGESTED in standings:
        weighed.add("gives a telephone number suggested for them before", PHONE / 2, "phone")


def _home(weighed: Weighed, writer: Writer) -> None:
    candidate = weighed.candidate
    same_code = bool(candidate.postcodes & set(writer.postcodes))
    shared = candidate.places & set(writer.places)
    if any(not points.is_street_only(place) for place in shared):
        weighed.add("gives their house and street", PLACE, "home")
    elif _misspelt(writer.places, candidate.places):
        weighed.add("gives their house and street, spelt otherwise", PLACE_MISSPELT, "home")
    elif _numbered(writer.places) and _numbered(candidate.places):
        weighed.add("gives another house or street", OTHER_PLACE)
        if same_code:
            weighed.add("gives their postcode", POSTCODE / 2)
        elif writer.postcodes and candidate.postcodes:
            weighed.add("gives another postcode", OTHER_POSTCODE)
        return
    elif shared:
        weighed.add("gives their street, without a house", STREET_ONLY, "home")
    if writer.unit and candidate.unit and writer.unit != candidate.unit:
        weighed.add("gives another flat in the house", OTHER_FLAT)
    if same_code:
        weighed.add("gives their postcode", POSTCODE, "home")
    elif writer.postcodes and candidate.postcodes:
        weighed.add("gives another postcode", OTHER_POSTCODE)


def _numbered(places: frozenset[str] | tuple[str, ...]) -> list[str]:
    return [p for p in places if p[:1].isdigit()]


def _misspelt(written: tuple[str, ...], known: frozenset[str]) -> bool:
    return any(
        len(a) >= 6 and a.lstrip("0123456789") != "" and _same_number(a, b) and fuzz.ratio(a, b) >= 84
        for a in written
        for b in known
    )


def _same_number(a: str, b: str) -> bool:
    return points.house_number(a) == points.house_number(b)


# --- father and son, and what was settled before ---------------------------------------------------------------------


def _generation(weighed: Weighed, writer: Writer) -> None:
    mine = weighed.candidate.generation
    said = {c.name.generation for c in writer.claims} - {Generation.UNSAID}
    if mine is Generation.UNSAID:
        if (Generation.JUNIOR in said or writer.speaks_as is Age.YOUNGER) and not weighed.owns_address:
            # Whoever says so has an elder of the same name, and this record is likelier the elder's.
            weighed.add("writes as the younger of two of a name, which the record does not say", JUNIOR_OF_SOMEBODY)
            weighed.contradicted = True
        return
    if said:
        agrees = mine in said
        weighed.add(f"calls themselves {next(iter(said)).value}", GENERATION if agrees else OTHER_GENERATION)
        weighed.contradicted = weighed.contradicted or not agrees
    elif writer.speaks_as is not Age.UNSAID:
        agrees = (writer.speaks_as is Age.ELDER) == (mine is Generation.SENIOR)
        weighed.add(
            f"writes as the {writer.speaks_as.value} of two in a family", SPEAKS_AS if agrees else SPEAKS_AS_OTHER
        )


def _before(weighed: Weighed, writer: Writer, own: str, subject: str) -> None:
    earlier = weighed.candidate.earlier
    if earlier.contacts and not weighed.owns_address and EMAIL_REJECTED not in {s.weight for s in weighed.signs}:
        sure = bool(earlier.certain)
        weight = EARLIER_CERTAIN if sure else EARLIER_SUGGESTED
        if EMAIL_SUGGESTED in {s.weight for s in weighed.signs}:
            weight /= 4  # that letter is why the address was suggested: one fact, not two
        weighed.add(
            "an earlier letter from this address was theirs" if sure else "an earlier letter from here was held theirs",
            weight,
            "earlier",
        )
    if earlier.sign_offs and sign_off_form(own) in earlier.sign_offs - {""}:
        weighed.add("signs as in an earlier letter of theirs from this address", SIGNED_SO_BEFORE)
    if subject_form(subject) in earlier.subjects - {""}:
        weighed.add("takes up the subject of an earlier letter of theirs from this address", SAME_SUBJECT)
    _taken_up(weighed, writer)


def _taken_up(weighed: Weighed, writer: Writer) -> None:
    """Answers and quotes: only whoever was sent a letter can answer it, and it was sent to them."""
    candidate = weighed.candidate
    if candidate.sole_party and not weighed.fields & {"email", "earlier"}:
        weighed.add("answers a letter that only they were sent", ANSWERS_ALONE, "answers")
    elif candidate.answered:
        weighed.add("answers a letter of theirs or to them", ANSWERS)
    quoted = any(candidate.standing(PointKind.EMAIL, a) is Standing.CONFIRMED for a in writer.quotes)
    if quoted and not weighed.fields & {"email", "answers"}:
        if writer.other_account:
            weighed.add(
                "says that they write from another address, and quotes mail of theirs", QUOTES_OWN_MAIL, "answers"
            )
        else:
            weighed.add("quotes mail from an address of theirs", QUOTES)


def reasons_of(weighed: Weighed) -> Iterator[str]:
    """Each sign with its weight, the heaviest first, so that an officer sees how the sum came about."""
    for sign in sorted(weighed.signs, key=lambda s: -abs(s.weight)):
        yield f"{sign.reason} ({sign.weight:+.1f})"
