"""Why a rule chose a paper: the terms that made it true, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from models.topics.tree import Field


class _Found(NamedTuple):
    term: str
    places: tuple[Field, ...] = ()


class Found(_Found):
    """A term as the rule spells it, and, unless it says itself where, the fields that hold it."""

    def __str__(self) -> str:
        return self.text

    @cached_property
    def text(self) -> str:
        """What was found, for people; many papers share it."""
        return f"{self.term} in {' and '.join(self.places)}" if self.places else self.term


Evidence = Sequence[tuple[Found, int]]
"""What was found, in the order of the rule, each with the papers for which it tells: bit n is the nth paper."""
