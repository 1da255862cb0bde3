"""A verifier of DKIM signatures, written after RFC 6376 alone: another hand than the one that signs."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

Field = tuple[bytes, bytes]
"""A name and all that stands behind its colon, folded as it came, its last CRLF with it."""


class SignatureError(Exception):
    """A signature does not hold; the text says why."""


def verify(message: bytes, records: Mapping[str, str]) -> dict[str, str]:
    """The tags of the first signature of a message, where it holds by the DNS records that are given by name.

    Knows what we make: `rsa-sha256`, `relaxed/relaxed`, a whole body.
    """
    fields, body = _taken_apart(message)
    field = next((each for each in fields if each[0].lower() == b"dkim-signature"), None)
    if field is None:
        raise SignatureError("not signed")
    tags = _tags(field[1].decode("ascii"))
    _check_tags(tags)
    if b64decode(tags["bh"]) != sha256(_relaxed_body(body)).digest():
        raise SignatureError("the body was changed")
    signed = b"".join(map(_relaxed, _chosen(fields, tags["h"])))
    bare = re.sub(rb"(?<![A-Za-z0-9])b=[^;]*", b"b=", field[1])  # section 3.7: with its own value empty
    signed += _relaxed((field[0], bare)).removesuffix(b"\r\n")
    try:
        _key(records, tags).verify(b64decode(tags["b"]), signed, PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise SignatureError("the header was changed") from error
    return tags


def _taken_apart(message: bytes) -> tuple[list[Field], bytes]:
    head, _, body = message.partition(b"\r\n\r\n")
    unfolded = re.findall(rb"([!-9;-~]+)[ \t]*:((?:[^\r]|\r(?!\n)|\r\n(?=[ \t]))*\r\n)", head + b"\r\n")
    return unfolded, body


def _tags(text: str) -> dict[str, str]:
    """Section 3.2; white space within a value of base64 or a list means nothing."""
    pairs = [part.split("=", 1) for part in text.split(";") if part.strip()]
    tags = {name.strip(): re.sub(r"\s+", "", value) for name, value in pairs}
    if len(tags) != len(pairs):
        raise SignatureError("a tag stands twice")
    return tags


def _check_tags(tags: Mapping[str, str]) -> None:
    """Sections 3.5 and 6.1.1."""
    missing = {"v", "a", "b", "bh", "d", "h", "s"} - set(tags)
    if missing:
        raise SignatureError(f"without {missing}")
    if (tags["v"], tags["a"], tags["c"]) != ("1", "rsa-sha256", "relaxed/relaxed") or "l" in tags:
        raise SignatureError("made in another way than ours")
    if "from" not in tags["h"].lower().split(":"):
        raise SignatureError("From is not signed")
    if not tags.get("i", "@" + tags["d"]).endswith(tags["d"]):
        raise SignatureError("for another domain")


def _chosen(fields: Sequence[Field], names: str) -> list[Field]:
    """Section 5.4.2: of fields of one name the last first; one that is not there counts as nothing."""
    left = list(fields)
    found = []
    for name in names.lower().encode().split(b":"):
        place = next((n for n in range(len(left) - 1, -1, -1) if left[n][0].lower() == name), None)
        if place is not None:
            found.append(left.pop(place))
    return found


def _relaxed(field: Field) -> bytes:
    """Section 3.4.2."""
    value = re.sub(rb"[ \t]+", b" ", field[1].replace(b"\r\n", b"")).strip(b" ")
    return field[0].lower().strip() + b":" + value + b"\r\n"


def _relaxed_body(body: bytes) -> bytes:
    """Section 3.4.4."""
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    text = b"\r\n".join(lines).rstrip(b"\r\n")
    return text + b"\r\n" if text else b""


def _key(records: Mapping[str, str], tags: Mapping[str, str]) -> RSAPublicKey:
    """Section 3.6."""
    record = _tags(records.get(f"{tags['s']}._domainkey.{tags['d']}", ""))
    if record.get("v", "DKIM1") != "DKIM1" or record.get("k", "rsa") != "rsa" or not record.get("p"):
        raise SignatureError("no key")
    key = load_der_public_key(b64decode(record["p"]))
    assert isinstance(key, RSAPublicKey)
    return key
