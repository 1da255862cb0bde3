"""Work in shards: a run of its own for each, for whatever workers there are; none begins twice while one is under way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled
from prefect.utilities.urls import url_for

GONE_AFTER = dt.timedelta(hours=3)
"""A run that has been under way for so long is taken for dead where nobody else has seen that it is. If it lives after
all, a second one beside it does nothing twice."""


class Shard(NamedTuple):
    """What a run is to do: `words` name it in its run's name, and with `tags` among all shards of its deployment."""

    words: str
    parameters: Mapping[str, object]
    tags: tuple[str, ...]


def is_deployed(deployment: str) -> bool:
    """Whether the Prefect server knows a deployment, `flow/name`."""
    try:
        with get_client(sync_client=True) as client:
            client.read_deployment_by_name(deployment)
    except ObjectNotFound:
        return False
    return True


def hand_out(deployment: str, shards: Sequence[Shard]) -> list[FlowRun]:
    """Has a run of a deployment for each shard, leaves a list of them, and waits for none.

    What waits or is under way, this alone or more with it, is not begun again.
    """
    with get_client(sync_client=True) as client:
        deployed = client.read_deployment_by_name(deployment)
        flow = deployment.partition("/")[0]
        runs = [_run_of(client, deployed.id, f"{flow} {shard.words}", shard) for shard in shards]
    words = "\n".join(f"- [{run.name}]({url_for(run)})" for run in runs)
    create_markdown_artifact(key="shards", markdown=words, description="The runs that do a shard each.")
    return runs


def is_over(run: FlowRun, now: dt.datetime) -> bool:
    """Whether a run has ended, or is so late at a moment (aware UTC) that it is taken for dead."""
    state = run.state
    if state is None or state.is_scheduled():
        return False
    return state.is_final() or state.timestamp < now - GONE_AFTER


def _run_of(client: SyncPrefectClient, deployment: UUID, name: str, shard: Shard) -> FlowRun:
    """The run that does a shard: the last one while it waits or is under way, else a new one.

    Who finds the same last run makes the new one under the same key, which Prefect gives to one run only.
    """
    tags = [*shard.tags, shard.words]
    last = next(iter(_newest_first(client, deployment, tags)), None)
    if last and not is_over(last, dt.datetime.now(dt.UTC)):
        return last
    return client.create_flow_run_from_deployment(
        deployment,
        parameters=dict(shard.parameters),
        state=Scheduled(),
        name=name,
        tags=tags,
        idempotency_key=f"{' '.join(tags)} after {last.id if last else 'none'}",
    )


def _newest_first(client: SyncPrefectClient, deployment: UUID, tags: list[str]) -> list[FlowRun]:
    return client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
        flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=tags)),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=1,
    )
