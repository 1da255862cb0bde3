"""Invented papers in any number, of the size of real ones. The same arguments give the same papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import count as counted
from itertools import product
from random import Random

from flows.sources.huggingface_entries import NAME, records
from models.records import Listing, PaperRecord, ParsedPage

FIRST_DAY = date(2026, 1, 5)
_BASE_URL = "https://papers.example"
_ABSTRACT_WORDS = 190
_AUTHORS = 8

Entry = dict[str, object]


def entries(count: int, day: date = FIRST_DAY, first: int = 0) -> list[Entry]:
    """So many entries of a day in the shape of the site's API, 5 kB each; `first` numbers the first one."""
    return [_entry(number, day) for number in range(first, first + count)]


def listings(count: int, per_day: int) -> list[tuple[Listing, ParsedPage]]:
    """So many papers as the daily listings of consecutive days."""
    return [_listing(min(per_day, count - first), first, per_day) for first in range(0, count, per_day)]


def each_listing(per_day: int) -> Iterator[tuple[Listing, ParsedPage]]:
    """The daily listings of consecutive days without an end, one at a time: none is kept."""
    return (_listing(per_day, first, per_day) for first in counted(0, per_day))


def _listing(size: int, first: int, per_day: int) -> tuple[Listing, ParsedPage]:
    day = FIRST_DAY + timedelta(days=first // per_day)
    papers, problems = records(entries(size, day, first), _BASE_URL)
    return Listing(NAME, "daily", day), ParsedPage(papers, len(papers), day, problems)


def later(page: ParsedPage) -> ParsedPage:
    """The same page when 2 % of it has changed: 1 % of the titles, the votes of another 1 %."""
    return replace(page, records=tuple(map(_later, page.records)))


def _later(record: PaperRecord) -> PaperRecord:
    if record.rank % 100 == 1:
        return replace(record, title=f"{record.title}, revised")
    if record.rank % 100 == 51:
        return replace(record, votes=(record.votes or 0) + 1)
    return record


def _entry(number: int, day: date) -> Entry:
    chance = Random(number)
    paper_id = f"26{1 + number // 100_000:02}.{number % 100_000:05}"
    key = f"{number:024x}"
    words = chance.choices(vocabulary(), k=_ABSTRACT_WORDS)
    title = " ".join(words[:9]).capitalize()
    abstract = ". ".join(" ".join(words[start : start + 19]).capitalize() for start in range(0, 190, 19))
    login = {
        "_id": key,
        "avatarUrl": f"/avatars/{key}.svg",
        "fullname": "Paper Lark",
        "isPro": False,
        "type": "user",
    }
    paper = {
        "id": paper_id,
        "authors": [{"_id": key, "name": name, "hidden": False} for name in names(chance)],
        "publishedAt": f"{day - timedelta(days=1)}T17:59:{number % 60:02}.000Z",
        "submittedOnDailyAt": f"{day}T0{number % 10}:{number % 60:02}:13.794Z",
        "title": title,
        "submittedOnDailyBy": {"user": "paperlark", **login},
        "summary": abstract,
        "upvotes": number % 90,
        "discussionId": key,
        **({"projectPage": f"https://{words[0]}.example/{paper_id}"} if number % 3 == 0 else {}),
        **(
            {"githubRepo": f"https://code.example/{words[1]}", "githubStars": number % 700}
            if number % 2
            else {}
        ),
        "ai_summary": " ".join(words[20:46]),
        "ai_keywords": [" ".join(words[place : place + 2]) for place in range(50, 70, 2)],
    }
    return {
        "paper": paper,
        "publishedAt": f"{day - timedelta(days=1)}T12:59:{number % 60:02}.000Z",
        "title": title,
        "summary": abstract,
        "thumbnail": f"https://thumbnails.example/{paper_id}.png",
        "numComments": number % 5,
        "submittedBy": {"name": "paperlark", **login},
        "isAuthorParticipating": False,
    }


def names(chance: Random) -> list[str]:
    """The names of eight authors, two words each; one paper in thirty has one with a letter beyond ASCII."""
    words = [word.capitalize() for word in chance.choices(vocabulary(), k=2 * _AUTHORS)]
    words[0] += "ová" if chance.random() < 1 / 30 else ""
    return [" ".join(words[place : place + 2]) for place in range(0, 2 * _AUTHORS, 2)]


@cache
def vocabulary() -> tuple[str, ...]:
    """Words, of one to five syllables."""
    syllables = ["".join(pair) for pair in product("bdfgklmnprstvz", "aeiouy")]
    chance = Random(0)
    return tuple("".join(chance.choices(syllables, k=chance.randint(1, 5))) for _ in range(2_000))
