"""Feeds of several topics in one: each paper once, put together from the published feeds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

import anyio.to_thread
from fastapi import APIRouter, Path, Query

from feeds.combining import combine
from feeds.feed import Feed
from feeds.site.frame import Site
from feeds.site.paths import TOPICS, feed_path
from feeds.web.answers import Answer
from feeds.web.library import Library
from feeds.web.media import Kind, kind_of
from feeds.web.refusals import RefusalError
from feeds.web.representation import Representation, represent
from feeds.web.tree import File, Tree
from models.topics.topic import Topic

MOST_TOPICS = 50
_KEPT = 64
"""So many combinations are kept ready."""


@dataclass(frozen=True)
class CombinedFeed(Feed):
    """What a combination says of itself: its address names the topics, and its id depends on them."""

    topics: tuple[str, ...] = ()

    def url(self, extension: str) -> str:
        """Where it is served in the format that has this file name extension."""
        query = urlencode({"topics": ",".join(self.topics)}, safe=",")
        return f"{self.home_url}feeds/combined.{extension}?{query}"


class Combined:
    """The route `/feeds/combined.<format>` over published files."""

    def __init__(self, library: Library, site: Site, tree: Tree) -> None:
        self._library = library
        self._site = site
        self._tree = tree
        self._ready: OrderedDict[tuple[str, ...], Representation] = OrderedDict()

    def router(self) -> APIRouter:
        """The route; it is no part of the API's description."""
        router = APIRouter(include_in_schema=False)
        router.get("/feeds/combined.{extension}")(self.combined)
        return router

    async def combined(
        self,
        extension: Annotated[Literal["atom", "rss", "json"], Path()],
        topics: Annotated[str, Query()] = "",
    ) -> Answer:
        """The papers of the named topics (slugs, with commas between), in whatever order they are named."""
        chosen = _chosen(await anyio.to_thread.run_sync(self._library.topics), topics)
        files = [await self._file(f"/{feed_path(topic.slug, extension)}") for topic in chosen]
        key = (extension, *(topic.slug for topic in chosen), *(_tag(file) for file in files))
        made = self._ready.pop(key, None)
        if made is None:
            made = await anyio.to_thread.run_sync(self._made, extension, chosen, files)
        self._ready[key] = made
        while len(self._ready) > _KEPT:
            self._ready.popitem(last=False)
        return Answer(made)

    async def _file(self, path: str) -> File:
        file = await self._tree.find(path)
        if not isinstance(file, File):
            raise RefusalError(503, "The feed of one of these topics is not published yet; try again later.")
        return file

    def _made(self, extension: str, topics: Sequence[Topic], files: Sequence[File]) -> Representation:
        installation, created_at = self._library.installation()
        slugs = tuple(topic.slug for topic in topics)
        head = CombinedFeed(
            slug=f"combined:{','.join(slugs)}",
            title=" · ".join(topic.title for topic in topics),
            description=f"Papers of {len(topics)} topics, each once.",
            public_url=self._site.public_url,
            installation=installation,
            created_at=created_at,
            page=TOPICS,
            topics=slugs,
        )
        document = combine(extension, [file.representation.content for file in files], head)
        newest = max(file.representation.modified or 0 for file in files)
        return represent(document, _kind(extension), newest)


def _kind(extension: str) -> Kind:
    return kind_of(f"/feeds/combined.{extension}")


def _tag(file: File) -> str:
    return file.representation.plain.etag.decode()


def _chosen(topics: Sequence[Topic], text: str) -> list[Topic]:
    """The topics that are named, by slug: one combination is one feed, in whatever order it is asked for."""
    named = {slug.strip() for slug in text.split(",")} - {""}
    if not named:
        raise RefusalError(400, "topics: name the slugs of topics, with commas between.")
    if len(named) > MOST_TOPICS:
        raise RefusalError(400, f"topics: at most {MOST_TOPICS} can be combined.")
    chosen = sorted((topic for topic in topics if topic.slug in named), key=lambda topic: topic.slug)
    if len(chosen) < len(named):
        raise RefusalError(404, "topics: one of these is no topic; /api/topics names all.")
    return chosen
