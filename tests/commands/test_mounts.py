"""Where a file lies, as Linux tells it; and that SQLite over a network is told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.commands import store_findings
from flows.commands.finding import State
from flows.commands.mounts import kind_of
from flows.commands.store_findings import database
from flows.settings import load_settings
from tests.commands.test_doctor import NOW

MOUNTS = r"""/dev/sda1 / ext4 rw,relatime 0 0
server.example:/export /srv nfs4 rw 0 0
/dev/sdb1 /srv/local xfs rw 0 0
//server.example/my /mnt/my\040share cifs rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/ada/paperround.db", "ext4"),
        ("/srv/paperround.db", "nfs4"),
        ("/srvs/paperround.db", "ext4"),
        ("/srv/local/var/paperround.db", "xfs"),
        ("/mnt/my share/paperround.db", "cifs"),
    ],
)
def test_a_file_lies_on_what_is_mounted_nearest_above_it(path: str, kind: str) -> None:
    assert kind_of(Path(path), MOUNTS) == kind


def test_where_nothing_is_told_nothing_is_known() -> None:
    assert kind_of(Path("/srv"), "") == ""


@pytest.mark.parametrize(("kind", "is_told"), [("nfs4", True), ("ext4", False)])
def test_sqlite_over_a_network_is_a_warning(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, is_told: bool
) -> None:
    (tmp_path / "mounts").write_text(f"server.example:/export {tmp_path} {kind} rw 0 0\n")
    monkeypatch.setattr(store_findings, "MOUNTS", tmp_path / "mounts")
    told = list(database(load_settings(_env_file=None, home=tmp_path, database_url=sqlite_url), NOW))
    warnings = [each.said for each in told if each.thing == "disk" and each.state is State.WARNING]
    assert [f"lies on {kind}, where SQLite may damage it" in said for said in warnings] == [True] * is_told
