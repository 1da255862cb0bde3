"""What `paperround deploy` found and made on a Prefect server, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Thing(StrEnum):
    """What a Prefect server holds, as one of many is called."""

    POOL = "work pool"
    DEPLOYMENT = "deployment"
    BLOCK = "notification block"
    AUTOMATION = "automation"


@dataclass(frozen=True, slots=True)
class Made:
    """One thing on the server: made just now, or there before; what of it was `changed`, and whether it is paused."""

    thing: Thing
    name: str
    is_new: bool = False
    changed: tuple[str, ...] = ()
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class Deployed:
    """All that a server now holds of ours, and what an operator should know of it, a sentence each."""

    made: tuple[Made, ...]
    remarks: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether the server was not all that it should be before."""
        return any(each.is_new or each.changed for each in self.made)

    def in_words(self) -> Iterator[str]:
        """Line after line: what was made, what was changed, what was there, what is paused, what to know."""
        for each in self._by_thing(lambda made: made.is_new):
            yield f"Made: the {_named(each)}"
        for made in self.made:
            if made.changed:
                yield f"Changed: the {made.thing} {made.name} ({', '.join(made.changed)})"
        there = self._by_thing(lambda made: not made.is_new and not made.changed)
        if there:
            yield f"Already there: {', '.join(map(_counted, there))}"
        for each in self._by_thing(lambda made: made.is_paused):
            yield f"Paused, and left so: the {_named(each)}"
        yield from self.remarks

    def _by_thing(self, is_wanted: Callable[[Made], bool]) -> list[list[Made]]:
        found = [[made for made in self.made if made.thing is thing and is_wanted(made)] for thing in Thing]
        return [each for each in found if each]


def _named(found: Sequence[Made]) -> str:
    plural = "s" if len(found) > 1 else ""
    return f"{found[0].thing}{plural} {', '.join(made.name for made in found)}"


def _counted(found: Sequence[Made]) -> str:
    return f"the {_named(found)}" if len(found) == 1 else f"{len(found)} {found[0].thing}s"
