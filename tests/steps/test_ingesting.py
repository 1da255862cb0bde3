"""Reading what is due: what is asked for, what is kept, and what a failure leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from flows.sources.base import Source, Way
from flows.sources.client import Validators
from flows.sources.huggingface import huggingface
from flows.steps import ingesting
from flows.steps.ingesting import between, ingest, of_day
from models.errors import UsageError
from models.records import Answer, Expectation, Listing, ParsedPage, Verdict
from models.tables import APPEARANCES, LEDGER, READINGS, SNAPSHOTS
from tests.steps.house import (
    ALL,
    CHALLENGE,
    CONTENT,
    FRI,
    MON,
    PAGE,
    SAT,
    SUN,
    THU,
    TUE,
    WED,
    Fault,
    House,
    at,
    cut,
    daily,
    refused,
    silent,
    with_body,
)

NEXT_MON = SUN + timedelta(days=1)


def test_an_unknown_source_is_refused_before_anything_is_asked(house: House) -> None:
    with pytest.raises(UsageError, match="unknown source arxiv; PAPERROUND_SOURCES has huggingface"):
        house.ingest(at(MON), names=["huggingface", "arxiv"])
    assert house.site.asked == []


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (TUE, TUE, "2026-11-10 is not yet: today is 2026-11-09"),
        (MON, FRI, "2026-11-13 is not yet"),
        (MON, MON - timedelta(days=1), "2026-11-09 is after 2026-11-08"),
    ],
)
def test_days_to_come_and_turned_ranges_are_refused(
    house: House, first: date, last: date, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        house.ingest(at(MON), between(first, last))
    assert house.site.asked == []
    assert house.rows(READINGS, LEDGER) == {"readings": [], "ledger": []}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (CHALLENGE, 'no [data-target="DailyPapers"]'),
        (with_body(b""), 'no [data-target="DailyPapers"]'),
        (with_body(b"{}"), 'no [data-target="DailyPapers"]'),
        (refused(503), "answers 503"),
        (silent, "does not answer in time"),
    ],
    ids=["challenge", "nothing", "JSON", "503", "silence"],
)
def test_a_page_that_fails_is_replaced_by_the_second_way_which_says_why(
    house: House, fault: Fault, reason: str
) -> None:
    with house.site.failing(PAGE, fault):
        row = house.ingest(at(MON))[daily(MON)]
    assert (row.verdict, row.via, row.parsed) == (Verdict.FRESH, "api", 8)
    assert row.error.startswith("page: ")
    assert reason in row.error


def test_a_day_that_no_way_can_read_has_failed_in_words_and_keeps_what_came(house: House) -> None:
    with house.site.failing(ALL, CHALLENGE):
        row = house.ingest(at(MON))[daily(MON)]
    assert (row.verdict, row.via, row.declared, row.good_at) == (Verdict.FAILED, "", 0, None)
    assert row.error == 'page: no [data-target="DailyPapers"]; api: no readable JSON'
    kept = house.rows(SNAPSHOTS)["snapshots"]
    assert [snapshot["status"] for snapshot in kept] == [200, 200]
    with house.opened(at(MON)) as resources:
        assert resources.archive.load(kept[0]["content_hash"]) == CHALLENGE(Answer("", at(MON))).body


def test_an_answer_that_never_came_is_kept_without_a_body(house: House) -> None:
    with house.site.failing(ALL, silent):
        house.ingest(at(MON))
    for snapshot in house.rows(SNAPSHOTS)["snapshots"]:
        assert (snapshot["status"], snapshot["content_hash"]) == (None, None)
        assert snapshot["error"] == "does not answer in time"
    assert house.archived() == []


def test_a_failed_reading_touches_no_paper_and_remembers_the_last_good_one(house: House) -> None:
    house.ingest(at(MON, "14:00"))
    before = house.rows(*CONTENT)
    with house.site.failing(ALL, refused(500)):
        row = house.ingest(at(MON, "20:00"))[daily(MON)]
    assert row.verdict is Verdict.FAILED
    assert house.rows(*CONTENT) == before
    assert house.rows(LEDGER)["ledger"][0]["good_at"] == at(MON, "14:00")


def test_a_day_that_failed_is_read_by_the_next_run_and_nothing_is_lost(house: House) -> None:
    with house.site.failing(ALL, silent):
        house.ingest(at(MON))
    rows = house.ingest(at(TUE))
    assert {listing.date: row.verdict for listing, row in rows.items()} == {
        MON: Verdict.FRESH,
        TUE: Verdict.FRESH,
    }


def broken(source: Source, error: Exception) -> Source:
    """A source whose parsers have a defect."""

    def parse(_: Listing, __: Answer) -> ParsedPage:
        raise error

    def ways(listing: Listing, now: datetime) -> tuple[Way, ...]:
        return tuple(replace(way, parse=parse) for way in source.ways(listing, now))

    return replace(source, name="broken", ways=ways, expects=lambda _, __: Expectation.DUE)


def test_one_source_failing_never_stops_the_others(house: House, caplog: pytest.LogCaptureFixture) -> None:
    good = huggingface("https://papers.example")
    sources = {"broken": broken(good, KeyError("upvotes")), "huggingface": good}
    with house.opened(at(MON)) as resources:
        rows = ingest(replace(resources, sources=sources))
    assert [(row.source, row.verdict) for row in rows] == [
        ("broken", Verdict.FAILED),
        ("huggingface", Verdict.FRESH),
    ]
    assert "page: its parser has a defect: KeyError('upvotes')" in rows[0].error
    assert "Traceback" in caplog.text


def test_a_source_is_read_once_however_often_it_is_named(house: House) -> None:
    house.ingest(at(MON), names=["huggingface", "huggingface"])
    assert len(house.site.asked) == 1


def test_a_failure_while_storing_leaves_nothing_of_the_listing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = house.rows()

    def fail(*_: object) -> None:
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(ingesting, "record", fail)
    with pytest.raises(RuntimeError, match="the power is gone"):
        house.ingest(at(MON))
    assert house.rows() == before


def test_the_same_day_twice_writes_nothing_but_ledger_readings_and_snapshots(house: House) -> None:
    first = house.ingest(at(MON))[daily(MON)]
    before = house.rows()
    again = house.ingest(at(MON))[daily(MON)]
    after = house.rows()
    changed = {name for name, found in after.items() if found != before[name]}
    assert changed == {"readings", "snapshots", "ledger"}
    assert (first.new, first.unchanged) == (8, 0)
    assert (again.new, again.revised, again.unchanged, again.removed) == (0, 0, 8, 0)


def test_the_same_day_twice_keeps_its_bytes_once(house: House) -> None:
    house.ingest(at(MON))
    archived = house.archived()
    house.ingest(at(MON))
    assert house.archived() == archived


def validators_of(house: House, moment: str) -> list[Validators | None]:
    house.site.asked.clear()
    house.ingest(at(MON, moment))
    return [validators for _, validators in house.site.asked]


def etags(house: House) -> list[str]:
    kept = house.rows(SNAPSHOTS)["snapshots"]
    return [snapshot["headers"]["etag"] for snapshot in kept if snapshot["status"] == 200]


def test_a_page_that_is_known_is_asked_for_by_the_etag_of_its_newest_answer(house: House) -> None:
    assert validators_of(house, "08:15") == [None]
    assert validators_of(house, "14:15") == [Validators(etags(house)[0])]
    assert validators_of(house, "20:15") == [Validators(etags(house)[1])]
    assert len(set(etags(house))) == 3


def test_neither_a_304_nor_an_error_changes_what_is_asked_by(house: House) -> None:
    house.ingest(at(MON))
    with house.site.failing(ALL, refused(503)):
        house.ingest(at(MON))
    house.ingest(at(MON))
    assert validators_of(house, "20:15") == [Validators(etags(house)[0])]
    statuses = [snapshot["status"] for snapshot in house.rows(SNAPSHOTS)["snapshots"]]
    assert statuses == [200, 503, 503, 304, 304]


def test_an_answer_that_was_cut_is_never_asked_by(house: House) -> None:
    house.ingest(at(MON, "08:15"))
    with house.site.failing(ALL, cut):
        assert house.ingest(at(MON, "14:15"))[daily(MON)].verdict is Verdict.FAILED
    assert validators_of(house, "20:15") == [Validators(etags(house)[0])]
    assert house.rows(LEDGER)["ledger"][0]["verdict"] == Verdict.FRESH


def test_what_the_site_says_is_the_same_is_read_from_the_archive(house: House) -> None:
    house.ingest(at(MON))
    row = house.ingest(at(MON))[daily(MON)]
    first, second = house.rows(SNAPSHOTS)["snapshots"]
    assert (row.verdict, row.parsed) == (Verdict.FRESH, 8)
    assert (second["status"], second["content_hash"]) == (304, first["content_hash"])


@pytest.mark.parametrize(
    "harm", [Path.unlink, lambda path: path.write_bytes(b"dust")], ids=["lost", "damaged"]
)
def test_a_snapshot_that_is_lost_or_damaged_leads_to_a_whole_request(
    house: House, harm: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    house.ingest(at(MON))
    harm(house.archived()[0])
    assert validators_of(house, "20:15") == [None]
    assert "asking for the whole page again" in caplog.text


def test_a_run_reads_what_was_missed_oldest_first(house: House) -> None:
    house.ingest(at(MON))
    house.site.asked.clear()
    house.ingest(at(THU))
    assert [url for url, _ in house.site.asked] == [f"/papers/date/{day}" for day in (MON, TUE, WED, THU)]


def test_a_weekend_is_quiet_and_reads_its_friday_again(house: House) -> None:
    house.ingest(at(FRI))
    rows = house.ingest(at(SUN))
    assert rows[daily(SAT)].verdict is Verdict.QUIET
    assert rows[daily(SUN)].verdict is Verdict.QUIET
    assert (rows[daily(FRI)].verdict, rows[daily(FRI)].new) == (Verdict.FRESH, 0)


def test_papers_of_a_clamped_answer_are_filed_under_the_date_that_it_states(house: House) -> None:
    rows = house.ingest(at(SAT), of_day(SAT))
    assert list(rows) == [daily(SAT), daily(FRI)]
    assert {row["date"] for row in house.rows(APPEARANCES)["appearances"]} == {FRI}


def test_a_weekday_is_waited_for_until_noon_then_missed(house: House) -> None:
    early = house.ingest(at(NEXT_MON, "11:59"), of_day(NEXT_MON))[daily(NEXT_MON)]
    late = house.ingest(at(NEXT_MON, "12:00"), of_day(NEXT_MON))[daily(NEXT_MON)]
    assert (early.verdict, early.error) == (Verdict.WAITING, "")
    assert late.verdict is Verdict.STALLED
    assert late.error == "page: answers with 2026-11-13; api: names no papers"


def test_a_backfill_leaves_out_what_was_read_after_its_day_and_reads_the_rest(house: House) -> None:
    house.ingest(at(TUE), between(MON, TUE))
    with house.site.failing(str(WED), silent):
        house.ingest(at(FRI), of_day(WED))
    rows = house.ingest(at(FRI), between(MON, THU, unread_only=True))
    assert [listing.date for listing in rows] == [TUE, WED, THU]
    assert house.ingest(at(FRI), between(MON, THU, unread_only=True)) == {}
