"""What one subscriber's digest has: what they asked for, what is new, what they have not been told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests.choosing import News, Reader, Subject, digest_of, is_news
from feeds.digests.digest import Digest
from feeds.entries import Item
from models.mail.delivery import Kind
from models.mail.periods import Period
from models.papers import Paper, Weight
from tests.feeds.invented import ANNOUNCED, paper, revision

NOW = ANNOUNCED + timedelta(hours=30)
LONG_AGO = NOW - timedelta(days=100)
TODAY = Period(Kind.DAILY, NOW.date(), NOW, NOW + timedelta(hours=12), NOW + timedelta(hours=12))
WEEK = Period(Kind.WEEKLY, NOW.date(), NOW, NOW + timedelta(hours=48), NOW + timedelta(hours=48))


def item(number: int, hours_ago: float = 10, votes: int = 0, reason: str = "agents", **changes: Any) -> Item:
    """A paper that was announced so many hours ago."""
    at = NOW - timedelta(hours=hours_ago)
    return Item(paper(id=f"2510.{number:05}", announced_at=at, updated_at=at, votes=votes, **changes), reason)


def subject(slug: str, *items: Item) -> Subject:
    ordered = sorted(items, key=lambda each: each.paper.announced_at or NOW, reverse=True)
    return Subject(slug, slug.title(), f"topics/{slug}/", tuple(ordered))


def news(*subjects: Subject, revised: Sequence[Paper] = (), newest: date | None = None) -> News:
    return News(NOW, {each.slug: each for each in subjects}, tuple(revised), newest, "arXiv up to today.")


def reader(
    *topics: str,
    told: Mapping[str, datetime] | None = None,
    since: datetime = LONG_AGO,
    nothing: bool = False,
) -> Reader:
    return Reader(topics, nothing, since, told or {})


def shown(digest: Digest | None) -> dict[str, list[str]]:
    """The ids of the papers of each section."""
    return (
        {each.title: [told.paper.id[5:] for told in each.papers] for each in digest.sections}
        if digest
        else {}
    )


AGENTS = subject("agents", item(1), item(2))


def test_who_asked_for_nothing_that_is_new_gets_no_digest() -> None:
    assert digest_of(reader("lanterns"), TODAY, news(AGENTS)) is None


def test_who_wants_to_hear_of_nothing_gets_an_empty_one_that_says_how_whole_the_day_was() -> None:
    digest = digest_of(reader("lanterns", nothing=True), TODAY, news(AGENTS))
    assert digest
    assert (digest.sections, digest.completeness) == ((), "arXiv up to today.")


def test_a_topic_that_is_gone_is_passed_over() -> None:
    assert shown(digest_of(reader("gone", "agents"), TODAY, news(AGENTS))) == {"Agents": ["00001", "00002"]}


def test_what_a_reader_was_told_is_not_told_again() -> None:
    told = {"2510.00001": NOW - timedelta(days=1)}
    assert shown(digest_of(reader("agents", told=told), TODAY, news(AGENTS))) == {"Agents": ["00002"]}


def test_what_was_only_counted_before_is_not_told_later_unless_it_has_come_since() -> None:
    counted = replace(reader("agents"), counted_at=NOW - timedelta(hours=12))
    fresh = subject("agents", item(1, 10), item(2, 20), item(3, 30), item(4, 40))
    known = {"2510.00003": NOW - timedelta(hours=9), "2510.00004": NOW - timedelta(hours=39)}
    late = item(5, 50)._replace(since=NOW - timedelta(hours=5))
    found = replace(news(fresh, subject("lanterns", late)), known=known)
    assert shown(digest_of(counted, TODAY, found)) == {"Agents": ["00001", "00003"]}
    both = replace(counted, topics=("lanterns",))
    assert shown(digest_of(both, TODAY, found)) == {"Lanterns": ["00005"]}


def test_a_paper_of_two_topics_stands_once_and_names_the_other() -> None:
    both = news(AGENTS, subject("lanterns", item(2), item(3)))
    digest = digest_of(reader("lanterns", "agents"), TODAY, both)
    assert digest
    assert shown(digest) == {"Lanterns": ["00002", "00003"], "Agents": ["00001"]}
    assert [told.also for told in digest.sections[0].papers] == [("Agents",), ()]


def test_trending_and_all_papers_come_behind_the_topics_wherever_they_were_chosen() -> None:
    both = news(subject("all", item(1), item(2), item(3)), subject("trending", item(2)), AGENTS)
    digest = digest_of(reader("all", "trending", "agents"), TODAY, both)
    assert shown(digest) == {"Agents": ["00001", "00002"], "All": ["00003"]}


def test_what_trends_is_marked_as_such() -> None:
    digest = digest_of(
        reader("trending"), TODAY, news(subject("trending", item(2, reason="trending: 9 votes")))
    )
    assert digest
    assert [(each.kind, each.papers[0].why) for each in digest.sections] == [
        ("trending", "trending: 9 votes")
    ]


def test_most_votes_come_first_then_the_newest() -> None:
    items = item(1, 10, 3), item(2, 5, 3), item(3, 20, 9), item(4, 1)
    digest = digest_of(reader("agents"), TODAY, news(subject("agents", *items)))
    assert shown(digest) == {"Agents": ["00003", "00002", "00001", "00004"]}


@pytest.mark.parametrize(("period", "days"), [(TODAY, 7), (WEEK, 14)])
def test_a_lost_day_is_made_up_for_but_not_without_end(period: Period, days: int) -> None:
    items = item(1, 24 * days - 1), item(2, 24 * days + 1)
    assert shown(digest_of(reader("agents"), period, news(subject("agents", *items)))) == {
        "Agents": ["00001"]
    }


def test_what_comes_after_the_moment_waits_for_the_next() -> None:
    assert digest_of(reader("agents"), TODAY, news(subject("agents", item(1, -1)))) is None


@pytest.mark.parametrize(("period", "shown_ids"), [(TODAY, ["00001"]), (WEEK, ["00001", "00002"])])
def test_the_first_digest_has_one_period(period: Period, shown_ids: list[str]) -> None:
    fresh = news(subject("agents", item(1, 20), item(2, 24 * 5), item(3, 24 * 8)))
    assert shown(digest_of(reader("agents", since=NOW), period, fresh)) == {"Agents": shown_ids}


def test_the_first_digest_has_the_newest_list_however_long_ago_it_was() -> None:
    fresh = news(subject("agents", item(1, 60), item(2, 24 * 5)), newest=(NOW - timedelta(hours=60)).date())
    assert shown(digest_of(reader("agents", since=NOW), TODAY, fresh)) == {"Agents": ["00001"]}


def changed(seen_hours_ago: float, field: str = "title", weight: Weight = Weight.NOTICED) -> Paper:
    """A paper that was announced three days ago, and changed since."""
    is_gone = field == "withdrawn"
    seen = revision(field, weight, NOW - timedelta(hours=seen_hours_ago))
    seen = replace(seen, old=False, new=True) if is_gone else seen
    return item(7, 24 * 3, revisions=(seen,), withdrawn=is_gone).paper


def test_a_change_of_a_paper_that_was_never_told_is_none_for_its_reader() -> None:
    assert digest_of(reader("agents"), TODAY, news(revised=[changed(2)])) is None


def test_a_change_is_told_to_who_was_told_of_the_paper_before_it() -> None:
    told = {"2510.00007": NOW - timedelta(hours=20)}
    digest = digest_of(reader("agents", told=told), TODAY, news(revised=[changed(2)]))
    assert digest
    assert shown(digest) == {"Revised": ["00007"]}
    assert digest.sections[0].papers[0].since == told["2510.00007"]


def test_a_change_is_told_once() -> None:
    told = {"2510.00007": NOW - timedelta(hours=1)}
    assert digest_of(reader("agents", told=told), TODAY, news(revised=[changed(2)])) is None


def test_a_change_that_nobody_would_notice_is_not_told() -> None:
    told = {"2510.00007": NOW - timedelta(hours=20)}
    minor = changed(2, weight=Weight.MINOR)
    assert digest_of(reader("agents", told=told), TODAY, news(revised=[minor])) is None


def test_a_withdrawal_is_told_as_one() -> None:
    told = {"2510.00007": NOW - timedelta(hours=20)}
    digest = digest_of(reader("agents", told=told), TODAY, news(revised=[changed(2, "withdrawn")]))
    assert shown(digest) == {"Withdrawn": ["00007"]}


def test_a_backfill_is_no_news() -> None:
    found = item(1, 24 * 10).paper
    assert not is_news(found, NOW, NOW)
    assert not is_news(item(1, 24 * 9).paper, NOW - timedelta(hours=1), NOW)


def test_nor_is_an_old_paper_whose_votes_have_become_enough_only_now() -> None:
    assert not is_news(item(1, 24 * 15).paper, None, NOW)


def test_nor_one_that_is_withdrawn_or_was_never_announced() -> None:
    assert not is_news(item(1, withdrawn=True).paper, None, NOW)
    assert not is_news(paper(announced_at=None), None, NOW)


def test_a_day_that_is_caught_up_a_few_days_later_is_news() -> None:
    assert is_news(item(1, 24 * 6).paper, NOW, NOW)


@given(
    numbers=st.lists(st.lists(st.integers(0, 12), max_size=10, unique=True), min_size=1, max_size=4),
    told=st.sets(st.integers(0, 12)),
)
def test_each_paper_comes_once_and_none_that_was_told(numbers: list[list[int]], told: set[int]) -> None:
    slugs = [f"topic-{place}" for place in range(len(numbers))]
    subjects = [
        subject(slug, *(item(number, 1 + number) for number in of))
        for slug, of in zip(slugs, numbers, strict=True)
    ]
    before = {f"2510.{number:05}": NOW - timedelta(days=1) for number in told}
    digest = digest_of(reader(*slugs, told=before), TODAY, news(*subjects))
    ids = [int(each) for of in shown(digest).values() for each in of]
    assert len(ids) == len(set(ids))
    assert set(ids) == {number for of in numbers for number in of} - told
