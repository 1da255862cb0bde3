"""What the program did and when: a row for each run; empty at first, the next round writes the first."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString as Text
from sqlmodel import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", Text(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_runs_kind_began_at", "runs", ["kind", "began_at"])


def downgrade() -> None:
    op.drop_table("runs")
