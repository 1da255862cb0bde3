"""The migrations, on both kinds of database: they and the tables agree, and the way back is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from models.database import MIGRATIONS, VERSION, reading, upgrade, version, writing
from models.tables import METADATA
from tests.databases import MADE, opened


def config(**attributes: Any) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes.update(attributes)
    return made


def run(engine: Engine, action: Callable[[Config, str], None], to: str) -> None:
    with writing(engine) as connection:
        action(config(connection=connection), to)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def differences(engine: Engine) -> list[Any]:
    """What `alembic check` would find."""
    with reading(engine) as connection:
        options = {"compare_type": True, "compare_server_default": True}
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


@pytest.mark.parametrize("name", ["AutoString()", "UTCDateTime()"])
def test_a_new_migration_names_types_as_its_template_imports_them(empty_url: str, name: str) -> None:
    template = (MIGRATIONS / "script.py.mako").read_text()
    assert name.removesuffix("()") in template
    with opened(empty_url) as engine, reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"user_module_prefix": ""})
        upgrades = produce_migrations(context, METADATA).upgrade_ops
    assert upgrades is not None
    assert f", {name}," in render_python_code(upgrades, user_module_prefix="")
