"""What Prometheus is told: what the app counts of its answers, with what files and database say."""

from __future__ import annotations

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from feeds.web.gauges import Gauges
from feeds.web.library import Standing
from feeds.web.representation import Sent

_SECONDS = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)


class Measures:
    """The measures of one app, in a registry of its own.

    What the files and the database tell is given when it is asked for.
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

    def text(
        self, standing: Standing | None, *, cached_bytes: int, cached_files: int, published_at: float | None
    ) -> bytes:
        """All of it in the text format of Prometheus (0.0.4); without a standing, that the database is away."""
        self._cached.set(cached_bytes)
        self._cached_files.set(cached_files)
        self._published.set(published_at if published_at is not None else float("nan"))
        of_database = CollectorRegistry()
        of_database.register(Gauges(standing))
        return generate_latest(self.registry) + generate_latest(of_database)
