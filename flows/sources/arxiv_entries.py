"""What one entry of an arXiv list says of its paper: a header `dt` and a body `dd`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from selectolax.lexbor import LexborNode

from flows.sources.arxiv_fields import author_names, categories, identity
from flows.sources.arxiv_frames import elements
from flows.sources.arxiv_xml import NAME, shown
from models.errors import ParseError
from models.records import PaperRecord
from models.text import clean, says_withdrawn

_NUMBER = re.compile(r"item(\d{1,7})", re.ASCII)
_HIDDEN_ADDRESS = re.compile(r"this (?:https?|ftp) URL")
_NO_ADDRESS = re.compile(r"http://[^/]*\.[A-Z][^/.]*/?")
_KINDS_OF_LINK = ("Abstract", "View HTML")
_MORE_THAN_NAMES = re.compile(r"[():&\\]|and |[Tt]he | al")
_LONGEST_SUFFIX = 3
_VERSION = re.compile(r"v([1-9]\d{0,2})", re.ASCII)
_CODE = re.compile(r"\(([^()]+)\)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands in the tree of its page; `body` is None where the page lacks it."""

    header: LexborNode
    body: LexborNode | None

    def number(self) -> int:
        """Its number on the whole listing, from 1, through all parts and pages. Raises ParseError."""
        for link in elements(self.header):
            if found := _NUMBER.fullmatch(link.attrs.get("name") or ""):
                return int(found[1])
        raise ParseError(NAME, '`dt > a[name="item1"]`')


def entries(articles: LexborNode) -> list[Entry]:
    """The entries of a `dl`, in order: as many as it has headers; a body without a header is none."""
    found: list[Entry] = []
    header: LexborNode | None = None
    for element in elements(articles):
        tag = element.tag
        if header and tag in ("dt", "dd"):
            found.append(Entry(header, element if tag == "dd" else None))
            header = None
        if tag == "dt":
            header = element
    return [*found, Entry(header, None)] if header else found


def records(
    listed: Sequence[Entry], first_rank: int, part: str, listed_at: datetime | None
) -> tuple[list[PaperRecord], list[str]]:
    """The records of entries that follow each other, and a sentence for each that could not be read.

    A mailing, which has a `listed_at`, shows abstracts; other lists show none.
    """
    found: list[PaperRecord] = []
    problems: list[str] = []
    for rank, entry in enumerate(listed, first_rank):
        try:
            found.append(_record(entry, rank, part, listed_at))
        except ParseError as error:
            problems.append(f"{part} entry {rank} has no {error.missing}".lstrip())
    return found, problems


def _record(entry: Entry, rank: int, part: str, listed_at: datetime | None) -> PaperRecord:
    links = _links(entry.header)
    if "Abstract" not in links:
        raise ParseError(NAME, '`dt > a[title="Abstract"]`')
    paper_id, _ = identity(links["Abstract"].rpartition("/abs/")[2])
    fields = _fields(entry, paper_id)
    title = _text(_field(fields, "list-title", paper_id))
    if not title:
        raise ParseError(NAME, f"title in `.list-title` ({paper_id})")
    comment = _text(fields.get("list-comments"))
    abstract = _text(_field(fields, "mathjax", paper_id)) if listed_at else ""
    return PaperRecord(
        id=paper_id,
        title=title,
        abstract=abstract,
        authors=_authors(_field(fields, "list-authors", paper_id)),
        rank=rank,
        part=part,
        categories=_categories(_field(fields, "list-subjects", paper_id).text(), paper_id),
        version=_version(links.get("View HTML", ""), paper_id),
        # A listing that does not say so may still list a withdrawn paper.
        withdrawn=says_withdrawn(comment) or says_withdrawn(abstract) or None,
        comment=comment,
        journal_ref=_text(fields.get("list-journal-ref")),
        listed_at=listed_at,
    )


def _links(header: LexborNode) -> dict[str, str]:
    """The addresses in a header by what the page calls them, of the kinds that are of use."""
    links: dict[str, str] = {}
    for link in elements(header):
        given = link.attrs
        if (title := given.get("title")) in _KINDS_OF_LINK:
            links[title] = given.get("href") or ""
            if len(links) == len(_KINDS_OF_LINK):
                break
    return links


def _fields(entry: Entry, paper_id: str) -> dict[str, LexborNode]:
    """What stands in a body, by the first class of each element."""
    meta = next(elements(entry.body), None) if entry.body else None
    if meta is None or meta.attrs.get("class") != "meta":
        raise ParseError(NAME, f"`dd > .meta` ({paper_id})")
    return {(field.attrs.get("class") or "").partition(" ")[0]: field for field in elements(meta)}


def _field(fields: Mapping[str, LexborNode], name: str, paper_id: str) -> LexborNode:
    if name not in fields:
        raise ParseError(NAME, f"`.meta > .{name}` ({paper_id})")
    return fields[name]


def _text(field: LexborNode | None) -> str:
    """What a field says behind its name, with the addresses that the page hides; "" for no field."""
    node = field.first_child if field else None
    if node and node.tag == "span":  # the name of the field: `Title:`
        node = node.next
    pieces: list[str] = []
    while node:
        pieces.append(_piece(node))
        node = node.next
    return clean("".join(pieces).strip())


def _piece(node: LexborNode) -> str:
    match node.tag:
        case "-text":
            return node.text_content or ""
        case "br":
            return " "
        case "a" if _HIDDEN_ADDRESS.fullmatch(node.text()):
            return _address(node.attrs.get("href") or "")
    return node.text()


def _address(href: str) -> str:
    """The address that a link hides; the site takes `ends.Here` of two sentences for one, too."""
    return href.removeprefix("http://") if _NO_ADDRESS.fullmatch(href) else href


def _authors(line: LexborNode) -> tuple[str, ...]:
    """The names of a line, by the one rule for all of arXiv's interfaces; the site cuts it after some 100.

    Its links are no better guide: those of collaborations and of names of up to three letters are missing.
    """
    whole = clean(line.text())
    names = tuple(whole.split(", "))
    is_plain = (  # as nearly every line: then the rule costs ten times as much as this, for the same names
        min(map(len, names)) > _LONGEST_SUFFIX
        and whole.count(",") == len(names) - 1
        and not _MORE_THAN_NAMES.search(whole)
    )
    return names if is_plain else author_names(whole)


def _categories(subjects: str, paper_id: str) -> tuple[str, ...]:
    """The codes of `Name (code); Name (code)`, the primary category first."""
    codes = dict.fromkeys(map(_code, subjects.split(";")))
    if "" in codes:
        raise ParseError(NAME, f"categories in `.list-subjects` ({paper_id}: {shown(clean(subjects))})")
    return tuple(codes)


@lru_cache(1024)
def _code(subject: str) -> str:
    """The code of a category, "" where there is none: names may hold commas and parentheses."""
    found = _CODE.search(subject.strip())
    return next(iter(categories((found[1],))), "") if found else ""


def _version(html_address: str, paper_id: str) -> int | None:
    """The version that the HTML of a paper is of: the only place where a list names one."""
    found = _VERSION.fullmatch(html_address.rpartition(f"/html/{paper_id}")[2])
    return int(found[1]) if found else None
