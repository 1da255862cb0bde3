"""Whose digest is to be planned at a moment, and what they know already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from models.database import posting, reading
from models.mail.delivery import Kind, Planned
from models.mail.due import Due, due, told_to
from models.mail.outbox import plan
from models.mail.settling import settle
from models.mail.subscriber import Cadence, Choices
from models.mail.subscribers import subscribers
from tests.mail import subscribed
from tests.mail.planned import FOOT, HEAD, NOW, digest

DAILY = Choices(("agents",))
WEEKLY = Choices(("agents",), Cadence.WEEKLY)


def joined(engine: Engine, *names: str, choices: Choices = DAILY) -> list[int]:
    """The numbers of people who have confirmed."""
    with posting(engine) as connection:
        return [subscribed.joined(connection, f"{name}@reader.example", choices).id for name in names]


def planned(engine: Engine, *letters: Planned) -> None:
    with posting(engine) as connection:
        plan(connection, letters, (HEAD, FOOT))


def due_at(engine: Engine, now: datetime) -> dict[int, Due]:
    with reading(engine) as connection:
        return {each.subscriber.id: each for each in due(connection, subscribers(connection), now)}


def told(engine: Engine, *ids: int) -> Mapping[int, Mapping[str, datetime]]:
    with reading(engine) as connection:
        return told_to(connection, ids)


def test_before_the_hour_nobody_is_due(engine: Engine) -> None:
    joined(engine, "ada", "bo")
    assert due_at(engine, NOW - timedelta(seconds=1)) == {}


def test_who_is_due_comes_with_the_period(engine: Engine) -> None:
    ada, bo = joined(engine, "ada", "bo")
    found = due_at(engine, NOW)
    assert [(number, each.period.kind, each.period.name) for number, each in found.items()] == [
        (ada, Kind.DAILY, "2026-11-20"),
        (bo, Kind.DAILY, "2026-11-20"),
    ]


def test_whose_digest_is_planned_is_not_due_again_whatever_became_of_it(engine: Engine) -> None:
    ada, bo = joined(engine, "ada", "bo")
    planned(engine, digest(ada, told=()))
    assert list(due_at(engine, NOW)) == [bo]
    assert list(due_at(engine, NOW + timedelta(days=1))) == [ada, bo]


def test_another_kind_of_letter_or_another_period_is_no_digest_of_this_one(engine: Engine) -> None:
    (ada,) = joined(engine, "ada")
    planned(engine, digest(ada, Kind.CONFIRM), digest(ada, period="2026-11-19"))
    assert list(due_at(engine, NOW)) == [ada]


def test_each_is_due_by_their_own_cadence(engine: Engine) -> None:
    joined(engine, "ada", choices=WEEKLY)
    joined(engine, "bo", choices=Choices(("agents",), Cadence.OFF))
    monday = NOW - timedelta(days=4)
    assert due_at(engine, NOW) == {}
    assert [each.period.kind for each in due_at(engine, monday).values()] == [Kind.WEEKLY]


def test_what_someone_was_told_last_is_by_paper(engine: Engine) -> None:
    ada, bo = joined(engine, "ada", "bo")
    yesterday = NOW - timedelta(days=1)
    planned(
        engine,
        digest(ada, period="2026-11-19", told=["2511.00001", "2511.00002"], at=yesterday),
        digest(ada, told=["2511.00002"]),
        digest(bo, told=["2511.00003"]),
    )
    assert told(engine, ada)[ada] == {"2511.00001": yesterday, "2511.00002": NOW}
    assert told(engine, ada, bo)[bo] == {"2511.00003": NOW}
    assert told(engine) == {}


def test_of_some_papers_alone_it_is_told_who_knows_them(engine: Engine) -> None:
    (ada,) = joined(engine, "ada")
    planned(engine, digest(ada, told=["2511.00001", "2511.00002"]))
    tomorrow = NOW + timedelta(days=1)
    with reading(engine) as connection:
        assert told_to(connection, [ada], {"2511.00002", "2511.00003"}) == {ada: {"2511.00002": NOW}}
        assert told_to(connection, [ada], set()) == {}
        (found,) = due(connection, subscribers(connection), tomorrow, {"2511.00001"})
    assert found.told == {"2511.00001": NOW}


def test_when_a_digest_had_no_room_for_all_is_known_unless_it_has_failed(engine: Engine) -> None:
    ada, bo = joined(engine, "ada", "bo")
    yesterday = NOW - timedelta(days=1)
    planned(
        engine,
        replace(digest(ada, period="2026-11-19", at=yesterday), counted=3),
        digest(bo, period="2026-11-19", at=yesterday),
    )
    assert {each.counted_at for each in due_at(engine, NOW).values()} == {yesterday, None}
    with posting(engine) as connection:
        settle(connection, NOW + timedelta(days=9))
    assert {each.counted_at for each in due_at(engine, NOW).values()} == {None}


def test_a_full_digest_of_a_moment_that_is_not_yet_holds_nothing_back(engine: Engine) -> None:
    """A clock that was ahead, or a rehearsal, would else keep all papers from someone until that moment."""
    (ada,) = joined(engine, "ada")
    planned(engine, replace(digest(ada, period="2027-11-20", at=NOW + timedelta(days=365)), counted=3))
    assert due_at(engine, NOW)[ada].counted_at is None


def test_who_is_due_comes_with_what_they_were_told(engine: Engine) -> None:
    (ada,) = joined(engine, "ada")
    planned(engine, digest(ada, told=["2511.00001"]))
    tomorrow = due_at(engine, NOW + timedelta(days=1))
    assert tomorrow[ada].told == {"2511.00001": NOW}
