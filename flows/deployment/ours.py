"""What of a Prefect server is ours: the work pool, the flows, the names of what `paperround deploy` makes, and what the
server shall be set to."""

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

OVER_ITS_END = {
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    "PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER": "P7D",
}
"""What a Prefect server shall know after its end, however that came, and of itself forgets: who holds the place of a
deployment, which else stays taken for ever, and from whom nothing was heard meanwhile."""
