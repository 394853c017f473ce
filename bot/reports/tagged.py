"""Several tagged PDFs as one that is tagged still: read aloud in order, with its title and language (PDF/UA-1)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from html import escape

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

_SAYS_SO = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<pdfuaid:part>1</pdfuaid:part><dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>"""


def as_one_pdf(title: str, papers: Iterable[tuple[str, bytes]], *, language: str = "en-GB") -> bytes:
    """The papers, one behind the other, a bookmark for each. Said to be tagged only where each of them is."""
    whole = PdfWriter()
    whole.pdf_header = "%PDF-1.7"
    tree = _Tree(whole)
    for name, content in papers:
        reader, first = PdfReader(io.BytesIO(content)), len(whole.pages)
        whole.append(reader, outline_item=name)
        tree.take(reader, whole.pages[first:])
    root = whole.root_object
    root[NameObject("/Lang")] = TextStringObject(language)
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    if tree.complete:
        root[NameObject("/StructTreeRoot")] = tree.finished()
        root[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
        root[NameObject("/Metadata")] = whole._add_object(_metadata(title))
    whole.add_metadata({"/Title": title})
    out = io.BytesIO()
    whole.write(out)
    return out.getvalue()


class _Tree:
    """What is read aloud, in order: the elements of each paper in turn, the pieces of their pages numbered on."""

    def __init__(self, whole: PdfWriter) -> None:
        self.whole = whole
        self.root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
        self.place = whole._add_object(self.root)
        self.elements, self.numbers = ArrayObject(), ArrayObject()
        self.following = 0  # the number of the next piece
        self.complete = True

    def take(self, reader: PdfReader, pages: Sequence[PageObject]) -> None:
        """The tags of a paper whose pages have just been copied; one without any makes the whole incomplete."""
        own = reader.root_object.get("/StructTreeRoot")
        if own is None:
            self.complete = False
            return
        copied = own.get_object().clone(self.whole)
        for element in _several(copied["/K"]):
            _whole(element)[NameObject("/P")] = self.place
            self.elements.append(element)
        for before, page in zip(reader.pages, pages, strict=True):
            if "/StructParents" in before:  # it is left behind when a page is copied
                page[NameObject("/StructParents")] = NumberObject(int(str(before["/StructParents"])) + self.following)
            for note in page.get("/Annots", ArrayObject()):
                _count_on(_whole(note), "/StructParent", self.following)
        self.following = _parents(copied, self.numbers, self.following)

    def finished(self) -> PdfObject:
        self.root[NameObject("/K")] = self.elements
        parents = DictionaryObject({NameObject("/Nums"): self.numbers})
        self.root[NameObject("/ParentTree")] = self.whole._add_object(parents)
        self.root[NameObject("/ParentTreeNextKey")] = NumberObject(self.following)
        return self.place


def _whole(value: PdfObject) -> DictionaryObject:
    found = value.get_object()
    assert isinstance(found, DictionaryObject)
    return found


def _several(value: PdfObject) -> list[PdfObject]:
    found = value.get_object()
    return list(found) if isinstance(found, ArrayObject) else [value]


def _count_on(holder: DictionaryObject, key: str, by: int) -> None:
    if key in holder:
        holder[NameObject(key)] = NumberObject(int(str(holder[key])) + by)


def _parents(copied: DictionaryObject, numbers: ArrayObject, following: int) -> int:
    """Which element each piece of a page belongs to, under its new number; the number that comes next."""
    highest = following - 1
    own = _whole(copied["/ParentTree"])["/Nums"].get_object()
    assert isinstance(own, ArrayObject)
    for number, element in zip(own[::2], own[1::2], strict=True):
        highest = max(highest, int(str(number)) + following)
        numbers.extend([NumberObject(int(str(number)) + following), element])
    return highest + 1


def _metadata(title: str) -> StreamObject:
    stream = StreamObject()
    stream.set_data(_SAYS_SO.format(title=escape(title)).encode())
    stream.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    return stream
