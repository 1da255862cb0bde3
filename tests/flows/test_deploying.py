"""A Prefect server after `paperround deploy`: all there; twice changes nothing; what an operator did stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from pydantic import SecretStr

from flows.deployment.made import Deployed, Thing
from flows.deployment.ours import BLOCK, POOL, TAG
from flows.settings import Settings, load_settings
from models.errors import PaperRoundError, UsageError

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

pytestmark = pytest.mark.engine

FILE = """
deployments:
  - name: every-hour
    entrypoint: flows/digest.py:digest
  - name: by-hand
    entrypoint: flows/replay.py:replay
"""
HOOK = "https://hooks.example/secret"


def settings(**given: object) -> Settings:
    return load_settings(_env_file=None, **given)


@pytest.fixture
def server(prefect: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SyncPrefectClient]:
    """The engine's server without anything of ours, and a folder with a prefect.yaml; Prefect's own program is played."""
    from prefect.client.orchestration import get_client

    from flows.deployment import deployments

    (tmp_path / "prefect.yaml").write_text(FILE)
    monkeypatch.setattr(deployments, "_deploy_all", played)
    with get_client(sync_client=True) as client:
        yield client
        clear(client)


def played(folder: Path) -> None:
    """What `prefect deploy --all` would do of FILE; it makes what is paused go on, as the real one does."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        for flow, name in (("digest", "every-hour"), ("replay", "by-hand")):
            client.create_deployment(
                client.create_flow_from_name(flow),
                name,
                entrypoint=f"flows/{flow}.py:{flow}",
                work_pool_name=POOL,
                tags=[TAG],
                paused=False,
            )


def clear(client: SyncPrefectClient) -> None:
    from prefect.exceptions import ObjectNotFound

    from flows.deployment.automating import known
    from flows.deployment.deployments import of_ours

    for deployment in of_ours(client).values():
        client.delete_deployment(deployment.id)
    for automation in known(client).values():
        client.delete_automation(automation.id)
    with suppress(ObjectNotFound):
        client.delete_work_pool(POOL)
    with suppress(ObjectNotFound):
        client.delete_block_document(client.read_block_document_by_name(BLOCK, "custom-webhook").id)


def deployed(folder: Path, given: Settings | None = None, block: str | None = None) -> Deployed:
    from flows.deployment.deploying import deploy

    return deploy(given or settings(), folder, block)


def told(done: Deployed) -> str:
    return "\n".join(done.in_words())


def test_a_folder_without_a_prefect_yaml_is_refused(prefect: None, tmp_path: Path) -> None:
    with pytest.raises(PaperRoundError, match=r"has no prefect\.yaml: deploy in the folder"):
        deployed(tmp_path / "elsewhere")


def test_a_block_that_there_is_not_or_that_does_not_notify_is_refused(
    server: SyncPrefectClient, tmp_path: Path
) -> None:
    from prefect.blocks.system import Secret

    Secret(value=SecretStr("no notification")).save("lab")
    with pytest.raises(UsageError, match="takes TYPE/NAME"):
        deployed(tmp_path, block="lab")
    with pytest.raises(PaperRoundError, match="has no block slack-webhook/lab"):
        deployed(tmp_path, block="slack-webhook/lab")
    with pytest.raises(PaperRoundError, match="secret/lab does not notify"):
        deployed(tmp_path, block="secret/lab")


def test_twice_changes_nothing(server: SyncPrefectClient, tmp_path: Path) -> None:
    done = deployed(tmp_path, settings(notify_url=HOOK))
    assert {each.thing for each in done.made} == set(Thing)
    assert all(each.is_new for each in done.made)
    assert done.remarks == ()
    assert server.read_work_pool(POOL).type == "process"
    again = deployed(tmp_path, settings(notify_url=HOOK))
    assert [each.name for each in again.made] == [each.name for each in done.made]
    assert not again.is_changed
    assert HOOK not in told(done)


def test_schedules_are_compared_whatever_order_a_server_gives_them_in(
    server: SyncPrefectClient, tmp_path: Path
) -> None:
    from prefect.client.schemas.objects import DeploymentSchedule
    from prefect.client.schemas.schedules import CronSchedule

    from flows.deployment.deployments import compared

    def schedule(cron: str) -> DeploymentSchedule:
        return DeploymentSchedule(schedule=CronSchedule(cron=cron, timezone="UTC"), active=True)

    deployed(tmp_path)
    found = server.read_deployment_by_name("digest/every-hour")
    hourly, daily = schedule("1 * * * *"), schedule("20 2 * * *")
    before, after, changed = (
        found.model_copy(update={"schedules": given})
        for given in ([hourly, daily], [daily, hourly], [hourly, hourly])
    )
    assert compared("digest/every-hour", before, after).changed == ()
    assert compared("digest/every-hour", before, changed).changed == ("schedules",)


def test_another_webhook_takes_the_place_of_the_old_one_which_is_no_longer_known(
    server: SyncPrefectClient, tmp_path: Path
) -> None:
    deployed(tmp_path, settings(notify_url=HOOK))
    done = deployed(tmp_path, settings(notify_url="https://hooks.example/other"))
    assert "Changed: the notification block paperround-notify (address)" in told(done)
    found = server.read_block_document_by_name(BLOCK, "custom-webhook", include_secrets=True)
    assert found.data["secrets"] == {"address": "https://hooks.example/other"}
    hidden = server.read_block_document_by_name(BLOCK, "custom-webhook", include_secrets=False)
    assert "hooks.example" not in str(hidden.data)


def test_of_deployments_what_was_changed_is_told_what_was_paused_stays_and_what_is_not_stated_too(
    server: SyncPrefectClient, tmp_path: Path
) -> None:
    from prefect.client.schemas.actions import DeploymentUpdate

    done = deployed(tmp_path)
    assert "Nobody is told of trouble. Set PAPERROUND_NOTIFY_URL" in told(done)
    server.pause_deployment(server.read_deployment_by_name("digest/every-hour").id)
    replay = server.read_deployment_by_name("replay/by-hand")
    server.update_deployment(replay.id, DeploymentUpdate(tags=["mine"]))
    server.create_deployment(replay.flow_id, "gone", entrypoint=replay.entrypoint, work_pool_name=POOL)
    again = told(deployed(tmp_path))
    assert "Changed: the deployment replay/by-hand (tags)" in again
    assert "Paused, and left so: the deployment digest/every-hour" in again
    assert "no longer has the deployment replay/gone: `prefect deployment delete replay/gone`" in again
    assert server.read_deployment_by_name("digest/every-hour").paused
    assert server.read_deployment_by_name("replay/gone").name == "gone"


def test_what_went_away_under_a_run_while_the_server_was_away_is_taken_again(
    server: SyncPrefectClient, tmp_path: Path
) -> None:
    from prefect.states import Crashed, Running

    from flows.deployment.automating import known
    from flows.deployment.automations import AGAIN, LOST
    from flows.replay import replay

    deployed(tmp_path)
    digest = server.read_deployment_by_name("digest/every-hour")
    automation = known(server)[AGAIN]
    server.pause_automation(automation.id)  # else the server may be sooner

    def crashed(message: str) -> UUID:
        run = server.create_flow_run_from_deployment(digest.id)
        server.set_flow_run_state(run.id, Running(), force=True)
        server.set_flow_run_state(run.id, Crashed(message=message), force=True)
        return run.id

    lost, broken = crashed(LOST), crashed("Execution was interrupted by an unexpected exception: KeyError")
    nowhere = server.create_flow_run(replay, tags=[TAG])  # started at a terminal
    server.set_flow_run_state(nowhere.id, Crashed(message=LOST), force=True)
    assert "Taken again" not in told(deployed(tmp_path))
    server.resume_automation(automation.id)
    name = server.read_flow_run(lost).name
    assert f"Taken again, since it went away while the server did: {name}" in told(deployed(tmp_path))
    states = {run: server.read_flow_run(run).state_name for run in (lost, broken, nowhere.id)}
    assert states == {lost: "AwaitingRetry", broken: "Crashed", nowhere.id: "Crashed"}
    assert "Taken again" not in told(deployed(tmp_path))


def test_a_server_can_be_asked_what_it_lacks_and_how_it_stands(
    server: SyncPrefectClient, tmp_path: Path
) -> None:
    from flows.deployment.asking import ask

    now = datetime.now(UTC)
    bare = ask(tmp_path, now)
    assert not bare.has_pool
    assert bare.undeployed == ("every-hour of flows/digest.py:digest", "by-hand of flows/replay.py:replay")
    assert (len(bare.lacking), bare.is_told) == (2, False)
    deployed(tmp_path, settings(notify_url=HOOK))
    server.pause_deployment(server.read_deployment_by_name("replay/by-hand").id)
    state = ask(tmp_path, now)
    assert (state.has_pool, state.heard_at, state.undeployed, state.lacking) == (True, None, (), ())
    assert (state.paused, state.is_told) == (("replay/by-hand",), True)
    assert state.version.startswith("3.")
    assert state.is_forgetful, "as Prefect has it of itself"
    heard = {"name": "one", "heartbeat_interval_seconds": 30}
    server.request("POST", f"/work_pools/{POOL}/workers/heartbeat", json=heard)  # type: ignore[arg-type]  # with our name in it
    elsewhere = ask(tmp_path / "elsewhere", now)
    assert elsewhere.undeployed == ()
    assert elsewhere.heard_at
    assert abs(elsewhere.heard_at - now) < timedelta(minutes=1)


def test_runs_that_are_late_and_runs_that_do_not_end_are_counted(
    server: SyncPrefectClient, tmp_path: Path
) -> None:
    from prefect.states import Pending, Running, Scheduled

    from flows.deployment.asking import ask
    from flows.replay import replay

    now = datetime.now(UTC)
    before = ask(tmp_path, now + timedelta(days=2))
    runs = [
        server.create_flow_run(replay, tags=[TAG], state=Running()),
        server.create_flow_run(replay, tags=[TAG], state=Pending()),
        server.create_flow_run(replay, tags=[TAG], state=Scheduled(scheduled_time=now, name="Late")),
        server.create_flow_run(replay, state=Running()),  # somebody else's, whose flow has our name
    ]
    after = ask(tmp_path, now + timedelta(days=2))
    assert (after.late - before.late, after.endless - before.endless) == (1, 2)
    assert ask(tmp_path, now).endless == 0
    for run in runs:
        server.delete_flow_run(run.id)
