"""The stand-in for the tests of this folder, which are skipped where it is not beside the checkout."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.stand_in import UPSTREAM, StandIn, running


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    """A stand-in of one module's own."""
    if not (UPSTREAM / "upstream.py").exists():
        pytest.skip("the recorded stand-in of the sites is not beside the checkout")
    with running() as found:
        yield found
