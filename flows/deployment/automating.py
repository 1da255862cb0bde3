"""The automations of flows/deployment/automations.py on a Prefect server: made, and brought up to date."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from prefect.automations import AutomationCore, SendNotification
from prefect.client.orchestration import SyncPrefectClient
from prefect.events.filters import AutomationFilter, AutomationFilterTags
from prefect.events.schemas.automations import Automation

from flows.deployment.automations import rescuing, telling
from flows.deployment.made import Made, Thing
from flows.deployment.ours import TAG

_COMPARED = ("description", "trigger", "actions", "tags")
_MOST = 200


def known(client: SyncPrefectClient) -> dict[str, Automation]:
    """The automations that bear our tag, by name."""
    ours = AutomationFilter(tags=AutomationFilterTags(all_=[TAG]))
    return {found.name: found for found in client.read_automations(automations=ours, limit=_MOST)}


def block_in_use(present: Iterable[Automation]) -> UUID | None:
    """The block by which one of some automations tells a person; None where none does."""
    actions = (action for each in present for action in each.actions)
    return next((each.block_document_id for each in actions if isinstance(each, SendNotification)), None)


def automate(client: SyncPrefectClient, wanted: Iterable[AutomationCore]) -> list[Made]:
    """Makes automations, and brings those up to date that bear the name of one; a paused one stays paused."""
    present = known(client)
    return [_automated(client, each, present.get(each.name)) for each in wanted]


def wanted_automations(block: UUID | None) -> tuple[AutomationCore, ...]:
    """All that there should be, by whose block a person is told; without one nobody is."""
    return (*rescuing(), *(telling(block) if block else ()))


def no_longer_wanted(client: SyncPrefectClient) -> tuple[str, ...]:
    """Of each automation with our tag that this program does not know, what to do."""
    names = {each.name for each in wanted_automations(UUID(int=0))}
    return tuple(
        f'The automation "{name}" is none of this program any more: `prefect automation delete "{name}"` removes it'
        for name in known(client)
        if name not in names
    )


def _automated(client: SyncPrefectClient, wanted: AutomationCore, present: Automation | None) -> Made:
    name = f'"{wanted.name}"'
    if present is None:
        client.create_automation(wanted)
        return Made(Thing.AUTOMATION, name, is_new=True)
    was, now = present.model_dump(include=set(_COMPARED)), wanted.model_dump(include=set(_COMPARED))
    changed = tuple(field for field in _COMPARED if was[field] != now[field])
    if changed:
        client.update_automation(present.id, wanted.model_copy(update={"enabled": present.enabled}))
    return Made(Thing.AUTOMATION, name, changed=changed, is_paused=not present.enabled)
