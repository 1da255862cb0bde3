"""`subscribers export` and `subscribers erase`."""

from __future__ import annotations

import json

import pytest

from models.mail.subscriber import Standing
from models.mail.tables import BOUNCES, DELIVERIES, SUBSCRIBERS, TOLD
from tests.commands.command import Command
from tests.commands.members import everyone, kept, there, with_history

ADA = "ada@reader.example"
BOB = "bob@reader.example"


@pytest.mark.parametrize("command", ["export", "erase"])
def test_an_address_that_is_nobodys_is_told(paperround: Command, command: str) -> None:
    there(Standing.ACTIVE, BOB)
    before = everyone()
    result = paperround("subscribers", command, ADA)
    assert (result.code, result.out) == (1, "")
    assert "no subscriber has this address: `paperround subscribers list` names all" in result.err
    assert everyone() == before


@pytest.mark.parametrize("command", ["export", "erase"])
def test_what_is_no_address_is_refused(paperround: Command, command: str) -> None:
    result = paperround("subscribers", command, "ada")
    assert (result.code, result.out) == (2, "")
    assert "not a mail address" in result.err


def test_all_that_is_kept_of_one_is_exported(paperround: Command) -> None:
    ada = with_history(ADA)
    with_history(BOB)
    result = paperround("subscribers", "export", "Ada@Reader.example")
    assert (result.code, result.err) == (0, "")
    found = json.loads(result.out)
    sent, planned = found.pop("deliveries")
    (bounce,) = found.pop("bounces")
    assert found == {
        "id": ada.id, "address": ADA, "standing": "active", "topics": ["lanterns", "all"], "cadence": "weekly",
        "hour": 18, "zone": "Europe/Berlin", "hears_of_nothing": True, "origin": "form", "consent": "form 1",
        "network": "192.0.2.0/24", "requested_at": "2026-11-20T06:30:00Z",
        "confirmed_at": "2026-11-20T06:30:00Z", "left_at": None, "left_by": "", "suspended_at": None,
    }  # fmt: skip
    letter = {
        "kind": "daily", "period": "2026-11-20 sent", "subject": "2 papers", "state": "sent",
        "planned_at": "2026-11-20T06:30:00Z", "ended_at": "2026-11-20T06:30:00Z", "answer": f"250 <{ADA}>", "papers": ["2611.00001"],
    }  # fmt: skip
    assert {sent["state"], planned["state"]} == {"sent", "planned"}
    assert letter in (sent, planned)
    assert bounce == {
        "at": "2026-11-20T06:30:00Z", "kind": "hard", "status": "5.1.1", "said": f"<{ADA}> is not known here",
    }  # fmt: skip
    assert ada.token not in result.out


def test_all_are_exported_a_line_each(paperround: Command) -> None:
    assert paperround("subscribers", "export").out == ""
    for standing in Standing:
        there(standing, f"{standing}@reader.example")
    found = [json.loads(line) for line in paperround("subscribers", "export").out.splitlines()]
    assert [each["standing"] for each in found] == list(Standing)
    assert [each["address"] for each in found][-2:] == ["left@reader.example", ""]


def test_who_is_erased_is_nowhere_in_the_database_any_more(paperround: Command) -> None:
    ada, _ = with_history(ADA), with_history(BOB)
    result = paperround("subscribers", "erase", ADA.upper())
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"{ADA} is erased, and no letter to it is begun any more.")
    for table in (SUBSCRIBERS, DELIVERIES, TOLD, BOUNCES):
        assert ADA not in str(kept(table))
        assert BOB in str(kept(table)) or table is TOLD
    states = [row["state"] for row in kept(DELIVERIES) if row["subscriber_id"] == ada.id]
    assert sorted(states) == ["cancelled", "sent"]


def test_who_was_erased_before_is_known_again_without_an_error(paperround: Command) -> None:
    there(Standing.ERASED, ADA)
    before = everyone()
    result = paperround("subscribers", "erase", ADA)
    assert (result.code, result.out) == (0, f"{ADA} was erased before; nothing is left to be erased.\n")
    assert everyone() == before


def test_who_came_back_is_erased_again(paperround: Command) -> None:
    there(Standing.ERASED, ADA)
    there(Standing.ACTIVE, ADA)
    assert "is erased" in paperround("subscribers", "erase", ADA).out
    assert [each.standing for each in everyone()] == [Standing.ERASED] * 2
