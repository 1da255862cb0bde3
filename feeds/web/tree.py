"""The published files in memory, each read again when it has changed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from feeds.site.frame import Site
from feeds.web.media import Kind, kind_of
from feeds.web.pages import with_form
from feeds.web.places import Elsewhere, Signature, locate, read, signature
from feeds.web.representation import Representation, represent

PUBLISHED = ".published"
"""The file that the publisher writes anew when all others are written."""
BUDGET_BYTES = 128 * 2**20
_LOOKS_EVERY_SECONDS = 1.0
_LOOKS_ANYWAY_SECONDS = 60.0


@dataclass(slots=True)
class File:
    """A file of the site, ready to be sent; `checked` is the generation in which its `name` was last looked at."""

    kind: Kind
    representation: Representation
    name: str
    signature: Signature
    checked: int


class Tree:
    """The files below a folder by the paths of their URLs.

    Whether there is something new is asked once a second, of `.published`; while that is as it was, a file is
    looked at once a minute. Where it is missing, each file is looked at once a second. So a change is seen a
    second after `.published` was written, at the latest after a minute. Files are kept in memory up to a budget, those that were asked for longest ago
    leave first. Pages get the search form. Not for several threads.
    """

    def __init__(
        self,
        root: Path,
        site: Site,
        clock: Callable[[], float],
        budget_bytes: int = BUDGET_BYTES,
    ) -> None:
        self._root = root
        self._site = site
        self._published = str(root / PUBLISHED)
        self._clock = clock
        self._budget = budget_bytes
        self._files: OrderedDict[str, File] = OrderedDict()
        self._reading = asyncio.Lock()
        self._generation = 0
        self._mark: Signature | None = None
        self._next_look = self._look_anyway = float("-inf")
        self.size = 0
        """The bytes that are kept in memory."""

    def __len__(self) -> int:
        return len(self._files)

    @property
    def published_at(self) -> float | None:
        """When (seconds since 1970) the last publishing ended; None where that is not known."""
        mark = signature(self._published)
        return mark.modified_ns / 1e9 if mark else None

    @property
    def has_anything(self) -> bool:
        """Whether anything is published."""
        return locate(self._root, "/") is not None or (self._root / "feeds").is_dir()

    def known(self, path: str) -> File | None:
        """The file at a path of a URL (decoded, from `/` on), if it is in memory and has not changed."""
        file = self._files.get(path)
        if file is None:
            return None
        if file.checked != self._current():
            if signature(file.name) != file.signature:
                self._forget(path)
                return None
            file.checked = self._generation
        self._files.move_to_end(path)
        return file

    async def find(self, path: str) -> File | Elsewhere | None:
        """The file at a path, read where it has to be; where it is instead; or None for what is not there."""
        if file := self.known(path):
            return file
        found = locate(self._root, path)
        if not isinstance(found, str):
            return found
        async with self._reading:  # one at a time: after a publishing, many ask for the same
            return self.known(path) or await self._read(path, found)

    async def _read(self, path: str, target: str) -> File | None:
        generation = self._current()
        file = await asyncio.to_thread(self._load, path, target, generation)
        if file is not None:
            self._keep(path, file)
        return file

    def _load(self, path: str, target: str, generation: int) -> File | None:
        found = read(target)
        if found is None:
            return None
        body, came = found
        name = f"{path}index.html" if path.endswith("/") else path
        kind = kind_of(name)
        if kind.name == "page":
            body = with_form(body, self._site)
        made = represent(body, kind, came.modified_ns // 10**9)
        return File(kind, made, f"{self._root}{name}", came, generation)

    def _keep(self, path: str, file: File) -> None:
        self._forget(path)
        if file.representation.size > self._budget:
            return
        self._files[path] = file
        self.size += file.representation.size
        while self.size > self._budget:
            self._forget(next(iter(self._files)))

    def _forget(self, path: str) -> None:
        file = self._files.pop(path, None)
        if file is not None:
            self.size -= file.representation.size

    def _current(self) -> int:
        """The number of the present generation; another one begins with each publishing."""
        now = self._clock()
        if now >= self._next_look:
            self._next_look = now + _LOOKS_EVERY_SECONDS
            mark = signature(self._published)
            if mark is None or mark != self._mark or now >= self._look_anyway:
                self._mark = mark
                self._look_anyway = now + _LOOKS_ANYWAY_SECONDS
                self._generation += 1
        return self._generation
