"""The page of the status, made when it is asked for: what was published tells only how it stood then."""

from __future__ import annotations

from fastapi import APIRouter

from feeds.site.current import current_status
from feeds.site.frame import Site
from feeds.web.answers import Answer, answer
from feeds.web.library import Library
from feeds.web.media import PAGE, Kind
from feeds.web.pages import page
from feeds.web.refusals import RefusalError

_KIND = Kind("status", PAGE.type, fresh_seconds=0)


class Status:
    """The route `/status/` over a library. It is a plain function, run in a thread."""

    def __init__(self, library: Library, site: Site) -> None:
        self._library = library
        self._site = site

    def router(self) -> APIRouter:
        """The route; it is no part of the API's description."""
        router = APIRouter(include_in_schema=False)
        router.get("/status/")(self.status)
        router.get("/status/index.html")(self.elsewhere)
        return router

    def status(self) -> Answer:
        """How it stands now."""
        return answer(
            page("status.html", current_status(self._site, self._library.condition()), self._site), _KIND
        )

    def elsewhere(self) -> Answer:
        """The file that lies there tells how it stood once: it shall not pass for the page."""
        raise RefusalError(301, "The page is at the address of the folder.", ((b"location", b"./"),))
