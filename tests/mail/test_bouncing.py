"""What came back: written down once, and two hard bounces on different days end mail to a subscriber."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine

from models.database import posting, reading
from models.mail.bounce import DAYS, WITHIN, Bounce, Kind, is_enough
from models.mail.bouncing import (
    bounces_of,
    count_by_kind,
    note_bounce,
    prune_bounces,
    recent_bounces,
    whose,
)
from models.mail.delivery import State
from models.mail.forgetting import erase
from models.mail.leaving import leave, rejoin
from models.mail.subscriber import Leaving, Standing
from models.mail.subscribers import confirm
from tests.mail.subscribed import ADA, ASKED, KEYS, deliver, joined, read, standing_as

DAY = timedelta(days=1)
SOON = ASKED + timedelta(hours=3)
SAID = "<ada@reader.example>: no such user"


def hard(engine: Engine, subscriber_id: int, delivery_id: str, at: datetime, kind: Kind = Kind.HARD) -> bool:
    with posting(engine) as connection:
        return note_bounce(connection, subscriber_id, delivery_id, at, kind, "5.1.1", SAID)


@pytest.fixture
def ada(engine: Engine) -> int:
    with posting(engine) as connection:
        return joined(connection).id


def standing(engine: Engine, subscriber_id: int) -> Standing:
    with reading(engine) as connection:
        return read(connection, subscriber_id).standing


def kept(engine: Engine, subscriber_id: int) -> list[Bounce]:
    with reading(engine) as connection:
        return bounces_of(connection, subscriber_id)


# --- what changes nothing


def test_a_bounce_of_nobody_is_an_error_in_the_log(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    assert not hard(engine, 99, "a", SOON)
    assert kept(engine, 99) == []
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "subscriber 99" in record.getMessage()


def test_the_same_bounce_read_again_changes_nothing_on_whatever_day(engine: Engine, ada: int) -> None:
    assert not hard(engine, ada, "a", SOON)
    assert not hard(engine, ada, "a", SOON)
    assert not hard(engine, ada, "a", SOON + DAY)
    assert len(kept(engine, ada)) == 1
    assert standing(engine, ada) is Standing.ACTIVE


def test_many_hard_bounces_of_one_day_do_not_suspend(engine: Engine, ada: int) -> None:
    for number, hours in enumerate((0, 5, 17)):
        at = datetime(2026, 11, 21, tzinfo=UTC) + timedelta(hours=hours, minutes=59)
        assert not hard(engine, ada, str(number), at)
    assert standing(engine, ada) is Standing.ACTIVE


@pytest.mark.parametrize("kind", [Kind.SOFT, Kind.OURS, Kind.COMPLAINT])
def test_bounces_that_are_not_hard_never_suspend(engine: Engine, ada: int, kind: Kind) -> None:
    for number in range(8):
        assert not hard(engine, ada, str(number), SOON + number * DAY, kind)
    assert not hard(engine, ada, "one", SOON + 8 * DAY)
    assert not hard(engine, ada, "after", SOON + 9 * DAY, kind)
    assert standing(engine, ada) is Standing.ACTIVE
    assert [each.kind for each in kept(engine, ada)] == [kind, Kind.HARD, *[kind] * 8]


def test_a_hard_bounce_of_more_than_a_month_ago_is_forgiven(engine: Engine, ada: int) -> None:
    hard(engine, ada, "a", SOON)
    assert not hard(engine, ada, "b", SOON + timedelta(days=30))
    assert hard(engine, ada, "c", SOON + timedelta(days=59, hours=23))


def test_who_confirmed_anew_begins_anew(engine: Engine, ada: int) -> None:
    hard(engine, ada, "a", SOON)
    assert hard(engine, ada, "b", SOON + DAY)
    with posting(engine) as connection:
        confirm(connection, ada, SOON + 2 * DAY)
    assert not hard(engine, ada, "c", SOON + 3 * DAY)
    assert standing(engine, ada) is Standing.ACTIVE
    assert hard(engine, ada, "d", SOON + 4 * DAY)


@pytest.mark.parametrize("before", [Standing.PENDING, Standing.LEFT])
def test_only_who_gets_mail_is_suspended(engine: Engine, before: Standing) -> None:
    with posting(engine) as connection:
        found = standing_as(connection, before)
    assert not hard(engine, found.id, "a", SOON)
    assert not hard(engine, found.id, "b", SOON + DAY)
    assert standing(engine, found.id) is before
    assert len(kept(engine, found.id)) == 2


def test_of_who_was_erased_no_words_are_kept(engine: Engine, ada: int) -> None:
    hard(engine, ada, "a", SOON)
    with posting(engine) as connection:
        assert erase(connection, ada, KEYS, SOON)
    hard(engine, ada, "b", SOON + DAY)
    assert [(each.delivery_id, each.said, each.address) for each in kept(engine, ada)] == [
        ("b", "", ""), ("a", "", ""),
    ]  # fmt: skip


# --- what suspends


def test_two_hard_bounces_on_different_days_suspend_once(engine: Engine, ada: int) -> None:
    late, early = datetime(2026, 11, 21, 23, 59, tzinfo=UTC), datetime(2026, 11, 22, 0, 1, tzinfo=UTC)
    assert not hard(engine, ada, "a", late)
    assert hard(engine, ada, "b", early)
    assert not hard(engine, ada, "c", early + DAY)
    with reading(engine) as connection:
        found = read(connection, ada)
    assert (found.standing, found.suspended_at) == (Standing.SUSPENDED, early)


def test_who_left_and_came_back_has_bounced_all_the_same(engine: Engine, ada: int) -> None:
    hard(engine, ada, "a", SOON)
    with posting(engine) as connection:
        token = read(connection, ada).token
        leave(connection, token, Leaving.LINK, SOON)
        assert rejoin(connection, token)
    assert hard(engine, ada, "b", SOON + DAY)


def test_two_who_read_the_same_bounce_at_once_write_it_once(engine: Engine, ada: int) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: hard(engine, ada, "a", SOON), range(8)))
    assert len(kept(engine, ada)) == 1


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 4, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(moments, max_size=6), moments)
@example([SOON - WITHIN], SOON)
@example([SOON + DAY], SOON)
def test_the_rule_counts_days_of_a_month_in_whatever_order_and_zone(
    hard: list[datetime], at: datetime
) -> None:
    days = {moment.date() for moment in hard if timedelta() <= at - moment < WITHIN} | {at.date()}
    assert is_enough(hard, at) == (len(days) >= DAYS)
    there = timezone(timedelta(hours=13))
    assert is_enough([each.astimezone(there) for each in reversed(hard)], at.astimezone(there)) == is_enough(
        hard, at
    )


# --- what is asked


def test_without_a_delivery_the_same_is_noted_once_a_day(engine: Engine, ada: int) -> None:
    for hours in (0, 1, 24, 25):
        hard(engine, ada, "", SOON + timedelta(hours=hours), Kind.COMPLAINT)
    assert [each.at for each in kept(engine, ada)] == [SOON + DAY, SOON]


def test_what_came_back_is_told_whole_the_newest_first(engine: Engine, ada: int) -> None:
    with posting(engine) as connection:
        bob = joined(connection, "bob@reader.example").id
    hard(engine, ada, "a", SOON)
    hard(engine, bob, "b", SOON + DAY, Kind.OURS)
    first = Bounce(ada, ADA, "a", SOON, Kind.HARD, "5.1.1", SAID)
    second = Bounce(bob, "bob@reader.example", "b", SOON + DAY, Kind.OURS, "5.1.1", SAID)
    with reading(engine) as connection:
        assert recent_bounces(connection, ASKED) == [second, first]
        assert recent_bounces(connection, SOON + DAY) == [second]
        assert bounces_of(connection, ada) == [first]
        assert count_by_kind(connection) == {Kind.HARD: 1, Kind.SOFT: 0, Kind.OURS: 1, Kind.COMPLAINT: 0}


def test_what_is_old_is_forgotten(engine: Engine, ada: int) -> None:
    hard(engine, ada, "a", SOON)
    hard(engine, ada, "b", SOON + DAY)
    with posting(engine) as connection:
        assert prune_bounces(connection, SOON + DAY) == 1
    assert [each.delivery_id for each in kept(engine, ada)] == ["b"]


def test_a_delivery_tells_whose_it_is_while_it_is_known(engine: Engine, ada: int) -> None:
    with posting(engine) as connection:
        delivery_id = deliver(connection, read(connection, ada), State.SENT)
        assert whose(connection, delivery_id) == ada
        assert whose(connection, "a" * 26) is None
