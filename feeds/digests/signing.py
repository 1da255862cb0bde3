"""Signs mail with DKIM (RFC 6376): the only user of dkimpy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

import dkim
from dkim.crypto import UnparsableKeyError, parse_pem_private_key

from models.errors import SettingsError

Sign = Callable[[bytes, datetime], bytes]
"""Gives a message with its signature, as made at a moment (aware): the same for the same."""

LEAST_BITS = 2048
"""Less is refused by many: 1,024 bits can be broken (RFC 8301, section 3.2 wants 2,048)."""

SIGNED = (
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-ID", "List-Unsubscribe",
    "List-Unsubscribe-Post", "List-Help", "List-Archive", "List-Owner", "List-Post", "Feedback-ID",
    "Auto-Submitted",
)  # fmt: skip
"""Fields that nobody can change, or take away, once a letter is signed."""

SEALED = ("From", "To", "Subject", "Date", "List-Unsubscribe", "List-Unsubscribe-Post")
"""Of these nobody can add another one either: a program might believe that (RFC 6376, section 8.15)."""

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_SELECTOR = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_WAY = (b"relaxed", b"relaxed")  # white space may change on the way, nothing else


def make_signer(key_pem: bytes, selector: str, domain: str) -> Sign:
    """Signs for a domain with an RSA key in PEM (PKCS#1 or PKCS#8) whose public half the selector names in the DNS.

    SettingsError says what is wrong with key or selector.
    """
    if not _SELECTOR.fullmatch(selector):
        raise SettingsError("PAPERROUND_DKIM_SELECTOR: must be a name in the DNS, as in `digest2026`")
    key = _tidy(key_pem)
    _check(key)

    def sign(message: bytes, at: datetime) -> bytes:
        signer = _Signer(message, int(at.timestamp()))
        fields = _fields(name for name, _ in signer.headers)
        signature = signer.sign(
            selector.encode(), domain.encode(), key, canonicalize=_WAY, include_headers=fields
        )
        return bytes(signature) + message

    return sign


def public_numbers(key_pem: bytes) -> tuple[int, int]:
    """Modulus and exponent of the public half of a key that `make_signer` takes."""
    parsed = parse_pem_private_key(_tidy(key_pem))
    return int(parsed["modulus"]), int(parsed["publicExponent"])


def _tidy(key_pem: bytes) -> bytes:
    return key_pem.replace(b"\r\n", b"\n").strip() + b"\n"


class _Signer(dkim.DKIM):  # type: ignore[misc]  # dkimpy has no types
    """dkimpy's, but with the moment that it is given in the place of the clock's."""

    def __init__(self, message: bytes, second: int) -> None:
        super().__init__(message)
        self._second = second

    def gen_header(self, fields: list[tuple[bytes, bytes]], *args: object, **named: object) -> object:
        """The field of a signature with these tags, as dkimpy makes it."""
        stamped = [(tag, str(self._second).encode() if tag == b"t" else value) for tag, value in fields]
        return super().gen_header(stamped, *args, **named)


def _fields(present: Iterable[bytes]) -> list[bytes]:
    """The names of the fields that are signed, those that are sealed once more than they are there."""
    names = [name.lower() for name in present]
    return [
        name
        for field in SIGNED
        for name in [field.lower().encode()] * (names.count(field.lower().encode()) + (field in SEALED))
    ]


def _check(key: bytes) -> None:
    try:
        parsed = parse_pem_private_key(key)
        modulus = parsed["modulus"]
        signed = pow(2, parsed["privateExponent"], modulus)
        is_sound = pow(signed, parsed["publicExponent"], modulus) == 2
    except (
        UnparsableKeyError,
        ValueError,
        LookupError,
        TypeError,
    ) as error:  # what dkimpy makes of other texts
        is_sound, modulus, reason = False, 0, error
    else:
        reason = None
    if not is_sound:
        raise SettingsError(
            "PAPERROUND_DKIM_KEY: must be an RSA key in PEM without a password, as `openssl genrsa 2048` makes it"
        ) from reason
    if modulus.bit_length() < LEAST_BITS:
        raise SettingsError(
            f"PAPERROUND_DKIM_KEY: has {modulus.bit_length():,} bits; mail servers ask for {LEAST_BITS:,} at least"
        )
