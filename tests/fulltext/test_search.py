"""Search, on both kinds of database: what is found, in which order, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from models.database import reading, writing
from models.fulltext.search import Cursor, search
from models.records import PaperRecord
from models.tables import PAPERS
from models.topics.rules import parse
from tests.databases import opened
from tests.feeds.invented import ANNOUNCED
from tests.fulltext.searched import found, index, keep
from tests.models.invented import EVENING, MORNING, TOMORROW, daily, page, record
from tests.models.stored import read


def about(title: str, number: int = 1, **changes: Any) -> PaperRecord:
    """A paper with this title and with little else to find."""
    return record(id=f"2510.{number:05}", title=title, **{"abstract": "", **changes})


@pytest.mark.parametrize("most", [0, -1])
def test_a_page_of_less_than_one_paper_is_refused(engine: Engine, most: int) -> None:
    with reading(engine) as connection, pytest.raises(ValueError, match=f"a page of {most} papers"):
        search(connection, parse("lamp"), most)


NOT_CHOSEN = [
    "xylophone",
    '"models small"',
    "lantern NOT small",
    "abstract:lantern",
    '"small models lanterns"~0',
    "author:gamma",
    "category:cs.AI",
    "source:arxiv",
    "votes>=4",
    "is:withdrawn",
]


def test_what_the_rule_does_not_choose_is_not_found(engine: Engine) -> None:
    keep(engine, about("Lanterns for two Small Models"))
    assert found(engine, "lanterns") == ["2510.00001"]
    assert [rule for rule in NOT_CHOSEN if found(engine, rule)] == []


@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_an_empty_database_has_an_empty_page(engine: Engine, order: Any) -> None:
    assert index(engine) == 0
    assert found(engine, "lamp OR votes>=0", order=order) == []


def test_a_phrase_does_not_run_from_the_title_into_the_abstract(engine: Engine) -> None:
    keep(engine, about("A green", abstract="lamp"))
    assert found(engine, '"green lamp"') == []
    assert found(engine, "green lamp") == ["2510.00001"]


SIGNS = [
    '"lamp" OR "x', "lamp' || '", "lamp'':A", "lamp:* & !oil", "lamp <-> oil", "NEAR(lamp oil, 2)", "lamp^2",
    "{title} : lamp", "- abstract : lamp", "lamp\\and", "lamp's \\7", "%s lamp %(x)s", ":lamp1 ?", "lamp;--2", "rank lamp",
    "emoji 😀 lamp", "e\N{COMBINING ACUTE ACCENT}lamp", "灯笼", "灯 lamp", "lamp·oil", "ﬁlament", "ẞ lamp", "ⅻ lamp",
]  # fmt: skip


def test_signs_that_mean_something_to_a_database_mean_nothing_in_a_rule_or_a_text(engine: Engine) -> None:
    titles = [f"Number{n} {text} it is" for n, text in enumerate(SIGNS)]
    keep(engine, *(about(title, n) for n, title in enumerate(titles)), about("green oil", 99))
    rules = [f'"{title.replace(chr(34), chr(32))}"' for title in titles]
    assert [found(engine, rule) for rule in rules] == [[f"2510.{n:05}"] for n in range(len(SIGNS))]


def test_words_near_each_other_are_found_with_as_many_between_as_the_rule_allows(engine: Engine) -> None:
    keep(engine, about("Lanterns for all small models"))
    assert found(engine, '"small lantern model"~2') == ["2510.00001"]
    assert found(engine, '"small lantern model"~1') == []


def test_a_nul_in_a_text_parts_words_like_any_other_sign(sqlite_url: str) -> None:
    """Only SQLite keeps one; parsers take it out."""
    with opened(sqlite_url) as engine:
        keep(engine, about("green oil"))
        with writing(engine) as connection:
            connection.execute(update(PAPERS).values(title="lamp\0oil", seq=PAPERS.c.seq + 1))
        index(engine)
        assert found(engine, '"lamp oil"') == ["2510.00001"]


def test_a_revised_paper_is_found_by_its_new_words_and_not_by_its_old(engine: Engine) -> None:
    keep(engine, about("Green lamps"))
    read(engine, page(about("Blue lamps")), at=EVENING)
    for new_to_the_index in (1, 0):
        assert [found(engine, rule) for rule in ("blue", "green")] == [["2510.00001"], []]
        assert index(engine) == new_to_the_index


def test_what_is_not_indexed_yet_is_found_as_well(engine: Engine) -> None:
    keep(engine, about("Green lamps", 1))
    read(engine, page(about("Red lamps", 2), complete=False), at=EVENING)
    assert found(engine, "lamps") == ["2510.00001", "2510.00002"]
    assert found(engine, "red", order="relevance") == ["2510.00002"]


LONG = {
    "of 100 kB": " ".join(f"word{n}" for n in range(12_000)),
    "of more words than PostgreSQL counts": " ".join(f"w{n}" for n in range(17_000)),
    "with a word 300 times": "and " * 300,
    "with a word of 3,000 letters": f"{'lamp' * 750} and {'灯' * 3_000}",
    "of more than PostgreSQL takes": " ".join(f"{n}{'x' * 990}" for n in range(1_200)),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_abstract_is_found_by_its_ends(engine: Engine, text: str) -> None:
    keep(engine, about("A lamp", abstract=f"First {text} and last words"), about("Two lamps", 2))
    first_word = text.split()[0][:1_500]
    for rule in ('"and last words"', '"last wor"*', f'"first {first_word}"*', 'abstract:"words last"~0'):
        assert found(engine, rule) == ["2510.00001"]
    assert found(engine, "author:alpha category:cs.CL lamp") == ["2510.00001", "2510.00002"]
    assert found(engine, "first last zebra") == []


def test_thousands_of_authors_are_found_each(engine: Engine) -> None:
    authors = tuple(f"Ada{n} B. Lamp{n}" for n in range(3_000))
    keep(engine, about("Detectors", authors=authors))
    assert found(engine, 'author:"Ada2999 Lamp2999"') == ["2510.00001"]
    assert found(engine, 'author:"A. B. Lamp1500"') == ["2510.00001"]
    assert found(engine, 'author:"Ada1 Lamp2"') == []


WIDE = {
    "in and or": f"{'(lamp (green OR ' * 25}lamp{'))' * 25}",
    "in or and": f"{'(green OR lamp (' * 25}lamp{'))' * 25}",
    "of one OR": " OR ".join(f"w{n}" for n in range(230)) + " OR lamp",
    "of one AND": " ".join(["lamp"] * 400),
    "of NOT": "lamp NOT (" + " OR ".join(f"oil{n}" for n in range(100)) + ")",
    "of prefixes of names": "author:(" + " OR ".join(f'"Ada {n}x"*' for n in range(10, 100)) + ") OR lamp",
}


@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_the_deepest_and_the_widest_rules_are_answered(engine: Engine, order: Any) -> None:
    keep(engine, about("Lamps"), about("Oil", 2))
    answers = {name: found(engine, rule, order=order) for name, rule in WIDE.items()}
    assert answers == {name: ["2510.00001"] for name in WIDE}


def test_a_counter_that_has_fallen_since_is_found_by_what_it_has_ever_been(engine: Engine) -> None:
    keep(engine, about("Lamps", votes=30), about("Oil", 2, votes=1))
    read(engine, page(about("Lamps", votes=10), about("Oil", 2, votes=1)), at=EVENING)
    assert found(engine, "votes>=20") == ["2510.00001"]
    assert found(engine, "lamps votes<=10") == ["2510.00001"]


def of_all_moments(engine: Engine) -> None:
    """Six papers: of three moments, of which one is known from the first version alone, and of none."""
    listed = {"listed_at": None, "published_at": None}
    keep(
        engine,
        about("lamp", 1, listed_at=ANNOUNCED),
        about("lamp", 2, listed_at=ANNOUNCED + timedelta(seconds=1)),
        about("lamp", 3, listed_at=ANNOUNCED),
    )
    more = [
        record(id="hep-th/9901001", title="lamp", **listed),
        record(id="Hep-th/9901002", title="lamp", **listed),
        record(id="2510.00004", title="lamp", **{**listed, "published_at": ANNOUNCED + timedelta(days=1)}),
    ]
    read(engine, page(*more, complete=False))
    index(engine)


ORDER = ["2510.00004", "2510.00002", "2510.00001", "2510.00003", "Hep-th/9901002", "hep-th/9901001"]


def test_the_newest_come_first_of_one_moment_by_id_without_moment_last(engine: Engine) -> None:
    of_all_moments(engine)
    for most in (1, 2, 5, 6, 7):
        assert found(engine, "lamp", most) == ORDER


def test_the_last_page_says_that_it_is_the_last(engine: Engine) -> None:
    of_all_moments(engine)
    with reading(engine) as connection:
        first = search(connection, parse("lamp"), 3)
        assert first.next == Cursor(ANNOUNCED, "2510.00001", 3)
        second = search(connection, parse("lamp"), 3, first.next)
        assert ([match.paper.id for match in second.matches], second.next) == (ORDER[3:], None)
        assert search(connection, parse("lamp"), 6).next is None


def test_papers_that_arrive_between_two_pages_move_no_other(engine: Engine) -> None:
    of_all_moments(engine)
    with reading(engine) as connection:
        first = search(connection, parse("lamp"), 3)
    late = about("lamp", 9, listed_at=TOMORROW)
    read(engine, page(late), daily(TOMORROW.date()), TOMORROW)
    index(engine)
    with reading(engine) as connection:
        second = search(connection, parse("lamp"), 3, first.next)
    assert [match.paper.id for page in (first, second) for match in page.matches] == ORDER


def test_many_that_the_index_names_in_vain_do_not_end_a_page(engine: Engine) -> None:
    many = [about("lamp oil" if n % 10 else "lamp", n, listed_at=MORNING) for n in range(60)]
    keep(engine, *many)
    wanted = [f"2510.{n:05}" for n in range(0, 60, 10)]
    for most in (2, 50):
        assert found(engine, "lamp NOT oil", most) == wanted


def test_by_relevance_a_word_in_the_title_goes_before_one_in_the_abstract(engine: Engine) -> None:
    texts = ["green oil", "green lamp"]
    keep(
        engine,
        about(texts[0], 1, abstract="we light a lamp", listed_at=ANNOUNCED + timedelta(hours=1)),
        about(texts[1], 2, abstract="we light the oil"),
        *(about("red wax", n) for n in range(3, 9)),
    )
    assert found(engine, "lamp") == ["2510.00001", "2510.00002"]
    assert found(engine, "lamp", order="relevance") == ["2510.00002", "2510.00001"]


def test_by_relevance_too_page_after_page_gives_each_once(engine: Engine) -> None:
    keep(engine, *(about("lamp " * (n % 4 + 1) + "oil " * (n % 3), n) for n in range(20)))
    at_once = found(engine, "lamp NOT wax", 50, "relevance")
    assert len(at_once) == 20
    assert found(engine, "lamp NOT wax", 7, "relevance") == at_once


def test_a_rule_without_words_has_no_relevance_and_gives_the_newest(engine: Engine) -> None:
    of_all_moments(engine)
    assert found(engine, "votes>=0", 2, "relevance") == ORDER
    assert found(engine, "source:huggingface has:code", 4, "relevance") == ORDER


def test_a_match_says_why(engine: Engine) -> None:
    keep(engine, about("Lanterns", votes=25))
    with reading(engine) as connection:
        (match,) = search(connection, parse("lantern votes>=20")).matches
    assert match.reason == "lantern in title; votes>=20"
    assert match.since == MORNING
    assert match.paper.observations
