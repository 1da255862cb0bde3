"""What changed of a paper, for people: notes on its revisions, and texts compared word by word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from feeds.text import one_line
from models.papers import Paper, Revision, Weight

_MOST_COMPARED = 250_000
"""Pairs of words that are compared, 500 with 500: past it, all between the first and the last change is new."""
_LONGEST_QUOTED = 300


class Span(NamedTuple):
    """Words that stand in both texts, in the old one alone, or in the new one alone."""

    kind: Literal["same", "del", "ins"]
    text: str


class Change(NamedTuple):
    """One field of a paper before the first and after the last of some revisions, as the database has it."""

    field: str
    old: object
    new: object


def noticed(paper: Paper) -> dict[date, list[Revision]]:
    """The revisions that a reader would have noticed by day (UTC), the latest day first."""
    by_day: dict[date, list[Revision]] = {}
    for revision in paper.revisions:
        if revision.weight is Weight.NOTICED:
            by_day.setdefault(revision.seen_at.date(), []).append(revision)
    return dict(sorted(by_day.items(), reverse=True))


def changes(revisions: Iterable[Revision]) -> list[Change]:
    """What some revisions, given in the order of time, come to: one change a field, none where it came back."""
    found: dict[str, Change] = {}
    for revision in revisions:
        first = found.get(revision.field)
        old = first.old if first else revision.old
        found[revision.field] = Change(revision.field, old, revision.new)
    return [change for change in found.values() if change.old != change.new]


def note(change: Change) -> str:
    """A change in a few words, as text: the old title, both versions, how much of an abstract."""
    name, old, new = change
    if name == "title" and isinstance(old, str):
        return f"title, before: “{_quoted(old)}”"
    if name == "abstract" and isinstance(old, str) and isinstance(new, str):
        count = words_changed(old, new)
        return f"abstract: {count} word{'' if count == 1 else 's'} changed"
    if name == "version" and isinstance(old, int) and isinstance(new, int):
        return f"version {old} → {new}"
    if name == "withdrawn":
        return "withdrawn" if new else "no longer withdrawn"
    return one_line(name)


def _quoted(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _LONGEST_QUOTED else f"{line[:_LONGEST_QUOTED]}…"


def words_changed(old: str, new: str) -> int:
    """How many words of a text were replaced, taken away or added."""
    return sum(
        max(len(gone), len(come)) for gone, come, _ in blocks(one_line(old).split(), one_line(new).split())
    )


def word_diff(old: str, new: str) -> list[Span]:
    """Two texts word by word, as text that is not escaped; the new one is all spans but those of `del`."""
    spans = []
    for gone, come, same in blocks(one_line(old).split(), one_line(new).split()):
        spans += [Span("del", " ".join(gone)), Span("ins", " ".join(come)), Span("same", " ".join(same))]
    return [span for span in spans if span.text]


class Block(NamedTuple):
    """Words that went, words that came in their place, and those after them that stayed."""

    gone: Sequence[str]
    come: Sequence[str]
    same: Sequence[str]


def blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """The way from old words, or members of a list, to new ones, from the beginning to the end."""
    start, end = _common(old, new)
    yield Block((), (), new[:start])
    gone, come = old[start : len(old) - end], new[start : len(new) - end]
    yield from _compared(gone, come)
    yield Block((), (), new[len(new) - end :])


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many words both begin with, and how many of the rest both end with."""
    most = min(len(old), len(new))
    start = next((n for n in range(most) if old[n] != new[n]), most)
    end = next((n for n in range(most - start) if old[-1 - n] != new[-1 - n]), most - start)
    return start, end


def _compared(gone: Sequence[str], come: Sequence[str]) -> Iterator[Block]:
    if len(gone) * len(come) > _MOST_COMPARED:
        yield Block(gone, come, ())
        return
    old_at = new_at = 0
    for found in SequenceMatcher(None, gone, come, autojunk=False).get_matching_blocks():
        same = come[found.b : found.b + found.size]
        yield Block(gone[old_at : found.a], come[new_at : found.b], same)
        old_at, new_at = found.a + found.size, found.b + found.size
