"""The secret of an installation: set, or made once and kept."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from flows.secret import NAME, keys
from flows.setting_kinds import LEAST_SECRET
from flows.settings import Settings, load_settings
from models.errors import SettingsError
from models.mail.tokens import Keys


def settings(home: Path, secret: str | None = None) -> Settings:
    return load_settings(home=home, secret_key=secret)


def mark(of: Keys) -> str:
    """Equal for keys of one secret alone."""
    return of.folded("ada@reader.example")


def test_a_secret_that_is_too_short_is_refused_without_being_told(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match="PAPERROUND_SECRET_KEY: must have at least 16 characters"
    ) as refused:
        keys(settings(tmp_path, "hunter2hunter2h"))
    assert "hunter2" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_secret_that_is_set_is_used_and_nothing_is_kept(tmp_path: Path) -> None:
    secret = "s" * LEAST_SECRET
    assert mark(keys(settings(tmp_path, secret))) == mark(Keys(secret.encode()))
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "var" / "paperround"
    first = mark(keys(settings(home)))
    path = home / NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 64
    assert mark(keys(settings(home))) == first
    assert [each.name for each in home.iterdir()] == [NAME]


def test_two_installations_have_two_secrets(tmp_path: Path) -> None:
    assert mark(keys(settings(tmp_path / "one"))) != mark(keys(settings(tmp_path / "two")))


def test_of_many_who_make_it_at_once_all_get_the_same(tmp_path: Path) -> None:
    together = Barrier(8, timeout=30)

    def make(_: int) -> str:
        together.wait()
        return mark(keys(settings(tmp_path)))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(8)))) == 1
    assert [each.name for each in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("content", [b"", b"\n", b"short", b" " * 40, b"fifteen letters\n\n"])
def test_a_file_that_was_cut_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(SettingsError, match="remove it, and a new one is made"):
        keys(settings(tmp_path))
    assert (tmp_path / NAME).read_bytes() == content


def test_a_secret_of_ones_own_may_stand_in_the_file(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"a secret of one's own\n")
    assert mark(keys(settings(tmp_path))) == mark(Keys(b"a secret of one's own"))


def test_a_file_that_cannot_be_read_or_made_is_named(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(SettingsError, match=f"{NAME} cannot be read or made: Is a directory"):
        keys(settings(tmp_path))
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SettingsError, match="cannot be read or made: Not a directory"):
        keys(settings(tmp_path / "file" / "home"))
