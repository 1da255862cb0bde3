"""Time zones by the names that IANA gives them: which there are, and which people choose from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from models.mail.subscriber import DEFAULT_ZONE

_NO_PLACE = frozenset({"Factory", "localtime", "posixrules"})
"""What the table has beside zones: the machine's own, and what stands for none."""


def is_zone(name: str) -> bool:
    """Whether a zone has this name, be it an old one (`US/Eastern`)."""
    return name in _names()


@cache
def zones_by_region() -> Mapping[str, tuple[str, ...]]:
    """The zones that people live in, in their order, by the part of the world; UTC under its own name."""
    regions: dict[str, list[str]] = {DEFAULT_ZONE: [DEFAULT_ZONE]}
    for name in sorted(_inhabited()):
        regions.setdefault(name.partition("/")[0], []).append(name)
    return {region: tuple(names) for region, names in regions.items()}


@cache
def _names() -> frozenset[str]:
    known = available_timezones().union(*zones_by_region().values())
    return frozenset(known) - _NO_PLACE


def _inhabited() -> frozenset[str]:
    """The zones in the table by countries: without aliases, offsets and abbreviations."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    lines = (line for line in table.splitlines() if line and not line.startswith("#"))
    return frozenset(line.split("\t")[2].strip() for line in lines)
