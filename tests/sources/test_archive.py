from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.sources.archive import Archive
from models.errors import ArchiveError

BODY = b"<html>a listing</html>" * 100
HASH = hashlib.sha256(BODY).hexdigest()
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
LONG_AFTER = datetime(2101, 1, 1, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def path_of(archive: Archive, content_hash: str = HASH) -> Path:
    return archive.folder / content_hash[:2] / f"{content_hash}.gz"


def files(archive: Archive) -> list[Path]:
    return [path for path in archive.folder.rglob("*") if path.is_file()]


def test_load_refuses_what_was_never_kept(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match=rf"{HASH}\.gz is missing"):
        archive.load(HASH)


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        gzip.compress(BODY, mtime=0)[:-1],
        gzip.compress(BODY, mtime=0)[:15],
        gzip.compress(BODY, mtime=0) + b"rubbish",
        gzip.compress(BODY, mtime=0)[:10] + b"\xff" * 20,
        gzip.compress(b"another content", mtime=0),
        BODY,
    ],
)
def test_load_refuses_a_damaged_snapshot_and_names_it(archive: Archive, damaged: bytes) -> None:
    archive.keep(BODY)
    path_of(archive).write_bytes(damaged)
    with pytest.raises(ArchiveError, match=rf"{HASH}\.gz is damaged"):
        archive.load(HASH)


@pytest.mark.parametrize("content_hash", ["", "../../etc/passwd", HASH.upper(), HASH[:-1], f"{HASH}\n"])
def test_load_refuses_what_is_no_hash(archive: Archive, content_hash: str) -> None:
    with pytest.raises(ArchiveError, match="not a sha256"):
        archive.load(content_hash)


def test_load_names_what_cannot_be_read(archive: Archive) -> None:
    path_of(archive).mkdir(parents=True)
    with pytest.raises(ArchiveError, match=rf"{HASH}\.gz cannot be read"):
        archive.load(HASH)


def test_keep_names_what_cannot_be_written(archive: Archive) -> None:
    archive.folder.write_text("a file where the folder should be")
    with pytest.raises(ArchiveError, match=rf"{HASH}\.gz cannot be written"):
        archive.keep(BODY)


def test_keep_leaves_nothing_when_it_fails(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveError, match="No space left"):
        archive.keep(BODY)
    assert files(archive) == []


KEEPER = """
import os, sys
from pathlib import Path
from flows.sources.archive import Archive
archive = Archive(Path(sys.argv[1]))
while True:
    print(archive.keep(os.urandom(2_000_000)), flush=True)
"""


def test_a_kill_leaves_no_half_snapshot(archive: Archive) -> None:
    command = [sys.executable, "-c", KEEPER, str(archive.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as keeper:
        assert keeper.stdout
        kept = [keeper.stdout.readline().decode().strip() for _ in range(3)]
        keeper.kill()
    for content_hash in {*kept, *(path.stem for path in archive.folder.rglob("*.gz"))}:
        assert archive.load(content_hash)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.binary())
def test_load_gives_what_was_kept(archive: Archive, body: bytes) -> None:
    assert archive.load(archive.keep(body)) == body


def test_keep_names_a_snapshot_by_its_content(archive: Archive) -> None:
    assert archive.keep(BODY) == HASH
    assert files(archive) == [path_of(archive)]


def test_keep_writes_the_same_content_once(archive: Archive) -> None:
    archive.keep(BODY)
    before = path_of(archive).stat().st_ino
    archive.keep(BODY)
    assert path_of(archive).stat().st_ino == before


def test_remove_leaves_what_is_not_there_and_frees_nothing(archive: Archive) -> None:
    assert (archive.size(HASH, LONG_AFTER), archive.remove(HASH, LONG_AFTER)) == (0, 0)


def test_remove_leaves_what_was_kept_once_more_since(archive: Archive) -> None:
    archive.keep(BODY)
    os.utime(path_of(archive), (0, 0))
    archive.keep(BODY)
    assert archive.size(HASH, LONG_AGO) == archive.remove(HASH, LONG_AGO) == 0
    assert archive.load(HASH) == BODY


def test_remove_gives_back_what_is_kept_in_the_very_moment(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.keep(BODY)
    os.utime(path_of(archive), (0, 0))
    rename = Path.rename

    def just_before(path: Path, to: Path) -> Path:
        monkeypatch.undo()
        archive.keep(BODY)
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", just_before)
    assert archive.remove(HASH, LONG_AGO) == 0
    assert files(archive) == [path_of(archive)]
    assert archive.load(HASH) == BODY


def test_remove_names_what_cannot_be_removed(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    archive.keep(BODY)
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(ArchiveError, match=rf"{HASH}\.gz cannot be removed: Permission denied"):
        archive.remove(HASH, LONG_AFTER)


def test_remove_frees_the_bytes_of_the_file(archive: Archive) -> None:
    archive.keep(BODY)
    size = path_of(archive).stat().st_size
    assert archive.size(HASH, LONG_AFTER) == archive.remove(HASH, LONG_AFTER) == size
    assert files(archive) == []


def test_keep_writes_the_same_bytes_everywhere(tmp_path: Path) -> None:
    first, second = Archive(tmp_path / "first"), Archive(tmp_path / "second")
    first.keep(BODY)
    second.keep(BODY)
    assert path_of(first).read_bytes() == path_of(second).read_bytes()
    assert path_of(first).read_bytes()[4:8] == bytes(4)


def test_keeping_the_same_content_at_once_is_harmless(archive: Archive) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(archive.keep, [BODY] * 32)) == {HASH}
    assert files(archive) == [path_of(archive)]
    assert archive.load(HASH) == BODY
