"""Runs that come late or twice: they are harmless, so no schedule and no worker has to be exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Barrier
from typing import TypeVar
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, update

from flows.mail.digesting import digest
from flows.sources.base import Source
from flows.steps.resources import Get, Resources, clock, opened
from flows.steps.rounds import daily_round
from models.tables import INSTALLATION, LEDGER, PAPERS
from tests.databases import opened as database
from tests.mail.post import digests, join, letters
from tests.steps.house import CONTENT, TUE, WED, House, Rows, Site, at, without

T = TypeVar("T")

MORNING, EVENING = at(TUE, "08:15"), at(TUE)
OF_THE_LAST_READING = ("new", "revised", "unchanged", "removed", "read_at", "good_at", "via")


@pytest.fixture
def alone(house: House) -> House:
    """A house in which each round comes once, and on time."""
    with database(house.settings.database) as engine:
        name(engine)
    return house


@pytest.fixture
def doubled(house: House, engine: Engine, tmp_path: Path) -> House:
    """Another house of the same installation, on each kind of database."""
    name(engine)
    own = {
        "home": tmp_path / "doubled",
        "database_url": SecretStr(engine.url.render_as_string(hide_password=False)),
    }
    return House(house.settings.model_copy(update=own), Site(MORNING))


def name(engine: Engine) -> None:
    """Makes it the installation that all houses here are: the ids of feeds are made of it."""
    with engine.begin() as connection:
        connection.execute(update(INSTALLATION).values(uuid=str(UUID(int=0))))


def twice_at_once(house: House, moment: datetime, do: Callable[[Resources], T]) -> list[T]:
    """What two processes would do: each with resources of its own, both begun before either is done."""
    house.site.now = moment
    together = Barrier(2, timeout=60)

    @contextmanager
    def visit(_: Source) -> Iterator[Get]:
        together.wait()
        yield house.site.get

    def one(_: int) -> T:
        with opened(house.settings, clock(moment), visit) as resources:
            together.wait()
            return do(resources)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


def known(house: House) -> Rows:
    """What the database says of papers and listings, whichever of several readings said it last."""
    found = house.rows(*CONTENT, LEDGER)
    return {name: without(rows, *OF_THE_LAST_READING, "reading_id") for name, rows in found.items()}


def feeds(house: House) -> dict[str, bytes]:
    """The feeds, by their names."""
    return {path.name: content for path, (content, _) in house.feeds().items()}


def test_two_rounds_at_once_leave_what_one_leaves(alone: House, doubled: House) -> None:
    alone.round(MORNING)
    done = twice_at_once(doubled, MORNING, daily_round)
    assert [each.failures for each in done] == [(), ()]
    assert known(doubled) == known(alone)
    assert feeds(doubled) == feeds(alone)
    assert len(feeds(alone)) > 10
    assert len(known(alone)[PAPERS.name]) == 7


def test_of_two_rounds_that_come_hours_late_the_second_changes_no_byte(house: House) -> None:
    house.round(EVENING)  # that of the morning, for which there was no worker until now
    late = known(house), house.published()
    assert house.round(EVENING).failures == ()
    assert (known(house), house.published()) == late


def test_two_digests_at_once_send_each_letter_once(house: House) -> None:
    join(house, MORNING, "ada", "bo", "cy")
    house.ingest(MORNING)
    done = twice_at_once(house, MORNING, digest)
    assert sum(each.tally.sent for each in done) == 3
    assert [letter.to for letter in letters(house)] == [
        f"{who}@reader.example" for who in ("ada", "bo", "cy")
    ]


def test_a_digest_that_comes_hours_late_sends_once_and_one_that_is_too_late_nothing(house: House) -> None:
    join(house, MORNING, "ada")
    house.ingest(MORNING)
    assert digests(house, at(TUE, "15:00")).tally.sent == 1
    assert digests(house, at(TUE, "15:00")).tally.sent == 0
    assert digests(house, at(WED, "03:00")).tally.sent == 0
