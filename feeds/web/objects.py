"""What the API tells, as JSON objects: those of feeds.exchange, with what only a site can add."""

from __future__ import annotations

from datetime import datetime

from feeds.condition import Condition, troubles
from feeds.exchange import day, moment, revision_as_object, topic_as_object
from feeds.formats import FORMATS
from feeds.site.frame import Site
from feeds.site.paths import feed_path
from feeds.web.library import Change
from models.mail.delivery import State
from models.overdue import Overdue
from models.run import Run
from models.topics.topic import Topic


def change(of: Change) -> dict[str, object]:
    """A revision as papers have it, with the paper's id and `seq`."""
    return {"id": of.paper_id, "seq": of.seq, **revision_as_object(of.revision)}


def topic(of: Topic, site: Site) -> dict[str, object]:
    """A topic with the addresses of its feeds."""
    addresses = {form.extension: site.url(feed_path(of.slug, form.extension)) for form in FORMATS}
    return {**topic_as_object(of), "feeds": addresses}


def condition(found: Condition) -> dict[str, object]:
    """How it stands now; of failures the number alone, since what they say is the operator's."""
    return {
        "at": moment(found.at),
        "troubles": list(troubles(found)),
        "sources": [
            {"source": each.source, "newest": day(each.newest), "read_at": moment(each.read_at)}
            for each in found.freshness
        ],
        "overdue": [_overdue(each) for each in found.overdue],
        "runs": [
            {"last": _run(begun, found.at), "last_ended": _run(ended, found.at) if ended else None}
            for begun, ended in found.runs.values()
        ],
        "letters": {state.value: found.letters[state] for state in State if state in found.letters},
    }


def _overdue(each: Overdue) -> dict[str, object]:
    entry = each.entry
    return {
        "source": each.listing.source,
        "section": each.listing.section,
        "date": day(each.listing.date),
        "since": moment(each.since),
        "asked": each.was_asked_for,
        "verdict": entry.verdict.value if entry else None,
        "read_at": moment(entry.read_at) if entry else None,
    }


def _run(run: Run, now: datetime) -> dict[str, object]:
    return {
        "kind": run.kind.value,
        "began_at": moment(run.began_at),
        "ended_at": moment(run.ended_at),
        "course": run.course(now).value,
        "failures": len(run.failures),
        "counts": dict(run.counts),
    }
