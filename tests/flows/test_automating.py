"""Automations on a server: made once, brought up to date, and what an operator did to them left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, cast
from uuid import UUID, uuid4

import pytest

from flows.deployment.made import Made

if TYPE_CHECKING:
    from prefect.automations import AutomationCore
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.events.schemas.automations import Automation

pytestmark = pytest.mark.engine

BLOCK = UUID(int=7)
SILENCE = "Paper Round: no round"


@dataclass
class Server:
    """A Prefect server in memory: of automations what `flows.deployment.automating` asks for, over JSON as the real one has it."""

    kept: dict[UUID, Automation] = field(default_factory=dict)

    def read_automations(self, **_: object) -> list[Automation]:
        return list(self.kept.values())

    def create_automation(self, wanted: AutomationCore) -> UUID:
        self.update_automation(made := uuid4(), wanted)
        return made

    def update_automation(self, automation: UUID, wanted: AutomationCore) -> None:
        from prefect.events.schemas.automations import Automation

        self.kept[automation] = Automation.model_validate(
            {**wanted.model_dump(mode="json"), "id": str(automation)}
        )

    def named(self, name: str) -> Automation:
        return next(each for each in self.kept.values() if each.name == name)


@pytest.fixture
def server() -> Server:
    return Server()


def automated(server: Server, block: UUID | None = BLOCK) -> dict[str, Made]:
    from flows.deployment.automating import automate, wanted_automations

    done = automate(cast("SyncPrefectClient", server), wanted_automations(block))
    return {each.name.strip('"'): each for each in done}


def test_all_are_made_and_then_are_there(server: Server) -> None:
    done = automated(server)
    assert all(each.is_new for each in done.values())
    assert len(server.kept) == len(done) == 6
    assert not any(each.is_new or each.changed for each in automated(server).values())


def test_without_a_block_none_is_made_that_tells_a_person(server: Server) -> None:
    from flows.deployment.automating import block_in_use

    assert len(automated(server, None)) == 2
    assert block_in_use(server.kept.values()) is None
    automated(server)
    assert block_in_use(server.kept.values()) == BLOCK


def test_an_edited_one_is_brought_up_to_date(server: Server) -> None:
    from prefect.automations import EventTrigger

    automated(server)
    edited = server.named(SILENCE)
    assert isinstance(edited.trigger, EventTrigger)
    edited.trigger.within = timedelta(hours=1)
    assert automated(server)[SILENCE].changed == ("trigger",)
    mended = server.named(SILENCE).trigger
    assert isinstance(mended, EventTrigger)
    assert mended.within == timedelta(hours=12)


def test_another_block_is_taken_by_all_that_tell(server: Server) -> None:
    automated(server)
    changed = [each for each in automated(server, UUID(int=8)).values() if each.changed == ("actions",)]
    assert len(changed) == 4


def test_one_that_is_switched_off_stays_so_even_when_it_is_changed(server: Server) -> None:
    automated(server)
    server.named(SILENCE).enabled = False
    assert automated(server)[SILENCE].is_paused
    server.named(SILENCE).description = "mine"
    assert automated(server)[SILENCE].changed == ("description",)
    assert not server.named(SILENCE).enabled


def test_one_of_an_older_program_is_told_and_stays(server: Server) -> None:
    from flows.deployment.automating import no_longer_wanted

    automated(server)
    server.named(SILENCE).name = "Paper Round: of old"
    (said,) = no_longer_wanted(cast("SyncPrefectClient", server))
    assert said.endswith('`prefect automation delete "Paper Round: of old"` removes it')
