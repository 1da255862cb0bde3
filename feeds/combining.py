"""Puts published documents of several feeds together to one, in which no entry stands twice. Bytes in, bytes out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from feeds.feed import Feed
from feeds.formats import ATOM_ENTRY, FORMATS, RSS_ITEM
from feeds.json_feed import dumped
from feeds.splicing import MOST_BYTES, fitting

MOST_ENTRIES = 400

_ID = re.compile(rb"<id>([^<]*)</id>")
_UPDATED = re.compile(rb"<updated>([^<]*)</updated>")
_GUID = re.compile(rb"<guid[^>]*>([^<]*)</guid>")
_PUB_DATE = re.compile(rb"<pubDate>([^<]*)</pubDate>")


class _Cut(NamedTuple):
    """An entry of a published document, as it stands there."""

    id: bytes
    updated_at: datetime
    written: bytes


def combine(extension: str, documents: Sequence[bytes], head: Feed) -> bytes:
    """One document of the entries of several, all published by us in the format with this extension.

    Of an entry that stands in more than one the first document's is taken, with its reason. The newest comes
    first (by its last change; RSS tells its announcement only), at most MOST_ENTRIES of them, in as many
    bytes as any feed. `head` is what the document says of itself; its items do not count. Raises ValueError
    for an extension that is none, and for a document that is none of the format.
    """
    form = next((form for form in FORMATS if form.extension == extension), None)
    if form is None:
        raise ValueError(f"no format has the extension {extension}")
    found: dict[bytes, _Cut] = {}
    for document in documents:
        for cut in _CUTTERS[extension](document):
            found.setdefault(cut.id, cut)
    newest = sorted(found.values(), key=lambda cut: cut.updated_at, reverse=True)[:MOST_ENTRIES]
    changed = newest[0].updated_at if newest else head.created_at
    before, after = form.frame(replace(head, items=(), created_at=changed))
    (entries,) = fitting([[cut.written for cut in newest]], MOST_BYTES - len(before + after))
    return before + form.separator.join(entries) + after


def _entries(document: bytes) -> Iterator[_Cut]:
    for written in _within(document, b"</feed>", ATOM_ENTRY):
        at = datetime.fromisoformat(_value(_UPDATED, written).decode())
        yield _Cut(_value(_ID, written), at, written)


def _items(document: bytes) -> Iterator[_Cut]:
    for written in _within(document, b"</rss>", RSS_ITEM):
        at = parsedate_to_datetime(_value(_PUB_DATE, written).decode())
        yield _Cut(_value(_GUID, written), at, written)


def _objects(document: bytes) -> Iterator[_Cut]:
    try:
        for found in json.loads(document)["items"]:
            at = datetime.fromisoformat(found["date_modified"])
            yield _Cut(found["id"].encode(), at, dumped(found))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a feed of ours: {error}") from error


_CUTTERS: dict[str, Callable[[bytes], Iterable[_Cut]]] = {"atom": _entries, "rss": _items, "json": _objects}


def _within(document: bytes, end: bytes, entry: re.Pattern[bytes]) -> list[bytes]:
    if not document.rstrip().endswith(end):
        raise ValueError(f"not a feed of ours: it does not end with {end.decode()}")
    return entry.findall(document)


def _value(element: re.Pattern[bytes], written: bytes) -> bytes:
    found = element.search(written)
    if found is None:
        raise ValueError("not a feed of ours: an entry without an id or a time")
    return found[1]
