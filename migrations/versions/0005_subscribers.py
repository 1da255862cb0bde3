"""Subscribers, the letters to them with what became of each, and what came back."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString as Text
from sqlmodel import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", Text(), nullable=False),
        sa.Column("folded", Text(), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("token", Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("cadence", Text(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("zone", Text(), nullable=False),
        sa.Column("hears_of_nothing", sa.Boolean(), nullable=False),
        sa.Column("origin", Text(), nullable=False),
        sa.Column("consent", Text(), nullable=False),
        sa.Column("network", Text(), nullable=False),
        sa.Column("requested_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("left_at", UTCDateTime(), nullable=True),
        sa.Column("left_by", Text(), nullable=False),
        sa.Column("suspended_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("folded"),
        sa.UniqueConstraint("token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscribers_state", "subscribers", ["state"])
    op.create_table(
        "fragments",
        sa.Column("key", Text(), nullable=False),
        sa.Column("text", Text(), nullable=False),
        sa.Column("html", Text(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", Text(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("digest", Text(), nullable=False),
        sa.Column("period", Text(), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("subject", Text(), nullable=False),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("planned_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("stale_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", Text(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("answer", Text(), nullable=False),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subscriber_id", "digest", "period"),
    )
    op.create_index("ix_deliveries_state_due_at", "deliveries", ["state", "due_at", "digest"])
    op.create_index("ix_deliveries_ended_at", "deliveries", ["ended_at"])
    op.create_table(
        "told",
        sa.Column("delivery_id", Text(), nullable=False),
        sa.Column("paper_id", Text(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"]),
        sa.PrimaryKeyConstraint("delivery_id", "paper_id"),
    )
    op.create_index("ix_told_subscriber_id", "told", ["subscriber_id"])
    op.create_table(
        "bounces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("status", Text(), nullable=False),
        sa.Column("said", Text(), nullable=False),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_bounces_subscriber_id", "bounces", ["subscriber_id"])


def downgrade() -> None:
    for table in ("bounces", "told", "deliveries", "fragments", "subscribers"):
        op.drop_table(table)
