"""A paper is what several sources say of it: whose each field is, what each said last, what arXiv adds."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString as Text

from models.tex import displayed

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXTS = ("comment", "journal_ref", "doi", "license")
_OBJECTS = {"heard": "{}", "provenance": '{"*": "huggingface"}', "originals": "{}", "versions": "[]"}
_PAPERS = sa.table(
    "papers",
    *(sa.column(name, Text()) for name in ("id", "title", "abstract")),
    *(sa.column(name, sa.JSON()) for name in ("authors", "originals")),
)
_BATCH = 1_000


def upgrade() -> None:
    with op.batch_alter_table("papers") as table:
        table.drop_column("content_hash")
        table.add_column(sa.Column("announced_by", Text(), nullable=True))
        for name in _TEXTS:
            table.add_column(sa.Column(name, Text(), nullable=False, server_default=""))
        for name, empty in _OBJECTS.items():
            table.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default=empty))
    with op.batch_alter_table("papers") as table:
        for name in (*_TEXTS, *_OBJECTS):
            table.alter_column(name, server_default=None)
    op.execute("UPDATE papers SET announced_by = 'huggingface' WHERE first_listed IS NOT NULL")
    _show_tex_as_text()


def _show_tex_as_text() -> None:
    """Until now the texts were kept as they came; else each would look edited when it is read again."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(_PAPERS).order_by(_PAPERS.c.id)).mappings().all()
    changed = [found for row in rows if (found := _shown(row))]
    this = _PAPERS.c.id == sa.bindparam("paper_id")
    names = ("title", "abstract", "authors", "originals")
    for start in range(0, len(changed), _BATCH):
        values = {name: sa.bindparam(f"new_{name}", type_=_PAPERS.c[name].type) for name in names}
        connection.execute(sa.update(_PAPERS).where(this).values(values), changed[start : start + _BATCH])


def _shown(row: Mapping[Any, Any]) -> dict[str, Any] | None:
    given = {name: row[name] for name in ("title", "abstract", "authors")}
    shown = {
        name: [displayed(each) for each in value] if isinstance(value, list) else displayed(value)
        for name, value in given.items()
    }
    if shown == given:
        return None
    originals = {name: given[name] for name in given if shown[name] != given[name]}
    named = {f"new_{name}": value for name, value in {**shown, "originals": originals}.items()}
    return {"paper_id": row["id"], **named}


def downgrade() -> None:
    with op.batch_alter_table("papers") as table:
        for name in ("announced_by", *_TEXTS, *_OBJECTS):
            table.drop_column(name)
        table.add_column(sa.Column("content_hash", Text(), nullable=False, server_default=""))
    with op.batch_alter_table("papers") as table:
        table.alter_column("content_hash", server_default=None)
