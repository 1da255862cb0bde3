"""The status as it is published, and the grids of the ledger."""

from __future__ import annotations

from datetime import timedelta

from feeds.site.grids import OVERDUE, SIGNS
from feeds.site.status import status_page
from models.freshness import Freshness
from models.records import Verdict
from tests.site.pages import AT, DAY, SITE, entry, first, parsed, texts


def test_an_empty_ledger_has_a_status() -> None:
    found = parsed(status_page(SITE, [], []))
    assert "Nothing has been read yet." in texts(found, ".lede")[0]
    assert "So it stood" not in first(found, "main").text()


def test_it_names_each_verdict_with_a_sign_and_what_was_found() -> None:
    ledger = [
        entry(),
        entry(Verdict.PARTIAL, section="week", declared=1_204, parsed=1_203, error="1203 of 1204 entries"),
        entry(Verdict.QUIET, date=DAY - timedelta(days=3), declared=0, parsed=0),
    ]
    found = parsed(status_page(SITE, ledger, [Freshness("huggingface", DAY, AT, (ledger[1],))]))
    assert texts(found, "thead th") == ["Date", "daily list", "list of the week"]
    assert texts(found, "tbody tr") == [
        "Wed 1 Oct ✓ fresh 3 ½ partial 1,203 of 1,204",
        "Sun 28 Sep \u2013 quiet not read",
    ]
    assert texts(found, "details li") == ["Wed 1 Oct, list of the week: 1203 of 1204 entries"]
    assert "A newer list is not whole yet." in texts(found, "section p")[0]


def test_no_two_verdicts_have_one_sign_and_each_is_explained() -> None:
    assert set(SIGNS) == {*Verdict, OVERDUE}
    assert len(set(SIGNS.values())) == len(SIGNS)
    told = texts(parsed(status_page(SITE, [entry()], [])), "dl.signs dt")
    assert told == [f"{SIGNS[verdict]} {verdict}" for verdict in Verdict]


def test_a_sign_is_not_read_out_since_its_word_is() -> None:
    found = parsed(status_page(SITE, [entry()], []))
    assert {node.attributes["aria-hidden"] for node in found.css(".sign")} == {"true"}


def test_it_says_of_when_it_is_and_that_it_knows_no_more() -> None:
    late = Freshness("arxiv", DAY, AT + timedelta(hours=1))
    page = parsed(status_page(SITE, [entry()], [Freshness("huggingface", DAY, AT), late]))
    (said,) = [text for text in texts(page, "main > p") if text.startswith("So it stood")]
    assert said == (
        "So it stood on 2 Oct 2025, 00:30 UTC, when lists were last asked for. "
        "What has happened since, this page does not know."
    )


def test_it_begins_with_the_worst() -> None:
    def headline(*verdicts: Verdict) -> str:
        ledger = [entry(verdict, section=str(number)) for number, verdict in enumerate(verdicts)]
        return texts(parsed(status_page(SITE, ledger, [])), ".lede")[0]

    assert headline(Verdict.FRESH, Verdict.QUIET).startswith("All 2 lists were read whole, or had nothing.")
    assert headline(Verdict.FRESH, Verdict.WAITING).startswith(
        "Nothing has failed; 1 of 2 lists are not whole"
    )
    assert headline(Verdict.STALLED, Verdict.WAITING).startswith(
        "1 of 2 lists could not be read, or should be"
    )


def test_it_ends_thirty_days_before_the_newest_list() -> None:
    ledger = [entry(date=DAY - timedelta(days=days)) for days in range(40)]
    assert len(parsed(status_page(SITE, ledger, [])).css("tbody tr")) == 30
