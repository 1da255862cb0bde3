"""Who the subscribers are: pages of them, their numbers, and slices to plan by."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import Engine

from models.database import posting, reading
from models.mail.subscriber import Cadence, Choices, Standing
from models.mail.subscribers import count_by_standing, readers_by_topic, slices, subscribers
from tests.mail.subscribed import joined, standing_as

OFF = Choices(("all",), Cadence.OFF)


def many(engine: Engine) -> dict[int, Standing]:
    """Three of each standing, by number."""
    with posting(engine) as connection:
        found = [
            standing_as(connection, standing, f"{standing}{number}@reader.example")
            for number in range(3)
            for standing in Standing
        ]
    return {each.id: each.standing for each in found}


def test_they_are_read_page_by_page_in_the_order_of_their_numbers(engine: Engine) -> None:
    known = many(engine)
    with reading(engine) as connection:
        first = subscribers(connection, most=4)
        second = subscribers(connection, first[-1].id, 100)
        assert subscribers(connection, second[-1].id) == []
    assert [each.id for each in first + second] == sorted(known)


def test_they_are_read_by_standing(engine: Engine) -> None:
    known = many(engine)
    with reading(engine) as connection:
        for standing in Standing:
            found = [each.id for each in subscribers(connection, standing=standing)]
            assert found == sorted(number for number, each in known.items() if each is standing)


def test_they_are_counted_by_standing_with_zeros(engine: Engine) -> None:
    with reading(engine) as connection:
        assert count_by_standing(connection) == dict.fromkeys(Standing, 0)
    many(engine)
    with reading(engine) as connection:
        assert list(count_by_standing(connection).items()) == [(standing, 3) for standing in Standing]


def test_nobody_is_in_no_slice(engine: Engine) -> None:
    with posting(engine) as connection:
        standing_as(connection, Standing.PENDING)
        joined(connection, "off@reader.example", OFF)
    with reading(engine) as connection:
        assert slices(connection, 10) == []


def test_slices_hold_everyone_who_gets_digests_once_and_not_too_many(engine: Engine) -> None:
    many(engine)
    with posting(engine) as connection:
        joined(connection, "off@reader.example", OFF)
        for number in range(4):
            joined(connection, f"reader{number}@reader.example")
        active = subscribers(connection, standing=Standing.ACTIVE)
        gets = {each.id for each in active if each.choices.cadence is not Cadence.OFF}
        for size in (1, 2, 3, len(gets), 100):
            found = slices(connection, size)
            held = [[number for number in part if number in gets] for part in found]
            assert [number for part in held for number in part] == sorted(gets)
            assert [len(part) for part in held[:-1]] == [size] * (len(held) - 1)
            assert 0 < len(held[-1]) <= size
            assert all(a.stop <= b.start for a, b in pairwise(found))


def test_how_many_chose_a_topic_counts_those_who_get_digests(engine: Engine) -> None:
    with reading(engine) as connection:
        assert readers_by_topic(connection) == {}
    with posting(engine) as connection:
        joined(connection, "ada@reader.example", Choices(("lanterns", "all")))
        joined(connection, "bo@reader.example", Choices(("all",)))
        joined(connection, "off@reader.example", OFF)
        standing_as(connection, Standing.LEFT, "left@reader.example")
    with reading(engine) as connection:
        assert readers_by_topic(connection) == {"all": 2, "lanterns": 1}
