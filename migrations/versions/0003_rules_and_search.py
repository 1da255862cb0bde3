"""The history of the topics' rules, and the full-text index: empty at first, the next publishing fills it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import AutoString as Text
from sqlmodel import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# `ascii` takes every character beyond ASCII for a part of a word, and the words are folded before:
# so its tokens are exactly ours. Without content, FTS5 keeps no second copy of the texts.
_FTS5 = """
CREATE VIRTUAL TABLE papers_words USING fts5(
    title, abstract, author, comment, category, org, content = '', detail = full, tokenize = 'ascii'
)
"""


def upgrade() -> None:
    op.create_table(
        "rules",
        sa.Column("slug", Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", Text(), nullable=False),
        sa.Column("rule", Text(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("slug", "version"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_FTS5)
        return
    op.create_table(
        "papers_words",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_papers_words_words", "papers_words", ["words"], postgresql_using="gin")


def downgrade() -> None:
    op.execute("DROP TABLE papers_words")
    op.drop_table("rules")
