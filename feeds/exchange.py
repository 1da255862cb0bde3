"""Papers for other programs: JSON objects and BibTeX entries."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from feeds.links import is_arxiv, links
from feeds.text import one_line
from models.papers import Appearance, Observation, Paper, Revision, Weight

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
        "revisions": [_revision(found) for found in paper.revisions if found.weight is not Weight.ENRICHMENT],
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


def _revision(found: Revision) -> dict[str, object]:
    return {
        "field": found.field,
        "old": found.old,
        "new": found.new,
        "seen_at": moment(found.seen_at),
        "source": found.source,
    }


def _observation(found: Observation) -> dict[str, object]:
    return {"at": moment(found.at), "votes": found.votes, "comments": found.comments, "stars": found.stars}


_MATHS = re.compile(r"(\$[^$]*\$)")
_SPECIAL = re.compile(r"(?<!\\)([&%#_$])")


def bibtex(paper: Paper) -> str:
    """A paper as a BibTeX entry of type misc, with its arXiv number as `eprint` where it has one."""
    year = (paper.published_at or paper.announced_at or datetime(1, 1, 1, tzinfo=UTC)).year
    fields = {
        "title": f"{{{_tex(paper.title)}}}",
        "author": " and ".join(_tex(name) for name in paper.authors),
        "year": str(year) if year > 1 else "",
        **_eprint(paper),
        "doi": paper.doi or ("" if is_arxiv(paper.id) else paper.id),
        "note": _tex(paper.journal_ref),
        "url": next((link.href for link in links(paper)), ""),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(paper, year)},", *lines, "}", ""])


def _eprint(paper: Paper) -> dict[str, str]:
    if not is_arxiv(paper.id):
        return {}
    primary = paper.categories[0] if paper.categories else ""
    return {"eprint": paper.id, "archiveprefix": "arXiv", "primaryclass": primary}


def _key(paper: Paper, year: int) -> str:
    name = re.sub(r"[^a-z]", "", paper.authors[0].split()[-1].lower()) if paper.authors else ""
    return f"{name or 'anonymous'}{year}-{paper.id}"


def _tex(text: str) -> str:
    """Text whose special characters TeX takes as they are; formulas stay formulas; BibTeX counts braces."""
    parts = _MATHS.split(one_line(text))
    escaped = "".join(part if part.startswith("$") else _SPECIAL.sub(r"\\\1", part) for part in parts)
    return escaped if _is_balanced(escaped) else re.sub("[{}]", "", escaped)


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0
