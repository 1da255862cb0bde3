"""Invented entries and pages of Hugging Face Daily Papers, made to be right or wrong in one place."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from flows.sources.huggingface import huggingface
from models.records import Answer, Listing, PaperRecord, ParsedPage

BASE = "http://hf.example"
AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAILY = Listing("huggingface", "daily", date(2026, 3, 10))
WEEK = Listing("huggingface", "week", date(2026, 3, 9))
MONTH = Listing("huggingface", "month", date(2026, 3, 1))
TRENDING = Listing("huggingface", "trending", date(2026, 3, 10))
PAGE, API = huggingface(BASE).ways(DAILY, AT)
API_URL = f"{BASE}/api/daily_papers?date=2026-03-10&limit=100&p=0"


def made(number: int = 1, /, *, paper: dict[str, Any] | None = None, **outer: Any) -> dict[str, Any]:
    """One entry as the API gives it; `paper` and the other names replace what it holds."""
    paper_id = f"2603.{number:05}"
    inner = {
        "id": paper_id,
        "title": f"On Invented Thing {number}",
        "summary": f"We invent thing {number}.",
        "authors": [{"name": "Ada Example", "hidden": False}, {"name": "Bo Example", "hidden": True}],
        "publishedAt": "2026-03-09T17:00:00.000Z",
        "submittedOnDailyAt": "2026-03-10T01:02:03.000Z",
        "upvotes": number,
    }
    inner |= paper or {}
    return {
        "paper": inner,
        "title": inner.get("title"),
        "summary": inner.get("summary"),
        "publishedAt": "2026-03-09T13:00:00.000Z",
        "numComments": 1,
        **outer,
    }


def without(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    """An entry that lacks some keys, its own or its paper's."""
    paper = {key: value for key, value in entry["paper"].items() if key not in keys}
    return {key: value for key, value in {**entry, "paper": paper}.items() if key not in keys}


def dated(entries: Sequence[object], **props: object) -> dict[str, Any]:
    """The props of a page of 2026-03-10."""
    return {"dailyPapers": entries, "periodType": "day", "dateString": "2026-03-10", "query": {}, **props}


def page(props: object, cards: Sequence[str] | None = None) -> str:
    """A page with the props, and a card for each id: unasked for each id that the props name."""
    blob = html.escape(json.dumps(props))
    shown = named(props) if cards is None else cards
    articles = "".join(f'<article><h3><a href="/papers/{one}">x</a></h3></article>' for one in shown)
    return f'<main><div data-target="DailyPapers" data-props="{blob}">{articles}</div></main>'


def named(props: object) -> list[str]:
    entries = props.get("dailyPapers", []) if isinstance(props, dict) else []
    return [entry["paper"]["id"] for entry in entries] if isinstance(entries, list) else []


def parse_page(text: str | bytes, listing: Listing = DAILY) -> ParsedPage:
    body = text.encode() if isinstance(text, str) else text
    return PAGE.parse(listing, Answer(PAGE.url(listing), AT, 200, body=body))


def parse_api(entries: object, listing: Listing = DAILY, url: str = API_URL) -> ParsedPage:
    body = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    return API.parse(listing, Answer(url, AT, 200, body=body))


def record_of(entry: object) -> PaperRecord:
    """The record that a single entry gives."""
    (record,) = parse_api([entry]).records
    return record
