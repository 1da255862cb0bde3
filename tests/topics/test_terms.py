from __future__ import annotations

import pytest

from models.errors import TopicsError
from models.topics.rules import parse
from models.topics.terms import MOST_BETWEEN, MOST_HOURS, MOST_WORDS
from models.topics.tree import And, Field, Flag, Near, Node, Not, Number, Or, Phrase, Quality


def word(text: str, field: Field = "") -> Phrase:
    return Phrase((text,), text, field)


def votes(value: int, *, at_least: bool = True, hours: int | None = None) -> Number:
    return Number("votes", at_least, value, hours)


def refusal(source: str) -> str:
    with pytest.raises(TopicsError) as refused:
        parse(source)
    return str(refused.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("titel:image", "column 1: no field is called titel; did you mean title:?: |titel:image"),
        ("a autor:image", "column 3: no field is called autor; did you mean author:?: a |autor:image"),
        ("http://image", "column 1: : means nothing here; put quotes around http://image: |http://image"),
        ("title:image:video", "column 1: : means nothing here; put quotes around image:video"),
        ("title:title:image", "column 1: : means nothing here; put quotes around title:image"),
        ("title:has:code", "column 1: : means nothing here; put quotes around has:code"),
        ("title:(a author:b)", "column 10: author: inside of title:: title:(a |author:b)"),
        ("title: abs: a", "column 8: abstract: inside of title:: title: |abs: a"),
        ("title:(a votes>=3)", "column 10: votes>=3 cannot stand inside of title:: title:(a |votes>=3)"),
        ("title:(has:code)", "column 8: has:code cannot stand inside of title:"),
        ("title:votes>=3", "column 1: > means nothing here; put quotes around votes>=3"),
        ("a title:", "column 9: expected what to look for after title:: a title:|"),
        ("(a title:) b", "column 10: expected what to look for after title:: (a title:|) b"),
        ("title: OR a", "column 8: expected what to look for after title:: title: |OR a"),
        ("title: NOT a", "column 8: expected what to look for after title:"),
        ("title:NOT a", "column 1: NOT is an operator; put quotes around it to look for the word: |title:NOT a"),
        ("title:-image", "column 1: - is no operator; write NOT image"),
        ("title:...", "column 1: ... holds no letter or digit: |title:..."),
        ("title:(NOT a)", "column 1: NOT alone chooses almost every paper"),
    ],
)  # fmt: skip
def test_a_field_is_refused_that_is_none_or_has_nothing_to_look_for(source: str, message: str) -> None:
    assert refusal(source).startswith(message)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a*", "column 1: at least 2 letters before *: |a*"),
        ('"a b*"', 'column 1: at least 2 letters before *: |"a b*"'),
        ("im*ge", "column 1: * may only end a word; put quotes around im*ge to look for the rest: |im*ge"),
        ("*age", "column 1: * may only end a word; put quotes around *age"),
        ("imag**", "column 1: * may only end a word"),
        ("*", "column 1: * holds no letter or digit: |*"),
        ('"*"', 'column 1: no word between the quotes: |"*"'),
        (
            'au:"Bengio, Yo*"',
            'column 4: * ends a family name; of a given name the initial is enough: au:|"Bengio, Yo*"',
        ),
    ],
)
def test_a_prefix_is_refused_that_is_short_or_stands_elsewhere(source: str, message: str) -> None:
    assert refusal(source).startswith(message)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            '"sparse attention"~',
            "column 1: expected after ~ how many words may stand between, as in"
            ' "sparse attention"~5: |"sparse attention"~',
        ),
        (f'"a b"~{MOST_BETWEEN + 1}', "column 1: at most 100 words may stand between"),
        ('"a b"~1000', "column 1: at most 100 words may stand between"),
        ('"a"~5', 'column 1: ~5 needs two different words between the quotes: |"a"~5'),
        ('"image Images"~5', "column 1: ~5 needs two different words between the quotes"),
        ("image~5", "column 1: ~ means nothing here; put quotes around image~5"),
        (
            "NEAR(image video)",
            'column 1: write "two words"~5 for words that stand near each other: |NEAR(image video)',
        ),
    ],
)
def test_words_near_each_other_are_refused_that_are_not_said_so(source: str, message: str) -> None:
    assert refusal(source).startswith(message)


@pytest.mark.parametrize("source", ['"{}"', '"{}"~5', 'title:"{}"', 'author:"{}"', '"{}"*'])
def test_a_phrase_is_refused_that_is_a_sermon(source: str) -> None:
    long_one = " ".join(f"ab{number}" for number in range(MOST_WORDS + 1))
    assert ": at most 20 words in one phrase: " in refusal(source.format(long_one))
    parse(source.format(long_one.rpartition(" ")[0]))


def test_a_word_of_many_hyphens_is_a_phrase_and_refused_alike() -> None:
    assert refusal("ab-" * MOST_WORDS + "ab").startswith("column 1: at most 20 words in one phrase: ")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("vote>=20", "column 1: no counter is called vote; did you mean votes?: |vote>=20"),
        ("vote_24h>=20", "column 1: no counter is called vote_24h; did you mean votes?: |vote_24h>=20"),
        ("likes>=20", "column 1: no counter is called likes; known: votes, stars, comments: |likes>=20"),
        ("P = NP", "column 1: no counter is called p; known: votes, stars, comments: |P = NP"),
        ("votes=20", "column 1: counters are compared by >= and <=, not by =: |votes=20"),
        ("votes == 20", "column 1: counters are compared by >= and <=, not by =="),
        ("votes!=20", "column 1: counters are compared by >= and <=, not by !="),
        ("a votes>=", "column 3: expected a whole number after votes>=: a |votes>="),
        ("votes>=many", "column 1: expected a whole number after votes>="),
        ("votes>= AND a", "column 1: expected a whole number after votes>=: |votes>= AND a"),
        ("votes>=(20)", "column 1: expected a whole number after votes>="),
        ("votes>=-1", "column 1: expected a whole number after votes>="),
        ("votes>=1.5", "column 1: expected a whole number after votes>="),
        ("votes>=1,000", "column 1: expected a whole number after votes>="),
        ("votes>=²", "column 1: expected a whole number after votes>="),
        ("votes>=1000000000", "column 1: expected a whole number after votes>="),
        ("votes>999999999", "column 1: votes>999999999 is never true"),
        ("votes < 0", "column 1: votes<0 is never true: |votes < 0"),
        ("votes_0h>=1", "column 1: votes_0h: from 1 to 336 hours: |votes_0h>=1"),
        (f"votes_{MOST_HOURS + 1}h>=1", "column 1: votes_337h: from 1 to 336 hours"),
        ("votes_h>=1", "column 1: no counter is called votes_h; did you mean votes?"),
        ("votes_1d>=1", "column 1: no counter is called votes_1d; did you mean votes?"),
    ],
)
def test_a_comparison_is_refused_that_compares_no_counter_with_a_number(source: str, message: str) -> None:
    assert refusal(source).startswith(message)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("has:cod", "column 1: has:cod is no quality of a paper; did you mean has:code?: |has:cod"),
        ("is:code", "column 1: is:code is no quality of a paper; did you mean has:code?"),
        ("has:withdrawn", "column 1: has:withdrawn is no quality of a paper; did you mean is:withdrawn?"),
        (
            "has:zebras",
            "column 1: has:zebras is no quality of a paper; known: "
            "has:code, has:project, has:doi, is:withdrawn, is:revised",
        ),
        ("has: code", "column 1: has: is no quality of a paper"),
    ],
)
def test_a_quality_is_refused_that_no_paper_has(source: str, message: str) -> None:
    assert refusal(source).startswith(message)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a - b", "column 3: - is no operator; write NOT: a |- b"),
        ("a ! b", "column 3: ! is no operator; write NOT"),
        ("a ANDNOT b", "column 3: ANDNOT is no operator; write NOT"),
        ("a || b", "column 3: || is no operator; write OR"),
        ("a / b", "column 3: / is no operator; write OR"),
        ("a & b", "column 3: & is no operator; write AND"),
        ("a + b", "column 3: + is no operator; write AND"),
    ],
)
def test_what_other_languages_call_an_operator_is_refused_with_ours(source: str, message: str) -> None:
    assert refusal(source).startswith(message)


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("title", ["title", "Title", "ti", "TI"]),
        ("abstract", ["abstract", "abs"]),
        ("author", ["author", "au"]),
        ("comment", ["comment", "co"]),
        ("category", ["category", "cat"]),
        ("org", ["org"]),
        ("source", ["source"]),
        ("section", ["section"]),
    ],
)
def test_a_field_has_a_name_and_the_short_one_that_arxiv_gives_it(field: Field, names: list[str]) -> None:
    for name in names:
        for source in (f"{name}:image", f"{name}: image", f'{name}:"image"', f"{name}:(image)"):
            assert parse(source).tree == word("image", field)
            assert str(parse(source)) == f"{field}:image"


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("title:a b", And((word("a", "title"), word("b")))),
        ("title:a OR b", Or((word("a", "title"), word("b")))),
        ("title:(a OR b) c", And((Or((word("a", "title"), word("b", "title"))), word("c")))),
        ("ti:(a NOT b)", And((word("a", "title"), Not(word("b", "title"))))),
        ("a NOT ti:b", And((word("a"), Not(word("b", "title"))))),
        ("a NOT ti:(b c)", And((word("a"), Not(And((word("b", "title"), word("c", "title"))))))),
        ('ti:"b c"~3', Near(("b", "c"), 3, "b c", "title")),
        ("cat:cs.*", Phrase(("cs",), "cs.", "category", is_prefix=True)),
        ("ti:(ab* OR (c AND (d OR e)))", Or((
            Phrase(("ab",), "ab", "title", is_prefix=True),
            And((word("c", "title"), Or((word("d", "title"), word("e", "title"))))),
        ))),
        ('title:"NOT"', word("not", "title")),
    ],
)  # fmt: skip
def test_a_field_holds_for_the_next_term_or_all_of_the_next_group(source: str, tree: Node) -> None:
    assert parse(source).tree == tree
    assert parse(str(parse(source))).tree == tree


@pytest.mark.parametrize(
    "source", ["Bengio, Yoshua", "bengio, yoshua", "Yoshua Bengio", "Yoshua  BENGIO,", "Yóshua-Bengio"]
)
def test_an_author_is_the_same_with_the_family_name_first(source: str) -> None:
    assert parse(f'author:"{source}"').tree == Phrase(("yoshua", "bengio"), source, "author")


def test_the_name_of_an_author_has_no_plural() -> None:
    assert parse("author:Jones").tree == word("jones", "author")
    assert parse("title:Jones").tree == word("jone", "title")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("imag*", ("imag",)),
        ('"imag"*', ("imag",)),
        ('"imag*"', ("imag",)),
        ("Diffusion-Mod*", ("diffusion", "mod")),
        ('"diffusions mod*"', ("diffusion", "mod")),
        ("policies*", ("policies",)),
        ("大規*", ("大規",)),
    ],
)
def test_a_star_leaves_the_last_word_open_and_as_it_is_spelt(source: str, words: tuple[str, ...]) -> None:
    assert parse(source).tree == Phrase(words, "", is_prefix=True)


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ('"sparse attention"~5', Near(("sparse", "attention"), 5, "")),
        ('"sparse  attentions"~0', Near(("sparse", "attention"), 0, "")),
        ('"a b a c"~100', Near(("a", "b", "c"), 100, "")),
        ('"multi-head attention"~05', Near(("multi", "head", "attention"), 5, "")),
        ('au:"Bengio Hinton"~9', Near(("bengio", "hinton"), 9, "", "author")),
    ],
)
def test_words_near_each_other_are_each_named_once(source: str, tree: Node) -> None:
    assert parse(source).tree == tree


@pytest.mark.parametrize("source", ["votes>=20", "votes >= 20", "votes>= 20", "votes >=20", "Votes\n=> 20"])
def test_blanks_and_case_do_not_matter_in_a_comparison(source: str) -> None:
    assert parse(source).tree == votes(20)
    assert str(parse(source)) == "votes>=20"


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("votes≥20", votes(20)),
        ("votes=>20", votes(20)),
        ("votes>20", votes(21)),
        ("votes<=20", votes(20, at_least=False)),
        ("votes=<20", votes(20, at_least=False)),
        ("votes≤20", votes(20, at_least=False)),
        ("votes<20", votes(19, at_least=False)),
        ("votes>=0", votes(0)),
        ("votes<1", votes(0, at_least=False)),
        ("votes>=007", votes(7)),
        ("stars>=100", Number("stars", at_least=True, value=100)),
        ("comments<5", Number("comments", at_least=False, value=4)),
        ("votes_24h>=10", votes(10, hours=24)),
        ("stars_336H<10", Number("stars", at_least=False, value=9, hours=336)),
    ],
)
def test_every_sign_of_order_compares(source: str, tree: Node) -> None:
    assert parse(source).tree == tree


def test_a_comparison_is_one_term_beside_others() -> None:
    assert parse('a votes >= 20"b"').tree == And((word("a"), votes(20), word("b")))
    assert parse("a OR(votes>=20)").tree == Or((word("a"), votes(20)))
    assert parse('"votes>=20"').tree == Phrase(("vote", "20"), "")


@pytest.mark.parametrize(
    ("source", "quality"),
    [
        ("has:code", "code"),
        ("Has:Project", "project"),
        ("has:DOI", "doi"),
        ("is:withdrawn", "withdrawn"),
        ("is:revised", "revised"),
    ],
)
def test_a_quality_is_one_that_a_paper_has_or_is(source: str, quality: Quality) -> None:
    assert parse(source).tree == Flag(quality)
    assert str(parse(source)) == source.lower()
