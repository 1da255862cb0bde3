from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from models.papers import Paper
from models.topics.similar import Similar, least_score, similar
from models.topics.topic import Likeness
from tests.topics.likenesses import DAY, NEXT_DAY, of

SCORES = st.lists(st.floats(0, 10), max_size=6)


def said(paper: Paper, weights: Mapping[str, float]) -> str:
    return str(Similar(paper, 1.0, weights))


def ranking(scores: Mapping[str, float], days: Mapping[str, object] | None = None) -> list[Similar]:
    return [
        Similar(of(name, first_listed=(days or {}).get(name, DAY)), score) for name, score in scores.items()
    ]


def ids(found: Sequence[Similar]) -> list[str]:
    return [each.paper.id for each in found]


def test_a_ranking_without_terms_has_none_to_show() -> None:
    assert str(Similar(of("a", "Owls"), 1.0)) == "similar"


def test_a_term_that_the_paper_does_not_hold_is_not_shown() -> None:
    assert said(of("a", "Owls"), {"newt": 9, "owl": 1, "owl newt": 9}) == "similar: Owls"


def test_the_reason_shows_terms_as_the_paper_spells_them_the_heaviest_first() -> None:
    paper = of("a", "Routing Experts", "Sparse layers of experts.")
    assert said(paper, {"expert": 2, "sparse": 1, "routing": 3}) == "similar: Routing, Experts, Sparse"


def test_what_stands_more_often_adds_more() -> None:
    paper = of("a", "", "Owls and newts; newts again.")
    assert said(paper, {"owl": 1, "newt": 1}) == "similar: newts, Owls"


def test_a_pair_is_shown_with_what_stands_between_its_words() -> None:
    paper = of("a", "An expert", "A Mixture-of-Experts for fine-tuning.")
    assert said(paper, {"mixture expert": 2, "fine tuning": 1}) == "similar: Mixture-of-Experts, fine-tuning"


def test_no_word_is_shown_twice() -> None:
    paper = of("a", "", "Expert routing of experts")
    assert said(paper, {"expert": 3, "expert routing": 2, "routing": 1}) == "similar: Expert, routing"


def test_a_word_that_folding_changes_is_shown_as_it_stands() -> None:
    assert said(of("a", "Erdős graphs"), {"erdo": 1}) == "similar: Erdős"


def test_at_most_five_terms_are_shown_and_equal_ones_by_the_alphabet() -> None:
    assert said(of("a", "g f e d c b a-b"), {}) == "similar"
    paper = of("a", "owls newts toads frogs hares moles")
    weights = dict.fromkeys(("owl", "newt", "toad", "frog", "hare", "mole"), 1.0)
    assert said(paper, weights) == "similar: frogs, hares, moles, newts, owls"


def test_where_nothing_is_known_every_score_will_do() -> None:
    assert least_score([], [], []) == 0


def test_two_fifths_of_the_best_score_are_asked_for() -> None:
    assert least_score([], [], [1, 10, 3]) == least_score([], [10], [3]) == 4


def test_examples_hold_it_up_when_nothing_is_like_them() -> None:
    assert least_score([9, 10], [], [1, 2]) == 4


def test_half_of_what_the_rule_chose_is_less_like_the_topic() -> None:
    assert least_score([], [5, 6, 9], [10]) == 6


def test_the_middle_of_two_matches_says_nothing() -> None:
    assert least_score([], [6, 9], [10]) == 4


@given(SCORES, SCORES, SCORES)
def test_what_is_asked_for_is_never_above_the_best(
    belonging: list[float], matched: list[float], others: list[float]
) -> None:
    assert 0 <= least_score(belonging, matched, others) <= max([*belonging, *matched, *others], default=0)


def test_of_an_empty_ranking_nothing_comes() -> None:
    assert similar(Likeness(), [], {"a"}, [1.0]) == []


def test_what_the_rule_chose_does_not_come_again() -> None:
    assert ids(similar(Likeness(), ranking({"a": 9, "b": 8}), {"a"})) == ["b"]


def test_a_paper_of_unlike_never_comes() -> None:
    assert ids(similar(Likeness(unlike=("a",)), ranking({"a": 9, "b": 8}), ())) == ["b"]


def test_a_paper_without_an_announcement_has_no_place() -> None:
    assert similar(Likeness(), ranking({"a": 9}, {"a": None}), ()) == []


def test_what_is_less_like_than_is_asked_for_does_not_come() -> None:
    assert ids(similar(Likeness(), ranking({"a": 10, "b": 4, "c": 3.9}), ())) == ["a", "b"]
    assert ids(similar(Likeness(), ranking({"a": 10, "b": 4}), (), [20])) == ["a"]


def test_a_match_that_the_ranking_leaves_out_counts_as_nothing_like() -> None:
    found = ranking({"x": 9, "y": 8, "a": 5, "z": 2})
    assert ids(similar(Likeness(), found, {"x", "y", "z"})) == []
    assert ids(similar(Likeness(), found, {"x", "y", "z", "v", "w"})) == ["a"]


def test_examples_on_the_shelf_do_not_ask_for_their_own_score() -> None:
    found = ranking({"x": 100, "a": 10, "b": 4, "c": 3})
    assert ids(similar(Likeness(like=("x",)), found, ())) == ["x", "a", "b"]
    assert ids(similar(Likeness(like=("x",)), found, {"x"})) == ["a", "b"]


def test_an_example_that_the_rule_chose_is_no_match_to_go_by() -> None:
    found = ranking({"x": 100, "y": 7, "z": 6, "a": 5.5, "w": 5})
    assert similar(Likeness(like=("x", "v")), found, {"v", "w", "x", "y", "z"}) == []


def test_of_each_day_only_the_best_few_come() -> None:
    found = ranking({"a": 9, "b": 8, "c": 7, "d": 6, "e": 5}, {"c": NEXT_DAY, "d": NEXT_DAY})
    assert ids(similar(Likeness(most_a_day=1), found, ())) == ["a", "c"]
    assert ids(similar(Likeness(most_a_day=2), found, ())) == ["a", "b", "c", "d"]
