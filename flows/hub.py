"""Tells a WebSub hub which feeds have changed, so that readers need not ask (W3C Recommendation of 2018-01-23).

How a publisher tells its hub is left open there (section 6); hubs take a form with `hub.mode=publish` and the
address of the feed. A hub that does not answer never holds up a round: what it was not told is kept in a file
and told after the next one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from feeds.files import publish

SECONDS = 10.0
"""How long a hub may take for an answer."""
_TRY_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub by its URL; `untold` is the file of what it is still to be told."""

    url: str
    user_agent: str
    untold: Path

    def expect(self, changed: Iterable[str]) -> None:
        """Notes feeds, by their URLs, as to be told: from now on no kill makes them forgotten."""
        untold = self._untold()
        if new := [url for url in dict.fromkeys(changed) if url not in untold]:
            self._note([*untold, *new])

    def tell(self) -> list[str]:
        """Tells the hub of all that it is still to be told; gives what remains.

        After the first that fails for a reason that may pass, the others wait as well. One that the hub
        refuses for good is not told again.
        """
        waiting = self._untold()
        if not waiting:
            return []
        with httpx.Client(headers={"User-Agent": self.user_agent}, timeout=SECONDS) as client:
            while waiting:
                feed = waiting.pop(0)
                if not self._told(client, feed):
                    waiting.append(feed)  # last, so that one that fails alone keeps no other out
                    break
        self._note(waiting)
        return waiting

    def _note(self, waiting: Sequence[str]) -> None:
        publish(self.untold, json.dumps(waiting, indent=1).encode())

    def _told(self, client: httpx.Client, feed: str) -> bool:
        """Whether the hub need not be told again."""
        try:
            answer = client.post(self.url, data={"hub.mode": "publish", "hub.topic": feed, "hub.url": feed})
        except httpx.HTTPError as error:
            _LOG.warning(
                "The hub %s was not told of %s: %s", self.url, feed, str(error) or type(error).__name__
            )
            return False
        if answer.is_success:
            return True
        _LOG.warning("The hub %s answers %s to %s", self.url, answer.status_code, feed)
        return answer.is_client_error and answer.status_code not in _TRY_AGAIN

    def _untold(self) -> list[str]:
        try:
            return [str(url) for url in json.loads(self.untold.read_bytes())]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError) as error:
            _LOG.warning("%s cannot be read and is begun anew: %s", self.untold, error)
            return []
