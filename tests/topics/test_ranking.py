from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.papers import Paper
from models.topics.matching import Match, Shelf
from models.topics.ranking import Choice, by_rule, choose, fuse, ranked
from models.topics.reasons import Found
from models.topics.rules import parse
from models.topics.similar import Similar
from models.topics.topic import Likeness, Topic
from tests.feeds.invented import ANNOUNCED
from tests.topics.likenesses import NEXT_DAY, about, of, topic

RANKINGS = st.lists(
    st.permutations("abcd").flatmap(lambda all_: st.integers(0, 4).map(lambda n: all_[:n])), max_size=4
)

IN_TITLE, IN_ABSTRACT = Found("owl", ("title",)), Found("newt", ("abstract",))
OWLS = of("a", "Owls by night", "Flight and hearing of owls.")
NEWTS = of("b", "Newts by day", "Ponds and mud.")
BREAD = of("c", "Bread", "Flour and water.")
SHELF = Shelf([OWLS, NEWTS, BREAD])


def match(paper: Paper, *found: Found, since: datetime | None = None) -> Match:
    evidence = [(each, 1) for each in found or (IN_TITLE,)]
    reason = "; ".join(str(each) for each, _ in evidence)
    return Match(paper, reason, since, evidence)


def chosen(
    given_topic: Topic,
    matches: Sequence[Match] = (),
    examples: Iterable[Paper] = (),
    searched: Mapping[str, int] | None = None,
    shelf: Shelf = SHELF,
) -> dict[str, str]:
    """Why which papers come, the best first."""
    by_id = {paper.id: paper for paper in examples}
    return {each.paper.id: each.reason for each in choose(given_topic, shelf, matches, by_id, searched or {})}


def test_of_nothing_nothing_is_fused() -> None:
    assert fuse() == fuse([], []) == []


def test_the_score_is_the_sum_of_the_reciprocal_places_after_sixty() -> None:
    assert fuse("ab", "b") == [("b", 1 / 62 + 1 / 61), ("a", 1 / 61)]


def test_equal_scores_go_by_id() -> None:
    assert [each for each, _ in fuse("ba", "ab")] == ["a", "b"]


def test_an_id_that_a_ranking_names_twice_has_its_first_place_alone() -> None:
    assert fuse("aba") == fuse("ab")


@given(RANKINGS)
def test_a_better_place_never_lowers_a_score(rankings: list[list[str]]) -> None:
    for number, ranking in enumerate(rankings):
        for each in ranking:
            raised = [each, *(other for other in ranking if other != each)]
            better = [*rankings[:number], raised, *rankings[number + 1 :]]
            assert dict(fuse(*better))[each] >= dict(fuse(*rankings))[each]


@given(st.permutations("abcdef"))
def test_a_single_ranking_keeps_its_order(ranking: list[str]) -> None:
    assert [each for each, _ in fuse(ranking)] == ranking


def test_matches_go_by_their_terms_then_by_those_in_the_title_then_by_their_age_then_by_id() -> None:
    older = ANNOUNCED - timedelta(days=1)
    matches = [
        match(of("f"), IN_ABSTRACT),
        match(of("aa"), IN_ABSTRACT, Found("toad", ("abstract",))),
        match(of("e", announced_at=None)),
        match(of("d", announced_at=older)),
        match(of("c")),
        match(of("b")),
        match(of("a", announced_at=older), IN_TITLE, IN_ABSTRACT),
    ]
    assert by_rule(matches) == ["a", "aa", "b", "c", "d", "e", "f"]


def test_a_topic_that_nothing_speaks_for_has_no_papers() -> None:
    assert chosen(topic()) == chosen(about("Volcanoes", "Lava")) == {}
    assert choose(about("Flight by night"), Shelf([]), (), {"a": OWLS}, {"a": 1}) == []


def test_without_a_sentence_or_examples_the_rule_chooses_alone() -> None:
    assert chosen(topic("Owls"), [match(NEWTS)]) == {"b": "owl in title"}


def test_a_paper_comes_for_likeness_with_the_terms_in_common() -> None:
    assert chosen(about("Flight and hearing by night")) == {"a": "similar: Owls, night, Flight, hearing"}


def test_a_rule_that_chose_too_little_and_no_examples_tell_nothing_of_how_like_is_like_enough() -> None:
    with_rule = replace(about("Flight and hearing by night"), rule=parse("bread"))
    assert chosen(with_rule, [match(BREAD)]) == {"c": "owl in title"}
    assert list(chosen(with_rule, [match(BREAD)] * 2)) == ["c"]
    with_example = replace(with_rule, likeness=Likeness("Flight and hearing by night", like=("x",)))
    assert "a" in chosen(with_example, [match(BREAD)], [of("x", "Owls by night")])


def test_an_example_that_is_not_stored_says_nothing() -> None:
    assert chosen(topic("Lava", Likeness(like=("x",), unlike=("y",)))) == {}


def test_the_other_examples_count_on_the_shelf_or_not() -> None:
    likeness = Likeness(like=("unknown", "x"))
    assert list(chosen(topic("Lava", likeness), (), [of("x", "Ponds of mud"), of("y", "Bread")])) == ["b"]


def test_nothing_comes_that_is_far_less_like_the_examples_than_they_are_like_each_other() -> None:
    twins = [of(name, "Toads in ponds", "Frogs, newts, ponds, toads.") for name in "xy"]
    distant = Shelf(
        [of("a", "On the flow of rivers", "Ponds, and what newts dread: herons, storks, children.")]
    )
    assert list(chosen(topic("Lava", Likeness(like=("x",))), (), twins, {}, distant)) == ["a"]
    assert chosen(topic("Lava", Likeness(like=("x", "y"))), (), twins, {}, distant) == {}


def test_a_paper_of_unlike_comes_by_the_rule_alone() -> None:
    never = topic("Owls", Likeness("Flight and hearing by night", unlike=("a",)))
    assert chosen(never, (), [OWLS], {"a": 1}) == {}
    assert chosen(never, [match(OWLS)], [OWLS], {"a": 1}) == {"a": "owl in title"}


def test_a_paper_that_two_voices_name_goes_before_what_one_names() -> None:
    found = chosen(about("Flight and hearing by night"), [match(NEWTS), match(OWLS, IN_ABSTRACT)])
    assert list(found) == ["a", "b"]


def test_a_paper_that_a_search_found_says_at_which_rank() -> None:
    assert chosen(topic(), (), (), {"c": 7}) == {"c": "rank 7 in Hugging Face's own search"}
    found = chosen(topic(), [match(OWLS)], (), {"a": 2})
    assert found == {"a": "owl in title; rank 2 in Hugging Face's own search"}


def test_a_search_counts_up_to_its_thirtieth_rank() -> None:
    matches = [match(OWLS), match(NEWTS)]
    assert chosen(topic(), matches, (), {"a": 31, "b": 30}) == {
        "a": "owl in title",
        "b": "owl in title; rank 30 in Hugging Face's own search",
    }


def test_a_search_alone_brings_a_paper_up_to_its_tenth_rank() -> None:
    assert list(chosen(topic(), (), (), {"a": 11, "c": 10})) == ["c"]


def test_what_a_search_found_and_the_shelf_does_not_hold_does_not_come() -> None:
    assert chosen(topic(), (), (), {"x": 1}) == {}


def test_of_each_day_the_three_best_come_for_a_search_alone() -> None:
    papers = [of(f"p{n}") for n in range(5)] + [of("q", first_listed=NEXT_DAY), of("r", first_listed=None)]
    searched = {"r": 1, "p4": 2, "p3": 3, "p2": 4, "p1": 5, "p0": 6, "q": 7}
    assert set(chosen(topic(), (), (), searched, Shelf(papers))) == {"p4", "p3", "p2", "q"}


def test_what_comes_anyway_takes_no_place_of_what_a_search_alone_has_found() -> None:
    papers = [of(f"p{n}") for n in range(5)]
    searched = {f"p{n}": n + 1 for n in range(5)}
    assert len(chosen(topic(), [match(papers[0])], (), searched, Shelf(papers))) == 4


def test_a_choice_holds_since_when_the_rule_has_chosen_it() -> None:
    choices = choose(about("Flight and hearing by night"), SHELF, [match(NEWTS, since=ANNOUNCED)], {}, {})
    assert {each.paper.id: each.since for each in choices} == {"a": None, "b": ANNOUNCED}


def test_scores_fall() -> None:
    choices = choose(about("Flight and hearing by night"), SHELF, [match(OWLS), match(NEWTS)], {}, {"c": 1})
    assert [each.score for each in choices] == sorted((each.score for each in choices), reverse=True)


def test_another_ranker_is_one_more_voice_about_what_comes() -> None:
    asked: list[tuple[Topic, Sequence[Paper], Sequence[Paper]]] = []

    def ranker(given_topic: Topic, like: Sequence[Paper], unlike: Sequence[Paper]) -> list[Similar]:
        asked.append((given_topic, like, unlike))
        return [Similar(BREAD, 0.9), Similar(NEWTS, 0.8)]

    owls = topic("Owls", Likeness("Volcanoes", like=("a",), unlike=("x",)))
    matches = [match(OWLS, IN_TITLE, IN_ABSTRACT), match(NEWTS)]
    examples = {"a": of("a", "Lava"), "x": of("x", "Ash")}
    without = choose(owls, SHELF, matches, examples, {})
    found = choose(owls, SHELF, matches, examples, {}, [ranker])
    assert asked == [(owls, [examples["a"]], [examples["x"]])]
    assert [[each.paper.id for each in choices] for choices in (without, found)] == [["a", "b"], ["b", "a"]]


def test_a_topic_that_says_nothing_of_likeness_asks_no_ranker() -> None:
    def refusing(*_: object) -> list[Similar]:
        raise AssertionError

    assert choose(topic(), SHELF, [match(OWLS)], {}, {}, [refusing])[0].paper is OWLS


def test_voices_bring_no_paper_of_their_own() -> None:
    assert ranked([match(OWLS)], [], [], [[Similar(NEWTS, 1.0)]]) == [Choice(OWLS, "owl in title", 1 / 61)]
