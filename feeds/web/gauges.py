"""What Prometheus is told of the database: made anew for each answer, so that what is gone leaves nothing behind.

Times are given as seconds since 1970, as Prometheus advises: `time() - METRIC` is an age.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from feeds.web.library import Standing
from models.run import Latest, RunKind

Samples = Iterable[tuple[Sequence[str], float]]
"""The values of the labels, and of the gauge."""


class Gauges(Collector):
    """The gauges of a standing; of None, for a database that does not answer, only that it is so."""

    def __init__(self, standing: Standing | None) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        """Each gauge, whole."""
        is_up = self._standing is not None
        yield _gauge("database_up", "Whether the database answers.", (), [((), is_up)])
        if self._standing is not None:
            yield from _of_lists(self._standing)
            yield from _of_runs(self._standing.runs)
            yield _failed(self._standing.failed)
            yield from _of_mail(self._standing)


def _of_lists(standing: Standing) -> Iterator[Metric]:
    yield _gauge("papers", "Papers in the database.", (), [((), standing.papers)])
    yield _gauge(
        "newest_list_timestamp_seconds",
        "The date of a source's newest whole list.",
        ("source",),
        [((source,), _midnight(newest)) for source, newest in standing.newest.items()],
    )
    yield _gauge(
        "listings",
        "Listings of the last 14 days by the verdict on them.",
        ("source", "verdict"),
        standing.listings.items(),
    )
    yield _gauge(
        "settled_timestamp_seconds",
        "When a reading last settled a listing of a section.",
        ("source", "section"),
        [(labels, at.timestamp()) for labels, at in standing.settled.items()],
    )
    yield _gauge(
        "overdue_listings",
        "Listings that should have been out for four hours and are not settled; asked: by a run, since they are due.",
        ("source", "asked"),
        [((source, "yes" if was else "no"), number) for (source, was), number in standing.overdue.items()],
    )
    yield _gauge(
        "recent_matches",
        "Papers that the rule of a topic brought into its feed in the last 7 days.",
        ("topic",),
        _of_one(standing.matches),
    )


def _of_runs(runs: Mapping[RunKind, Latest]) -> Iterator[Metric]:
    begun = {kind.value: latest.begun.began_at.timestamp() for kind, latest in runs.items()}
    ended = {kind.value: latest.ended for kind, latest in runs.items() if latest.ended}
    yield _gauge(
        "run_last_begin_timestamp_seconds", "When the last run of a kind began.", ("kind",), _of_one(begun)
    )
    yield _gauge(
        "run_last_end_timestamp_seconds",
        "When the last run of a kind ended that did end.",
        ("kind",),
        [((kind,), run.ended_at.timestamp()) for kind, run in ended.items() if run.ended_at],
    )
    yield _gauge(
        "run_last_duration_seconds",
        "How long that run took.",
        ("kind",),
        [((kind,), run.duration.total_seconds()) for kind, run in ended.items() if run.duration is not None],
    )
    yield _gauge(
        "run_last_failures",
        "How many failures that run ended with.",
        ("kind",),
        [((kind,), len(run.failures)) for kind, run in ended.items()],
    )


def _failed(failed: Mapping[RunKind, int]) -> Metric:
    return _gauge(
        "recent_failed_runs",
        "Runs that ended in the last 24 hours and failed at something.",
        ("kind",),
        _of_one({kind.value: number for kind, number in failed.items()}),
    )


def _of_mail(standing: Standing) -> Iterator[Metric]:
    yield _gauge(
        "subscribers", "Subscribers by how they stand.", ("standing",), _of_one(standing.subscribers)
    )
    yield _gauge(
        "deliveries",
        "Letters by what they are and how far they have come.",
        ("kind", "state"),
        standing.deliveries.items(),
    )
    yield _gauge("bounces", "Letters that came back.", ("kind",), _of_one(standing.bounces))


def _gauge(name: str, says: str, labels: Sequence[str], samples: Samples) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"paperround_{name}", says, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def _of_one(samples: Mapping[str, float]) -> Samples:
    """Samples that have one label."""
    return [((label,), value) for label, value in samples.items()]


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()
