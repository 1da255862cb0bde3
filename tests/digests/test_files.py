"""Letters as files: the bytes that a server would get, whole, and the same however often they are written."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from feeds.digests.files import file_name, file_post
from feeds.digests.post import Outcome
from models.errors import MailError
from tests.digests.posting import TEXT, letter, nothing

LETTER = b"From: papers@papers.example\r\nMessage-ID: <b7k2@papers.example>\r\nSubject: Lamps\r\n\r\nThey burn.\r\n"


def test_a_folder_that_cannot_be_written_stops_the_round(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("no folder")
    with file_post(tmp_path / "mail")() as mailer, pytest.raises(MailError, match="mail cannot be written: "):
        mailer.deliver(letter(content=LETTER), nothing)


def test_a_failure_before_the_letter_leaves_no_file(tmp_path: Path) -> None:
    def fail() -> None:
        raise KeyError("the database is gone")

    with file_post(tmp_path / "mail")() as mailer, pytest.raises(KeyError):
        mailer.deliver(letter(content=LETTER), fail)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "head",
    [
        b"Subject: Lamps",
        b"Message-ID: <../../b7k2@papers.example>",
        b"Message-ID: <.b7k2@papers.example>",
        b"Message-ID: <b7/k2@papers.example>",
        b"Message-ID: <b7\0k2@papers.example>",
        b"Message-ID: <" + b"a" * 129 + b"@papers.example>",
        b"Subject: Lamps\r\nX-Message-ID: <b7k2@papers.example>",
        b"Subject: Lamps\r\n\r\nMessage-ID: <b7k2@papers.example>",
    ],
)
def test_what_is_no_name_for_a_file_is_named_by_its_bytes(head: bytes) -> None:
    name = file_name(head + b"\r\n\r\nThey burn.\r\n")
    assert len(name) == 36
    assert name.removesuffix(".eml").isalnum()


@pytest.mark.parametrize(
    "head",
    [
        b"Message-ID: <b7k2@papers.example>",
        b"Subject: Lamps\r\nmessage-id:\r\n <b7k2@papers.example>",
        b"Message-ID:<b7k2@papers.example>\r\nSubject: <other@papers.example>",
    ],
)
def test_a_letter_is_named_by_its_message_id(head: bytes) -> None:
    assert file_name(head + b"\r\n\r\nThey burn.\r\n") == "b7k2.eml"


def test_a_letter_is_a_file_of_the_same_bytes(tmp_path: Path) -> None:
    told: list[list[Path]] = []
    with file_post(tmp_path / "mail")() as mailer:
        answer = mailer.deliver(letter(content=LETTER), lambda: told.append(list(tmp_path.rglob("*"))))
    assert (answer.outcome, answer.said) == (Outcome.SENT, "b7k2.eml")
    assert told == [[]]
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["b7k2.eml"]
    assert (tmp_path / "mail" / "b7k2.eml").read_bytes() == LETTER


def test_writing_it_again_changes_nothing(tmp_path: Path) -> None:
    with file_post(tmp_path)() as mailer:
        mailer.deliver(letter(content=LETTER), nothing)
        before = (tmp_path / "b7k2.eml").stat()
        assert mailer.deliver(letter(content=LETTER), nothing).outcome is Outcome.SENT
    assert (tmp_path / "b7k2.eml").stat() == before


def test_letters_without_a_name_are_kept_apart(tmp_path: Path) -> None:
    with file_post(tmp_path)() as mailer:
        mailer.deliver(letter(content=TEXT), nothing)
        mailer.deliver(letter(content=TEXT + b"More.\r\n"), nothing)
    assert len(list(tmp_path.glob("*.eml"))) == 2


def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    with file_post(folder)() as mailer:
        mailer.deliver(letter(content=LETTER), nothing)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
