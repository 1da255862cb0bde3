"""Two texts compared by words: what was taken out, what came in, and a little around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice
from typing import Literal, NamedTuple

MOST_WORDS = 1_000
"""Of each side; a longer text is shown to here. The comparison's cost grows with the square."""

_AROUND = 14
"""Words of what stayed that are shown beside a change."""


class Piece(NamedTuple):
    """Words that stayed, were removed or added; or `gap`: words that stayed and are not shown."""

    kind: Literal["same", "removed", "added", "gap"]
    text: str


def word_diff(old: Sequence[str], new: Sequence[str], between: str = " ") -> list[Piece]:
    """The way from old words to new ones, in order; what stands far from any change is left out."""
    before, after = list(old[:MOST_WORDS]), list(new[:MOST_WORDS])
    pieces = list(_pieces(before, after, between))
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        pieces.append(Piece("gap", ""))
    return pieces


def _pieces(old: list[str], new: list[str], between: str) -> Iterator[Piece]:
    steps = SequenceMatcher(a=old, b=new).get_opcodes()
    for number, (step, from_old, to_old, from_new, to_new) in enumerate(steps):
        if step == "equal":
            is_first, is_last = number == 0, number == len(steps) - 1
            yield from _shortened(old[from_old:to_old], between, is_first, is_last)
            continue
        if to_old > from_old:
            yield Piece("removed", between.join(old[from_old:to_old]))
        if to_new > from_new:
            yield Piece("added", between.join(new[from_new:to_new]))


def _shortened(words: list[str], between: str, is_first: bool, is_last: bool) -> Iterator[Piece]:
    before = 0 if is_first else _AROUND  # words that follow an earlier change
    after = 0 if is_last else _AROUND
    if len(words) <= before + after + 3:
        yield Piece("same", between.join(words))
        return
    if before:
        yield Piece("same", between.join(islice(words, before)))
    yield Piece("gap", "")
    if after:
        yield Piece("same", between.join(words[-after:]))
