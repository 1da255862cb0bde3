"""How far publishing has come: so that the next one makes anew what has changed since, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import feeds
from feeds.files import publish as publish_file
from flows.steps.resources import Resources
from models.touched import NOTHING_YET, Mark

NAME = ".published"
"""The file in `public/` that tells it. It is written last: who keeps pages in memory looks here for news."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the published files were made from.

    `mark` is how far the database had come; `form` tells apart whatever else all of them depend on: this
    program, where the site stands. `topics` tells apart what topics say, `slugs` are those that had feeds and
    pages.
    """

    mark: Mark = NOTHING_YET
    form: str = ""
    topics: str = ""
    slugs: tuple[str, ...] = ()


def progress(resources: Resources) -> Progress:
    """How far the published files are; at the beginning where they were made in another form, or cannot tell."""
    known = _noted(resources.public)
    return known if known.form == form(resources) else Progress(slugs=known.slugs)


def _noted(public: Path) -> Progress:
    try:
        found = json.loads((public / NAME).read_bytes())
        return Progress(
            mark=Mark(*map(int, found["mark"])),
            form=str(found["form"]),
            topics=str(found["topics"]),
            slugs=tuple(map(str, found["slugs"])),
        )
    except (OSError, ValueError, TypeError, KeyError):  # none yet, or damaged: all is made anew
        return Progress()


def keep_progress(resources: Resources, mark: Mark) -> None:
    """Notes that everything is published as the database stood at a mark, and when: by the time of the file."""
    slugs = tuple(topic.slug for topic in resources.topics)
    if not _note(resources.public, Progress(mark, form(resources), topics(resources), slugs)):
        (resources.public / NAME).touch()


def forget_progress(public: Path) -> None:
    """Lets the next publishing make everything anew: the database was rebuilt. Which topics had feeds stays known."""
    if (public / NAME).exists():
        _note(public, Progress(slugs=_noted(public).slugs))


def _note(public: Path, progress: Progress) -> bool:
    return publish_file(public / NAME, json.dumps(asdict(progress)).encode())


def form(resources: Resources) -> str:
    """What every page depends on beside the database, as a digest."""
    return _digest([_program(), resources.public_url, resources.hub.url if resources.hub else ""])


def topics(resources: Resources) -> str:
    """What all topics say, as a digest: pages of papers do not depend on it."""
    told = [
        (topic.slug, topic.title, topic.description, str(topic.rule), topic.likeness)
        for topic in resources.topics
    ]
    return _digest([repr(told)])


@cache
def _program() -> str:
    """A digest of all that renders: another version may write the same papers in another way."""
    folder = Path(feeds.__file__).parent
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".pyo")
    )
    return _digest(path.read_text(errors="replace") for path in files)


def _digest(texts: Iterable[str]) -> str:
    found = sha256()
    for text in texts:
        found.update(sha256(text.encode()).digest())
    return found.hexdigest()[:16]
