"""Writes listing pages in the markup of Hugging Face Daily Papers, as of 2025 and 2026."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import ChainableUndefined, Environment, FileSystemLoader

# A card shows what its entry has: a key that is not there leaves its place empty.
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=ChainableUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def listing_page(
    entries: Sequence[Mapping[str, object]],
    *,
    date_string: str | None,
    period_type: str | None = "day",
    prev_date: str | None = None,
    next_date: str | None = None,
    cards: Sequence[Mapping[str, object]] | None = None,
    searched: str = "",
    results: Sequence[Mapping[str, object]] = (),
) -> str:
    """The page that lists the entries, each in the shape of the API's answer, in their order.

    A trending page has neither `date_string` nor `period_type`. `cards` are the entries that the page
    shows beside its JSON, where they are not the same. A page that was `searched` for a text lists the
    entries all the same, and shows the `results`.
    """
    stated = {
        "periodType": period_type,
        "dateString": date_string,
        "prevDate": prev_date,
        "nextDate": next_date,
    }
    props = {
        "dailyPapers": [{**entry, "upvoted": False} for entry in entries],
        "canSubmit": False,
        "publisher": {"fullname": "AK", "user": "akhaliq", "type": "user", "isPro": False},
        "query": {"q": searched} if searched else {},
        "isTrending": period_type is None,
        **({"searchResults": results} if searched else {}),
        **{key: value for key, value in stated.items() if value is not None},
    }
    shown = results if searched else entries
    return _TEMPLATES.get_template("listing.html.j2").render(
        props=json.dumps(props, ensure_ascii=False, separators=(",", ":")),
        cards=shown if cards is None else cards,
        heading="Daily Papers" if period_type else "Trending Papers",
        is_trending=period_type is None,
    )
