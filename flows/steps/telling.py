"""What became of a listing, in a sentence with its counts: for the log of a run."""

from __future__ import annotations

from models.records import BAD, Verdict
from models.verdicts import Entry

_WAYS = {
    "api": "its API",
    "calendar": "the calendar",
    "catchup": "its catchup page",
    "month": "its list of the month",
    "oai": "OAI-PMH",
    "page": "its page",
    "rss": "its RSS feed",
}

_NOTHING = {Verdict.QUIET: "nothing that day", Verdict.WAITING: "not out yet"}


def as_sentence(entry: Entry) -> str:
    """`huggingface daily 2025-10-01: 38 declared, 38 read, 38 new, by its page`; with what was wrong, where anything was.

    What is not there: `arxiv cs.CL 2025-10-04: nothing that day, by the calendar`, or the verdict with its reason.
    """
    if entry.verdict in BAD:
        return f"{entry.listing}: {entry.verdict}: {entry.error}"
    wrong = f" ({entry.error})" if entry.error else ""
    if entry.verdict in _NOTHING:
        return f"{entry.listing}: {_NOTHING[entry.verdict]}, by {_way(entry)}{wrong}"
    counts = {name: getattr(entry, name) for name in ("new", "revised", "removed", "unchanged")}
    told = [f"{entry.declared:,} declared", f"{entry.parsed:,} read"]
    told += [f"{number:,} {name}" for name, number in counts.items() if number]
    verdict = "" if entry.verdict is Verdict.FRESH else f"{entry.verdict}: "
    return f"{entry.listing}: {verdict}{', '.join(told)}, by {_way(entry)}{wrong}"


def _way(entry: Entry) -> str:
    return _WAYS.get(entry.via, entry.via)
