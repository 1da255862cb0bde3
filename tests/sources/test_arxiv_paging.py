"""arXiv's listings of several pages, and pages with any damage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ParseError
from models.records import PaperRecord, ParsedPage
from tests.sources.arxiv_made import (
    BASE,
    NOTHING_TODAY,
    PARTS,
    catchup,
    mailing,
    month,
    paper_id,
    parse,
    parse_list,
)

Parse = Callable[[str | bytes], ParsedPage]
both = pytest.mark.parametrize("parser", [parse, parse_list])
COUNTS = st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 7)).filter(any)


def test_next_url_is_the_sites_own_link_on_its_own_host() -> None:
    text = mailing((5, 0, 0), skip=2, show=2)
    assert parse(text).next_url == f"{BASE}/list/cs.CV/new?skip=4&show=2"
    assert parse(mailing((5, 0, 0), skip=4, show=2)).next_url is None


def test_a_catchup_page_goes_on_to_the_next_page_not_to_the_next_day() -> None:
    first = catchup((5, 0, 0), size=3, following="2026-03-16")
    last = catchup((5, 0, 0), number=2, size=3, following="2026-03-16")
    assert parse(first).next_url == f"{BASE}/catchup/cs.CV/2026-03-13?abs=True&page=2"
    assert parse(last).next_url is None
    onward = (
        '<span>2</span><a href="/catchup/cs.CV/2026-03-16?abs=True&amp;page=1">Continue to the next day</a>'
    )
    assert parse(last.replace("<span>2</span>", onward)).next_url is None


def walked(make: Callable[[int], str], parser: Parse, argument: str, first: int) -> list[ParsedPage]:
    """All pages of a listing, each from where the one before leads to."""
    pages = [parser(make(first))]
    while url := pages[-1].next_url:
        pages.append(parser(make(int(parse_qs(urlsplit(url).query)[argument][0]))))
    return pages


def check_whole(pages: list[ParsedPage], counts: tuple[int, ...], parts: tuple[str, ...]) -> None:
    records: list[PaperRecord] = [record for found in pages for record in found.records]
    assert [record.id for record in records] == [paper_id(n) for n in range(1, sum(counts) + 1)]
    ranks = [(part, rank) for part, n in zip(parts, counts, strict=True) for rank in range(1, n + 1)]
    assert [(record.part, record.rank) for record in records] == ranks
    assert all(found.declared == len(found.records) and not found.problems for found in pages)


@given(COUNTS, st.integers(1, 25))
def test_the_pages_of_any_mailing_give_every_entry_its_place(counts: tuple[int, int, int], show: int) -> None:
    pages = walked(lambda skip: mailing(counts, skip=skip, show=show), parse, "skip", 0)
    check_whole(pages, counts, PARTS)


@given(COUNTS, st.integers(1, 25))
def test_the_pages_of_any_catchup_give_every_entry_its_place(counts: tuple[int, int, int], size: int) -> None:
    check_whole(walked(lambda n: catchup(counts, number=n, size=size), parse, "page", 1), counts, PARTS)


@given(st.integers(1, 30), st.integers(1, 35))
def test_the_pages_of_any_month_give_every_entry_its_place(count: int, show: int) -> None:
    pages = walked(lambda skip: month(count, skip=skip, show=show), parse_list, "skip", 0)
    check_whole(pages, (count,), ("",))
    assert {(found.date, found.complete) for found in pages} == {(date(2026, 3, 1), False)}


@given(COUNTS, st.integers(1, 25), st.data())
def test_an_entry_that_is_lost_never_goes_unnoticed(
    counts: tuple[int, int, int], show: int, data: st.DataObject
) -> None:
    skip = data.draw(st.sampled_from(range(0, sum(counts), show)))
    headers = mailing(counts, skip=skip, show=show).split("<dt>")
    lost = data.draw(st.integers(1, len(headers) - 1))
    text = (
        "<dt>".join(headers[:lost])
        + headers[lost].partition("</dd>")[2]
        + "".join(f"<dt>{rest}" for rest in headers[lost + 1 :])
    )
    try:
        found = parse(text)
    except ParseError:
        return
    assert found.problems
    assert len(found.records) != found.declared


# Anything ----------------------------------------------------------------------------------------

PAGES = [
    mailing(),
    mailing((3, 3, 3), skip=4, show=2),
    catchup((5, 5, 5), number=2, size=4),
    month(2),
    mailing((0, 0, 0), lists=NOTHING_TODAY),
]
WORDS = (
    "<",
    ">",
    "</dl>",
    "<dl>",
    "<dt>",
    "<dd>",
    "<p>",
    "<!",
    "0",
    "9" * 30,
    "\x00",
    "\ud7ff",
    "&#0;",
    "'",
    "(",
    "[",
)


@pytest.mark.parametrize("tag", ["<dl", "<dt>", "</dt>", "<dd>", "</dd>", "<div class='meta'>", "<a "])
def test_a_comment_may_stand_anywhere(tag: str) -> None:
    page = month(2)
    commented = page.replace(
        tag, f"<!-- a remark -->{tag}<!-- > -->" if tag.endswith(">") else f"<!-- a -->{tag}"
    )
    assert commented != page
    assert parse_list(commented) == parse_list(page)


@both
@given(st.binary())
def test_parse_gives_a_page_or_a_parse_error_for_any_bytes(parser: Parse, body: bytes) -> None:
    with pytest.raises(ParseError):
        parser(body)


@both
@given(
    st.sampled_from(PAGES),
    st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 40), st.sampled_from(WORDS))),
)
def test_parse_gives_a_page_or_a_parse_error_for_any_damage(
    parser: Parse, text: str, damage: list[tuple[int, int, str]]
) -> None:
    for place, length, word in damage:
        at = place % len(text)
        text = text[:at] + word + text[at + length :]
    try:
        found = parser(text)
    except ParseError:
        return
    assert all(
        later.rank > earlier.rank for earlier, later in pairwise(found.records) if earlier.part == later.part
    )
    assert all(record.rank >= 1 for record in found.records)
    assert found.declared >= 0
