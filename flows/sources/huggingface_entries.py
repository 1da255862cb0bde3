"""What one entry of Hugging Face Daily Papers says of its paper: the same in pages and in the API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from urllib.parse import urljoin, urlsplit

from models.errors import ParseError
from models.identity import arxiv_id
from models.records import PaperRecord
from models.text import clean, says_withdrawn

NAME = "huggingface"
"""The name of the source."""

_MOST = 2**31 - 1
"""A counter above this is no counter."""


def listed_day(entry: object) -> date | None:
    """The day (UTC) on which an entry was listed; None where it does not say."""
    moment = _moment(_mapping(_mapping(entry).get("paper")).get("submittedOnDailyAt"))
    return moment.date() if moment else None


def entry_id(entry: object) -> str:
    """The id of an entry's paper without version, "" where it has none to use."""
    found = arxiv_id(_mapping(_mapping(entry).get("paper")).get("id"))
    return found[0] if found else ""


def records(
    entries: Sequence[object], base_url: str, first_rank: int = 1
) -> tuple[tuple[PaperRecord, ...], tuple[str, ...]]:
    """The records of a list of entries, and a sentence for each entry that could not be read.

    Raises ParseError where none of them could be.
    """
    found: list[PaperRecord] = []
    problems: list[str] = []
    for rank, entry in enumerate(entries, first_rank):
        try:
            found.append(_record(entry, rank, base_url))
        except ParseError as error:
            named = entry_id(entry)
            problems.append(f"entry {rank}{named and f' ({named})'} has no {error.missing}")
    if entries and not found:
        raise ParseError(NAME, f"a readable entry among {len(entries)}: {problems[0]}")
    return tuple(found), tuple(problems)


def _record(entry: object, rank: int, base_url: str) -> PaperRecord:
    outer = _mapping(entry)
    paper = _mapping(outer.get("paper"))
    identity = arxiv_id(paper.get("id"))
    if identity is None:
        raise ParseError(NAME, f"arXiv id as text in `paper.id` ({shown(paper.get('id'))})")
    title = clean(paper.get("title")) or clean(outer.get("title"))
    if not title:
        raise ParseError(NAME, "`title`")
    abstract = clean(paper.get("summary")) or clean(outer.get("summary"))
    return PaperRecord(
        id=identity[0],
        version=identity[1],
        title=title,
        abstract=abstract,
        authors=_authors(paper.get("authors")),
        rank=rank,
        # An abstract without a notice says nothing: arXiv may keep the text and withdraw in a comment.
        withdrawn=says_withdrawn(abstract) or None,
        links=_links(paper, base_url),
        # The entry's own `publishedAt` was the time of listing, and is now a time shifted by hours.
        published_at=_moment(paper.get("publishedAt")),
        listed_at=_listed_at(paper),
        summary=clean(paper.get("ai_summary")),
        keywords=_keywords(paper.get("ai_keywords")),
        organization=_organization((outer, paper)),
        submitter=_submitter(outer, paper),
        votes=_count(paper.get("upvotes")),
        comments=_count(outer.get("numComments")),
        stars=_count(paper.get("githubStars")),
    )


def _listed_at(paper: Mapping[str, object]) -> datetime | None:
    """When the entry was listed; the site has given midnight where it knew the day alone."""
    moment = _moment(paper.get("submittedOnDailyAt"))
    return moment if moment and moment.time() != time() else None


def _authors(listed: object) -> tuple[str, ...]:
    """All names in order, those that the site hides from its cards too: they are the paper's authors."""
    if not isinstance(listed, list):
        raise ParseError(NAME, "list `paper.authors`")
    given = [clean(author.get("name")) for author in listed if isinstance(author, dict)]
    names = tuple(filter(None, given))
    if listed and not names:
        raise ParseError(NAME, f"`name` among its {len(listed)} authors")
    return names


def _links(paper: Mapping[str, object], base_url: str) -> dict[str, str]:
    given = {"code": paper.get("githubRepo"), "project": paper.get("projectPage")}
    return {relation: url for relation, text in given.items() if (url := _url(text, base_url))}


def _url(text: object, base_url: str) -> str:
    """An absolute web address, "" for what is none; as a browser does, line breaks inside are dropped."""
    if not isinstance(text, str) or not (given := re.sub(r"[\t\r\n]", "", text).strip()):
        return ""
    try:
        url = urljoin(base_url, given)
        parts = urlsplit(url)
    except ValueError:
        return ""
    usable = parts.scheme in ("http", "https") and parts.hostname and url.isprintable() and " " not in url
    return url if usable else ""


def _moment(text: object) -> datetime | None:
    """An aware UTC time; None for a text that is none, or that names no zone."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _keywords(listed: object) -> tuple[str, ...]:
    return tuple(filter(None, map(clean, listed))) if isinstance(listed, list) else ()


def _organization(levels: Iterable[Mapping[str, object]]) -> str:
    """`organization` since October 2025, for some days before it `submitterOrganization`."""
    for level in levels:
        for key in ("organization", "submitterOrganization"):
            named = _mapping(level.get(key))
            if name := clean(named.get("fullname")) or clean(named.get("name")):
                return name
    return ""


def _submitter(outer: Mapping[str, object], paper: Mapping[str, object]) -> str:
    """A login: `name` in one object, `user` in the other, which got a `name` only in 2026."""
    by, on_daily_by = _mapping(outer.get("submittedBy")), _mapping(paper.get("submittedOnDailyBy"))
    return clean(by.get("name")) or clean(on_daily_by.get("user")) or clean(on_daily_by.get("name"))


def _count(value: object) -> int | None:
    """A counter; 0 is one, True and 1.0 are none."""
    return value if type(value) is int and 0 <= value <= _MOST else None


def shown(value: object) -> str:
    """What stands where something else should, short and harmless enough for a sentence."""
    plain = value if isinstance(value, str | int | float | None) else type(value)
    return f"it is {plain!r:.60}"


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
