"""arXiv by its query API: papers asked for by their ids (https://info.arxiv.org/help/api/user-manual.html)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from flows.sources.arxiv_fields import categories, identity, published_doi, utc
from flows.sources.arxiv_xml import NAME, Entries, read_elements, text
from models.errors import ParseError
from models.records import Answer, PaperRecord, ParsedPage
from models.text import clean, says_withdrawn

MOST_IDS = 100
"""How many papers one request asks for."""

_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_COUNTS = ("totalResults", "startIndex", "itemsPerPage")


def lookup_url(api_url: str, ids: Sequence[str]) -> str:
    """Where to ask for papers by their arXiv ids; without a version it is the newest that comes.

    They come in an order of the API's own, and those that it does not know do not come. Raises ValueError
    for no ids and for more than MOST_IDS.
    """
    if not 0 < len(ids) <= MOST_IDS:
        raise ValueError(f"asks for {len(ids)} papers at once, not for 1 to {MOST_IDS}")
    # Unasked it gives ten.
    query = urlencode({"id_list": ",".join(ids), "max_results": MOST_IDS}, safe=",/")
    return f"{api_url.rstrip('/')}/query?{query}"


def parse_api(answer: Answer) -> ParsedPage:
    """The papers of an answer, of no date; what it does not name may be there all the same.

    `declared` is what its own counts promise: the API is known to promise entries and give none. Raises
    ParseError for an error that the API reports, and for an answer that is no Atom feed of it.
    """
    entries = Entries(_record)
    counts: dict[str, int] = {}

    def take_count(element: Element) -> None:
        if _COUNT.fullmatch(clean(element.text)):
            counts[element.tag] = int(clean(element.text))

    def take_entry(entry: Element) -> None:
        _refuse_error(entry)
        entries.take(entry)

    read_elements(answer.body, "feed", {"entry": take_entry, **dict.fromkeys(_COUNTS, take_count)})
    if "totalResults" not in counts:
        raise ParseError(NAME, "`totalResults` of the query API")
    return ParsedPage(
        entries.found(),
        declared=_promised(counts, entries.declared),
        problems=tuple(entries.problems),
        complete=False,
    )


def _refuse_error(entry: Element) -> None:
    """An error is an entry titled "Error", with an address of its own kind for an id."""
    if "/api/errors" in text(entry, "id"):
        raise ParseError(NAME, f"papers: the query API says {text(entry, 'summary'):.300}")


def _promised(counts: dict[str, int], given: int) -> int:
    """How many entries an answer should hold by its own counts: one page of what was found."""
    left = max(counts["totalResults"] - counts.get("startIndex", 0), 0)
    return min(left, counts.get("itemsPerPage", given))


def _record(entry: Element, rank: int) -> PaperRecord:
    paper_id, version = identity(text(entry, "id").rpartition("/abs/")[2])
    title = text(entry, "title")
    authors = tuple(filter(None, (text(author, "name") for author in entry.findall("author"))))
    if not (title and authors):
        raise ParseError(NAME, f"{'authors' if title else 'title'} ({paper_id})")
    abstract, comment = text(entry, "summary"), text(entry, "comment")
    published_at = _moment(text(entry, "published"))
    return PaperRecord(
        id=paper_id,
        title=title,
        abstract=abstract,
        authors=authors,
        rank=rank,
        categories=categories(_terms(entry)),
        version=version,
        # The dates of the versions between the first and this one are not told.
        versions=(published_at,) if published_at and version == 1 else (),
        # Silence says nothing: most withdrawn papers keep their abstract, and some their comment.
        withdrawn=says_withdrawn(comment) or says_withdrawn(abstract) or None,
        comment=comment,
        journal_ref=text(entry, "journal_ref"),
        doi=published_doi(text(entry, "doi")),
        published_at=published_at,
    )


def _terms(entry: Element) -> Iterator[str]:
    for name in ("primary_category", "category"):
        for element in entry.findall(name):
            yield clean(element.get("term"))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return utc(moment) if moment.tzinfo else None
