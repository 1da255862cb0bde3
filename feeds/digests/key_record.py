"""The record that makes a signing key public in the DNS (RFC 6376 3.6.1)."""

from __future__ import annotations

from base64 import b64encode

_INTEGER, _BIT_STRING, _SEQUENCE = 0x02, 0x03, 0x30
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
"""The AlgorithmIdentifier rsaEncryption with its NULL (RFC 8017 A.1, RFC 3279 2.3.1)."""


def key_record(modulus: int, exponent: int) -> str:
    """The text of the TXT record of an RSA key: `v=DKIM1; k=rsa; p=` and its SubjectPublicKeyInfo."""
    key = _der(_SEQUENCE, _integer(modulus) + _integer(exponent))
    info = _der(_SEQUENCE, _RSA + _der(_BIT_STRING, b"\0" + key))  # no bit unused
    return f"v=DKIM1; k=rsa; p={b64encode(info).decode()}"


def _integer(number: int) -> bytes:
    """A positive integer, with a byte of zero before one whose first bit would be its sign."""
    return _der(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    """A value with its tag and length (X.690 8.1)."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
