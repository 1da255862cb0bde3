"""Invented papers and feeds for the tests of this folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from feeds.entries import Item
from feeds.feed import Feed
from models.papers import Appearance, Paper, Revision, Weight

ANNOUNCED = datetime(2025, 10, 1, 3, 30, 5, tzinfo=UTC)
REVISED = ANNOUNCED + timedelta(days=1)
CREATED = datetime(2025, 9, 1, tzinfo=UTC)
INSTALLATION = UUID("7a3d1c52-6f0e-4b8a-9a51-0d2f6c1e8b47")

PAPER = Paper(
    id="2510.00017",
    seq=1,
    title="Lanterns for Small Models",
    abstract="We hang a lantern beside each layer and count what it lights.",
    authors=("Ada Alpha", "Bo Beta"),
    first_listed=date(2025, 10, 1),
    announced_at=ANNOUNCED,
    updated_at=ANNOUNCED,
    categories=("cs.CL", "cs.LG"),
    links={"code": "https://code.example/lanterns", "project": "https://lanterns.example/"},
    organization="Lamp Works",
    votes=3,
    appearances=(Appearance("huggingface", "daily", date(2025, 10, 1), 1),),
)


def paper(**changes: Any) -> Paper:
    """An invented paper, but for the changes."""
    return replace(PAPER, **changes)


def feed(*papers: Paper, reason: str = "lantern", **changes: Any) -> Feed:
    """A feed of these papers, all there for the same reason."""
    made = Feed(
        slug="small-models",
        title="Small models",
        description="Models that fit into a lamp",
        public_url="https://round.example/papers",
        installation=INSTALLATION,
        created_at=CREATED,
        items=[Item(each, reason) for each in papers],
    )
    return replace(made, **changes)


def revision(field: str = "title", weight: Weight = Weight.NOTICED, seen_at: datetime = REVISED) -> Revision:
    """One field that changed."""
    return Revision(field, "before", "after", seen_at, "huggingface", weight)
