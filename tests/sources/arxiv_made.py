"""Invented list pages of arXiv, in its markup of 2026, made to be right or wrong in one place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from html import escape

from flows.sources.arxiv_pages import parse_mailing, parse_month
from models.records import Answer, Listing, PaperRecord, ParsedPage

BASE = "http://arxiv.example"
AT = datetime(2026, 3, 13, 12, tzinfo=UTC)
FRIDAY = Listing("arxiv", "cs.CV", date(2026, 3, 13))
MARCH = Listing("arxiv", "cs.CV", date(2026, 3, 1))
PARTS = ("new", "cross", "replacement")
NOTHING_TODAY = "<p>No updates today.</p>"
NO_ANNOUNCEMENT = (
    "<br><div><p>No updates for Fri, 13 Mar 2026. There was either no announcement for this day, "
    "or no updates within the requested subject.</p></div><br>"
)
_NOTES = {"new": "", "cross": "(cross-list from cs.LG)", "replacement": "(replaced)", "": ""}
_LINKS = {"new": "New submissions", "cross": "Cross-lists", "replacement": "Replacements"}


def paper_id(number: int) -> str:
    """The id of the entry with a number."""
    return f"2603.{number:05}"


def author(name: str) -> str:
    return f'<a href="https://arxiv.example/search/cs?searchtype=author&amp;query={escape(name)}">{name}</a>'


AUTHORS = f"{author('Ada Example')}, {author('Bo Example')}"


def entry(
    number: int = 1,
    part: str = "new",
    *,
    listed_id: str = "",
    title: str = "On an Invented Thing",
    authors: str = AUTHORS,
    comments: str = "",
    journal_ref: str = "",
    subjects: str = "Invented Vision (cs.CV)",
    abstract: str | None = "We invent a thing.",
    html: str = "",
) -> str:
    """A header and a body. Fields are markup, "" or None for one that is not there; `html` is an address."""
    shown_id = listed_id or paper_id(number)
    view = f', <a href="{html}" title="View HTML" id="html-{shown_id}">html</a>' if html else ""
    primary, *others = subjects.split("; ")
    return f"""
    <dt>
      <a name='item{number}'>[{number}]</a>
      <a href ="/abs/{shown_id}" title="Abstract" id="{shown_id}">
        arXiv:{shown_id}
      </a>
          {_NOTES[part]}

        [<a href="/pdf/{shown_id}" title="Download PDF" id="pdf-{shown_id}">pdf</a>{view}]
    </dt>
    <dd>
      <div class='meta'>
        <div class='list-title mathjax'><span class='descriptor'>Title:</span>
          {title}
        </div>
        <div class='list-authors'>{authors}</div>
        {_field("comments mathjax", "Comments", comments)}
        {_field("journal-ref", "Journal-ref", journal_ref)}
        <div class='list-subjects'><span class='descriptor'>Subjects:</span>
          {"; ".join((f'<span class="primary-subject">{primary}</span>', *others))}
        </div>
        {"" if abstract is None else f"<p class='mathjax'>{chr(10)}          {abstract}{chr(10)}        </p>"}
      </div>
    </dd>"""


def _field(classes: str, name: str, text: str) -> str:
    if not text:
        return ""
    return f"<div class='list-{classes}'><span class='descriptor'>{name}:</span>\n          {text}\n        </div>"


def page(inner: str, title: str = "Invented Vision") -> str:
    """A page of the site with something in its frame."""
    return (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><main><div id='content-inner'>\n"
        f"<div id='dlpage'>\n{inner}\n</div></div></main><footer><p>No updates here.</p></footer></body></html>"
    )


def mailing(
    counts: Sequence[int] = (2, 1, 1),
    *,
    skip: int = 0,
    show: int = 2000,
    day: str = "Friday, 13 March 2026",
    lists: str | None = None,
) -> str:
    """`/list/cs.CV/new` of so many new, cross-listed and replaced papers; `lists` replaces what it lists."""
    rows = _rows(sum(counts), skip, show, "/list/cs.CV/new")
    return page(
        f"<h1>Invented Vision</h1>\n<ul>{_nav(counts, skip, show)}</ul>\n<p>See <a href='/list/cs.CV/recent'>recent</a>"
        f" articles</p>\n<h3>Showing new listings for {day}</h3>\n{rows}"
        f"{_lists(counts, skip, show) if lists is None else lists}{rows}"
    )


def catchup(
    counts: Sequence[int] = (2, 1, 1), *, number: int = 1, size: int = 2000, following: str = ""
) -> str:
    """`/catchup/cs.CV/2026-03-13`, page `number` of `size` entries; `following` is the next day with a mailing."""
    url, total = "/catchup/cs.CV/2026-03-13?abs=True&amp;page=", sum(counts)
    onward = f'<a href="/catchup/cs.CV/{following}?abs=True&amp;page=1">Continue to the next day</a><br><br>'
    pages = range(1, -(-total // size) + 1)
    links = " ".join(f"<span>{n}</span>" if n == number else f"<a href={url}{n}>{n}</a>" for n in pages)
    row = (
        f"{onward if following else ''} Total of {total} entries for Fri, 13 Mar 2026"
        f"{f' View page: {links}' if total > size else ''}"
    )
    lists = _lists(counts, (number - 1) * size, size) if total else NO_ANNOUNCEMENT
    return page(
        "<h1>Catchup results for Invented Vision on Land on Fri, 13 Mar 2026</h1>\n"
        f"<ul>{_nav(counts, 0, total or 1).replace('#item0', '#item1')}</ul><div>{row}</div>{lists}<div></div>{row}</div>"
    )


def month(count: int = 3, *, skip: int = 0, show: int = 2000, name: str = "March 2026") -> str:
    """`/list/cs.CV/2026-03`, of so many papers."""
    rows = _rows(count, skip, show, "/list/cs.CV/2026-03")
    numbers = range(skip + 1, min(skip + show, count) + 1)
    listed = "".join(entry(number, "", abstract=None) for number in numbers)
    nothing = "<p>No updates for this time period.</p>"
    return page(
        f"<h1>Invented Vision</h1>\n<h2>Authors and titles for {name} </h2>{rows}"
        f"<dl id='articles'>{listed or nothing}</dl>{rows}"
    )


def section(
    part: str, *entries: str, shown: int | None = None, whole: int | None = None, how: str = ""
) -> str:
    """A list of one part, which says that it shows `shown` of `whole` entries: all that there are, unasked."""
    count = len(entries) if shown is None else shown
    heading = f"{part.capitalize()} submissions ({how or 'showing '}{count} of {count if whole is None else whole} entries)"
    return f"\n<dl id='articles'>\n    <h3>{heading}</h3>\n{''.join(entries)}\n</dl>"


def _lists(counts: Sequence[int], skip: int, show: int) -> str:
    return "".join(
        section(part, *found, whole=whole, how=how) for part, found, whole, how in _cut(counts, skip, show)
    )


def _cut(counts: Sequence[int], skip: int, show: int) -> Iterator[tuple[str, list[str], int, str]]:
    """What a page holds of each part: entries, the number in the part, and how the site words it."""
    start = 1
    for part, count in zip(PARTS, counts, strict=True):
        numbers = range(max(start, skip + 1), min(start + count, skip + show + 1))
        if numbers:
            is_continued, is_last = numbers[0] > start, numbers[-1] == start + count - 1
            how = "continued, showing last " if is_continued and is_last else "continued, showing "
            first = "showing " if is_last else "showing first "
            yield part, [entry(number, part) for number in numbers], count, how if is_continued else first
        start += count


def _nav(counts: Sequence[int], skip: int, show: int) -> str:
    start, links = 1, ""
    for part, count in zip(PARTS, counts, strict=True):
        place = (start - 1) // show * show
        url = "" if place == skip else f"/list/cs.CV/new?skip={place}&amp;show={show}"
        number = 0 if part == "new" else start
        links += f'<li><a href="{url}#item{number}">{_LINKS[part]}</a></li>' if count else ""
        start += count
    return links


def _rows(total: int, skip: int, show: int, path: str) -> str:
    """The line that counts the entries and leads to the other pages; none where there are no entries."""
    if not total:
        return ""
    links = ""
    for start in range(0, total, show):
        words = f"{start + 1}-{min(start + show, total)}"
        url = f"{path}?skip={start}&amp;show={show}"
        links += f"<span>{words}</span>\n" if start == skip else f"<a href={url}>{words}</a>\n"
    links += f"<span>{skip + 1}-{total}</span>" if skip >= total else ""
    return (
        f"<div class='paging'>Total of {total} entries {f': {links}' if show < total else ''}\n    </div>\n"
        f"<div class='morefewer'>Showing up to {show} entries per page: <a href={path}?skip=0&amp;show=25>fewer</a></div>"
    )


def parse(text: str | bytes, listing: Listing = FRIDAY, at: datetime = AT) -> ParsedPage:
    return parse_mailing(listing, _answer(text, at), BASE)


def parse_list(text: str | bytes, listing: Listing = MARCH) -> ParsedPage:
    return parse_month(listing, _answer(text, AT), BASE)


def _answer(text: str | bytes, at: datetime) -> Answer:
    return Answer(f"{BASE}/list/cs.CV/new", at, 200, body=text.encode() if isinstance(text, str) else text)


def alone(markup: str, part: str = "new") -> str:
    """A mailing of a single entry."""
    counts = [int(part == one) for one in PARTS]
    return mailing(counts, lists=section(part, markup))


def record_of(markup: str, part: str = "new") -> PaperRecord:
    """The record that an entry gives."""
    (record,) = parse(alone(markup, part)).records
    return record
