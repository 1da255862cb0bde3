"""A copy of a database holds every row of every table, from each kind into each; or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, inspect, select, text, update

from models import copying
from models.copying import copy_all
from models.database import reading, writing
from models.errors import DatabaseError
from models.fulltext.search import search
from models.mail.tables import SUBSCRIBERS
from models.records import PaperRecord
from models.tables import METADATA, PAPERS, is_declared
from models.topics.rules import parse
from tests.databases import opened, upgraded
from tests.models.every_table import NUMBER, all_rows, fill
from tests.models.invented import page, records
from tests.models.stored import read, rows

Pair = tuple[Engine, Engine]


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite", "sqlite to sqlite"])
def pair(request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str) -> Iterator[Pair]:
    """A database with rows in every table, and an empty one; the test runs for each pair of kinds."""
    kinds = request.param.split(" to ")
    urls = [
        request.getfixturevalue("postgresql_url") if kind == "postgresql" else sqlite_url for kind in kinds
    ]
    if urls[0] == urls[1]:
        urls[1] = upgraded(f"sqlite:///{tmp_path / 'other.db'}")
    with opened(urls[0]) as source, opened(urls[1]) as target:
        fill(source)
        yield source, target


@pytest.fixture
def there(sqlite_url: str) -> Iterator[Engine]:
    with opened(sqlite_url) as engine:
        fill(engine)
        yield engine


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Engine]:
    with opened(upgraded(f"sqlite:///{tmp_path / 'new.db'}")) as engine:
        yield engine


def copied(source: Engine, target: Engine) -> None:
    with reading(source) as origin, writing(target) as connection:
        copy_all(origin, connection, lambda _: None)


def next_number(engine: Engine) -> int:
    """The number of a new subscriber, who then is forgotten."""
    with writing(engine) as connection:
        row = {
            **dict(connection.execute(select(SUBSCRIBERS)).mappings().first() or {}),
            "folded": "x",
            "token": "x",
        }
        del row["id"]
        number: int = connection.execute(
            insert(SUBSCRIBERS).values(row).returning(SUBSCRIBERS.c.id)
        ).scalar_one()
        connection.execute(delete(SUBSCRIBERS).where(SUBSCRIBERS.c.id == number))
        return number


def test_a_row_that_comes_out_as_another_is_refused_and_nothing_of_the_copy_stays(
    there: Engine, new: Engine
) -> None:
    with writing(new) as connection:
        change = "UPDATE papers SET title = 'Lamps' WHERE id = new.id"
        connection.execute(text(f"CREATE TRIGGER meddle AFTER INSERT ON papers BEGIN {change}; END"))
    before = all_rows(new)
    with pytest.raises(DatabaseError, match="papers is not the same after it was copied"):
        copied(there, new)
    assert all_rows(new) == before


def test_a_row_that_is_lost_is_refused(there: Engine, new: Engine) -> None:
    with writing(new) as connection:
        remove = "DELETE FROM runs WHERE id = new.id"
        connection.execute(text(f"CREATE TRIGGER meddle AFTER INSERT ON runs BEGIN {remove}; END"))
    with pytest.raises(DatabaseError, match="runs is not the same"):
        copied(there, new)


def test_what_the_other_kind_cannot_hold_is_refused_by_the_name_of_its_table(
    both_engines: tuple[Engine, Engine],
) -> None:
    sqlite, postgresql = both_engines
    fill(sqlite)
    with writing(sqlite) as connection:
        connection.execute(update(PAPERS).values(title="a\x00b"))
    before = all_rows(postgresql)
    with pytest.raises(DatabaseError, match=r"a row of papers cannot be copied: .*NUL"):
        copied(sqlite, postgresql)
    assert all_rows(postgresql) == before


def test_every_row_of_every_table_is_in_the_copy_and_whose_it_is(pair: Pair) -> None:
    source, target = pair
    before = all_rows(source)
    assert {name for name, found in before.items() if len(found) < NUMBER} == {"installation"}
    copied(source, target)
    assert all_rows(target) == before == all_rows(source)


def test_every_table_that_the_migrations_make_is_copied(engine: Engine) -> None:
    made = {name for name in inspect(engine).get_table_names() if is_declared(name, "table", {})}
    assert made - {"alembic_version"} == set(METADATA.tables)


def test_a_number_that_was_given_out_is_not_given_out_again_by_the_copy(pair: Pair) -> None:
    source, target = pair
    gone = next_number(source)
    copied(source, target)
    assert next_number(target) == gone + 1


def test_the_copy_can_be_searched(both_engines: tuple[Engine, Engine]) -> None:
    sqlite, postgresql = both_engines
    found: tuple[PaperRecord, ...] = records(3)
    read(sqlite, page(*found))
    copied(sqlite, postgresql)
    word = rows(sqlite, PAPERS)[0]["title"].split()[0]
    with reading(sqlite) as one, reading(postgresql) as other:
        assert search(other, parse(word), 9) == search(one, parse(word), 9)
        assert other.execute(text("SELECT count(*) FROM papers_words")).scalar() == len(found)


def test_progress_tells_of_every_row_batch_by_batch(
    there: Engine, new: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_BATCH", 2)
    told: list[int] = []
    with reading(there) as origin, writing(new) as connection:
        tables = copy_all(origin, connection, told.append)
    assert sum(table.rows for table in tables) == NUMBER * (len(tables) - 1) + 1
    *rows_told, papers = told
    assert (sum(rows_told), max(rows_told), papers) == (NUMBER * (len(tables) - 1) + 1, 2, NUMBER)
