"""What of a Prefect server is ours: the work pool, the flows, the names of what `paperround deploy` makes."""

from __future__ import annotations

POOL = "paperround"
"""The work pool of all deployments in prefect.yaml."""

TAG = "paperround"
"""What deployments, automations and runs are marked with: other people's flows may bear the names of ours."""

BLOCK = "paperround-notify"
"""The notification block that is made of PAPERROUND_NOTIFY_URL."""

ROUND = "daily-round"
STARTED = (
    ROUND,
    "digest",
    "digest-shard",
    "backfill",
    "backfill-shard",
    "replay",
    "housekeeping",
)
"""The flows that are deployed, by name."""
FLOWS = (*STARTED, "ingest", "publish")
"""All flows, with those that only run within others."""
