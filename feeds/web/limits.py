"""How much one client, and all together, may ask of what costs something: search, API, combined feeds, forms."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.site.frame import Site
from feeds.web.refusals import BUSY, RefusalError, refuse

COSTLY = (
    *("/api/", "/search", "/feeds/combined.", "/readyz", "/metrics", "/status/"),
    *("/subscribe", "/confirm/", "/manage/"),
)
"""The paths that are limited: not that for leaving, where a mail provider speaks for many."""

BURST = 60
PER_SECOND = 2.0
MOST_CLIENTS = 10_000
MOST_AT_ONCE = 64
"""So many requests may be worked on or wait for it."""


class Buckets:
    """A bucket of tokens for each client: one is taken for each request, and they come back with time.

    Of more clients than MOST_CLIENTS those are forgotten that asked longest ago.
    """

    def __init__(
        self, clock: Callable[[], float], burst: int = BURST, per_second: float = PER_SECOND
    ) -> None:
        self._clock = clock
        self._burst = burst
        self._per_second = per_second
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, client: str) -> float:
        """Takes a token; 0, or the seconds to wait where there is none."""
        now = self._clock()
        level, at = self._levels.pop(client, (float(self._burst), now))
        level = min(self._burst, level + (now - at) * self._per_second)
        is_taken = level >= 1
        self._levels[client] = (level - 1 if is_taken else level, now)
        while len(self._levels) > MOST_CLIENTS:
            self._levels.popitem(last=False)
        return 0.0 if is_taken else (1 - level) / self._per_second


class Limited:
    """An app whose costly paths are limited: 429 for who asks too much, 503 when all together do."""

    def __init__(self, app: ASGIApp, buckets: Buckets, site: Site) -> None:
        self._app = app
        self._buckets = buckets
        self._site = site
        self._working = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or refuses it."""
        if scope["type"] != "http" or not scope["path"].startswith(COSTLY):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal:
            await refuse(refusal, scope, send, self._site)
            return
        self._working += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._working -= 1

    def _refusal(self, scope: Scope) -> RefusalError | None:
        peer = scope.get("client")
        wait = self._buckets.take(client(peer[0]) if peer else "")
        if wait:
            seconds = str(math.ceil(wait)).encode()
            return RefusalError(429, "Too many requests; try again later.", ((b"retry-after", seconds),))
        return BUSY if self._working >= MOST_AT_ONCE else None


@lru_cache(maxsize=1024)
def client(address: str) -> str:
    """Who counts as one client: an address of IPv4, the network (/64) of one of IPv6, which a household has."""
    parsed = _parsed(address)
    if parsed is None:
        return address[:64]
    return str(parsed) if isinstance(parsed, IPv4Address) else str(_around(parsed, 64))


def network(address: str) -> str:
    """From where an address comes, without saying from whom: its /24, of IPv6 its /48; empty for what is none."""
    parsed = _parsed(address)
    return str(_around(parsed, 24 if isinstance(parsed, IPv4Address) else 48)) if parsed else ""


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """An address; that of IPv4 where one of IPv6 stands for it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed


def _around(address: IPv4Address | IPv6Address, bits: int) -> IPv4Network | IPv6Network:
    return ip_network((int(address), bits), strict=False)
