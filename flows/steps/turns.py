"""One publishing at a time; and what is known of one that did not come to its end."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NAME = ".publishing"
"""The file in `public/` that a publishing holds. It is empty while none is under way."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How the publishing before this one ended.

    After one that was cut off (`is_after_cut`) the database may have moved on without what derives from it on
    disk; `slugs` are the topics of which it may have written something.
    """

    is_after_cut: bool = False
    slugs: tuple[str, ...] = ()


@contextmanager
def turn(public: Path, slugs: Sequence[str]) -> Iterator[Turn]:
    """Waits until no other publishes into the folder, and publishes topics with these slugs.

    The lock goes with the process that holds it. An error or a kill leaves the note for the next.
    """
    public.mkdir(parents=True, exist_ok=True)
    with (public / NAME).open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        lines = file.read().splitlines()
        # A line more, never a line replaced: a kill here forgets nothing of what was cut before.
        file.write(b"\n" + json.dumps(list(slugs)).encode())
        file.flush()
        os.fsync(file.fileno())
        yield Turn(bool(lines), tuple(dict.fromkeys(slug for line in lines for slug in _slugs(line))))
        file.truncate(0)


def _slugs(line: bytes) -> Sequence[str]:
    try:
        found = json.loads(line)
    except ValueError:  # cut itself
        return ()
    return [str(slug) for slug in found] if isinstance(found, list) else ()
