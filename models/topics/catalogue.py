"""The topics of an installation: reads topics.toml, and says in one line what is wrong with it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models.errors import TopicsError
from models.topics.rules import Rule, parse
from models.topics.words import spelt

LONGEST_SLUG = 40
RESERVED_SLUGS = frozenset({"all", "trending", "index", "combined"})
"""Feeds and pages that are no topic's."""

REVISIONS_SUFFIX = "-revisions"
"""A topic's feed of revisions stands beside its feed under this name."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a feed is about. `slug` names its files and never changes; `rule` chooses its papers.

    `categories` are those of arXiv that have to be read for it.
    """

    slug: str
    title: str
    description: str
    rule: Rule
    categories: tuple[str, ...] = ()


def shipped_path() -> Path:
    """The topics.toml that comes with the program: the wheel's copy, else that of the checkout."""
    packaged = Path(__file__).with_name("topics.toml")
    return packaged if packaged.exists() else Path(__file__).parents[2] / "topics.toml"


def load(path: Path) -> tuple[Topic, ...]:
    """The topics of a file in its order. Raises TopicsError, which names the file and the topic."""
    try:
        return loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise TopicsError(f"{path}: no such file; PAPERROUND_TOPICS says where it is") from error
    except OSError as error:
        raise TopicsError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TopicsError(f"{path}: not UTF-8 at byte {error.start + 1}") from error
    except TopicsError as error:
        raise TopicsError(f"{path}: {error}") from error


def loads(text: str) -> tuple[Topic, ...]:
    """The topics that a TOML text states, in its order. Raises TopicsError, which names the topic."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TopicsError(f"not TOML: {error}") from error
    except RecursionError as error:
        raise TopicsError("not TOML: brackets in brackets without end") from error
    _know(tables, ("topic",), "the file")
    entries = tables.get("topic", [])
    if not isinstance(entries, list):
        raise TopicsError("topic is not a list: write each topic under a line [[topic]]")
    topics = tuple(_topic(entry, number) for number, entry in enumerate(entries, start=1))
    _refuse_duplicates(topic.slug for topic in topics)
    return topics


_KEYS = ("slug", "title", "description", "rule")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _topic(entry: object, number: int) -> Topic:
    if not isinstance(entry, dict):
        raise TopicsError(f"topic number {number} is not a table: write it under a line [[topic]]")
    name = _name(entry.get("slug"), number)
    _know(entry, (*_KEYS, "categories"), name)
    slug, title, description, source = (_text(entry, key, name) for key in _KEYS)
    _check_slug(slug, name)
    try:
        rule = parse(source)
    except TopicsError as error:
        raise TopicsError(f"{name}: rule: {error}") from error
    return Topic(slug, " ".join(title.split()), " ".join(description.split()), rule, _categories(entry, name))


def _name(slug: object, number: int) -> str:
    usable = isinstance(slug, str) and _SLUG.fullmatch(slug) and len(slug) <= LONGEST_SLUG
    return f"topic {slug}" if usable else f"topic number {number}"


def _know(table: dict[str, object], keys: tuple[str, ...], name: str) -> None:
    unknown = next((key for key in table if key not in keys), None)
    if unknown is None:
        return
    nearest = difflib.get_close_matches(unknown, keys, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"known: {', '.join(keys)}"
    raise TopicsError(f"{name}: unknown key {unknown!r}; {hint}")


def _text(entry: dict[str, object], key: str, name: str) -> str:
    if key not in entry:
        raise TopicsError(f"{name}: {key} is missing")
    text = entry[key]
    if not isinstance(text, str):
        raise TopicsError(f"{name}: {key} is not a text: put it in quotes")
    if not text.strip():
        raise TopicsError(f"{name}: {key} is empty")
    return text


def _categories(entry: dict[str, object], name: str) -> tuple[str, ...]:
    given = entry.get("categories", [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise TopicsError(f'{name}: categories is not a list of texts: write ["cs.CL", "cs.RO"]')
    return tuple(given)


def _check_slug(slug: str, name: str) -> None:
    if not _SLUG.fullmatch(slug):
        proposed = "-".join(spelt(slug))
        hint = f", as in {proposed}" if _SLUG.fullmatch(proposed) else ""
        raise TopicsError(f"{name}: slug {slug!r} is not of a-z, 0-9 and single hyphens{hint}")
    if len(slug) > LONGEST_SLUG:
        raise TopicsError(f"{name}: slug {slug} is longer than {LONGEST_SLUG} characters")
    if slug in RESERVED_SLUGS or slug.endswith(REVISIONS_SUFFIX):
        raise TopicsError(f"{name}: the program itself uses this slug; choose another")


def _refuse_duplicates(slugs: Iterable[str]) -> None:
    for slug, times in Counter(slugs).items():
        if times > 1:
            raise TopicsError(f"topic {slug}: {times} topics have this slug; give each its own")
