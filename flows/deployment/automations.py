"""What the Prefect server does by itself when something needs a person, or another worker: its automations, as values.

How a server evaluates them: `prefect.server.events.triggers`. A proactive trigger fires when what it expects has not
come `within` a time; a reactive one fires at once, and then for each of what `for_each` tells apart not again `within`
that time, so that a listing that is missing at each reading is told once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from prefect.automations import (
    AutomationCore,
    ChangeFlowRunState,
    EventTrigger,
    Posture,
    ResourceSpecification,
    SendNotification,
)
from prefect.client.schemas.objects import StateType

from flows.deployment.ours import FLOWS, POOL, ROUND, STARTED, TAG
from flows.run.events import KIND, Trouble

UNHEARD = timedelta(minutes=5)
"""A run that is not heard from for so long is lost. prefect.yaml has it heard each half minute; before it begins, the
image of a container may have to be fetched."""
NO_WORKER = timedelta(minutes=10)
NO_ROUND = timedelta(hours=12)
TOLD_AGAIN = timedelta(hours=12)

LOST = "Its worker is not heard from any more."
GONE = (
    LOST,
    "Execution was aborted by a termination signal.",
    "Execution was aborted by an interrupt signal.",
    "Execution was cancelled by the runtime environment.",
    "Process exited with status code: -9*",
    "Process exited with status code: 137*",
)
"""By these messages a run is known whose machine, worker or process went away under it, where no other run does what
is left of a month or of a slice. They are Prefect's (`prefect.states`, its runner), but for the first."""
TAKEN_AGAIN = "It is taken again."
BEGINS_AT_MOST = 4
"""A run that was lost as often as this is not taken again: it may be what kills its workers."""

_PREFIX = "Paper Round: "
_AGAIN = "a run that was lost is taken again"
AGAIN = f"{_PREFIX}{_AGAIN}"
"""The automation by which a run is taken again."""

_RUN = "prefect.flow-run."
_COMPLETED, _FAILED, _CRASHED = f"{_RUN}Completed", f"{_RUN}Failed", f"{_RUN}Crashed"
_BEGUN = {f"{_RUN}Submitting", f"{_RUN}heartbeat"}
"""After these a heartbeat or an end must come. Workers alone have a run `Submitting`; one that was started at a
terminal is heard from each three minutes, as Prefect has it of itself, and the demo's never: it is not missed."""
_AT_REST = {_COMPLETED, _FAILED, _CRASHED, f"{_RUN}TimedOut"} | {
    *(f"{_RUN}{name}" for name in ("Cancelling", "Cancelled", "Paused", "Suspended")),
    *(f"{_RUN}{name}" for name in ("Scheduled", "Late", "AwaitingRetry", "AwaitingConcurrencySlot")),
}
"""`Running` is none of them: who is killed right after it has not been heard from yet."""
_ANY_RUN = ResourceSpecification({"prefect.resource.id": f"{_RUN}*"})
_DEPLOYED = ResourceSpecification({"prefect.resource.role": "deployment"})
_OURS = ResourceSpecification({"prefect.resource.role": "tag", "prefect.resource.id": f"prefect.tag.{TAG}"})
_ONE = {"prefect.resource.id"}


def rescuing(unheard: timedelta = UNHEARD, flows: Iterable[str] = FLOWS) -> tuple[AutomationCore, ...]:
    """What gives the runs of a machine that died to another worker; nobody has to be told for it.

    A run of `flows` from which nothing is heard for `unheard` crashes, which frees the slot of its deployment, and is
    then scheduled anew: all that we do may be done twice. Two steps, since only the first is refused for a run that
    has ended meanwhile: a heartbeat may be late, or the clock of its machine fast.
    """
    return (
        _automation(
            "a run that is not heard from is lost",
            "A worker has taken a run, and nothing is heard from it any more: the run crashes.",
            EventTrigger(
                after=_BEGUN,
                expect=_BEGUN | _AT_REST,
                match=_ANY_RUN,
                match_related=_of(flows),
                for_each=_ONE,
                posture=Posture.Proactive,
                within=unheard,
            ),
            ChangeFlowRunState(name=None, state=StateType.CRASHED, message=LOST, force=False),
        ),
        _automation(
            _AGAIN,
            "A run whose machine, worker or process went away is scheduled anew, for whichever worker there is.",
            EventTrigger(
                expect={_CRASHED},
                match=ResourceSpecification(
                    {
                        **_ANY_RUN.root,
                        "prefect.state-message": [*GONE],
                        "prefect.run-count": [str(count) for count in range(BEGINS_AT_MOST)],
                    }
                ),
                match_related=[_DEPLOYED, _OURS],
                for_each=_ONE,
                posture=Posture.Reactive,
            ),
            ChangeFlowRunState(
                name="AwaitingRetry", state=StateType.SCHEDULED, message=TAKEN_AGAIN, force=False
            ),
        ),
    )


def telling(block: UUID, flows: Iterable[str] = STARTED) -> tuple[AutomationCore, ...]:
    """What tells a person, by the notification block of an id, of what needs one."""
    return (_trouble(block), _a_run_failed(block, flows), _no_round(block), _no_worker(block))


def _trouble(block: UUID) -> AutomationCore:
    return _automation(
        "trouble",
        "A listing is missing, a site refuses us, a letter may have been sent, the mail server stopped us.",
        EventTrigger(
            expect={trouble.value for trouble in Trouble},
            match=ResourceSpecification({"prefect.resource.id": "paperround.*"}),
            for_each={*_ONE, KIND},
            posture=Posture.Reactive,
            within=TOLD_AGAIN,
        ),
        _notice(block, "{{ event.resource.name }}", "{{ event.payload.sentence }}"),
    )


def _a_run_failed(block: UUID, flows: Iterable[str]) -> AutomationCore:
    return _automation(
        "a run failed",
        "A run ended as failed or crashed; the same sentence of the same flow is told once in twelve hours.",
        EventTrigger(
            expect={_FAILED, _CRASHED},
            match=_ANY_RUN,
            match_related=_of(flows),
            for_each={"related:flow:prefect.resource.id", "prefect.state-message"},
            posture=Posture.Reactive,
            within=TOLD_AGAIN,
        ),
        _notice(
            block,
            "{{ event.resource.name }}: {{ event.resource['prefect.state-name'] }}",
            "{{ event.resource.name }}: {{ event.resource['prefect.state-message'] }}\n{{ flow_run|ui_url }}",
        ),
    )


def _no_round(block: UUID) -> AutomationCore:
    return _automation(
        "no round",
        "For twelve hours no round has come to an end, good or bad.",
        EventTrigger(
            expect={_COMPLETED, _FAILED},
            match=_ANY_RUN,
            match_related=_of([ROUND]),
            posture=Posture.Proactive,
            within=NO_ROUND,
        ),
        _notice(
            block,
            "no round",
            f"No round has come to an end for {_in_words(NO_ROUND)}: look with `paperround doctor`.",
        ),
    )


def _no_worker(block: UUID) -> AutomationCore:
    return _automation(
        "no worker",
        "For ten minutes no worker of the work pool has been heard from.",
        EventTrigger(
            after={"prefect.work-pool.not-ready"},
            expect={"prefect.work-pool.ready"},
            match=ResourceSpecification(
                {"prefect.resource.id": "prefect.work-pool.*", "prefect.resource.name": POOL}
            ),
            for_each=_ONE,
            posture=Posture.Proactive,
            within=NO_WORKER,
        ),
        _notice(
            block,
            "no worker",
            f"No worker has been heard from for {_in_words(NO_WORKER)}: "
            f"`prefect worker start --pool {POOL}` starts one.",
        ),
    )


def _automation(
    name: str, description: str, trigger: EventTrigger, action: ChangeFlowRunState | SendNotification
) -> AutomationCore:
    return AutomationCore(
        name=f"{_PREFIX}{name}", description=description, tags=[TAG], trigger=trigger, actions=[action]
    )


def _notice(block: UUID, subject: str, body: str) -> SendNotification:
    return SendNotification(block_document_id=block, subject=f"Paper Round: {subject}", body=body)


def _of(flows: Iterable[str]) -> list[ResourceSpecification | dict[str, str | list[str]]]:
    """Our runs of flows, by their names."""
    return [
        ResourceSpecification({"prefect.resource.role": "flow", "prefect.resource.name": [*flows]}),
        _OURS,
    ]


def _in_words(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    return f"{minutes} minutes" if minutes % 60 else f"{minutes // 60} hours"
