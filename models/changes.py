"""Decides what a record changes of a stored paper, and how much that matters. Values in, values out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from models.papers import Weight
from models.records import Listing, PaperRecord
from models.text import same

Stored = Mapping[Any, Any]
"""A row of `papers`, by column name."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a paper and its new value, as the database keeps it; of a link `links.<relation>`."""

    field: str
    old: object
    new: object
    weight: Weight


class Counters(NamedTuple):
    """What a paper's counters stand at; None where no listing has said."""

    votes: int | None = None
    comments: int | None = None
    stars: int | None = None


def content_hash(record: PaperRecord) -> str:
    """A short hash of all that a record says of its paper, counters, rank and listing time apart.

    Texts hold no control characters, so that they separate. Of `published_at` only whether it is given
    counts, as for `changes`.
    """
    parts = (
        record.title,
        record.abstract,
        "\x1e".join(record.authors),
        "\x1e".join(record.categories),
        str(record.version),
        str(record.withdrawn),
        "\x1e".join(f"{relation} {url}" for relation, url in sorted(record.links.items())),
        str(record.published_at is None),
        record.summary,
        "\x1e".join(record.keywords),
        record.organization,
        record.submitter,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def changes(stored: Stored, record: PaperRecord) -> list[Change]:
    """What the record changes of the stored paper.

    A value that the record does not give changes nothing; one that was not known before is an
    enrichment; texts that differ in white space or TeX spacing alone are the same.
    """
    return [*_field_changes(stored, record), *_link_changes(stored, record)]


def _same_texts(old: object, new: object) -> bool:
    return (
        isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and all(map(same, old, new))
    )


def _same_text(old: object, new: object) -> bool:
    return same(str(old), str(new))


def _equal(old: object, new: object) -> bool:
    return old == new


def _not_newer(old: object, new: object) -> bool:
    return isinstance(old, int) and isinstance(new, int) and new <= old


def _known(*_values: object) -> bool:
    """Once known, kept: sites have changed what they give for it without the paper changing."""
    return True


_FIELDS: tuple[tuple[str, Weight, Callable[[object, object], bool]], ...] = (
    ("title", Weight.NOTICED, _same_text),
    ("abstract", Weight.NOTICED, _same_text),
    ("authors", Weight.NOTICED, _same_texts),
    ("version", Weight.NOTICED, _not_newer),
    ("withdrawn", Weight.NOTICED, _equal),
    ("categories", Weight.MINOR, _equal),
    ("summary", Weight.ENRICHMENT, _same_text),
    ("keywords", Weight.ENRICHMENT, _same_texts),
    ("organization", Weight.ENRICHMENT, _equal),
    ("submitter", Weight.ENRICHMENT, _equal),
    ("published_at", Weight.ENRICHMENT, _known),
)
_UNKNOWN: tuple[object, ...] = (None, "", [])


def _field_changes(stored: Stored, record: PaperRecord) -> Iterator[Change]:
    for name, weight, is_unchanged in _FIELDS:
        old, new = stored[name], as_json(getattr(record, name))
        if new in _UNKNOWN:
            continue
        if old in _UNKNOWN:
            yield Change(name, old, new, Weight.ENRICHMENT)
        elif not is_unchanged(old, new):
            yield Change(name, old, new, weight)


def _link_changes(stored: Stored, record: PaperRecord) -> Iterator[Change]:
    known = stored["links"]
    for relation, new in sorted(record.links.items()):
        old = known.get(relation)
        if new and new != old:
            yield Change(f"links.{relation}", old, new, Weight.MINOR if old else Weight.ENRICHMENT)


def as_json(value: object) -> object:
    """A record's value in the shape that the database keeps."""
    return list(value) if isinstance(value, tuple) else value


def applied(stored: Stored, found: Sequence[Change]) -> dict[str, Any]:
    """The columns of a stored paper after the changes."""
    row: dict[str, Any] = {**stored, "links": dict(stored["links"])}
    for change in found:
        field, _, relation = change.field.partition(".")
        if relation:
            row["links"][relation] = change.new
        else:
            row[field] = change.new
    return row


def may_announce(first_listed: date | None, listing: Listing, whole_day: bool) -> bool:
    """Whether a listing can be an earlier announcement of a paper than the one known, if any is."""
    return first_listed is None or (whole_day and listing.date < first_listed)


def announcement(record: PaperRecord, listing: Listing, whole_day: bool) -> tuple[date, datetime] | None:
    """The day and moment (UTC) at which a listing announced a paper; None where it does not say.

    On a whole day's list the day is the listing's own. A site that gives only a date gets the seconds
    before one o'clock by rank, so that a day's papers keep their order.
    """
    moment = record.listed_at
    if not whole_day:
        return (moment.date(), moment) if moment else None
    midnight = datetime.combine(listing.date, time(), UTC)
    if moment and moment.date() == listing.date and moment != midnight:
        return listing.date, moment
    return listing.date, midnight + timedelta(seconds=max(0, 300 - record.rank))


def counters(known: Counters, record: PaperRecord) -> Counters:
    """Votes, comments and stars after the record; what it does not say stays as it was."""
    return Counters(
        known.votes if record.votes is None else record.votes,
        known.comments if record.comments is None else record.comments,
        known.stars if record.stars is None else record.stars,
    )
