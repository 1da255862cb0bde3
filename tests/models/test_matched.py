"""What is kept of the rules' matches, on both kinds of database: always what asking all papers anew would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from models import matched
from models.database import reading, writing
from models.fulltext.search import index_papers
from models.matched import Kept, Moved, first_match, keep_matches, matches_of, moved_with, topics_of
from models.searches import section_of
from models.selection import changed_since
from models.snapshots import keep as keep_reading
from models.store import store_found
from models.tables import MATCHED, MATCHES
from models.topics.matching import Shelf
from models.topics.rules import parse
from models.topics.topic import Topic
from tests.models.invented import DAY, EVENING, MORNING, NEXT_DAY, TOMORROW, daily, page, record
from tests.models.stored import read, rows, writes

BEGINNING, END = datetime(1991, 8, 14, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def topic(slug: str, rule: str | None) -> Topic:
    return Topic(slug, slug.title(), "", parse(rule) if rule else None)


LAMPS = topic("lamps", "title:lantern")
LOVED = topic("loved", "votes>=10")


def keep(engine: Engine, *topics: Topic) -> set[Moved]:
    with writing(engine) as connection:
        index_papers(connection)
        return keep_matches(connection, topics)


def kept(engine: Engine, slug: str = "lamps") -> list[Kept]:
    with reading(engine) as connection:
        return matches_of(connection, slug, BEGINNING, END)


def ids(engine: Engine, slug: str = "lamps") -> list[str]:
    return [row.paper_id for row in kept(engine, slug)]


def by_asking_all(engine: Engine, topics: Sequence[Topic]) -> dict[str, set[str]]:
    with reading(engine) as connection:
        papers = [paper for paper in changed_since(connection) if paper.announced_at]
    found = Shelf(papers).matches([topic.rule for topic in topics if topic.rule])
    return {topic.slug: {match.paper.id for match in of} for topic, of in zip(topics, found, strict=True)}


def test_a_topic_without_a_rule_keeps_nothing(engine: Engine) -> None:
    read(engine, page(record()))
    assert keep(engine, topic("alike", None)) == set()
    assert rows(engine, MATCHED) == rows(engine, MATCHES) == []


def test_a_paper_that_was_never_announced_has_no_place(engine: Engine) -> None:
    search = replace(daily(), section=section_of("lamps"))
    with writing(engine) as connection:
        number = keep_reading(connection, search, MORNING, ())
        store_found(connection, search, page(record()), number, MORNING)
    keep(engine, LAMPS)
    assert kept(engine) == []


def test_a_new_rule_is_asked_of_all_that_is_stored(engine: Engine) -> None:
    read(engine, page(*(record(id=f"2510.{n:05}", rank=n) for n in range(1, 40))))
    moved = keep(engine, LAMPS)
    assert len(ids(engine)) == 39
    assert {each.slug for each in moved} == {"lamps"}


def test_what_came_since_is_asked_about_and_nothing_else(engine: Engine) -> None:
    read(engine, page(record(id="2510.00001")))
    keep(engine, LAMPS)
    read(
        engine,
        page(record(id="2510.00002"), record(id="2510.00003", title="Moths")),
        daily(NEXT_DAY),
        TOMORROW,
    )
    (moved,) = keep(engine, LAMPS)
    assert ids(engine) == ["2510.00001", "2510.00002"]
    assert moved == Moved("lamps", kept(engine)[-1].came_at)


def test_twice_the_same_writes_nothing(engine: Engine) -> None:
    read(engine, page(record()))
    keep(engine, LAMPS)
    with writes(engine) as found:
        assert keep(engine, LAMPS) == set()
    assert [each for each in found if "matches" in each] == []


def test_a_revision_takes_a_paper_out_and_says_where(engine: Engine) -> None:
    read(engine, page(record()))
    keep(engine, LAMPS)
    came_at = kept(engine)[0].came_at
    read(engine, page(record(title="Candles for Small Models")), at=EVENING)
    assert keep(engine, LAMPS) == {Moved("lamps", came_at)}
    assert kept(engine) == []


def test_an_edited_rule_forgets_and_asks_anew(engine: Engine) -> None:
    read(engine, page(record(id="2510.00001"), record(id="2510.00002", title="Moths")))
    keep(engine, LAMPS)
    keep(engine, topic("lamps", "title:moths"))
    assert ids(engine) == ["2510.00002"]


def test_a_topic_that_is_gone_leaves_nothing(engine: Engine) -> None:
    read(engine, page(record()))
    keep(engine, LAMPS, LOVED)
    moved = keep(engine, LOVED)
    assert {each.slug for each in moved} == {"lamps"}
    assert kept(engine) == []
    assert [row["slug"] for row in rows(engine, MATCHED)] == ["loved"]


def test_a_paper_comes_when_its_votes_have_reached_what_the_rule_asks(engine: Engine) -> None:
    read(engine, page(record(votes=3)))
    keep(engine, LOVED)
    assert kept(engine, "loved") == []
    read(engine, page(record(votes=12)), at=EVENING)
    keep(engine, LOVED)
    (found,) = kept(engine, "loved")
    assert found.came_at == EVENING
    read(engine, page(record(votes=5)), at=EVENING + timedelta(hours=1))
    assert keep(engine, LOVED) == set()


def test_matches_say_where_they_stand(engine: Engine) -> None:
    read(engine, page(record(votes=12)))
    keep(engine, LAMPS, LOVED, topic("moths", "moths"))
    with reading(engine) as connection:
        assert topics_of(connection, [record().id, "2510.99999"]) == {record().id: ("lamps", "loved")}
        assert {each.slug for each in moved_with(connection, [record().id])} == {"lamps", "loved"}
        assert first_match(connection, "moths") is None
        first = first_match(connection, "lamps")
    assert first == kept(engine)[0].came_at
    assert "lantern" in kept(engine)[0].reason


@pytest.mark.parametrize("rounds", [1, 3])
def test_kept_matches_are_those_of_asking_all_papers(engine: Engine, rounds: int) -> None:
    topics = (LAMPS, LOVED, topic("both", "lantern votes>=2 NOT title:moths"))
    words = ("Lantern", "Moths", "Lantern Moths", "Candle")
    for number in range(rounds):
        papers = [
            record(id=f"2510.{n:05}", rank=n, title=words[(n * (number + 1)) % 4], votes=(n * number) % 17)
            for n in range(1, 30)
        ]
        read(engine, page(*papers), daily(DAY), MORNING + timedelta(hours=number))
        keep(engine, *topics)
    assert {each.slug: set(ids(engine, each.slug)) for each in topics} == by_asking_all(engine, topics)


def test_many_new_rules_are_asked_together_and_choose_the_same(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = (LAMPS, LOVED, topic("both", "lantern NOT title:moths"))
    papers = [
        record(id=f"2510.{n:05}", rank=n, title=("Lantern", "Moths")[n % 2], votes=n) for n in range(1, 30)
    ]
    read(engine, page(*papers))
    keep(engine, *topics)
    one_by_one = rows(engine, MATCHES)
    keep(engine)
    assert rows(engine, MATCHES) == []
    monkeypatch.setattr(matched, "_TOGETHER", 2)
    monkeypatch.setattr(matched, "_search", None)
    assert {each.slug for each in keep(engine, *topics)} == {"lamps", "loved", "both"}
    assert rows(engine, MATCHES) == one_by_one


def test_another_version_of_the_program_asks_anew(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    read(engine, page(record()))
    keep(engine, LAMPS)
    assert keep(engine, LAMPS) == set()
    monkeypatch.setattr(matched, "_understanding", lambda: "another")
    assert {each.slug for each in keep(engine, LAMPS)} == {"lamps"}
    assert ids(engine) == [record().id]
