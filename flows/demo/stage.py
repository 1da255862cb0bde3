"""Plays Hugging Face Daily Papers and arXiv without a network, at any moment of the invented week."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from flows.demo.arxiv_stage import arxiv_content
from flows.demo.markup import listing_page
from flows.demo.week import DemoPaper, found_at, lists_at
from models.errors import FetchError
from models.records import Answer

READINGS: tuple[datetime, ...] = (
    *(datetime(2026, 11, day, hour, 15, tzinfo=UTC) for day in range(9, 14) for hour in (8, 20)),
    datetime(2026, 11, 14, 8, 15, tzinfo=UTC),
    datetime(2026, 11, 15, 8, 15, tzinfo=UTC),
    datetime(2026, 11, 16, 6, 0, tzinfo=UTC),
)
"""The moments at which the demo reads: weekdays morning and evening, the weekend once a day, one after it."""

_DAY_PATH = re.compile(r"/papers/date/(\d{4}-\d\d-\d\d)")
_DEFAULT_LIMIT, _MOST_ENTRIES = 50, 100
_DEFAULT_RESULTS, _MOST_RESULTS, _LONGEST_QUERY = 20, 120, 250
_SHIFT = timedelta(hours=5)
"""What the site takes from `publishedAt` outside of a paper: New York's winter time, given as UTC."""


class DemoSite:
    """Both sites at the moment that `now` gives (aware UTC), told apart by their paths."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def fetch(self, url: str) -> Answer:
        """The answer to a URL of whatever host; raises FetchError (404) for a page that the demo lacks."""
        now, parts = self._now(), urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        listed = _content(parts.path, query, now)
        found = listed or arxiv_content(parts.path, query, now)
        if found is None:
            raise FetchError(Answer(url, now, status=404, error="answers 404: the demo has no such page"))
        media_type, text = found
        body = text.encode()
        headers = {"content-type": f"{media_type}; charset=utf-8"}
        if listed:  # arXiv sends no ETag
            headers["etag"] = f'W/"{sha256(body).hexdigest()[:32]}"'
        return Answer(url, now, 200, headers, body)


def _content(path: str, query: Mapping[str, str], now: datetime) -> tuple[str, str] | None:
    """Media type and text of an address of Hugging Face; None for one that is not among them."""
    dated = _DAY_PATH.fullmatch(path)
    if dated or path == "/papers":
        searched = "" if dated else query.get("q", "")
        page = _page(dated[1] if dated else now.date().isoformat(), now, searched)
        return ("text/html", page) if page else None
    if path in _INTERFACES:
        entries = _INTERFACES[path](query, now)
        return ("application/json", entries) if entries else None
    return None


def _page(asked: str, now: datetime, searched: str) -> str | None:
    """The page of a day, or of the nearest earlier day with papers; before the first day, the first.

    A page that was searched for a text holds the results beside the day's list.
    """
    lists = lists_at(now)
    days = list(lists)
    if not days or len(searched) > _LONGEST_QUERY:
        return None
    place = max(sum(day.isoformat() <= asked for day in days) - 1, 0)
    return listing_page(
        [_entry(paper, now) for paper in lists[days[place]]],
        date_string=days[place].isoformat(),
        period_type="day",
        prev_date=days[place - 1].isoformat() if place else None,
        next_date=days[place + 1].isoformat() if place + 1 < len(days) else None,
        searched=searched,
        results=_results(searched, _MOST_RESULTS, now) if searched else (),
    )


def _api(query: Mapping[str, str], now: datetime) -> str | None:
    """The entries of exactly one day as JSON, cut as the site cuts them; none for a day without papers."""
    try:
        day = date.fromisoformat(query["date"])
        size = min(int(query.get("limit", _DEFAULT_LIMIT)), _MOST_ENTRIES)
        start = int(query.get("p", 0)) * size
    except (KeyError, ValueError):
        return None
    papers = lists_at(now).get(day, [])[start : start + size]
    return json.dumps([_entry(paper, now) for paper in papers])


def _search(query: Mapping[str, str], now: datetime) -> str | None:
    """What is found for a text as JSON, best first; the site gives less of each paper than on its lists."""
    text = query.get("q", "")
    limit = query.get("limit", str(_DEFAULT_RESULTS))
    if not text or len(text) > _LONGEST_QUERY or not limit.isdecimal():
        return None
    results = _results(text, min(int(limit), _MOST_RESULTS), now)
    return json.dumps([{"paper": entry["paper"], "title": entry["title"]} for entry in results])


_INTERFACES = {"/api/daily_papers": _api, "/api/papers/search": _search}


def _results(text: str, most: int, now: datetime) -> list[dict[str, object]]:
    return [_entry(paper, now) for paper in found_at(now, text)[:most]]


def _entry(paper: DemoPaper, now: datetime) -> dict[str, object]:
    """One paper in the site's own shape: what is not there has no key."""
    login = {"name": paper.submitter, **_submitter(paper)}
    return {
        "paper": _paper(paper, now),
        "publishedAt": _time(paper.published_at - _SHIFT),
        "title": paper.title,
        "summary": paper.abstract,
        "thumbnail": f"https://example.org/thumbnails/{paper.id}.png",
        "numComments": paper.comments.at(now),
        **({"submittedBy": login} if paper.submitter else {}),
        **_organization(paper),
        "isAuthorParticipating": False,
    }


def _paper(paper: DemoPaper, now: datetime) -> dict[str, object]:
    login = {"user": paper.submitter, **_submitter(paper)}
    return {
        "id": paper.id,
        "authors": [{"_id": _key(paper.id, name), "name": name, "hidden": False} for name in paper.authors],
        "publishedAt": _time(paper.published_at),
        "submittedOnDailyAt": _time(paper.listed_at),
        "title": paper.title,
        **({"submittedOnDailyBy": login} if paper.submitter else {}),
        "summary": paper.abstract,
        "upvotes": paper.votes.at(now),
        "discussionId": _key(paper.id, "discussion"),
        **({"projectPage": paper.project_url} if paper.project_url else {}),
        **_code(paper, now),
        **_summary(paper, now),
        **_organization(paper),
    }


def _submitter(paper: DemoPaper) -> dict[str, object]:
    key = _key("user", paper.submitter)
    known = {"_id": key, "avatarUrl": f"/avatars/{key}.svg", "fullname": paper.submitter_name}
    return {**known, "isPro": False, "type": "user"}


def _code(paper: DemoPaper, now: datetime) -> dict[str, object]:
    if not paper.code_url:
        return {}
    return {"githubRepo": paper.code_url, "githubRepoAddedBy": "user", "githubStars": paper.stars.at(now)}


def _summary(paper: DemoPaper, now: datetime) -> dict[str, object]:
    if not paper.summary or now < paper.summary_at:
        return {}
    return {"ai_summary": paper.summary, "ai_keywords": list(paper.keywords)}


def _organization(paper: DemoPaper) -> dict[str, object]:
    if not paper.organization:
        return {}
    name = paper.organization.lower().replace(" ", "-")
    return {"organization": {"_id": _key("organization", name), "name": name, "fullname": paper.organization}}


def _key(*names: str) -> str:
    """The 24 hexadecimal digits by which the site's own database would know something."""
    return sha256("/".join(names).encode()).hexdigest()[:24]


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
