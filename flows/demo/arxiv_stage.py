"""Plays arXiv without a network: the newest mailing of a category, and OAI-PMH, as of mid-2026."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.demo.mailings import changed_between, mailing
from flows.demo.week import tables
from flows.sources.arxiv_calendar import newest_label
from models.tex import displayed

_NEW = re.compile(r"/list/([a-z-]+(?:\.[A-Za-z-]+)?)/new")
_OAI = "/oai"
_ADDRESS = re.compile(r"""(https?://[^\s<>"]+)""")
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def arxiv_content(path: str, query: Mapping[str, str], now: datetime) -> tuple[str, str] | None:
    """Media type and text of an address at a moment (aware UTC); None for a page that the demo lacks."""
    if found := _NEW.fullmatch(path):
        return "text/html", _mailing_page(found[1], newest_label(now))
    records = _records(query, now) if path == _OAI else None
    return ("text/xml", records) if records else None


def _mailing_page(category: str, day: date) -> str:
    """The page of a mailing; a category in which nobody has written says so."""
    parts = {part: papers for part, papers in mailing(category, day).items() if papers}
    return _TEMPLATES.get_template("arxiv_new.html.j2").render(
        category=category,
        names=tables()["categories"],
        heading=f"{day:%A}, {day.day} {day:%B %Y}",
        parts=parts,
        total=sum(map(len, parts.values())),
        letters=displayed,  # pages have letters for the accents of TeX, OAI-PMH has the TeX
        pieces=_ADDRESS.split,
    )


def _records(query: Mapping[str, str], now: datetime) -> str | None:
    """The answer to ListRecords for the set of a category; None for any other question."""
    try:
        first, last = (date.fromisoformat(query[name]) for name in ("from", "until"))
        category = query["set"].partition(":")[2].replace(":", ".")
    except (KeyError, ValueError):
        return None
    if (query.get("verb"), query.get("metadataPrefix")) != ("ListRecords", "arXivRaw"):
        return None
    return _TEMPLATES.get_template("arxiv_oai.xml.j2").render(
        answered_at=now,
        query=query,
        changed=changed_between(category, first, last, newest_label(now)),
    )
