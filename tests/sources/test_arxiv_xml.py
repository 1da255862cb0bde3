"""XML from outside: what is refused of it, what it costs, and how its elements are given."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.arxiv_xml import DEEPEST, Entries, read_elements
from models.errors import ParseError
from models.records import PaperRecord

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def texts(body: str | bytes, *names: str) -> list[str]:
    found: list[str] = []
    readers = dict.fromkeys(names or ("a",), lambda element: found.append(element.text or ""))
    read_elements(body.encode() if isinstance(body, str) else body, "root", readers)
    return found


@pytest.mark.parametrize(
    "document",
    [
        f'<!DOCTYPE root [<!ENTITY l0 "ha">{LAUGHS}]><root><a>&l11;</a></root>',
        '<!DOCTYPE root [<!ENTITY x SYSTEM "file:///etc/hostname">]><root><a>&x;</a></root>',
        '<!DOCTYPE root SYSTEM "http://127.0.0.1:9/x.dtd"><root><a>x</a></root>',
        '<!DOCTYPE root PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd"><root/>',
        "<!DOCTYPE root><root><a>x</a></root>",
    ],
    ids=["bomb", "external entity", "external subset", "public", "bare"],
)
def test_a_document_type_is_refused_and_with_it_every_entity(document: str) -> None:
    with pytest.raises(ParseError, match="document type"):
        texts(document)


def test_an_entity_that_nobody_declared_is_refused() -> None:
    with pytest.raises(ParseError, match="readable XML"):
        texts("<root><a>&nbsp;</a></root>")


def test_a_document_deeper_than_any_of_arxivs_is_refused() -> None:
    inner = DEEPEST - 1
    assert texts("<root>" + "<a>" * inner + "</a>" * inner + "</root>") == [""]
    with pytest.raises(ParseError, match="levels"):
        texts("<root>" + "<a>" * (inner + 1))


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"  \n", b"{}", b"<root>", b"<root><a>x</a>", b"<root><a></root></a>", b"<root/><root/>"),
        *(b"<root><a>\xff</a></root>", "<root><a>ü</a></root>".encode("latin-1")),
        "<root><a>x</a></root>".encode("utf-16"),
    ],
)
def test_what_is_no_whole_document_in_utf_8_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError, match="readable XML"):
        texts(body)


def test_a_document_of_another_kind_is_refused_with_its_root() -> None:
    with pytest.raises(ParseError, match=r"`root` document \(it is 'html'\)"):
        texts("<html><root><a>x</a></root></html>")


@given(st.binary() | st.text("<>/ab&;![]-?='\" \n").map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(ParseError):
        read_elements(body, "root", {"a": lambda _: None})
    with suppress(ParseError):
        read_elements(b"<root><a>" + body + b"</a></root>", "root", {"a": lambda _: None})


def test_elements_come_in_order_whatever_their_prefix_and_depth() -> None:
    document = '<r:root xmlns:r="x" xmlns="y"><b><a>1</a></b><q:a xmlns:q="z">2</q:a><c>3</c></r:root>'
    assert texts(document, "a", "c") == ["1", "2", "3"]


def test_an_element_goes_with_its_children_and_attributes() -> None:
    found: list[Element] = []
    document = b'<root><a><b k="v">1 &amp; &lt;2&gt;</b><b><a>in</a></b></a></root>'
    read_elements(document, "root", {"a": found.append})
    (element,) = found
    assert [(b.text, b.get("k"), b.findtext("a")) for b in element] == [
        ("1 & <2>", "v", None),
        ("", None, "in"),
    ]


@pytest.mark.parametrize("encoding", ["latin-1", "x-none", "utf-16"])
def test_a_document_is_utf_8_whatever_it_says_of_itself(encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert texts(f"{declared}<root><a>ü</a></root>") == ["ü"]


def test_a_control_character_does_not_make_a_document_unreadable() -> None:
    assert texts(b"<root><a>one\x0btwo\x00</a></root>") == ["one two "]


def test_a_long_document_costs_no_more_than_itself_and_one_element() -> None:
    body = b"<root>" + b"<a><b>some text</b><c/></a>" * 40_000 + b"</root>"
    tracemalloc.start()
    read_elements(body, "root", {"a": lambda _: None})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * len(body)


def test_entries_none_of_which_can_be_read_are_refused() -> None:
    def refuse(_entry: Element, _rank: int) -> PaperRecord:
        raise ParseError("arxiv", "title")

    entries = Entries(refuse)
    entries.take(Element("a"))
    assert entries.problems == ["entry 1 has no title"]
    with pytest.raises(ParseError, match="a readable entry among 1: entry 1 has no title"):
        entries.found()
