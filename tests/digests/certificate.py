"""Certificates of the tests' own, made anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


def make_certificate(folder: Path, names: tuple[str, ...] = ("localhost",)) -> Path:
    """A file of a key and a certificate that it signs itself, for 127.0.0.1 and names: trusted where SSL_CERT_FILE
    names it."""
    key = generate_private_key(SECP256R1())
    path = folder / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + _certificate(key, names).public_bytes(Encoding.PEM))
    return path


def _certificate(key: EllipticCurvePrivateKey, names: tuple[str, ...]) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.papers.example")])
    now = datetime.now(UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    alternatives = [*map(x509.DNSName, names), x509.IPAddress(IPv4Address("127.0.0.1"))]
    return (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now - _DAY, now + _DAY
        )
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, SHA256())
    )
