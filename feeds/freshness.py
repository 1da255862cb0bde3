"""How old the news of a feed is, in one line that changes only when something was learned (rule 8)."""

from __future__ import annotations

from collections.abc import Sequence

from feeds.naming import named, source_name
from feeds.text import one_line
from feeds.times import day_in_words
from models.freshness import Freshness
from models.records import Verdict

_SAID = {
    Verdict.STALLED: "not yet read: stalled",
    Verdict.FAILED: "not yet read: failed",
    Verdict.PARTIAL: "read in part",
}
_NAMED_SECTIONS = 5


def told(news: Sequence[Freshness]) -> str:
    """Up to which day the sources were read, and what is missing; "" where nothing is known of any.

    It holds dates, sections and verdicts, and no time of reading: to look again and learn nothing changes no
    byte of a feed. That a listing is not out yet is no news either.
    """
    lines = "; ".join(map(_of_source, news))
    return f"{lines}." if lines else ""


def _of_source(news: Freshness) -> str:
    name = source_name(news.source)
    line = f"{name} up to {day_in_words(news.newest)}" if news.newest else f"{name} not yet read"
    missing = "; ".join(_missing(news))
    return f"{line} ({missing})" if missing else line


def _missing(news: Freshness) -> list[str]:
    """By verdict the sections that lack in the newest list; of a later one, the date alone tells the lack."""
    never = [entry for entry in news.behind if entry.date == news.newest and entry.good_at is None]
    latest = {entry.section: entry.verdict for entry in never}
    by_verdict: dict[str, list[str]] = {}
    for section in sorted(latest):
        if said := _SAID.get(latest[section]):
            by_verdict.setdefault(said, []).append(one_line(section))
    return [f"{named(sections, _NAMED_SECTIONS)} {said}" for said, sections in sorted(by_verdict.items())]
