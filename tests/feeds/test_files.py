from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from feeds.files import publish

ROOT = Path(__file__).parents[2]
LONG_AGO = 1_000_000_000


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "feeds" / "all.atom"
    publish(path, b"old")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def refuse(*_: object) -> None:
    raise OSError("no space left")


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    published: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(step, refuse)
    with pytest.raises(OSError, match="no space left"):
        publish(published, b"new")
    assert [path.name for path in published.parent.iterdir()] == ["all.atom"]
    assert published.read_bytes() == b"old"


KILLED = """
import os, pathlib, signal, sys
from feeds.files import publish
pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
publish(pathlib.Path(sys.argv[1]), b"a longer text that never came out")
"""


def test_a_kill_leaves_the_old_file_and_the_next_writing_tidies_up(published: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", KILLED, published], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert published.read_bytes() == b"old"
    assert publish(published, b"new")
    assert [path.name for path in published.parent.iterdir()] == ["all.atom"]
    assert published.read_bytes() == b"new"


def test_an_equal_file_is_not_touched(published: Path) -> None:
    before = published.stat()
    assert not publish(published, b"old")
    after = published.stat()
    assert (after.st_mtime, after.st_ino) == (LONG_AGO, before.st_ino)


@pytest.mark.parametrize("content", [b"new", b"", b"longer than before"])
def test_a_file_that_differs_is_replaced(published: Path, content: bytes) -> None:
    assert publish(published, content)
    assert published.read_bytes() == content


def test_an_open_reader_keeps_the_whole_old_file(published: Path) -> None:
    with published.open("rb") as reader:
        publish(published, b"new and longer")
        assert reader.read() == b"old"


def test_folders_are_made(tmp_path: Path) -> None:
    assert publish(tmp_path / "public" / "feeds" / "all.rss", b"")
    assert (tmp_path / "public" / "feeds" / "all.rss").read_bytes() == b""


def test_everybody_may_read_what_is_published(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        publish(tmp_path / "all.atom", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "all.atom").stat().st_mode & 0o777 == 0o644


def test_writers_at_once_leave_one_whole_content(tmp_path: Path) -> None:
    path = tmp_path / "all.atom"
    contents = [bytes([65 + n]) * (50_000 + n) for n in range(8)]
    with ThreadPoolExecutor(8) as writers:
        assert list(writers.map(lambda content: publish(path, content), contents * 4))
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]
