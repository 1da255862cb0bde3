"""Where the threads of a run get their letters from: claimed some at a time, with what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from sqlalchemy import Connection

from flows.mail.scribe import Scribe
from models.mail.claims import LEASE, claim
from models.mail.delivery import Delivery, Kind
from models.mail.letters import Fragment
from models.mail.outbox import fragments_of

BATCH = 20
_REMEMBERED = 2_000
"""Fragments that are remembered from batch to batch, at some 3 kB each."""


class Claimed(NamedTuple):
    """A letter, and those of its fragments that there are, by key."""

    delivery: Delivery
    fragments: Mapping[str, Fragment]


class Wanted(NamedTuple):
    """Which letters a run sends, and at most how many; None for all of them."""

    kinds: Collection[Kind]
    subscribers: range | None = None
    most: int | None = None


class Claims:
    """Deals out to the threads of one worker, one by one, the letters that it claims."""

    def __init__(
        self, scribe: Scribe, worker: str, wanted: Wanted, batch: int, now: Callable[[], datetime]
    ) -> None:
        self._scribe = scribe
        self._worker, self._wanted, self._now = worker, wanted, now
        self._batch = batch
        self._left = wanted.most
        self._claimed: list[Claimed] = []
        self._fragments: dict[str, Fragment] = {}
        self._lock = Lock()

    def next(self) -> Claimed | None:
        """The next letter; None when there are no more, or as many as are wanted."""
        with self._lock:
            if not self._claimed:
                most = self._batch if self._left is None else min(self._batch, self._left)
                self._claimed = self._more(most) if most else []
            return self._claimed.pop() if self._claimed else None

    def _more(self, most: int) -> list[Claimed]:
        found = self._scribe.write(lambda connection: self._claim(connection, most))
        if self._left is not None:
            self._left -= len(found)
        return found[::-1]

    def _claim(self, connection: Connection, most: int) -> list[Claimed]:
        kinds, subscribers, _ = self._wanted
        found = claim(connection, self._worker, self._now(), LEASE, most, kinds, subscribers)
        self._remember(connection, {key for each in found for key in each.letter.pieces})
        return [
            Claimed(each, {key: self._fragments[key] for key in each.letter.pieces if key in self._fragments})
            for each in found
        ]

    def _remember(self, connection: Connection, keys: set[str]) -> None:
        if len(self._fragments) > _REMEMBERED:
            self._fragments = {key: each for key, each in self._fragments.items() if key in keys}
        missing = keys - self._fragments.keys()
        if missing:
            self._fragments |= fragments_of(connection, missing)
