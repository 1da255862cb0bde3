"""Writes many feeds at once: an entry is rendered once, in how many of them it ever stands, and then kept.

What differs from feed to feed, why an entry is there and when it came, is put into the fragment that the
writer made of it; the bytes are those that the writer would have given for the whole feed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple, Protocol

from feeds.entries import Draft, Item, draft, updated_at
from feeds.feed import Feed
from feeds.formats import Fragment
from feeds.keys import key
from feeds.splicing import Placed, documents, packed, rendered, unpacked
from models.papers import Paper

_Name = tuple[int, date | None, str, date | None]  # a paper by `id()`, the day, the site, the newest list

_RENDERED_AT_ONCE = 1_000
_REMEMBERED = 10_000
"""Entries that are remembered from batch to batch, at some 9 kB each, before all are forgotten."""


class Kept(Protocol):
    """Where fragments, and the digests of what was published, are kept from run to run: a cache.

    It may forget all at any time, and what it gives is what was put under that key.
    """

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """What is kept under those of the keys that are known."""
        ...

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keeps values under their keys."""
        ...

    def retain(self, keys: Collection[str]) -> None:
        """Says that these are all the keys that are of use; the others may go."""
        ...


@dataclass(frozen=True, slots=True)
class Pressed:
    """A feed and its documents by file name extension; none where they would be those published last.

    `digest` is of all that they are made from, `entries` how many they have.
    """

    feed: Feed
    digest: str
    entries: int
    documents: Mapping[str, bytes]


class _Made(NamedTuple):
    """What is made of a paper once for all feeds. The paper itself is held so that its `id()` stays its own."""

    key: str
    draft: Draft
    paper: Paper
    time: str


class _Sheet(NamedTuple):
    """A feed that is made ready: of each entry the key, the reason and the time, and a digest of all."""

    feed: Feed
    keys: list[str]
    reasons: list[str]
    times: list[str]
    digest: str

    @property
    def placed(self) -> list[Placed]:
        """The entries one by one."""
        return list(map(Placed, self.keys, self.reasons, self.times))


class Press:
    """Writes the feeds of one edition, in any number of batches."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._made: dict[_Name, _Made] = {}
        self._by_key: dict[str, _Made] = {}
        self._fragments: dict[str, list[Fragment]] = {}
        self._used: set[str] = set()

    def press(self, feeds: Iterable[Feed], is_there: Callable[[Feed], bool]) -> Iterator[Pressed]:
        """The feeds in their order, with their documents if anything in them has changed since `published`.

        `is_there` says whether the files of a feed are all in their place; if not, its documents are made
        whether they have changed or not. They are made one feed at a time, as they are asked for.
        """
        if len(self._made) > _REMEMBERED:
            self._made, self._by_key = {}, {}
        sheets = [self._sheet(feed) for feed in feeds]
        last = self._kept.get({_published_key(sheet.feed) for sheet in sheets})
        standing = [_standing(last.get(_published_key(sheet.feed), b""), sheet, is_there) for sheet in sheets]
        stale = [sheet for sheet, entries in zip(sheets, standing, strict=True) if entries is None]
        fragments = self._read_or_rendered(stale)
        for sheet, entries in zip(sheets, standing, strict=True):
            if entries is None:
                written, count = documents(sheet.feed, sheet.placed, fragments)
                yield Pressed(sheet.feed, sheet.digest, count, written)
            else:
                yield Pressed(sheet.feed, sheet.digest, entries, {})

    def publishing(self, pressed: Iterable[Pressed]) -> None:
        """Forgets what was published of these feeds before their documents are put in its place.

        Of a publishing that is cut off nobody could tell which of the two is there.
        """
        self._kept.put({_published_key(each.feed): b"" for each in pressed if each.documents})

    def published(self, pressed: Iterable[Pressed]) -> None:
        """Remembers that the documents of these feeds have been published."""
        self._kept.put(
            {
                _published_key(each.feed): f"{each.digest} {each.entries}".encode()
                for each in pressed
                if each.documents
            }
        )

    def finish(self) -> None:
        """Ends the edition: what none of its feeds has used may go."""
        self._kept.retain(self._used)

    def _sheet(self, feed: Feed) -> _Sheet:
        home_url, newest, items = feed.home_url, feed.newest, feed.ordered_items
        made = [
            self._made.get((id(item.paper), item.day, home_url, newest))
            or self._first(item, home_url, newest)
            for item in items
        ]
        keys = [each.key for each in made]
        reasons = [item.reason for item in items]
        times = [
            each.time if item.since is None else updated_at(item).isoformat()
            for each, item in zip(made, items, strict=True)
        ]
        self._used.update(keys, (_published_key(feed),))
        return _Sheet(feed, keys, reasons, times, key(_frame_values(feed), keys, reasons, times))

    def _first(self, item: Item, home_url: str, newest: date | None) -> _Made:
        """What is made of the item in the first feed that it is in."""
        drafted = draft(item, home_url, newest)
        time = updated_at(item._replace(since=None)).isoformat()
        made = _Made(key(drafted), drafted, item.paper, time)
        self._made[id(item.paper), item.day, home_url, newest] = self._by_key[made.key] = made
        return made

    def _read_or_rendered(self, sheets: Sequence[_Sheet]) -> Mapping[str, Sequence[Fragment]]:
        """The fragments of at least all entries of some feeds by key: remembered, kept, else rendered."""
        if len(self._fragments) > _REMEMBERED:
            self._fragments = {}
        found = self._fragments
        needed = dict.fromkeys(name for sheet in sheets for name in sheet.keys if name not in found)
        kept = self._kept.get(needed)
        found.update((name, unpacked(value)) for name, value in kept.items())
        missing = iter([name for name in needed if name not in found])
        while part := list(islice(missing, _RENDERED_AT_ONCE)):
            made = [self._by_key[name] for name in part]
            new = rendered(sheets[0].feed, {each.key: (each.draft, each.time) for each in made})
            self._kept.put({name: packed(fragments) for name, fragments in new.items()})
            found |= new
        return found


def _published_key(feed: Feed) -> str:
    return f"published {feed.name}"


def _standing(published: bytes, sheet: _Sheet, is_there: Callable[[Feed], bool]) -> int | None:
    """With how many entries a feed is published as it would be now; None where it is not."""
    digest, _, entries = published.decode().partition(" ")
    return int(entries) if digest == sheet.digest and is_there(sheet.feed) else None


def _frame_values(feed: Feed) -> tuple[object, ...]:
    """All of a feed but its items, as its formats tell it."""
    return (
        feed.id, feed.name, feed.shown_title, feed.subtitle, feed.home_url, feed.page_url, feed.created_at,
        feed.hub, feed.previous, feed.archive,
    )  # fmt: skip
