"""What each topic's rule has chosen of all papers; empty at first, the next publishing fills it."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString as Text
from sqlmodel import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "matches",
        sa.Column("slug", Text(), nullable=False),
        sa.Column("paper_id", Text(), nullable=False),
        sa.Column("came_at", UTCDateTime(), nullable=False),
        sa.Column("reason", Text(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"]),
        sa.PrimaryKeyConstraint("slug", "paper_id"),
    )
    op.create_index("ix_matches_paper_id", "matches", ["paper_id"])
    op.create_index("ix_matches_slug_came_at", "matches", ["slug", "came_at"])
    op.create_table(
        "matched",
        sa.Column("slug", Text(), nullable=False),
        sa.Column("digest", Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug"),
    )


def downgrade() -> None:
    op.drop_table("matched")
    op.drop_table("matches")
