"""What is new for digests, from what the database holds at a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from feeds.digests.choosing import News, Subject, is_news
from feeds.entries import Item
from feeds.freshness import told
from flows.steps.editions import ALL, TRENDING, edition, items, page_of
from flows.steps.editions import Subject as Chosen
from flows.steps.resources import Resources
from models.database import reading
from models.known import known_since
from models.papers import Paper, Weight

REVISED_WITHIN = timedelta(days=14)
"""Changes that are older have been told, or nobody waits for them."""


def news(resources: Resources, at: datetime) -> News:
    """All that digests of a moment (aware UTC) may have."""
    made = edition(resources)
    subjects: tuple[Chosen, ...] = (*resources.topics, TRENDING, ALL)
    found = items(made, subjects)
    with reading(resources.engine) as connection:
        known = known_since(connection, sorted({item.paper.id for each in found for item in each}))
    return News(
        at=at,
        subjects={
            subject.slug: _subject(subject, each, known, at)
            for subject, each in zip(subjects, found, strict=True)
        },
        revised=tuple(paper for paper in made.papers if _is_revised(paper, at)),
        newest=made.newest,
        completeness=told(made.news),
        known=known,
    )


def _subject(subject: Chosen, found: Sequence[Item], known: Mapping[str, datetime], at: datetime) -> Subject:
    fresh = tuple(item for item in found if is_news(item.paper, known.get(item.paper.id), at))
    return Subject(subject.slug, subject.title, page_of(subject), fresh)


def _is_revised(paper: Paper, at: datetime) -> bool:
    return any(
        each.weight is Weight.NOTICED and each.seen_at > at - REVISED_WITHIN for each in paper.revisions
    )
