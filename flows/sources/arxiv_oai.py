"""arXiv by OAI-PMH: every field of every paper, with all its versions (https://info.arxiv.org/help/oa)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from flows.sources.arxiv_fields import (
    author_names,
    categories,
    identity,
    license_url,
    mail_date,
    published_doi,
    utc,
)
from flows.sources.arxiv_xml import NAME, Entries, read_elements, shown, text
from models.errors import ParseError
from models.records import Answer, PaperRecord, ParsedPage
from models.text import clean, says_withdrawn

_PREFIX = "arXivRaw"
_PHYSICS = frozenset(
    {
        *("astro-ph", "cond-mat", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph"),
        *("nlin", "nucl-ex", "nucl-th", "physics", "quant-ph"),
    }
)
"""The archives of the group `physics`; every other archive is the only one of a group of its own name."""

_NUMBER = re.compile(r"v([1-9]\d{0,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Version:
    """When a version came (UTC), and whether nothing is left of it: it withdraws the paper."""

    came_at: datetime
    is_empty: bool


def harvest_url(oai_url: str, category: str, first: date, last: date) -> str:
    """Where to ask for the papers of a category whose metadata changed in these days, both included.

    The category may be an archive (`hep-th`, `math`) or a group (`grp_physics`). Days are those of OAI
    datestamps, UTC: they say when metadata changed, never when a paper was announced.
    """
    return _url(
        oai_url,
        {
            "verb": "ListRecords",
            "metadataPrefix": _PREFIX,
            "set": oai_set(category),
            "from": first.isoformat(),
            "until": last.isoformat(),
        },
    )


def record_url(oai_url: str, paper_id: str) -> str:
    """Where to ask for a single paper by its arXiv id without version."""
    identifier = f"oai:arXiv.org:{paper_id}"
    return _url(oai_url, {"verb": "GetRecord", "metadataPrefix": _PREFIX, "identifier": identifier})


def oai_set(category: str) -> str:
    """The set of a category, archive or group, as ListSets names it: group, archive, category."""
    if category.startswith("grp_"):
        return category.removeprefix("grp_")
    archive, _, subject = category.partition(".")
    group = "physics" if archive in _PHYSICS else archive
    return ":".join(filter(None, (group, archive, subject)))


def _url(oai_url: str, parameters: dict[str, str]) -> str:
    return f"{oai_url.rstrip('/')}?{urlencode(parameters)}"


def parse_oai(answer: Answer, oai_url: str) -> ParsedPage:
    """The papers of an answer to ListRecords or GetRecord, and where the rest of them is.

    It is of no date, and never complete: papers appear in it when their metadata change. Records marked
    as deleted are left out; an answer `noRecordsMatch` is a page without papers. Raises ParseError for
    any other error that the interface reports, and for an answer that is no whole answer of it.
    """
    entries = Entries(_record)
    errors: list[Element] = []
    tokens: list[Element] = []
    readers = {"record": entries.take, "error": errors.append, "resumptionToken": tokens.append}
    read_elements(answer.body, "OAI-PMH", readers)
    for error in errors:
        _refuse(error)
    if not (entries.seen or errors or tokens):
        raise ParseError(NAME, "record, error or resumption token in the OAI-PMH answer")
    return ParsedPage(
        entries.found(),
        declared=entries.declared,
        problems=tuple(entries.problems),
        next_url=_next_url(tokens, answer.url, oai_url),
        complete=False,
    )


def _refuse(error: Element) -> None:
    """OAI-PMH answers errors with HTTP 200; that nothing matches is none of them (protocol, 3.6)."""
    code = error.get("code", "")
    if code != "noRecordsMatch":
        raise ParseError(NAME, f"records: OAI-PMH error {clean(code):.40}: {clean(error.text):.300}")


def _next_url(tokens: list[Element], url: str, oai_url: str) -> str | None:
    """Where a list goes on; an empty token ends it (protocol, 3.5).

    arXiv's tokens are percent-encoded already, and have to come back so: they are encoded once more.
    """
    token = (tokens[-1].text or "").strip() if tokens else ""
    if not token:
        return None
    next_url = _url(oai_url, {"verb": "ListRecords", "resumptionToken": token})
    if next_url == url:
        raise ParseError(NAME, "way on: the resumption token leads back to the same answer")
    return next_url


def _record(element: Element, rank: int) -> PaperRecord | None:
    header, raw = element.find("header"), element.find(f"metadata/{_PREFIX}")
    if header is not None and header.get("status") == "deleted":
        return None
    if raw is None:
        raise ParseError(NAME, f"`{_PREFIX}` metadata")
    paper_id, _ = identity(text(raw, "id"))
    title, authors = text(raw, "title"), author_names(text(raw, "authors"))
    if not (title and authors):
        raise ParseError(NAME, f"{'authors' if title else 'title'} ({paper_id})")
    versions = _versions(raw, paper_id)
    abstract, comment = text(raw, "abstract"), text(raw, "comments")
    return PaperRecord(
        id=paper_id,
        title=title,
        abstract=abstract,
        authors=authors,
        rank=rank,
        categories=categories(text(raw, "categories").split()),
        version=max(versions),
        versions=_from_the_first_on(versions),
        withdrawn=versions[max(versions)].is_empty or says_withdrawn(comment) or says_withdrawn(abstract),
        comment=comment,
        journal_ref=text(raw, "journal-ref"),
        doi=published_doi(text(raw, "doi")),
        license=license_url(text(raw, "license")),
        published_at=versions[1].came_at if 1 in versions else None,
    )


def _versions(raw: Element, paper_id: str) -> dict[int, _Version]:
    """The versions by their numbers; where arXiv took one down, a number is missing."""
    versions: dict[int, _Version] = {}
    for element in raw.findall("version"):
        name = element.get("version", "")
        match, came_at = _NUMBER.fullmatch(name), utc(mail_date(text(element, "date")))
        if match is None or came_at is None:
            raise ParseError(NAME, f"number and date of a version ({paper_id}, {shown(name)})")
        # `I` may stand among other letters; a version without a source is of no size either.
        is_empty = "I" in text(element, "source_type") or text(element, "size") == "0kb"
        versions[int(match[1])] = _Version(came_at, is_empty)
    if not versions:
        raise ParseError(NAME, f"version ({paper_id})")
    return versions


def _from_the_first_on(versions: dict[int, _Version]) -> tuple[datetime, ...]:
    """When the versions came; nothing where one is missing, since their place tells their number."""
    numbers = range(1, len(versions) + 1)
    return tuple(versions[number].came_at for number in numbers) if max(versions) == len(versions) else ()
