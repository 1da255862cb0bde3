"""From a failure to the bytes that it was judged by."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import timedelta

from flows.steps.evidence import MOST_FAILURES, evidence
from flows.steps.rounds import failures
from tests.steps.house import ALL, API, MON, PAGE, House, at, refused, silent, with_body


def test_a_listing_that_is_there_needs_none(house: House) -> None:
    rows = list(house.ingest(at(MON)).values())
    with house.opened(at(MON)) as found:
        assert evidence(found, rows) == {}


def test_a_failure_leads_to_what_each_way_was_answered(house: House) -> None:
    with house.site.failing(PAGE, with_body(b"Are you human?")), house.site.failing(API, refused(500)):
        rows = list(house.ingest(at(MON)).values())
    with house.opened(at(MON)) as found:
        ((sentence, (page, api)),) = evidence(found, rows).items()
    assert (sentence,) == failures(rows)
    assert (page.status, page.error) == (200, "")
    assert (api.status, api.error) == (500, "answers 500")
    assert page.url.endswith("/papers/date/2026-11-09")
    assert page.file is not None
    assert gzip.decompress(page.file.read_bytes()) == b"Are you human?"
    assert page.file.name == f"{page.content_hash}.gz"


def test_it_is_of_the_last_reading(house: House) -> None:
    with house.site.failing(ALL, refused(500)):
        house.ingest(at(MON, "08:15"))
    with house.site.failing(ALL, silent):
        rows = list(house.ingest(at(MON)).values())
    with house.opened(at(MON)) as found:
        (answers,) = evidence(found, rows).values()
    assert {(each.status, each.error, each.content_hash, each.file) for each in answers} == {
        (None, "does not answer in time", "", None)
    }


def test_of_very_many_failures_only_the_first_are_looked_up(house: House) -> None:
    with house.site.failing(ALL, silent):
        (row,) = house.ingest(at(MON)).values()
    rows = [replace(row, date=MON - timedelta(days=ago)) for ago in range(MOST_FAILURES + 5)]
    with house.opened(at(MON)) as found:
        told = evidence(found, rows)
    assert list(told) == list(failures(rows))[:MOST_FAILURES]
