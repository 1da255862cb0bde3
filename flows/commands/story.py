"""What the demo tells of its week: where its papers were listed, the way of one of them, what changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from textwrap import shorten

import typer

from flows.commands.terminal import print_table
from models.papers import Paper, Revision, Weight

_TITLE_WIDTH = 52
_ARXIV, _HUGGING_FACE = "arxiv", "huggingface"


def tell(papers: Sequence[Paper]) -> None:
    """Prints the story of papers that come with their revisions, appearances and observations."""
    lines = [_counted(papers), *_name_in_tex(papers)]
    if papers:
        lines += ["", *_way(max(papers, key=lambda paper: len(paper.appearances)))]
    typer.echo("\n".join((*lines, "")))
    changes = sorted(
        (at, paper.id, what, shorten(paper.title, _TITLE_WIDTH, placeholder="…"))
        for paper in papers
        for at, what in _changes(paper)
    )
    rows = [(f"{at:%a %d %H:%M}", *others) for at, *others in changes]
    print_table(("seen (UTC)", "paper", "what changed", "title"), rows, frozenset())


def _counted(papers: Sequence[Paper]) -> str:
    on = Counter(frozenset(place.source for place in paper.appearances) for paper in papers)
    votes = sum(len(paper.observations) for paper in papers)
    return (
        f"{len(papers)} papers: {on[frozenset((_ARXIV, _HUGGING_FACE))]} on both sites,"
        f" {on[frozenset((_HUGGING_FACE,))]} on Hugging Face alone, {on[frozenset((_ARXIV,))]} on arXiv alone;"
        f" votes observed {votes} times."
    )


def _name_in_tex(papers: Sequence[Paper]) -> Iterator[str]:
    """An example of a name that came in TeX, if there is one."""
    for paper in papers:
        for written, shown in zip(_texts(paper.originals.get("authors")), paper.authors, strict=False):
            if written != shown:
                yield f"Names in TeX are shown in letters: {written} as {shown}."
                return


def _way(paper: Paper) -> Iterator[str]:
    """On which listings a paper was, day by day."""
    days: defaultdict[date, list[str]] = defaultdict(list)
    for place in paper.appearances:
        days[place.date].append(f"{place.source} {place.section}")
    yield f"{paper.id} {paper.title}"
    for day, places in sorted(days.items()):
        yield f"  {day:%a %d}  {', '.join(sorted(places))}"


def _changes(paper: Paper) -> Iterator[tuple[datetime, str]]:
    """Each moment at which the paper was found changed, and all that had changed."""
    seen: defaultdict[datetime, list[str]] = defaultdict(list)
    for revision in paper.revisions:
        if revision.weight is not Weight.ENRICHMENT:
            seen[revision.seen_at].append(_worded(revision))
    for place in paper.appearances:
        if place.removed_at:
            seen[place.removed_at].append(f"gone from {place.date:%A}'s list")
    for at, changes in seen.items():
        yield at, ", ".join(changes)


def _worded(revision: Revision) -> str:
    if revision.field == "version":
        return f"version {revision.new}"
    added = [code for code in _texts(revision.new) if code not in _texts(revision.old)]
    if revision.field == "categories" and added:
        return f"cross-listed to {', '.join(added)}"
    return revision.field


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
