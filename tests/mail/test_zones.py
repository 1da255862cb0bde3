"""Which time zones there are."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from models.mail.subscriber import DEFAULT_ZONE
from models.mail.zones import is_zone, zones_by_region


@pytest.mark.parametrize(
    "name", ["", "Middle/Earth", "../UTC", "/etc/passwd", "localtime", "Factory", "utc ", "Europe/Berlin\x00"]
)
def test_what_is_no_zone_is_none(name: str) -> None:
    assert not is_zone(name)


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "US/Eastern"])
def test_zones_are_known_by_their_present_and_their_old_names(name: str) -> None:
    assert is_zone(name)


def test_every_zone_that_is_offered_is_one() -> None:
    offered = [name for names in zones_by_region().values() for name in names]
    assert len(set(offered)) == len(offered) > 300
    assert all(is_zone(name) and ZoneInfo(name).key == name for name in offered)


def test_the_usual_zone_comes_first() -> None:
    assert next(iter(zones_by_region().values())) == (DEFAULT_ZONE,)
