"""What Prometheus is told."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from feeds.web.library import Standing
from feeds.web.representation import Sent

_SECONDS = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)


class Measures:
    """The measures of one app, in a registry of its own.

    What the database and the files tell is filled in when it is asked for.
    """

    def __init__(self) -> None:
        self.registry = to = CollectorRegistry()
        self._requests = Counter(
            "paperround_http_requests",
            "Requests by kind of answer and status.",
            ("kind", "status"),
            registry=to,
        )
        self._bytes = Counter("paperround_http_sent_bytes", "Bytes of bodies sent.", ("kind",), registry=to)
        self._seconds = Histogram(
            "paperround_http_request_duration_seconds",
            "How long an answer took.",
            ("kind",),
            registry=to,
            buckets=_SECONDS,
        )
        self._cached = Gauge(
            "paperround_cache_bytes", "Published files kept in memory, in bytes.", registry=to
        )
        self._cached_files = Gauge("paperround_cache_files", "Published files kept in memory.", registry=to)
        self._published = Gauge(
            "paperround_last_publish_timestamp_seconds", "When the last publishing ended.", registry=to
        )
        self._papers = Gauge("paperround_papers", "Papers in the database.", registry=to)
        self._newest = Gauge(
            "paperround_newest_list_timestamp_seconds",
            "The date of a source's newest whole list.",
            ("source",),
            registry=to,
        )
        self._listings = Gauge(
            "paperround_listings",
            "Listings of the last days by the verdict on them.",
            ("source", "verdict"),
            registry=to,
        )
        self._subscribers = Gauge(
            "paperround_subscribers", "Subscribers by how they stand.", ("standing",), registry=to
        )
        self._deliveries = Gauge(
            "paperround_deliveries",
            "Letters by what they are and how far they have come.",
            ("kind", "state"),
            registry=to,
        )
        self._bounces = Gauge("paperround_bounces", "Letters that came back.", ("kind",), registry=to)
        self._leavings_of_nobody = Counter(
            "paperround_unsubscribe_without_subscriber",
            "Wishes to leave by a link that is nobody's.",
            registry=to,
        )
        self._counted = cache(self._requests.labels)
        self._weighed = cache(self._bytes.labels)
        self._timed = cache(self._seconds.labels)

    def note(self, kind: str, sent: Sent, seconds: float) -> None:
        """Counts one answer."""
        self._counted(kind, str(sent.status)).inc()
        self._weighed(kind).inc(sent.bytes)
        self._timed(kind).observe(seconds)

    def note_leaving_of_nobody(self) -> None:
        """Counts one wish to leave that changed nothing, since its link is nobody's."""
        self._leavings_of_nobody.inc()

    def text(self, *, cached_bytes: int, cached_files: int, published_at: float | None) -> bytes:
        """All of it in the text format of Prometheus (0.0.4)."""
        self._cached.set(cached_bytes)
        self._cached_files.set(cached_files)
        self._published.set(published_at if published_at is not None else float("nan"))
        return generate_latest(self.registry)

    def forget_standing(self) -> None:
        """Takes back what the database knew, since it does not answer."""
        self._papers.set(float("nan"))
        for gauge in (self._newest, self._listings, self._subscribers, self._deliveries, self._bounces):
            gauge.clear()

    def note_standing(self, standing: Standing) -> None:
        """Takes over what the database knows."""
        self.forget_standing()
        self._papers.set(standing.papers)
        for source, newest in standing.newest.items():
            self._newest.labels(source).set(datetime.combine(newest, time(), UTC).timestamp())
        for (source, verdict), listings in standing.listings.items():
            self._listings.labels(source, verdict).set(listings)
        for how, subscribers in standing.subscribers.items():
            self._subscribers.labels(how).set(subscribers)
        for (kind, state), letters in standing.deliveries.items():
            self._deliveries.labels(kind, state).set(letters)
        for kind, bounces in standing.bounces.items():
            self._bounces.labels(kind).set(bounces)
