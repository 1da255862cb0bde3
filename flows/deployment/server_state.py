"""What a Prefect server was found to hold of ours, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ServerState:
    """A Prefect server: its version, and what of ours is there and how it stands.

    `heard_at` is the moment (aware UTC) at which a worker of our pool was last heard from; None: of none yet.
    `undeployed` and `paused` are deployments of prefect.yaml, `off` schedules of theirs that are switched off;
    `lacking` and `stopped` are automations. `late` runs wait for a worker though their time has come, `endless` ones
    are said to be under way since longer than any takes. `is_forgetful` is a server that with its end forgets who was at
    work, so that a place that was taken then stays taken.
    """

    version: str
    has_pool: bool
    heard_at: datetime | None = None
    undeployed: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    is_told: bool = False
    late: int = 0
    endless: int = 0
    is_forgetful: bool = False
