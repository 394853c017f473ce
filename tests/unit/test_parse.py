"""Small things about reading mail that have gone wrong in other programs."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest

from bot.intake.addresses import addresses
from bot.intake.charsets import codec_for, to_text
from bot.intake.decoding import take_out_uuencoded, transfer_decode, unflow
from bot.intake.documents import pdf_text, word_text
from bot.intake.header_text import field_text, ids, parameters, sent_date
from bot.intake.html import html_to_text
from bot.intake.limits import Limits
from bot.intake.parse import parse, unread
from bot.intake.rich_text import decompress, rich_to_text
from models.message import Address, Message

RECEIVED = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)


def read(content: bytes, limits: Limits | None = None) -> Message:
    return parse(content, received_at=RECEIVED, trusted_authservs=frozenset(), limits=limits or Limits())


def people(value: bytes) -> list[tuple[str, str]]:
    return [(one.email, one.name) for one in addresses(value, 100)[0]]


def test_nothing_at_all_is_still_a_message() -> None:
    message = read(b"")
    assert (message.size, message.body, message.sender) == (0, "", Address(""))
    assert "the message does not say who sent it" in message.problems


def test_ids_are_given_without_their_brackets() -> None:
    message = read(
        b"From: a@b.example\nMessage-ID: <1@b.example>\nIn-Reply-To: <0@b.example> (old)\nReferences: <x@b>\n <y@b>\n\n"
    )
    assert (message.message_id, message.in_reply_to, message.references) == (
        "1@b.example",
        "0@b.example",
        ("x@b", "y@b"),
    )


def test_many_references_keep_the_first_and_the_latest() -> None:
    many = b" ".join(b"<%d@b.example>" % number for number in range(50))
    assert ids(many, 3) == ("0@b.example", "48@b.example", "49@b.example")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"Gwen <GWEN@Marlow.Example>", [("gwen@marlow.example", "Gwen")]),
        (b"gwen@marlow.example (Gwen (home))", [("gwen@marlow.example", "Gwen (home)")]),
        (
            b'"Marlow, Gwen" <gwen@marlow.example>, other@b.example',
            [("gwen@marlow.example", "Marlow, Gwen"), ("other@b.example", "")],
        ),
        (b"Marlow, Gwen <gwen@marlow.example>", [("gwen@marlow.example", "Marlow, Gwen")]),
        (b"Friends: a@b.example, c@d.example;", [("a@b.example", ""), ("c@d.example", "")]),
        (b"undisclosed-recipients:;", []),
        (b"=?utf-8?Q?a=40bank=2Eexample=2C?= <x@y.example>", [("x@y.example", "a@bank.example,")]),
        (b"=?utf-8?Q?Gwen_=3Cgwen=40marlow.example=3E?=", [("gwen@marlow.example", "Gwen")]),
        (b'"a@b.example" <x@y.example>', [("x@y.example", "a@b.example")]),
        (b"<mailto:x@y.example>", [("x@y.example", "")]),
        (b"<@relay.example:x@y.example>", [("x@y.example", "")]),
        (b"x@y@z.example", [("", "x@y@z.example")]),
        (b"Gwen <gwen@marlow(home). example>", [("", "Gwen")]),
        (b"Gwen <gwen@marlow.example", [("gwen@marlow.example", "Gwen")]),
    ],
)
def test_addresses_as_people_write_them(written: bytes, expected: list[tuple[str, str]]) -> None:
    assert people(written) == expected


def test_a_letter_cut_in_two_between_encoded_words_is_whole_again() -> None:
    assert field_text(b"=?utf-8?Q?Caff=C3?= =?utf-8?Q?=A8?= ar =?iso-8859-1?Q?gau?=") == "Caffè ar gau"


def test_broken_encoded_words_are_left_as_they_stand() -> None:
    assert field_text(b"=?utf-8?Q?never closed") == "=?utf-8?Q?never closed"


def test_parameters_in_pieces_and_with_semicolons_in_quotes() -> None:
    found = parameters(b"attachment; filename*1=b.txt; filename*0*=utf-8'en'%C3%A9; title=\"a;b\"")
    assert found == {"filename": "éb.txt", "title": "a;b"}


@pytest.mark.parametrize(
    ("label", "codec"),
    [("ISO-8859-1", "cp1252"), ("us-ascii", "cp1252"), ("x-sjis", "cp932"), ("KS_C_5601-1987", "cp949"),
     ("GB2312", "gb18030"), ("zlib", ""), ("punycode", ""), ("unicode_escape", ""), ("undefined", ""), ("hex", "")],
)  # fmt: skip
def test_only_character_sets_are_looked_up_and_as_browsers_do(label: str, codec: str) -> None:
    assert codec_for(label) == codec


def test_utf8_sent_under_a_wrong_name_is_read_as_utf8() -> None:
    assert to_text("Siân – £20".encode(), "iso-8859-1") == "Siân – £20"
    assert to_text("Siân – £20".encode("cp1252"), "utf-8") == "Siân – £20"
    assert to_text("Siân".encode("utf-16-le"), "") == "Siân"


def test_text_can_always_be_stored() -> None:
    assert to_text(b"a\x00b\x07c\r\nd\re", "utf-8") == "abc\nd\ne"
    assert "\ud800" not in to_text(b"+2AA-", "utf-7")


def test_base64_with_noise_a_footer_or_nothing_of_it() -> None:
    assert transfer_decode(b"SGVs\r\nbG8", "base64")[0] == b"Hello"
    assert transfer_decode(b"SGVsbG8=\r\n--\r\nSent by our list, all rights\r\n", "Base64")[0].startswith(b"Hello")
    assert transfer_decode(b"Plain words, never encoded at all", "base64")[0] == b"Plain words, never encoded at all"


def test_quoted_printable_with_blanks_after_a_soft_break() -> None:
    assert transfer_decode(b"one=  \r\ntwo =3D =ZZ", "quoted printable")[0] == b"onetwo = =ZZ"


def test_a_file_written_into_the_text_is_taken_out() -> None:
    text, files = take_out_uuencoded(b"Before\nbegin 644 cat.txt\n#0V%T\n`\nend\nAfter\n")
    assert (files, b"Before" in text, b"After" in text, b"0V%T" in text) == ([("cat.txt", b"Cat")], True, True, False)
    assert take_out_uuencoded(b"We begin 2026 with hope\n") == (b"We begin 2026 with hope\n", [])


def test_flowed_lines_are_joined_by_quote_depth() -> None:
    assert unflow("> a \n> b\n>> c \nd \n-- \nGwen", delete_space=False) == "> a b\n>> c\nd\n-- \nGwen"


def test_hidden_text_styles_and_scripts_are_left_out() -> None:
    page = "<style>p{}</style><p style='display: none'>x<p>y</p></p><script>alert('<p>')</script><p>Seen</p>"
    assert html_to_text(page)[0] == "Seen"


def test_what_is_hidden_and_never_ends_is_the_letter_itself() -> None:
    assert html_to_text("<div hidden>Dear clerk")[0] == "Dear clerk"


def test_tables_lists_and_rules_are_readable() -> None:
    page = "<table><tr><td>Mon</td><td>dark</td></tr><tr><td>Tue</td><td>lit</td></tr></table><hr><ol><li>a<li>b</ol>"
    assert html_to_text(page)[0] == "Mon  dark\nTue  lit\n" + "_" * 32 + "\n\n1. a\n2. b"


def test_an_indented_paragraph_is_not_a_quotation() -> None:
    page = (
        '<blockquote style="margin:0 0 0 40px;border:none">mine</blockquote><blockquote type="cite">yours</blockquote>'
    )
    assert html_to_text(page)[0] == "mine\n> yours"


def test_an_attribute_that_only_mentions_hidden_hides_nothing() -> None:
    assert html_to_text('<p title="a hidden gem">Seen</p>')[0] == "Seen"


def test_a_page_names_its_own_character_set() -> None:
    page = "<html><head><meta charset='windows-1251'></head><body>Привет".encode("cp1251")
    assert read(b"From: a@b.example\nContent-Type: text/html\n\n" + page).body == "Привет"


def test_versions_that_say_different_things_are_both_shown() -> None:
    content = (
        b"From: a@b.example\nContent-Type: multipart/alternative; boundary=x\n\n"
        b"--x\n\nThank you for the kind help last week.\n"
        b"--x\nContent-Type: text/html\n\n<p>I know the street where all your officers lives</p>\n--x--\n"
    )
    message = read(content)
    assert "kind help" in message.body
    assert "your officers lives" in message.body
    assert message.problems == ("the plain and the formatted version of the letter differ: both are shown",)


def test_every_text_part_counts() -> None:
    part = b"--x\nContent-Type: text/%s\n\n%s\n"
    content = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n"
        + part % (b"plain", b"one")
        + part % (b"html", b"<b>two</b>")
    )
    assert read(content + b"--x--\n").body == "one\n\ntwo"


def test_a_date_without_sense_is_none_and_named() -> None:
    assert sent_date(b"Thu, 1 Jan 1970 00:00:00 +0000", RECEIVED) == (None, "the date the sender wrote makes no sense")
    assert sent_date(b"yesterday", RECEIVED)[0] is None
    assert sent_date(b"Mon, 2 Nov 2026 10:00:00 +0100 (CET)", RECEIVED) == (datetime(2026, 11, 2, 9, tzinfo=UTC), "")


def test_what_was_cut_is_named() -> None:
    few = Limits(fields=3, field_bytes=50, depth=1, parts=3, body_chars=10)
    nested = b"Content-Type: multipart/mixed; boundary=y\n\n--y\n\ndeep\n--y--\n"
    content = (
        b"From: a@b.example\nX-A: "
        + b"a" * 90
        + b"\nContent-Type: multipart/mixed; boundary=x\nX-B: 1\nX-C: 1\n\n--x\n"
    )
    message = read(content + nested + b"--x\n\nmore words here\n" * 9 + b"--x--\n", few)
    assert set(message.problems) == {
        "a header field is far too long and was cut",
        "the message has far too many header fields: the last of them were left out",
        "parts are nested too deeply: the innermost were not opened",
        "the message has far too many parts: the last of them were not opened",
        "the letter is far too long: its end was left out",
    }


def test_a_message_left_unread_still_says_who_and_what() -> None:
    content = b"From: a@b.example\nSubject: The light\n\nHello"
    message = unread(content, received_at=RECEIVED, trusted_authservs=frozenset(), why="it broke")
    assert (message.sender.email, message.subject, message.body, message.problems) == (
        "a@b.example",
        "The light",
        "",
        ("it broke",),
    )


def a_document(xml: str) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("word/document.xml", xml)
    return packed.getvalue()


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def test_a_word_document_gives_its_text() -> None:
    kept = "<w:p><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t></w:r></w:p>"
    deleted = "<w:p><w:del><w:delText>no</w:delText></w:del></w:p>"
    xml = f"<w:document {WORD}>{kept}{deleted}</w:document>"
    assert word_text(a_document(xml), Limits()) == ("One\ttwo", "")


def test_a_word_document_that_defines_entities_is_not_read() -> None:
    xml = f'<!DOCTYPE x [<!ENTITY a "bomb">]><w:document {WORD}><w:p><w:t>&a;</w:t></w:p></w:document>'
    assert word_text(a_document(xml), Limits()) == (
        "",
        "the document defines words of its own, as harmful ones do, and was not read",
    )


def test_a_word_document_that_unpacks_without_end_is_cut() -> None:
    text, problem = word_text(
        a_document(f"<w:document {WORD}><w:p><w:t>" + "a" * 3_000_000), Limits(attachment_chars=1_000)
    )
    assert (len(text) < 200_000, problem) == (True, "only the first pages of the document were read")


def test_documents_are_not_opened_when_there_is_no_time_for_them() -> None:
    few = Limits().without_documents()
    assert word_text(a_document(f"<w:document {WORD}/>"), few) == ("", "the document is too large to be read")
    assert pdf_text(b"%PDF-1.4", few) == ("", "the document is too large to be read")


def test_a_pdf_gives_its_text() -> None:
    stream = b"BT /F1 12 Tf 10 100 Td (The light is out) Tj ET"
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
             b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
             b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]  # fmt: skip
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(b"%010d 00000 n \n" % len(body))
        body += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(places)
    end = b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF" % len(body)
    assert pdf_text(body + table + end, Limits()) == ("The light is out", "")


def test_compressed_rich_text_is_read() -> None:
    # MS-OXRTFCP section 4.1.1, the specification's own example
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompress(packed, 1_000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert (
        rich_to_text(b"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\pard Caf\\'e9\\par It\\u8217?s dark}", 1_000)
        == "Café\nIt’s dark"
    )


def test_rich_text_that_wraps_a_page_gives_the_page() -> None:
    wrapped = (
        b"{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 Still dark"
        b"\\htmlrtf }\\htmlrtf0 {\\*\\htmltag72 </p>}}"
    )
    assert rich_to_text(wrapped, 1_000) == "Still dark"
