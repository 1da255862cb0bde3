"""The commands that run something: their exit codes, and what they tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands.command import MONDAY, TUESDAY, WEDNESDAY, Command
from tests.steps.house import ALL, CHALLENGE, PAGE, Fault, Site, refused, silent

NOON_AFTER = ("run", "--as-of", "2026-11-16T12:30:00Z")


@pytest.mark.parametrize("fault", [CHALLENGE, refused(500), silent], ids=["challenge", "500", "silence"])
def test_a_listing_that_failed_is_exit_code_1_and_named(
    paperround: Command, site: Site, fault: Fault
) -> None:
    with site.failing(ALL, fault):
        result = paperround(*MONDAY)
    assert result.code == 1
    assert "huggingface daily 2026-11-09: page: " in result.out
    assert "failed" in result.out
    assert "Traceback" not in result.out + result.err


def test_a_listing_that_should_be_out_is_exit_code_1(paperround: Command) -> None:
    result = paperround(*NOON_AFTER)
    assert result.code == 1
    assert "stalled" in result.out


def test_a_second_way_that_saves_the_day_is_exit_code_0_and_told(paperround: Command, site: Site) -> None:
    with site.failing(PAGE, CHALLENGE):
        result = paperround(*MONDAY)
    assert result.code == 0
    assert re.search(r"fresh +8 +8 +8 +0 +0 +api", result.out)
    assert "page: no [data-target" in result.out


def test_a_round_prints_what_it_did_and_logs_elsewhere(paperround: Command, tmp_path: Path) -> None:
    result = paperround(*MONDAY)
    assert result.code == 0
    assert "2026-11-09  huggingface  daily    fresh" in result.out
    assert f"69 feed files, 69 changed, in {Path('var/public/feeds')}" in result.out
    assert "Not recorded in Prefect." in result.out
    assert "huggingface daily 2026-11-09: 8 declared, 8 read, 8 new, by its page" in result.err
    assert (tmp_path / "var" / "public" / "feeds" / "all.atom").exists()


def test_a_round_again_changes_no_feed(paperround: Command) -> None:
    paperround(*MONDAY)
    assert "69 feed files, 0 changed" in paperround(*MONDAY).out


def test_a_round_of_one_date_reads_no_other(paperround: Command, site: Site) -> None:
    paperround(*MONDAY)
    site.asked.clear()
    paperround(*WEDNESDAY, "--date", "2026-11-10")
    assert [url for url, _ in site.asked] == ["/papers/date/2026-11-10"]


def test_a_backfill_reads_a_range_and_stops_at_what_it_knows(paperround: Command, site: Site) -> None:
    line = ("backfill", "--from", "2026-11-09", "--to", "2026-11-10")
    site.now = site.now.replace(day=12)
    assert paperround(*line).code == 0
    assert len(site.asked) == 2
    assert paperround(*line).code == 0
    assert len(site.asked) == 2


def test_a_prefect_that_does_not_answer_is_told_and_does_without(
    paperround: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    result = paperround(*MONDAY)
    assert result.code == 0
    assert "the Prefect API http://127.0.0.1:9/api does not answer: this run is not recorded" in result.err


def test_a_replay_in_place_changes_nothing_that_is_exported(paperround: Command) -> None:
    paperround(*TUESDAY)
    before = (paperround("export").out, paperround("status", "--json").out)
    result = paperround("replay")
    assert (result.code, result.out) == (0, "1 reading replayed: 9 papers\n")
    assert (paperround("export").out, paperround("status", "--json").out) == before


def test_a_replay_builds_another_database(paperround: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    paperround(*TUESDAY)
    before = paperround("export").out
    assert paperround("replay", "--into", "sqlite:///other.db").code == 0
    monkeypatch.setenv("PAPERROUND_DATABASE_URL", "sqlite:///other.db")
    assert paperround("export").out == before
