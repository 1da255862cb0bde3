"""Forgets what mail is not needed for any more, and says how much that was."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from models.mail.bouncing import prune_bounces
from models.mail.forgetting import forget_late, forget_networks, purge_pending
from models.mail.settling import KEPT, prune

PENDING_FOR = timedelta(days=14)
"""So long someone may take to confirm; a link holds for seven days, and may be asked for again."""

NETWORKS_FOR = timedelta(days=30)
"""So long it is kept from where someone asked."""

BOUNCES_FOR = timedelta(days=365)
"""So long it is known what came back, for the operator."""


class Tidied(NamedTuple):
    """How much was forgotten: subscribers who did not confirm, of how many the network that they asked from, letters
    with what they told, pieces of letters, and what came back.
    """

    pending: int
    networks: int
    letters: int
    pieces: int
    bounces: int


def tidy(connection: Connection, now: datetime) -> Tidied:
    """Forgets it at a moment (aware UTC), in a transaction of `models.database.posting`."""
    pending = purge_pending(connection, now - PENDING_FOR)
    networks = forget_networks(connection, now - NETWORKS_FOR)
    forget_late(connection)
    letters, pieces = prune(connection, now - KEPT)
    return Tidied(pending, networks, letters, pieces, prune_bounces(connection, now - BOUNCES_FOR))
