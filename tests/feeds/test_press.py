"""The press gives the bytes that the writers of the formats give, and renders nothing that it need not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import feeds.press
from feeds import keys, splicing
from feeds.entries import Item
from feeds.feed import Archive, Feed, archived
from feeds.formats import FORMATS
from feeds.press import Press, Pressed
from feeds.revising import revisions
from models.papers import Observation, Paper
from tests.feeds.invented import ANNOUNCED, REVISED, feed, paper, revision
from tests.feeds.keeping import Memory

OTHER = paper(id="2510.00018", title="Moths & <lamps>")


def everywhere(_: Feed) -> bool:
    return True


def nowhere(_: Feed) -> bool:
    return False


def pressed(kept: Memory, *shown: Feed, is_there: object = everywhere) -> list[Pressed]:
    """One edition."""
    press = Press(kept)
    found = list(press.press(shown, nowhere if is_there is nowhere else everywhere))
    press.published(found)
    press.finish()
    return found


def written(shown: Feed) -> dict[str, bytes]:
    return {form.extension: form.write(shown) for form in FORMATS}


def rendered(kept: Memory) -> int:
    """How many entries were rendered since this was last asked."""
    count = sum(not name.startswith("published") for name in kept.puts)
    kept.puts.clear()
    return count


TEXTS = st.text(st.characters()) | st.sampled_from(["\x7f", "\x80", "</content>", "\\", '"', "<updated>"])
TIMES = st.timedeltas(timedelta(-30), timedelta(30)).map(lambda late: ANNOUNCED + late)


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    changed = replace(
        revision(draw(st.sampled_from(["title", "version"]))), old=draw(TEXTS), seen_at=draw(TIMES)
    )
    return paper(
        id=draw(TEXTS),
        title=draw(TEXTS),
        abstract=draw(TEXTS),
        authors=tuple(draw(st.lists(TEXTS, max_size=2))),
        announced_at=draw(TIMES),
        updated_at=draw(TIMES | st.none()),
        revisions=(changed,) if draw(st.booleans()) else (),
        observations=(Observation(draw(TIMES), draw(st.integers(0, 99)), None, None),),
    )


@given(st.lists(st.builds(Item, papers(), TEXTS, TIMES | st.none()), max_size=4), TEXTS)
def test_the_bytes_are_those_of_the_writers(items: list[Item], title: str) -> None:
    shown = feed(items=items, title=title, newest=date(2025, 10, 3), hub="https://hub.example/")
    both = (shown, revisions(shown, date(2025, 10, 1)))
    kept = Memory()
    expected = [written(each) for each in both]
    assert [each.documents for each in pressed(kept, *both)] == expected
    assert [each.documents for each in pressed(kept, *both, is_there=nowhere)] == expected


def test_what_has_not_changed_is_neither_rendered_nor_written() -> None:
    kept = Memory()
    (first,) = pressed(kept, feed(paper(), OTHER))
    (again,) = pressed(kept, feed(paper(votes=99, comments=3, summary="new", seq=17), OTHER))
    assert (first.entries, again.entries) == (2, 2)
    assert (again.documents, again.digest) == ({}, first.digest)


def test_a_file_that_is_gone_is_written_again_from_what_is_kept() -> None:
    kept = Memory()
    shown = feed(paper(), OTHER)
    (first,) = pressed(kept, shown)
    assert rendered(kept) == 2
    (again,) = pressed(kept, shown, is_there=nowhere)
    assert again.documents == first.documents
    assert rendered(kept) == 0


def test_what_was_not_published_counts_as_not_made() -> None:
    kept = Memory()
    list(Press(kept).press([feed(paper())], everywhere))
    (again,) = Press(kept).press([feed(paper())], everywhere)
    assert again.documents


def test_a_feed_that_went_back_to_what_it_was_is_written_again() -> None:
    kept = Memory()
    before, after = feed(paper()), feed(paper(), OTHER)
    documents = [pressed(kept, shown)[0].documents for shown in (before, after, before)]
    assert documents[0] == documents[2] == written(before)


def test_an_entry_of_many_feeds_is_rendered_once() -> None:
    kept = Memory()
    one = paper()
    later = Item(one, "came later", ANNOUNCED + timedelta(days=2))
    shown = [feed(one, slug="a"), feed(paper(), slug="b", reason="moth"), feed(slug="c", items=[later])]
    assert [each.documents for each in pressed(kept, *shown)] == list(map(written, shown))
    assert rendered(kept) == 1


def test_of_changed_papers_alone_entries_are_rendered_anew() -> None:
    kept = Memory()
    pressed(kept, feed(paper(), OTHER))
    rendered(kept)
    revised = feed(paper(title="Lanterns", updated_at=REVISED, revisions=(revision(),)), OTHER)
    assert pressed(kept, revised)[0].documents == written(revised)
    assert rendered(kept) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Lanterns"},
        {"abstract": "Other"},
        {"authors": ("Ada Alpha",)},
        {"categories": ("cs.CV",)},
        {"links": {"code": "https://code.example/other"}},
        {"organization": "Other Works"},
        {"comment": "12 pages"},
        {"journal_ref": "J. Lanterns 7"},
        {"doi": "10.1000/lanterns.7"},
        {"version": 2},
        {"withdrawn": True},
        {"announced_at": REVISED},
        {"updated_at": REVISED},
        {"appearances": ()},
        {"revisions": (revision(),)},
        {"observations": (Observation(ANNOUNCED, 41, None, None),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_an_entry_tells_changes_its_feed(change: dict[str, Any]) -> None:
    kept = Memory()
    newest = date(2025, 10, 3)
    pressed(kept, feed(paper(), newest=newest))
    shown = feed(paper(**change), newest=newest)
    assert pressed(kept, shown)[0].documents == written(shown)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"description": "Other"},
        {"public_url": "https://other.example"},
        {"page": "topics/small-models/"},
        {"hub": "https://hub.example/"},
        {"previous": "https://round.example/old.atom"},
        {"created_at": REVISED},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_a_feed_says_of_itself_changes_it(change: dict[str, Any]) -> None:
    kept = Memory()
    pressed(kept, feed())
    assert pressed(kept, feed(**change))[0].documents == written(feed(**change))


def test_another_reason_changes_the_feed_and_renders_nothing() -> None:
    kept = Memory()
    pressed(kept, feed(paper()))
    rendered(kept)
    assert pressed(kept, feed(paper(), reason="moth"))[0].documents == written(feed(paper(), reason="moth"))
    assert rendered(kept) == 0


def test_a_changed_template_renders_all_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Memory()
    pressed(kept, feed(paper()))
    rendered(kept)
    monkeypatch.setattr(keys, "_rendering", lambda: b"another")
    assert pressed(kept, feed(paper()))[0].documents
    assert rendered(kept) == 1


def test_what_no_feed_uses_any_more_may_go() -> None:
    kept = Memory()
    pressed(kept, feed(paper()), feed(OTHER, slug="b"))
    pressed(kept, feed(paper()))
    assert len(kept.values) == 2


def test_batches_of_an_edition_share_what_was_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.press, "_REMEMBERED", 0)
    kept = Memory()
    press = Press(kept)
    batches = [[feed(paper(), slug="a")], [feed(paper(), OTHER, slug="b")]]
    documents = [each.documents for batch in batches for each in press.press(batch, everywhere)]
    assert documents == [written(shown) for batch in batches for shown in batch]
    assert rendered(kept) == 2


def test_what_does_not_fit_is_left_out_from_the_oldest_on(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [ANNOUNCED - timedelta(days=n) for n in range(30)]
    many = [paper(id=f"2510.{n:05}", announced_at=at, updated_at=at) for n, at in enumerate(days)]
    monkeypatch.setattr(splicing, "MOST_BYTES", 20_000)
    (found,) = pressed(Memory(), feed(*many))
    assert 1 < found.entries < 30
    assert all(len(document) < 20_000 for document in found.documents.values())
    assert found.documents == written(feed(*many[: found.entries]))


def test_an_archive_document_is_atom_alone_and_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splicing, "MOST_BYTES", 1_000)
    document = archived(feed(paper(), OTHER), Archive("2025-10", "https://round.example/a.atom"))
    (found,) = pressed(Memory(), document)
    assert found.documents == {"atom": FORMATS[0].write(document)}
    assert found.entries == 2


def test_a_feed_whose_publishing_was_cut_off_is_made_again() -> None:
    kept = Memory()
    pressed(kept, feed(paper()))
    press = Press(kept)
    (other,) = press.press([feed(OTHER)], everywhere)
    press.publishing([other])
    (again,) = pressed(kept, feed(paper()))
    assert again.documents == written(feed(paper()))


def test_what_was_made_of_papers_is_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.press, "_REMEMBERED", 2)
    press = Press(Memory())
    for number in range(9):
        shown = feed(paper(id=f"2510.{number:05}"))
        (found,) = press.press([shown], nowhere)
        assert found.documents == written(shown)
    assert len(press._made) <= 3
