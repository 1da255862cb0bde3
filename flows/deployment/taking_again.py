"""Has runs taken again that crashed while a Prefect server was not yet listening to itself.

A server that comes back notices at once what was lost while it was away, sooner than it hears its own events: the
automation that would have such a run taken again does not see that it crashed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.states import Scheduled

from flows.deployment.automating import known
from flows.deployment.automations import AGAIN, BEGINS_AT_MOST, GONE, TAKEN_AGAIN
from flows.deployment.ours import TAG

_CRASHED_WITHIN = timedelta(hours=1)
_MOST = 100


def take_again(client: SyncPrefectClient) -> tuple[str, ...]:
    """Schedules anew what went away under a deployed run of ours in the last hour; the names of those runs, sorted.

    Nothing where the automation that does so was switched off.
    """
    automation = known(client).get(AGAIN)
    if automation is None or not automation.enabled:
        return ()
    gone = [run for run in _crashed(client) if _went_away(run)]
    for run in gone:
        client.set_flow_run_state(run.id, Scheduled(name="AwaitingRetry", message=TAKEN_AGAIN))
    return tuple(sorted(run.name for run in gone))


def _crashed(client: SyncPrefectClient) -> list[FlowRun]:
    which = {
        "tags": {"all_": [TAG]},
        "state": {"type": {"any_": ["CRASHED"]}},
        "end_time": {"after_": datetime.now(UTC) - _CRASHED_WITHIN},
    }
    return client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(which), limit=_MOST)


def _went_away(run: FlowRun) -> bool:
    message = (run.state and run.state.message) or ""
    is_deployed = run.deployment_id is not None
    return is_deployed and run.run_count < BEGINS_AT_MOST and any(fnmatchcase(message, each) for each in GONE)
