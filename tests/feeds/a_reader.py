"""A feed reader that keeps what it has read: lemon24's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import feedparser_sgmllib  # comes with feedparser
import pytest
from reader import Reader, make_reader


@contextmanager
def a_reader(folder: Path) -> Iterator[Reader]:
    """A reader, in memory, of the feeds in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        # Its own copy of feedparser looks for the module by the name that it had in older releases.
        patch.setitem(sys.modules, "sgmllib", feedparser_sgmllib)
        with make_reader(":memory:", feed_root=str(folder)) as opened:
            yield opened
