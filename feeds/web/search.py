"""The search as pages: the form that stands on every page, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from fastapi import APIRouter

from feeds.rendering import render
from feeds.site.frame import Frame, Site
from feeds.site.rows import Row, row
from feeds.times import day_in_words
from feeds.web.answers import Answer
from feeds.web.cursors import place_cursor, place_of
from feeds.web.library import Found, Library
from feeds.web.media import PAGE, Headers, Kind
from feeds.web.pages import search_url
from feeds.web.representation import represent
from models.errors import TopicsError
from models.papers import Paper
from models.topics.rules import Rule, parse

SHOWN = 30
_KIND = Kind("search", PAGE.type, 60)
_UNLISTED: Headers = ((b"x-robots-tag", b"noindex"),)
EXAMPLES = (
    ('"mixture of experts" OR MoE', "one or the other; words in quotes stand together"),
    ('title:diffus* author:"Y. Bengio"', "both; the beginning of a word, in the title; an author"),
    ("category:cs.CL votes>=20 NOT survey", "of a category, with at least 20 votes, without a word"),
)
"""Rules that between them show the language."""


@dataclass(frozen=True, slots=True)
class Example:
    """A rule, the search for it, and what it means."""

    rule: str
    href: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The values of `web/search.html`. `mistake` is a sentence, `next` a link, both empty where there is none."""

    frame: Frame
    action: str
    q: str
    rows: tuple[Row, ...] = ()
    mistake: str = ""
    warnings: tuple[str, ...] = ()
    is_first: bool = True
    next: str = ""
    examples: tuple[Example, ...] = field(default=())


class Search:
    """The route `/search` over a library."""

    def __init__(self, library: Library, site: Site) -> None:
        self._library = library
        self._site = site

    def router(self) -> APIRouter:
        """The route; it is no part of the API's description."""
        router = APIRouter(include_in_schema=False)
        router.get("/search")(self.search)
        return router

    def search(self, q: str = "", before: str = "") -> Answer:
        """What a rule finds, newest first; without one, what can be asked."""
        text = " ".join(q.split())
        if not text:
            return _answer(self._page(text, "Search"))
        try:
            rule = parse(text)
        except TopicsError as error:
            return _answer(replace(self._page(text, "Search"), mistake=str(error)))
        found = self._library.papers(rule, None, SHOWN, place_of(before) if before else None)
        return self._found(text, rule, found, is_first=not before)

    def _found(self, text: str, rule: Rule, found: Found, *, is_first: bool) -> Answer:
        root = self._site.root_path
        rows = tuple(
            row(hit.paper, root, votes=True, notes=_listed(hit.paper), why=hit.reason) for hit in found.hits
        )
        further = {"q": text, "before": place_cursor(found.next)} if found.next else {}
        page = replace(
            self._page(text, f"Search: {text}"),
            rows=rows,
            warnings=rule.warnings,
            is_first=is_first,
            next=f"{search_url(self._site)}?{urlencode(further)}" if further else "",
        )
        return _answer(page)

    def _page(self, text: str, title: str) -> SearchPage:
        frame = Frame(title, "", self._site.root_path, is_indexed=False)
        action = search_url(self._site)
        examples = tuple(
            Example(rule, f"{action}?{urlencode({'q': rule})}", meaning) for rule, meaning in EXAMPLES
        )
        return SearchPage(frame, action, text, examples=examples)


def _answer(page: SearchPage) -> Answer:
    body = render("web/search.html", page).encode(errors="replace")
    return Answer(represent(body, _KIND, more=_UNLISTED))


def _listed(paper: Paper) -> tuple[str, ...]:
    """The day on which it was first listed, since results come in that order."""
    return (day_in_words(paper.first_listed),) if paper.first_listed else ()
