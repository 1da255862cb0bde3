"""What the app does for subscribers, on each kind of database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from feeds.web.desk import Desk as Promised
from flows.mail.desk import UNDO_WITHIN, opened_desk
from models.database import posting
from models.errors import DatabaseError
from models.mail.subscriber import Cadence, Choices, Leaving, Standing
from models.mail.tokens import CONFIRM_WITHIN
from tests.mail.subscribed import ADA, ASKED, CHOICES, KEYS, LATER, OTHERS
from tests.steps.offices import Office, manage


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


def test_the_desk_is_what_the_app_asks_for(office: Office) -> None:
    promised: Promised = office.desk
    assert promised.is_open


@pytest.mark.parametrize("token", ["", "1.1.a", "x", "\x00", "1.99999999999.a"])
def test_a_token_that_is_none_does_nothing(office: Office, token: str) -> None:
    assert office.desk.asked(token) is None
    assert office.desk.confirm(token) is None
    assert office.desk.managed(token) is None
    assert office.desk.choose(token, CHOICES) is None
    assert office.desk.export(token) is None
    assert not office.desk.erase(token)


@pytest.mark.parametrize("token", ["", "none", "a" * 26])
def test_a_token_of_nobody_says_so(office: Office, token: str) -> None:
    assert not office.desk.leave(token, Leaving.ONE_CLICK)
    assert not office.desk.undo(token)


@pytest.mark.parametrize("how", [Standing.PENDING, Standing.SUSPENDED])
def test_a_link_confirms_however_often_it_is_said(office: Office, how: Standing) -> None:
    found = office.standing(how)
    token = KEYS.confirm(found.id, ASKED)
    asked = office.desk.asked(token)
    assert asked
    assert (asked.standing, asked.choices, asked.manage) == (how, CHOICES, manage(found))
    assert office.now_of(found).standing is how, "looking confirms nothing"
    cards = [office.desk.confirm(token) for _ in range(3)]
    assert cards == [asked._replace(standing=Standing.ACTIVE)] * 3
    assert office.now_of(found).confirmed_at == LATER


def test_a_link_holds_for_a_week_and_then_for_those_who_have_confirmed(office: Office) -> None:
    found = office.standing(Standing.PENDING)
    token = KEYS.confirm(found.id, ASKED)
    office.now = ASKED + CONFIRM_WITHIN + timedelta(seconds=1)
    assert office.desk.asked(token) is office.desk.confirm(token) is None
    office.now = ASKED + CONFIRM_WITHIN
    assert office.desk.confirm(token)
    office.now += timedelta(days=30)
    again = office.desk.confirm(token)
    assert again
    assert again.standing is Standing.ACTIVE


@pytest.mark.parametrize("how", [Standing.LEFT, Standing.ERASED])
def test_an_old_link_brings_nobody_back(office: Office, how: Standing) -> None:
    found = office.standing(how)
    token = KEYS.confirm(found.id, ASKED)
    assert office.desk.asked(token) is office.desk.confirm(token) is None
    assert office.now_of(found) == found


def test_choices_are_changed_by_the_link_for_managing(office: Office) -> None:
    found = office.standing(Standing.ACTIVE)
    card = office.desk.choose(manage(found), OTHERS)
    assert card == office.desk.managed(manage(found))
    assert card
    assert card.choices == OTHERS == office.now_of(found).choices
    off = office.desk.choose(manage(found), Choices((), Cadence.OFF))
    assert off
    assert off.choices.cadence is Cadence.OFF


def test_of_who_has_left_nothing_is_changed(office: Office) -> None:
    found = office.standing(Standing.LEFT)
    card = office.desk.choose(manage(found), OTHERS)
    assert card
    assert (card.standing, card.choices) == (Standing.LEFT, CHOICES)


def test_a_link_that_was_taken_its_power_is_nobodys(office: Office) -> None:
    found = office.standing(Standing.ACTIVE)
    with posting(office.engine) as connection:
        connection.execute(text("UPDATE subscribers SET generation = 1"))
    assert office.desk.managed(manage(found)) is None
    assert office.desk.managed(KEYS.manage(found.id, 1))


@pytest.mark.parametrize("how", list(Standing))
def test_everybody_leaves_for_ever(office: Office, how: Standing) -> None:
    """Rule 10; also who has left and who was erased."""
    found = office.standing(how)
    assert all(office.desk.leave(found.token, Leaving.ONE_CLICK) for _ in range(3))
    assert office.now_of(found).standing is (Standing.ERASED if how is Standing.ERASED else Standing.LEFT)


def test_how_somebody_left_is_kept(office: Office) -> None:
    found = office.standing(Standing.ACTIVE)
    office.desk.leave(found.token, Leaving.LINK)
    left = office.now_of(found)
    assert (left.left_by, left.left_at) == (Leaving.LINK, LATER)


def test_leaving_is_taken_back_within_a_week(office: Office) -> None:
    """The link stands in every letter, and letters are passed on."""
    found = office.standing(Standing.ACTIVE)
    office.desk.leave(found.token, Leaving.ONE_CLICK)
    office.now += UNDO_WITHIN + timedelta(seconds=1)
    assert not office.desk.undo(found.token)
    office.now -= timedelta(seconds=1)
    assert office.desk.undo(found.token)
    assert office.now_of(found) == found
    assert not office.desk.undo(found.token), "there is nothing any more to be taken back"


def test_who_never_confirmed_cannot_come_back_by_leaving(office: Office) -> None:
    found = office.standing(Standing.PENDING)
    office.desk.leave(found.token, Leaving.ONE_CLICK)
    assert not office.desk.undo(found.token)


def test_what_is_erased_is_gone_and_its_links_with_it(office: Office) -> None:
    found = office.standing(Standing.ACTIVE)
    assert office.desk.erase(manage(found))
    assert not office.desk.erase(manage(found))
    assert office.desk.managed(manage(found)) is None
    assert office.now_of(found).address == ""


def test_all_that_is_kept_is_given_out_without_tokens(office: Office) -> None:
    office.ask()
    found = office.ada()
    export = office.desk.export(manage(found))
    assert export
    assert (export["address"], export["consent"], export["network"]) == (ADA, "form 1", "192.0.2.0/24")
    assert found.token not in str(export)


def test_a_missing_database_is_told_and_not_made(tmp_path: Path) -> None:
    missing = opened_desk(f"sqlite:///{tmp_path}/none.db", KEYS, lambda: LATER)
    with pytest.raises(DatabaseError, match="there is no database"), missing:
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_has_gone_is_told_and_not_made_anew(sqlite_url: str) -> None:
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    with opened_desk(sqlite_url, KEYS, lambda: LATER) as desk:
        assert not desk.leave("none", Leaving.ONE_CLICK)
        away = database.rename(database.with_name("away.db"))
        with pytest.raises(DatabaseError, match="there is no database"):
            desk.leave("none", Leaving.ONE_CLICK)
        assert not database.exists()
        away.rename(database)
        assert not desk.leave("none", Leaving.ONE_CLICK)


def test_a_database_that_fails_is_told_without_the_address(own_engine: Engine) -> None:
    with own_engine.begin() as connection:
        connection.execute(text("ALTER TABLE subscribers RENAME TO others"))
    with pytest.raises(DatabaseError, match="does not answer") as told:
        Office(own_engine).ask()
    assert ADA not in str(told.value)
