"""How the digests of many subscribers are shared out: in shards of their numbers, which stay the same from day to day."""

from __future__ import annotations

from flows.mail.digesting import SLICE
from flows.steps.resources import Resources
from models.database import reading
from models.errors import SettingsError
from models.mail.subscribers import slices

SHARD_SIZE = 10_000
"""Subscribers, by their numbers, whose digests are worth a run of their own."""


def shards_of(resources: Resources, size: int) -> list[range]:
    """The numbers of all who get digests, `size` of them in a shard: 1 to 10,000, 10,001 to 20,000, and so on.

    None where one run does it all: where a single shard would have everyone, where PAPERROUND_MAIL_PER_MINUTE is set,
    for only who sends alone can keep a pace, and where no mail can be sent as it is set.
    """
    try:
        keeps_a_pace = resources.mail().per_minute is not None
    except SettingsError:
        return []  # the run that does it all says why
    with reading(resources.engine) as connection:
        found = slices(connection, SLICE)
    if keeps_a_pace or not found or found[-1].stop - 1 <= size:
        return []
    return [range(first, first + size) for first in range(1, found[-1].stop, size)]
