"""How log lines are written: plainly for people, as JSON for machines, an object a line."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

PLAIN, PLAIN_TIME = "%(asctime)s %(message)s", "%H:%M:%S"
"""A line for people, and its time."""
_OF_A_RUN = ("flow_run_name", "task_run_name")
"""What Prefect notes at a record of one of its runs, and we tell as well."""


def as_json(
    at: datetime,
    level: str,
    logger: str,
    message: str,
    exc: str = "",
    others: Mapping[str, object] | None = None,
) -> str:
    """A log line as an object: `time` (ISO 8601, UTC), `level`, `logger`, `message`, and `exc` where there is one.

    `at` is an aware moment. What `others` names comes behind. The line holds no line break.
    """
    line: dict[str, object] = {
        "time": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": level,
        "logger": logger,
        "message": message,
    }
    if exc:
        line["exc"] = exc
    return json.dumps({**line, **(others or {})}, ensure_ascii=False, default=str)


class JsonLines(logging.Formatter):
    """Formats a record as `as_json` does."""

    def __init__(self, *_: object, **__: object) -> None:
        """Takes what any formatter is given, and needs none of it: its form is fixed."""
        super().__init__()

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        return as_json(
            datetime.fromtimestamp(record.created, UTC),
            record.levelname,
            record.name,
            record.getMessage(),
            self._trace(record),
            {name: value for name in _OF_A_RUN if (value := getattr(record, name, None))},
        )

    def _trace(self, record: logging.LogRecord) -> str:
        stack = self.formatStack(record.stack_info) if record.stack_info else ""
        trace = self.formatException(record.exc_info) if record.exc_info else record.exc_text or ""
        return "\n".join(part for part in (trace, stack) if part)
