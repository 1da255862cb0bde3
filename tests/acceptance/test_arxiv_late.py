"""A mailing that is late, and days that were missed: what the ledger says, and what is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from models.records import Verdict
from tests.acceptance.arxiv_town import TOPICS, Sites, at, both_sites, household
from tests.acceptance.recorded_mailings import FRI, MON, NEXT_FRI, SAT, SUN, THU, TUE, WED, shown
from tests.commands.command import Command, Result, use_folder
from tests.steps.house import with_database

WHEN_WEDNESDAY_IS_THE_NEWEST = at(WED, "23:00")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with both_sites(tmp_path_factory.mktemp("sites") / "hf") as found:
        yield found


@pytest.fixture
def paperround(
    sites: Sites,
    tmp_path: Path,
    sqlite_template: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """The command, in a folder in which cs.CV is read."""
    use_folder(monkeypatch, tmp_path)
    with_database(tmp_path / "var", sqlite_template)
    Path("topics.toml").write_text(TOPICS)
    own = {"sources": "arxiv", "arxiv_categories": "cs.CV", "min_interval": "0"}
    for name, value in (sites.addresses | own).items():
        monkeypatch.setenv(f"PAPERROUND_{name.upper()}", value)
    return Command(capsys, monkeypatch)


def run(paperround: Command, moment: datetime) -> Result:
    return paperround("run", "--as-of", moment.isoformat())


def verdicts(paperround: Command) -> dict[str, str]:
    found = json.loads(paperround("status", "--json").out)
    return {row["date"]: row["verdict"] for row in found}


def test_a_page_held_back_is_waited_for_then_stalled_then_fresh(sites: Sites, paperround: Command) -> None:
    before = len(sites.asked())
    sites.at(WHEN_WEDNESDAY_IS_THE_NEWEST)
    assert run(paperround, at(WED, "23:00")).code == 0
    assert verdicts(paperround) == {str(WED): "fresh"}

    assert run(paperround, at(THU, "00:20")).code == 0
    assert verdicts(paperround) == {str(WED): "fresh", str(THU): "waiting"}

    late = run(paperround, at(THU, "04:00"))
    assert late.code == 1
    assert f"arxiv cs.CV {THU}" in late.out
    assert verdicts(paperround) == {str(WED): "fresh", str(THU): "stalled"}
    # The site would keep it for a week that it had nothing to catch up with.
    assert not any(path.startswith("/catchup") for path in sites.asked()[before:])

    sites.at(at(THU, "10:00"))
    assert run(paperround, at(THU, "10:00")).code == 0
    assert verdicts(paperround) == {str(WED): "fresh", str(THU): "fresh"}


def test_a_mailing_that_came_after_its_day_is_caught_up_with(
    sites: Sites, tmp_path: Path, sqlite_template: Path
) -> None:
    with household(tmp_path, sites, sqlite_template, sources="arxiv", arxiv_categories="cs.CV") as found:
        found.read(at(WED))
        found.read(at(THU), sites_show=WHEN_WEDNESDAY_IS_THE_NEWEST)
        assert found.ledger()["cs.CV", THU].verdict is Verdict.STALLED
        found.read(at(NEXT_FRI))
        thursday = found.ledger()["cs.CV", THU]
        assert (thursday.verdict, thursday.via, thursday.parsed) == (
            Verdict.FRESH,
            "catchup",
            len(shown(THU, "cs.CV")),
        )


def test_a_gap_of_three_days_is_closed_by_catchup_and_the_weekend_in_it_is_quiet(
    sites: Sites, tmp_path: Path, sqlite_template: Path
) -> None:
    with household(tmp_path, sites, sqlite_template, sources="arxiv", arxiv_categories="cs.CV") as found:
        found.read(at(FRI))
        before = len(sites.asked())
        found.read(at(THU))
        asked = [path for path in sites.asked()[before:] if path.startswith(("/list", "/catchup"))]
        ledger = {day: (row.verdict, row.via) for (_, day), row in found.ledger().items()}
        papers = found.papers()
    assert ledger == {
        FRI: (Verdict.FRESH, "page"),
        SAT: (Verdict.QUIET, "calendar"),
        SUN: (Verdict.QUIET, "calendar"),
        MON: (Verdict.FRESH, "catchup"),
        TUE: (Verdict.FRESH, "catchup"),
        WED: (Verdict.FRESH, "catchup"),
        THU: (Verdict.FRESH, "page"),
    }
    assert asked == [*(f"/catchup/cs.CV/{day}?abs=True" for day in (MON, TUE, WED)), "/list/cs.CV/new"]
    for day in (FRI, MON, TUE, WED, THU):
        stored = {
            (place.section, place.rank, paper.id)
            for paper in papers.values()
            for place in paper.appearances
            if place.date == day
        }
        assert stored == {
            (f"cs.CV/{entry.part}", entry.rank, entry.paper_id) for entry in shown(day, "cs.CV")
        }
