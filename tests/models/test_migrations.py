"""The migrations, on both kinds of database: they and the tables agree, and the way back is there."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from models.database import MIGRATIONS, VERSION, migrating, reading, upgrade, version, writing
from models.tables import METADATA, is_declared
from tests.databases import MADE, opened


def config(folder: Path = MIGRATIONS, **attributes: Any) -> Config:
    made = Config(stdout=io.StringIO())
    made.set_main_option("script_location", str(folder))
    made.attributes.update(attributes)
    return made


def run(engine: Engine, action: Callable[[Config, str], None], to: str) -> None:
    with migrating(engine) as connection:
        action(config(connection=connection), to)


def tables(engine: Engine) -> set[str]:
    """The tables that are there, but for Alembic's own and the search index, of another kind in each database."""
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if is_declared(name, "table", {})}


def differences(engine: Engine) -> list[Any]:
    """What `alembic check` would find."""
    with reading(engine) as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": is_declared}
        found: list[Any] = compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)
    return found


def test_there_is_one_newest_migration_and_the_program_is_written_for_it() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [VERSION]


def test_versions_grow_so_that_a_newer_one_is_told_from_an_older() -> None:
    newest_first = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()]
    assert newest_first == sorted(newest_first, reverse=True)


def test_an_empty_database_is_upgraded_to_the_tables(empty_url: str) -> None:
    with opened(empty_url) as engine:
        assert upgrade(engine, MADE)
        assert tables(engine) == set(METADATA.tables)
        assert differences(engine) == []


def test_down_to_nothing_and_up_again(own_engine: Engine) -> None:
    run(own_engine, command.downgrade, "base")
    assert tables(own_engine) == set()
    assert version(own_engine) is None
    run(own_engine, command.upgrade, "head")
    assert differences(own_engine) == []


def test_a_missing_column_is_a_difference(own_engine: Engine) -> None:
    with writing(own_engine) as connection:
        connection.exec_driver_sql("ALTER TABLE papers DROP COLUMN submitter")
    assert [change[0] for change in differences(own_engine)] == ["add_column"]


def test_a_migration_that_alembic_writes_runs_as_it_is(empty_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("[0-9]*.py", "__pycache__"))
    with opened(empty_url) as engine:
        with writing(engine) as connection:
            command.revision(config(folder, connection=connection), "written", autogenerate=True)
        with writing(engine) as connection:
            command.upgrade(config(folder, connection=connection), "head")
        assert differences(engine) == []
