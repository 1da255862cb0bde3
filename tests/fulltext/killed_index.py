"""An indexer that is killed when a part of its work is done: `python -m tests.fulltext.killed_index URL`."""

from __future__ import annotations

import os
import signal
import sys
from itertools import count

from sqlalchemy import Connection, event

from models.database import connect, writing
from models.fulltext import index as search_index


def main(url: str) -> None:
    """Indexes what is new two papers at a time, and does not come to its end."""
    engine, statements = connect(url), count(1)
    search_index._BATCH = 2

    def at_statement(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("INSERT INTO papers_words") and next(statements) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "after_cursor_execute", at_statement)
    with writing(engine) as connection:
        search_index.index_papers(connection)


if __name__ == "__main__":
    main(*sys.argv[1:])
