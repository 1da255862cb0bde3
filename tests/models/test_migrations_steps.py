"""Each step between two versions, up and down, on both kinds of database with rows in every table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, RowMapping, inspect, text

from models.database import VERSION, reading, version, writing
from models.tables import METADATA, is_declared
from tests.models.every_table import fill_table
from tests.models.test_migrations import config, differences
from tests.models.test_migrations_rows import IN_TEX, migrate, of_0001

__all__ = ["of_0001"]

STEPS = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()][::-1]
CHANGED = {("papers", IN_TEX["id"])}
"""Rows that a step changes: what was TeX becomes text (tests/models/test_migrations_rows.py)."""
Rows = Sequence[RowMapping]


def there(engine: Engine) -> dict[str, Rows]:
    """All rows of all tables, as they are in this version."""
    names = {name for name in inspect(engine).get_table_names() if is_declared(name, "table", {})}
    with reading(engine) as connection:
        return {
            name: connection.execute(text(f"SELECT * FROM {name}")).mappings().fetchall()
            for name in sorted(names - {"alembic_version"})
        }


def common(name: str, rows: Rows, others: Rows) -> list[list[tuple[str, str]]]:
    """The rows, in an order that depends on them alone, but for the columns that others have not."""
    columns = sorted(rows[0].keys() & others[0].keys())
    found = [
        [(column, str(row[column])) for column in columns]
        for row in rows
        if (name, row.get("id")) not in CHANGED
    ]
    return sorted(found)


def same(before: Mapping[str, Rows], after: Mapping[str, Rows]) -> bool:
    """Whether the tables that are on both sides have the same rows, as far as both know their columns."""
    both = before.keys() & after.keys()
    assert all(len(before[name]) == len(after[name]) > 0 for name in both)
    return all(
        common(name, before[name], after[name]) == common(name, after[name], before[name]) for name in both
    )


def test_every_row_survives_each_step_up_and_each_step_down(of_0001: Engine) -> None:
    for step in STEPS[1:]:
        before = there(of_0001)
        migrate(of_0001, step)
        after = there(of_0001)
        assert before.keys() <= after.keys()
        assert same(before, after)
        with writing(of_0001) as connection:
            for table in METADATA.sorted_tables:
                if table.name in after.keys() - before.keys():
                    fill_table(connection, table)
    assert (version(of_0001), differences(of_0001)) == (VERSION, [])
    for step in STEPS[-2::-1]:
        before = there(of_0001)
        migrate(of_0001, step)
        after = there(of_0001)
        assert after.keys() <= before.keys()
        assert same(before, after)
    migrate(of_0001, VERSION)
    assert differences(of_0001) == []
