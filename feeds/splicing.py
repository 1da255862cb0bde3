"""Puts the documents of a feed together from fragments, as the writers of the formats would have written them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from feeds.contents import why
from feeds.entries import Draft, entry
from feeds.feed import Feed
from feeds.formats import FORMATS, Format, Fragment, formats_of

MOST_BYTES = 1_500_000
"""A feed stays below: what no longer fits into one of its formats is left out, from the oldest on."""

_BETWEEN = b"\0"  # in XML and JSON no text holds it


class Placed(NamedTuple):
    """An entry in a feed: the key of its fragments, and what is put into them."""

    key: str
    reason: str
    time: str


def rendered(feed: Feed, drafts: Mapping[str, tuple[Draft, str]]) -> dict[str, list[Fragment]]:
    """The fragments of some entries, in the order of the formats; whose feed it is makes no difference."""
    entries = [entry(made, "", datetime.fromisoformat(time)) for made, time in drafts.values()]
    columns = [form.fragments(feed, entries) for form in FORMATS]
    return {name: list(row) for name, row in zip(drafts, zip(*columns, strict=True), strict=True)}


def packed(fragments: Iterable[Fragment]) -> bytes:
    """The fragments of an entry as they are kept."""
    return _BETWEEN.join(chain.from_iterable(fragments))


def unpacked(value: bytes) -> list[Fragment]:
    """The fragments that were packed."""
    parts = value.split(_BETWEEN)
    return [Fragment(*parts[start : start + 3]) for start in range(0, len(parts), 3)]


def documents(
    feed: Feed, placed: Sequence[Placed], fragments: Mapping[str, Sequence[Fragment]]
) -> tuple[dict[str, bytes], int]:
    """The documents of a feed by extension, and how many entries they have: those that fit into all of them."""
    forms = formats_of(feed)
    frames = [form.frame(feed) for form in forms]
    reasons = {reason: why(reason) for reason in {each.reason for each in placed}}  # a topic has few
    columns: Sequence[Sequence[bytes]] = [
        _spliced(form, placed, reasons, [fragments[each.key][number] for each in placed])
        for number, form in enumerate(forms)
    ]
    if feed.archive is None:
        columns = fitting(columns, MOST_BYTES - max(len(before + after) for before, after in frames))
    written = {
        form.extension: before + form.separator.join(column) + after
        for form, (before, after), column in zip(forms, frames, columns, strict=True)
    }
    return written, len(columns[0])


def _spliced(
    form: Format, placed: Sequence[Placed], reasons: Mapping[str, str], fragments: Iterable[Fragment]
) -> list[bytes]:
    """The entries as they stand in a document."""
    paragraphs = {reason: form.escaped(html).encode() for reason, html in reasons.items()}
    times = [each.time.encode() if form.has_time else b"" for each in placed]
    return [
        b"".join((before_time, time, before_reason, paragraphs[each.reason], rest))
        for (before_time, before_reason, rest), time, each in zip(fragments, times, placed, strict=True)
    ]


def fitting(columns: Sequence[Sequence[bytes]], room: int) -> list[list[bytes]]:
    """Of entries in some formats, a column each, those that fit into so many bytes of every format.

    One that does not fit any more is passed over.
    """
    kept: list[tuple[bytes, ...]] = []
    for row in zip(*columns, strict=True):
        size = max(map(len, row)) + 2  # what stands between two
        if size <= room:
            room -= size
            kept.append(row)
    return [[row[number] for row in kept] for number in range(len(columns))]
