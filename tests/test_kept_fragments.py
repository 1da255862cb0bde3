"""What was rendered is kept in a file that may be damaged, locked or impossible, and that tidies itself up."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from feeds.press import Kept, Press
from flows import kept_fragments
from flows.kept_fragments import KeptFragments
from tests.feeds.invented import feed, paper

VALUES = {f"key-{n}": os.urandom(20) * 500 for n in range(40)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "fragments.db"


@pytest.fixture
def kept(path: Path) -> KeptFragments:
    found = KeptFragments(path)
    found.put(VALUES)
    return found


def works(kept: KeptFragments) -> bool:
    kept.put({"new": b"value"})
    return kept.get(["new"]) == {"new": b"value"}


@pytest.mark.parametrize(
    "content", [b"", b"no database at all" * 500, b"SQLite format 3\0" + b"\xff" * 9_000]
)
def test_a_file_that_is_no_database_is_begun_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert KeptFragments(path).get(["a"]) == {}
    assert works(KeptFragments(path))


def test_a_damaged_file_gives_nothing_wrong(path: Path, kept: KeptFragments) -> None:
    content = bytearray(path.read_bytes())
    for place in range(5_000, len(content), 6_000):
        content[place] ^= 0x10
    path.write_bytes(content)
    found = kept.get(VALUES)
    assert found.items() <= VALUES.items()
    assert len(found) < len(VALUES)
    assert works(kept)


def test_half_a_file_gives_nothing_wrong(path: Path, kept: KeptFragments) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert kept.get(VALUES).items() <= VALUES.items()
    assert works(kept)


def test_a_table_of_another_shape_keeps_nothing_and_raises_nothing(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE kept (other TEXT)")
    file.close()
    kept = KeptFragments(path)
    kept.put({"a": b"x"})
    kept.retain(["a"])
    assert kept.get(["a"]) == {}


def test_where_no_file_can_be_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for place in (tmp_path / "file" / "fragments.db", tmp_path):
        kept = KeptFragments(place)
        kept.put({"a": b"x"})
        kept.retain(["a"])
        assert kept.get(["a"]) == {}


def test_a_file_that_another_holds_is_waited_for_and_then_gone_without(
    path: Path, kept: KeptFragments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_fragments, "_BUSY_SECONDS", 0.01)
    holder = sqlite3.connect(path)
    holder.execute("BEGIN EXCLUSIVE")
    assert kept.get(VALUES) == {}
    kept.put({"a": b"x"})
    holder.rollback()
    holder.close()
    assert kept.get([*VALUES, "a"]) == VALUES


def test_what_was_put_is_there_for_others(path: Path, kept: KeptFragments) -> None:
    assert KeptFragments(path).get([*VALUES, "unknown"]) == VALUES


def test_a_value_may_be_put_again(kept: KeptFragments) -> None:
    kept.put({"key-0": b""})
    assert kept.get(["key-0"]) == {"key-0": b""}


def test_what_is_not_used_goes_when_it_is_more_than_half(kept: KeptFragments) -> None:
    used = list(VALUES)
    kept.retain(used[:20])
    assert len(kept.get(VALUES)) == 40
    kept.retain(used[:19])
    assert kept.get(VALUES).keys() == set(used[:19])


def _put(path: Path, number: int) -> int:
    kept = KeptFragments(path)
    for n in range(20):
        kept.put({f"{number}-{n}": bytes([number]) * 9_000, "shared": bytes([number])})
    return len(kept.get([f"{number}-{n}" for n in range(20)]))


def test_processes_at_once_lose_nothing(path: Path) -> None:
    with ProcessPoolExecutor(3, multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(_put, [path] * 3, range(3))) == [20, 20, 20]


def test_the_press_keeps_its_fragments_here(path: Path) -> None:
    kept: Kept = KeptFragments(path)
    press = Press(kept)
    press.published(press.press([feed(paper())], lambda _: True))
    press.finish()
    (again,) = Press(KeptFragments(path)).press([feed(paper())], lambda _: True)
    assert not again.documents
