"""The round as a whole: its order, and what it says of failures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError

from flows.mail.digesting import Digested
from flows.steps.ingesting import Choose, of_day
from flows.steps.resources import Resources
from flows.steps.rounds import daily_round, failures
from flows.steps.syndicating import Published
from models.errors import DatabaseError
from models.records import Verdict
from models.verdicts import Entry
from tests.steps.house import ALL, MON, TUE, House, at, daily, silent


def entry(verdict: Verdict, error: str = "") -> Entry:
    return Entry(
        "huggingface", "daily", MON, 0, 0, 0, 0, 0, 0, verdict, "", error, datetime(2026, 11, 9, tzinfo=UTC)
    )  # fmt: skip


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.STALLED])
def test_a_listing_that_should_be_there_and_is_not_is_a_failure_in_words(verdict: Verdict) -> None:
    sentences = failures([entry(verdict, "page: answers 500"), entry(Verdict.FRESH)])
    assert sentences == (f"huggingface daily 2026-11-09: {verdict.value}: page: answers 500",)


@pytest.mark.parametrize("verdict", [Verdict.FRESH, Verdict.QUIET, Verdict.WAITING, Verdict.PARTIAL])
def test_every_other_verdict_is_none(verdict: Verdict) -> None:
    assert failures([entry(verdict, "something")]) == ()


def test_a_round_publishes_what_it_has_though_a_listing_failed(house: House) -> None:
    house.ingest(at(MON))
    with house.site.failing(ALL, silent):
        done = house.round(at(TUE))
    assert [sentence.partition(": page")[0] for sentence in done.failures] == [
        "huggingface daily 2026-11-09: failed",
        "huggingface daily 2026-11-10: failed",
    ]
    assert {feed.slug: feed.entries for feed in done.published}["all"] == 8
    assert all(feed.is_written for feed in done.published)


def test_a_good_round_has_no_failures(house: House) -> None:
    done = house.round(at(MON))
    assert [row.listing for row in done.ledger] == [daily(MON)]
    assert done.failures == ()


def test_a_round_reads_first_and_publishes_then(house: House) -> None:
    order: list[object] = []

    def ingest(_: Resources, names: Sequence[str] | None, choose: Choose | None) -> list[Entry]:
        order.append((names, choose))
        return []

    def publish(_: Resources) -> list[Published]:
        order.append("publish")
        return []

    chosen = of_day(MON)
    with house.opened(at(MON)) as resources:
        daily_round(resources, ["huggingface"], chosen, ingest, publish)
    assert order == [(["huggingface"], chosen), "publish"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (DatabaseError("the database is away"), "the database is away"),
        (
            OperationalError("SELECT", {}, Exception("locked")),
            "the digests were given up: OperationalError: (builtins.Exception) locked",
        ),
        (ValueError("of all things"), "the digests were given up: ValueError: of all things"),
    ],
)
def test_mail_that_breaks_is_a_failure_of_a_round_that_is_done(
    house: House, error: Exception, sentence: str
) -> None:
    def broken(_: Resources) -> Digested:
        raise error

    with house.opened(at(MON)) as resources:
        done = daily_round(resources, digest=broken)
    assert [row.listing for row in done.ledger] == [daily(MON)]
    assert all(feed.is_written for feed in done.published)
    assert done.failures == (sentence,)
