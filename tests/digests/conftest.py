"""What tests of mail share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.digests.certificate import make_certificate


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of the tests' servers."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, and it is trusted, as by an operator with an authority of their own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate
