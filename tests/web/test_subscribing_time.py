"""How long the form for digests takes to answer, by which nobody shall learn who is a subscriber."""

from __future__ import annotations

import time

import pytest

from feeds.web import subscribing
from feeds.web.subscribing import TRAP
from tests.web.asking import Ask
from tests.web.test_subscribing import filled


@pytest.mark.parametrize("trap", ["", "buy lanterns"])
def test_no_answer_comes_so_early_that_it_tells_what_there_was_to_do(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, trap: str
) -> None:
    """Of who is a subscriber already nothing is written, which takes a fifth of the time."""
    monkeypatch.setattr(subscribing, "ANSWERED_AFTER_SECONDS", 0.1)
    begun = time.monotonic()
    assert ask.post("/subscribe", filled(**{TRAP: trap})).status == 200
    assert time.monotonic() - begun >= 0.1
