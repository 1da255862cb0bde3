"""A replay gives papers their numbers anew: the search follows, and the history of the rules stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, update

from flows.steps.replaying import replay
from flows.steps.resources import Resources
from models.database import reading, writing
from models.errors import ArchiveError
from models.fulltext.search import index_papers, search
from models.rulebook import RuleVersion, keep_rules, rule_versions
from models.tables import PAPERS
from models.topics.rules import parse
from tests.databases import opened
from tests.steps.house import MON, TUE, House, at

LOST = {"title": "Lost", "seq": PAPERS.c.seq + 1000}


@contextmanager
def lived(house: House) -> Iterator[Resources]:
    """A day is read, the rules noted, the papers spoilt by hand and indexed."""
    house.ingest(at(MON))
    with house.opened(at(TUE)) as resources:
        with writing(resources.engine) as connection:
            keep_rules(connection, resources.topics, at(TUE))
            connection.execute(update(PAPERS).values(LOST))
            index_papers(connection)
        yield resources


def titles(engine: Engine, rule: str) -> list[str]:
    with reading(engine) as connection:
        return [match.paper.title for match in search(connection, parse(rule)).matches]


def rules(engine: Engine) -> dict[str, RuleVersion]:
    with reading(engine) as connection:
        return dict(rule_versions(connection))


def test_after_a_replay_that_changes_nothing_all_is_found_as_before(house: House) -> None:
    with lived(house) as resources:
        house.archived()[0].unlink()
        with pytest.raises(ArchiveError):
            replay(resources)
        assert len(titles(resources.engine, "title:lost")) > 3


def test_after_a_replay_in_place_papers_are_found_by_the_words_that_it_gave(house: House) -> None:
    with lived(house) as resources:
        papers = replay(resources).papers
        for in_index in (papers, 0):
            assert titles(resources.engine, "title:lost") == []
            assert titles(resources.engine, "lanternfish") == [
                "Lanternfish: Rehearsed Routing for Mixture of Experts Language Models"
            ]
            with writing(resources.engine) as connection:
                assert index_papers(connection) == in_index


def test_a_replay_in_place_keeps_the_history_of_the_rules(house: House) -> None:
    with lived(house) as resources:
        before = rules(resources.engine)
        replay(resources)
        assert rules(resources.engine) == before
        assert list(before) == ["experts", "nothing"]


def test_a_replay_into_another_database_takes_the_history_of_the_rules_along(
    house: House, database_url: str
) -> None:
    with lived(house) as resources:
        replay(resources, into=database_url)
        with opened(database_url) as engine:
            assert rules(engine) == rules(resources.engine)
            assert titles(engine, "lanternfish") != []
