"""What a mail that came to our return address is. Values only."""

from __future__ import annotations

from typing import NamedTuple

from models.mail.bounce import Kind


class Bounced(NamedTuple):
    """A letter came back. A delivery and a token for leaving are what the mail claims, "" where it names none.

    `status` is as in RFC 3463, "" where none is told; `said` one clean line, "" for nothing.
    """

    delivery_id: str
    token: str
    kind: Kind
    status: str
    said: str


class Complained(NamedTuple):
    """A reader called a letter spam. A delivery and a token are what the mail claims, "" where it names none."""

    delivery_id: str
    token: str
    said: str


class Leaves(NamedTuple):
    """A mail to the address for leaving of who has this token."""

    token: str


class Nothing(NamedTuple):
    """A mail from which nothing follows; `reason` is for the log."""

    reason: str


Received = Bounced | Complained | Leaves | Nothing
