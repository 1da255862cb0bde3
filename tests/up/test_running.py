"""What ends an `up`."""

from __future__ import annotations

import signal

import pytest

from flows.up.running import _signals


@pytest.mark.parametrize(("handler", "is_heard"), [(signal.SIG_DFL, True), (signal.SIG_IGN, False)])
def test_the_end_of_a_terminal_ends_it_but_under_nohup(
    monkeypatch: pytest.MonkeyPatch, handler: signal.Handlers, is_heard: bool
) -> None:
    monkeypatch.setattr(signal, "getsignal", lambda _: handler)
    assert {signal.SIGINT, signal.SIGTERM} <= set(_signals())
    assert (signal.SIGHUP in _signals()) is is_heard
