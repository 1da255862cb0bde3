"""Reads the XML of arXiv's interfaces, one element at a time, and refuses what could do harm in it.

By the standard library's expat with document types refused: arXiv sends none, and without one there are
no entities to expand or to fetch. lxml could do as much, but is here only because feedgen asks for it,
has no types, and would have to be told each danger by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element, SubElement
from xml.parsers import expat

from models.errors import ParseError
from models.records import PaperRecord
from models.text import clean

NAME = "arxiv"
"""The name of the source."""

DEEPEST = 32
"""arXiv's own documents are eight elements deep."""

# arXiv writes out what its database holds. XML 1.0 (2.2) has no place for control characters, so one of
# them in one abstract would make a page of 2,500 records unreadable.
_CONTROL_TO_BLANK = bytes(32 if byte < 32 and byte not in b"\t\n\r" else byte for byte in range(256))


def read_elements(body: bytes, root: str, readers: Mapping[str, Callable[[Element], None]]) -> None:
    """Give each element of a document to the reader for its name as soon as it ends; then let go of it.

    Names are without prefix; what stands inside of an element that has a reader goes with it. Raises
    ParseError for what is no whole UTF-8 document with that root, and what else readers raise.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    tree = _Tree(root, readers)
    parser.StartDoctypeDeclHandler = tree.doctype
    parser.StartElementHandler = tree.start
    parser.CharacterDataHandler = tree.text.append
    parser.EndElementHandler = tree.end
    try:
        parser.Parse(body.translate(_CONTROL_TO_BLANK), True)
    except expat.ExpatError as error:
        raise ParseError(NAME, f"readable XML ({error})") from error


class _Tree:
    """The elements that have readers, grown from what expat tells of a document.

    An element's text is what stands behind its last child: in these documents all that there is.
    """

    def __init__(self, root: str, readers: Mapping[str, Callable[[Element], None]]) -> None:
        self._root = root
        self._readers = readers
        self._depth = 0
        self._open: list[Element] = []
        self.text: list[str] = []

    def doctype(self, _name: str, _system_id: str | None, _public_id: str | None, _has_subset: bool) -> None:
        raise ParseError(NAME, "XML without a document type")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._depth += 1
        if self._depth == 1 and name != self._root:
            raise ParseError(NAME, f"`{self._root}` document ({shown(name)})")
        if self._depth > DEEPEST:
            raise ParseError(NAME, f"XML of at most {DEEPEST} levels")
        self.text.clear()
        if self._open:
            self._open.append(SubElement(self._open[-1], name, attributes))
        elif name in self._readers:
            self._open.append(Element(name, attributes))

    def end(self, _tag: str) -> None:
        self._depth -= 1
        if self._open:
            element = self._open.pop()
            element.text = "".join(self.text)
            if not self._open:
                self._readers[element.tag](element)
        self.text.clear()


class Entries:
    """The records of an answer's entries, and a sentence for each entry that could not be read.

    `read` makes the record of (entry, rank from 1); it gives None for an entry that is to be left out, and
    raises ParseError for one that it does not understand.
    """

    def __init__(self, read: Callable[[Element, int], PaperRecord | None]) -> None:
        self._read = read
        self.seen = 0
        self.left_out = 0
        self.records: list[PaperRecord] = []
        self.problems: list[str] = []

    def take(self, entry: Element) -> None:
        """Read the next entry."""
        self.seen += 1
        try:
            record = self._read(entry, self.seen)
        except ParseError as error:
            self.problems.append(f"entry {self.seen} has no {error.missing}")
            return
        if record is None:
            self.left_out += 1
        else:
            self.records.append(record)

    @property
    def declared(self) -> int:
        """How many papers the answer names."""
        return self.seen - self.left_out

    def found(self) -> tuple[PaperRecord, ...]:
        """The records in order. Raises ParseError where no entry could be read."""
        if self.declared and not self.records:
            raise ParseError(NAME, f"a readable entry among {self.declared}: {self.problems[0]}")
        return tuple(self.records)


def text(element: Element, path: str) -> str:
    """The clean text of the first element at a path; "" where there is none."""
    return clean(element.findtext(path))


def shown(text: str) -> str:
    """What stands where something else should, short and harmless enough for a sentence."""
    return f"it is {text!r:.60}"
