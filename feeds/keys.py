"""Keys under which what was rendered is kept: digests of all that it was made from."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import models.text
from feeds.rendering import TEMPLATES

_WRITERS = ("feedgen", "jinja2", "lxml", "markupsafe")
_TEMPLATES = ("entry.html", "revision.html")
_HERE = Path(__file__).parent


def key(*values: object) -> str:
    """A key of plain values (texts, numbers, times, dataclasses and tuples of them), and of how we render.

    Equal values give equal keys in every process of the same installed program; a changed template, line of
    this folder or version of a writer gives others.
    """
    text = repr(values).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(text, digest_size=20, key=_rendering()).hexdigest()


@cache
def _rendering() -> bytes:
    """A digest of what renders."""
    found = hashlib.blake2b(digest_size=32)
    for path in (
        *sorted(_HERE.glob("*.py")),
        *map(TEMPLATES.joinpath, _TEMPLATES),
        Path(models.text.__file__),
    ):
        found.update(path.name.encode() + path.read_bytes())
    found.update(" ".join(f"{name} {version(name)}" for name in _WRITERS).encode())
    return found.digest()
