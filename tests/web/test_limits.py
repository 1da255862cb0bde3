"""What one client, and all together, may ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from feeds.site.frame import Site
from feeds.web import limits
from feeds.web.limits import BURST, PER_SECOND, Buckets, Limited, client, network
from tests.web.asking import Ask
from tests.web.invented import PUBLIC_URL, Clock

COSTLY = ["/search", "/api/topics", "/readyz", "/metrics", "/feeds/combined.atom?topics=agents"]


@pytest.mark.parametrize("url", COSTLY)
def test_who_asks_too_much_is_told_when_to_come_again(ask: Ask, clock: Clock, url: str) -> None:
    replies = [ask(url) for _ in range(BURST + 1)]
    assert {reply.status for reply in replies[:BURST]} == {200}
    refused = replies[BURST]
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    clock.now += 1
    assert [ask(url).status for _ in range(3)] == [200, 200, 429]


def test_published_files_are_for_all_and_always(ask: Ask) -> None:
    assert {ask("/feeds/lanterns.atom").status for _ in range(BURST * 2)} == {200}
    assert ask("/search").status == 200


def test_each_client_has_a_bucket(ask: Ask) -> None:
    for _ in range(BURST):
        ask("/search", client=("192.0.2.1", 1))
    assert ask("/search", client=("192.0.2.1", 2)).status == 429
    assert ask("/search", client=("192.0.2.2", 1)).status == 200
    assert ask("/search", client=None).status == 200


def test_what_somebody_says_of_himself_is_not_believed(ask: Ask) -> None:
    for number in range(BURST):
        ask("/search", x_forwarded_for=f"192.0.2.{number}")
    assert ask("/search", x_forwarded_for="198.51.100.1").status == 429


def test_what_a_proxy_says_of_others_is_believed(asking: Callable[..., Ask]) -> None:
    ask = asking(proxies=["127.0.0.1"])
    for _ in range(BURST):
        ask("/search", x_forwarded_for="192.0.2.1")
    assert ask("/search", x_forwarded_for="192.0.2.1").status == 429
    assert ask("/search", x_forwarded_for="198.51.100.1").status == 200
    assert ask("/search", x_forwarded_for="not an address\x07").status == 200


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("x" * 500, "x" * 64),
    ],
)
def test_a_household_is_one_client(address: str, counted: str) -> None:
    assert client(address) == counted


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::1", "::/48"),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_a_network_says_from_where_and_not_who(address: str, kept: str) -> None:
    assert network(address) == kept


def test_memory_has_a_bound(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CLIENTS", 3)
    buckets = Buckets(clock, burst=1)
    for name in ("a", "b", "c", "d"):
        assert buckets.take(name) == 0
    assert len(buckets) == 3
    assert buckets.take("d") > 0
    assert buckets.take("a") == 0


@given(st.lists(st.floats(0, 100), max_size=80))
def test_in_any_time_no_more_is_given_than_has_come(pauses: list[float]) -> None:
    clock = Clock()
    buckets = Buckets(clock, burst=5, per_second=PER_SECOND)
    begun, taken = clock.now, 0
    for pause in pauses:
        clock.now += pause
        wait = buckets.take("a")
        taken += wait == 0
        assert taken <= 5 + (clock.now - begun) * PER_SECOND + 1e-6
        assert 0 <= wait <= 1 / PER_SECOND


def test_all_together_are_refused_when_too_much_waits(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 2)
    done = asyncio.Event()

    async def slow(_: Scope, __: Receive, send: Send) -> None:
        await done.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    ask = Ask(Limited(slow, Buckets(clock), Site(PUBLIC_URL)))

    async def ask_together() -> list[int]:
        waiting = [asyncio.create_task(ask.asked("/search")) for _ in range(2)]
        await asyncio.sleep(0)
        refused = await ask.asked("/search")
        assert refused.headers["retry-after"] == "1"
        done.set()
        later = [(await task).status for task in waiting]
        return [refused.status, *later, (await ask.asked("/search")).status]

    assert asyncio.run(ask_together()) == [503, 200, 200, 200]


def test_a_failure_gives_its_place_back(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 1)

    async def failing(*_: object) -> None:
        raise OSError("the disk is away")

    ask = Ask(Limited(failing, Buckets(clock), Site(PUBLIC_URL)))
    for _ in range(2):
        with pytest.raises(OSError, match="away"):
            ask("/search")
