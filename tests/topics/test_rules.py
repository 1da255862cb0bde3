from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import TopicsError
from models.topics.rules import DEEPEST, parse
from models.topics.tree import And, Node, Not, Or, Phrase


def word(text: str) -> Phrase:
    return Phrase((text,), text)


A, B, C = word("a"), word("b"), word("c")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("diffusion OR ", "column 14: expected a word after OR: diffusion OR |"),
        ("a AND OR b", "column 7: expected a word after AND: a AND |OR b"),
        ("a (OR b)", "column 4: expected a word after (: a (|OR b)"),
        ("OR a", "column 1: expected a word before OR: |OR a"),
        ("a NOT", "column 6: expected a word after NOT: a NOT|"),
        ("a ()", "column 4: nothing between the parentheses: a (|)"),
        ("a AND (b", "column 7: this ( is never closed: a AND |(b"),
        ("a) b", "column 2: no ( opens this ): a|) b"),
        (") a", "column 1: no ( opens this ): |) a"),
        ('a "b c', 'column 3: this quote is never closed: a |"b c'),
        ('a "', 'column 3: this quote is never closed: a |"'),
        ('a "..."', 'column 3: no word between the quotes: a |"..."'),
        ("a ...", "column 3: ... holds no letter or digit: a |..."),
    ],
)
def test_parse_refuses_what_is_broken_and_shows_the_place(source: str, message: str) -> None:
    with pytest.raises(TopicsError) as refusal:
        parse(source)
    assert str(refusal.value) == message


@pytest.mark.parametrize("source", ["", "  \n "])
def test_parse_refuses_an_empty_rule(source: str) -> None:
    with pytest.raises(TopicsError, match="the rule is empty"):
        parse(source)


@pytest.mark.parametrize(
    ("source", "column"),
    [("NOT a", 1), ("NOT a NOT b", 1), ("(NOT a)", 1), ("a OR NOT b", 6), ("c (NOT a OR b)", 4)],
)
def test_parse_refuses_not_alone(source: str, column: int) -> None:
    with pytest.raises(TopicsError, match=f"^column {column}: NOT alone chooses almost every paper"):
        parse(source)


@pytest.mark.parametrize("source", ["a NOT NOT b", "a NOT (NOT b)", "a NOT (NOT b NOT c)"])
def test_parse_refuses_not_of_not(source: str) -> None:
    with pytest.raises(TopicsError, match=r"^column 7: NOT of a NOT: leave both out"):
        parse(source)


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("-video image", "- is no operator; write NOT video"),
        ("!video image", "! is no operator; write NOT video"),
        ('image -"video model"', "- is no operator; write NOT"),
        ("image | video", "| is no operator; write OR"),
        ("image && video", "&& is no operator; write AND"),
        ("image|video", r"\| means nothing here; put quotes around image\|video"),
    ],
)
def test_parse_suggests_what_other_languages_call_otherwise(source: str, hint: str) -> None:
    with pytest.raises(TopicsError, match=hint):
        parse(source)


def test_an_error_in_a_rule_of_several_lines_names_the_line() -> None:
    with pytest.raises(TopicsError) as refusal:
        parse("image\nOR (video\n")
    assert str(refusal.value) == "line 2, column 4: this ( is never closed: OR |(video"


def test_an_error_in_a_long_rule_shows_the_surroundings_alone() -> None:
    with pytest.raises(TopicsError) as refusal:
        parse("a " * 200 + ") " + "b " * 200)
    assert str(refusal.value) == f"column 401: no ( opens this ): …{'a ' * 15}|) {'b ' * 14}…"


def test_as_many_parentheses_as_allowed_are_read() -> None:
    assert parse("(" * DEEPEST + "a" + ")" * DEEPEST).tree == A


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b AND c", And((A, B, C))),
        ("a AND (b c)", And((A, B, C))),
        ("a OR (b OR c)", Or((A, B, C))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a NOT b OR c", Or((And((A, Not(B))), C))),
        ("NOT a b", And((Not(A), B))),
        ("a (NOT b NOT c)", And((A, Not(B), Not(C)))),
        ("a NOT (b OR c)", And((A, Not(Or((B, C)))))),
        ('a"b"(c)', And((A, B, C))),
        ('"a b" OR c', Or((Phrase(("a", "b"), "a b"), C))),
        ("“a b”", Phrase(("a", "b"), "a b")),
        ('"AND" b', And((word("and"), B))),
    ],
)
def test_not_binds_tightest_then_and_then_or(source: str, tree: Node) -> None:
    assert parse(source).tree == tree


def test_a_hyphenated_word_is_a_phrase() -> None:
    assert parse("Mixture-of-Experts").tree == parse('"mixtures of expert"').tree


def test_a_rule_keeps_its_source_and_reads_back_as_it_is_understood() -> None:
    rule = parse(' MoE "gating  networks" (a OR b)NOT "or" ')
    assert rule.source == ' MoE "gating  networks" (a OR b)NOT "or" '
    assert str(rule) == 'MoE AND "gating networks" AND (a OR b) AND NOT "or"'


def test_operators_in_lower_case_are_words_and_warned_about() -> None:
    rule = parse("image or Not video")
    assert isinstance(rule.tree, And)
    assert rule.warnings == (
        "column 7: or is looked for as a word; the operator is OR",
        "column 10: Not is looked for as a word; the operator is NOT",
    )


def test_quoted_operators_are_meant() -> None:
    assert parse('image "or" video').warnings == ()


def test_a_rule_counts_where_a_counter_decides() -> None:
    assert parse("a OR (b NOT votes<3)").counts
    assert not parse('a "votes 3" has:code').counts


def test_the_leaves_of_a_rule_are_in_its_order() -> None:
    assert parse("b (c OR a) NOT (a b)").leaves == (B, C, A, A, B)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mixture-of-Experts", '"mixtures  of expert"'),
        ("a b", "(A) AND (b)"),
        ("ti:(b)", "title:B"),
        ('au:"Bengio, Y."', 'author:"y bengio"'),
        ("votes>19", "votes >= 20"),
        ("“a b”~05", '"A-b"~5'),
        ("IMAG*", '"imag"*'),
        ("a NOT (b OR (c))", "a NOT(b OR c)"),
    ],
)
def test_equal_rules_have_one_digest_however_they_are_written(one: str, other: str) -> None:
    assert parse(one).tree == parse(other).tree
    assert parse(one).digest == parse(other).digest


def test_rules_that_differ_have_digests_that_differ() -> None:
    sources = ["a", "aa", "aa*", "ti:a", "a b", "b a", '"a b"', '"a b"~1', '"a b"~2', "a OR b", "a NOT b",
               "a (b OR c)", "a b OR c", "votes>=1", "votes<=1", "votes_1h>=1", "votes_2h>=1", "stars>=1",
               "has:code", "has:doi"]  # fmt: skip
    digests = {parse(source).digest for source in sources}
    assert len(digests) == len(sources)
    assert all(len(digest) == 12 and int(digest, 16) >= 0 for digest in digests)


PIECES = st.sampled_from(
    ["a", "b", "ab", "GPUs", '"a b"', "x-y", "AND", "OR", "NOT", "(", ")", " ", '"', "and", "-", "½", "e\u0301",
     "*", "\n", "~", "ab*", '"a ab*"', '"a b"~5', "title:", "au:", "cat:cs.CL", 'au:"b, a"', "votes", ">=", "<",
     "=", "20", "votes_24h>=3", "stars<3", "has:code", "is:revised", "has:", ":", "·", "“", "_"]
)  # fmt: skip
SOURCES = st.one_of(
    st.text(), st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES, max_size=30).map("".join)
)


def tree_or_refusal(source: str) -> Node | str:
    try:
        return parse(source).tree
    except TopicsError as error:
        return str(error)


@given(SOURCES)
def test_parse_raises_nothing_but_one_line(source: str) -> None:
    outcome = tree_or_refusal(source)
    assert not isinstance(outcome, str) or len(outcome.splitlines()) == 1


@given(SOURCES)
def test_a_rule_reads_back_to_the_same_tree(source: str) -> None:
    tree = tree_or_refusal(source)
    if not isinstance(tree, str):
        assert parse(str(tree)).tree == tree
        assert str(parse(str(tree))) == str(tree)


@given(SOURCES)
def test_a_rule_has_the_digest_of_what_it_reads_back_to(source: str) -> None:
    if not isinstance(tree_or_refusal(source), str):
        rule = parse(source)
        assert parse(str(rule)).digest == rule.digest
