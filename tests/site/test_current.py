"""The status as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from feeds.condition import Condition
from feeds.site.current import current_status
from feeds.site.frame import Site
from feeds.web.pages import page
from models.freshness import freshness
from models.mail.delivery import State
from models.overdue import Overdue
from models.records import Listing, Verdict
from models.run import Latest, Run, RunKind
from tests.site.pages import AT, DAY, SITE, entry, first, texts

NOW = AT + timedelta(hours=2)
HOUR = timedelta(hours=1)
ROUND = Run(
    "1", RunKind.ROUND, AT, AT + timedelta(seconds=42), counts={"listings": 2, "new": 0, "revised": 1_204}
)
OFFERS_MAIL = replace(SITE, offers_mail=True)


def condition(ledger: Sequence[Any] = (entry(good_at=AT),), **given: Any) -> Condition:
    return Condition(NOW, ledger, freshness(ledger), **given)


def shown(of: Condition, site: Site = SITE) -> LexborHTMLParser:
    return LexborHTMLParser(page("status.html", current_status(site, of), site).decode())


def of_runs(runs: Mapping[RunKind, Latest], now: datetime = NOW) -> list[str]:
    return texts(shown(Condition(now, runs=runs)), ".runs li")


def overdue(section: str = "daily", days: int = 1, verdict: Verdict | None = None) -> Overdue:
    """A list that is due since a midnight, and was asked for six hours later if it has a verdict."""
    day = DAY + timedelta(days=days)
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    row = entry(verdict, date=day, section=section, read_at=since + 6 * HOUR) if verdict else None
    return Overdue(Listing("huggingface", section, day), since, row)


def test_before_the_first_reading_it_says_so() -> None:
    assert texts(shown(Condition(NOW)), ".notice") == ["Nothing has been read yet."]


def test_that_nothing_is_wrong_is_said_plainly_and_of_when() -> None:
    found = shown(condition(runs={RunKind.ROUND: Latest(ROUND, ROUND)}))
    assert texts(found, ".notice")[0].startswith("Nothing is wrong.")
    assert "As of 2 Oct 2025, 01:30 UTC." in texts(found, "main > p")
    assert texts(found, "section > p")[0] == (
        "The newest list is of 1 Oct 2025. Last read 1 Oct 2025, 23:30 UTC, 2 h ago. Nothing of it is overdue."
    )


def test_what_is_wrong_comes_first_and_a_source_says_what_of_it_is_overdue_and_since_when() -> None:
    late = (overdue(verdict=Verdict.STALLED), overdue("week", 2), overdue("month", 2))
    found = shown(condition(overdue=late))
    assert texts(found, ".notice li") == [
        "Hugging Face: 2 lists should be out, the first since 3 Oct 2025, 00:00 UTC, and no run has asked for them.",
        "Hugging Face: 1 list should be out, since 2 Oct 2025, 00:00 UTC, and could not be read whole.",
    ]
    assert texts(found, "section > ul:not(.runs) li") == [
        "Fri 3 Oct, list of the month, list of the week: due since 3 Oct 2025, 00:00 UTC;"
        " no run has asked for it since",
        "Thu 2 Oct, daily list: due since 2 Oct 2025, 00:00 UTC; when it was last asked for, Thu 2 Oct, 06:00:"
        " stalled (should be out, and was not)",
    ]


def test_a_day_that_nobody_has_read_is_in_the_grid() -> None:
    found = shown(condition(overdue=(overdue(), overdue("week", 1))))
    assert texts(found, "tbody tr") == ["Thu 2 Oct ? overdue ? overdue", "Wed 1 Oct ✓ fresh 3 not read"]
    assert texts(found, "dl.signs dt")[-1] == "? overdue"


def test_a_source_that_was_never_read_has_its_part_too() -> None:
    found = shown(Condition(NOW, overdue=(overdue(),)))
    assert texts(found, "section > p")[0] == "No list has been read yet."
    assert texts(found, "tbody tr") == ["Thu 2 Oct ? overdue"]


def test_of_many_days_those_that_are_latest_are_told() -> None:
    found = texts(
        shown(condition(overdue=[overdue(days=n) for n in range(1, 21)])), "section > ul:not(.runs) li"
    )
    assert found[0].startswith("Tue 21 Oct")
    assert (len(found), found[-1]) == (13, "and 8 more like these")


def test_a_run_is_told_with_its_time_and_what_it_did() -> None:
    assert of_runs({RunKind.ROUND: Latest(ROUND, ROUND)}) == [
        "Round reads what is due, publishes feeds and pages ✓ good"
        " Began 1 Oct 2025, 23:30 UTC; took 42 s. 2 listings, 1,204 revised."
    ]


def test_of_a_run_that_failed_the_number_alone_is_told() -> None:
    failed = replace(ROUND, failures=("550 <ada@reader.example> at /srv",))
    found = shown(condition(runs={RunKind.ROUND: Latest(failed, failed)}))
    assert "! 1 failure" in texts(found, ".runs li")[0]
    assert "ada" not in first(found, "main").text()


def test_a_run_without_an_end_comes_with_the_one_before_it() -> None:
    begun = Run("2", RunKind.ROUND, AT + HOUR)
    runs = {RunKind.ROUND: Latest(begun, ROUND)}
    now, before = of_runs(runs)
    assert "… under way Began 2 Oct 2025, 00:30 UTC." in now
    assert "✓ good" in before
    assert "\u00d7 did not end" in of_runs(runs, NOW + 24 * HOUR)[0]


def test_letters_are_numbers() -> None:
    letters = {State.PLANNED: 2, State.DEFERRED: 1, State.SENT: 1_204, State.UNCERTAIN: 3}
    found = shown(condition(letters=letters))
    assert texts(found, "dl.numbers dd") == ["3", "1,204", "0", "3"]


def test_where_no_mail_is_sent_there_is_no_word_of_letters() -> None:
    assert shown(condition()).css("dl.numbers") == []
    assert texts(shown(condition(), OFFERS_MAIL), "dl.numbers dd") == ["0", "0", "0", "0"]
