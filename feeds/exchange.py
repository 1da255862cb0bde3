"""What other programs get: papers, topics and the ledger as JSON objects, the same in commands and in the API."""

from __future__ import annotations

from datetime import UTC, date, datetime

from feeds.links import links
from models.papers import Appearance, Observation, Paper, Revision, Weight
from models.topics.topic import Topic
from models.verdicts import Entry

_URL_NAMES = {
    "arXiv": "arxiv",
    "PDF": "pdf",
    "DOI": "doi",
    "Published": "published",
    "Hugging Face": "huggingface",
    "Code": "code",
}


def as_object(paper: Paper) -> dict[str, object]:
    """A paper with its history as a JSON object; times are UTC as `2025-10-01T12:00:03Z`.

    Enrichments, what became known later without the paper changing, are not among its revisions. `original`
    holds the fields that a source gives in TeX, `provenance` the source of each field (`*`: of all others).
    """
    return {
        "type": "paper",
        "seq": paper.seq,
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "categories": list(paper.categories),
        "published_at": moment(paper.published_at),
        "first_listed": day(paper.first_listed),
        "announced_at": moment(paper.announced_at),
        "updated_at": moment(paper.updated_at),
        "votes": paper.votes,
        "comments": paper.comments,
        "stars": paper.stars,
        "version": paper.version,
        "versions": [moment(came) for came in paper.versions],
        "withdrawn": paper.withdrawn,
        "comment": paper.comment,
        "journal_ref": paper.journal_ref,
        "doi": paper.doi,
        "license": paper.license,
        "summary": paper.summary,
        "keywords": list(paper.keywords),
        "organization": paper.organization,
        "submitter": paper.submitter,
        "original": dict(paper.originals),
        "provenance": dict(paper.provenance),
        "urls": {_url_name(link.title): link.href for link in links(paper)},
        "appearances": [_appearance(found) for found in paper.appearances],
        "revisions": [
            revision_as_object(found) for found in paper.revisions if found.weight is not Weight.ENRICHMENT
        ],
        "observations": [_observation(found) for found in paper.observations],
    }


def moment(at: datetime | None) -> str | None:
    """A time as RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def day(of: date | None) -> str | None:
    """A date as `2025-10-01`."""
    return of.isoformat() if of else None


def _url_name(title: str) -> str:
    return _URL_NAMES.get(title, title.split()[0].lower())


def _appearance(found: Appearance) -> dict[str, object]:
    return {
        "source": found.source,
        "date": day(found.date),
        "section": found.section,
        "rank": found.rank,
        "removed_at": moment(found.removed_at),
    }


def revision_as_object(found: Revision) -> dict[str, object]:
    """One field that changed, with its old and new value."""
    return {
        "field": found.field,
        "old": found.old,
        "new": found.new,
        "seen_at": moment(found.seen_at),
        "source": found.source,
    }


def _observation(found: Observation) -> dict[str, object]:
    return {"at": moment(found.at), "votes": found.votes, "comments": found.comments, "stars": found.stars}


def ledger_row(entry: Entry) -> dict[str, object]:
    """A row of the ledger as a JSON object."""
    return {
        "source": entry.source,
        "section": entry.section,
        "date": day(entry.date),
        "declared": entry.declared,
        "parsed": entry.parsed,
        "new": entry.new,
        "revised": entry.revised,
        "unchanged": entry.unchanged,
        "removed": entry.removed,
        "verdict": entry.verdict.value,
        "via": entry.via,
        "read_at": moment(entry.read_at),
        "good_at": moment(entry.good_at),
        "error": entry.error,
    }


def topic_as_object(topic: Topic) -> dict[str, object]:
    """A topic, and by what its papers are chosen."""
    likeness = topic.likeness
    return {
        "slug": topic.slug,
        "title": topic.title,
        "description": topic.description,
        "rule": str(topic.rule) if topic.rule else None,
        "digest": topic.rule.digest if topic.rule else None,
        "about": likeness.about if likeness else "",
        "like": list(likeness.like) if likeness else [],
        "unlike": list(likeness.unlike) if likeness else [],
        "search": topic.search,
        "categories": list(topic.categories),
    }
