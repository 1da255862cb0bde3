"""Flows that are deployed for a test, the runs that were handed out to them, and all runs one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uuid import UUID

    from prefect import Flow
    from prefect.client.schemas.objects import FlowRun, TaskRun


@contextmanager
def deployed(flow: Flow[..., Any], name: str) -> Iterator[UUID]:
    """The deployment of a flow under a name, for as long as the context lasts; no worker takes its runs."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        deployment = client.create_deployment(client.create_flow(flow), name)
        try:
            yield deployment
        finally:
            client.delete_deployment(deployment)


def runs_of(deployment: UUID) -> list[FlowRun]:
    """The runs of a deployment."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId

    with get_client(sync_client=True) as client:
        return client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
        )


def each_run() -> dict[UUID, tuple[str, str]]:
    """The name of each flow run and task run, of which several may have the same, and the type of its state."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        found: list[FlowRun | TaskRun] = [*client.read_flow_runs(), *client.read_task_runs()]
    return {run.id: (run.name, run.state_type.value) for run in found if run.state_type}
