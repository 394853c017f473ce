"""A thousand odd and hostile messages, always the same ones.

    python -m tests.mail.hostile OUT        writes OUT/0000-<kind>.eml ... OUT/0999-<kind>.eml

Each kind is a way in which mail is broken, by accident or on purpose; each number of a kind turns it a little. All
people are invented.
"""

# ruff: noqa: E501 (what stands here is mail, a line of it as long as it is)

from __future__ import annotations

import base64
import gzip
import random
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

HOW_MANY = 1_000
WORDS = (
    "the",
    "bin",
    "on",
    "our",
    "street",
    "was",
    "not",
    "emptied",
    "again",
    "and",
    "nobody",
    "answered",
    "my",
    "letter",
)
Maker = Callable[[random.Random], bytes]
_KINDS: dict[str, Maker] = {}


def kind(maker: Maker) -> Maker:
    _KINDS[maker.__name__] = maker
    return maker


def hostile(count: int = HOW_MANY) -> Iterator[tuple[str, bytes]]:
    """(name, bytes), the kinds in turn; the same for the same `count` on every machine."""
    makers = list(_KINDS.items())
    for number in range(count):
        name, maker = makers[number % len(makers)]
        chance = random.Random(f"{name} {number}")
        yield f"{number:04d}-{name}", maker(chance)


def head(chance: random.Random, extra: bytes = b"", *, subject: bytes = b"The light") -> bytes:
    number = chance.randrange(10**9)
    return (
        b"From: Gwen Marlow <gwen%d@marlow.example>\r\nTo: clerk@council.example\r\nSubject: %s\r\n"
        b"Date: Mon, 02 Nov 2026 09:%02d:00 +0000\r\nMessage-ID: <%d@marlow.example>\r\nMIME-Version: 1.0\r\n%s"
        % (number % 100, subject, number % 60, number, extra)
    )


def prose(chance: random.Random, words: int = 60) -> bytes:
    return " ".join(chance.choice(WORDS) for _ in range(words)).encode() + b"\r\n"


def times(chance: random.Random, low: int, high: int) -> int:
    return chance.randrange(low, high)


def leaf(content_type: bytes, body: bytes, extra: bytes = b"") -> bytes:
    return b"Content-Type: " + content_type + b"\r\n" + extra + b"\r\n" + body


def multipart(chance: random.Random, parts: list[bytes], sub: bytes = b"mixed", boundary: bytes = b"=_b") -> bytes:
    lines = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    kind_of = b'Content-Type: multipart/%s; boundary="%s"\r\n' % (sub, boundary)
    return head(chance, kind_of) + b"\r\n" + lines + b"--" + boundary + b"--\r\n"


@kind
def random_bytes(chance: random.Random) -> bytes:
    return chance.randbytes(times(chance, 0, 5_000))


@kind
def empty_or_nearly(chance: random.Random) -> bytes:
    return chance.choice([b"", b"\n", b"\r\n\r\n", b" ", b":", b"\x00", b"From", b"\xff\xfe", b"From: ", b"\r" * 50])


@kind
def cut_off_anywhere(chance: random.Random) -> bytes:
    whole = multipart(chance, [leaf(b"text/plain", prose(chance)), leaf(b"text/html", b"<p>" + prose(chance))])
    return whole[: times(chance, 0, len(whole))]


@kind
def flipped_bytes(chance: random.Random) -> bytes:
    whole = bytearray(
        multipart(chance, [leaf(b"text/plain; charset=utf-8", prose(chance)), leaf(b"text/html", b"<b>x")])
    )
    for _ in range(times(chance, 1, 60)):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    return bytes(whole)


@kind
def nul_bytes(chance: random.Random) -> bytes:
    return (
        head(chance, subject=b"The\x00 light\x00").replace(b"gwen", b"gw\x00en")
        + b"\r\n"
        + prose(chance).replace(b" ", b"\x00 ")
    )


@kind
def no_head(chance: random.Random) -> bytes:
    return prose(chance, 200)


@kind
def no_blank_line_before_the_text(chance: random.Random) -> bytes:
    return head(chance) + b"Dear clerk, " + prose(chance)


@kind
def bare_line_ends(chance: random.Random) -> bytes:
    return (head(chance) + b"\r\n" + prose(chance)).replace(b"\r\n", chance.choice([b"\r", b"\n", b"\r\r\n", b"\n\r"]))


@kind
def brackets_in_from(chance: random.Random) -> bytes:
    what = chance.choice([b"<", b"(", b'"', b"<>", b"((", b"@", b"<@", b",", b":", b";", b"\\", b'"\\', b"a@b,"])
    return b"From: " + what * 20_000 + b" <gwen@marlow.example>\r\n" + head(chance)[6:] + b"\r\n" + prose(chance)


@kind
def encoded_words_by_the_thousand(chance: random.Random) -> bytes:
    word = chance.choice([b"=?utf-8?q?a?= ", b"=?utf-8?b?4pi6?=", b"=?utf-8?q?", b"=?x?b?", b"=?", b"?=", b"=?a?q?=?="])
    folded = b"\r\n ".join([word * 50] * 400)
    return head(chance, subject=folded) + b"\r\n" + prose(chance)


@kind
def broken_encoded_words(chance: random.Random) -> bytes:
    subject = chance.choice([
        b"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", b"=?no-such-set?B?!!!!?=", b"=?utf-8?X?abc?=", b"=?utf-8?B?QUJ?=",
        b"=?iso-8859-1?Q?caf=E9 au lait?=", b"=?utf-16?B?AP8=?=", b"=?unicode_escape?Q?\\ud800?=", b"=?punycode?Q?" + b"a" * 900 + b"?=",
        b"=?utf-7?Q?+2AA-?=", b"=?zip?B?eJw=?=", b"=?hex?Q?zz?=",
    ])  # fmt: skip
    return head(chance, subject=subject) + b"\r\n" + prose(chance)


@kind
def nested_without_end(chance: random.Random) -> bytes:
    deep = times(chance, 50, 3_000)
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(deep)
    )
    return head(chance) + opened + leaf(b"text/plain", prose(chance))


@kind
def nested_in_one_boundary(chance: random.Random) -> bytes:
    inner = b"Content-Type: multipart/mixed; boundary=same\r\n\r\n--same\r\n"
    return head(chance) + inner * times(chance, 10, 2_000) + leaf(b"text/plain", prose(chance))


@kind
def messages_in_messages(chance: random.Random) -> bytes:
    whole = head(chance) + b"\r\n" + prose(chance)
    for _ in range(times(chance, 5, 200)):
        whole = head(chance, b"Content-Type: message/rfc822\r\n") + b"\r\n" + whole
    return whole


@kind
def parts_by_the_thousand(chance: random.Random) -> bytes:
    return multipart(chance, [leaf(b"text/plain", b"x")] * times(chance, 600, 10_000))


@kind
def boundary_that_is_not_there(chance: random.Random) -> bytes:
    named = chance.choice(
        [b"", b"; boundary=", b'; boundary=""', b"; boundary=absent", b'; boundary="un', b"; boundary=" + b"x" * 5_000]
    )
    body = b"--real\r\n" + leaf(b"text/plain", prose(chance)) + b"\r\n--real--\r\n"
    return head(chance, b"Content-Type: multipart/mixed" + named + b"\r\n") + b"\r\n" + body


@kind
def boundary_of_signs(chance: random.Random) -> bytes:
    sign = chance.choice([b".*", b"(", b"[a-", b"\\", b"+++", b"--", b" ", b"\xe9", b"$^"])
    return multipart(chance, [leaf(b"text/plain", prose(chance))], boundary=sign)


@kind
def huge_field(chance: random.Random) -> bytes:
    name = chance.choice(
        [b"Subject", b"To", b"References", b"X-Spam", b"Content-Type", b"Received", b"Date", b"Authentication-Results"]
    )
    value = chance.choice([b"a", b"a ", b"<a@b.example> ", b"a\r\n ", b";a=b", b"(", b"; a*0=b", b'"'])
    return (
        name
        + b": "
        + value * (times(chance, 200_000, 600_000) // len(value))
        + b"\r\n"
        + head(chance)
        + b"\r\n"
        + prose(chance)
    )


@kind
def fields_by_the_thousand(chance: random.Random) -> bytes:
    name = chance.choice([b"X-A", b"To", b"From", b"Received", b"Content-Type", b"Subject"])
    return (name + b": a@b.example\r\n") * times(chance, 3_000, 30_000) + head(chance) + b"\r\n" + prose(chance)


@kind
def head_without_end(chance: random.Random) -> bytes:
    return head(chance) + (b"X-Long: " + b"y" * 70 + b"\r\n") * times(chance, 10_000, 20_000)


@kind
def several_senders(chance: random.Random) -> bytes:
    return b"From: Other <other@else.example>\r\n" * times(chance, 1, 5) + head(chance) + b"\r\n" + prose(chance)


@kind
def wrong_charset(chance: random.Random) -> bytes:
    named = chance.choice([b"utf-8", b"us-ascii", b"iso-8859-1", b"x-unknown", b"utf-16", b"utf-7", b"gb2312", b"iso-2022-jp",
                           b"punycode", b"zlib", b"unicode_escape", b"idna", b"\xff\xff", b"", b"hz", b"utf-32", b"undefined"])  # fmt: skip
    said = "Caffè, £20 – naïve “quotes” Llŷn".encode(
        chance.choice(["utf-8", "cp1252", "utf-16", "utf-8-sig"]), "replace"
    )
    return head(chance, b"Content-Type: text/plain; charset=" + named + b"\r\n") + b"\r\n" + said * times(chance, 1, 50)


@kind
def every_byte(chance: random.Random) -> bytes:
    named = chance.choice(
        [b"utf-8", b"utf-7", b"shift_jis", b"euc-kr", b"big5", b"iso-2022-kr", b"koi8-r", b"hz-gb-2312"]
    )
    return (
        head(chance, b"Content-Type: text/plain; charset=" + named + b"\r\n")
        + b"\r\n"
        + bytes(range(256)) * times(chance, 1, 200)
    )


@kind
def damaged_base64(chance: random.Random) -> bytes:
    coded = bytearray(base64.encodebytes(prose(chance, 300)))
    for _ in range(times(chance, 1, 20)):
        coded[chance.randrange(len(coded))] = chance.choice(b"=!* \n-_\x00\xff")
    return (
        head(chance, b"Content-Transfer-Encoding: base64\r\n")
        + b"\r\n"
        + bytes(coded)
        + chance.choice([b"", b"=" * 5_000, b"\r\n--\r\nList footer\r\n"])
    )


@kind
def damaged_quoted_printable(chance: random.Random) -> bytes:
    junk = chance.choice([b"=", b"==", b"=3", b"=\x00", b"=ZZ", b"=3D=", b"= \r\n", b"=\r"])
    return (
        head(chance, b"Content-Transfer-Encoding: quoted-printable\r\n")
        + b"\r\n"
        + (junk + prose(chance, 3)) * times(chance, 1, 3_000)
    )


@kind
def strange_encoding_name(chance: random.Random) -> bytes:
    name = chance.choice(
        [b"8-bit", b"base64; x", b"quoted printable", b"x-uuencode", b"binary", b"\xff", b"gzip", b"7bit, base64", b""]
    )
    return head(chance, b"Content-Transfer-Encoding: " + name + b"\r\n") + b"\r\n" + prose(chance)


@kind
def tags_never_closed(chance: random.Random) -> bytes:
    piece = chance.choice([b"<", b"<!--", b"<a ", b"<b>", b"<a href='", b'<a x="', b"<![CDATA[", b"</", b"<script>", b"<style>",
                           b"<blockquote>", b"<div><ul><li>", b"<table><tr><td>", b"&#", b"&#999999999;", b"<a x='>'", b"<!"])  # fmt: skip
    return (
        head(chance, b"Content-Type: text/html\r\n")
        + b"\r\n"
        + piece * (times(chance, 50_000, 300_000) // len(piece))
        + prose(chance)
    )


@kind
def hidden_and_huge_html(chance: random.Random) -> bytes:
    hidden = chance.choice(
        [b"<div style='display:none'>", b"<p hidden>", b"<title>", b"<select>", b"<svg>", b"<noscript>"]
    )
    image = b"<img src='data:image/png;base64," + b"A" * times(chance, 1_000, 400_000) + b"'>"
    return head(chance, b"Content-Type: text/html\r\n") + b"\r\n" + hidden + image + prose(chance)


@kind
def entity_with_thousands_of_digits(chance: random.Random) -> bytes:
    return (
        head(chance, b"Content-Type: text/html\r\n")
        + b"\r\n<p>&#"
        + b"9" * times(chance, 5_000, 50_000)
        + b";"
        + prose(chance)
    )


@kind
def quote_marks_only(chance: random.Random) -> bytes:
    mark = chance.choice(
        [
            b"> ",
            b">",
            b"On ",
            b"On On wrote: ",
            b"From: ",
            b"-- \r\n",
            b"wrote:\r\n",
            b"> > > On\r\n",
            b"____\r\n",
            b"| ",
        ]
    )
    return head(chance) + b"\r\n" + mark * (60_000 // len(mark)) + prose(chance)


@kind
def one_endless_line(chance: random.Random) -> bytes:
    return (
        head(chance)
        + b"\r\n"
        + chance.choice([b"a", b"a ", b" ", b"\t", b"=", b"a@", b"http://a.", b".", b"\xc3\xa9"]) * 300_000
    )


@kind
def flowed_without_end(chance: random.Random) -> bytes:
    delsp = chance.choice([b"", b"; delsp=yes"])
    return (
        head(chance, b"Content-Type: text/plain; format=flowed" + delsp + b"\r\n")
        + b"\r\n"
        + (b">" * times(chance, 0, 50) + b" x \r\n") * 5_000
    )


@kind
def uuencoded(chance: random.Random) -> bytes:
    inside = chance.choice(
        [b"begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n", b"begin 644 a\r\n", b"begin 644 a\r\nMgarbage\r\nend\r\n"]
    )
    return head(chance) + b"\r\n" + prose(chance) + inside * times(chance, 1, 2_000)


@kind
def file_names(chance: random.Random) -> bytes:
    name = chance.choice([
        b"filename*=utf-8''%E2%82%AC%ZZ.pdf", b"filename*0=a; filename*1*=%20b; filename*99=c", b"filename*=x-none'en'%FF",
        b'filename="../../../etc/passwd"', b'filename="=?utf-8?B?4oKsLnBkZg==?="', b"filename=" + b"x" * 20_000,
        b'filename="a\x00b.exe"', b"filename*00000000001=x", b'filename="\xff\xfe"', b"; ; ;=;", b"filename*0*=''a; filename*0*=''b",
    ])  # fmt: skip
    part = leaf(b"application/pdf", b"%PDF-1.4 nothing", b"Content-Disposition: attachment; " + name + b"\r\n")
    return multipart(chance, [leaf(b"text/plain", prose(chance)), part])


def _attached(chance: random.Random, name: bytes, data: bytes) -> bytes:
    extra = b'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="' + name + b'"\r\n'
    part = leaf(b"application/octet-stream", base64.encodebytes(data), extra)
    return multipart(chance, [leaf(b"text/plain", prose(chance)), part])


@kind
def broken_pdf(chance: random.Random) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"
    loop = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 99999999>>endobj\n"
    data = chance.choice([loop, loop + b"3 0 obj" + page + b"endobj\n", b"%PDF-1.7\n" + chance.randbytes(5_000), b"%PDF-" + b"<<" * 20_000,
                          b"%PDF-1.4\n1 0 obj\n" + b"[" * 20_000 + b"\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"])  # fmt: skip
    return _attached(chance, b"letter.pdf", data)


@kind
def zip_bomb_in_a_document(chance: random.Random) -> bytes:
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    xml = chance.choice([
        b"<w:document " + space + b"><w:p><w:t>" + b"a" * 50_000_000 + b"</w:t></w:p></w:document>",
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document ' + space + b">&b;</w:document>",
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document ' + space + b">&a;</w:document>",
        b"<w:document " + space + b">" + b"<w:p>" * 200_000, b"\xff\xfenot xml at all",
    ])  # fmt: skip
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(zipfile.ZipInfo("word/document.xml"), xml, compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)
    return _attached(chance, b"letter.docx", packed.getvalue())


@kind
def not_what_it_says(chance: random.Random) -> bytes:
    data = chance.choice([b"PK\x03\x04" + chance.randbytes(500), b"{\\rtf1" + b"{" * 30_000, b"{\\rtf1 \\u-1 \\u99999999 \\'zz }",
                          gzip.compress(b"a" * 100_000, mtime=0), b"MZ" + chance.randbytes(100)])  # fmt: skip
    return _attached(chance, chance.choice([b"a.docx", b"a.rtf", b"a.pdf", b"a.odt", b"a.txt"]), data)


@kind
def winmail(chance: random.Random) -> bytes:
    good = b"\x78\x9f\x3e\x22\x01\x00"
    item = b"\x01\x03\x90\x06\x00" + (40).to_bytes(4, "little") + chance.randbytes(40) + b"\x00\x00"
    body = b"\x01\x0c\x80\x02\x00" + (9).to_bytes(4, "little") + b"The light" + b"\x00\x00"
    huge = b"\x02\x0f\x80\x06\x00" + b"\xff\xff\xff\x7f" + b"x"
    return _attached(
        chance,
        b"winmail.dat",
        good + chance.choice([item * 50, body, body + huge, item + body + huge, chance.randbytes(3_000)]),
    )


@kind
def calendar(chance: random.Random) -> bytes:
    event = (
        b"BEGIN:VEVENT\r\nSUMMARY:Site visit\r\nDTSTART:20261102T090000Z\r\nDESCRIPTION:"
        + b"\\n" * 5_000
        + b"\r\nEND:VEVENT\r\n"
    )
    return (
        head(chance, b"Content-Type: text/calendar; method=REQUEST\r\n")
        + b"\r\nBEGIN:VCALENDAR\r\n"
        + event * times(chance, 1, 30)
        + b" " * 500
    )


@kind
def dates(chance: random.Random) -> bytes:
    date = chance.choice([b"", b"yesterday", b"Mon, 99 Foo 0000 99:99:99 +9999", b"Mon, 02 Nov 2026 09:00:00 +9999999999", b"1 Jan 99999 00:00",
                          b"Mon, 02 Nov 2026 09:00:00 " + b"(" * 5_000, b"-1", b"\xff" * 100, b"2" * 5_000, b"Thu, 1 Jan 1970 00:00:00 -0000"])  # fmt: skip
    return b"Date: " + date + b"\r\n" + head(chance) + b"\r\n" + prose(chance)


@kind
def ids_and_references(chance: random.Random) -> bytes:
    value = chance.choice([b"<", b"<>", b"<a b>", b"<a@b> " * 20_000, b"a" * 5_000, b"<a@b" * 3_000, b"\xff"])
    return (
        b"References: "
        + value
        + b"\r\nIn-Reply-To: "
        + value
        + b"\r\nMessage-ID: "
        + value
        + b"\r\n"
        + head(chance)
        + b"\r\n"
        + prose(chance)
    )


@kind
def odd_types(chance: random.Random) -> bytes:
    named = chance.choice([b"text", b"/", b"text/plain/html", b"multipart", b"multipart/", b"TEXT/PLAIN;;;;", b"message/rfc822", b"message/partial",
                           b"text/\xff", b"application/pkcs7-mime", b"multipart/encrypted; boundary=x", b"text/enriched", b'text/plain; charset="'])  # fmt: skip
    return head(chance, b"Content-Type: " + named + b"\r\n") + b"\r\n" + prose(chance)


@kind
def forged_results(chance: random.Random) -> bytes:
    results = chance.choice(
        [
            b"mx.council.example; dmarc=pass",
            b"mx.council.example;" + b"dkim=pass " * 9_000,
            b"(" * 9_000,
            b";" * 9_000,
            b"=",
            b"",
        ]
    )
    return b"Authentication-Results: " + results + b"\r\n" + head(chance) + b"\r\n" + prose(chance)


@kind
def versions_that_differ(chance: random.Random) -> bytes:
    page = b"<p>" + b" ".join(b"w%d" % chance.randrange(10**6) for _ in range(times(chance, 5, 3_000)))
    return multipart(chance, [leaf(b"text/plain", prose(chance)), leaf(b"text/html", page)], sub=b"alternative")


@kind
def five_megabytes(chance: random.Random) -> bytes:
    data = chance.randbytes(30_000) * times(chance, 10, 60)
    return _attached(chance, b"photograph.jpg", data)


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, content in hostile():
        (out / f"{name}.eml").write_bytes(content)
    print(f"{HOW_MANY} messages -> {out}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
