"""A desk of a few subscribers, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from feeds.web.desk import Card
from models.errors import DatabaseError
from models.mail.addresses import Address
from models.mail.subscriber import Choices, Leaving, Standing

CHOICES = Choices(("trending", "lanterns"), hour=18, zone="Europe/Berlin")
ADA = Card("ada@reader.example", Standing.ACTIVE, CHOICES, "leaveada", "1.0.manageada")
ASKED = Card("bob@reader.example", Standing.PENDING, CHOICES, "leavebob", "2.0.managebob")
LEFT = Card("cy@reader.example", Standing.LEFT, CHOICES, "leavecy", "3.0.managecy")
BACK = Card("di@reader.example", Standing.SUSPENDED, CHOICES, "leavedi", "4.0.managedi")
CONFIRM = {"2.1.confirmbob": "leavebob", "1.1.confirmada": "leaveada"}
"""Tokens for confirming, and whose they are by the token for leaving."""


@dataclass
class Remembering:
    """A desk that notes what it did; `is_down` as if its database were gone."""

    is_open: bool = True
    is_down: bool = False
    done: list[tuple[object, ...]] = field(default_factory=list)
    cards: dict[str, Card] = field(
        default_factory=lambda: {card.leave: card for card in (ADA, ASKED, LEFT, BACK)}
    )
    confirming: Mapping[str, str] = field(default_factory=lambda: CONFIRM)

    def subscribe(self, address: Address, choices: Choices, consent: str, network: str) -> None:
        self._note("subscribe", address, choices, consent, network)

    def asked(self, token: str) -> Card | None:
        self._answer()
        return self.cards.get(self.confirming.get(token, ""))

    def confirm(self, token: str) -> Card | None:
        self._note("confirm", token)
        card = self.asked(token)
        return self._keep(card._replace(standing=Standing.ACTIVE)) if card else None

    def managed(self, token: str) -> Card | None:
        self._answer()
        return next((card for card in self.cards.values() if card.manage == token), None)

    def choose(self, token: str, choices: Choices) -> Card | None:
        self._note("choose", token, choices)
        card = self.managed(token)
        return self._keep(card._replace(choices=choices)) if card else None

    def leave(self, token: str, by: Leaving) -> bool:
        self._note("leave", token, by)
        return token in self.cards

    def undo(self, token: str) -> bool:
        self._note("undo", token)
        return token in self.cards

    def erase(self, token: str) -> bool:
        self._note("erase", token)
        card = self.managed(token)
        return card is not None and self.cards.pop(card.leave) == card

    def export(self, token: str) -> Mapping[str, object] | None:
        card = self.managed(token)
        return {"address": card.address} if card else None

    def names(self) -> Sequence[object]:
        """What was done, without with what."""
        return [each[0] for each in self.done]

    def _keep(self, card: Card) -> Card:
        self.cards[card.leave] = card
        return card

    def _note(self, *what: object) -> None:
        self._answer()
        self.done.append(what)

    def _answer(self) -> None:
        if self.is_down:
            raise DatabaseError("the database postgresql://secret does not answer")
