"""What the app asks of those who keep subscribers, as a seam: it knows values alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from models.mail.addresses import Address
from models.mail.subscriber import Choices, Leaving, Standing


class Card(NamedTuple):
    """What is known of a subscriber. `leave` and `manage` are the tokens of their links."""

    address: str
    standing: Standing
    choices: Choices
    leave: str
    manage: str


class Desk(Protocol):
    """Who subscribes, chooses and leaves. Called from several threads; tokens are any text.

    Every method raises DatabaseError where the database does not answer; nothing is changed then.
    """

    @property
    def is_open(self) -> bool:
        """Whether mail is sent at all; where it is not, links of old letters work all the same."""
        ...

    def subscribe(self, address: Address, choices: Choices, consent: str, network: str) -> None:
        """Notes that someone asks for digests, and sees to the letter that asks whether it was they.

        `consent` is what they agreed to, `network` from where they came. What becomes of it is told to the
        address alone.
        """
        ...

    def asked(self, token: str) -> Card | None:
        """Who can be made a subscriber by a token for confirming, or is one already; None where it does not hold."""
        ...

    def confirm(self, token: str) -> Card | None:
        """Makes them one, however often it is said; None where the token does not hold (any more)."""
        ...

    def managed(self, token: str) -> Card | None:
        """Whose token for managing it is; None where it is nobody's (any more)."""
        ...

    def choose(self, token: str, choices: Choices) -> Card | None:
        """Notes what the one with this token for managing wants from now on; None like `managed`.

        Of who has left nothing is changed.
        """
        ...

    def leave(self, token: str, by: Leaving) -> bool:
        """Sends nothing any more to the one with this token for leaving; False where it is nobody's."""
        ...

    def undo(self, token: str) -> bool:
        """Takes back that the one with this token for leaving left a short while ago; whether that was so."""
        ...

    def erase(self, token: str) -> bool:
        """Forgets the one with this token for managing; False where it is nobody's (any more)."""
        ...

    def export(self, token: str) -> Mapping[str, object] | None:
        """All that is kept of the one with this token for managing, fit for JSON; None like `managed`."""
        ...
