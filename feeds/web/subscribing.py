"""How someone comes to get digests: the form, and the link that asks whether it was they."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import anyio
from fastapi import APIRouter, Request
from starlette.responses import Response

from feeds.site.frame import Frame, Site
from feeds.text import one_line
from feeds.web import wishes
from feeds.web.desk import Card, Desk
from feeds.web.forms import Form, first, form_of
from feeds.web.library import Library
from feeds.web.limits import Buckets, network
from feeds.web.private import Question, Waiting, frame, private, saying, token_of
from feeds.web.refusals import RefusalError
from feeds.web.wishes import Mistakes, Wishes
from models.errors import AddressError
from models.mail.addresses import LONGEST, Address, normalised
from models.mail.subscriber import STANDARD, Choices, Standing

AGREED = "I ask for these digests to be sent to my address until I say stop."
CONSENT = f"form 1: {AGREED}"
"""What is kept of the words that were agreed to; with other words comes another number."""
TRAP = "remarks"
"""A field that nobody sees, and only machines fill in; no browser does it by itself."""

PER_NETWORK = 10
PER_NETWORK_SECONDS = 360.0
"""So many may ask from one network at once, and one more each time after so many seconds."""
IN_ALL = 200
IN_ALL_SECONDS = 3_600.0 / IN_ALL
"""The same for all together."""
ANSWERED_AFTER_SECONDS = 0.5
"""So long an answer takes, whatever there was to do: the time of a commit would tell who is a subscriber."""

NO_MAIL = RefusalError(404, "This site sends no mail.")


@dataclass(frozen=True, slots=True)
class SubscribePage:
    """The values of `web/subscribe.html`. `mistakes` has a sentence for each field that is wrong."""

    frame: Frame
    wishes: Wishes
    address: str = ""
    mistakes: Mistakes | None = None
    agreed: str = AGREED
    trap: str = TRAP
    longest: int = LONGEST


class _Wish(NamedTuple):
    address: Address
    choices: Choices


class Subscribing:
    """The routes `/subscribe` and `/confirm/<token>` over a desk."""

    def __init__(self, desk: Desk, library: Library, site: Site, clock: Callable[[], float]) -> None:
        self._desk = desk
        self._library = library
        self._site = site
        self._waiting = Waiting()
        self._networks = Buckets(clock, PER_NETWORK, 1 / PER_NETWORK_SECONDS)
        self._all = Buckets(clock, IN_ALL, 1 / IN_ALL_SECONDS)

    def router(self) -> APIRouter:
        """The routes; they are no part of the API's description."""
        router = APIRouter(include_in_schema=False)
        router.get("/subscribe")(self.form)
        router.post("/subscribe")(self.subscribe)
        router.get("/confirm/{token}")(self.asked)
        router.post("/confirm/{token}")(self.confirm)
        return router

    def form(self, topic: str = "") -> Response:
        """The form, with a topic (by its slug) chosen."""
        self._require_open()
        known = topic in {each.slug for each in self._library.topics()}
        return self._form(Choices((topic,)) if known else STANDARD)

    async def subscribe(self, request: Request) -> Response:
        """Takes the form. The answer is the same, and as late, whoever asks for whichever address."""
        self._require_open()
        form = await form_of(request)
        read = await self._waiting(self._read, form)
        if isinstance(read, Response):
            return read
        came_from = network(request.client.host) if request.client else ""
        self._require_patience(came_from)
        answered_at = anyio.current_time() + ANSWERED_AFTER_SECONDS
        if not first(form, TRAP):
            await self._waiting(self._desk.subscribe, read.address, read.choices, CONSENT, came_from)
        await anyio.sleep_until(answered_at)
        return saying(
            self._site,
            "Look into your mail",
            "If that address can get mail, a letter with a link is on its way. Follow the link, and digests come.",
            "Where no letter is to be found, look among what was taken for spam; after ten minutes, ask again.",
        )

    def _read(self, form: Form) -> _Wish | Response:
        """What the form asks for; or the form again, with what is wrong."""
        choices, wrong = wishes.read(form, self._library.topics(), may_be_off=False)
        written = first(form, "address")
        try:
            address = normalised(written)
        except AddressError as error:
            return self._form(choices, one_line(written), {"address": _sentence(str(error)), **wrong})
        return self._form(choices, one_line(written), wrong) if wrong else _Wish(address, choices)

    async def asked(self, token: str) -> Response:
        """Asks whether it was they."""
        card = await self._waiting(self._desk.asked, token_of(token))
        if card is None:
            return self._expired()
        page = self._confirmed if card.standing is Standing.ACTIVE else self._question
        return await self._waiting(page, card)

    async def confirm(self, token: str) -> Response:
        """It was they: digests come. It can be said again."""
        card = await self._waiting(self._desk.confirm, token_of(token))
        return await self._waiting(self._confirmed, card) if card else self._expired()

    def _form(self, choices: Choices, address: str = "", mistakes: Mistakes | None = None) -> Response:
        page = SubscribePage(
            frame=frame("Mistake: papers by email" if mistakes else "Papers by email", self._site),
            wishes=wishes.shown(choices, self._library.topics(), may_be_off=False),
            address=address,
            mistakes=mistakes or {},
        )
        return private("subscribe.html", page, self._site, 422 if mistakes else 200)

    def _question(self, card: Card) -> Response:
        says = ("Digests of papers were asked for to your address. Was it you?", self._in_words(card))
        question = Question(frame("Confirm", self._site), says, "Yes, send them")
        return private("question.html", question, self._site)

    def _confirmed(self, card: Card) -> Response:
        says = (self._in_words(card), "Each has a link by which they can be changed, and one that ends them.")
        return saying(self._site, "You get digests", *says, to=(f"manage/{card.manage}", "Change them"))

    def _in_words(self, card: Card) -> str:
        return wishes.in_words(card.choices, self._library.topics())

    def _expired(self) -> Response:
        says = ("A link to confirm an address holds for seven days. Ask again, and a new one comes.",)
        return saying(
            self._site, "This link does not hold", *says, to=("subscribe", "Papers by email"), status=404
        )

    def _require_open(self) -> None:
        if not self._desk.is_open:
            raise NO_MAIL

    def _require_patience(self, came_from: str) -> None:
        """Raises RefusalError where too many ask from one network, or in all."""
        wait = self._networks.take(came_from) or self._all.take("")
        if wait:
            seconds = str(math.ceil(wait)).encode()
            raise RefusalError(
                429, "Too many ask for mail just now; try again later.", ((b"retry-after", seconds),)
            )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
