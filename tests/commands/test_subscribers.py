"""`subscribers list` and `subscribers add`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.mail.delivery import Kind, State
from models.mail.subscriber import Cadence, Choices, Origin, Standing
from models.mail.tables import DELIVERIES
from tests.commands.command import DATABASE, Command
from tests.commands.members import everyone, kept, there

ADA = "ada@reader.example"
TOPIC = "constant-computation"


def test_nobody_is_listed_where_nobody_is(paperround: Command) -> None:
    result = paperround("subscribers", "list")
    assert (result.code, result.err) == (0, "")
    assert result.out == "0 subscribers: 0 pending, 0 active, 0 suspended, 0 left, 0 erased\n"
    assert json.loads(paperround("subscribers", "list", "--json").out) == []


def test_a_standing_that_there_is_not_is_refused(paperround: Command) -> None:
    result = paperround("subscribers", "list", "--standing", "gone")
    assert (result.code, result.out) == (2, "")
    for standing in Standing:
        assert standing in result.err


def test_all_are_listed_with_their_choices_and_counted(paperround: Command) -> None:
    for standing in Standing:
        there(standing, f"{standing}@reader.example")
    listed = paperround("subscribers", "list").out
    head, *lines, empty, counts = listed.splitlines()
    assert head.split() == ["id", "address", "standing", "cadence", "from", "topics", "since"]
    active = "2 active@reader.example active weekly 18:00 Europe/Berlin lanterns all 2026-11-20"
    assert " ".join(lines[1].split()) == active
    assert len(lines) == 5
    assert "erased@reader.example" not in listed
    assert (empty, counts) == ("", "5 subscribers: 1 pending, 1 active, 1 suspended, 1 left, 1 erased")


def test_those_of_one_standing_are_listed_alone_as_a_table_and_as_json(paperround: Command) -> None:
    for standing in (Standing.ACTIVE, Standing.LEFT, Standing.ACTIVE):
        there(standing, f"{standing}{len(everyone())}@reader.example")
    active = ["active0@reader.example", "active2@reader.example"]
    listed = paperround("subscribers", "list", "--standing", "active").out
    assert [line.split()[1] for line in listed.splitlines()[1:3]] == active
    found = json.loads(paperround("subscribers", "list", "--standing", "active", "--json").out)
    assert [each["address"] for each in found] == active
    assert found[0]["topics"] == ["lanterns", "all"]
    assert "token" not in str(found)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["ada"], "not a mail address: an email address must have an @-sign"),
        ([""], "the mail address is missing"),
        (
            [ADA, "--topic", "constant-computing"],
            "unknown topic 'constant-computing'; did you mean constant-computation?",
        ),
        ([ADA, "--topic", "x"], "unknown topic 'x'; known: trending, all, "),
        ([ADA, "--zone", "Berlin"], "unknown time zone 'Berlin'; did you mean Europe/Berlin?"),
        ([ADA, "--hour", "24"], "Input should be less than or equal to 23"),
        ([ADA, "--confirmed", " \t"], "--confirmed: say how they agreed, in at most 500 characters"),
        ([ADA, "--confirmed", "x" * 501], "--confirmed: say how they agreed, in at most 500 characters"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nobody_is_added(
    paperround: Command, options: list[str], why: str
) -> None:
    result = paperround("subscribers", "add", *options)
    assert (result.code, result.out) == (2, "")
    assert why in result.err
    assert everyone() == []


@pytest.mark.parametrize("confirmed", [(), ("--confirmed", "signed a list")])
@pytest.mark.parametrize(("standing", "why"), [(Standing.LEFT, "has left"), (Standing.ERASED, "was erased")])
def test_who_has_left_or_was_erased_can_only_come_back_themselves(
    paperround: Command, standing: Standing, why: str, confirmed: tuple[str, ...]
) -> None:
    there(standing, ADA)
    before = everyone()
    result = paperround("subscribers", "add", ADA.upper(), *confirmed)
    assert (result.code, result.out) == (1, "")
    assert f"{why}: only they themselves can come back" in result.err
    assert everyone() == before
    assert kept(DELIVERIES) == []


def test_who_is_there_already_is_left_as_they_are(paperround: Command) -> None:
    for standing in (Standing.ACTIVE, Standing.SUSPENDED, Standing.PENDING):
        there(standing, f"{standing}@reader.example")
    before = everyone()
    for standing in (Standing.ACTIVE, Standing.SUSPENDED):
        added = paperround("subscribers", "add", f"{standing}@reader.example", "--confirmed", "signed a list")
        assert (added.code, added.out) == (
            0, f"{standing}@reader.example is there already; nothing was changed.\n",
        )  # fmt: skip
    assert "is there already" in paperround("subscribers", "add", "pending@reader.example").out
    assert everyone() == before
    assert kept(DELIVERIES) == []


def test_who_is_added_is_asked_by_a_letter_and_gets_nothing_before(paperround: Command) -> None:
    result = paperround("subscribers", "add", "Ada@READER.example")
    assert (result.code, result.err) == (0, "")
    assert (
        result.out == "Ada@reader.example is asked to confirm: `paperround digest send` sends the letter.\n"
    )
    (ada,) = everyone()
    assert (ada.address, ada.standing, ada.origin) == ("Ada@reader.example", Standing.PENDING, Origin.COMMAND)
    assert ada.choices == Choices(("trending",))
    (letter,) = kept(DELIVERIES)
    assert (letter["subscriber_id"], letter["digest"], letter["state"]) == (
        ada.id,
        Kind.CONFIRM,
        State.PLANNED,
    )


def test_who_is_confirmed_by_the_operator_gets_digests_and_it_is_kept_how_they_agreed(
    paperround: Command,
) -> None:
    result = paperround(
        "subscribers", "add", ADA, "--topic", TOPIC, "--topic", "all", "--weekly", "--hour", "0",
        "--zone", "Asia/Tokyo", "--confirmed", "signed a\nlist on 3 May",
    )  # fmt: skip
    assert (result.code, result.err) == (0, "")
    assert result.out == f"{ADA} gets digests: on Mondays from 00:00 Asia/Tokyo, on {TOPIC}, all.\n"
    (ada,) = everyone()
    assert (ada.standing, ada.origin, ada.consent) == (
        Standing.ACTIVE,
        Origin.COMMAND,
        "signed a list on 3 May",
    )
    assert ada.choices == Choices((TOPIC, "all"), Cadence.WEEKLY, 0, "Asia/Tokyo")
    assert ada.confirmed_at == ada.requested_at
    assert kept(DELIVERIES) == []


def test_who_has_asked_is_confirmed_by_the_operator_but_not_who_had_left_before(paperround: Command) -> None:
    there(Standing.PENDING, ADA)
    there(Standing.LEFT, "bob@reader.example")
    there(Standing.PENDING, "bob@reader.example")  # asked again
    for address, standing in ((ADA, Standing.ACTIVE), ("bob@reader.example", Standing.PENDING)):
        paperround("subscribers", "add", address, "--confirmed", "signed a list")
        assert next(each for each in everyone() if each.address == address).standing is standing


def test_topics_are_those_of_the_file_that_is_set(paperround: Command) -> None:
    Path("topics.toml").write_text(
        '[[topic]]\nslug = "lanterns"\ntitle = "L"\ndescription = "L."\nrule = "lamp"\n'
    )
    assert paperround("subscribers", "add", ADA, "--topic", "lanterns").code == 0
    assert paperround("subscribers", "add", "bob@reader.example", "--topic", TOPIC).code == 2


def test_a_database_that_is_not_there_is_told_with_what_to_do(paperround: Command) -> None:
    DATABASE.unlink()
    for arguments in (["list"], ["add", ADA], ["export"], ["erase", ADA]):
        result = paperround("subscribers", *arguments)
        assert (result.code, result.out) == (1, "")
        assert "`paperround db upgrade` makes it" in result.err
