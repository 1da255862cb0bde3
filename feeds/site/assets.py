"""The files that pages refer to: the stylesheet and the icon."""

from __future__ import annotations

from pathlib import Path

from feeds.site import paths
from feeds.site.frame import Page

_FEEDS = Path(__file__).parents[1]


def assets() -> list[Page]:
    """Every asset, with where it is published."""
    return [Page(path, (_FEEDS / path).read_bytes()) for path in (paths.STYLE, paths.ICON)]
