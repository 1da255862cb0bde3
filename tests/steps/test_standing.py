"""How it stands with the database, on both kinds of it, by an invented calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Engine

from feeds.condition import Condition
from feeds.web.library import Standing
from flows.steps.resources import clock
from flows.steps.standing import Watch, condition_of, standing_of
from models.database import noting, posting, reading, writing
from models.fulltext.search import index_papers
from models.ledger import record as write
from models.mail.delivery import State
from models.mail.subscriber import Standing as Subscribed
from models.matched import keep_matches
from models.overdue import Calendar, Expects
from models.records import Expectation, Listing, Verdict
from models.run import Latest, Run, RunKind
from models.runs import keep
from models.topics.rules import parse
from models.topics.topic import Topic
from tests.mail.subscribed import ASKED, deliver, standing_as
from tests.models.invented import DAY, DAY_BEFORE, EVENING, MORNING, NEXT_DAY, entry, page, record
from tests.models.stored import read

ONE_DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NOW = datetime.combine(NEXT_DAY, time(17), UTC)


def due_at_noon(listing: Listing, now: datetime) -> Expectation:
    return Expectation.DUE if now >= datetime.combine(listing.date, time(12), UTC) else Expectation.LATER


@dataclass(frozen=True)
class Kept:
    """A calendar of a section."""

    name: str = "huggingface"
    sections: tuple[str, ...] = ("daily",)
    expects: Expects = due_at_noon


KEPT = (Kept(),)


def condition(engine: Engine, now: datetime = NOW, calendars: Sequence[Calendar] = KEPT) -> Condition:
    with reading(engine) as connection:
        return condition_of(connection, Watch(lambda: calendars, clock(now)))


def standing(engine: Engine, now: datetime = NOW, calendars: Sequence[Calendar] = KEPT) -> Standing:
    with reading(engine) as connection:
        return standing_of(connection, Watch(lambda: calendars, clock(now)))


def test_of_an_empty_database_nothing_is_told_but_what_is_due(engine: Engine) -> None:
    assert condition(engine, calendars=()) == Condition(NOW, [], [], [], {}, {})
    (missing,) = condition(engine).overdue
    assert (missing.listing, missing.entry) == (Listing("huggingface", "daily", NEXT_DAY), None)
    found = standing(engine)
    assert (found.papers, found.newest, found.listings, found.settled, found.runs) == (0, {}, {}, {}, {})
    assert found.overdue == {("huggingface", False): 1, ("huggingface", True): 0}
    assert found.matches == {}


def test_without_a_calendar_nothing_is_missing(engine: Engine) -> None:
    assert standing(engine, calendars=()).overdue == {}


def test_what_is_overdue_is_told_by_source_and_by_whether_a_run_has_asked_for_it(engine: Engine) -> None:
    with writing(engine) as connection:
        write(connection, entry(DAY_BEFORE))
        write(connection, entry(DAY, Verdict.STALLED, EVENING))
    other = Kept("arxiv", ("cs.CL",))
    assert standing(engine, calendars=(Kept(), other)).overdue == {
        ("huggingface", False): 1,
        ("huggingface", True): 1,
        ("arxiv", False): 1,
        ("arxiv", True): 0,
    }
    assert [each.was_asked_for for each in condition(engine).overdue] == [True, False]


def test_when_a_section_was_last_settled_is_told_whatever_came_then(engine: Engine) -> None:
    with writing(engine) as connection:
        write(connection, entry(DAY_BEFORE - timedelta(days=1), at=MORNING))
        write(connection, entry(DAY_BEFORE, at=EVENING))
        write(connection, entry(DAY, at=MORNING))
        write(connection, entry(NEXT_DAY, Verdict.FAILED, NOW))
    assert standing(engine).settled == {("huggingface", "daily"): EVENING}


def test_the_last_runs_are_told(engine: Engine) -> None:
    run = Run("1", RunKind.ROUND, MORNING, EVENING, ("no mail",))
    with noting(engine) as connection:
        keep(connection, run)
    latest = {RunKind.ROUND: Latest(run, run)}
    assert condition(engine).runs == standing(engine).runs == latest


def test_of_a_day_it_is_told_how_many_runs_failed(engine: Engine) -> None:
    with noting(engine) as connection:
        keep(connection, Run("1", RunKind.ROUND, EVENING - timedelta(days=1), EVENING, ("no mail",)))
        keep(connection, Run("2", RunKind.ROUND, EVENING, EVENING))
    failed = {at: standing(engine, EVENING + at).failed[RunKind.ROUND] for at in (ONE_DAY, ONE_DAY + MINUTE)}
    assert failed == {ONE_DAY: 1, ONE_DAY + MINUTE: 0}


def test_of_letters_that_are_over_only_those_of_the_last_day_are_told(engine: Engine) -> None:
    now = ASKED + timedelta(hours=23)
    with posting(engine) as connection:
        ada = standing_as(connection, Subscribed.ACTIVE)
        for state in (State.SENT, State.UNCERTAIN, State.PLANNED):
            deliver(connection, ada, state)
            deliver(connection, ada, state, ASKED - timedelta(days=3))
    assert condition(engine, now).letters == {State.SENT: 1, State.UNCERTAIN: 2, State.PLANNED: 2}
    assert condition(engine, now).waiting_letters == 2
    assert sum(standing(engine, now).deliveries.values()) == 6


def test_of_each_rule_it_is_told_what_it_brought_in_seven_days(engine: Engine) -> None:
    read(engine, page(record()))
    topics = [
        Topic(slug, slug, "", parse(rule) if rule else None)
        for slug, rule in (("lanterns", "lantern"), ("submarines", "submarine"), ("alike", ""))
    ]
    with writing(engine) as connection:
        index_papers(connection)
        keep_matches(connection, topics)
    assert standing(engine).matches == {"lanterns": 1, "submarines": 0}
    assert standing(engine, NOW + timedelta(days=7)).matches == {"lanterns": 0, "submarines": 0}
