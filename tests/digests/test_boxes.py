"""Boxes: which mails wait, what of them is read, and how they are marked; and what is said where that cannot be."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from feeds.digests import imap
from feeds.digests.boxes import Box, open_box
from models.errors import MailError, SettingsError
from tests.digests.certificate import make_certificate
from tests.digests.imap_server import PASSWORD, USER, ImapServer, imap_server

MUCH = 1_000_000


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    path = tmp_path / "a folder" / "Maildir"
    for name in ("new", "cur", "tmp"):
        (path / name).mkdir(parents=True)
    return path


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


def url(server: ImapServer, password: str = PASSWORD, folder: str = "") -> str:
    return f"imap://{quote(USER, safe='')}:{quote(password, safe='')}@127.0.0.1:{server.port}{folder}"


def refusal(url: str) -> str:
    with pytest.raises((MailError, SettingsError)) as refused, open_box(url):
        pass
    return str(refused.value)


def use(box: Box) -> None:
    [key] = box.waiting(10)
    box.read(key, MUCH)
    box.done(key)


# --- what is refused


@pytest.mark.parametrize(
    "wrong",
    [
        "", "mail", "mbox:///var/mail/papers", "pop3://user:secret@mail.papers.example", "maildir:relative",
        "maildir://host/path", "maildir://", "imaps://mail.papers.example", "imaps://user@mail.papers.example",
        "imaps://user:secret@", "imaps://user:secret@mail.papers.example:port", "imaps://u:secret@[::1",
        "imaps://user:secret%0d%0a@mail.papers.example", "imaps://üser:secret@mail.papers.example",
        "imaps://user:secret%FF@mail.papers.example", "imaps://user:secret@mail.papers.example/B%0Ax",
    ],
)  # fmt: skip
def test_a_url_of_no_box_is_refused_without_its_password(wrong: str) -> None:
    said = refusal(wrong)
    assert said.startswith("PAPERROUND_MAIL_BOX")
    assert "secret" not in said


def test_a_password_is_never_sent_in_clear_to_another_machine() -> None:
    assert "sends the password in clear" in refusal("imap://user:secret@mail.papers.example")
    assert "sends the password in clear" in refusal("imap://user:secret@192.0.2.1/INBOX")


def test_a_folder_that_is_no_maildir_is_told(tmp_path: Path) -> None:
    assert "is no Maildir: it has no folder `new`" in refusal(f"maildir://{tmp_path}")
    (tmp_path / "new").mkdir()
    assert "it has no folder `cur`" in refusal(f"maildir://{tmp_path}")


def test_a_maildir_of_another_user_is_told(maildir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root, who may run the tests, has access to all
    assert "cannot be read and written" in refusal(f"maildir://{quote(str(maildir))}")


def test_a_maildir_that_vanishes_is_told(maildir: Path) -> None:
    with open_box(f"maildir://{quote(str(maildir))}") as box:
        (maildir / "new").rmdir()
        with pytest.raises(MailError, match="cannot be read"):
            box.waiting(10)


def test_a_wrong_password_is_told_without_it(server: ImapServer) -> None:
    said = refusal(url(server, "not the secret"))
    assert "bounces@papers.example at 127.0.0.1" in said
    assert "Authentication failed" in said
    assert "not the secret" not in said


def test_a_server_that_repeats_the_password_does_not_bring_it_into_the_error(server: ImapServer) -> None:
    server.refused.add("LOGIN")  # and says what it was asked
    assert "not the secret" not in refusal(url(server, "not the secret"))


def test_a_folder_that_is_not_there_is_told(server: ImapServer) -> None:
    assert "no such folder" in refusal(url(server, folder="/Bounces"))


def test_a_server_that_is_not_there_is_told(server: ImapServer) -> None:
    with imap_server() as gone:
        address = url(gone)
    assert "cannot be used: [Errno" in refusal(address)


def test_a_server_without_a_trusted_certificate_is_not_trusted(tmp_path: Path) -> None:
    with imap_server(make_certificate(tmp_path)) as server:
        said = refusal(url(server).replace("imap:", "imaps:"))
        assert "certificate verify failed" in said
        assert server.commands == []


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_server_that_hangs_up_is_told(server: ImapServer, command: str) -> None:
    server.add(b"Subject: a mail\r\n\r\n")
    server.dropped.add(command)
    with pytest.raises(MailError, match="cannot be used"), open_box(url(server)) as box:
        use(box)


@pytest.mark.parametrize("command", ["UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_server_that_refuses_is_told(server: ImapServer, command: str) -> None:
    server.add(b"Subject: a mail\r\n\r\n")
    server.refused.add(command)
    with pytest.raises(MailError, match="not today"), open_box(url(server)) as box:
        use(box)


def test_a_server_that_does_not_answer_is_given_up(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "TIMEOUT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "timed out" in refusal(f"imap://user:secret@127.0.0.1:{silent.getsockname()[1]}")


# --- a Maildir


def test_mails_of_a_maildir_come_the_oldest_first_until_they_are_marked(maildir: Path) -> None:
    for name in ("new/1700000002.b", "new/1700000001.a:2,", "cur/1700000003.c:2,R", "cur/1700000000.d:2,FS"):
        (maildir / name).write_bytes(name.encode())
    (maildir / "new/.hidden").write_bytes(b"no mail")
    (maildir / "new/folder").mkdir()
    with open_box(f"maildir://{quote(str(maildir))}") as box:
        keys = box.waiting(10)
        assert [box.read(key, MUCH) for key in keys] == [
            b"new/1700000001.a:2,", b"new/1700000002.b", b"cur/1700000003.c:2,R",
        ]  # fmt: skip
        assert list(box.waiting(2)) == list(keys[:2])
        for key in keys:
            box.done(key)
        assert not box.waiting(10)
    assert sorted(path.name for path in (maildir / "cur").iterdir()) == [
        "1700000000.d:2,FS", "1700000001.a:2,S", "1700000002.b:2,S", "1700000003.c:2,RS",
    ]  # fmt: skip


def test_of_a_long_mail_in_a_maildir_only_the_beginning_is_read(maildir: Path) -> None:
    (maildir / "new" / "1").write_bytes(b"0123456789")
    with open_box(f"maildir://{quote(str(maildir))}") as box:
        assert box.read("new/1", 4) == b"0123"


def test_a_mail_that_another_program_has_moved_is_no_failure(maildir: Path) -> None:
    (maildir / "new" / "1").write_bytes(b"a mail")
    with open_box(f"maildir://{quote(str(maildir))}") as box:
        [key] = box.waiting(10)
        (maildir / "new" / "1").rename(maildir / "cur" / "1:2,")
        assert box.read(key, MUCH) is None
        box.done(key)
        assert list(box.waiting(10)) == ["cur/1:2,"]


def test_a_mail_that_cannot_be_marked_is_told(maildir: Path) -> None:
    (maildir / "new" / "1").write_bytes(b"a mail")
    (maildir / "cur" / "1:2,S" / "in the way").mkdir(parents=True)
    with (
        open_box(f"maildir://{quote(str(maildir))}") as box,
        pytest.raises(MailError, match="cannot be moved"),
    ):
        box.done("new/1")


# --- a folder of IMAP


def test_mails_of_a_server_come_the_oldest_first_until_they_are_marked(server: ImapServer) -> None:
    first, second = server.add(b"first"), server.add(b"second\r\n{3}\r\n)")
    seen = server.add(b"third", r"\Seen")
    with open_box(url(server)) as box:
        keys = box.waiting(10)
        assert [box.read(key, MUCH) for key in keys] == [b"first", b"second\r\n{3}\r\n)"]
        assert server.flags(first) == server.flags(second) == set()  # to read is not to mark
        assert list(box.waiting(1)) == list(keys[:1])
        box.done(keys[0])
        assert list(box.waiting(10)) == list(keys[1:])
    assert server.flags(first) == server.flags(seen) == {r"\Seen"}
    assert server.commands[-1] == "LOGOUT"


def test_of_a_long_mail_on_a_server_only_the_beginning_is_read(server: ImapServer) -> None:
    server.add(b"0123456789")
    with open_box(url(server)) as box:
        [key] = box.waiting(10)
        assert box.read(key, 4) == b"0123"


def test_a_mail_that_is_gone_from_the_server_is_no_failure(server: ImapServer) -> None:
    server.add(b"a mail")
    with open_box(url(server)) as box:
        [key] = box.waiting(10)
        server.letters.clear()
        assert box.read(key, MUCH) is None
        box.done(key)
        assert not box.waiting(10)


def test_a_folder_may_have_any_name_and_the_connection_is_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    name = 'Mail/What "came" back'
    with imap_server(certificate, name) as server:
        server.add(b"a mail")
        with open_box(url(server, folder=f"/{quote(name)}").replace("imap:", "imaps:")) as box:
            assert len(box.waiting(10)) == 1
