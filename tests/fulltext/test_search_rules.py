"""A search gives what the rule chooses among all papers, whatever the rule; on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from models.database import reading, writing
from models.errors import TopicsError
from models.fulltext.search import index_papers
from models.papers import Paper
from models.records import Listing, PaperRecord
from models.topics.matching import Shelf
from models.topics.rules import parse
from tests.databases import emptied, opened
from tests.fulltext.searched import all_pages, all_papers, value
from tests.models.invented import DAY, EVENING, MORNING, daily, page
from tests.models.stored import read_with

# Few words, so that rules find many: plurals that fold, letters beyond ASCII, signs that mean something elsewhere.
WORDS = [
    "lamp",
    "Lamps",
    "lam",
    "policy",
    "policies",
    "a",
    "the",
    "löss",
    "LOSSES",
    "灯",
    "灯笼",
    "😀",
    "O'Neil",
    "oil-lamp",
]
SIGNS = [" ", " ", " ", ", ", '"', "\\", "'", " & ", ":*", " <-> ", "%", "{", "\N{MIDDLE DOT}"]
NAMES = ["Ada Lamp", "A. Lamp", "Ada B. Lamp", "Bo O'Neil", "灯 Löss", "Lamp"]
CATEGORIES = ["cs.CL", "cs.LG", "math.CO"]


def invented(chance: Random, number: int) -> PaperRecord:
    """A paper of those words; every fifth has no moment, and many share theirs."""

    def text() -> str:
        return "".join(chance.choice(WORDS) + chance.choice(SIGNS) for _ in range(chance.randint(0, 7)))

    def count() -> int | None:
        return chance.choice([None, 0, 1, 2, 3, 4])

    return PaperRecord(
        id=f"2510.{number}" if number % 3 else f"Hep-th/{number}",
        title=text(),
        abstract=text(),
        authors=tuple(chance.choices(NAMES, k=chance.randint(0, 3))),
        rank=1,
        categories=tuple(chance.sample(CATEGORIES, chance.randint(0, 2))),
        comment=text(),
        doi=chance.choice(["", "10.1/lamp"]),
        withdrawn=chance.choice([None, True]),
        links=chance.choice([{}, {"code": "https://a.example"}, {"project": "https://b.example"}]),
        published_at=None if number % 5 == 0 else chance.choice([MORNING, EVENING]),
        listed_at=None if number % 2 == 0 else MORNING - timedelta(hours=2),
        organization=text(),
        votes=count(),
        comments=count(),
        stars=count(),
    )


def filled(engine: Engine) -> None:
    """Stores papers in four readings, which revise a part of those before; the last is not indexed yet."""
    chance = Random(1)
    listings = [daily(), Listing("arxiv", "cs.CL", DAY)] * 2
    with writing(engine) as connection:
        for turn, listing in enumerate(listings):
            given = [
                invented(chance, number) for number in range(20 * turn - 10 * bool(turn), 20 * turn + 20)
            ]
            if turn == 3:
                index_papers(connection)
            read_with(connection, page(*given, complete=False), listing, MORNING + timedelta(hours=6 * turn))


@dataclass(frozen=True)
class Library:
    """A database, and all its papers."""

    connection: Connection
    papers: list[Paper]


@pytest.fixture(scope="module")
def libraries(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, shared_postgresql: str
) -> Iterator[dict[str, Library]]:
    """A database of each kind, with the same papers."""
    path = tmp_path_factory.mktemp("searched") / "paperround.db"
    path.write_bytes(sqlite_template.read_bytes())
    urls = {"sqlite": f"sqlite:///{path}", "postgresql": emptied(shared_postgresql)}
    with ExitStack() as stack:
        found = {}
        for kind, url in urls.items():
            engine = stack.enter_context(opened(url))
            filled(engine)
            connection = stack.enter_context(reading(engine))
            found[kind] = Library(connection, all_papers(connection))
        yield found


FIELDS = st.sampled_from(
    ["", "", "title:", "abstract:", "author:", "comment:", "category:", "org:", "source:", "section:"]
)
SOUGHT = st.sampled_from([*WORDS, "Ada", "B", "cs", "cs.CL", "math", "daily", "arxiv", "huggingface"])
PHRASES = st.lists(SOUGHT, min_size=1, max_size=3).map(" ".join)
TERMS = st.one_of(
    st.builds("{}{}".format, FIELDS, SOUGHT),
    st.builds('{}"{}"'.format, FIELDS, PHRASES),
    st.builds(
        'author:"{}"{}'.format, st.sampled_from([*NAMES, "Lamp, Ada", "O Lamp"]), st.sampled_from(["", "*"])
    ),
    st.builds('{}"{}"*'.format, FIELDS, PHRASES),
    st.builds("{}{}*".format, FIELDS, st.sampled_from(["la", "lamp", "polici", "losse", "cs", "灯笼", "ad"])),
    st.builds('{}"{}"~{}'.format, FIELDS, PHRASES, st.integers(0, 3)),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["votes", "votes_7h", "stars", "comments"]),
        st.sampled_from([">=", "<="]),
        st.integers(0, 5),
    ),
    st.sampled_from(["has:code", "has:project", "has:doi", "is:withdrawn", "is:revised"]),
)


def larger(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(smaller, min_size=2, max_size=3)
    return st.one_of(
        several.map(" OR ".join).map("({})".format),
        several.map(" AND ".join).map("({})".format),
        st.builds("({} NOT {})".format, smaller, smaller),
    )


def is_rule(text: str) -> bool:
    try:
        parse(text)
    except TopicsError:
        return False
    return True


RULES = st.recursive(TERMS, larger, max_leaves=6).filter(is_rule)


def finds_what_the_rule_chooses(library: Library, rule: str) -> None:
    (matches,) = Shelf(library.papers).matches([parse(rule)])
    chosen = list(map(value, matches))
    assert list(map(value, all_pages(library.connection, rule))) == chosen
    by_relevance = map(value, all_pages(library.connection, rule, order="relevance"))
    assert sorted(by_relevance, key=_id) == sorted(chosen, key=_id)


def _id(given: tuple[Paper, object, object]) -> str:
    return given[0].id


@given(RULES)
@settings(max_examples=30)
def test_on_sqlite(libraries: dict[str, Library], rule: str) -> None:
    finds_what_the_rule_chooses(libraries["sqlite"], rule)


@given(RULES)
@settings(max_examples=12)
def test_on_postgresql(libraries: dict[str, Library], rule: str) -> None:
    finds_what_the_rule_chooses(libraries["postgresql"], rule)


@given(RULES)
@settings(max_examples=8)
def test_both_databases_give_the_same_pages(libraries: dict[str, Library], rule: str) -> None:
    sqlite, postgresql = (all_pages(library.connection, rule, 12) for library in libraries.values())
    assert list(map(value, sqlite)) == list(map(value, postgresql))
