"""What was made is kept, and never more of it than was agreed."""

from __future__ import annotations

from functools import partial

from feeds.digests.kept import Kept


def test_what_nobody_asked_for_the_longest_goes_first() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    kept: Kept[str] = Kept(2)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.get(name, partial(make, name)) == name
    assert made == ["a", "b", "c", "b"]
