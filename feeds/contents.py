"""The HTML that entries hold: of a paper, of what changed of it on a day, and of why it is there."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import escape

from feeds.differences import Change, Span, changes, note, noticed, word_diff
from feeds.links import Link
from feeds.rendering import render
from feeds.text import one_line
from feeds.votes import votes_in_words
from models.papers import Paper

NAMED_AUTHORS = 20
"""The content names so many authors and counts the rest; the entry's own authors are all of them."""

_COMPARED = ("title", "abstract")


@dataclass(frozen=True, slots=True)
class _Content:
    """What the template of a paper shows."""

    withdrawn: bool
    authors: tuple[str, ...]
    more_authors: int
    organization: str
    comment: str
    journal_ref: str
    abstract: str
    votes: str
    links: tuple[Link, ...]
    changes: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Revised:
    """What the template of a day's changes shows."""

    notes: tuple[str, ...]
    compared: tuple[tuple[str, tuple[Span, ...]], ...]
    links: tuple[Link, ...]


def body(paper: Paper, authors: tuple[str, ...], where: tuple[Link, ...]) -> str:
    """What an entry says of a paper, all that is known; `paper` is that of a draft, its authors clean lines."""
    votes = paper.observations[0] if paper.observations else None
    days = ((day.isoformat(), changes(found)) for day, found in noticed(paper).items())
    content = _Content(
        withdrawn=paper.withdrawn,
        authors=authors[:NAMED_AUTHORS],
        more_authors=max(0, len(authors) - NAMED_AUTHORS),
        organization=one_line(paper.organization),
        comment=one_line(paper.comment),
        journal_ref=one_line(paper.journal_ref),
        abstract=one_line(paper.abstract),
        votes=votes_in_words(votes) if votes else "",
        links=where,
        changes=tuple((day, tuple(map(note, found))) for day, found in days if found),
    )
    return render("entry.html", content)


def revision_body(paper: Paper, where: tuple[Link, ...]) -> str:
    """What an entry says of the changes of one day, the only ones that the paper has."""
    found = changes(paper.revisions)
    compared = [change for change in found if _is_compared(change)]
    revised = _Revised(
        notes=tuple(note(change) for change in found if change not in compared),
        compared=tuple(
            (change.field, tuple(word_diff(str(change.old), str(change.new)))) for change in compared
        ),
        links=where,
    )
    return render("revision.html", revised)


def why(reason: str) -> str:
    """Why an entry is there, as the last paragraph of its content; "" for no reason."""
    line = one_line(reason)
    return f"<p>Why it is here: {escape(line)}</p>\n" if line else ""


def _is_compared(change: Change) -> bool:
    return change.field in _COMPARED and isinstance(change.old, str) and isinstance(change.new, str)
