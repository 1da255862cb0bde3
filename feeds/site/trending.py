"""The page of what is trending: the papers in the order of their score, each with what the score is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feeds.site import paths
from feeds.site.frame import Frame, Page, Site, page
from feeds.site.rows import Row, row
from feeds.site.subscribing import Box, Offer, box, discoverable
from feeds.site.words import moment
from models.trending import Event, Standing

OFFER = Offer(
    "trending", "Trending papers", "Papers as they come among the ten highest.", has_revisions=False
)


@dataclass(frozen=True, slots=True)
class _Values:
    frame: Frame
    as_of: str
    rows: tuple[Row, ...]
    feed: Box


def trending_page(site: Site, standings: Sequence[Standing], events: Sequence[Event]) -> Page:
    """Where papers stand, best first, and by paper what happened to its votes of late."""
    frame = site.frame(
        paths.TRENDING, "Trending papers", "The papers whose votes are the most and the newest.",
        paths.TRENDING, discoverable(site, OFFER),
    )  # fmt: skip
    return page(
        paths.TRENDING,
        "trending.html",
        _Values(
            frame=frame,
            as_of=moment(max(each.at for each in standings)) if standings else "",
            rows=tuple(rising(standings, events, frame.root)),
            feed=box(site, OFFER),
        ),
    )


def rising(standings: Sequence[Standing], events: Sequence[Event], root: str) -> list[Row]:
    """Standings as a list on a page from which `root` leads home."""
    told: dict[str, list[str]] = {}
    for event in events:
        told.setdefault(event.paper.id, []).append(str(event))
    return [
        row(
            each.paper,
            root,
            notes=(str(each), f"score {each.score:.1f}", *told.get(each.paper.id, ())),
        )
        for each in standings
    ]
