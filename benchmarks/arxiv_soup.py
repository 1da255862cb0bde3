"""What BeautifulSoup takes to read the page of a mailing: the same fields of the same entries."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import Tag

from models.records import PaperRecord

Fields = tuple[object, ...]
"""Part, rank, id, title, abstract, authors, categories, comment and version of an entry."""

_NO_ADDRESS = re.compile(r"^http://([^/]*\.[A-Z][^/.]*/?)$")
_CODE = re.compile(r"\(([^()]+)\)$")


def fields_of(record: PaperRecord) -> Fields:
    """The same of a record, to compare."""
    told = (record.title, record.abstract, record.authors, record.categories, record.comment)
    return (record.part, record.rank, record.id, *told, record.version)


def read_mailing(backend: str, body: bytes) -> list[Fields]:
    """The entries of a mailing, by one of BeautifulSoup's parsers."""
    found: list[Fields] = []
    for articles in BeautifulSoup(body, backend).select("#dlpage > dl"):
        heading = articles.find("h3")
        part = heading.get_text().partition(" ")[0].lower() if heading else ""
        bodies = articles.find_all("dd")
        for rank, (header, body_of_it) in enumerate(zip(articles.find_all("dt"), bodies, strict=True), 1):
            found.append((part, rank, *_entry(header, body_of_it)))
    return found


def _entry(header: Tag, body: Tag) -> Fields:
    html = header.find("a", title="View HTML")
    address = str(html["href"]) if html else ""
    subjects = _text(body.find(class_="list-subjects")).removeprefix("Subjects:")
    authors = body.find(class_="list-authors")
    for link in body.find_all("a", class_="link-external"):
        link.replace_with(_NO_ADDRESS.sub(r"\1", str(link["href"])))
    return (
        str(header.find_all("a", title="Abstract")[0]["id"]),
        _text(body.find(class_="list-title")).removeprefix("Title: "),
        _text(body.find("p", class_="mathjax")),
        tuple(name.get_text() for name in authors.find_all("a")) if authors else (),
        tuple(found[1] for each in subjects.split(";") if (found := _CODE.search(each))),
        _text(body.find(class_="list-comments")).removeprefix("Comments: "),
        int(address.rpartition("v")[2]) if address else None,
    )


def _text(element: Tag | None) -> str:
    return " ".join(element.get_text().split()) if element else ""
