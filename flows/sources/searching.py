"""Asks a site's own search for a text: by its ways in order, as a listing is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flows.sources.base import Fetch, Search, Source
from flows.sources.reading import read
from models.records import Expectation, Listing, Reading


def read_search(
    source: Source, search: Search, listing: Listing, text: str, fetch: Fetch, read_at: datetime
) -> Reading:
    """What a source's search finds for a text at a moment (aware UTC), as a reading under a listing.

    To find nothing is an answer. Never raises for what a site does: an answer that no way gave is a reading
    without a page, whose `problems` say why.
    """
    asking = replace(
        source, ways=lambda _listing, _now: search.ways(text), expects=lambda _listing, _now: Expectation.NONE
    )
    return read(asking, listing, fetch, read_at)
