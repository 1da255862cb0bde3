"""Flows that are deployed for a test, and the runs that were handed out to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uuid import UUID

    from prefect import Flow
    from prefect.client.schemas.objects import FlowRun


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
