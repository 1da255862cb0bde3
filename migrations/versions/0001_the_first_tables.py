"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString as Text
from sqlmodel import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ledger",
        sa.Column("source", Text(), nullable=False),
        sa.Column("section", Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("declared", sa.Integer(), nullable=False),
        sa.Column("parsed", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("revised", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("verdict", Text(), nullable=False),
        sa.Column("via", Text(), nullable=False),
        sa.Column("error", Text(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.Column("good_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("source", "section", "date"),
    )
    op.create_table(
        "papers",
        sa.Column("id", Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("content_hash", Text(), nullable=False),
        sa.Column("title", Text(), nullable=False),
        sa.Column("abstract", Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("summary", Text(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("organization", Text(), nullable=False),
        sa.Column("submitter", Text(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("first_listed", sa.Date(), nullable=True),
        sa.Column("announced_at", UTCDateTime(), nullable=True),
        sa.Column("updated_at", UTCDateTime(), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("seq"),
    )
    op.create_index("ix_papers_first_listed", "papers", ["first_listed"])
    op.create_index("ix_papers_updated_at", "papers", ["updated_at"])

    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", Text(), nullable=False),
        sa.Column("section", Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "appearances",
        sa.Column("source", Text(), nullable=False),
        sa.Column("section", Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("paper_id", Text(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["papers.id"],
        ),
        sa.PrimaryKeyConstraint("source", "section", "date", "paper_id", "nth"),
    )
    op.create_index("ix_appearances_paper_id", "appearances", ["paper_id"])

    op.create_table(
        "observations",
        sa.Column("paper_id", Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["papers.id"],
        ),
        sa.PrimaryKeyConstraint("paper_id", "at"),
    )
    op.create_table(
        "revisions",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("field", Text(), nullable=False),
        sa.Column("paper_id", Text(), nullable=False),
        sa.Column("old", sa.JSON(), nullable=True),
        sa.Column("new", sa.JSON(), nullable=True),
        sa.Column("weight", Text(), nullable=False),
        sa.Column("source", Text(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["papers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["reading_id"],
            ["readings.id"],
        ),
        sa.PrimaryKeyConstraint("seq", "field"),
    )
    op.create_index("ix_revisions_paper_id", "revisions", ["paper_id"])

    op.create_table(
        "snapshots",
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("url", Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("content_hash", Text(), nullable=True),
        sa.Column("error", Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reading_id"],
            ["readings.id"],
        ),
        sa.PrimaryKeyConstraint("reading_id", "ordinal"),
    )
    op.create_index("ix_snapshots_url", "snapshots", ["url"])


def downgrade() -> None:
    for table in (
        "snapshots",
        "revisions",
        "observations",
        "appearances",
        "readings",
        "papers",
        "ledger",
        "installation",
    ):
        op.drop_table(table)
