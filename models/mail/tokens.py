"""The names under which strangers may act for a subscriber: in links, and in return paths of mail.

All are of lower-case letters and digits: mail servers and people fold the case of addresses.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

_BYTES = 16
LENGTH = 26
"""Characters of a token of 128 bits in base 32 (RFC 4648, section 6, without padding)."""
CONFIRM_WITHIN = timedelta(days=7)
_MOST_DIGITS = 12


def new_token() -> str:
    """A random token of 128 bits."""
    return _written(secrets.token_bytes(_BYTES))


class Keys:
    """Makes and reads tokens that only the holder of a secret can make; each purpose has its own."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _BYTES:
            raise ValueError(f"a secret has at least {_BYTES} bytes")
        self._secret = secret

    def delivery_id(self, subscriber_id: int, digest: str, period: str) -> str:
        """The same for the same delivery whenever it is asked for; stands in Message-ID and return path."""
        return self._mac("delivery", subscriber_id, digest, period)

    def folded(self, address: str) -> str:
        """What is kept of the folded form of an address that was erased, to know it again."""
        return f"erased:{self._mac('erased', address)}"

    def manage(self, subscriber_id: int, generation: int) -> str:
        """For the link by which a subscriber changes what they get; holds until their generation counts up."""
        return f"{subscriber_id}.{generation}.{self._mac('manage', subscriber_id, generation)}"

    def managed(self, token: str) -> tuple[int, int] | None:
        """Of whom and of which generation a token for managing is; None where we have not made it."""
        found = _numbers(token, 2)
        return (found[0], found[1]) if found and self._is_same(token, self.manage(*found)) else None

    def confirm(self, subscriber_id: int, asked_at: datetime) -> str:
        """For the link by which an address is confirmed; holds for CONFIRM_WITHIN from the letter's date (aware UTC)."""
        second = int(asked_at.timestamp())
        return f"{subscriber_id}.{second}.{self._mac('confirm', subscriber_id, second)}"

    def confirmed(self, token: str) -> tuple[int, datetime] | None:
        """Whose token for confirming it is, and when (aware UTC) it was asked for; None where we have not made it.

        Whether it still holds is for the caller to say.
        """
        found = _numbers(token, 2)
        if not found:
            return None
        subscriber_id, second = found
        try:
            asked_at = datetime.fromtimestamp(second, UTC)
        except (OverflowError, ValueError, OSError):
            return None
        return (
            (subscriber_id, asked_at) if self._is_same(token, self.confirm(subscriber_id, asked_at)) else None
        )

    def _mac(self, purpose: str, *of: object) -> str:
        said = "\0".join((purpose, *map(str, of))).encode()
        return _written(hmac.digest(self._secret, said, sha256)[:_BYTES])

    @staticmethod
    def _is_same(given: str, ours: str) -> bool:
        return given.isascii() and hmac.compare_digest(given, ours)


def _written(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=").lower()


def _numbers(token: str, count: int) -> list[int] | None:
    """The numbers before the last dot of a token, in plain decimal digits."""
    *parts, _ = token.split(".")
    if len(parts) != count or not all(
        part.isascii() and part.isdigit() and len(part) <= _MOST_DIGITS for part in parts
    ):
        return None
    return [int(part) for part in parts]
