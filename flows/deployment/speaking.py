"""Speaks to the Prefect server that is configured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.exceptions import PrefectHTTPStatusError

from models.errors import PaperRoundError


@contextmanager
def speaking() -> Iterator[SyncPrefectClient]:
    """A client of the server; PaperRoundError where something else answers, or it refuses what is asked."""
    try:
        with get_client(sync_client=True) as client:
            yield client
    except (
        PrefectHTTPStatusError,
        RuntimeError,
        ValueError,
    ) as error:  # ValueError: it answers, but with no JSON
        first_line = next(iter(str(error).splitlines()), type(error).__name__)
        raise PaperRoundError(
            f"what answers is no Prefect server, or it refuses us: {first_line.partition(' - ')[0]}"
        ) from error
