"""The deployments that prefect.yaml states, on a Prefect server: made and compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import WorkPoolFilter, WorkPoolFilterName
from prefect.client.schemas.responses import DeploymentResponse

from flows.deployment.made import Made, Thing
from flows.deployment.ours import POOL
from models.errors import PaperRoundError

FILE = "prefect.yaml"
_PAGE = 200
_WITHIN_SECONDS = 600
_COMPARED = {
    "entrypoint": "entrypoint",
    "description": "description",
    "tags": "tags",
    "parameters": "parameters",
    "parameter_openapi_schema": "form",
    "schedules": "schedules",
    "concurrency_options": "limit",
    "job_variables": "job variables",
    "pull_steps": "pull steps",
    "work_pool_name": "work pool",
    "version": "version",
}
_OF_SCHEDULES = {"schedules": {"__all__": {"id", "created", "updated", "deployment_id"}}}


class Stated(NamedTuple):
    """What a deployment is known by in prefect.yaml; two of different flows may have one name."""

    entrypoint: str
    name: str


def check_there(folder: Path) -> None:
    """Raises PaperRoundError where a folder has no prefect.yaml."""
    if not (folder / FILE).is_file():
        raise PaperRoundError(
            f"{folder} has no {FILE}: deploy in the folder that Paper Round was checked out to"
        )


def stated(folder: Path) -> list[Stated]:
    """The deployments that a folder's prefect.yaml states, in its order."""
    found = yaml.safe_load((folder / FILE).read_text())
    return [Stated(each["entrypoint"], each["name"]) for each in found["deployments"]]


def of_ours(client: SyncPrefectClient) -> dict[str, DeploymentResponse]:
    """The deployments into our work pool, by `flow/name`."""
    ours = WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL]))
    flows = {flow.id: flow.name for flow in _pages(client.read_flows, work_pool_filter=ours)}
    found = _pages(client.read_deployments, work_pool_filter=ours)
    return {f"{flows[each.flow_id]}/{each.name}": each for each in found}


def _pages(read: Any, **filters: object) -> Iterator[Any]:  # noqa: ANN401 - Prefect's methods have no type in common
    offset = 0
    while page := read(**filters, limit=_PAGE, offset=offset):
        yield from page
        offset += len(page)


def bring_up_to_date(client: SyncPrefectClient, folder: Path) -> list[Made]:
    """Has `prefect deploy --all` make or update all that prefect.yaml states; what was paused is paused again."""
    before = of_ours(client)
    _deploy_all(folder)
    wanted = set(stated(folder))
    made = []
    for name, found in of_ours(client).items():
        if Stated(found.entrypoint or "", found.name) in wanted:
            made.append(compared(name, before.get(name), found))
            if made[-1].is_paused:
                client.pause_deployment(found.id)
    return sorted(made, key=lambda each: each.name)


def compared(name: str, before: DeploymentResponse | None, found: DeploymentResponse) -> Made:
    """What has become of a deployment, by what the server gave before and gives now; None: there was none."""
    if before is None:
        return Made(Thing.DEPLOYMENT, name, is_new=True)
    was, now = _values(before), _values(found)
    changed = tuple(said for field, said in _COMPARED.items() if was[field] != now[field])
    return Made(Thing.DEPLOYMENT, name, changed=changed, is_paused=before.paused)


def _values(deployment: DeploymentResponse) -> dict[str, object]:
    values = deployment.model_dump(mode="json", include=set(_COMPARED), exclude=_OF_SCHEDULES)
    limit = deployment.global_concurrency_limit
    return {
        **values,
        "concurrency_options": (values["concurrency_options"], limit.limit if limit else None),
        # In no order of their own: PostgreSQL gives them now so, now so.
        "schedules": sorted(values["schedules"], key=lambda each: json.dumps(each, sort_keys=True)),
    }


def _deploy_all(folder: Path) -> None:
    """Prefect's own program, since what it does has no public function; its words are told where it fails."""
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    wide = {**os.environ, "COLUMNS": "1000", "NO_COLOR": "1"}
    done = subprocess.run(  # noqa: S603 - a command of ours
        command, cwd=folder, env=wide, capture_output=True, text=True, timeout=_WITHIN_SECONDS, check=False
    )
    if done.returncode:
        said = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
        raise PaperRoundError(
            f"`prefect deploy --all` did not take {FILE}: {said[-1] if said else 'no word'}"
        )


def no_longer_stated(client: SyncPrefectClient, folder: Path) -> tuple[str, ...]:
    """Of each deployment that prefect.yaml no longer states, what to do."""
    wanted = set(stated(folder))
    return tuple(
        f"{FILE} no longer has the deployment {name}: `prefect deployment delete {name}` removes it"
        for name, found in of_ours(client).items()
        if Stated(found.entrypoint or "", found.name) not in wanted
    )
