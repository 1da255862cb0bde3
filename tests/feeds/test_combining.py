from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import combining
from feeds.combining import combine
from feeds.feed import Feed
from feeds.formats import FORMATS, Format
from models.papers import Paper
from tests.feeds.invented import ANNOUNCED, CREATED, feed, paper

EVERY = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.extension)
HEAD = feed(slug="combined", title="Both", description="Lamps and moths", query="topics=lamps,moths")


def numbered(number: int, **changes: object) -> Paper:
    at = ANNOUNCED + timedelta(hours=number)
    return paper(id=f"2510.{number:05}", announced_at=at, updated_at=at, **changes)


def together(form: Format, *shown: Feed) -> bytes:
    return combine(form.extension, [form.write(each) for each in shown], HEAD)


def whole(*papers: Paper, reason: str = "lantern") -> Feed:
    return replace(feed(*papers, reason=reason), slug="combined", title=HEAD.title, description=HEAD.description,
                   query=HEAD.query)  # fmt: skip


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="no format has the extension html"):
        combine("html", [], HEAD)


@EVERY
@pytest.mark.parametrize("document", [b"", b"<html></html>", b"[]", b"{}", b'{"items": [1]}'])
def test_what_is_no_document_of_the_format_is_refused(form: Format, document: bytes) -> None:
    with pytest.raises(ValueError, match="not a feed of ours"):
        combine(form.extension, [document], HEAD)


@EVERY
def test_an_entry_without_an_id_is_refused(form: Format) -> None:
    id_ = b'"id"' if form.extension == "json" else b"<id>" if form.extension == "atom" else b"<guid"
    document = (
        form.write(feed(paper())).replace(b"  <entry>", b"\n  <entry>").replace(id_, id_[:2] + b"x" + id_[2:])
    )
    with pytest.raises(ValueError, match="not a feed of ours"):
        combine(form.extension, [document], HEAD)


@EVERY
def test_of_nothing_comes_an_empty_feed(form: Format) -> None:
    assert together(form) == together(form, feed()) == form.write(HEAD)


@EVERY
def test_entries_of_all_stand_in_one_the_newest_first(form: Format) -> None:
    one, other = feed(numbered(1), numbered(4)), feed(numbered(3), numbered(2), slug="moths")
    assert together(form, one, other) == form.write(whole(*map(numbered, (4, 3, 2, 1))))


@EVERY
def test_an_entry_of_two_feeds_stands_once_with_its_first_reason(form: Format) -> None:
    one, other = feed(numbered(1), reason="lantern"), feed(numbered(1), reason="moth", slug="moths")
    assert together(form, one, other) == form.write(whole(numbered(1), reason="lantern"))


@EVERY
def test_there_are_no_more_than_so_many(form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combining, "MOST_ENTRIES", 3)
    assert together(form, feed(*map(numbered, range(9)))) == form.write(whole(*map(numbered, (8, 7, 6))))


@EVERY
def test_there_are_no_more_bytes_than_in_any_feed(form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combining, "MOST_BYTES", 8_000)
    found = together(form, feed(*map(numbered, range(30))))
    assert 2_000 < len(found) < 8_000


@given(st.lists(st.text(st.characters()), max_size=3))
def test_any_text_comes_through(texts: list[str]) -> None:
    papers = [numbered(n, title=text, abstract=text, authors=(text,)) for n, text in enumerate(texts)]
    for form in FORMATS:
        assert together(form, *(feed(each, slug=str(n)) for n, each in enumerate(papers))) == form.write(
            whole(*papers)
        )


def test_a_reader_gets_the_feed_that_was_asked_for() -> None:
    parsed = feedparser.parse(together(FORMATS[0], feed(numbered(1))))
    assert not parsed.bozo
    assert (parsed.feed.title, parsed.feed.id) == ("Both", HEAD.id)
    assert parsed.feed.updated_parsed[:6] == (ANNOUNCED + timedelta(hours=1)).timetuple()[:6]
    assert json.loads(together(FORMATS[2], feed(numbered(1))))["feed_url"] == HEAD.url("json")
    assert CREATED.isoformat().encode() in together(FORMATS[0])
