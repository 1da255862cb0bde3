"""bioRxiv and medRxiv: the preprints of the life sciences and of medicine, day by day.

Both are read by their common API, made for programs and free of keys (https://api.biorxiv.org), and by it
alone. Nothing else is a second way: the pages of the sites turn programs away; their RSS holds the newest 30
papers and cannot be asked for a day; `/pubs` lists what journals took. Crossref and Europe PMC list a
preprint days late and its revisions not at all, in lists that agree with their own counts: a day read
there would pass for whole.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from urllib.parse import urlsplit

from flows.sources.base import Source, Way
from models.errors import ParseError
from models.identity import paper_id
from models.records import Answer, Expectation, Listing, PaperRecord, ParsedPage
from models.text import clean, says_withdrawn

Server = Literal["biorxiv", "medrxiv"]

_WHOLE_AFTER = timedelta(days=1, hours=12)
_SATURDAY = 5
_EMPTY = "no posts found"

_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_CREATIVE_COMMONS = re.compile(r"cc_(by(?:_nc)?(?:_nd|_sa)?)")
_ATTRIBUTES = r'(?:\s+[\w:-]+="[^"]*")*\s*/?>'
_INLINE_TAG = re.compile(
    rf"</?(?:jats:)?(?:b|bold|em|i|italic|sc|strong|sub|sup|u){_ATTRIBUTES}", re.IGNORECASE
)
_BLOCK_TAG = re.compile(
    rf"</?(?:jats:)?(?:br|div|h[1-6]|li|list|list-item|ol|p|sec|title|ul){_ATTRIBUTES}", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z\d]{1,31});", re.ASCII | re.IGNORECASE)
# What the site's typesetting leaves in a flattened abstract: around a heading, around an item of a list,
# around small capitals in a word, of which most are the heading `Abstract` itself.
_HEADING = re.compile(r"\A\s*AO_(SCPLOW|SCPCAP)BSTRACTC_\1")
_SMALL_CAPITALS = re.compile(r"[OC]_(?:SCPLOW|SCPCAP)")
_MARK = re.compile(r"[OC]_(?:ST_ABS|LI)")


def biorxiv(base_url: str = "https://api.biorxiv.org", server: Server = "biorxiv") -> Source:
    """The source at an address of the API: one of its two servers, a listing `daily` for every date.

    A listing holds every version that was posted on the day: first versions are `new`, later ones
    `replacement`. A day that was read while it ran is read again after its end, and once more for what
    was filed late.
    """
    base = base_url.rstrip("/")

    def url(listing: Listing) -> str:
        return _url(base, listing, first=0)

    def read_answer(listing: Listing, answer: Answer) -> ParsedPage:
        return parse_answer(listing, answer, base)

    ways = (Way("api", url, read_answer),)
    return Source(
        name=server,
        base_urls=(base,),
        sections=("daily",),
        ways=lambda _listing, _now: ways,
        expects=expects,
        min_interval_seconds=1.0,
        reread_after_days=(1, 3),
        interfaces=(f"{base}/details",),
    )


def expects(listing: Listing, now: datetime) -> Expectation:
    """What the servers' habit says of a day's listing at an aware moment.

    They post on every day, and a day is whole only when it has ended, wherever its date is reckoned: from
    noon UTC of the next day on it is due. Weekends have few posts (109 in one of 2026, against 1,400 in a
    week), so that a weekend day without any, once it is over, is quiet: an alarm would come back for a
    month. What a weekend does post is taken like any other, and looked for again at each age.
    """
    if now.astimezone(UTC) < datetime.combine(listing.date, time(), UTC) + _WHOLE_AFTER:
        return Expectation.LATER
    return Expectation.NONE if listing.date.weekday() >= _SATURDAY else Expectation.DUE


def parse_answer(listing: Listing, answer: Answer, base_url: str) -> ParsedPage:
    """What one answer lists, and where the next begins: behind the rows that came (100 once, 30 in 2026).

    The first answer declares the total of the day, the others nothing, so that a listing that ends before
    its total shows by its counts; one without a total ends with an empty answer. The date is the asked one
    where a row is of it, else that of most rows; rows of another date are left out and told. Ranks count
    on through all answers. Raises ParseError for what is no part of a listing, or not the asked part.
    """
    first = _first(answer.url)
    rows, total = _content(listing.source, answer.body, first)
    dated, problems = _dated(listing.source, rows, first)
    stated = _stated([day for day, _ in dated], listing.date)
    records = tuple(record for day, record in dated if day == stated)
    if strays := len(dated) - len(records):
        problems += (f"{strays} of {len(rows)} rows are not of {stated}",)
    end = first + len(rows)
    goes_on = bool(rows) and (total is None or end < total)
    return ParsedPage(
        records,
        declared=_declared(first, len(rows), total),
        date=stated,
        problems=problems,
        next_url=_url(base_url, listing, end) if goes_on else None,
    )


def _url(base: str, listing: Listing, first: int) -> str:
    """Where the rows of a listing are, from one on (counted from 0); an interval holds both its days."""
    return f"{base}/details/{listing.source}/{listing.date}/{listing.date}/{first}"


def _first(url: str) -> int:
    return _number(urlsplit(url).path.rpartition("/")[2]) or 0


def _content(server: str, body: bytes, first: int) -> tuple[Sequence[object], int | None]:
    """The rows of an answer, and how many the listing has in all; None where it does not say.

    A refusal comes with status 200 and its reason in `status`, beside an empty list of rows.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ParseError(server, "readable JSON") from error
    if not isinstance(answer, dict):
        raise ParseError(server, f"JSON object ({_shown(answer)})")
    message = _message(server, answer.get("messages"))
    status = clean(message.get("status")).lower()
    if status not in ("ok", _EMPTY):
        raise ParseError(server, f"status `ok` ({_shown(message.get('status'))})")
    begins = _number(message.get("cursor"))
    if begins not in (None, first):
        raise ParseError(server, f"rows from {first} on (they begin at {begins})")
    rows = answer.get("collection", [] if status == _EMPTY else None)
    if not isinstance(rows, list):
        raise ParseError(server, f"list `collection` ({_shown(rows)})")
    return rows, _number(message.get("total"))


def _message(server: str, messages: object) -> Mapping[str, object]:
    first = messages[0] if isinstance(messages, list) and messages else None
    if not isinstance(first, dict):
        raise ParseError(server, f"object in `messages` ({_shown(first)})")
    return first


def _dated(
    server: str, rows: Sequence[object], first: int
) -> tuple[list[tuple[date, PaperRecord]], tuple[str, ...]]:
    """The records of rows with their dates, and a sentence for each row that could not be read."""
    found: list[tuple[date, PaperRecord]] = []
    problems: list[str] = []
    for rank, row in enumerate(rows, first + 1):
        given = row if isinstance(row, dict) else {}
        try:
            found.append((_day(server, given.get("date")), _record(server, given, rank)))
        except ParseError as error:
            named = _doi(given.get("doi"))
            problems.append(f"row {rank}{named and f' ({named})'} has no {error.missing}")
    if rows and not found:
        raise ParseError(server, f"a readable row among {len(rows)}: {problems[0]}")
    return found, tuple(problems)


def _stated(days: Sequence[date], asked: date) -> date:
    return asked if asked in days or not days else Counter(days).most_common(1)[0][0]


def _declared(first: int, count: int, total: int | None) -> int:
    if total is None:
        return count
    return 0 if first else total


def _record(server: str, row: Mapping[str, object], rank: int) -> PaperRecord:
    """The record of a row, without times: the API gives dates alone, and a midnight would be made up."""
    doi, title = _doi(row.get("doi")), _text(row.get("title"))
    if not doi:
        raise ParseError(server, f"DOI in `doi` ({_shown(row.get('doi'))})")
    if not title:
        raise ParseError(server, "`title`")
    if not isinstance(row.get("authors"), str):
        raise ParseError(server, f"text in `authors` ({_shown(row.get('authors'))})")
    version = _number(row.get("version"))
    if not version:
        raise ParseError(server, f"number in `version` ({_shown(row.get('version'))})")
    abstract, category = _text(row.get("abstract")), _text(row.get("category")).lower()
    return PaperRecord(
        id=doi,
        title=title,
        abstract=abstract,
        authors=_authors(_text(row.get("authors"))),
        rank=rank,
        part="new" if version == 1 else "replacement",
        categories=(category,) if category else (),
        version=version,
        withdrawn=_is_withdrawn(_text(row.get("type")), title, abstract) or None,
        doi=_doi(row.get("published")),
        license=_license(_text(row.get("license")).lower()),
    )


def _is_withdrawn(kind: str, title: str, abstract: str) -> bool:
    # https://connect.medrxiv.org/news/2023/08/15/preprint_withdrawals: since then the title says so too.
    return kind.lower() == "withdrawn" or title.lower().startswith("withdrawn:") or says_withdrawn(abstract)


def _authors(line: str) -> tuple[str, ...]:
    return tuple(filter(None, map(_name, line.split(";"))))


def _name(written: str) -> str:
    """`Last, F.` as `F. Last`, the order of every other source; as it stands without just one comma."""
    parts = [clean(part) for part in written.split(",")]
    return " ".join(reversed(parts)).strip() if len(parts) == 2 else clean(written)


def _license(code: str) -> str:
    """The address of a licence; "" for `cc_no`, all rights reserved, and for what is not known."""
    if code in ("cc0", "cc0_ng"):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    match = _CREATIVE_COMMONS.fullmatch(code)
    return f"https://creativecommons.org/licenses/{match[1].replace('_', '-')}/4.0/" if match else ""


def _doi(value: object) -> str:
    found = paper_id(value)
    return found[0] if found and found[0].startswith("10.") else ""


def _day(server: str, value: object) -> date:
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        return date(*map(int, match.groups() if match else ()))
    except (TypeError, ValueError) as error:
        raise ParseError(server, f"day in `date` ({_shown(value)})") from error


def _number(value: object) -> int | None:
    """A count or a position, which the API gives now as a number and now as text."""
    written = str(value) if isinstance(value, int | str) else ""
    return int(written) if _NUMBER.fullmatch(written) else None


def _text(value: object) -> str:
    """A text without its markup, on one line; "" for what is none, and for the "NA" that says so."""
    if not isinstance(value, str):
        return ""
    text = _cut(_cut(_HEADING.sub("", value), "O_FIG", "C_FIG"), "O_TBL", "C_TBL")
    text = _MARK.sub(" ", _SMALL_CAPITALS.sub("", text))
    text = _BLOCK_TAG.sub(" ", _INLINE_TAG.sub("", text))
    text = clean(_ENTITY.sub(lambda entity: html.unescape(entity[0]), text))
    return "" if text == "NA" else text


def _cut(text: str, opening: str, closing: str) -> str:
    """A text without what stands between two marks, which is a picture and its caption."""
    kept, *parts = text.split(opening)
    return " ".join((kept, *(part.partition(closing)[2] if closing in part else part for part in parts)))


def _shown(value: object) -> str:
    """What stands where something else should, short and harmless enough for a sentence."""
    plain = value if isinstance(value, str | int | float | None) else type(value)
    return f"it is {plain!r:.60}"
