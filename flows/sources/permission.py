"""What the hosts of a site allow a crawler: the robots.txt of each, asked for before its first page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from flows.sources import robots
from flows.sources.rest import Rest
from flows.sources.robots import Robots
from models.errors import FetchError
from models.records import Answer

ROBOTS_PAUSE_SECONDS = 300.0
"""How long a robots.txt that could not be read is left alone, and the pages of its host with it."""


class Permission:
    """What the robots.txt of one host allows `product`; read once, and again only where it could not be.

    `read` gives the answer of its address, at the end of its redirects, or raises FetchError.
    """

    def __init__(
        self,
        host: str,
        product: str,
        read: Callable[[str], Answer],
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._host, self._product, self._read = host, product, read
        self._pause = Rest(now, monotonic)
        self._rules: Robots | None = None

    def check(self, path: str, answer: Answer) -> None:
        """Raises FetchError, with what came so far, for a path (with its query) that may not be read."""
        if self._rules is None:
            self._pause.check(answer)
            self._rules = self._read_rules(answer)
        if not self._rules.allows(path):
            reason = f"leads to {self._host}{path}, which robots.txt does not allow"
            raise FetchError(replace(answer, error=reason))

    def _read_rules(self, answer: Answer) -> Robots:
        """The rules of the host: where there are none all is allowed, where they cannot be read nothing.

        RFC 9309, section 2.3.1. A 429 is no word on the rules, so it counts as the latter.
        """
        url = f"{self._host}/robots.txt"
        try:
            found = self._read(url)
        except FetchError as error:
            status = error.answer.status or 0
            if status == 204 or (400 <= status < 500 and not error.retryable):
                return Robots()
            seconds = max(ROBOTS_PAUSE_SECONDS, error.retry_after_seconds or 0)
            reason = f"may not be read, because {url} {error.answer.error}"
            self._pause.begin(seconds, f"{reason}; not tried again before {self._pause.end_after(seconds)}")
            raise FetchError(replace(answer, error=reason), True, error.retry_after_seconds) from error
        return robots.parse(found.body, self._product)
