"""Where each page is, below the root of what is published; and the way from one to another.

A page is a folder with an `index.html`, so that its address has no file name. Addresses end with a slash.
"""

from __future__ import annotations

from datetime import date

from feeds.links import paper_path
from models.months import Month

INDEX = "index.html"
TODAY = ""
DAYS = "days/"
TOPICS = "topics/"
TRENDING = "trending/"
FEEDS = "feeds/"
STATUS = "status/"
NOT_FOUND = "404.html"
STYLE = "assets/style.css"
ICON = "assets/favicon.svg"
ROBOTS = "robots.txt"
OPML = "feeds/index.opml"

__all__ = ["paper_path"]


def day_path(day: date, part: int = 1) -> str:
    """The page of a day; its further parts count from 2."""
    return f"{DAYS}{day.isoformat()}/" if part == 1 else f"{DAYS}{day.isoformat()}/{part}/"


def month_path(month: Month) -> str:
    """The calendar of one month."""
    return f"{DAYS}{month}/"


def topic_path(slug: str) -> str:
    """The page of a topic."""
    return f"{TOPICS}{slug}/"


def bibtex_path(paper_id: str) -> str:
    """A paper as a BibTeX file, beside its page."""
    return f"{paper_path(paper_id)}paper.bib"


def feed_path(slug: str, extension: str) -> str:
    """A feed in the format that has this file name extension (`atom`, `rss`, `json`)."""
    return f"{FEEDS}{slug}.{extension}"


def revisions_of(slug: str) -> str:
    """The slug of the feed that tells what changed in the papers of another feed."""
    return f"{slug}-revisions"


def file_of(path: str) -> str:
    """The file that holds a page."""
    return f"{path}{INDEX}" if not path or path.endswith("/") else path


def way_home(path: str) -> str:
    """What leads from a page to the root: "" at the root itself, else one `../` for each folder."""
    return "../" * path.count("/")
