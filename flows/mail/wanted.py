"""What the operator says that a subscriber wants, as text: read, and refused where there is no such thing."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from typing import NamedTuple

from models.errors import UsageError
from models.mail.subscriber import BESIDE_TOPICS, DEFAULT_HOUR, DEFAULT_ZONE, STANDARD, Cadence, Choices
from models.mail.zones import is_zone, zones_by_region


class Wanted(NamedTuple):
    """What was written of each choice; "" or nothing where nothing was."""

    topics: tuple[str, ...] = ()
    cadence: str = ""
    hour: str = ""
    zone: str = ""

    def choices(self, slugs: Collection[str]) -> Choices:
        """The choices, of which topics have these slugs; where nothing is said, what is usual.

        Raises UsageError, with all that is wrong and what there is in its place.
        """
        wrong = "; ".join(self._mistakes(slugs))
        if wrong:
            raise UsageError(wrong)
        return Choices(
            topics=tuple(dict.fromkeys(self.topics)) or STANDARD.topics,
            cadence=Cadence(self.cadence or Cadence.DAILY),
            hour=int(self.hour or DEFAULT_HOUR),
            zone=self.zone or DEFAULT_ZONE,
        )

    def _mistakes(self, slugs: Collection[str]) -> Iterator[str]:
        known = [*BESIDE_TOPICS, *slugs]
        for slug in self.topics:
            if slug not in known:
                yield f"unknown topic {slug!r}; {_instead(slug, known)}"
        if self.cadence and self.cadence not in list(Cadence):
            yield f"unknown cadence {self.cadence!r}; known: {', '.join(Cadence)}"
        if self.hour and not _is_hour(self.hour):
            yield f"{self.hour!r} is no hour of the day; known: 0 to 23"
        if self.zone and not is_zone(self.zone):
            yield f"unknown time zone {self.zone!r}; {_zone_instead(self.zone)}"


def _is_hour(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len("23") and int(text) < 24


def _instead(given: str, known: Collection[str]) -> str:
    nearest = difflib.get_close_matches(given, known, n=1)
    return f"did you mean {nearest[0]}?" if nearest else f"known: {', '.join(known)}"


def _zone_instead(given: str) -> str:
    """The zones of a city or in a region; there are too many to name them all."""
    regions = zones_by_region()
    zones = [zone for names in regions.values() for zone in names]
    within = [zone for zone in zones if zone.lower().endswith(f"/{given.lower()}")]
    nearest = within or difflib.get_close_matches(given, zones, n=1)
    if nearest:
        return f"did you mean {' or '.join(nearest)}?"
    return f"known: those of IANA, as UTC or Europe/Berlin, in {', '.join(regions)}"
