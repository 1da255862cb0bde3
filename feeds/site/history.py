"""The revisions of a paper as its page tells them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feeds.naming import source_name
from feeds.site.diff import Piece, word_diff
from feeds.site.words import field_name, moment
from feeds.text import one_line
from models.papers import Revision, Weight

_MOST_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed, with the way from the old words to the new ones."""

    field: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """What a source was seen to have changed at one time."""

    seen: str
    source: str
    changes: tuple[Change, ...]


def history(revisions: Iterable[Revision]) -> list[Edition]:
    """What changed, the newest first; what merely became known later is no change."""
    together: dict[tuple[datetime, str], list[Revision]] = {}
    for revision in revisions:
        if revision.weight is not Weight.ENRICHMENT:
            together.setdefault((revision.seen_at, revision.source), []).append(revision)
    return [
        Edition(moment(seen_at), source_name(source), tuple(map(_change, found)))
        for (seen_at, source), found in sorted(together.items(), reverse=True)
    ]


def _change(revision: Revision) -> Change:
    is_list = isinstance(revision.old or revision.new, list)
    old, new = list(_words(revision.old)), list(_words(revision.new))
    return Change(field_name(revision.field), tuple(word_diff(old, new, ", " if is_list else " ")))


def _words(value: object) -> Iterator[str]:
    """A value of JSON in the pieces that are compared: words of a text, members of a list."""
    match value:
        case None | "":
            return
        case bool():
            yield "yes" if value else "no"
        case str():
            yield from one_line(value[:_MOST_CHARACTERS]).split()
        case Mapping():
            for key, each in value.items():
                yield one_line(f"{key}: {each}")
        case Sequence():
            yield from (one_line(str(each)) for each in value)
        case _:
            yield str(value)
