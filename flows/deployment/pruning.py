"""Removes old runs of ours from a Prefect server, which else keeps them for ever.

A server can do so by itself (PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED=events,flow_runs), but then it does with all
runs, whosever they are, also with the newest that an artifact is of, and it cannot be asked what would go.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    ArtifactCollectionFilter,
    ArtifactCollectionFilterFlowRunId,
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterTags,
)
from prefect.client.schemas.sorting import ArtifactSort, FlowRunSort
from prefect.exceptions import ObjectNotFound

from feeds.site.words import count
from flows.deployment.ours import FLOWS, TAG
from flows.deployment.speaking import speaking

_PAGE = 50
"""So many are asked for at once: an artifact comes with all that it says."""


@dataclass(frozen=True, slots=True)
class PrunedRuns:
    """How many runs that ended before a moment (aware UTC) were removed, and how many artifacts of theirs."""

    before: datetime
    runs: int = 0
    artifacts: int = 0

    def in_words(self) -> str:
        """What it was, as a part of a sentence."""
        if not self.runs:
            return f"no run in Prefect that ended before {self.before:%Y-%m-%d}"
        runs, artifacts = count(self.runs, "run"), count(self.artifacts, "artifact")
        return f"{runs} in Prefect that ended before {self.before:%Y-%m-%d}, with {artifacts}"


def prune_prefect(before: datetime, *, dry_run: bool) -> PrunedRuns:
    """Removes the runs of our flows, with our tag, that ended before a moment (aware UTC), or with `dry_run` only counts them.

    Their task runs, logs and artifacts go with them. A run stays that has left the newest artifact of a key. It asks
    the server that is configured, for some runs at a time; it may be stopped and started again.
    """
    runs = artifacts = passed = 0
    with speaking() as client:
        while page := _ended(client, before, passed):
            goes = set(page) - _of_newest_artifacts(client, page)
            left = _artifacts(client, goes)
            if not dry_run:
                _remove(client, goes, left)
            runs, artifacts = runs + len(goes), artifacts + len(left)
            passed += len(page) if dry_run else len(page) - len(goes)
    return PrunedRuns(before, runs, artifacts)


def _ended(client: SyncPrefectClient, before: datetime, passed: int) -> Sequence[UUID]:
    found = client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(FLOWS))),
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(all_=[TAG]),
            # What is under way has none, also when it ended once and was taken again.
            end_time=FlowRunFilterEndTime.model_validate({"before_": before}),
        ),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        limit=_PAGE,
        offset=passed,
    )
    return [run.id for run in found]


def _of_newest_artifacts(client: SyncPrefectClient, runs: Sequence[UUID]) -> Set[UUID]:
    """Those of some runs that have left the newest artifact of a key."""
    of_these = ArtifactCollectionFilter(flow_run_id=ArtifactCollectionFilterFlowRunId(any_=list(runs)))
    found = client.read_latest_artifacts(artifact_filter=of_these)
    return {newest.flow_run_id for newest in found if newest.flow_run_id}


def _artifacts(client: SyncPrefectClient, runs: Set[UUID]) -> Sequence[UUID]:
    found: list[UUID] = []
    of_these = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=list(runs)))
    while runs and (
        page := client.read_artifacts(
            artifact_filter=of_these, sort=ArtifactSort.ID_DESC, limit=_PAGE, offset=len(found)
        )
    ):
        found += [artifact.id for artifact in page]
    return found


def _remove(client: SyncPrefectClient, runs: Set[UUID], artifacts: Sequence[UUID]) -> None:
    """Removes the artifacts first, since without its run none would be found again."""
    for artifact in artifacts:
        with suppress(ObjectNotFound):  # another has removed it in this very moment
            client.delete_artifact(artifact)
    for run in runs:
        with suppress(ObjectNotFound):
            client.delete_flow_run(run)
