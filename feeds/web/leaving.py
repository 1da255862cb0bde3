"""How a subscriber leaves: at once, without a question, for ever (RFC 8058). And how they take it back."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from feeds.site.frame import Frame, Site
from feeds.web.desk import Desk
from feeds.web.forms import first, form_or_nothing
from feeds.web.measures import Measures
from feeds.web.private import Question, Waiting, frame, private, saying, token_of
from models.mail.subscriber import Leaving

_LOGGER = logging.getLogger(__name__)

FROM_PAGE = "page"
"""What our own page says in the field `from`; a mail program's button does not."""


@dataclass(frozen=True, slots=True)
class LeftPage:
    """The values of `web/left.html`; `undo` is where a leaving is taken back."""

    frame: Frame
    undo: str


class Exit:
    """The routes `/u/<token>` over a desk.

    Leaving asks for no cookie, no origin and no body, answers 200 without a redirect however often it is said, and
    knows no limit. It does so for tokens too that are nobody's; that is an error, though, which is logged and counted.
    """

    def __init__(self, desk: Desk, site: Site, measures: Measures) -> None:
        self._desk = desk
        self._site = site
        self._measures = measures
        self._waiting = Waiting()

    def router(self) -> APIRouter:
        """The routes; they are no part of the API's description."""
        router = APIRouter(include_in_schema=False)
        router.get("/u/{token}")(self.ask)
        router.post("/u/{token}")(self.leave)
        router.get("/u/{token}/undo")(self.ask_to_undo)
        router.post("/u/{token}/undo")(self.undo)
        return router

    def ask(self) -> Response:
        """Asks nothing of the database: the page is the same for every token, and whoever follows links does no harm."""
        says = ("Press the button, and from then on no digest comes to you.",)
        question = Question(frame("Unsubscribe", self._site), says, "Unsubscribe", is_from_page=True)
        return private("question.html", question, self._site)

    async def leave(self, request: Request, token: str) -> Response:
        """They leave."""
        is_ours = first(await form_or_nothing(request), "from") == FROM_PAGE
        by = Leaving.LINK if is_ours else Leaving.ONE_CLICK
        if not await self._waiting(self._desk.leave, token_of(token), by):
            _LOGGER.error("someone wants to leave by a link that is nobody's: they may go on getting mail")
            self._measures.note_leaving_of_nobody()
        page = LeftPage(frame("You have left", self._site), f"{self._site.root_path}u/{token_of(token)}/undo")
        return private("left.html", page, self._site)

    def ask_to_undo(self) -> Response:
        """For who comes back to the address of the button."""
        says = ("Did you leave within the last week? Press the button, and digests come again.",)
        question = Question(frame("Take it back", self._site), says, "Yes, send them again")
        return private("question.html", question, self._site)

    async def undo(self, token: str) -> Response:
        """They come back."""
        if await self._waiting(self._desk.undo, token_of(token)):
            return saying(self._site, "You get digests again", "They come as you have chosen.")
        says = (
            "That can be done within a week, and only of what was done. Ask for digests again, and they come."
        )
        return saying(
            self._site, "This cannot be taken back", says, to=("subscribe", "Papers by email"), status=404
        )
