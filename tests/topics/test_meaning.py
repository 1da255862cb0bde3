from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.papers import Paper
from models.topics.matching import Shelf
from models.topics.meaning import left_out, rank
from models.topics.topic import Topic
from tests.topics.likenesses import about, of, topic

NIGHT = about("Flight and hearing by night")
PLAIN = (
    of("a", "Owls by night", "Their flight is silent."),
    of("b", "Newts by day", "Their hearing is dull."),
    of("c", "Bread", "Flour and water, and a night of rest."),
    of("d", "Owls", "Hearing in flight."),
)
WORDS = st.lists(st.sampled_from(["owl", "night", "flight", "hearing", "newt", "of"]), max_size=6)
PAPERS = st.lists(st.tuples(WORDS, WORDS), max_size=6).map(
    lambda texts: [of(f"p{n}", " ".join(title), " ".join(more)) for n, (title, more) in enumerate(texts)]
)


def ids(
    given_topic: Topic, papers: Sequence[Paper], like: Sequence[Paper] = (), unlike: Sequence[Paper] = ()
) -> list[str]:
    return [each.paper.id for each in rank(given_topic, Shelf(papers), like, unlike)]


def score(name: str, given_topic: Topic, papers: Sequence[Paper], like: Sequence[Paper] = ()) -> float:
    return next(each.score for each in rank(given_topic, Shelf(papers), like) if each.paper.id == name)


def test_on_an_empty_shelf_nothing_is_alike() -> None:
    assert rank(NIGHT, Shelf([]), PLAIN, PLAIN) == []


def test_a_topic_whose_words_nobody_uses_is_like_nothing() -> None:
    assert ids(about("Submarine volcanoes", "Lava"), PLAIN) == []


@pytest.mark.parametrize("silent", [topic("The use of it"), about("We are the same", "Of this")])
def test_words_that_every_text_has_are_like_nothing(silent: Topic) -> None:
    papers = [*PLAIN, of("e", "The use of it", "We are the same of this.")]
    assert ids(silent, papers) == []


def test_papers_without_words_are_like_nothing() -> None:
    assert ids(NIGHT, [of("a"), of("b", "?", "!")], [of("c")], [of("d")]) == []


def test_one_term_in_common_is_chance() -> None:
    assert "c" not in ids(NIGHT, PLAIN)


def test_one_term_is_enough_where_a_topic_has_no_other() -> None:
    assert ids(topic("Owls"), PLAIN) == ["d", "a"]


def test_the_score_is_that_of_the_terms_in_common_by_their_rarity_in_topic_and_paper() -> None:
    papers = [of("a", "", "owls and newts"), of("b", "", "owls")]
    rarity = {"owl": 1.0, "newt": log(3 / 2) + 1, "owl newt": log(3 / 2) + 1}
    size = sqrt(sum(each**2 for each in rarity.values()))
    expected = sum(each**2 for each in rarity.values()) / size / sqrt(3)
    assert score("a", topic("Owls and newts"), papers) == pytest.approx(expected)


def test_a_paper_with_a_term_more_scores_higher() -> None:
    papers = [of("x", "", "owls by night on bread"), of("y", "", "owls by night in flight"), *PLAIN]
    assert score("y", NIGHT, papers) > score("x", NIGHT, papers)


def test_a_term_scores_higher_in_the_title_and_higher_again_when_it_is_repeated() -> None:
    once, titled, again = "owls night bread water", "bread water night", "owls night bread owls"
    papers = [of("x", "", once), of("y", "owls", titled), of("z", "", again), *PLAIN]
    assert score("y", NIGHT, papers) > score("x", NIGHT, papers) < score("z", NIGHT, papers)


def test_a_rare_term_scores_higher_than_a_common_one() -> None:
    papers = [of("a", "", "owls night"), of("b", "", "owls hearing"), of("c", "night"), of("d", "night")]
    assert score("b", NIGHT, papers) > score("a", NIGHT, papers)


def test_what_the_topic_repeats_scores_higher() -> None:
    repeating = about("Newts and toads, above all toads", "Ponds")
    papers = [of("a", "", "ponds newts"), of("b", "", "ponds toads")]
    assert score("b", repeating, papers) > score("a", repeating, papers)


def test_a_pair_of_the_topic_scores_beyond_its_words() -> None:
    papers = [
        of("a", "", "hearing night flight owls"),
        of("b", "", "flight hearing night owls"),
        of("c", "flight"),
    ]
    assert score("b", NIGHT, papers) > score("a", NIGHT, papers)


def test_a_text_does_not_win_by_its_length() -> None:
    papers = [of("a", "", "owls night"), of("b", "", "owls night " + "bread water " * 9)]
    assert score("a", NIGHT, papers) > score("b", NIGHT, papers)


def test_equal_scores_go_by_id() -> None:
    papers = [of(name, "Owls by night") for name in "cab"]
    assert ids(NIGHT, papers) == ["a", "b", "c"]


def test_an_example_finds_what_the_topic_does_not_say_and_need_not_be_on_the_shelf() -> None:
    papers = [of("a", "Newts in ponds", "Water and mud."), of("b", "Bread and flour")]
    assert ids(topic(), papers) == []
    assert ids(topic(), papers, [of("x", "Toads in ponds", "Mud and water.")]) == ["a"]


def test_many_examples_weigh_as_much_as_one() -> None:
    one, other = (of(name, "Toads in ponds", "Mud by night.") for name in "xy")
    assert score("a", NIGHT, PLAIN, [one, other]) == pytest.approx(score("a", NIGHT, PLAIN, [one]))


def test_of_an_example_the_words_count_and_not_their_order() -> None:
    papers = [of("a", "", "ponds toads mud"), of("b", "", "toads mud ponds")]
    like = [of("x", "", "toads mud ponds")]
    assert score("a", topic(), papers, like) == score("b", topic(), papers, like)


def test_a_counterexample_takes_its_words_away() -> None:
    papers = [of("a", "Owls of paper", "Folded paper, glue."), of("b", "Owls in woods", "Trees at night.")]
    like = [of("x", "Owls", "Paper, glue, woods, night")]
    assert ids(topic(), papers, like) == ["a", "b"]
    assert ids(topic(), papers, like, [of("y", "Folded paper", "Glue")]) == ["b", "a"]


def test_neither_the_order_of_examples_nor_their_repetition_makes_a_difference() -> None:
    first, *others = PLAIN
    shelf = Shelf(PLAIN)
    assert rank(NIGHT, shelf, PLAIN) == rank(NIGHT, shelf, [*reversed(others), first, first])


@given(PAPERS, st.randoms(use_true_random=False))
def test_the_order_of_the_papers_makes_no_difference(papers: list[Paper], chance: Random) -> None:
    shuffled = chance.sample(papers, len(papers))
    assert rank(NIGHT, Shelf(shuffled), papers[:2]) == rank(NIGHT, Shelf(papers), papers[:2])


@given(PAPERS)
def test_scores_are_positive_and_fall(papers: list[Paper]) -> None:
    scores = [each.score for each in rank(NIGHT, Shelf(papers), papers[:1], papers[1:2])]
    assert scores == sorted(scores, reverse=True)
    assert all(each > 0 for each in scores)


def test_without_examples_none_is_left_out() -> None:
    assert left_out(NIGHT, Shelf(PLAIN), []) == []


def test_an_example_left_out_scores_as_a_paper_that_is_none() -> None:
    first, *_, last = PLAIN
    assert left_out(NIGHT, Shelf(PLAIN), [first, last]) == pytest.approx(
        [score("a", NIGHT, PLAIN, [last]), score("d", NIGHT, PLAIN, [first])]
    )


def test_an_example_that_is_like_nothing_scores_nothing_when_left_out() -> None:
    assert left_out(NIGHT, Shelf(PLAIN), [of("x", "Lava")]) == [0]
    assert left_out(NIGHT, Shelf([]), [of("x")]) == [0]
