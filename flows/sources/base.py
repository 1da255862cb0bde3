"""What a source is: facts about a site, and ways to read its listings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from models.records import Answer, Expectation, Listing, ParsedPage

Fetch = Callable[[str], Answer]
"""Gives the answer of a URL, with its whole body; raises FetchError where there is none to use."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read a listing: its first address, and how to understand an answer.

    `parse` gets the whole answer, since a listing that goes on elsewhere says so by its address; it
    raises ParseError for an answer that it does not recognise, and never anything else.
    """

    name: str
    url: Callable[[Listing], str]
    parse: Callable[[Listing, Answer], ParsedPage]


@dataclass(frozen=True, slots=True)
class Source:
    """A site that lists papers.

    `sections` are read for every date, `standing` ones as they stand at each run, filed under the date that
    `start` gives for (section, today): their past cannot be asked for. `ways` are tried in order, the next when one fails; `expects` is
    the calendar: (date, now) -> Expectation. `reread_after_days` says at which ages a listing is read
    once more, for late papers and for votes.
    """

    name: str
    base_url: str
    sections: tuple[str, ...]
    ways: tuple[Way, ...]
    expects: Callable[[date, datetime], Expectation]
    min_interval_seconds: float
    reread_after_days: tuple[int, ...]
    standing: tuple[str, ...] = ()
    start: Callable[[str, date], date] = lambda _section, day: day

    def listings(self, day: date) -> tuple[Listing, ...]:
        """The listings that this source has for one date."""
        return tuple(Listing(self.name, section, day) for section in self.sections)
