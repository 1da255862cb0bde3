"""The record of a key in the DNS is that which another implementation makes of it."""

from __future__ import annotations

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests.key_record import key_record


@given(
    st.integers(1024, 4096).flatmap(lambda bits: st.integers(2**bits, 2 ** (bits + 1))),
    st.sampled_from([3, 65537]),
)
def test_a_record_is_the_public_key(number: int, exponent: int) -> None:
    modulus = number | 1
    info = (
        RSAPublicNumbers(exponent, modulus)
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    assert key_record(modulus, exponent) == f"v=DKIM1; k=rsa; p={b64encode(info).decode()}"
