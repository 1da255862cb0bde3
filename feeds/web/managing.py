"""What a subscriber sees and changes of what is kept of them, by the link in each of their digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from feeds.site.frame import Frame, Site
from feeds.web import wishes
from feeds.web.desk import Card, Desk
from feeds.web.forms import form_of
from feeds.web.library import Library
from feeds.web.private import Question, Waiting, attached, frame, masked, private, saying, token_of
from feeds.web.wishes import Mistakes, Wishes
from models.mail.subscriber import Choices, Standing

_SAVED = "Your choices are saved."
_STANDS: Mapping[Standing, str] = {
    Standing.PENDING: "Your address is not confirmed yet: the letter with the link for it is on its way.",
    Standing.SUSPENDED: "Letters to you came back, so none are sent any more. Ask for them again, and they come.",
    Standing.LEFT: "You get no digests any more.",
}
"""What is told to those who are not active."""
_MAY_ASK = (Standing.SUSPENDED, Standing.LEFT)
_FORGOTTEN = "Your address and all that you chose are forgotten, and no digest comes any more."
_FILE = "paper-round.json"


@dataclass(frozen=True, slots=True)
class ManagePage:
    """The values of `web/manage.html`. `leave`, `export`, `erase` and `again` (or empty) are links, `says` sentences.

    `wishes` is None for who has left.
    """

    frame: Frame
    address: str
    says: tuple[str, ...]
    wishes: Wishes | None
    mistakes: Mistakes
    leave: str
    export: str
    erase: str
    again: str


class Managing:
    """The routes below `/manage/<token>` over a desk."""

    def __init__(self, desk: Desk, library: Library, site: Site) -> None:
        self._desk = desk
        self._library = library
        self._site = site
        self._waiting = Waiting()

    def router(self) -> APIRouter:
        """The routes; they are no part of the API's description."""
        router = APIRouter(include_in_schema=False)
        router.get("/manage/{token}")(self.show)
        router.post("/manage/{token}")(self.choose)
        router.get("/manage/{token}/erase")(self.ask_to_erase)
        router.post("/manage/{token}/erase")(self.erase)
        router.get("/manage/{token}/export")(self.export)
        return router

    async def show(self, token: str) -> Response:
        """What is chosen, and the ways on from here."""
        card = await self._waiting(self._desk.managed, token_of(token))
        return await self._waiting(self._page, card) if card else self._nobody()

    async def choose(self, request: Request, token: str) -> Response:
        """Keeps what is chosen in the form."""
        form = await form_of(request)
        topics = await self._waiting(self._library.topics)
        choices, mistakes = wishes.read(form, topics, may_be_off=True)
        if mistakes:
            card = await self._waiting(self._desk.managed, token_of(token))
            return await self._waiting(self._page, card, choices, mistakes) if card else self._nobody()
        card = await self._waiting(self._desk.choose, token_of(token), choices)
        return await self._waiting(self._page, card, says=_SAVED) if card else self._nobody()

    async def ask_to_erase(self, token: str) -> Response:
        """Asks whether all shall be erased, and says what that is."""
        if await self._waiting(self._desk.managed, token_of(token)) is None:
            return self._nobody()
        says = (
            _FORGOTTEN,
            "What stays: a number; when you asked, confirmed and left; when letters went out, and whether they came"
            " back; the links in them, so that they do no harm; and of your address a code that only tells whether"
            " another one is the same, so that nobody brings it back with a list.",
        )
        question = Question(frame("Erase what is kept of you", self._site), says, "Erase it")
        return private("question.html", question, self._site)

    async def erase(self, token: str) -> Response:
        """Erases all."""
        if not await self._waiting(self._desk.erase, token_of(token)):
            return self._nobody()
        return saying(self._site, "It is erased", _FORGOTTEN)

    async def export(self, token: str) -> Response:
        """All that is kept, as a file of JSON."""
        found = await self._waiting(self._desk.export, token_of(token))
        return self._nobody() if found is None else attached(found, _FILE)

    def _page(
        self, card: Card, choices: Choices | None = None, mistakes: Mistakes | None = None, says: str = ""
    ) -> Response:
        root = self._site.root_path
        here = f"{root}manage/{card.manage}"
        fields = wishes.shown(choices or card.choices, self._library.topics(), may_be_off=True)
        page = ManagePage(
            frame=frame("Mistake: your digests" if mistakes else "Your digests", self._site),
            address=masked(card.address),
            says=tuple(filter(None, (says, _STANDS.get(card.standing)))),
            wishes=None if card.standing is Standing.LEFT else fields,
            mistakes=mistakes or {},
            leave=f"{root}u/{card.leave}",
            export=f"{here}/export",
            erase=f"{here}/erase",
            again=f"{root}subscribe" if self._desk.is_open and card.standing in _MAY_ASK else "",
        )
        return private("manage.html", page, self._site, 422 if mistakes else 200)

    def _nobody(self) -> Response:
        says = "If digests still come to you, the newest has one that does."
        return saying(self._site, "This link does not hold", says, status=404)
