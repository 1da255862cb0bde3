"""The JSON API: papers, changes, topics and the ledger, a page at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from feeds.exchange import as_object, ledger_row
from feeds.site.frame import Site
from feeds.web import objects, shapes
from feeds.web.answers import Answer, json_answer
from feeds.web.cursors import change_cursor, change_of, place_cursor, place_of
from feeds.web.library import Found, Hit, Library
from feeds.web.media import JSON
from feeds.web.origins import origin
from feeds.web.refusals import RefusalError
from models.errors import TopicsError
from models.identity import paper_id as identified
from models.topics.rules import Rule, parse

MOST = 200
NOW = replace(JSON, fresh_seconds=0)
"""Asked for anew each time."""
_MOST_SEQ = 2**31 - 1
_MOST_DAYS = 3660

Limit = Annotated[int, Field(ge=1, le=MOST, description="so many at most")]
Seq = Annotated[int, Field(ge=0, le=_MOST_SEQ)]


def _written_out(value: object) -> object:
    """A date as it is written, `2026-11-20`: a bare number would be taken for seconds since 1970."""
    if isinstance(value, str) and value.isdecimal():
        raise ValueError("should be a date such as 2026-11-20")
    return value


Day = Annotated[date, BeforeValidator(_written_out)]
Cursor = Annotated[str | None, Field(description="from the next of the page before")]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": shapes.Problem} for status in (400, 404, 422, 429, 503)
}


class _Known(BaseModel):
    """Parameters of which none is ignored because its name is misspelt."""

    model_config = ConfigDict(extra="forbid")


class PapersAsked(_Known):
    """Which papers are asked for."""

    q: Annotated[str | None, Field(description="a rule in the language of the topics")] = None
    day: Annotated[Day | None, Field(description="first listed on this day, such as 2026-11-20")] = None
    changed_since: Annotated[Seq | None, Field(description="content changed after this seq")] = None
    limit: Limit = 50
    cursor: Cursor = None

    @model_validator(mode="after")
    def _one_order(self) -> PapersAsked:
        if self.changed_since is not None and (self.q or self.day or self.cursor):
            raise ValueError("changed_since has an order of its own, and goes with limit alone")
        return self


class ChangesAsked(_Known):
    """Which changes are asked for."""

    changed_since: Annotated[Seq, Field(description="made after this seq")] = 0
    limit: Limit = 100
    cursor: Cursor = None


class LedgerAsked(_Known):
    """Which rows of the ledger are asked for."""

    days: Annotated[int, Field(ge=1, le=_MOST_DAYS, description="so many days up to the newest")] = 14


class Api:
    """The routes over a library. They are plain functions, run in threads."""

    def __init__(self, library: Library, site: Site) -> None:
        self._library = library
        self._site = site

    def router(self) -> APIRouter:
        """The routes below `/api/`."""
        router = APIRouter(prefix="/api", responses=_PROBLEMS)
        router.get("/papers", response_model=shapes.Papers)(self.papers)
        router.get("/papers/{paper_id:path}", response_model=shapes.Paper)(self.paper)
        router.get("/revisions", response_model=shapes.Changes)(self.revisions)
        router.get("/topics", response_model=list[shapes.Topic])(self.topics)
        router.get("/ledger", response_model=list[shapes.LedgerRow])(self.ledger)
        router.get("/status", response_model=shapes.Status)(self.status)
        return router

    def papers(self, request: Request, asked: Annotated[PapersAsked, Query()]) -> Answer:
        """Papers, the newest announced first; those that a rule chooses, with why; those of one day.

        With changed_since in the order of their last change: give the seq of the last one that you have.
        """
        if asked.changed_since is not None:
            return self._changed(request, asked.changed_since, asked.limit)
        before = place_of(asked.cursor) if asked.cursor else None
        found = self._library.papers(_rule(asked.q), asked.day, asked.limit, before)
        further = {"cursor": place_cursor(found.next)} if found.next else None
        return _page(request, self._site, _papers(found), further)

    def _changed(self, request: Request, since: int, limit: int) -> Answer:
        papers = self._library.changed_since(since, limit + 1)
        found = Found(tuple(map(Hit, papers[:limit])))
        last = papers[limit - 1].seq if len(papers) > limit else None
        return _page(request, self._site, _papers(found), {"changed_since": str(last)} if last else None)

    def paper(self, paper_id: str, _: Annotated[_Known, Query()]) -> Answer:
        """One paper with its whole history, by its id: an arXiv id, with or without version, or a DOI."""
        known = identified(paper_id)
        for name in dict.fromkeys((paper_id, *(known or ())[:1])):
            if isinstance(name, str) and name.isprintable() and (found := self._library.paper(name)):
                return json_answer(as_object(found))
        raise RefusalError(404, "No paper with this id is known.")

    def revisions(self, request: Request, asked: Annotated[ChangesAsked, Query()]) -> Answer:
        """What changed in papers, field by field, in the order in which it was seen."""
        since = change_of(asked.cursor) if asked.cursor else (asked.changed_since + 1, "")
        found = self._library.changes_since(*since, asked.limit + 1)
        shown = found[: asked.limit]
        last = shown[-1] if len(found) > asked.limit else None
        further = {"cursor": change_cursor(last.seq, last.revision.field)} if last else None
        return _page(request, self._site, {"revisions": [objects.change(each) for each in shown]}, further)

    def topics(self, _: Annotated[_Known, Query()]) -> Answer:
        """The topics, by which means their papers are chosen, and their feeds."""
        return json_answer([objects.topic(each, self._site) for each in self._library.topics()])

    def ledger(self, asked: Annotated[LedgerAsked, Query()]) -> Answer:
        """The ledger: what each listing declared, held and gave, with the verdict on it; newest first."""
        return json_answer([ledger_row(entry) for entry in self._library.ledger(asked.days)])

    def status(self, _: Annotated[_Known, Query()]) -> Answer:
        """How it stands now: what is wrong, which lists are overdue, the last runs, letters as numbers."""
        return json_answer(objects.condition(self._library.condition()), NOW)


def _rule(text: str | None) -> Rule | None:
    if not text:
        return None
    try:
        return parse(text)
    except TopicsError as error:
        raise RefusalError(400, f"q: {error}") from error


def _papers(found: Found) -> dict[str, object]:
    return {
        "papers": [as_object(hit.paper) for hit in found.hits],
        "reasons": {hit.paper.id: hit.reason for hit in found.hits if hit.reason},
    }


def _page(request: Request, site: Site, body: dict[str, object], further: dict[str, str] | None) -> Answer:
    """A page of answers; `further` are the parameters that differ on the next one."""
    if not further:
        return json_answer({**body, "next": None})
    query = urlencode({**request.query_params, **further})
    url = f"{origin(request, site)}{request.url.path[1:]}?{query}"
    return json_answer({**body, "next": url}, more=((b"link", f'<{url}>; rel="next"'.encode()),))
