"""`doctor` shakes hands with the mail server, and sends nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from flows.commands.doctor import findings
from flows.commands.finding import Finding, State
from flows.settings import load_settings
from tests.commands.command import use_folder
from tests.digests.certificate import make_certificate
from tests.digests.smtp_server import smtp_server

NOW = datetime(2026, 11, 9, 21, tzinfo=UTC)
LOGIN = ("papers", "open-sesame")
SENDER = "Papers <papers@papers.example>"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder and an environment that set nothing but what all that send by a server have."""
    use_folder(monkeypatch, tmp_path)
    monkeypatch.setenv("PAPERROUND_MAIL_FROM", SENDER)
    monkeypatch.setenv("PAPERROUND_PUBLIC_URL", "https://www.papers.example")
    return tmp_path


def found(**given: object) -> dict[str, Finding]:
    """What is found of mail, by the thing; the last where there are many."""
    of_mail = ("mail", "links", "mail server", "DKIM", "mail box")
    return {each.thing: each for each in findings(load_settings(**given), NOW) if each.thing in of_mail}


def test_a_server_that_cannot_be_reached_is_bad_and_its_password_is_not_told() -> None:
    with smtp_server() as server:
        pass
    finding = found(smtp_url=f"smtp://papers:open-sesame@127.0.0.1:{server.port}")["mail server"]
    assert finding.state is State.BAD
    assert f"127.0.0.1:{server.port} cannot be reached: Connection refused" in finding.said
    assert "sesame" not in finding.said


def test_a_url_of_no_server_is_bad() -> None:
    finding = found(smtp_url="smtp://papers@mail.papers.example")["mail server"]
    assert (finding.state, finding.said) == (
        State.BAD,
        "PAPERROUND_SMTP_URL: must have user and password, or neither",
    )


def test_a_sender_that_cannot_be_is_bad_and_told_once() -> None:
    with smtp_server() as server:
        states = {thing: each.state for thing, each in found(smtp_url=server.url, mail_from="papers").items()}
    assert states == {"mail": State.BAD, "mail server": State.GOOD, "mail box": State.GOOD}


def test_a_short_key_is_bad() -> None:
    assert found(dkim_key=_pem(_key(1024)), dkim_selector="papers")["DKIM"] == Finding(
        "DKIM", State.BAD, "PAPERROUND_DKIM_KEY: has 1,024 bits; mail servers ask for 2,048 at least"
    )


def test_a_key_that_is_none_is_bad() -> None:
    finding = found(dkim_key="open-sesame", dkim_selector="papers")["DKIM"]
    assert finding.state is State.BAD
    assert "sesame" not in finding.said


def test_a_box_that_is_not_there_is_bad(folder: Path) -> None:
    finding = found(mail_box=f"maildir://{folder}/nowhere")["mail box"]
    assert finding.state is State.BAD
    assert "is no Maildir" in finding.said


def test_links_without_https_and_to_another_domain_are_warned_of() -> None:
    with smtp_server() as server:
        without = found(smtp_url=server.url, public_url="http://papers.example")["links"]
        elsewhere = found(smtp_url=server.url, public_url="https://lamps.example.org")["links"]
    assert (without.state, elsewhere.state) == (State.WARNING, State.WARNING)
    assert without.said.startswith("PAPERROUND_PUBLIC_URL is not https: ")
    assert elsewhere.said.startswith("letters from papers.example lead to lamps.example.org: ")


def test_without_a_server_nothing_is_asked_of_an_operator() -> None:
    assert found(mail_from=None, public_url="http://127.0.0.1:8000") == {
        "mail": Finding("mail", State.GOOD, "no PAPERROUND_SMTP_URL is set: digests are files in var/mail")
    }


def test_all_is_told_where_all_is_well_and_nothing_is_sent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(folder)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    for name in ("new", "cur", "tmp"):
        (folder / "box" / name).mkdir(parents=True)
    (folder / "box" / "new" / "1.papers").write_text("Subject: Lamps\n")
    with smtp_server(certificate, login=LOGIN) as server:
        said = found(smtp_url=server.url, mail_box=f"maildir://{folder}/box")
    assert list(said.values()) == [
        Finding("mail", State.GOOD, "from Papers <papers@papers.example>, returns to papers@papers.example"),
        Finding(
            "mail server",
            State.GOOD,
            f"127.0.0.1:{server.port} as papers by TLSv1.3, letters up to 10.0 MB",
        ),
        Finding(
            "DKIM",
            State.GOOD,
            "no PAPERROUND_DKIM_KEY is set: your mail server has to sign for papers.example",
        ),
        Finding("mail box", State.GOOD, "it can be read; mails that wait there: 1"),
    ]
    assert not server.messages
    assert server.connections[0].commands[-2:] == ["NOOP", "QUIT"]


def test_the_record_of_a_key_is_what_its_public_half_is_read_from() -> None:
    key = _key(2048)
    said = found(dkim_key=_pem(key), dkim_selector="papers")["DKIM"].said
    beginning, _, public = said.partition("p=")
    assert beginning == (
        "the DNS has to have for papers._domainkey.papers.example the TXT record v=DKIM1; k=rsa; "
    )
    expected = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert public == "".join(expected.splitlines()[1:-1])


def _key(bits: int) -> RSAPrivateKey:
    return generate_private_key(65537, bits)


def _pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
