"""HTML letters as plain text, in one pass: each letter of the page is looked at a bounded number of times.

Our own tag reader: the standard library's parser takes quadratic time on unclosed comments and tags in many of the
Python versions we run on. Quoted history (`blockquote`) becomes lines with "> ", so that `bot.intake.quoting` can tell
it from the sender's own words; hidden text, styles and scripts are left out.
"""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:_-]{0,60})")
_REST_OF_TAG = re.compile(r"(?:[^>\"']|\"[^\"]*+\"|'[^']*+')*>")
_ATTRIBUTE = re.compile(r"([^\s=>\"'/]{1,100}+)(?:\s{0,9}=\s{0,9}(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']*+)))?")
_KNOWN_ATTRIBUTES = frozenset(["class", "style", "type", "hidden", "alt", "start"])
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)", re.I
)
_NO_BORDER = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.I)
_NO_MARGIN = re.compile(r"margin(?:-bottom|-top)?\s*:\s*0", re.I)
_SILENT = ("script", "style", "title", "noscript", "template", "iframe", "object", "noframes", "select", "svg")
_CLOSERS = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*+>?", re.I) for name in _SILENT}
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "html",
        "main",
        "nav",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
    ]
)
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol"])
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_RULE = "_" * 32
_DEEPEST_QUOTE = 10
_DEEPEST_LIST = 10
_LONGEST_ATTRIBUTES = 4_000


def html_to_text(page: str, *, most_chars: int = 20_000_000, most_tags: int = 300_000) -> tuple[str, bool]:
    """The readable text of a page, and whether the page was too large to read to its end."""
    writer = _Writer()
    cut = _Tags(page[:most_chars], writer, most_tags).read()
    return writer.text(), cut or len(page) > most_chars


class _Tags:
    """Finds tags and the text between them. Remembers what cannot be closed any more, so as never to look twice."""

    def __init__(self, page: str, writer: _Writer, most: int) -> None:
        self._page = page
        self._writer = writer
        self._left = most
        self._quotes_sound = True
        self._unclosed: set[str] = set()

    def read(self) -> bool:
        """True if tags were left unread for their number."""
        at = 0
        while (found := self._page.find("<", at)) >= 0:
            self._writer.words(self._page[at:found])
            if self._left <= 0:
                return True
            self._left -= 1
            at = self._markup(found)
        self._writer.words(self._page[at:])
        return False

    def _markup(self, at: int) -> int:
        if self._page.startswith("<!--", at):
            return self._past("-->", at + 4, otherwise=at + 4)
        if self._page.startswith(("<!", "<?"), at):
            return self._past(">", at + 2, otherwise=at + 2)
        tag = _TAG.match(self._page, at)
        if tag is None:
            self._writer.words("<")
            return at + 1
        return self._tag(tag)

    def _tag(self, tag: re.Match[str]) -> int:
        end = self._end_of_tag(tag.end())
        if end < 0:
            self._writer.words(tag[0])
            return tag.end()
        name = tag[2].lower()
        if tag[1]:
            self._writer.close(name)
            return end
        inner = self._page[tag.end() : min(end - 1, tag.end() + _LONGEST_ATTRIBUTES)]
        if name in _CLOSERS and not inner.endswith("/"):
            return self._past_silent(name, end)
        self._writer.open(name, _attributes(inner))
        return end

    def _end_of_tag(self, at: int) -> int:
        if self._quotes_sound and (rest := _REST_OF_TAG.match(self._page, at)):
            return rest.end()
        # A quote that never closes: from here on the first > ends a tag, or the page would be read again and again.
        self._quotes_sound = False
        return self._past(">", at, otherwise=-1)

    def _past_silent(self, name: str, at: int) -> int:
        if name in self._unclosed:
            return at
        closer = _CLOSERS[name].search(self._page, at)
        if closer is None:
            self._unclosed.add(name)
            return at
        return closer.end()

    def _past(self, mark: str, at: int, *, otherwise: int) -> int:
        if mark in self._unclosed:
            return otherwise
        found = self._page.find(mark, at)
        if found < 0:
            self._unclosed.add(mark)
            return otherwise
        return found + len(mark)


def _attributes(inner: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inner):
        name = match[1].lower()
        if name in _KNOWN_ATTRIBUTES:
            found.setdefault(name, _unescaped(match[2] or match[3] or match[4] or ""))
    return found


@dataclass(slots=True)
class _List:
    number: int | None


class _Writer:
    """Lays words out in lines as a reader would see them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._bullet = ""
        self._quotes: list[bool] = []
        self._lists: list[_List] = []
        self._pre = 0
        self._hidden = ""
        self._hidden_depth = 0
        self._held: list[str] = []
        self._blank_wanted = False

    def words(self, text: str) -> None:
        if not text:
            return
        if self._hidden:
            self._held.append(text)
            return
        text = _unescaped(text)
        if self._pre:
            self._preformatted(text)
        else:
            self._flow(text)

    def _flow(self, text: str) -> None:
        text = _BLANKS.sub(" ", text)
        if not self._line or self._line[-1].endswith(" "):
            text = text.removeprefix(" ")
        if text:
            self._start_line()
            self._line.append(text)

    def _preformatted(self, text: str) -> None:
        first, *rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._put(first)
        for line in rest:
            self._end_line()
            self._put(line)

    def _put(self, text: str) -> None:
        if text:
            self._start_line()
            self._line.append(text)

    def _start_line(self) -> None:
        if self._line:
            return
        if self._blank_wanted and self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._prefix().rstrip())
        self._blank_wanted = False
        if self._bullet:
            self._line.append(self._bullet)
            self._bullet = ""

    def open(self, name: str, attributes: dict[str, str]) -> None:
        if self._hidden:
            self._hidden_depth += name == self._hidden
        elif name not in _VOID and ("hidden" in attributes or _HIDDEN.search(attributes.get("style", ""))):
            self._hidden, self._hidden_depth = name, 1
        else:
            self._open_seen(name, attributes)

    def _open_seen(self, name: str, attributes: dict[str, str]) -> None:
        if name == "br":
            self._end_line()
        elif name == "hr":
            self._fresh_line()
            self._put(_RULE)
            self._fresh_line()
        elif name == "blockquote":
            self._fresh_line()
            self._quotes.append(_is_quote(attributes))
        elif name in ("pre", "listing", "plaintext", "xmp"):
            self._fresh_line()
            self._pre += 1
        elif name == "li":
            self._item()
        elif name in ("td", "th"):
            self._cell()
        elif name == "img" and 0 < len(attributes.get("alt", "")) <= 2:
            self._put(attributes["alt"])  # a smiley drawn as a picture
        elif name in _SPACED:
            self._spaced(name, attributes)
        elif name in _BLOCKS:
            self._fresh_line()

    def close(self, name: str) -> None:
        if self._hidden:
            self._hidden_depth -= name == self._hidden
            if self._hidden_depth == 0:
                self._hidden = ""
                self._held.clear()
        elif name == "blockquote":
            self._fresh_line()
            if self._quotes:
                self._quotes.pop()
        elif name in ("pre", "listing", "plaintext", "xmp"):
            self._fresh_line()
            self._pre = max(0, self._pre - 1)
        elif name in ("ul", "ol"):
            self._fresh_line()
            if self._lists:
                self._lists.pop()
            self._blank_wanted = not self._lists
        elif name in _SPACED:
            self._fresh_line()
            self._blank_wanted = self._blank_wanted or name != "p" or self._roomy
        elif name in _BLOCKS or name == "li":
            self._fresh_line()

    _roomy = True

    def _spaced(self, name: str, attributes: dict[str, str]) -> None:
        self._fresh_line()
        tight = name == "p" and (
            "mso" in attributes.get("class", "").lower() or _NO_MARGIN.search(attributes.get("style", ""))
        )
        self._roomy = not tight
        if name in ("ul", "ol"):
            start = attributes.get("start", "1")
            number = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
            self._lists.append(_List(number if name == "ol" else None))
            self._blank_wanted = len(self._lists) == 1
        elif not tight:
            self._blank_wanted = True

    def _item(self) -> None:
        self._fresh_line()
        around = self._lists[-1] if self._lists else _List(None)
        indent = "  " * min(max(0, len(self._lists) - 1), _DEEPEST_LIST)
        self._bullet = f"{indent}{around.number}. " if around.number is not None else f"{indent}- "
        if around.number is not None:
            around.number += 1

    def _cell(self) -> None:
        if self._line and not self._line[-1].endswith("  "):
            self._line.append("  ")

    def _fresh_line(self) -> None:
        if self._line:
            self._end_line()

    def _end_line(self) -> None:
        self._start_line()
        self._lines.append((self._prefix() + "".join(self._line).replace("\xa0", " ")).rstrip())
        self._line = []

    def _prefix(self) -> str:
        return "> " * min(sum(self._quotes[:100]), _DEEPEST_QUOTE)

    def text(self) -> str:
        if self._hidden:
            # What was to be hidden never ended: then it is the letter itself, and nothing of it may be lost.
            self._hidden = ""
            self.words("".join(self._held))
        self._fresh_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")


def _is_quote(attributes: dict[str, str]) -> bool:
    """Earlier mail rather than mere indentation, which some programs also write as a blockquote without a border."""
    if attributes.get("type", "").lower() == "cite" or "quote" in attributes.get("class", "").lower():
        return True
    return not _NO_BORDER.search(attributes.get("style", ""))


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    try:
        return entities.unescape(text)
    except ValueError:  # a character number of thousands of digits
        return text
