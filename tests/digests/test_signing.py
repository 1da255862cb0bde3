"""Signatures hold for what was signed and for nothing else; another hand than the signing one says so."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from feeds.digests.signing import SEALED, SIGNED, Sign, make_signer
from models.errors import SettingsError
from models.mail.delivery import Kind
from tests.digests.dkim_verifier import SignatureError, verify
from tests.digests.letters import NOW, compose, message, paper, topic

PEM = serialization.Encoding.PEM
PKCS1 = serialization.PrivateFormat.TraditionalOpenSSL
PKCS8 = serialization.PrivateFormat.PKCS8
BARE = serialization.NoEncryption()
KEY = rsa.generate_private_key(65537, 2048)
PRIVATE = KEY.private_bytes(PEM, PKCS8, BARE)
PUBLIC = KEY.public_key().public_bytes(
    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
)
RECORDS = {"digest._domainkey.papers.example": f"v=DKIM1; k=rsa; p={b64encode(PUBLIC).decode()}"}


@pytest.fixture(scope="module")
def sign() -> Sign:
    return make_signer(PRIVATE, "digest", "papers.example")


@pytest.fixture(scope="module")
def letter() -> bytes:
    return message(compose(topic(paper()))).content


@pytest.fixture(scope="module")
def signed(sign: Sign, letter: bytes) -> bytes:
    return sign(letter, NOW)


def holds_for_dkimpy(content: bytes) -> bool:
    def record(name: bytes, timeout: int = 5) -> bytes:
        return RECORDS[name.decode().rstrip(".")].encode()

    return bool(dkim.verify(content, dnsfunc=record))


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"no key",
        b"-----BEGIN PRIVATE KEY-----\nbm8ga2V5\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n",
        PRIVATE[:800] + b"\n-----END PRIVATE KEY-----\n",
        KEY.private_bytes(PEM, PKCS8, serialization.BestAvailableEncryption(b"password")),
        KEY.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        ec.generate_private_key(ec.SECP256R1()).private_bytes(PEM, PKCS8, BARE),
    ],
    ids=[
        "nothing",
        "no PEM",
        "no key in it",
        "no base64",
        "cut",
        "with a password",
        "the public one",
        "not RSA",
    ],
)
def test_what_is_no_rsa_key_is_refused_at_start(key: bytes) -> None:
    with pytest.raises(SettingsError, match=r"PAPERROUND_DKIM_KEY: must be an RSA key in PEM"):
        make_signer(key, "digest", "papers.example")


def test_a_short_key_is_refused_at_start() -> None:
    short = rsa.generate_private_key(65537, 1024).private_bytes(PEM, PKCS8, BARE)
    with pytest.raises(SettingsError, match=r"has 1,024 bits; mail servers ask for 2,048"):
        make_signer(short, "digest", "papers.example")


@pytest.mark.parametrize("selector", ["", "a b", "x;d=other.example", "é", ".a", "a\r\nX: y", "-a"])
def test_a_selector_that_is_no_name_in_the_dns_is_refused(selector: str) -> None:
    with pytest.raises(SettingsError, match="PAPERROUND_DKIM_SELECTOR"):
        make_signer(PRIVATE, selector, "papers.example")


@pytest.mark.parametrize("name", SIGNED)
def test_no_signed_field_can_be_changed(signed: bytes, name: str) -> None:
    field = f"\r\n{name}: ".encode()
    assert field in signed.partition(b"\r\n\r\n")[0]
    with pytest.raises(SignatureError, match="the header was changed"):
        verify(signed.replace(field, field + b"x", 1), RECORDS)


@pytest.mark.parametrize("name", SIGNED)
def test_no_signed_field_can_be_taken_away(signed: bytes, name: str) -> None:
    with pytest.raises(SignatureError):
        verify(signed.replace(f"\r\n{name}: ".encode(), b"\r\nX-Other: ", 1), RECORDS)


@pytest.mark.parametrize("name", SEALED)
@pytest.mark.parametrize("above", [True, False])
def test_no_second_field_can_be_added_to_a_sealed_one(signed: bytes, name: str, above: bool) -> None:
    added = f"{name}: <https://other.example/>\r\n".encode()
    changed = added + signed if above else signed.replace(b"\r\n\r\n", b"\r\n" + added + b"\r\n", 1)
    with pytest.raises(SignatureError, match="the header was changed"):
        verify(changed, RECORDS)
    assert not holds_for_dkimpy(changed)


def test_a_notice_cannot_be_given_a_button_that_leads_elsewhere(sign: Sign) -> None:
    notice = message(compose(topic(paper())), Kind.CONFIRM, sign=sign).content
    verify(notice, RECORDS)
    with pytest.raises(SignatureError, match="the header was changed"):
        verify(b"List-Unsubscribe: <https://other.example/>\r\n" + notice, RECORDS)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"Tidepool", b"Whirlpool"), (b"/u/", b"/v/"), (b"=\r\n", b""), (b"--\r\n", b"--\r\nMore")],
)
def test_the_body_cannot_be_changed(signed: bytes, old: bytes, new: bytes) -> None:
    head, _, body = signed.partition(b"\r\n\r\n")
    assert old in body
    with pytest.raises(SignatureError, match="the body was changed"):
        verify(head + b"\r\n\r\n" + body.replace(old, new), RECORDS)


def test_a_signature_of_another_key_does_not_hold(letter: bytes) -> None:
    other = rsa.generate_private_key(65537, 2048).private_bytes(PEM, PKCS8, BARE)
    with pytest.raises(SignatureError):
        verify(make_signer(other, "digest", "papers.example")(letter, NOW), RECORDS)


def test_a_signature_holds(signed: bytes) -> None:
    tags = verify(signed, RECORDS)
    assert holds_for_dkimpy(signed)
    assert (tags["d"], tags["s"], tags["t"]) == ("papers.example", "digest", str(int(NOW.timestamp())))


def test_all_lines_of_a_signature_fit(signed: bytes, letter: bytes) -> None:
    assert max(map(len, signed.removesuffix(letter).split(b"\r\n"))) <= 78


def test_white_space_and_the_case_of_names_may_change_on_the_way(signed: bytes) -> None:
    verify(
        signed.replace(b"\r\nSubject: ", b"\r\nSUBJECT:   ").replace(b",\r\n <mailto", b", <mailto"), RECORDS
    )


def test_the_same_letter_gets_the_same_signature(sign: Sign, letter: bytes, signed: bytes) -> None:
    assert sign(letter, NOW) == signed
    assert sign(letter, NOW + timedelta(seconds=1)) != signed


@pytest.mark.parametrize(
    "key", [KEY.private_bytes(PEM, PKCS1, BARE), PRIVATE.replace(b"\n", b"\r\n"), PRIVATE.strip()]
)
def test_both_kinds_of_pem_sign_alike(key: bytes, letter: bytes, signed: bytes) -> None:
    assert make_signer(key, "digest", "papers.example")(letter, NOW) == signed
