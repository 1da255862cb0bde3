"""A paper in a list: what the lists of all pages say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from feeds.entries import shown_title
from feeds.naming import named
from feeds.site import paths
from feeds.site.mathematics import with_formulas
from feeds.site.words import count, topic_name
from feeds.text import one_line
from models.papers import Paper

NAMED_AUTHORS = 4


@dataclass(frozen=True, slots=True)
class Tag:
    """A link of a few words."""

    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A paper in a list; `href` and those of `topics` lead there from the page. `why` and `notes` are text."""

    href: str
    title: Markup
    authors: str
    categories: str
    votes: str = ""
    marks: tuple[str, ...] = ()
    topics: tuple[Tag, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""


def row(
    paper: Paper,
    root: str,
    *,
    votes: bool = False,
    marks: Sequence[str] = (),
    topics: Sequence[str] = (),
    notes: Sequence[str] = (),
    why: str = "",
) -> Row:
    """A paper as a list on a page says it, from which `root` leads home; its votes only where asked for."""
    return Row(
        href=root + paths.paper_path(paper.id),
        title=with_formulas(shown_title(paper)),
        authors=named(paper.authors, NAMED_AUTHORS),
        categories=" ".join(map(one_line, paper.categories)),
        votes=count(paper.votes, "vote") if votes and paper.votes else "",
        marks=tuple(marks),
        topics=tuple(Tag(root + paths.topic_path(slug), topic_name(slug)) for slug in topics),
        notes=tuple(map(one_line, notes)),
        why=one_line(why),
    )
