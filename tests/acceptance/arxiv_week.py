"""The recorded week of both sites as one household has read it, for all tests that ask what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.papers import Paper
from tests.acceptance.arxiv_town import Household, Sites, at, both_sites, household
from tests.acceptance.recorded_mailings import (
    FRI,
    MAILINGS,
    MON,
    NEXT_FRI,
    THU,
    TUE,
    WED,
    WEEK,
    Shown,
    entries_of,
)

TIMES = {
    **dict.fromkeys(WEEK, ("14:00",)),
    FRI: ("05:30",),  # in winter a mailing is announced at one o'clock
    MON: ("00:20", "14:00"),
    TUE: ("00:20",),
    WED: ("05:30",),
    THU: ("00:20",),
    NEXT_FRI: ("00:20", "05:30", "14:00"),
}
"""When (UTC) the household reads on each day, Hugging Face before arXiv."""


@pytest.fixture(scope="session")
def sites_of_the_week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with both_sites(tmp_path_factory.mktemp("sites") / "hf", WEEK) as found:
        yield found


@pytest.fixture(scope="session")
def week(
    tmp_path_factory: pytest.TempPathFactory, sites_of_the_week: Sites, sqlite_template: Path
) -> Iterator[Household]:
    own = {"sources": "huggingface,arxiv"}
    with household(tmp_path_factory.mktemp("week"), sites_of_the_week, sqlite_template, **own) as found:
        for day, times in TIMES.items():
            for clock_time in times:
                found.read(at(day, clock_time))
        yield found


@pytest.fixture(scope="session")
def papers(week: Household) -> dict[str, Paper]:
    """All papers of the week, by id."""
    return week.papers()


@pytest.fixture(scope="session")
def mailed() -> dict[str, Shown]:
    """What the last mailing that names it says of each paper."""
    return {paper_id: entry for day in MAILINGS for paper_id, entry in entries_of(day).items()}
