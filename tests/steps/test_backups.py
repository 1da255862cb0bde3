"""Which backups stay: the newest by a clock that is right; never is the one removed that was just made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.settings import load_settings
from flows.steps.backing_up import make_backup
from flows.steps.backups import later, name, surplus, told_later

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def put(folder: Path, *moments: datetime, kind: str = "db") -> list[Path]:
    """Backups of some moments, which hold nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name(at, kind) for at in moments]
    for path in paths:
        path.touch()
    return paths


def test_those_of_the_future_are_neither_counted_nor_removed(tmp_path: Path) -> None:
    old, young, *ahead = put(tmp_path, NOW - HOUR, NOW, NOW + HOUR, NOW + 2 * HOUR)
    assert [each.path for each in surplus(tmp_path, 1, NOW)] == [old]
    assert [each.path for each in later(tmp_path, NOW)] == ahead[::-1]
    assert [each.path for each in surplus(tmp_path, 1, NOW + 2 * HOUR)] == [ahead[0], young, old]


@pytest.mark.parametrize("keep", [1, 2])
def test_what_was_just_made_stays_whatever_the_others_are_called(tmp_path: Path, keep: int) -> None:
    made, old, older = put(tmp_path, NOW, NOW - HOUR, NOW - 2 * HOUR)
    (twin,) = put(tmp_path, NOW, kind="dump")
    assert [each.path for each in surplus(tmp_path, keep, NOW, made)] == [twin, old, older][keep - 1 :]


def test_a_clock_that_was_wrong_once_costs_no_new_backup(sqlite_url: str, tmp_path: Path) -> None:
    settings = load_settings(_env_file=None, home=tmp_path / "var", database_url=sqlite_url)
    ahead, old = put(settings.backups, NOW + 999 * HOUR, NOW - HOUR)
    made = make_backup(settings, NOW, keep=1)
    assert (made.path.exists(), ahead.exists(), old.exists()) == (True, True, False)
    assert (made.removed, made.later) == (1, (ahead,))


def test_one_in_a_file_of_ones_own_tells_of_no_others(sqlite_url: str, tmp_path: Path) -> None:
    settings = load_settings(_env_file=None, home=tmp_path / "var", database_url=sqlite_url)
    put(settings.backups, NOW + HOUR)
    assert make_backup(settings, NOW, tmp_path / "mine.db").later == ()


def test_they_are_told_with_one_of_them_by_name() -> None:
    first, second = Path("var/paperround-20270101T000000Z.db"), Path("x")
    assert told_later([first]) == (
        f"1 backup dated later than now, {first}: not counted, and not removed before then; delete by hand what a wrong clock made"
    )
    assert told_later([first, second]).startswith(
        f"2 backups dated later than now, such as {first}: not counted"
    )
