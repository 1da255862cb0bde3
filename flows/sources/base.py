"""What a source is: facts about a site, and ways to read its listings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.records import Answer, Expectation, Listing, ParsedPage

Fetch = Callable[[str], Answer]
"""Gives the answer of a URL, with its whole body; raises FetchError where there is none to use."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read a listing: its first address, and how to understand an answer.

    `parse` gets the whole answer, since a listing that goes on elsewhere says so by its address; it
    raises ParseError for an answer that it does not recognise, and never anything else. A `rescue` is
    used only where the ways before it failed, never to doubt one that says "nothing yet".
    """

    name: str
    url: Callable[[Listing], str]
    parse: Callable[[Listing, Answer], ParsedPage]
    rescue: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """What a source knows of papers beyond its listings, for papers that are known.

    `harvest` gives the first address at which the papers of a listing are told of as a whole, None while
    there is none at a moment (aware UTC); `lookup` the address of up to `most_ids` papers by their ids.
    `parse` raises ParseError for an answer that it does not recognise, and never anything else.
    """

    harvest: Callable[[Listing, datetime], str | None]
    lookup: Callable[[Sequence[str]], str]
    most_ids: int
    parse: Callable[[Answer], ParsedPage]


@dataclass(frozen=True, slots=True)
class Search:
    """A site's own search: what it finds for a text has ranks and no date, and is no listing of a day.

    `ways` gives the ways to ask for a text, tried in order, the next when one fails; `text` the text that an
    address of theirs asks for, "" where it asks for none.
    """

    ways: Callable[[str], tuple[Way, ...]]
    text: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Source:
    """A site that lists papers.

    `base_urls` are the addresses that its ways lead to, the site's own first; pace and patience are shared
    by all of them. `interfaces` are those of them made for programs, with terms of their own beside
    robots.txt. `sections` are read for every date, `standing` ones as they stand at each run, filed under
    the date that `start` gives for (section, today): their past cannot be asked for. `ways` gives the
    ways to read a listing at a moment (aware UTC), tried in order, the next when one fails; none where the
    calendar alone can tell. `expects` is the calendar: (listing, now) -> Expectation. `reread_after_days`
    says at which ages a listing is read once more, for late papers and for votes. `past` gives the
    listings of a range of days, both included, as they can be read at a moment: unasked those of each day.
    `known_until` is the last day that its calendar knows, where that has an end. With
    `leaves_when_forbidden` nothing more is asked for after an answer 403.
    """

    name: str
    base_urls: tuple[str, ...]
    sections: tuple[str, ...]
    ways: Callable[[Listing, datetime], tuple[Way, ...]]
    expects: Callable[[Listing, datetime], Expectation]
    min_interval_seconds: float
    reread_after_days: tuple[int, ...]
    interfaces: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    start: Callable[[str, date], date] = lambda _section, day: day
    past: Callable[[date, date, datetime], tuple[Listing, ...]] | None = None
    details: Details | None = None
    search: Search | None = None
    known_until: date | None = None
    leaves_when_forbidden: bool = False

    def listings(self, day: date) -> tuple[Listing, ...]:
        """The listings that this source has for one date."""
        return tuple(Listing(self.name, section, day) for section in self.sections)

    def listings_between(self, first: date, last: date, now: datetime) -> tuple[Listing, ...]:
        """The listings of a range of days, both included, oldest first, as they can be read at a moment."""
        if self.past is not None:
            return self.past(first, last, now)
        days = (first + timedelta(n) for n in range((last - first).days + 1))
        return tuple(listing for day in days for listing in self.listings(day))
