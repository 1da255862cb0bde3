"""When the next request to a site may start: its interval, what it asks for, and a gate."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_ASKED_SECONDS = 999_999_999.0
"""What is longer is no time that a calendar can name."""
LONG_WAIT_SECONDS = 3.0
"""A longer wait than this is told."""

Gate = Callable[[], None]
"""Returns when a request may start, for a limit that several programs share; may raise, and then none does."""

_log = logging.getLogger(__name__)


class Pace:
    """When the next request may start: an interval after the last one, later where site or gate want it."""

    def __init__(
        self,
        interval_seconds: float,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
        gate: Gate | None = None,
    ) -> None:
        self._interval_seconds = interval_seconds
        self._sleep, self._monotonic, self._gate = sleep, monotonic, gate
        self._earliest = monotonic()

    def wait(self, url: str) -> None:
        """Sleep until a request may start, and count it as started."""
        seconds = self._earliest - self._monotonic()
        if seconds > max(LONG_WAIT_SECONDS, self._interval_seconds):
            _log.warning("%s: not asked for %.0f s, as its site wants", url, seconds)
        if seconds > 0:
            self._sleep(seconds)
        if self._gate is not None:
            self._gate()
        # Not before: the gate may keep a request waiting, and the interval counts from its start.
        self._earliest = self._monotonic() + self._interval_seconds

    def hold(self, seconds: float) -> None:
        """Start nothing for so long."""
        self._earliest = max(self._earliest, self._monotonic() + seconds)


def asked_wait_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long a site asks to be left alone: by Retry-After, else by what its RateLimit has used up.

    RFC 9110, section 10.2.3; draft-ietf-httpapi-ratelimit-headers-09, section 4.1.
    """
    asked = headers.get("retry-after", "").strip()
    if re.fullmatch("[0-9]{1,9}", asked):
        return float(asked)
    try:
        moment = parsedate_to_datetime(asked)
    except (ValueError, OverflowError):
        return used_up_seconds(headers.get("ratelimit", ""))
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_ASKED_SECONDS)


def used_up_seconds(value: str) -> float | None:
    """Seconds until the last of the used-up quotas is full again: 300 of `"api";r=9;t=60, "pages";r=0;t=300`."""
    quotas = [dict(re.findall(r";\s*([a-z]+)=([0-9]{1,9})", quota)) for quota in value.split(",")]
    return max(
        (float(quota["t"]) for quota in quotas if quota.get("r") == "0" and "t" in quota), default=None
    )
