"""A Prefect server for the tests of the flows: it starts once, and all that needs none is tested without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows import engine


@pytest.fixture(scope="package")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Prefect server with a database of its own; runs end at once, which they do not where heartbeats are sent."""
    engine.quiet()
    from prefect.testing.utilities import prefect_test_harness

    from flows.run.current import unheard

    with prefect_test_harness(server_startup_timeout=180), unheard():
        yield
