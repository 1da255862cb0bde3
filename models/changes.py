"""Decides what a record changes of a stored paper, and how much that matters. Values in, values out.

A field is the best source's: what a source says goes before what a less trusted one has said, and an
empty value before nothing. So the order in which sources are read makes no difference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from models.announcing import REPLACEMENT
from models.papers import Weight
from models.records import PaperRecord
from models.tex import displayed
from models.text import same
from models.trust import outranks

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


@dataclass(slots=True)
class Merged:
    """A stored paper after a record: its columns, and what of that is news."""

    row: dict[str, Any]
    changes: list[Change] = field(default_factory=list)


def content_hash(record: PaperRecord) -> str:
    """A short hash of all that a record says of its paper; counters, and its place on the listing, apart.

    Texts hold no control characters, so that they separate. Of `published_at` only whether it is given
    counts, as for `merged`.
    """
    parts = (
        record.title,
        record.abstract,
        "\x1e".join(record.authors),
        "\x1e".join(record.categories),
        str(record.version),
        str(len(record.versions)),
        str(record.withdrawn),
        record.comment,
        record.journal_ref,
        record.doi,
        record.license,
        "\x1e".join(f"{relation} {url}" for relation, url in sorted(record.links.items())),
        str(record.published_at is None),
        record.summary,
        "\x1e".join(record.keywords),
        record.organization,
        record.submitter,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def first_row(record: PaperRecord, source: str) -> dict[str, Any]:
    """The columns of a paper that no source has spoken of before."""
    row: dict[str, Any] = {"id": record.id, "links": {}, "originals": {}, "provenance": {ALL: source}}
    for rule in _RULES:
        row[rule.name] = _taken(row, rule.name, record)
    if record.withdrawn is not None:
        row["provenance"]["withdrawn"] = source
    row["withdrawn"] = bool(record.withdrawn)
    row["links"] = {relation: url for relation, url in record.links.items() if url}
    return row


def merged(stored: Stored, record: PaperRecord, source: str) -> Merged:
    """The stored paper after what a source says of it in a record.

    A value that the record does not give changes nothing, nor does one of a source less trusted than the
    one that the value is from; one that was not known before, or that a better source corrects, is an
    enrichment; texts that differ in white space or TeX spacing alone are the same.
    """
    copies = {name: dict(stored[name]) for name in ("links", "originals", "provenance")}
    found = Merged({**stored, **copies})
    for rule in _RULES:
        _merge_field(found, rule, record, source)
    for relation, url in sorted(record.links.items()):
        _merge_link(found, relation, url, source)
    return found


def holder(provenance: Mapping[str, str], name: str) -> str:
    """The source that a field of a paper is from."""
    return provenance.get(name) or provenance.get(ALL, "")


ALL = "*"
"""Names in a paper's provenance the source of all fields that it does not name."""


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


def _not_longer(old: object, new: object) -> bool:
    return isinstance(old, list) and isinstance(new, list) and len(new) <= len(old)


def _known(*_values: object) -> bool:
    """Once known, kept: sites have changed what they give for it without the paper changing."""
    return True


class _Rule(NamedTuple):
    """How much a change of a field matters, and which values count as the same."""

    name: str
    weight: Weight
    is_unchanged: Callable[[object, object], bool]


_RULES = (
    _Rule("title", Weight.NOTICED, _same_text),
    _Rule("abstract", Weight.NOTICED, _same_text),
    _Rule("authors", Weight.NOTICED, _same_texts),
    _Rule("version", Weight.NOTICED, _not_newer),
    _Rule("withdrawn", Weight.NOTICED, _equal),
    _Rule("categories", Weight.MINOR, _equal),
    _Rule("comment", Weight.MINOR, _same_text),
    _Rule("journal_ref", Weight.MINOR, _same_text),
    _Rule("doi", Weight.MINOR, _equal),
    _Rule("license", Weight.ENRICHMENT, _equal),
    _Rule("versions", Weight.ENRICHMENT, _not_longer),
    _Rule("summary", Weight.ENRICHMENT, _same_text),
    _Rule("keywords", Weight.ENRICHMENT, _same_texts),
    _Rule("organization", Weight.ENRICHMENT, _equal),
    _Rule("submitter", Weight.ENRICHMENT, _equal),
    _Rule("published_at", Weight.ENRICHMENT, _known),
)
_UNKNOWN: tuple[object, ...] = (None, "", [])
_IN_TEX = frozenset({"title", "abstract", "authors", "comment", "journal_ref"})


def _merge_field(found: Merged, rule: _Rule, record: PaperRecord, source: str) -> None:
    name, row = rule.name, found.row
    if as_json(getattr(record, name)) in _UNKNOWN:
        return
    old, by = row[name], _holder(row, name)
    originals = row["originals"].copy()
    new = _taken(row, name, record)
    if is_cut(old, new):
        by = ""  # what is not whole is not known
    if is_cut(new, old) or (by and outranks(by, source)) or (by == source and _is_same(rule, old, new)):
        row["originals"] = originals  # the text as it came stays beside what is shown of it
        return
    row[name] = new
    if name == "withdrawn" or holder(row["provenance"], name) != source:
        row["provenance"][name] = source
    if new != old and not _is_same(rule, old, new):
        found.changes.append(Change(name, old, new, _weight(rule, by, source, record)))


def is_cut(names: object, whole: object) -> bool:
    """arXiv's listings end a list of authors after the hundredth without a word."""
    if not isinstance(names, list) or not isinstance(whole, list):
        return False
    return len(names) == MOST_LISTED < len(whole) and _same_texts(names, whole[:MOST_LISTED])


MOST_LISTED = 100
"""So many authors at most stand on a listing of arXiv."""


def _holder(row: Mapping[str, Any], name: str) -> str:
    """The source of a known value; "" where none is known. A paper is not withdrawn until one says so."""
    if name == "withdrawn":
        return str(row["provenance"].get(name, ""))
    return "" if row[name] in _UNKNOWN else holder(row["provenance"], name)


def _taken(row: dict[str, Any], name: str, record: PaperRecord) -> object:
    """A record's value as it is kept: texts as a reader sees them, beside them the original in TeX."""
    given = as_json(getattr(record, name))
    if name not in _IN_TEX:
        return given
    shown = [displayed(text) for text in given] if isinstance(given, list) else displayed(str(given))
    if shown == given:
        row["originals"].pop(name, None)
    else:
        row["originals"][name] = given
    return shown


def _is_same(rule: _Rule, old: object, new: object) -> bool:
    return old not in _UNKNOWN and rule.is_unchanged(old, new)


def _weight(rule: _Rule, by: str, source: str, record: PaperRecord) -> Weight:
    """What was not known, or corrects another source, is no edit of the paper; a replacement is one."""
    if not by and rule.name != "withdrawn":
        return Weight.ENRICHMENT
    if by and by != source and record.part != REPLACEMENT:
        return Weight.ENRICHMENT
    return rule.weight


def _merge_link(found: Merged, relation: str, url: str, source: str) -> None:
    name, row = f"links.{relation}", found.row
    old = row["links"].get(relation)
    by = holder(row["provenance"], name) if old else ""
    if not url or (by and outranks(by, source)):
        return
    if holder(row["provenance"], name) != source:
        row["provenance"][name] = source
    if url != old:
        row["links"][relation] = url
        weight = Weight.MINOR if by == source else Weight.ENRICHMENT
        found.changes.append(Change(name, old, url, weight))


def as_json(value: object) -> object:
    """A record's value in the shape that the database keeps."""
    if isinstance(value, tuple):
        return [each.isoformat() if isinstance(each, datetime) else each for each in value]
    return value


def counters(known: Counters, record: PaperRecord) -> Counters:
    """Votes, comments and stars after the record; what it does not say stays as it was."""
    return Counters(
        known.votes if record.votes is None else record.votes,
        known.comments if record.comments is None else record.comments,
        known.stars if record.stars is None else record.stars,
    )
