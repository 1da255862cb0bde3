"""Invented papers and topics for the tests of likeness: few words, so that scores can be foreseen."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.papers import Paper
from models.topics.topic import Likeness, Topic
from tests.feeds.invented import paper

DAY, NEXT_DAY = date(2025, 10, 1), date(2025, 10, 2)


def of(name: str, title: str = "", abstract: str = "", **changes: Any) -> Paper:
    """A paper with this id."""
    return paper(id=name, title=title, abstract=abstract, **changes)


def topic(title: str = "Owls", likeness: Likeness | None = None, search: str = "") -> Topic:
    """A topic without a rule."""
    return Topic("owls", title, "Of owls.", None, (), likeness, search)


def about(sentence: str, title: str = "Owls") -> Topic:
    """A topic that a sentence describes."""
    return topic(title, Likeness(sentence))
