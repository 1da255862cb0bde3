"""People whom the operator brings: who is let in, and who has to come themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from flows.mail.inviting import Inviting
from models.mail.addresses import Address
from models.mail.forgetting import was_erased
from models.mail.subscriber import Choices, Origin, Standing
from models.mail.subscribers import ask, by_folded, confirm
from models.mail.tokens import Keys

TO_BE_CONFIRMED = "brought by the operator, to be confirmed by letter"
"""What is kept as consent until there is one: when they confirmed stands beside it."""


class Admission(StrEnum):
    """What becomes of an address that the operator brings."""

    NEW = "new"
    THERE = "already there"
    HAS_LEFT = "has left"
    ERASED = "was erased"


REFUSED = (Admission.HAS_LEFT, Admission.ERASED)
"""Nobody brings these people back but they themselves."""


@dataclass(frozen=True, slots=True)
class Door:
    """Lets people in. `consent` is what the operator says of how they agreed, "" where a letter has to ask them."""

    keys: Keys
    inviting: Inviting
    origin: Origin
    consent: str

    def admission(self, connection: Connection, address: Address) -> Admission:
        """What would become of an address; who has asked and not confirmed is new where the operator confirms it."""
        found = by_folded(connection, address.folded)
        if found is None:
            was_here = was_erased(connection, address.folded, self.keys)
            return Admission.ERASED if was_here else Admission.NEW
        if found.standing is Standing.LEFT:
            return Admission.HAS_LEFT
        # Who had left and has asked again is for nobody but themselves to confirm.
        is_new = found.standing is Standing.PENDING and found.left_at is None and self.consent
        return Admission.NEW if is_new else Admission.THERE

    def admit(self, connection: Connection, address: Address, choices: Choices, at: datetime) -> Admission:
        """Lets a new address in: active where there is a consent, else with a letter that asks for it.

        With `models.database.posting`; of what is not new nothing is changed.
        """
        found = self.admission(connection, address)
        if found is not Admission.NEW:
            return found
        if self.consent:
            asked = ask(
                connection, address, choices, origin=self.origin, consent=self.consent, network="", at=at
            )
            confirm(connection, asked.id, at)
        else:
            self.inviting.invite(
                connection, address, choices, origin=self.origin, consent=TO_BE_CONFIRMED, network="", at=at
            )
        return found
