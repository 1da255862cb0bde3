"""The formats that feeds go out in, each with its writer, and with the pieces that a document is put together from.

A fragment is an entry as a format writes it, parted where feeds differ: before the time of its last change,
between that and why it is there, and the rest. A frame is what the writer makes of a feed without entries, in
two parts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from xml.sax.saxutils import escape

from feeds import json_feed, syndication
from feeds.entries import Entry
from feeds.feed import Feed

# Stand for what differs while a fragment is written. Control characters, which `one_line` takes out of all
# text, and which XML 1.0 and JSON may hold as they are.
_REASON, _TIME = "\x7f", "\x80"

ATOM_ENTRY = re.compile(rb"  <entry>\n.*?</entry>\n", re.DOTALL)
RSS_ITEM = re.compile(rb"    <item>\n.*?</item>\n", re.DOTALL)
"""An entry as the writers of both formats write it. As text is escaped, what looks like markup is."""

_UPDATED = re.compile(rb"(?<=<updated>)[^<]*")


class Fragment(NamedTuple):
    """An entry as a format writes it but for a time and a paragraph, which stand between its parts."""

    before_time: bytes
    before_reason: bytes
    rest: bytes


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its file name extension and media type, and how documents of it are written.

    `write` gives the whole document of a feed, `frame` what stands before and after its entries, `fragments`
    the entries one by one (whose feed they are in makes no difference), `separator` what stands between two,
    `escaped` what HTML becomes within one; `has_time` says whether an entry tells when it was last changed.
    """

    extension: str
    media_type: str
    write: Callable[[Feed], bytes]
    frame: Callable[[Feed], tuple[bytes, bytes]]
    fragments: Callable[[Feed, Sequence[Entry]], list[Fragment]]
    escaped: Callable[[str], str]
    separator: bytes = b""
    has_time: bool = True


def _atom_fragments(feed: Feed, entries: Sequence[Entry]) -> list[Fragment]:
    found = ATOM_ENTRY.findall(syndication.atom_with(feed, map(_marked, entries)))
    return [_parts(_UPDATED.sub(_TIME.encode(), each, count=1)) for each in found]


def _rss_fragments(feed: Feed, entries: Sequence[Entry]) -> list[Fragment]:
    return list(map(_parts, RSS_ITEM.findall(syndication.rss_with(feed, map(_marked, entries)))))


def _json_fragments(_: Feed, entries: Sequence[Entry]) -> list[Fragment]:
    return [_parts(json_feed.item(_marked(entry), _TIME)) for entry in entries]


def _marked(entry: Entry) -> Entry:
    return replace(entry, body=entry.body + _REASON, reason="")


def _parts(written: bytes) -> Fragment:
    before, rest = written.split(_REASON.encode())
    before_time, _, before_reason = before.partition(_TIME.encode())
    return Fragment(before_time, before_reason, rest)


def _atom_frame(feed: Feed) -> tuple[bytes, bytes]:
    return _parted(syndication.atom_with(feed, ()), b"</feed>\n")


def _rss_frame(feed: Feed) -> tuple[bytes, bytes]:
    return _parted(syndication.rss_with(feed, ()), b"  </channel>\n</rss>\n")


def _json_frame(feed: Feed) -> tuple[bytes, bytes]:
    return _parted(json_feed.framed(feed, ()), b"\n]}\n")


def _parted(document: bytes, end: bytes) -> tuple[bytes, bytes]:
    return document.removesuffix(end), end


def _as_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


ATOM = Format("atom", syndication.ATOM_TYPE, syndication.atom, _atom_frame, _atom_fragments, escape)
RSS = Format("rss", syndication.RSS_TYPE, syndication.rss, _rss_frame, _rss_fragments, escape, has_time=False)
JSON = Format(
    "json", json_feed.JSON_TYPE, json_feed.json_feed, _json_frame, _json_fragments, _as_json,
    separator=json_feed.SEPARATOR,
)  # fmt: skip

FORMATS = (ATOM, RSS, JSON)
"""The formats of every feed; an archive document is of the first alone."""


def formats_of(feed: Feed) -> Sequence[Format]:
    """The formats that a feed goes out in."""
    return FORMATS[:1] if feed.archive else FORMATS
