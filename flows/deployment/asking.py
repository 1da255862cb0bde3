"""Asks a Prefect server what it holds of ours, and how that stands; changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

from flows.deployment.automating import block_in_use, known, wanted_automations
from flows.deployment.deployments import FILE, Stated, of_ours, stated
from flows.deployment.ours import FLOWS, POOL, TAG
from flows.deployment.server_state import ServerState
from flows.deployment.speaking import speaking

ENDLESS = timedelta(days=1)


def ask(folder: Path, now: datetime) -> ServerState:
    """How the configured server stands at a moment (aware UTC), beside what the prefect.yaml of a folder states.

    In a folder without one nothing is said of deployments. Raises PaperRoundError where no Prefect server answers.
    """
    with speaking() as client:
        return _state(client, folder, now)


def _state(client: SyncPrefectClient, folder: Path, now: datetime) -> ServerState:
    present = known(client)
    block = block_in_use(present.values())
    lacking = [each.name for each in wanted_automations(block) if each.name not in present]
    long_ago = {"before_": now - ENDLESS}
    deployed, has_pool = _stated(client, folder), _has_pool(client)
    return ServerState(
        version=client.request("GET", "/admin/version").json(),
        has_pool=has_pool,
        heard_at=_heard_at(client) if has_pool else None,
        undeployed=tuple(name for name, found in deployed.items() if found is None),
        paused=tuple(name for name, found in deployed.items() if found and found.paused),
        off=tuple(
            f"{each.slug} of {name}"
            for name, found in deployed.items()
            for each in (found.schedules if found else ())
            if not each.active
        ),
        lacking=tuple(lacking),
        stopped=tuple(name for name, each in present.items() if not each.enabled),
        is_told=block is not None,
        late=_count(client, {"state": {"name": {"any_": ["Late"]}}}),
        endless=_count(client, {"state": _type("RUNNING"), "start_time": long_ago})
        + _count(client, {"state": _type("PENDING"), "expected_start_time": long_ago}),
        is_forgetful=_is_forgetful(client),
    )


def _stated(client: SyncPrefectClient, folder: Path) -> Mapping[str, DeploymentResponse | None]:
    """The deployments that are stated, by their names: what the server has of each."""
    if not (folder / FILE).is_file():
        return {}
    there = {Stated(each.entrypoint or "", each.name): (name, each) for name, each in of_ours(client).items()}
    found: dict[str, DeploymentResponse | None] = {}
    for each in stated(folder):
        name, deployment = there.get(each, (f"{each.name} of {each.entrypoint}", None))
        found[name] = deployment
    return found


def _has_pool(client: SyncPrefectClient) -> bool:
    try:
        client.read_work_pool(POOL)
    except ObjectNotFound:
        return False
    return True


def _heard_at(client: SyncPrefectClient) -> datetime | None:
    """The server gives the workers that it heard last first."""
    workers = client.read_workers_for_work_pool(POOL, limit=1)
    return workers[0].last_heartbeat_time if workers else None


def _is_forgetful(client: SyncPrefectClient) -> bool:
    """By its settings; a server that does not tell them, as Prefect's cloud, is taken for one that is kept well."""
    try:
        server = client.request("GET", "/admin/settings").json()["server"]
        return str(server["concurrency"]["lease_storage"]).endswith(".memory")
    except (ObjectNotFound, PrefectHTTPStatusError, KeyError, TypeError):
        return False


def _type(name: str) -> Mapping[str, object]:
    return {"type": {"any_": [name]}}


def _count(client: SyncPrefectClient, runs: Mapping[str, object]) -> int:
    return client.count_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(FLOWS))),
        flow_run_filter=FlowRunFilter.model_validate({**runs, "tags": {"all_": [TAG]}}),
    )
