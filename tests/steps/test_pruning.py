"""Pruning: what is old goes, what a listing is told by stays, nothing is lost in silence, whatever happens meanwhile."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from flows.settings import load_settings
from flows.sources.archive import Archive
from flows.steps import pruning
from flows.steps.backing_up import back_up
from flows.steps.ingesting import of_day
from flows.steps.pruning import Pruned, prune
from flows.steps.replaying import Replay, replay
from models.database import posting, writing
from models.errors import DatabaseError
from models.mail.delivery import State
from models.mail.tables import SUBSCRIBERS
from models.pruning import loose_bodies
from models.run import Run, RunKind
from models.runs import keep as keep_run
from models.tables import READINGS, RUNS, SNAPSHOTS
from tests.databases import opened
from tests.mail.subscribed import asked, bounce, deliver, joined
from tests.models.stored import rows_with
from tests.steps.house import MON, THU, TUE, WED, House, Site, at, with_database

YEARS_LATER = at(WED) + timedelta(days=400)
"""When all that was read here is old, and was written long ago."""
MOMENTS = (at(MON, "08:15"), at(MON, "20:15"), at(TUE, "08:15"), at(TUE, "20:15"), at(WED, "20:15"))


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> House:
    """The house after three days; never changed, but copied."""
    home = with_database(tmp_path_factory.mktemp("history") / "var", sqlite_template)
    settings = load_settings(
        _env_file=None, home=home, sources="huggingface", huggingface_url="https://papers.example",
        keep_snapshots_days=31, keep_backups=2,
    )  # fmt: skip
    house = House(settings, Site(at(MON)))
    for moment in MOMENTS:
        house.ingest(moment)
    return house


@pytest.fixture
def lived(history: House, tmp_path: Path) -> House:
    """A house of one's own after the three days."""
    home = tmp_path / "var"
    shutil.copytree(history.settings.home, home)
    house = House(history.settings.model_copy(update={"home": home}), Site(YEARS_LATER))
    for path in house.archived():
        os.utime(path, (0, at(WED).timestamp()))
    return house


def pruned(house: House, now: datetime = YEARS_LATER, *, dry_run: bool = False) -> Pruned:
    return prune(house.settings, now, dry_run=dry_run)


def everything(house: House) -> object:
    """All that a pruning could change."""
    return house.rows(READINGS, SNAPSHOTS, RUNS, SUBSCRIBERS), sorted(house.settings.home.rglob("*"))


def loose(house: House) -> set[str]:
    """The hashes of bodies that no reading names that was not pruned."""
    found = house.rows(READINGS, SNAPSHOTS)
    gone = {row["id"] for row in found["readings"] if row["pruned_at"]}
    of = {is_gone: {row["content_hash"] for row in found["snapshots"] if (row["reading_id"] in gone) is is_gone}
          for is_gone in (True, False)}  # fmt: skip
    return of[True] - of[False]


def replayed(house: House, into: str | None = None, since: datetime | None = None) -> Replay:
    with house.opened(YEARS_LATER) as resources:
        return replay(resources, since.date() if since else None, None, into)


def test_unless_it_is_asked_for_every_snapshot_stays(lived: House) -> None:
    kept_all = lived.settings.model_copy(update={"keep_snapshots_days": None})
    before = everything(lived)
    assert prune(kept_all, YEARS_LATER).in_words() == "nothing that is old enough"
    assert everything(lived) == before


def test_what_is_young_stays(lived: House) -> None:
    before = everything(lived)
    assert pruned(lived, MOMENTS[0] + timedelta(days=31)).lines == ()
    assert everything(lived) == before


def test_a_rehearsal_changes_nothing_and_tells_what_then_happens(lived: House) -> None:
    with opened(lived.settings.database) as engine, posting(engine) as connection:
        asked(connection)
    before = everything(lived)
    rehearsed = pruned(lived, dry_run=True)
    assert everything(lived) == before
    assert (rehearsed.readings.number, rehearsed.mail.pending) > (0, 0)
    assert pruned(lived) == rehearsed
    assert pruned(lived).lines == ()


def test_old_bodies_go_and_each_listing_keeps_its_last(lived: House) -> None:
    before = {path: path.stat().st_size for path in lived.archived()}
    done = pruned(lived)
    after = set(lived.archived())
    assert {path.name.removesuffix(".gz") for path in before.keys() - after} == loose(lived)
    assert done.bodies == (len(before) - len(after), sum(before[path] for path in before.keys() - after))
    assert (done.readings.first, done.readings.last) == (MOMENTS[0], MOMENTS[3])
    assert done.lines[0].startswith(
        f"snapshots of {done.readings.number} readings from 2026-11-09 to 2026-11-10"
    )
    assert {path.name for path in lived.settings.archive.rglob("*") if path.is_file()} == {
        path.name for path in after
    }


def test_a_kill_between_the_rows_and_the_bodies_leaves_no_body_for_ever(
    lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Archive, "remove", killed)
    with pytest.raises(KeyboardInterrupt):
        pruned(lived)
    monkeypatch.undo()
    assert loose(lived)
    again = pruned(lived)
    assert (again.readings.number, again.bodies.number) == (0, len(loose(lived)))
    assert not {path.name.removesuffix(".gz") for path in lived.archived()} & loose(lived)


def test_a_body_that_a_round_has_just_kept_and_not_stored_yet_stays(
    lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def while_a_round_reads(connection: Connection) -> Sequence[str]:
        found = loose_bodies(connection)
        again = Archive(lived.settings.archive).path(found[0])
        os.utime(again, (0, YEARS_LATER.timestamp()))
        kept.append(again)
        return found

    kept: list[Path] = []
    monkeypatch.setattr(pruning, "loose_bodies", while_a_round_reads)
    done = pruned(lived)
    assert kept[0].exists()
    assert done.bodies.number == len(loose(lived)) - 1


def test_in_place_a_replay_would_lose_history_and_says_so(lived: House) -> None:
    pruned(lived)
    before = lived.rows()
    with pytest.raises(
        DatabaseError, match=r"readings up to 2026-11-10 were pruned, and their history would be lost"
    ):
        replayed(lived)
    assert lived.rows() == before


def test_a_replay_into_another_gives_every_paper_and_tells_what_is_left_out(
    lived: House, tmp_path: Path
) -> None:
    number = pruned(lived).readings.number
    url = f"sqlite:///{tmp_path / 'other.db'}"
    done = replayed(lived, url)
    found = lived.rows()
    assert (done.papers, done.pruned, done.readings) == (
        len(found["papers"]),
        number,
        len(found["readings"]) - number,
    )
    assert f"{number} older readings left out as pruned: what those alone told is missing" in done.in_words()
    with opened(url) as engine, engine.connect() as connection:
        assert {row["id"] for row in rows_with(connection, READINGS)} == {
            row["id"] for row in found["readings"] if not row["pruned_at"]
        }
    assert replayed(
        House(lived.settings.model_copy(update={"database_url": None}), lived.site), f"{url}2"
    ).pruned


def test_a_replay_of_days_that_are_whole_is_what_it_was(lived: House, tmp_path: Path) -> None:
    whole = replayed(lived, f"sqlite:///{tmp_path / 'before.db'}", at(WED))
    prune(lived.settings, at(WED) + timedelta(days=31))
    after = replayed(lived, f"sqlite:///{tmp_path / 'after.db'}", at(WED))
    assert after == whole == replace(whole, pruned=0)


def test_rounds_go_on_after_it_as_if_there_had_been_none(
    lived: House, caplog: pytest.LogCaptureFixture
) -> None:
    pruned(lived)
    lived.ingest(at(THU, "08:15"), of_day(TUE))
    assert lived.rows(SNAPSHOTS)["snapshots"][-1]["status"] in (200, 304)
    assert "asking for the whole page again" not in caplog.text


def test_backups_beyond_those_to_keep_go(lived: House) -> None:
    paths = [
        back_up(lived.settings.model_copy(update={"keep_backups": 9}), YEARS_LATER - timedelta(hours=9 - n))
        for n in range(3)
    ]
    size = paths[0].stat().st_size
    assert pruned(lived, dry_run=True).backups == (1, size)
    assert pruned(lived).backups == (1, size)
    assert [path.exists() for path in paths] == [False, True, True]


@pytest.mark.parametrize("dry_run", [False, True])
def test_backups_of_the_future_are_told_and_stay(lived: House, dry_run: bool) -> None:
    ahead = back_up(lived.settings, YEARS_LATER + timedelta(hours=1))
    done = pruned(lived, dry_run=dry_run)
    assert (done.backups.number, done.later, ahead.exists()) == (0, (ahead,), True)
    assert f"; 1 backup dated later than now, {ahead}: " in done.in_words()


def test_what_mail_and_runs_need_not_remember_is_counted(lived: House) -> None:
    with opened(lived.settings.database) as engine:
        with posting(engine) as connection:
            ada = joined(connection)
            deliver(connection, ada, State.SENT)
            bounce(connection, ada)
            asked(connection, "bo@reader.example")
        with writing(engine) as connection:
            for day in range(3):
                keep_run(connection, Run(str(day), RunKind.ROUND, at(MON) + timedelta(days=day), at(WED)))
            before = connection.execute(select(RUNS)).all()
    done = pruned(lived)
    assert done.mail._asdict().items() >= {"pending": 1, "letters": 1, "bounces": 1}.items()
    assert done.runs == len(before) - 1
    assert "1 subscriber who did not confirm; " in done.in_words()
