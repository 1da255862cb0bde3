"""What someone wants of digests, as part of a form: shown, and read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from feeds.site.today import ALL
from feeds.site.trending import OFFER as TRENDING
from feeds.text import one_line
from feeds.web.forms import Form, first
from models.mail.subscriber import DEFAULT_HOUR, DEFAULT_ZONE, Cadence, Choices
from models.mail.zones import is_zone, zones_by_region
from models.topics.topic import Topic

_CADENCES = (
    (Cadence.DAILY, "Once a day"),
    (Cadence.WEEKLY, "Once a week, on Mondays"),
    (Cadence.OFF, "Not now"),
)

Mistakes = Mapping[str, str]
"""What is wrong in a form: a sentence for each field, in the order of the fields."""


class Option(NamedTuple):
    """Something to choose: as it is sent, as it is shown, and whether it is chosen."""

    value: str
    label: str
    is_chosen: bool


class Group(NamedTuple):
    """Options under one heading."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """The values of the fields in `web/wishes.html`."""

    topics: tuple[Option, ...]
    cadences: tuple[Option, ...]
    hours: tuple[Option, ...]
    zones: tuple[Group, ...]
    hears_of_nothing: bool


def shown(choices: Choices, topics: Sequence[Topic], *, may_be_off: bool) -> Wishes:
    """The fields with these choices; of topics that are gone none is shown."""
    cadences = (pair for pair in _CADENCES if may_be_off or pair[0] is not Cadence.OFF)
    return Wishes(
        topics=tuple(_topics(topics, choices.topics)),
        cadences=tuple(Option(value, label, value is choices.cadence) for value, label in cadences),
        hours=tuple(Option(str(hour), f"{hour:02}:00", hour == choices.hour) for hour in range(24)),
        zones=tuple(_zones(choices.zone)),
        hears_of_nothing=choices.hears_of_nothing,
    )


def read(form: Form, topics: Sequence[Topic], *, may_be_off: bool) -> tuple[Choices, Mistakes]:
    """The choices in a form, with what is wrong with them: in its place stands what is usual."""
    mistakes: dict[str, str] = {}
    offered = {option.value for option in _topics(topics, ())}
    chosen = tuple(dict.fromkeys(slug for slug in form.get("topics", ()) if slug in offered))
    cadence = _cadence(first(form, "cadence"), may_be_off=may_be_off)
    if not chosen and cadence is not Cadence.OFF:
        mistakes["topics"] = "Choose at least one."
    if cadence is None:
        mistakes["cadence"] = "Choose how often."
    hour, zone = _hour(first(form, "hour")), first(form, "zone")
    if hour is None:
        mistakes["hour"] = "Choose an hour."
    if not is_zone(zone):
        mistakes["zone"] = "Choose a time zone."
    choices = Choices(
        topics=chosen,
        cadence=cadence or Cadence.DAILY,
        hour=DEFAULT_HOUR if hour is None else hour,
        zone=DEFAULT_ZONE if "zone" in mistakes else zone,
        hears_of_nothing=bool(first(form, "nothing")),
    )
    return choices, mistakes


def in_words(choices: Choices, topics: Sequence[Topic]) -> str:
    """The choices as a sentence or two; of topics that are gone none is named."""
    titles = [option.label for option in _topics(topics, choices.topics) if option.is_chosen]
    how_often = dict(_CADENCES)[choices.cadence]
    return (
        f"{how_often}, from {choices.hour:02}:00 on ({choices.zone}): {', '.join(titles) or 'nothing yet'}."
    )


def _topics(topics: Iterable[Topic], chosen: Sequence[str]) -> Iterator[Option]:
    for offer in (TRENDING, ALL):
        yield Option(offer.slug, offer.title, offer.slug in chosen)
    for topic in topics:
        yield Option(topic.slug, one_line(topic.title) or topic.slug, topic.slug in chosen)


def _zones(chosen: str) -> Iterator[Group]:
    """All zones that people live in; one that was chosen by another name comes first, under that one."""
    regions = zones_by_region()
    if not any(chosen in names for names in regions.values()):
        yield Group("Chosen", (Option(chosen, chosen, is_chosen=True),))
    for region, names in regions.items():
        options = (Option(name, _place(name), name == chosen) for name in names)
        yield Group(region, tuple(options))


def _place(zone: str) -> str:
    """A zone as people look for it: by its city, with what is in front of that behind it."""
    *around, place = zone.replace("_", " ").split("/")
    within = ", ".join(reversed(around[1:]))
    return f"{place}, {within}" if within else place


def _cadence(text: str, *, may_be_off: bool) -> Cadence | None:
    try:
        cadence = Cadence(text)
    except ValueError:
        return None
    return cadence if may_be_off or cadence is not Cadence.OFF else None


def _hour(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= 2
    return int(text) if is_number and int(text) < 24 else None
