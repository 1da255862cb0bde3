"""The first page: what is new, how fresh it is, what rises, what was revised, what each topic has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from feeds.naming import named, source_name
from feeds.site import paths
from feeds.site.day import Day, day_row, in_order
from feeds.site.frame import Frame, Page, Site, page
from feeds.site.rows import Row, Tag, row
from feeds.site.subscribing import Box, Offer, box
from feeds.site.topics import Counted
from feeds.site.words import VERDICTS, count, field_name, long_day, moment, plain_day, section_name, short_day
from feeds.text import one_line
from models.freshness import Freshness
from models.papers import Paper, Weight
from models.records import Verdict
from models.trending import Standing

MOST_PAPERS = 60
FEW = 20
"""Papers of a day that is likely to have more yet."""
MOST_RISING = 5
MOST_REVISED = 6
MOST_SECTIONS = 5

ALL = Offer("all", "All papers", "Every paper of the last two weeks.")


@dataclass(frozen=True, slots=True)
class Today:
    """What the first page is made of: the newest day (None before the first), and what lies around it.

    `before` is the day before it, which is shown as well while the newest day has fewer than FEW papers.
    `standings` are the best first, `revised` papers the newest revision first, `topics` in their order with how
    many papers of the day each has.
    """

    day: Day | None = None
    before: Day | None = None
    freshness: Sequence[Freshness] = ()
    standings: Sequence[Standing] = ()
    revised: Sequence[Paper] = ()
    topics: Sequence[Counted] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    newest: str
    read_at: str
    behind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    name: str
    summary: str
    rows: tuple[Row, ...]
    whole_day: Tag


@dataclass(frozen=True, slots=True)
class _Values:
    frame: Frame
    day: _Shown | None
    before: _Shown | None
    read_at: str
    missing: str
    sources: tuple[_Source, ...]
    rising: tuple[Row, ...]
    revised: tuple[Row, ...]
    topics: tuple[tuple[Tag, int], ...]
    feed: Box


def today_page(site: Site, today: Today) -> Page:
    """The first page. It names dates of lists and readings, never the present moment."""
    day, before = today.day, today.before
    frame = site.frame(paths.TODAY, "Today\u2019s papers", "The newest papers, and how fresh they are.", "./")
    return page(
        paths.TODAY,
        "today.html",
        _Values(
            frame=frame,
            day=_shown(day, frame.root) if day else None,
            before=_shown(before, frame.root) if before and day and len(day.papers) < FEW else None,
            read_at=moment(max(each.read_at for each in today.freshness)) if today.freshness else "",
            missing=_missing(today.freshness),
            sources=tuple(map(_source, today.freshness)),
            rising=tuple(
                row(each.paper, frame.root, notes=(str(each),)) for each in today.standings[:MOST_RISING]
            ),
            revised=tuple(
                row(paper, frame.root, notes=(changed(paper),)) for paper in today.revised[:MOST_REVISED]
            ),
            topics=tuple(_topics(frame.root, today.topics)),
            feed=box(site, ALL),
        ),
    )


def changed(paper: Paper) -> str:
    """What was changed last in a paper that a reader would notice, and when; "" where nothing was."""
    noticed = [each for each in paper.revisions if each.weight is Weight.NOTICED]
    if not noticed:
        return ""
    last = max(each.seen_at for each in noticed).date()
    fields = dict.fromkeys(each.field for each in noticed if each.seen_at.date() == last)
    telling = [field for field in fields if field != "version"] or fields
    return f"{', '.join(map(field_name, telling))}, {short_day(last)}"


def _shown(day: Day, root: str) -> _Shown:
    papers = in_order(day)
    more = len(papers) > MOST_PAPERS
    return _Shown(
        name=long_day(day.date),
        summary=count(len(papers), "paper"),
        rows=tuple(day_row(day, paper, root) for paper in papers[:MOST_PAPERS]),
        whole_day=Tag(
            root + paths.day_path(day.date),
            f"All {len(papers):,} papers of the day" if more else "The page of the day",
        ),
    )


def _missing(freshness: Sequence[Freshness]) -> str:
    """How many lists should be there and are not; "" for none."""
    behind = [entry for fresh in freshness for entry in fresh.behind if entry.verdict is not Verdict.WAITING]
    return f"{count(len(behind), 'list')} missing" if behind else ""


def _source(fresh: Freshness) -> _Source:
    """A source's freshness; what was wrong in detail stands in the status."""
    late: dict[tuple[date, Verdict], list[str]] = {}
    for entry in fresh.behind:
        late.setdefault((entry.date, entry.verdict), []).append(section_name(entry.section))
    behind = (
        f"{named(sections, MOST_SECTIONS)} of {short_day(day)}: {verdict.value} ({VERDICTS[verdict]})"
        for (day, verdict), sections in late.items()
    )
    return _Source(
        name=source_name(fresh.source),
        newest=plain_day(fresh.newest) if fresh.newest else "",
        read_at=moment(fresh.read_at),
        behind=tuple(behind),
    )


def _topics(root: str, topics: Sequence[Counted]) -> Iterator[tuple[Tag, int]]:
    for topic, papers in topics:
        yield Tag(root + paths.topic_path(topic.slug), one_line(topic.title) or topic.slug), papers
