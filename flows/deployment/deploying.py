"""Brings a Prefect server to what prefect.yaml and the settings say: work pool, deployments, automations, whom to tell."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.workers.process import ProcessWorker

from flows.deployment.automating import automate, block_in_use, known, no_longer_wanted, wanted_automations
from flows.deployment.deployments import bring_up_to_date, check_there, no_longer_stated
from flows.deployment.made import Deployed, Made, Thing
from flows.deployment.notice_block import named_block, webhook_block
from flows.deployment.ours import POOL
from flows.deployment.speaking import speaking
from flows.deployment.taking_again import take_again
from flows.settings import Settings

_UNTOLD = (
    "Nobody is told of trouble. Set PAPERROUND_NOTIFY_URL to a webhook, or name a notification block of the Prefect "
    "server with --notify-block TYPE/NAME, and deploy again"
)


def deploy(settings: Settings, folder: Path, notify_block: str | None = None) -> Deployed:
    """Makes what is not there and brings up to date what is, on the server that is configured.

    `folder` holds prefect.yaml. Who is told of trouble: the block that is named (`type/name`), else the webhook of the
    settings, else whoever was before. What went away under a run while the server was away is taken again. What an operator has paused stays paused; what is no longer stated is told, and
    stays. Raises PaperRoundError where there is no prefect.yaml, no such block, or Prefect refuses a deployment; also where
    no Prefect server answers.
    """
    check_there(folder)
    with speaking() as client:
        block, made_block = _block(client, settings, notify_block)
        made = (
            _pool(client),
            *bring_up_to_date(client, folder),
            *made_block,
            *automate(client, wanted_automations(block)),
        )
        again = tuple(
            f"Taken again, since it went away while the server did: {name}" for name in take_again(client)
        )
        untold = () if block else (_UNTOLD,)
        return Deployed(made, (*again, *no_longer_stated(client, folder), *no_longer_wanted(client), *untold))


def _block(
    client: SyncPrefectClient, settings: Settings, named: str | None
) -> tuple[UUID | None, list[Made]]:
    if named is not None:
        return named_block(client, named), []
    if settings.notify_url is not None:
        block, made = webhook_block(settings.notify_url)
        return block, [made]
    return block_in_use(known(client).values()), []


def _pool(client: SyncPrefectClient) -> Made:
    """The work pool; one that is there by its name stays as it is, of whatever type."""
    try:
        client.read_work_pool(POOL)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        wanted = WorkPoolCreate(name=POOL, type=ProcessWorker.type, base_job_template=template)
        try:
            client.create_work_pool(wanted)
        except ObjectAlreadyExists:  # another has made it in this very moment
            return Made(Thing.POOL, POOL)
        return Made(Thing.POOL, POOL, is_new=True)
    return Made(Thing.POOL, POOL)
