"""A writer that is killed: `python -m tests.models.killed URL WHERE`, where it is a statement or the commit."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace

from sqlalchemy import Connection, event

from models.database import connect
from tests.models.invented import EVENING, page, records
from tests.models.stored import read


def main(url: str, where: str) -> None:
    """Stores a listing with new and edited papers, and does not come to its end."""
    engine = connect(url)

    def at_commit(_connection: Connection) -> None:
        if where == "commit":
            _die()

    def at_statement(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(where):
            _die()

    event.listen(engine, "after_cursor_execute", at_statement)
    event.listen(engine, "commit", at_commit)
    read(engine, page(*(replace(each, title=f"Lamp {each.rank}") for each in records(9))), at=EVENING)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
