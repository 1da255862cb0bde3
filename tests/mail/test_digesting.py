"""The digests of the demo's week: what is due is sent, once, and nothing of it twice."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from flows.steps.rounds import daily_round
from models.mail.subscriber import Cadence, Choices
from tests.mail.post import digests, join, letters, told
from tests.steps.house import MON, THU, TUE, WED, House, at

MORNING, EVENING = "08:15", "20:15"


def read_and_send(house: House, moment: datetime) -> None:
    """A round without its publishing, which digests do not need."""
    house.ingest(moment)
    digests(house, moment)


def test_without_subscribers_nothing_is_sent(house: House) -> None:
    house.round(at(TUE, MORNING))
    assert letters(house) == []


def test_before_the_first_papers_nobody_gets_a_digest(house: House) -> None:
    join(house, at(MON, MORNING), "ada")
    assert digests(house, at(MON, MORNING)).tally.planned == 0
    assert letters(house) == []


def test_a_round_without_mail_holds_everything_back(house: House) -> None:
    join(house, at(TUE, MORNING), "ada")
    with house.opened(at(TUE, MORNING)) as resources:
        done = daily_round(resources, digest=None)
    assert done.digested is None
    assert letters(house) == []
    assert digests(house, at(TUE, "09:00")).tally.sent == 1


def test_each_who_is_due_gets_one_digest_however_often_it_is_asked(house: House) -> None:
    join(house, at(TUE, MORNING), "ada", "bo")
    house.round(at(TUE, MORNING))
    house.round(at(TUE, "09:15"))
    assert digests(house, at(TUE, "10:15")).tally.sent == 0
    assert [letter.to for letter in letters(house)] == ["ada@reader.example", "bo@reader.example"]


def test_what_came_after_the_morning_comes_with_the_next_digest_and_nothing_twice(house: House) -> None:
    (ada,) = join(house, at(MON, MORNING), "ada")
    for day in (MON, TUE, WED, THU):
        read_and_send(house, at(day, MORNING))
        read_and_send(house, at(day, EVENING))
    papers = told(house)[ada]
    revised = [each for each, times in Counter(papers).items() if times > 1]
    assert len(set(papers)) > 30
    assert set(revised) == {"2611.04201", "2611.06144"}  # what the week revises and withdraws
    assert len(letters(house)) == 4


def test_a_revision_and_a_withdrawal_are_told_as_such(house: House) -> None:
    join(house, at(MON, MORNING), "ada")
    for day in (MON, TUE, WED, THU):
        read_and_send(house, at(day, MORNING))
    _, tuesday, _, thursday = letters(house)
    assert "1 revised" in tuesday.subject
    assert "Revised" in tuesday.text
    assert "1 withdrawn" in thursday.subject
    assert "Withdrawn" in thursday.text


def test_a_paper_that_stands_under_several_topics_is_told_once(house: House) -> None:
    join(house, at(TUE, MORNING), "ada", choices=Choices(("all", "experts", "trending"), hour=8))
    read_and_send(house, at(TUE, EVENING) - timedelta(hours=1))
    (letter,) = letters(house)
    assert "Experts (" in letter.text
    assert "also in All papers" in letter.text
    assert len(set(told(house)[1])) == len(told(house)[1])


def test_a_digest_says_how_complete_the_day_was(house: House) -> None:
    join(house, at(TUE, MORNING), "ada")
    read_and_send(house, at(TUE, MORNING))
    assert "Hugging Face up to" in letters(house)[0].text


def test_who_wants_to_hear_of_nothing_does(house: House) -> None:
    choices = Choices(("robotics",), hour=8, hears_of_nothing=True)
    join(house, at(TUE, MORNING), "ada", choices=choices)
    join(house, at(TUE, MORNING), "bo", choices=Choices(("robotics",), hour=8))
    digests(house, at(TUE, MORNING))
    assert [letter.to for letter in letters(house)] == ["ada@reader.example"]
    assert "nothing new" in letters(house)[0].subject


def test_a_weekly_digest_has_the_week_and_comes_once(house: House) -> None:
    weekly = Choices(("all",), Cadence.WEEKLY, hour=8)
    join(house, at(MON, MORNING), "ada", choices=weekly)
    for day in (MON, TUE, WED, THU):
        read_and_send(house, at(day, MORNING))
    read_and_send(house, at(MON, MORNING) + timedelta(days=7))
    subjects = [letter.subject for letter in letters(house)]
    assert len(subjects) == 2
    assert subjects[1].startswith("Paper Round, week to 16 November")


def test_a_backfill_comes_into_no_digest(house: House) -> None:
    house.ingest(at(MON, MORNING) + timedelta(days=20))
    (ada,) = join(house, at(MON, MORNING) + timedelta(days=20), "ada")
    digests(house, at(MON, MORNING) + timedelta(days=20))
    assert told(house).get(ada, []) == []
