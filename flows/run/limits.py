"""One pace at a site for all that Prefect runs: a rate limit that its server keeps, whoever asks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.concurrency.sync import rate_limit
from prefect.exceptions import ObjectAlreadyExists

from flows.settings import Settings
from flows.sources.base import Source
from flows.sources.pace import Gate

_SPREAD = 0.1
_LEAST_SPREAD_SECONDS = 0.2
"""Of an interval, and at least: between the server's word and the request that it lets go passes time, now less, now
more, on a machine that is busy."""


@contextmanager
def gates(settings: Settings) -> Iterator[Callable[[Source], Gate]]:
    """What makes the gate of a source; makes its limit, too, or brings it up to date."""
    with get_client(sync_client=True) as client:

        def gate(source: Source) -> Gate:
            pace = settings.min_interval
            return _gate(client, limit_name(source), source.min_interval_seconds if pace is None else pace)

        yield gate


def limit_name(source: Source) -> str:
    """The global concurrency limit of a source's site: `paperround-arxiv.org`.

    It bears the site's name, not the source's: bioRxiv and medRxiv are read at one.
    """
    return f"paperround-{urlsplit(source.base_urls[0]).netloc}"


def _gate(client: SyncPrefectClient, name: str, interval_seconds: float) -> Gate:
    if not interval_seconds:
        return lambda: None
    with suppress(ObjectAlreadyExists):  # another worker has made it in this very moment
        decay = 1 / (interval_seconds + max(interval_seconds * _SPREAD, _LEAST_SPREAD_SECONDS))
        client.upsert_global_concurrency_limit_by_name(name, limit=1, slot_decay_per_second=decay)

    def wait() -> None:
        # Prefect answers a request in vain with a wait that grows, and lets the slot decay from then on anew:
        # of two workers the busier would keep the other out. To look costs nothing.
        while client.read_global_concurrency_limit_by_name(name).active_slots:
            time.sleep(interval_seconds * _SPREAD)
        rate_limit(name, occupy=1, strict=True)

    return wait
