"""What the trials share: the sites that they read, a folder of their own, a Prefect server for each file of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import Server
from tests.trials.machines import PrefectServer, prefect_server
from tests.trials.site import Site, running


@pytest.fixture
def site() -> Iterator[Site]:
    """Both sites on Tuesday evening of the invented week."""
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def prefect_here(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """A Prefect server for the trials of one file."""
    with prefect_server(tmp_path_factory.mktemp("prefect"), server.new()) as found:
        yield found
