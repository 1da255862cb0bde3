from __future__ import annotations

from datetime import timedelta

from feeds.site.day import Day
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


def test_a_day_with_few_papers_is_followed_by_the_day_before() -> None:
    before = Day(DAY - timedelta(days=1), [paper(title="A lantern of yesterday")])
    few = parsed(today_page(SITE, Today(Day(DAY, [paper()]), before)))
    assert "A lantern of yesterday" in few.text()
    many = [paper(id=f"2510.{n:05}") for n in range(FEW)]
    assert "A lantern of yesterday" not in parsed(today_page(SITE, Today(Day(DAY, many), before))).text()
