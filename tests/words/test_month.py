"""The last 30 days at one look."""

from __future__ import annotations

from datetime import timedelta

from feeds.site.frame import Site
from flows.words.month import SHOWN_DAYS, month
from models.records import Verdict
from models.verdicts import Entry
from tests.words.ledgers import THURSDAY, entry, missing

SITE = Site("https://papers.example")
DAILY = {("huggingface", "daily"), ("arxiv", "cs.CL")}


def rows(ledger: list[Entry]) -> list[list[str]]:
    """The cells of each row, the head first, with plain spaces."""
    lines = month(ledger, SITE, DAILY).replace("\N{NO-BREAK SPACE}", " ").splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("|")]
    return [cells[0], *cells[2:]]


def test_an_empty_ledger_is_said_to_be_empty() -> None:
    assert month([], SITE, DAILY) == "Nothing has been read yet."


def test_what_is_missing_stands_out_and_a_day_that_was_never_read_is_seen() -> None:
    ledger = [
        missing(),
        missing(Verdict.STALLED, source="arxiv", section="cs.CL"),
        entry(Verdict.PARTIAL, 25, parsed=24, date=THURSDAY - timedelta(days=2)),
        entry(papers=1_024, source="arxiv", section="cs.CL", date=THURSDAY - timedelta(days=2)),
    ]
    assert rows(ledger) == [
        ["", "arXiv cs.CL", "Hugging Face daily list"],
        ["Thu 12 Nov", "**stalled**", "**failed**"],
        ["Wed 11 Nov", "", ""],
        [
            "[Tue 10 Nov](<https://papers.example/days/2026-11-10/>)",
            "✓ 1,024",
            "partial 24 of 25",
        ],
    ]


def test_a_day_that_was_whole_before_is_told_from_one_that_never_was() -> None:
    again = missing(good_at=entry().read_at)
    assert [row[1] for row in rows([again, missing(date=THURSDAY - timedelta(days=1))])[1:]] == [
        "**failed**, good before",
        "**failed**",
    ]


def test_a_month_of_good_days_is_quiet_and_goes_back_no_further() -> None:
    days = [THURSDAY - timedelta(days=ago) for ago in range(SHOWN_DAYS + 5)]
    shown = rows([entry(Verdict.QUIET if day.weekday() > 4 else Verdict.FRESH, date=day) for day in days])
    assert len(shown) == 1 + SHOWN_DAYS
    assert {row[1] for row in shown[1:]} == {"✓", "·"}
    assert "**" not in month([entry(Verdict.WAITING)], SITE, DAILY)


def test_what_is_no_list_of_a_day_leads_to_no_page() -> None:
    assert rows([entry(papers=3, section="week")])[1][0] == "Thu 12 Nov"


def test_the_legend_explains_what_is_there_and_nothing_else() -> None:
    told = month([missing(), entry(Verdict.QUIET, section="week")], SITE, DAILY)
    assert [line.partition(":")[0] for line in told.splitlines() if line.startswith("- ")] == [
        "- ·",
        "- failed",
    ]
