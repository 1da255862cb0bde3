"""What the databases are asked for: never less than the rule chooses, and nothing but words in quotes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.errors import TopicsError
from models.fulltext.terms import match, tsquery
from models.topics.rules import parse


@pytest.fixture(scope="module")
def fts5() -> Iterator[sqlite3.Connection]:
    """FTS5, to see what it takes for a query."""
    connection = sqlite3.connect(":memory:")
    columns = "title, abstract, author, comment, category, org"
    connection.execute(f"CREATE VIRTUAL TABLE papers_words USING fts5({columns}, tokenize = 'ascii')")
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "rule",
    [
        "votes>=20",
        "has:code",
        "source:arxiv",
        'section:"daily list"~3',
        "lamp OR votes>=20",
        "lamp OR (has:code is:revised)",
        "votes>=20 NOT lamp",
        "(lamp OR has:doi) (oil OR source:arxiv)",
    ],
)
def test_where_any_paper_may_be_chosen_the_index_is_not_asked(rule: str) -> None:
    tree = parse(rule).tree
    assert (match(tree), tsquery(tree)) == (None, None)


@pytest.mark.parametrize(
    ("rule", "of_fts5", "of_postgresql"),
    [
        ("lamps", '{title abstract} : ("lamp")', "'lamp'"),
        ('title:"oil lamp"', 'title : ("oil lamp")', "('oil':A <-> 'lamp':A)"),
        ("abstract:lam*", 'abstract : ("lam" *)', "'lam':*B"),
        ("polici*", '{title abstract} : ("polici" * OR "policy")', "('polici':* | 'policy')"),
        (
            'author:"Ada Lamp"',
            'author : ("ada lamp" OR "a· lamp")',
            "((':author:ada' & ':author:lamp') | (':author:a·' & ':author:lamp'))",
        ),
        ("category:cs.CL", 'category : ("cs cl")', "(':category:cs' & ':category:cl')"),
        ('org:"oil lamp"~5', 'org : NEAR("oil" "lamp", 5)', "(':org:oil' & ':org:lamp')"),
        (
            'title:"wick oil lamp"~1',
            'title : NEAR("wick" "oil" "lamp", 2)',
            "('wick':A & 'oil':A & 'lamp':A)",
        ),
        ("lamp votes>=3 NOT oil", '{title abstract} : ("lamp")', "'lamp'"),
        (
            "(wax OR oil) lamp",
            '(({title abstract} : ("wax") OR {title abstract} : ("oil")) AND {title abstract} : ("lamp"))',
            "(('wax' | 'oil') & 'lamp')",
        ),
    ],
)
def test_what_the_index_can_tell_is_asked_for(rule: str, of_fts5: str, of_postgresql: str) -> None:
    tree = parse(rule).tree
    assert match(tree) == of_fts5
    assert tsquery(tree) == f"{of_postgresql} | ':'"


ANY_RULES = st.lists(
    st.one_of(
        st.text(min_size=1, max_size=12).map(lambda text: f'"{text}"'),
        st.text(st.characters(blacklist_categories=["Z", "C"]), min_size=1, max_size=12),
        st.sampled_from(
            ["AND", "OR", "NOT", "(", ")", "title:", "author:", '"a b"~3', "x*", "NEAR(", "-", "'", "\\"]
        ),
    ),
    max_size=6,
).map(" ".join)


@given(ANY_RULES)
@settings(max_examples=60)
def test_no_rule_holds_anything_that_becomes_an_operator(fts5: sqlite3.Connection, rule: str) -> None:
    try:
        tree = parse(rule).tree
    except TopicsError:
        assume(False)
    query, vectors = match(tree), tsquery(tree)
    if query is None or vectors is None:
        assert query is vectors
        return
    assert re.fullmatch(r"[()*:{}, ]*", re.sub(r'"[^"]*"|AND|OR|NEAR|\d+|[a-z]+', "", query))
    assert re.fullmatch(r"[()&|*:AB<> -]*", re.sub(r"'[^'\\]*'", "", vectors))
    fts5.execute("SELECT rowid FROM papers_words WHERE papers_words MATCH ?", (query,)).fetchall()
