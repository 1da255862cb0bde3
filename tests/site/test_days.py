from __future__ import annotations

from datetime import date, timedelta

from feeds.site.day import Day, day_pages, marks
from feeds.site.days import days_page, month_page
from models.months import Month
from models.papers import Appearance
from models.records import Verdict
from tests.feeds.invented import ANNOUNCED, paper, revision
from tests.site.pages import AT, DAY, SITE, entry, first, parsed, rich, texts

LATER = DAY + timedelta(days=1)


def test_a_day_without_papers_says_so() -> None:
    [page] = day_pages(SITE, Day(DAY))
    assert page.path == "days/2025-10-01/index.html"
    assert texts(parsed(page), "main > div > *:not(aside) > p:not(.crumb)") == [
        "No papers.",
        "No list of this day has named a paper.",
    ]


def test_the_most_votes_come_first_then_category_and_place() -> None:
    def named(title: str, votes: int | None, category: str, rank: int) -> object:
        places = (Appearance("arxiv", "cs.CL/new", DAY, rank),)
        return paper(id=title, title=title, votes=votes, categories=(category,), appearances=places)

    papers = [
        named("d", None, "cs.LG", 1),
        named("c", 0, "cs.CL", 9),
        named("b", 0, "cs.CL", 2),
        named("a", 5, "z", 9),
    ]
    [page] = day_pages(SITE, Day(DAY, papers))  # type: ignore[arg-type]
    assert texts(parsed(page), "h3") == ["a", "b", "c", "d"]


def test_a_paper_tells_its_authors_votes_and_topics() -> None:
    of = rich(authors=tuple("abcdef"))
    found = parsed(day_pages(SITE, Day(DAY, [of], {of.id: ["small-models"]}))[0])
    assert texts(found, "li p") == ["a, b, c, d and 2 more", "41 votes cs.CL cs.LG new", "small models"]
    assert first(found, "li p a").attributes["href"] == "../../topics/small-models/"


def test_what_a_paper_was_on_a_day_is_marked() -> None:
    first = paper(first_listed=DAY)
    assert list(marks(first, DAY)) == ["new"]
    again = paper(
        withdrawn=True,
        revisions=(revision(seen_at=ANNOUNCED + timedelta(days=1)),),
        appearances=(
            Appearance("arxiv", "cs.CL/replacement", LATER, 1),
            Appearance("arxiv", "cs.LG/cross", LATER, 1),
            Appearance("arxiv", "cs.AI/cross", LATER, 4),
        ),
    )
    assert list(marks(again, LATER)) == ["replacement", "cross-list", "revised", "withdrawn"]
    gone = paper(appearances=(Appearance("huggingface", "daily", LATER, 1, removed_at=AT),))
    assert list(marks(gone, LATER)) == ["taken off the list"]


def test_the_days_around_are_one_step_away() -> None:
    [page] = day_pages(SITE, Day(DAY, earlier=date(2025, 9, 29), later=LATER))
    links = {node.text(): node.attributes["href"] for node in parsed(page).css(".around a")}
    assert links == {"← Mon 29 Sep": "../../days/2025-09-29/", "Thu 2 Oct →": "../../days/2025-10-02/"}


def test_the_ledger_of_the_day_is_told_in_words() -> None:
    rows = [
        entry(Verdict.PARTIAL, source="arxiv", section="cs.CL", declared=9, parsed=8, error="8 of 9 entries"),
        entry(Verdict.QUIET, declared=0, parsed=0),
    ]
    assert texts(parsed(day_pages(SITE, Day(DAY, ledger=rows))[0]), "aside li") == [
        "arXiv, cs.CL: partial, 8 papers of 9 declared. 8 of 9 entries",
        "Hugging Face, daily list: quiet: nothing that day: a weekend, a holiday, or the site says so itself",
    ]


def test_more_than_five_hundred_papers_go_on_to_a_next_page() -> None:
    papers = [paper(id=f"2510.{number:05}") for number in range(1_001)]
    pages = day_pages(SITE, Day(DAY, papers))
    assert [page.path for page in pages] == [
        "days/2025-10-01/index.html", "days/2025-10-01/2/index.html", "days/2025-10-01/3/index.html",
    ]  # fmt: skip
    assert [len(parsed(page).css("h3")) for page in pages] == [500, 500, 1]
    part = first(parsed(pages[1]), "[aria-current=page][href*='/2/']")
    assert (part.text(), part.attributes["href"]) == ("Part 2", "../../../days/2025-10-01/2/")


def test_without_days_the_calendar_says_so() -> None:
    assert "No day has been read yet." in texts(parsed(days_page(SITE, {})), "main p")


def test_the_calendar_leads_to_each_day_and_says_how_many_papers_it_has() -> None:
    found = parsed(days_page(SITE, {DAY: 1204}))
    link = first(found, "td a")
    assert link.attributes["href"] == "../days/2025-10-01/"
    assert link.attributes["aria-label"] == "Wednesday, 1 October 2025: 1,204 papers"
    assert len(found.css("td a")) == 1
    assert [len(row.css("td")) for row in found.css("tbody tr")] == [7] * 5


def test_years_of_days_pile_up_as_links_to_months() -> None:
    days = {date(2023, 12, 1) + timedelta(days=n): 1 for n in range(500)}
    found = parsed(days_page(SITE, days))
    assert len(found.css("table")) == 3
    assert texts(found, "h3") == ["2025", "2024", "2023"]
    assert first(found, "ul.plain a").attributes["href"] == "../days/2025-01/"


def test_a_month_has_its_own_days_alone_and_leads_on() -> None:
    page = month_page(SITE, Month(2025, 10), {DAY: 2, date(2025, 9, 30): 1}, Month(2025, 9), None)
    assert page.path == "days/2025-10/index.html"
    found = parsed(page)
    assert [node.text() for node in found.css("td a")] == ["1"]
    assert [node.text() for node in found.css(".around a")] == ["← September 2025"]
