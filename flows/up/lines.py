"""How a line of the one log looks, whoever said it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from flows.log_lines import as_json

OURS = "up"
"""The origin of what `up` says itself."""

Form = Callable[[str, str, datetime], str]
"""Makes a line of the log of its origin, of what was said, and of the aware moment of that."""

_COLOURS = ("\033[36m", "\033[33m", "\033[35m", "\033[32m", "\033[34m")
_BOLD, _PLAIN = "\033[1m", "\033[0m"


def text(origins: Sequence[str], *, is_coloured: bool) -> Form:
    """Lines for people: the origin in a column of its own, in a colour of its own, and what was said.

    A program's line has its own time, if any; ours have the local one.
    """
    width = max(map(len, (OURS, *origins)))
    colours = {origin: _COLOURS[at % len(_COLOURS)] for at, origin in enumerate(origins)}

    def form(origin: str, said: str, at: datetime) -> str:
        name = f"{origin:<{width}} |"
        if is_coloured:
            name = f"{colours.get(origin, _BOLD)}{name}{_PLAIN}"
        time = f"{at.astimezone():%H:%M:%S} " if origin == OURS else ""
        return f"{name} {time}{said}".rstrip()

    return form


def as_object(origin: str, said: str, at: datetime) -> str:
    """Lines for machines: an object each, with its `origin`; what is an object already gets that alone."""
    found = _object(said)
    if found is not None:
        return json.dumps({**found, "origin": origin}, ensure_ascii=False)
    return as_json(at, "INFO", f"{__package__}.{origin}", said, others={"origin": origin})


def _object(said: str) -> dict[str, object] | None:
    if not said.startswith("{"):
        return None
    try:
        found = json.loads(said)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
