"""Two texts compared for a page: what was taken out, what came in, and a little around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from feeds.differences import blocks

_AROUND = 14
"""Words of what stayed that are shown beside a change."""


class Piece(NamedTuple):
    """Words that stayed, were removed or added; or `gap`: words that stayed and are not shown."""

    kind: Literal["same", "removed", "added", "gap"]
    text: str


def word_diff(old: Sequence[str], new: Sequence[str], between: str = " ") -> list[Piece]:
    """The way from old words to new ones, in order; what stands far from any change is left out.

    `between` stands between two words, or members of a list; so it ends a piece that others follow.
    """
    return [piece for piece in _pieces(old, new, between) if piece.text or piece.kind == "gap"]


def _pieces(old: Sequence[str], new: Sequence[str], between: str) -> Iterator[Piece]:
    sign = between.rstrip()
    old_at = new_at = 0
    for gone, come, same in blocks(old, new):
        old_at, new_at = old_at + len(gone), new_at + len(come)
        yield Piece("removed", between.join(gone) + (sign if gone and old_at < len(old) else ""))
        yield Piece("added", between.join(come) + (sign if come and new_at < len(new) else ""))
        is_first = new_at == 0
        old_at, new_at = old_at + len(same), new_at + len(same)
        is_last = old_at == len(old) and new_at == len(new)
        yield from _shortened(same, between, is_first, is_last, "" if new_at == len(new) else sign)


def _shortened(
    words: Sequence[str], between: str, is_first: bool, is_last: bool, sign: str
) -> Iterator[Piece]:
    before = 0 if is_first else _AROUND  # words that follow an earlier change
    after = 0 if is_last else _AROUND
    if len(words) <= before + after + 3:
        yield Piece("same", between.join(words) + (sign if words else ""))
        return
    yield Piece("same", between.join(words[:before]))
    yield Piece("gap", "")
    if after:
        yield Piece("same", between.join(words[-after:]) + sign)
