"""The sites' own calendars over the demo's week: no alarm while it is read, and one when reading stops."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.demo.stage import READINGS
from flows.settings import Settings, load_settings
from flows.sources.arxiv_calendar import HOLIDAYS
from flows.steps.demonstrating import demo_settings
from flows.steps.ingesting import ingest
from flows.steps.resources import clock, opened, sources_of
from flows.steps.standing import Watch, condition_of
from models.database import reading
from models.overdue import Overdue
from tests.databases import opened as opened_database
from tests.steps.house import Site, with_database

LAST = READINGS[-1]
"""On Monday 16 November at 06:00, when arXiv's list was out and that of Hugging Face was not."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Settings:
    """Those of the demo, whose week has been read; after each reading nothing was missing."""
    home = tmp_path_factory.mktemp("watched")
    settings = demo_settings(load_settings(_env_file=None, home=home))
    with_database(settings.home, sqlite_template)
    for moment in READINGS:
        with opened(settings, clock(moment), Site(moment).visit) as resources:
            ingest(resources)
        assert overdue(settings, moment) == []
    return settings


def overdue(settings: Settings, now: datetime) -> list[Overdue]:
    calendars = tuple(sources_of(settings, ()).values())
    with opened_database(settings.database) as engine, reading(engine) as connection:
        return list(condition_of(connection, Watch(lambda: calendars, clock(now))).overdue)


def missing(settings: Settings, now: datetime) -> list[str]:
    return [f"{each.listing} since {each.since:%d %H:%M}" for each in overdue(settings, now)]


def test_nothing_is_missing_until_the_first_list_is_four_hours_late(settings: Settings) -> None:
    assert missing(settings, datetime(2026, 11, 16, 15, 59, tzinfo=UTC)) == []
    assert missing(settings, datetime(2026, 11, 16, 16, tzinfo=UTC)) == [
        "huggingface daily 2026-11-16 since 16 12:00"
    ]


def test_then_each_list_that_should_be_out_is_missing_by_its_own_calendar(settings: Settings) -> None:
    assert missing(settings, datetime(2026, 11, 17, 7, tzinfo=UTC)) == [
        "huggingface daily 2026-11-16 since 16 12:00",
        "arxiv cs.CL 2026-11-17 since 17 03:00",
        "arxiv cs.CV 2026-11-17 since 17 03:00",
    ]


def test_a_weekend_and_a_holiday_add_nothing(settings: Settings) -> None:
    thanksgiving = datetime(2026, 11, 26, 23, tzinfo=UTC)
    assert thanksgiving.date() in HOLIDAYS
    over_the_weekend = missing(settings, datetime(2026, 11, 22, 23, tzinfo=UTC))
    assert over_the_weekend == missing(settings, datetime(2026, 11, 20, 23, tzinfo=UTC))
    until = missing(settings, datetime(2026, 11, 27, 15, tzinfo=UTC))
    assert [each for each in until if "arxiv" in each][-1].startswith("arxiv cs.CV 2026-11-26")
