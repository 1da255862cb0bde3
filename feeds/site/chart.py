"""The votes of a paper over time as a step line: numbers in, the geometry of an SVG out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from feeds.site.words import short_day
from models.papers import Observation
from models.series import Told, told

WIDTH, HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 16, 36
_STEPS = (1, 2, 5)


class Tick(NamedTuple):
    """A mark on an axis: where it is, and what stands beside it."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws, in the units of a picture of `width` by `height`.

    `line` and `area` are paths of SVG, `end` is the last point; `x_ticks` stand below the axis at `bottom`,
    `y_ticks` left of the one at `left`.
    """

    line: str
    area: str
    end: tuple[float, float]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def votes_told(observations: Sequence[Observation]) -> list[Told]:
    """What the votes stood at, each time that they were seen to change."""
    found: list[Told] = []
    for each in told(observations, "votes"):
        if not found or found[-1].value != each.value:
            found.append(each)
    return found


def chart(observations: Sequence[Observation]) -> Chart | None:
    """The votes over time; None where fewer than two moments tell of them, for a line needs two."""
    seen = votes_told(observations)
    if len(seen) < 2:
        return None
    last = max(each.at for each in told(observations, "votes"))
    first = seen[0].at
    step, top = _scale(max(each.value for each in seen))

    def across(at: datetime) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * ((at - first) / (last - first)), 1)

    def up(value: int) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * value / top, 1)

    line = f"M{_LEFT} {up(seen[0].value):g}" + "".join(
        f"H{across(at):g}V{up(value):g}" for at, value in seen[1:]
    )
    line += f"H{WIDTH - _RIGHT}"
    return Chart(
        line=line,
        area=f"{line}V{up(0):g}H{_LEFT}Z",
        end=(WIDTH - _RIGHT, up(seen[-1].value)),
        x_ticks=tuple(Tick(across(at), short_day(at)) for at in _midnights(first, last)),
        y_ticks=tuple(Tick(up(value), f"{value:,}") for value in range(0, top + 1, step)),
    )


def _scale(most: int) -> tuple[int, int]:
    """The step between the marks of an axis from 0, and where it ends: at most five round steps."""
    power = 1
    while True:
        for factor in _STEPS:
            step = factor * power
            if step * 5 >= most:
                return step, step * max(1, -(-most // step))
        power *= 10


def _midnights(first: datetime, last: datetime) -> Iterator[datetime]:
    """At most four midnights (UTC), evenly apart, that are not too near to the edges for their labels."""
    day = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    edge = (last - first) / 14
    days = max(1, -(-(last - first).days // 4))
    while day <= last:
        if first + edge <= day <= last - edge:
            yield day
        day += timedelta(days=days)
