"""The migration that brings the search index and the rules' history, on both kinds of database with papers."""

from __future__ import annotations

from sqlalchemy import Engine, inspect

from models.database import upgrade, version, writing
from models.rulebook import keep_rules
from models.tables import RULES
from models.topics.rules import parse
from models.topics.topic import Topic
from tests.databases import MADE
from tests.fulltext.searched import found, index
from tests.models.stored import rows
from tests.models.test_migrations_rows import as_they_stand, migrate, of_0001

__all__ = ["of_0001"]

PAPERS = ["2510.00001", "2510.00002", "2510.00003"]
TOPIC = Topic("lanterns", "Lanterns", "", parse("lantern"))


def names(engine: Engine) -> set[str]:
    return {name for name in inspect(engine).get_table_names() if name.startswith(("papers", "rules"))}


def test_after_it_all_is_as_before_and_can_be_searched(of_0001: Engine) -> None:
    migrate(of_0001, "0002")
    before = as_they_stand(of_0001)
    migrate(of_0001, "0003")
    assert as_they_stand(of_0001) == before
    assert rows(of_0001, RULES) == []
    assert found(of_0001, "lanterns") == PAPERS
    assert index(of_0001) == len(PAPERS)
    assert found(of_0001, "lanterns") == PAPERS


def test_the_way_back_leaves_nothing_of_it_and_can_be_gone_again(of_0001: Engine) -> None:
    migrate(of_0001, "0002")
    before = as_they_stand(of_0001)
    upgrade(of_0001, MADE)
    index(of_0001)
    with writing(of_0001) as connection:
        keep_rules(connection, [TOPIC], MADE)
    migrate(of_0001, "0002")
    assert (version(of_0001), names(of_0001)) == ("0002", {"papers"})
    assert as_they_stand(of_0001) == before
    upgrade(of_0001, MADE)
    assert (index(of_0001), rows(of_0001, RULES)) == (len(PAPERS), [])
