"""Bytes into text, whatever the sender called them.

Names are taken as browsers take them (WHATWG Encoding, section 4.2): what says ISO-8859-1 or US-ASCII is in practice
Windows-1252. Only character sets are ever looked up, never Python's other codecs.
"""

from __future__ import annotations

import re

_LATIN = "cp1252"
_ALIASES = {
    "utf8": "utf-8", "unicode11utf8": "utf-8", "utf8mb4": "utf-8", "xunicode20utf8": "utf-8", "cp65001": "utf-8",
    "utf7": "utf-7", "unicode11utf7": "utf-7",
    "utf16": "utf-16", "utf16le": "utf-16-le", "utf16be": "utf-16-be", "ucs2": "utf-16", "unicode": "utf-16",
    "iso10646ucs2": "utf-16", "utf32": "utf-32", "utf32le": "utf-32-le", "utf32be": "utf-32-be",
    "ascii": _LATIN, "usascii": _LATIN, "ansix341968": _LATIN, "iso646us": _LATIN, "us": _LATIN, "7bit": _LATIN,
    "8bit": _LATIN, "latin1": _LATIN, "l1": _LATIN, "iso88591": _LATIN, "iso885911987": _LATIN, "ansi": _LATIN,
    "xansi": _LATIN, "cp819": _LATIN, "ibm819": _LATIN, "iso8859": _LATIN, "windows1252": _LATIN, "cp1252": _LATIN,
    "latin2": "iso8859-2", "latin3": "iso8859-3", "latin4": "iso8859-4", "latin5": "cp1254", "iso88599": "cp1254",
    "latin6": "iso8859-10", "latin9": "iso8859-15", "cyrillic": "iso8859-5", "arabic": "iso8859-6",
    "greek": "iso8859-7",
    "hebrew": "iso8859-8", "iso88598i": "iso8859-8", "logical": "iso8859-8", "visual": "iso8859-8",
    "iso885911": "cp874", "tis620": "cp874", "windows874": "cp874", "dos874": "cp874",
    "gb2312": "gb18030", "gb231280": "gb18030", "gbk": "gb18030", "xgbk": "gb18030", "cp936": "gb18030",
    "gb18030": "gb18030", "chinese": "gb18030", "csgb2312": "gb18030", "euccn": "gb18030", "hzgb2312": "hz",
    "big5": "big5hkscs", "big5hkscs": "big5hkscs", "cnbig5": "big5hkscs", "xxbig5": "big5hkscs", "cp950": "cp950",
    "ksc56011987": "cp949", "ksc56011989": "cp949", "ksc5601": "cp949", "euckr": "cp949", "korean": "cp949",
    "windows949": "cp949", "cp949": "cp949", "uhc": "cp949", "iso2022kr": "iso2022_kr",
    "shiftjis": "cp932", "sjis": "cp932", "xsjis": "cp932", "mskanji": "cp932", "windows31j": "cp932", "cp932": "cp932",
    "eucjp": "euc_jp", "xeucjp": "euc_jp", "iso2022jp": "iso2022_jp_ext", "iso2022jp1": "iso2022_jp_ext",
    "iso2022jp2": "iso2022_jp_2", "iso2022jp3": "iso2022_jp_3", "iso2022jp2004": "iso2022_jp_2004",
    "koi8r": "koi8-r", "koi8": "koi8-r", "koi8u": "koi8-u", "koi8ru": "koi8-u",
    "macintosh": "mac_roman", "mac": "mac_roman", "xmacroman": "mac_roman", "macroman": "mac_roman",
    "xmaccyrillic": "mac_cyrillic", "xmacce": "mac_latin2",
    "cp437": "cp437", "ibm437": "cp437", "cp850": "cp850", "ibm850": "cp850", "cp852": "cp852", "ibm852": "cp852",
    "cp858": "cp858", "cp866": "cp866", "ibm866": "cp866", "viscii": _LATIN,
}  # fmt: skip
_NUMBERED = re.compile(r"(?:windows|xcp|cp|win)(125[0-8])(?!\d)")
_ISO = re.compile(r"iso8859(1[03456]|[2-7])(?!\d)")
_META = re.compile(rb"<meta[^>]{0,500}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w.:+-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,5}=\s{0,5}[\"']([\w.:+-]{2,40})", re.IGNORECASE)
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_LINE_ENDS = re.compile("\r\n|\r|\x0b|\x0c|\x85|\u2028|\u2029")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_WIDE = re.compile("[^\x00-\x7f\ufffd]")
_ESCAPED = {0xDC00 + byte: bytes([byte]).decode(_LATIN, "replace") for byte in range(0x80, 0x100)}


def codec_for(label: str) -> str:
    """Python's name of the character set that a sender calls `label`; empty when there is no such thing."""
    folded = re.sub(r"[^a-z0-9]", "", label[:80].lower())
    if folded in _ALIASES:
        return _ALIASES[folded]
    folded = folded.removeprefix("cs").removeprefix("charset").removeprefix("x")
    if folded in _ALIASES:
        return _ALIASES[folded]
    if numbered := _NUMBERED.search(folded):
        return f"cp{numbered[1]}"
    if iso := _ISO.search(folded):
        return f"iso8859-{iso[1]}"
    return next((codec for name, codec in (("utf8", "utf-8"), ("iso88591", _LATIN)) if name in folded), "")


def to_text(data: bytes, label: str = "") -> str:
    """Text for any bytes, cleaned: one kind of line end, no NUL, no control characters, no half surrogates."""
    return clean(_decoded(data, codec_for(label)))


def html_to_str(data: bytes, label: str = "") -> str:
    """As `to_text`, for a page that may name its own character set (HTML standard, section 13.2.3)."""
    if codec_for(label) in ("", _LATIN) and (named := _META.search(data, 0, 20_000) or _XML.search(data, 0, 500)):
        inside = named[1].decode("ascii", "replace")
        # A page that could be read so far cannot be in two-byte units, whatever it says (same section).
        label = inside if not codec_for(inside).startswith(("utf-16", "utf-32")) else "utf-8"
    return to_text(data, label)


def clean(text: str) -> str:
    """Safe to store and to show: databases refuse NUL, and a lone surrogate cannot be written anywhere."""
    return _SURROGATES.sub("\ufffd", _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)))


def _decoded(data: bytes, codec: str) -> str:
    for mark, marked in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace")
    if codec in ("", _LATIN, "utf-8"):
        return _utf8_or_latin(data, codec)
    if codec in ("utf-16", "utf-32"):
        codec = _byte_order(data, codec)
    if codec.startswith(("utf-16", "utf-32")) and b"\x00" not in data:
        return _utf8_or_latin(data, "")
    return data.decode(codec, "replace")


def _utf8_or_latin(data: bytes, codec: str) -> str:
    if b"\x1b" in data and codec != "utf-8" and (b"\x1b$B" in data or b"\x1b$@" in data):
        return data.decode("iso2022_jp_ext", "replace")
    if _looks_two_byte(data):
        return data.decode(_byte_order(data, "utf-16"), "replace")
    try:
        # Windows-1252 prose that happens to be sound UTF-8 is next to impossible; the opposite slip is common.
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_LATIN, "replace") if codec == _LATIN else _mended(data)


def _mended(data: bytes) -> str:
    """UTF-8 with foreign bytes in it: the better of the two readings, or both where the slips are few."""
    text = data.decode("utf-8", "replace")
    slips = text.count("\ufffd")
    if slips > len(_WIDE.findall(text, 0, 2_000_000)):
        return data.decode(_LATIN, "replace")
    return data.decode("utf-8", "surrogateescape").translate(_ESCAPED)


def _looks_two_byte(data: bytes) -> bool:
    sample = data[:4_000]
    return (
        len(sample) >= 8 and sample.count(0) * 3 > len(sample) and len(sample.replace(b"\x00", b"")) * 3 > len(sample)
    )


def _byte_order(data: bytes, codec: str) -> str:
    sample = data[:4_000]
    return f"{codec}-le" if sample[1::2].count(0) >= sample[0::2].count(0) else f"{codec}-be"
