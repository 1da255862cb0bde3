from __future__ import annotations

from datetime import timedelta

from feeds.site.day import Day
from feeds.site.status import status_page
from feeds.site.today import FEW, Today, changed, today_page
from feeds.site.topics import Counted
from models.freshness import Freshness
from models.records import Verdict
from tests.feeds.invented import paper, revision
from tests.site.pages import AT, DAY, SITE, entry, first, parsed, rich, standing, texts, topic

LATE = entry(Verdict.WAITING, section="cs.CL", source="arxiv", declared=0, parsed=0, date=DAY)


def test_before_the_first_round_the_page_says_how_to_make_one() -> None:
    found = parsed(today_page(SITE, Today()))
    assert texts(found, "h1") == ["No papers yet"]
    assert not found.css("h3, .tally")


def test_the_newest_day_is_shown_and_the_rest_of_it_is_a_step_away() -> None:
    papers = [paper(id=f"2510.{number:05}", votes=number) for number in range(70)]
    found = parsed(today_page(SITE, Today(Day(DAY, papers))))
    assert texts(found, "h1") == ["Wednesday, 1 October 2025"]
    assert len(found.css("h3")) == 60
    assert texts(found, "h3 + p + p")[0].startswith("69 votes")
    link = first(found, ".lede a")
    assert (link.text(), link.attributes["href"]) == ("All 70 papers of the day", "days/2025-10-01/")


def test_how_fresh_each_source_is_stands_in_words() -> None:
    freshness = [Freshness("arxiv", None, AT, (LATE,)), Freshness("huggingface", DAY, AT)]
    assert texts(parsed(today_page(SITE, Today(freshness=freshness))), "aside li") == [
        "arXiv: no list read yet.Last asked 1 Oct 2025, 23:30 UTC. cs.CL of Wed 1 Oct: waiting"
        " (not out yet, which is no wonder at that hour).",
        "Hugging Face: the newest list is of 1 Oct 2025.Last read 1 Oct 2025, 23:30 UTC.",
    ]


def test_how_fresh_it_is_stands_before_the_papers_too() -> None:
    failed = entry(Verdict.FAILED, section="cs.CL", source="arxiv", declared=0, parsed=0, date=DAY)
    late = [Freshness("arxiv", None, AT, (failed, LATE)), Freshness("huggingface", DAY, AT)]
    lede = first(parsed(today_page(SITE, Today(Day(DAY, [paper()]), freshness=late))), ".lede")
    assert "Last read 1 Oct 2025, 23:30 UTC; 1 list missing." in lede.text()
    whole = first(parsed(today_page(SITE, Today(Day(DAY, [paper()]), freshness=late[1:]))), ".lede")
    assert "Last read 1 Oct 2025, 23:30 UTC. " in whole.text()


def test_what_rises_what_was_revised_and_the_topics_stand_beside_it() -> None:
    revised = rich(title="Revised", revisions=(revision("version"), revision("title")))
    today = Today(Day(DAY), standings=[standing(rich())], revised=[revised], topics=[Counted(topic(), 4)])
    found = parsed(today_page(SITE, today))
    assert texts(found, ".brief li") == [
        "Lanterns for Small Models41 votes in 20 h, rank 2 of its day",
        "Revisedtitle, Thu 2 Oct",
    ]
    assert texts(found, ".tally li") == ["Small models4 of the day"]


def test_a_paper_that_was_never_revised_has_no_words_for_it() -> None:
    assert changed(paper()) == ""


def test_an_empty_ledger_has_a_status() -> None:
    assert "Nothing has been read yet." in texts(parsed(status_page(SITE, [], [])), ".lede")[0]


def test_the_status_names_each_verdict_and_what_was_found() -> None:
    ledger = [
        entry(),
        entry(Verdict.PARTIAL, section="week", declared=1_204, parsed=1_203, error="1203 of 1204 entries"),
        entry(Verdict.QUIET, date=DAY - timedelta(days=3), declared=0, parsed=0),
    ]
    found = parsed(status_page(SITE, ledger, [Freshness("huggingface", DAY, AT, (ledger[1],))]))
    assert texts(found, "thead th") == ["Date", "daily list", "list of the week"]
    assert texts(found, "tbody tr") == [
        "Wed 1 Oct fresh 3 partial 1,203 of 1,204",
        "Sun 28 Sep quiet not read",
    ]
    assert texts(found, "details li") == ["Wed 1 Oct, list of the week: 1203 of 1204 entries"]
    assert "A newer list is not whole yet." in texts(found, "section p")[0]


def test_the_status_begins_with_the_worst() -> None:
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


def test_the_status_ends_thirty_days_before_the_newest_list() -> None:
    ledger = [entry(date=DAY - timedelta(days=days)) for days in range(40)]
    assert len(parsed(status_page(SITE, ledger, [])).css("tbody tr")) == 30


def test_a_day_with_few_papers_is_followed_by_the_day_before() -> None:
    before = Day(DAY - timedelta(days=1), [paper(title="A lantern of yesterday")])
    few = parsed(today_page(SITE, Today(Day(DAY, [paper()]), before)))
    assert "A lantern of yesterday" in few.text()
    many = [paper(id=f"2510.{n:05}") for n in range(FEW)]
    assert "A lantern of yesterday" not in parsed(today_page(SITE, Today(Day(DAY, many), before))).text()
