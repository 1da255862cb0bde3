"""The history of the topics' rules, on both kinds of database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from models.database import reading, writing
from models.rulebook import RuleVersion, keep_rules, rule_versions
from models.tables import RULES
from models.topics.rules import parse
from models.topics.topic import Likeness, Topic
from tests.models.invented import EVENING, MORNING, TOMORROW
from tests.models.stored import rows, writes


def topic(slug: str, rule: str | None) -> Topic:
    likeness = None if rule else Likeness("Lamps that burn oil.")
    return Topic(slug, slug.title(), "", parse(rule) if rule else None, likeness=likeness)


def version(slug: str, number: int, rule: str, since: datetime = MORNING) -> RuleVersion:
    return RuleVersion(slug, number, parse(rule).digest, rule, since)


def keep(engine: Engine, *topics: Topic, at: datetime = MORNING) -> list[RuleVersion]:
    with writing(engine) as connection:
        return keep_rules(connection, topics, at)


def newest(engine: Engine) -> dict[str, RuleVersion]:
    with reading(engine) as connection:
        return dict(rule_versions(connection))


def test_a_rule_that_is_known_is_not_written_again(engine: Engine) -> None:
    keep(engine, topic("lamps", "lamp oil"))
    with writes(engine) as written:
        assert keep(engine, topic("lamps", "lamp oil"), at=EVENING) == []
        assert keep(engine, topic("lamps", "(lamp)  AND Oil"), at=EVENING) == []
    assert written == []
    assert newest(engine) == {"lamps": version("lamps", 1, "lamp oil")}


def test_a_topic_without_a_rule_has_none_to_keep(engine: Engine) -> None:
    assert keep(engine, topic("lamps", None)) == []
    assert newest(engine) == {}


def test_no_topics_are_no_versions(engine: Engine) -> None:
    assert keep(engine) == []


def test_each_new_rule_is_a_version_of_its_topic(engine: Engine) -> None:
    first = keep(engine, topic("lamps", "lamp"), topic("oils", "oil"))
    assert first == [version("lamps", 1, "lamp"), version("oils", 1, "oil")]
    second = keep(engine, topic("lamps", "lamp NOT oil"), topic("oils", "oil"), at=EVENING)
    assert second == [version("lamps", 2, "lamp NOT oil", EVENING)]
    assert newest(engine) == {"lamps": second[0], "oils": first[1]}
    assert [(row["slug"], row["version"]) for row in rows(engine, RULES)] == [
        ("lamps", 1), ("lamps", 2), ("oils", 1)
    ]  # fmt: skip


def test_a_rule_that_comes_back_is_a_new_version(engine: Engine) -> None:
    for number, (rule, at) in enumerate([("lamp", MORNING), ("oil", EVENING), ("lamp", TOMORROW)], start=1):
        assert keep(engine, topic("lamps", rule), at=at) == [version("lamps", number, rule, at)]


def test_a_topic_that_is_gone_keeps_its_history_and_goes_on_with_it(engine: Engine) -> None:
    keep(engine, topic("lamps", "lamp"))
    keep(engine, topic("oils", "oil"), at=EVENING)
    keep(engine, topic("lamps", None), at=EVENING)
    assert newest(engine)["lamps"] == version("lamps", 1, "lamp")
    assert keep(engine, topic("lamps", "lamp"), at=TOMORROW) == []
