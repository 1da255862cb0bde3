"""What reference managers read from a paper's page: Highwire's meta tags and a COinS.

https://scholar.google.com/intl/en/scholar/inclusion.html#indexing names the tags; a COinS is an OpenURL
(ANSI/NISO Z39.88-2004) in the title of an empty span, which Zotero and others take.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

from feeds.entries import shown_title
from feeds.links import is_arxiv, links
from feeds.text import one_line
from models.papers import Paper


def meta(paper: Paper) -> Iterator[tuple[str, str]]:
    """The names and contents of the tags, one for each author."""
    yield "citation_title", shown_title(paper)
    for author in _authors(paper):
        yield "citation_author", author
    if paper.published_at:
        yield "citation_publication_date", _date(paper.published_at, "/")
    elif paper.announced_at:
        yield "citation_online_date", _date(paper.announced_at, "/")
    if doi := doi_of(paper):
        yield "citation_doi", doi
    if is_arxiv(paper.id):
        yield "citation_arxiv_id", paper.id
    for link in links(paper):
        if link.title == "PDF":
            yield "citation_pdf_url", link.href


def coins(paper: Paper) -> str:
    """The OpenURL of a paper, not escaped."""
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"),
        ("rft.genre", "preprint"),
        ("rft.atitle", shown_title(paper)),
        *(("rft.au", author) for author in _authors(paper)),
    ]
    if at := paper.published_at or paper.announced_at:
        pairs.append(("rft.date", _date(at, "-")))
    if doi := doi_of(paper):
        pairs.append(("rft_id", f"info:doi/{doi}"))
    pairs += [("rft_id", link.href) for link in links(paper) if link.rel == "alternate"]
    return urlencode(pairs)


def doi_of(paper: Paper) -> str:
    """A paper's DOI, its own or the one that is its id; "" where it has none."""
    return one_line(paper.doi) or (paper.id if paper.id.startswith("10.") else "")


def _authors(paper: Paper) -> Iterator[str]:
    return (line for name in paper.authors if (line := one_line(name)))


def _date(at: datetime, between: str) -> str:
    at = at.astimezone(UTC)
    return between.join((f"{at.year:04}", f"{at.month:02}", f"{at.day:02}"))
