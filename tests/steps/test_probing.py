"""Asking for a list until it is whole: what a run reads that leaves out what is settled."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.steps.ingesting import due_listings, of_day, unsettled
from models.records import Answer, Verdict
from models.tables import LEDGER
from tests.steps.house import ALL, FRI, MON, PAGE, SAT, SUN, TUE, House, at, daily, silent

NEXT_MON = SUN + timedelta(days=1)


def forbid_visits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails the test when a run so much as opens the way to a site."""

    def refuse(*_: object) -> None:
        raise AssertionError("nothing is to be asked for")

    monkeypatch.setattr(house.site, "visit", refuse)


def test_what_is_settled_is_not_even_asked_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.ingest(at(MON))
    forbid_visits(house, monkeypatch)
    assert house.ingest(at(MON), unsettled()) == {}
    assert house.ingest(at(MON), unsettled(of_day(MON))) == {}


def test_a_quiet_day_is_settled(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.ingest(at(FRI))
    house.ingest(at(SAT))
    forbid_visits(house, monkeypatch)
    assert house.ingest(at(SAT), unsettled()) == {}


def without_a_card(answer: Answer) -> Answer:
    """The page shows less than its JSON holds."""
    return replace(answer, body=re.sub(rb"<article.*?</article>", b"", answer.body, count=1, flags=re.DOTALL))


def test_doubts_of_an_answer_that_came_for_another_day_unsettle_nothing(house: House) -> None:
    house.ingest(at(FRI))
    with house.site.failing(PAGE, without_a_card):
        assert list(house.ingest(at(SAT), of_day(SAT))) == [daily(SAT)]
    assert {row["verdict"] for row in house.rows(LEDGER)["ledger"]} == {"fresh", "quiet"}


def test_doubts_of_an_answer_that_came_for_another_day_are_told_where_that_was_not_settled(
    house: House,
) -> None:
    with house.site.failing(PAGE, without_a_card):
        rows = house.ingest(at(SAT), of_day(SAT))
    assert {listing.date: row.verdict for listing, row in rows.items()} == {
        SAT: Verdict.QUIET,
        FRI: Verdict.PARTIAL,
    }


def test_a_day_that_is_waited_for_is_asked_for_again(house: House) -> None:
    house.ingest(at(SUN))
    for clock in ("10:40", "11:10"):
        assert house.ingest(at(NEXT_MON, clock), unsettled())[daily(NEXT_MON)].verdict is Verdict.WAITING


def test_a_day_that_failed_is_asked_for_beside_the_new_one(house: House) -> None:
    with house.site.failing(ALL, silent):
        house.ingest(at(MON))
    assert list(house.ingest(at(TUE), unsettled())) == [daily(MON), daily(TUE)]


def test_a_settled_day_that_is_due_again_is_left_to_the_whole_round(house: House) -> None:
    house.ingest(at(FRI))
    house.ingest(at(SAT))
    with house.opened(at(SUN)) as resources:
        assert due_listings(resources, resources.sources["huggingface"]) == [daily(SAT), daily(SUN)]
    house.site.asked.clear()
    house.ingest(at(SUN), unsettled())
    assert [url for url, _ in house.site.asked] == [f"/papers/date/{SUN}"]
