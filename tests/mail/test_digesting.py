"""The digests of the demo's week: what is due is sent, once, and nothing of it twice."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from feeds.digests.composing import Composer
from feeds.digests.digest import Composed, Digest
from flows.mail.digesting import digest
from flows.mail.inviting import Inviting
from flows.mail.news import news
from flows.mail.planning import Planner
from flows.mail.tidying import PENDING_FOR
from flows.steps.rounds import daily_round
from models.database import posting
from models.mail.addresses import normalised
from models.mail.delivery import State
from models.mail.settling import KEPT
from models.mail.subscriber import Cadence, Choices, Origin
from models.mail.subscribers import choose
from models.mail.tables import DELIVERIES, FRAGMENTS, SUBSCRIBERS, TOLD
from models.tables import PAPERS
from tests.mail.post import DAILY, digests, join, letters, told
from tests.steps.house import FRI, MON, THU, TUE, WED, House, at

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


def test_days_that_are_caught_up_come_into_a_digest_and_older_ones_are_history(house: House) -> None:
    house.ingest(at(MON, MORNING))
    house.ingest(at(THU, "06:30") + timedelta(days=7))
    (ada,) = join(house, at(MON, MORNING), "ada", choices=Choices(("all",), Cadence.WEEKLY, hour=8))
    digests(house, at(MON, MORNING) + timedelta(days=14))
    days = {row["id"]: row["announced_at"].date() for row in house.rows(PAPERS)["papers"]}
    assert TUE in days.values()
    assert {days[paper_id] for paper_id in told(house)[ada]} == {WED, THU, FRI}


def test_notices_go_with_the_digests_where_no_app_has_sent_them(house: House) -> None:
    with house.opened(at(TUE, MORNING)) as resources:
        mail = resources.mail()
        with posting(resources.engine) as connection:
            Inviting(mail.letterhead, mail.keys).invite(
                connection, normalised("ada@reader.example"), DAILY,
                origin=Origin.FORM, consent="form 1", network="", at=at(TUE, MORNING),
            )  # fmt: skip
        assert digest(resources).tally.sent == 1
    assert "/confirm/" in letters(house)[0].text


def test_who_never_confirms_is_forgotten_and_so_is_what_became_of_letters_long_ago(house: House) -> None:
    test_notices_go_with_the_digests_where_no_app_has_sent_them(house)
    digests(house, at(TUE, MORNING) + PENDING_FOR - timedelta(hours=1))
    assert len(house.rows(SUBSCRIBERS)["subscribers"]) == 1
    digests(house, at(TUE, MORNING) + PENDING_FOR + timedelta(hours=1))
    assert house.rows(SUBSCRIBERS)["subscribers"] == []
    join(house, at(TUE, MORNING), "bo")
    read_and_send(house, at(TUE, MORNING))
    assert len(house.rows(DELIVERIES)["deliveries"]) == 1
    digests(house, at(TUE, MORNING) + KEPT + timedelta(days=2))
    assert house.rows(DELIVERIES, TOLD, FRAGMENTS) == {"deliveries": [], "told": [], "fragments": []}


def test_a_letter_to_someone_of_no_slice_is_called_off(house: House) -> None:
    (ada,) = join(house, at(TUE, MORNING), "ada")
    house.ingest(at(TUE, MORNING))
    with house.opened(at(TUE, MORNING)) as resources:
        mail = resources.mail()
        planner = Planner(lambda: news(resources, at(TUE, MORNING)), mail.composer, mail.keys)
        assert planner.plan(resources.engine, range(ada, ada + 1), at(TUE, MORNING)) == 1
        with posting(resources.engine) as connection:
            choose(connection, ada, Choices(("all",), Cadence.OFF))
        digest(resources)
    assert [row["state"] for row in house.rows(DELIVERIES)["deliveries"]] == [State.CANCELLED]


def test_settings_that_are_wrong_hold_up_no_papers_and_are_told(house: House) -> None:
    wrong = House(house.settings.model_copy(update={"mail_return": "no address"}), house.site)
    join(house, at(TUE, MORNING), "ada")
    done = wrong.round(at(TUE, MORNING))
    assert done.digested
    assert [failure.partition(":")[0] for failure in done.failures] == ["PAPERROUND_MAIL_RETURN"]
    assert len(wrong.feeds()) > 3


def test_a_digest_that_cannot_be_made_is_a_failure_and_the_others_go(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(_: Composer, digest: Digest) -> Composed:
        monkeypatch.undo()
        raise ValueError("of all things")

    join(house, at(TUE, MORNING), "ada", "bo")
    house.ingest(at(TUE, MORNING))
    monkeypatch.setattr(Composer, "compose", stumble)
    assert digests(house, at(TUE, MORNING)).failures == ("1 digest could not be made: the log says why",)
    assert [letter.to for letter in letters(house)] == ["bo@reader.example"]


def test_a_box_that_cannot_be_read_holds_up_no_digest_and_is_told(house: House) -> None:
    boxed = House(
        house.settings.model_copy(update={"mail_box": SecretStr("maildir:///nowhere/at/all")}), house.site
    )
    join(house, at(TUE, MORNING), "ada")
    house.ingest(at(TUE, MORNING))
    done = digests(boxed, at(TUE, MORNING))
    assert done.tally.sent == 1
    assert len(done.failures) == 1
    assert "/nowhere/at/all" in done.failures[0]
