"""What the automations listen to, asked of the very classes by which a Prefect server decides."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from flows.deployment.ours import FLOWS, POOL, STARTED, TAG

if TYPE_CHECKING:
    from prefect.automations import AutomationCore

pytestmark = pytest.mark.engine

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
RUN = f"prefect.flow-run.{UUID(int=1)}"
BLOCK = UUID(int=7)


def rescuing() -> tuple[AutomationCore, AutomationCore]:
    from flows.deployment import automations

    lost, again = automations.rescuing()
    return lost, again


def telling() -> dict[str, AutomationCore]:
    from flows.deployment import automations

    return {each.name.removeprefix("Paper Round: "): each for each in automations.telling(BLOCK)}


def is_meant(automation: AutomationCore, event: str, *, starts: bool = False, **said: Any) -> bool:
    """Whether a server takes an event for one that the automation expects, or with `starts` comes after.

    `said` are the flow, the deployment, the id of the resource, a tag that is not ours, and other labels of the
    resource, `_` for `-`.
    """
    from prefect.server.events.schemas.automations import Automation, EventTrigger
    from prefect.server.events.schemas.events import ReceivedEvent

    related = [
        {"prefect.resource.id": f"prefect.{role}.{UUID(int=2)}", "prefect.resource.role": role, "prefect.resource.name": said.pop(role)}
        for role in ("flow", "deployment")
        if role in said
    ]  # fmt: skip
    tag = said.pop("tag", TAG)
    related.append({"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"})
    resource = {"prefect.resource.id": said.pop("id", RUN)}
    resource |= {f"prefect.{label.replace('_', '-')}": value for label, value in said.items()}
    found = ReceivedEvent.model_validate(
        {
            "occurred": NOW,
            "event": event,
            "resource": resource,
            "related": related,
            "id": uuid4(),
            "received": NOW,
        }
    )
    trigger = Automation.model_validate({**automation.model_dump(mode="json"), "id": uuid4()}).trigger
    assert isinstance(trigger, EventTrigger)
    fits = trigger.starts_after(event) if starts else trigger.expects(event)
    return trigger.covers_resources(found.resource, found.related) and fits


def test_a_run_is_lost_when_nothing_follows_its_heartbeat_or_its_being_taken(prefect: None) -> None:
    lost, _ = rescuing()
    for state in ("heartbeat", "Submitting"):
        assert is_meant(lost, f"prefect.flow-run.{state}", starts=True, flow="daily-round")
    assert not is_meant(lost, "prefect.flow-run.heartbeat", starts=True, flow="somebody-elses")


def test_other_peoples_runs_of_flows_with_our_names_are_left_alone(prefect: None) -> None:
    lost, _ = rescuing()
    assert not is_meant(lost, "prefect.flow-run.heartbeat", starts=True, flow="ingest", tag="somebody-elses")
    failed, no_round = telling()["a run failed"], telling()["no round"]
    assert not is_meant(failed, "prefect.flow-run.Failed", flow="digest", tag="somebody-elses")
    assert not is_meant(no_round, "prefect.flow-run.Completed", flow="daily-round", tag="somebody-elses")


def test_a_run_that_has_begun_is_lost_all_the_same_if_no_heartbeat_follows(prefect: None) -> None:
    lost, _ = rescuing()
    assert not is_meant(lost, "prefect.flow-run.Running", flow="daily-round")


def test_a_run_that_was_begun_at_a_terminal_is_not_lost_before_it_is_heard_from(prefect: None) -> None:
    lost, _ = rescuing()
    for state in ("Pending", "Running"):  # all that it passes through before its end
        assert not is_meant(lost, f"prefect.flow-run.{state}", starts=True, flow="daily-round")


@pytest.mark.parametrize(
    "state",
    ["heartbeat", "Completed", "Failed", "Crashed", "Cancelled", "AwaitingConcurrencySlot", "Suspended"],
)
def test_what_goes_on_or_ends_is_not_lost(prefect: None, state: str) -> None:
    lost, _ = rescuing()
    assert all(is_meant(lost, f"prefect.flow-run.{state}", flow=flow) for flow in FLOWS)


def test_the_steps_before_a_run_begins_do_not_count_as_its_going_on(prefect: None) -> None:
    lost, _ = rescuing()
    assert not is_meant(lost, "prefect.flow-run.pull-step.executed", flow="digest")


def test_more_than_one_heartbeat_may_fail_to_come(prefect: None) -> None:
    from prefect.automations import EventTrigger

    trigger = rescuing()[0].trigger
    assert isinstance(trigger, EventTrigger)
    assert trigger.within >= 3 * timedelta(seconds=30)


def test_what_was_lost_is_taken_again_if_it_has_a_deployment_and_not_for_ever(prefect: None) -> None:
    from flows.deployment.automations import GONE, LOST

    _, again = rescuing()
    crashed = "prefect.flow-run.Crashed"
    lost: dict[str, Any] = {"flow": "backfill-shard", "deployment": "one-month", "state_message": LOST}
    assert is_meant(again, crashed, **lost, run_count="1")
    assert is_meant(again, crashed, **lost, run_count="0")
    assert not is_meant(again, crashed, **lost, run_count="4")
    assert not is_meant(again, crashed, flow="publish", state_message=LOST, run_count="1")
    for message in ("No memory left", "Process exited with status code: 1. An error of the flow."):
        assert not is_meant(again, crashed, **{**lost, "state_message": message}, run_count="1")
    for message in GONE:
        gone = {**lost, "state_message": message.replace("*", ". It was killed.")}
        assert is_meant(again, crashed, **gone, run_count="1")
        assert not is_meant(again, crashed, **gone, run_count="1", tag="somebody-elses")


def test_by_the_messages_of_prefect_itself_what_went_away_under_a_run_is_known(prefect: None) -> None:
    import anyio
    from prefect.exceptions import TerminationSignal
    from prefect.states import exception_to_crashed_state

    from flows.deployment.automations import GONE

    async def messages() -> set[str | None]:
        errors = TerminationSignal(signal.SIGTERM), KeyboardInterrupt(), anyio.get_cancelled_exc_class()()
        return {(await exception_to_crashed_state(error)).message for error in errors}

    assert anyio.run(messages) <= set(GONE)


def test_all_kinds_of_trouble_are_told_and_nothing_else(prefect: None) -> None:
    from flows.run.events import Trouble

    trouble = telling()["trouble"]
    for kind in Trouble:
        assert is_meant(trouble, kind.value, id="paperround.arxiv cs.CL 2026-11-10")
    assert not is_meant(trouble, "prefect.flow-run.Failed")


def test_one_trouble_of_a_thing_hides_no_other_of_it(prefect: None) -> None:
    from prefect.automations import EventTrigger

    from flows.run.events import KIND

    trigger = telling()["trouble"].trigger
    assert isinstance(trigger, EventTrigger)
    assert trigger.for_each == {"prefect.resource.id", KIND}


def test_runs_of_ours_that_failed_or_crashed_are_told_and_no_others(prefect: None) -> None:
    failed = telling()["a run failed"]
    for flow in STARTED:
        assert is_meant(failed, "prefect.flow-run.Failed", flow=flow)
        assert is_meant(failed, "prefect.flow-run.Crashed", flow=flow)
    assert not is_meant(failed, "prefect.flow-run.Failed", flow="somebody-elses")
    assert not is_meant(failed, "prefect.flow-run.Cancelled", flow="daily-round")


def test_a_round_that_ends_badly_is_a_round_and_a_digest_is_none(prefect: None) -> None:
    silence = telling()["no round"]
    assert is_meant(silence, "prefect.flow-run.Completed", flow="daily-round")
    assert is_meant(silence, "prefect.flow-run.Failed", flow="daily-round")
    assert not is_meant(silence, "prefect.flow-run.Completed", flow="digest")


def test_a_pool_without_workers_is_told_if_it_is_ours(prefect: None) -> None:
    gone = telling()["no worker"]
    of_ours: dict[str, Any] = {"id": f"prefect.work-pool.{UUID(int=3)}", "resource.name": POOL}
    assert is_meant(gone, "prefect.work-pool.not-ready", starts=True, **of_ours)
    assert not is_meant(
        gone, "prefect.work-pool.not-ready", starts=True, **{**of_ours, "resource.name": "theirs"}
    )


def test_what_is_told_goes_by_the_block_and_its_words_are_of_the_event(prefect: None) -> None:
    from prefect.automations import SendNotification

    for each in telling().values():
        (action,) = each.actions
        assert isinstance(action, SendNotification)
        assert action.block_document_id == BLOCK
        assert action.subject.startswith("Paper Round: ")
    (action,) = telling()["trouble"].actions
    assert isinstance(action, SendNotification)
    assert action.body == "{{ event.payload.sentence }}"
    (action,) = telling()["no round"].actions
    assert isinstance(action, SendNotification)
    assert "for 12 hours" in action.body
