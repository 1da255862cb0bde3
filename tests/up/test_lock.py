"""One `up` for a HOME."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.up.lock import NAME, Standing, held, note, standing
from models.errors import PaperRoundError

OTHER = Standing(4711, "http://127.0.0.1:8000", "http://127.0.0.1:4200/api")


def test_a_second_up_is_refused_and_told_where_the_first_one_is(tmp_path: Path) -> None:
    with held(tmp_path) as file:
        note(file, OTHER)
        with pytest.raises(
            PaperRoundError, match=r"process 4711, its site at http://127.0.0.1:8000: stop it"
        ):
            held(tmp_path).__enter__()


def test_one_that_has_not_said_yet_where_it_is_refuses_too(tmp_path: Path) -> None:
    with (
        held(tmp_path),
        pytest.raises(PaperRoundError, match="another `paperround up` is at work on"),
        held(tmp_path),
    ):
        pass


def test_what_it_has_started_holds_the_lock_after_its_end(tmp_path: Path) -> None:
    with held(tmp_path) as file:
        heir = subprocess.Popen(
            [sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[file.fileno()]
        )
    with heir:
        with pytest.raises(PaperRoundError), held(tmp_path):
            pass
        heir.communicate(b"\n")
    with held(tmp_path):
        pass


def test_where_an_up_is_at_work_is_known_as_long_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "new"
    assert standing(home) is None
    with held(home) as file:
        assert standing(home) is None
        note(file, OTHER)
        assert standing(home) == OTHER
    assert standing(home) is None
    assert OTHER.site in (home / NAME).read_text()


def test_the_note_of_the_one_before_is_gone(tmp_path: Path) -> None:
    with held(tmp_path) as file:
        note(file, OTHER)
    with held(tmp_path):
        assert standing(tmp_path) is None


def test_to_look_for_an_up_takes_no_lock(tmp_path: Path) -> None:
    with held(tmp_path):
        pass
    assert standing(tmp_path) is None
    with held(tmp_path):
        pass


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', "4711"])
def test_a_note_that_cannot_be_read_tells_nothing(tmp_path: Path, text: str) -> None:
    with held(tmp_path) as file:
        file.write(text)
        file.flush()
        assert standing(tmp_path) is None


def test_a_folder_that_cannot_be_made_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PaperRoundError, match="cannot be made or written"), held(tmp_path / "file" / "home"):
        pass
