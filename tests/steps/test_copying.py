"""A house that has moved: the same pages and feeds, the same letters, each once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from flows.settings import Settings, load_settings
from flows.steps import copying
from flows.steps.copying import Copied, copy_database
from flows.steps.publishing import publish
from models.copying import Advance, copy_all
from models.database import writing
from models.errors import DatabaseError, UsageError
from models.run import Run, RunKind
from models.runs import keep
from models.tables import APPEARANCES, PAPERS, READINGS
from tests.databases import opened
from tests.mail.post import digests, join, letters
from tests.models.every_table import all_rows, fill
from tests.steps.house import MON, TUE, House, Site, at

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """Those of a house whose database has rows in every table."""
    with opened(sqlite_url) as engine:
        fill(engine)
    return load_settings(_env_file=None, home=tmp_path / "var", database_url=sqlite_url)


def copied(settings: Settings, into: str) -> Copied:
    return copy_database(settings, into, NOW)


def moved(house: House, url: str, home: Path) -> House:
    """The house with the same settings, but for its database and its folder."""
    settings = load_settings(
        _env_file=None, **{**house.settings.model_dump(exclude_unset=True), "home": home, "database_url": url}
    )
    return House(settings, Site(house.site.now))


def files(house: House) -> dict[str, bytes]:
    """What the house publishes anew, by its path."""
    with house.opened(at(TUE)) as resources:
        publish(resources)
    public = house.settings.public
    return {str(path.relative_to(public)): content for path, (content, _) in house.published().items()}


@pytest.mark.parametrize("url", ["papers.db", "mysql://db.example/papers"])
def test_what_is_no_database_that_we_know_is_refused(settings: Settings, url: str) -> None:
    with pytest.raises(UsageError, match="--into must begin with sqlite:/// or postgresql"):
        copied(settings, url)


def test_what_is_not_empty_is_refused_and_left_as_it_is(settings: Settings, database_url: str) -> None:
    if database_url != settings.database:
        with opened(database_url) as engine:
            fill(engine)
    with opened(database_url) as engine:
        before = all_rows(engine)
        with pytest.raises(DatabaseError, match=r"is not empty \(3 papers\): name a new one"):
            copied(settings, database_url)
        assert all_rows(engine) == before


def test_a_database_of_an_older_version_has_to_be_brought_up_first(
    settings: Settings, tmp_path: Path
) -> None:
    with opened(settings.database) as engine, writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(DatabaseError, match=r"is at version 0001, .*`paperround db upgrade`"):
        copied(settings, f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "new.db").exists()


def test_a_copy_that_is_cut_off_leaves_room_for_the_next(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(source: Connection, target: Connection, _: Advance) -> None:
        copy_all(source, target, lambda _: None)
        raise KeyboardInterrupt

    url = f"sqlite:///{tmp_path / 'new.db'}"
    monkeypatch.setattr(copying, "copy_all", cut_off)
    with pytest.raises(KeyboardInterrupt):
        copied(settings, url)
    monkeypatch.undo()
    assert copied(settings, url).rows > 3 * 10


def test_what_is_written_meanwhile_is_not_in_it_and_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(source: Connection, target: Connection, advance: Advance) -> object:
        with opened(settings.database) as engine, writing(engine) as connection:
            keep(connection, Run("new", RunKind.ROUND, NOW))
        return copy_all(source, target, advance)

    monkeypatch.setattr(copying, "copy_all", meanwhile)
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert copied(settings, url).changed == ["runs"]
    with opened(url) as engine:
        assert "new" not in {row["id"] for row in all_rows(engine)["runs"]}


def test_tables_that_are_not_ours_stay_behind_and_are_told(settings: Settings, tmp_path: Path) -> None:
    with opened(settings.database) as engine, writing(engine) as connection:
        connection.execute(text("CREATE TABLE birds (name TEXT)"))
    assert copied(settings, f"sqlite:///{tmp_path / 'new.db'}").strangers == ["birds"]


def test_progress_ends_with_all(settings: Settings, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    done = copy_database(
        settings, f"sqlite:///{tmp_path / 'new.db'}", NOW, lambda *numbers: told.append(numbers)
    )
    whole = done.rows + 3  # the papers are indexed, too
    assert told[-1] == (whole, whole)


def test_from_the_other_database_the_same_is_published_to_the_byte(
    house: House, postgresql_url: str, tmp_path: Path
) -> None:
    house.ingest(at(MON))
    house.ingest(at(TUE))
    before = files(house)
    copied(house.settings, postgresql_url)
    there = moved(house, postgresql_url, tmp_path / "there")
    assert there.rows(PAPERS, APPEARANCES, READINGS) == house.rows(PAPERS, APPEARANCES, READINGS)
    assert files(there) == before
    assert len(before) > 30


def test_after_a_move_nobody_gets_a_letter_twice_and_nobody_goes_without(
    house: House, postgresql_url: str, tmp_path: Path
) -> None:
    house.ingest(at(MON))
    join(house, at(TUE, "08:15"), "ada")
    assert digests(house, at(TUE, "09:15")).tally.sent == 1
    copied(house.settings, postgresql_url)
    there = moved(house, postgresql_url, tmp_path / "there")
    join(there, at(TUE, "10:20"), "bo")
    assert digests(there, at(TUE, "10:25")).tally.sent == 1
    assert [letter.to for letter in letters(there)] == ["bo@reader.example"]
