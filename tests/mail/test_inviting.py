"""How someone is asked by letter whether they want digests, and how often."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from flows.mail.desk import Desk
from flows.mail.inviting import DAY, MOST_A_DAY, PAUSE, may_notice
from models.database import posting, reading
from models.mail.claims import claim
from models.mail.delivery import NOTICES, Kind
from models.mail.subscriber import Origin, Standing
from models.mail.tables import SUBSCRIBERS
from tests.mail.subscribed import ADA, CHOICES, KEYS, LATER, MUCH_LATER, OTHERS
from tests.steps.offices import ADDRESS, Office

OFTEN = 8


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


def test_without_a_letterhead_the_desk_is_closed(office: Office) -> None:
    closed = Desk(office.engine, KEYS, lambda: LATER)
    assert not closed.is_open
    closed.subscribe(ADDRESS, CHOICES, "form 1", "")
    assert office.letters() == []


def test_who_asks_is_pending_with_a_letter_that_can_be_sent_at_once(office: Office) -> None:
    office.ask()
    found = office.ada()
    assert (found.standing, found.choices, found.origin) == (Standing.PENDING, CHOICES, Origin.FORM)
    assert (found.consent, found.network, found.requested_at) == ("form 1", "192.0.2.0/24", LATER)
    with posting(office.engine) as connection:
        (letter,) = claim(connection, "w1", LATER, timedelta(minutes=1), 10, NOTICES)
    assert (letter.kind, letter.address, letter.planned_at) == (Kind.CONFIRM, ADA, LATER)
    assert letter.stale_at == LATER + DAY
    assert office.woken == 1


@pytest.mark.parametrize(
    ("how", "letter"),
    [
        (Standing.PENDING, Kind.CONFIRM),
        (Standing.ACTIVE, Kind.KNOWN),
        (Standing.SUSPENDED, Kind.CONFIRM),
        (Standing.LEFT, Kind.CONFIRM),
        (Standing.ERASED, Kind.CONFIRM),
    ],
)
def test_each_gets_the_letter_that_is_theirs(office: Office, how: Standing, letter: Kind) -> None:
    office.standing(how)
    office.ask(OTHERS)
    assert office.letters() == [letter]
    with posting(office.engine) as connection:
        claimed = claim(connection, "w1", LATER, timedelta(minutes=1), 10, NOTICES)
    assert [(each.kind, each.address) for each in claimed] == [(letter, ADA)]


@pytest.mark.parametrize("how", [Standing.PENDING, Standing.SUSPENDED, Standing.LEFT])
def test_a_link_of_the_letters_own_date_confirms(office: Office, how: Standing) -> None:
    """However long ago someone had asked before: their row may still say so."""
    office.standing(how)
    office.now = MUCH_LATER
    office.ask()
    with posting(office.engine) as connection:
        (letter,) = claim(connection, "w1", MUCH_LATER, timedelta(minutes=1), 10, NOTICES)
    card = office.desk.confirm(KEYS.confirm(letter.subscriber_id, letter.planned_at))
    assert card
    assert card.standing is Standing.ACTIVE


def test_who_gets_digests_is_not_changed_by_a_stranger(office: Office) -> None:
    before = office.standing(Standing.ACTIVE)
    office.ask(OTHERS)
    assert office.now_of(before) == before


def test_to_one_address_only_so_many_letters_go(office: Office) -> None:
    office.ask()
    office.ask(OTHERS)
    assert office.letters() == [Kind.CONFIRM]
    assert office.ada().choices == OTHERS, "what was asked for last counts all the same"
    for _ in range(10):
        office.now += PAUSE
        office.ask()
    assert office.letters() == [Kind.CONFIRM] * MOST_A_DAY
    assert office.woken == MOST_A_DAY
    office.now = LATER + DAY + timedelta(seconds=1)
    office.ask()
    assert len(office.letters()) == MOST_A_DAY + 1


def test_that_digests_come_already_is_told_once_a_day(office: Office) -> None:
    office.standing(Standing.ACTIVE)
    for _ in range(23):
        office.ask()
        office.now += timedelta(hours=1)
    assert office.letters() == [Kind.KNOWN]
    office.now += timedelta(hours=2)
    office.ask()
    assert office.letters() == [Kind.KNOWN] * 2


@pytest.mark.parametrize(
    ("kind", "minutes_ago", "may"),
    [
        (Kind.CONFIRM, [], True), (Kind.CONFIRM, [9], False), (Kind.CONFIRM, [10], True),
        (Kind.CONFIRM, [500, 10], True), (Kind.CONFIRM, [900, 500, 300], False), (Kind.KNOWN, [], True),
        (Kind.KNOWN, [1_400], False),
    ],
)  # fmt: skip
def test_letters_have_their_pauses(kind: Kind, minutes_ago: list[int], may: bool) -> None:
    assert may_notice(kind, [LATER - timedelta(minutes=ago) for ago in minutes_ago], LATER) == may


def test_of_many_who_ask_at_once_one_row_and_one_letter_stay(office: Office) -> None:
    together = threading.Barrier(OFTEN)

    def one(_: int) -> None:
        together.wait(30)
        office.ask()

    with ThreadPoolExecutor(OFTEN) as threads:
        list(threads.map(one, range(OFTEN)))
    assert office.letters() == [Kind.CONFIRM]
    with reading(office.engine) as connection:
        assert connection.execute(select(func.count()).select_from(SUBSCRIBERS)).scalar() == 1
