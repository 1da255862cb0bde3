"""What is kept of a subscriber, together. Values only; times are aware UTC."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from models.mail.bounce import Bounce
from models.mail.delivery import Kind, State
from models.mail.subscriber import Subscriber


class Posted(NamedTuple):
    """A letter to a subscriber, how far it came, and the papers that it told of."""

    kind: Kind
    period: str
    subject: str
    state: State
    planned_at: datetime
    ended_at: datetime | None
    answer: str
    papers: tuple[str, ...]


class Dossier(NamedTuple):
    """A subscriber with the letters to them, the earliest first, and what came back, the newest first."""

    subscriber: Subscriber
    letters: tuple[Posted, ...]
    bounces: tuple[Bounce, ...]
