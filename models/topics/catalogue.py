"""The topics of an installation: reads topics.toml, and says in one line what is wrong with it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from models.errors import TopicsError
from models.identity import paper_id
from models.topics.rules import Rule, parse
from models.topics.topic import MOST_SIMILAR, Likeness, Topic
from models.topics.words import spelt

Table = Mapping[str, object]

LONGEST_SLUG = 40
LONGEST_SEARCH = 250
"""What the search box of Hugging Face takes."""
_MOST_A_DAY = 50
RESERVED_SLUGS = frozenset({"all", "trending", "index", "combined"})
"""Feeds and pages that are no topic's."""

REVISIONS_SUFFIX = "-revisions"
"""A topic's feed of revisions stands beside its feed under this name."""


def shipped_path() -> Path:
    """The topics.toml that comes with the program: the wheel's copy, else that of the checkout."""
    packaged = Path(__file__).with_name("topics.toml")
    return packaged if packaged.exists() else Path(__file__).parents[2] / "topics.toml"


def load(path: Path) -> tuple[Topic, ...]:
    """The topics of a file in its order. Raises TopicsError, which names the file and the topic."""
    try:
        return loads(_read(path))
    except TopicsError as error:
        raise TopicsError(f"{path}: {error}") from error


def mistakes(path: Path) -> list[str]:
    """All that is wrong with a file, a sentence each; none where it can be loaded."""
    try:
        return [str(error) for error in _entries(_read(path)) if isinstance(error, TopicsError)]
    except TopicsError as error:
        return [str(error)]


def loads(text: str) -> tuple[Topic, ...]:
    """The topics that a TOML text states, in its order.

    Raises TopicsError for the first mistake; it names the topic, and says how many more there are.
    """
    found = _entries(text)
    wrong = [str(error) for error in found if isinstance(error, TopicsError)]
    if wrong:
        others = f" ({len(wrong) - 1} more: `paperround topics check`)" if len(wrong) > 1 else ""
        raise TopicsError(wrong[0] + others)
    return tuple(topic for topic in found if isinstance(topic, Topic))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise TopicsError("no such file; PAPERROUND_TOPICS says where it is") from error
    except OSError as error:
        raise TopicsError(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TopicsError(f"not UTF-8 at byte {error.start + 1}") from error


def _entries(text: str) -> list[Topic | TopicsError]:
    """Each topic, or what is wrong with it; then the slugs that several have."""
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
    found = [_topic_or_mistake(entry, number) for number, entry in enumerate(entries, start=1)]
    return [*found, *_doubles(topic.slug for topic in found if isinstance(topic, Topic))]


def _topic_or_mistake(entry: object, number: int) -> Topic | TopicsError:
    try:
        return _topic(entry, number)
    except TopicsError as error:
        return error


_TEXTS = ("slug", "title", "description")
_BY_MEANING = ("about", "like")
_KEYS = (*_TEXTS, "rule", "categories", "search", *_BY_MEANING, "unlike", "most_similar")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _topic(entry: object, number: int) -> Topic:
    if not isinstance(entry, dict):
        raise TopicsError(f"topic number {number} is not a table: write it under a line [[topic]]")
    name = _name(entry.get("slug"), number)
    _know(entry, _KEYS, name)
    slug, title, description = (_text(entry, key, name) for key in _TEXTS)
    _check_slug(slug, name)
    return Topic(
        slug,
        _one_line(title),
        _one_line(description),
        _rule(entry, name),
        _texts(entry, "categories", name),
        _likeness(entry, name),
        _search(entry, name),
    )


def _rule(entry: Table, name: str) -> Rule | None:
    if "rule" not in entry and any(entry.get(key, []) != [] for key in _BY_MEANING):
        return None
    try:
        return parse(_text(entry, "rule", name))
    except TopicsError as error:
        message = str(error)
        raise TopicsError(message if message.startswith(name) else f"{name}: rule: {message}") from error


def _likeness(entry: Table, name: str) -> Likeness | None:
    given = Likeness(
        _one_line(_text(entry, "about", name)) if "about" in entry else "",
        _papers(entry, "like", name),
        _papers(entry, "unlike", name),
        _count(entry, "most_similar", name),
    )
    if given.about or given.like:
        return given
    lonely = next((key for key in ("unlike", "most_similar") if key in entry), None)
    if lonely:
        raise TopicsError(f"{name}: {lonely} says nothing without about or like")
    return None


def _papers(entry: Table, key: str, name: str) -> tuple[str, ...]:
    found = []
    for text in _texts(entry, key, name):
        known = paper_id(text)
        if known is None:
            raise TopicsError(f'{name}: {key}: {text!r} is no id of a paper, such as "2401.15947"')
        found.append(known[0])
    return tuple(dict.fromkeys(found))


def _count(entry: Table, key: str, name: str) -> int:
    given = entry.get(key, MOST_SIMILAR)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 < given <= _MOST_A_DAY:
        raise TopicsError(f"{name}: {key} is not a number from 1 to {_MOST_A_DAY}")
    return given


def _search(entry: Table, name: str) -> str:
    text = _one_line(_text(entry, "search", name)) if "search" in entry else ""
    if len(text) > LONGEST_SEARCH:
        raise TopicsError(f"{name}: search has {len(text)} characters; the site takes {LONGEST_SEARCH}")
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _name(slug: object, number: int) -> str:
    usable = isinstance(slug, str) and _SLUG.fullmatch(slug) and len(slug) <= LONGEST_SLUG
    return f"topic {slug}" if usable else f"topic number {number}"


def _know(table: Table, keys: tuple[str, ...], name: str) -> None:
    unknown = next((key for key in table if key not in keys), None)
    if unknown is None:
        return
    nearest = difflib.get_close_matches(unknown, keys, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"known: {', '.join(keys)}"
    raise TopicsError(f"{name}: unknown key {unknown!r}; {hint}")


def _text(entry: Table, key: str, name: str) -> str:
    if key not in entry:
        raise TopicsError(f"{name}: {key} is missing")
    text = entry[key]
    if not isinstance(text, str):
        raise TopicsError(f"{name}: {key} is not a text: put it in quotes")
    if not text.strip():
        raise TopicsError(f"{name}: {key} is empty")
    return text


def _texts(entry: Table, key: str, name: str) -> tuple[str, ...]:
    given = entry.get(key, [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        example = '["cs.CL", "cs.RO"]' if key == "categories" else '["2401.15947", "2401.04088"]'
        raise TopicsError(f"{name}: {key} is not a list of texts: write {example}")
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


def _doubles(slugs: Iterable[str]) -> Iterator[TopicsError]:
    for slug, times in Counter(slugs).items():
        if times > 1:
            yield TopicsError(f"topic {slug}: {times} topics have this slug; give each its own")
