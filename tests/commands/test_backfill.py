"""The backfill from the command line: its exit codes, what it tells, and what it leaves alone."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import feedparser
import pytest

from flows.commands.terminal import progress
from tests.commands.command import Command
from tests.steps.house import ALL, Site, refused, silent

FRIDAY = ("run", "--as-of", "2026-11-13T20:15:00Z")
WEEK = ("backfill", "--from", "2026-11-09", "--to", "2026-11-12")
FEED = Path("var/public/feeds/all.atom")


def test_days_that_cannot_be_read_are_exit_code_1_and_read_by_the_next_backfill(
    paperround: Command, site: Site
) -> None:
    with site.failing("2026-11-10", silent):
        result = paperround(*WEEK)
    assert result.code == 1
    assert "huggingface daily 2026-11-10: page: " in result.out
    site.asked.clear()
    assert paperround(*WEEK).code == 0
    assert [url for url, _ in site.asked] == ["/papers/date/2026-11-10"]


def test_a_site_that_forbids_is_asked_no_more(paperround: Command, site: Site) -> None:
    with site.failing(ALL, refused(403)):
        result = paperround(*WEEK)
    assert result.code == 1
    assert "huggingface is left alone" in result.err
    assert {url.partition("?")[0] for url, _ in site.asked} == {
        "/papers/date/2026-11-09",
        "/api/daily_papers",
    }


def test_each_month_is_a_line_of_the_log(paperround: Command) -> None:
    result = paperround("backfill", "--from", "2026-10-31", "--to", "2026-11-01")
    months = re.findall(r" (\d{4}-\d\d read: .*)", result.err)
    assert months[0].startswith("2026-10 read: 1 of 2 months, 1 of 2 listings, about ")
    assert months[1:] == ["2026-11 read: 2 of 2 months, 2 of 2 listings"]


def test_papers_of_past_days_come_below_those_that_a_feed_has(paperround: Command) -> None:
    paperround(*FRIDAY)
    before = [entry.id for entry in feedparser.parse(FEED).entries]
    assert paperround(*WEEK).code == 0
    after = [entry.id for entry in feedparser.parse(FEED).entries]
    assert after[: len(before)] == before
    assert len(after) > len(before)


class Screen(io.StringIO):
    """A terminal to write to."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_bar_shows_what_is_done_and_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with progress("Reading past days", is_told=True) as advance:
        advance(3, 12)
    for shown in ("Reading past days", " 25%", "-:--:--", " 3/12"):
        assert shown in screen.getvalue()


def test_elsewhere_work_that_tells_its_own_course_has_no_other_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress("Reading past days", is_told=True) as advance:
        advance(12, 12)
    assert capsys.readouterr().err == ""
    with progress("Replaying") as advance:
        advance(12, 12)
    assert capsys.readouterr().err == "Replaying: 12 of 12\n"
