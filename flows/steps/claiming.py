"""Where the threads of a run get their letters from: claimed a few at a time, with what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from sqlalchemy import Connection

from flows.steps.scribe import Scribe
from models.claims import LEASE, claim
from models.delivery import Delivery, Kind
from models.letters import Fragment
from models.outbox import fragments_of

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
    """Claims letters for the threads of one worker, until there are none, or as many as are wanted."""

    def __init__(
        self, scribe: Scribe, worker: str, wanted: Wanted, batch: int, now: Callable[[], datetime]
    ) -> None:
        self._scribe = scribe
        self._worker, self._wanted, self._now = worker, wanted, now
        self._batch = batch
        self._left = wanted.most
        self._lock = Lock()
        self._fragments: dict[str, Fragment] = {}

    def next(self) -> Sequence[Claimed]:
        """The next few letters; none when there are no more."""
        most = self._reserve()
        if not most:
            return ()
        found = self._scribe.write(lambda connection: self._claim(connection, most))
        self._give_back(most - len(found))
        return found

    def _reserve(self) -> int:
        with self._lock:
            most = self._batch if self._left is None else min(self._batch, self._left)
            self._give(-most)
            return most

    def _give_back(self, count: int) -> None:
        with self._lock:
            self._give(count)

    def _give(self, count: int) -> None:
        if self._left is not None:
            self._left += count

    def _claim(self, connection: Connection, most: int) -> Sequence[Claimed]:
        """In the scribe's thread alone, as are the fragments."""
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
