"""Who gets a letter: all of it that is not the same for others. Values only."""

from __future__ import annotations

from typing import NamedTuple


class Reader(NamedTuple):
    """An address (ASCII), and the tokens of this reader's links: for leaving, managing, confirming.

    "" for what the letter does not need.
    """

    address: str
    leave: str
    manage: str
    confirm: str
