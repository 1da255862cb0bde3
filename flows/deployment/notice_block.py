"""The block of a Prefect server by which a person is told."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import ObjectNotFound
from prefect.types import SecretDict
from pydantic import SecretStr

from flows.deployment.made import Made, Thing
from flows.deployment.ours import BLOCK
from models.errors import PaperRoundError, UsageError

_NOTIFIES = "notify"
"""The capability by which Prefect knows a notification block."""


def named_block(client: SyncPrefectClient, named: str) -> UUID:
    """The notification block of a name, `type/name`.

    Raises UsageError for a name of another shape, PaperRoundError where the server has no such block.
    """
    kind, _, name = named.partition("/")
    if not (kind and name):
        raise UsageError(f"--notify-block takes TYPE/NAME, as slack-webhook/lab, not {named}")
    try:
        found = client.read_block_document_by_name(name, kind, include_secrets=False)
    except ObjectNotFound as error:
        raise PaperRoundError(
            f"the Prefect server has no block {named}: `prefect block ls` shows what there is"
        ) from error
    if found.block_schema is None or _NOTIFIES not in found.block_schema.capabilities:
        raise PaperRoundError(f"the block {named} does not notify: `prefect block ls` shows what there is")
    return found.id


def webhook_block(address: SecretStr) -> tuple[UUID, Made]:
    """The block of our name, made or brought up to date: it posts `text` and `subject` as JSON to an address.

    `text` says all, for those that show no subject. The address stands among the block's secrets.
    """
    wanted = CustomWebhookNotificationBlock(
        name="Paper Round",
        url="{{address}}",
        json_data={"text": "{{body}}", "subject": "{{subject}}"},
        secrets=SecretDict({"address": address.get_secret_value()}),
        headers=None,
        cookies=None,
    )
    present = _present()
    if present is not None and present._block_document_id and _says(present) == _says(wanted):  # noqa: SLF001
        return present._block_document_id, Made(Thing.BLOCK, BLOCK)  # noqa: SLF001 - it has no public name
    changed = () if present is None else ("address",)
    saved = cast(
        "UUID", wanted.save(BLOCK, overwrite=True)
    )  # only where an event loop runs, it would be a coroutine
    return saved, Made(Thing.BLOCK, BLOCK, is_new=present is None, changed=changed)


def _present() -> CustomWebhookNotificationBlock | None:
    try:
        found = CustomWebhookNotificationBlock.load(BLOCK)
    except ValueError:  # there is none
        return None
    return found if isinstance(found, CustomWebhookNotificationBlock) else None


def _says(block: CustomWebhookNotificationBlock) -> tuple[object, ...]:
    return block.url, block.method, block.json_data, block.secrets.get_secret_value()
