"""The site of the demo: it answers as the real one does, and its week holds every event that it should."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from flows.demo.stage import READINGS, DemoSite
from flows.demo.week import Count, DemoPaper, lists_at
from flows.sources.base import Source, Way
from flows.sources.huggingface import huggingface
from flows.sources.reading import read
from models.errors import FetchError
from models.records import Answer, Listing, PaperRecord, ParsedPage

BASE = "https://papers.example"
MON, TUE, WED, THU, FRI, SAT, SUN = (date(2026, 11, day) for day in range(9, 16))
END = READINGS[-1]


def at(day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+00:00")


def answer(path: str, moment: datetime) -> Answer:
    return DemoSite(lambda: moment).fetch(BASE + path)


def page(day: date, moment: datetime, source: Source | None = None) -> ParsedPage:
    """What the parser makes of a day's list at a moment; any doubt of the parser fails the test."""
    listing = Listing("huggingface", "daily", day)
    reading = read(source or huggingface(BASE), listing, DemoSite(lambda: moment).fetch, moment)
    assert reading.page is not None, reading.problems
    assert (reading.problems, reading.page.problems) == ((), ())
    return reading.page


def records(day: date, moment: datetime) -> dict[str, PaperRecord]:
    return {record.id: record for record in page(day, moment).records}


def week() -> list[DemoPaper]:
    """Every paper of the week, as it was when it was listed."""
    first: dict[str, DemoPaper] = {}
    for day in (MON, TUE, WED, THU, FRI):
        for clock in ("08:15", "23:59"):
            for paper in lists_at(at(day, clock))[day]:
                first.setdefault(paper.id, paper)
    return list(first.values())


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/papers/trending",
        "/papers/date/tomorrow",
        "/papers/2611.04117",
        "/api/daily_papers",
        "/api/daily_papers?date=2026-11-99",
        "/api/papers/search",
        "/api/papers/search?q=",
        "/api/papers/search?q=agents&limit=many",
        f"/api/papers/search?q={'a' * 251}",
        f"/papers?q={'a' * 251}",
    ],
)
def test_what_the_site_lacks_is_a_404(path: str) -> None:
    with pytest.raises(FetchError) as caught:
        answer(path, END)
    assert caught.value.answer.status == 404
    assert not caught.value.retryable


def test_before_its_first_paper_the_site_has_no_list() -> None:
    with pytest.raises(FetchError):
        answer("/papers", at(MON, "00:01"))


def test_the_same_moment_gives_the_same_bytes() -> None:
    first, second = (answer(f"/papers/date/{TUE}", at(TUE, "20:15")) for _ in range(2))
    assert first == second
    assert first.headers["etag"] == second.headers["etag"]


def test_another_moment_gives_another_etag() -> None:
    morning, evening = (answer(f"/papers/date/{TUE}", at(TUE, clock)) for clock in ("08:15", "20:15"))
    assert morning.headers["etag"] != evening.headers["etag"]


def test_a_page_says_what_it_is() -> None:
    headers = answer("/papers", END).headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["etag"].startswith('W/"')


@pytest.mark.parametrize("day", [SAT, SUN])
def test_the_weekend_answers_with_friday(day: date) -> None:
    weekend = page(day, at(SUN, "08:15"))
    assert weekend.date == FRI
    assert answer(f"/papers/date/{day}", END).body == answer(f"/papers/date/{FRI}", END).body


def test_a_day_before_the_week_answers_with_its_first_list() -> None:
    assert page(MON - timedelta(days=1), at(MON, "08:15")).date == MON


def test_a_day_to_come_answers_with_the_newest_list() -> None:
    assert page(FRI, at(WED, "08:15")).date == WED
    assert answer(f"/papers/date/{FRI}", at(WED, "08:15")).body == answer("/papers", at(WED, "08:15")).body


def test_a_list_names_its_neighbours_that_have_papers() -> None:
    thursday = unescape(answer(f"/papers/date/{THU}", END).body.decode())
    assert '"prevDate":"2026-11-11"' in thursday
    assert '"nextDate":"2026-11-13"' in thursday


def test_the_first_and_the_newest_list_have_one_neighbour() -> None:
    assert "prevDate" not in answer(f"/papers/date/{MON}", END).body.decode()
    assert "nextDate" not in answer(f"/papers/date/{FRI}", END).body.decode()


@pytest.mark.parametrize("moment", READINGS, ids=str)
def test_every_list_parses_without_a_problem_at_every_reading(moment: datetime) -> None:
    for day, papers in lists_at(moment).items():
        parsed = page(day, moment)
        assert (parsed.date, parsed.declared) == (day, len(papers))
        assert {record.id for record in parsed.records} == {paper.id for paper in papers}


def test_the_parser_finds_in_the_page_what_the_week_says() -> None:
    found = records(TUE, at(TUE, "23:00"))
    for paper in lists_at(at(TUE, "23:00"))[TUE]:
        record = found[paper.id]
        assert (record.title, record.abstract) == (paper.title, paper.abstract)
        assert (record.authors, record.submitter) == (paper.authors, paper.submitter)
        assert (record.published_at, record.listed_at) == (paper.published_at, paper.listed_at)


def test_the_api_gives_the_records_of_the_page() -> None:
    source = huggingface(BASE)

    def api_alone(listing: Listing, now: datetime) -> tuple[Way, ...]:
        return tuple(way for way in source.ways(listing, now) if way.name == "api")

    api = replace(source, ways=api_alone)
    for day in (MON, WED, FRI):
        assert page(day, END, api).records == page(day, END).records


def test_the_api_does_not_clamp() -> None:
    assert json.loads(answer(f"/api/daily_papers?date={SAT}", END).body) == []


def test_the_api_cuts_a_list_and_goes_on() -> None:
    url = f"/api/daily_papers?date={TUE}&limit=4&p="
    parts = [json.loads(answer(f"{url}{number}", END).body) for number in range(4)]
    assert [len(part) for part in parts] == [4, 4, 3, 0]


def searched(text: str, moment: datetime, way_name: str) -> list[str]:
    """The papers that one way of the site's search finds at a moment, best first."""
    search = huggingface(BASE).search
    assert search is not None
    (way,) = (way for way in search.ways(text) if way.name == way_name)
    listing = Listing("huggingface", "search/demo", moment.date())
    found = way.parse(listing, answer(way.url(listing).removeprefix(BASE), moment))
    assert found.problems == ()
    return [record.id for record in found.records]


@pytest.mark.parametrize("way", ["api", "page"])
def test_a_search_finds_nothing_where_no_word_of_it_stands_in_a_paper(way: str) -> None:
    assert searched('zyzzyva & "Ähre"', END, way) == []


@pytest.mark.parametrize("way", ["api", "page"])
def test_a_search_finds_papers_of_all_days_that_are_released_best_first(way: str) -> None:
    found = searched("Fine-grained complexity", END, way)
    papers = {paper.id: paper for papers in lists_at(END).values() for paper in papers}
    assert "complexity" in papers[found[0]].title.lower()
    assert len(found) == len(set(found)) > 3
    assert len({papers[paper_id].listed_at.date() for paper_id in found}) > 1
    early = searched("Fine-grained complexity", at(TUE, "08:15"), way)
    assert set(early) == {each for each in found if papers[each].listed_at <= at(TUE, "08:15")}


def test_a_search_gives_20_papers_unasked_and_no_more_than_are_asked_for() -> None:
    urls = [f"/api/papers/search?q=the{limit}" for limit in ("", "&limit=3", "&limit=120", "&limit=1000")]
    sizes = [len(json.loads(answer(url, END).body)) for url in urls]
    assert sizes[:2] == [20, 3]
    assert sizes[2] == sizes[3] > 40


def test_a_page_that_was_searched_still_holds_the_newest_list() -> None:
    text = unescape(answer("/papers?q=complexity", END).body.decode())
    assert '"dateString":"2026-11-13"' in text
    assert '"query":{"q":"complexity"}' in text


def test_entries_stand_in_the_order_of_votes() -> None:
    for day in lists_at(END):
        votes = [record.votes or 0 for record in page(day, END).records]
        assert votes == sorted(votes, reverse=True)


def test_only_papers_whose_time_has_come_are_listed() -> None:
    sizes = [len(records(MON, at(MON, clock))) for clock in ("00:06", "08:15", "20:15", "23:00")]
    assert sizes == [1, 6, 8, 9]


def test_every_id_is_one_papers_own_and_text() -> None:
    ids = [paper.id for paper in week()]
    assert len(ids) == len(set(ids)) == 45
    assert all(paper_id.startswith("2611.") and len(paper_id) == 10 for paper_id in ids)
    assert sum(paper_id.endswith("0") for paper_id in ids) >= 4


def test_a_weekday_has_8_to_11_papers_a_third_of_them_after_the_morning() -> None:
    papers = week()
    assert set(Counter(paper.listed_at.date() for paper in papers)) == {MON, TUE, WED, THU, FRI}
    assert all(8 <= size <= 11 for size in Counter(paper.listed_at.date() for paper in papers).values())
    assert 0.28 <= sum(paper.listed_at.hour >= 8 for paper in papers) / len(papers) <= 0.4


def test_texts_have_the_length_of_real_ones() -> None:
    assert all(80 <= len(paper.abstract.split()) <= 160 for paper in week())
    assert sorted({len(paper.authors) for paper in week()} - set(range(2, 10))) == [120]


def test_no_author_is_named_twice() -> None:
    assert all(len(paper.authors) == len(set(paper.authors)) for paper in week())


def test_links_lead_to_places_that_nobody_owns() -> None:
    assert {paper.code_url[:31] for paper in week()} == {"", "https://github.com/example-lab/"}
    assert {paper.project_url[:20] for paper in week()} == {"", "https://example.org/"}


@pytest.mark.parametrize(
    ("phrase", "most"), [("mixture of experts", 12), ("fine-grained complexity", 8), ("agent", 20)]
)
def test_the_topics_of_the_project_find_several_papers(phrase: str, most: int) -> None:
    found = [paper for paper in week() if phrase in f"{paper.title} {paper.abstract}".lower()]
    assert 3 <= len(found) <= most


@pytest.mark.parametrize(
    "text",
    [
        "<think>",
        "Slow Hands & Fast Eyes",
        r"$\alpha$",
        r"H\"older",
        "ليلى",
        "95\\%",
        "</script>",
        "&amp;amp;",
    ],
)
def test_hostile_texts_come_through_unharmed(text: str) -> None:
    everything = [record for day in lists_at(END) for record in page(day, END).records]
    assert any(text in "\n".join((r.title, r.abstract, *r.authors)) for r in everything)


def test_a_title_of_tuesday_is_edited_on_wednesday_evening() -> None:
    before, after = (records(TUE, at(WED, clock))["2611.05210"] for clock in ("18:39", "18:41"))
    assert before.title != after.title
    assert before.abstract == after.abstract


def test_one_word_of_an_abstract_of_monday_changes_on_tuesday() -> None:
    before, after = (
        records(MON, at(TUE, clock))["2611.04201"].abstract.split() for clock in ("03:09", "03:11")
    )
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [("four", "five")]


def test_a_paper_of_wednesday_is_withdrawn_on_thursday() -> None:
    before, after = (records(WED, at(THU, clock))["2611.06144"] for clock in ("05:29", "05:31"))
    assert not before.withdrawn
    assert after.withdrawn
    assert after.abstract.startswith("This paper has been withdrawn by the authors because")


def test_a_paper_of_monday_is_listed_again_on_friday_and_monday_loses_it() -> None:
    assert "2611.04466" in records(MON, at(FRI, "02:19"))
    assert "2611.04466" not in records(MON, at(FRI, "02:21"))
    before, after = records(MON, at(THU, "20:15"))["2611.04466"], records(FRI, END)["2611.04466"]
    assert after.listed_at == at(FRI, "02:20")
    assert after.submitter != before.submitter
    assert (after.votes or 0) > 10 * (before.votes or 0)


def test_a_paper_stands_twice_on_tuesdays_page() -> None:
    ids = [entry["paper"]["id"] for entry in json.loads(answer(f"/api/daily_papers?date={TUE}", END).body)]
    assert [paper_id for paper_id, places in Counter(ids).items() if places == 2] == ["2611.05122"]


def test_a_paper_is_gone_from_wednesday_before_the_evening() -> None:
    assert "2611.06377" in records(WED, at(WED, "08:15"))
    assert "2611.06377" not in records(WED, at(WED, "20:15"))


def test_votes_rise_from_reading_to_reading() -> None:
    votes = [records(TUE, moment)["2611.05305"].votes or 0 for moment in READINGS[2:]]
    assert votes == sorted(votes)
    assert votes[0] < votes[1] < votes[2] < votes[-1]


def test_a_summary_and_its_keywords_come_hours_after_the_listing() -> None:
    before, after = (records(MON, at(MON, clock))["2611.04350"] for clock in ("08:15", "20:15"))
    assert (before.summary, before.keywords) == ("", ())
    assert after.summary
    assert after.keywords


def test_a_paper_may_have_no_submitter() -> None:
    assert [paper.id for paper in week() if not paper.submitter] == ["2611.03640", "2611.07128"]
    assert records(MON, END)["2611.03640"].submitter == ""


def test_the_demo_reads_each_weekday_twice_and_once_after_the_week() -> None:
    assert Counter(moment.date() for moment in READINGS[:-1]) == Counter(
        {MON: 2, TUE: 2, WED: 2, THU: 2, FRI: 2, SAT: 1, SUN: 1}
    )
    assert datetime(2026, 11, 16, 6, tzinfo=UTC) == END
    assert list(READINGS) == sorted(READINGS)


def test_a_count_runs_straight_between_its_points() -> None:
    start = at(MON, "00:00")
    count = Count(((start, 2), (start + timedelta(hours=10), 12)))
    assert [count.at(start + timedelta(hours=hours)) for hours in (-1, 0, 5, 10, 99)] == [2, 2, 7, 12, 12]
    assert Count(()).at(start) == 0
