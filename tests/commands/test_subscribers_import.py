"""`subscribers import`: many at once, from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.mail.delivery import Kind
from models.mail.subscriber import Cadence, Choices, Origin, Standing
from models.mail.tables import DELIVERIES
from tests.commands.command import Command, Result
from tests.commands.members import everyone, kept, there

GOOD = (
    "address,topics,cadence,hour,zone\n"
    "ada@reader.example,constant-computation;all,weekly,18,Europe/Berlin\n"
    "Bob@reader.example,,,,\n"
)
BAD = GOOD + "cleo@reader,all,,,\n" + "dan@reader.example,al,,7,\n"
CONSENT = ("--confirmed", "signed the list at the door")


def imported(paperround: Command, text: str, *options: str) -> Result:
    Path("readers.csv").write_text(text, encoding="utf-8-sig")
    return paperround("subscribers", "import", "readers.csv", *options)


@pytest.mark.parametrize("options", [(), CONSENT, ("--dry-run",)])
def test_nobody_is_imported_where_a_line_is_bad_and_all_bad_lines_are_named(
    paperround: Command, options: tuple[str, ...]
) -> None:
    result = imported(paperround, BAD, *options)
    assert result.code == 2
    assert result.out.splitlines() == [
        "line 4: not a mail address: the part after the @-sign is not valid. It should have a period",
        "line 5: unknown topic 'al'; did you mean all?",
    ]
    assert result.err == (
        "paperround: readers.csv: 2 bad lines, nothing was imported; --skip-bad imports the others\n"
    )
    assert everyone() == []


def test_bad_lines_are_left_out_where_that_is_asked_for(paperround: Command) -> None:
    result = imported(paperround, BAD, "--skip-bad", *CONSENT)
    assert result.code == 0
    assert "line 4: not a mail address" in result.out
    assert "2 new, 0 already there, 0 refused as they have left, 0 refused as they were erased" in result.out
    assert "2 bad lines skipped" in result.out
    assert [each.address for each in everyone()] == ["ada@reader.example", "Bob@reader.example"]


def test_a_file_that_is_not_there_or_has_no_header_is_refused(paperround: Command) -> None:
    result = paperround("subscribers", "import", "none.csv")
    assert (result.code, result.out) == (2, "")
    assert "none.csv cannot be read" in result.err
    result = imported(paperround, "ada@reader.example\n")
    assert (result.code, result.out) == (2, "")
    assert "readers.csv: unknown column 'ada@reader.example'" in result.err


def test_who_is_imported_on_the_operators_word_gets_digests(paperround: Command) -> None:
    result = imported(paperround, GOOD, *CONSENT)
    assert (result.code, result.out) == (
        0, "2 new, 0 already there, 0 refused as they have left, 0 refused as they were erased\n",
    )  # fmt: skip
    ada, bob = everyone()
    assert ada.choices == Choices(("constant-computation", "all"), Cadence.WEEKLY, 18, "Europe/Berlin")
    assert bob.choices == Choices(("trending",))
    for each in (ada, bob):
        assert (each.standing, each.origin, each.consent) == (Standing.ACTIVE, Origin.IMPORT, CONSENT[1])
    assert kept(DELIVERIES) == []


def test_who_is_imported_without_a_word_on_their_consent_is_asked_by_a_letter(paperround: Command) -> None:
    result = imported(paperround, GOOD)
    assert "The new ones are asked to confirm: `paperround digest send` sends the letters." in result.out
    assert [each.standing for each in everyone()] == [Standing.PENDING] * 2
    assert [letter["digest"] for letter in kept(DELIVERIES)] == [Kind.CONFIRM] * 2


@pytest.mark.parametrize("options", [(), CONSENT])
def test_a_file_imported_again_finds_everybody_there(paperround: Command, options: tuple[str, ...]) -> None:
    imported(paperround, GOOD, *options)
    before, letters = everyone(), kept(DELIVERIES)
    assert "0 new, 2 already there" in imported(paperround, GOOD, *options).out
    assert everyone() == before
    assert kept(DELIVERIES) == letters


@pytest.mark.parametrize("options", [(), CONSENT, ("--dry-run",)])
def test_who_has_left_or_was_erased_is_refused_by_line_and_the_others_come(
    paperround: Command, options: tuple[str, ...]
) -> None:
    there(Standing.LEFT, "ada@reader.example")
    there(Standing.ERASED, "bob@reader.example")
    before = everyone()
    result = imported(paperround, GOOD + "cleo@reader.example\n", *options)
    assert result.code == 0
    assert result.out.splitlines()[:2] == [
        "line 2: has left, and can only come back by the form",
        "line 3: was erased, and can only come back by the form",
    ]
    assert "1 new, 0 already there, 1 refused as they have left, 1 refused as they were erased" in result.out
    assert everyone()[:2] == before


@pytest.mark.parametrize("options", [(), CONSENT])
def test_a_dry_run_says_what_would_come_of_it_and_changes_nothing(
    paperround: Command, options: tuple[str, ...]
) -> None:
    there(Standing.PENDING, "ada@reader.example")
    before = everyone()
    result = imported(paperround, GOOD, "--dry-run", *options)
    new = 2 if options else 1  # whom the operator confirms is new, as from then on they get digests
    assert (result.code, result.out) == (
        0,
        f"{new} new, {2 - new} already there, 0 refused as they have left, 0 refused as they were erased: "
        "nothing was changed\n",
    )
    assert everyone() == before
    assert kept(DELIVERIES) == []


def test_many_are_imported(paperround: Command) -> None:
    lines = "".join(f"reader{number}@reader.example\n" for number in range(250))
    result = imported(paperround, "address\n" + lines, *CONSENT)
    assert result.out.startswith("250 new, ")
    assert "Importing: 250 of 250" in result.err
    assert [each.address for each in everyone()] == lines.split()
