from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.papers import Paper
from models.topics.embedding import ByVectors, Vector, text_of
from models.topics.ranking import Ranker
from models.topics.similar import Similar
from models.topics.topic import Likeness, Topic
from tests.feeds.invented import paper


class Drawn:
    """An Embedder by a table: of each text the direction, of a paper that of its title."""

    name = "drawn"

    def __init__(self, directions: Mapping[str, Sequence[float]]) -> None:
        self.asked: list[list[str]] = []
        self._directions = directions

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.asked.append(list(texts))
        return [unit(self._directions.get(text.split("\n")[0], ())) for text in texts]


def unit(direction: Sequence[float]) -> Vector:
    """Of length 1; empty where nothing is left but rounding."""
    length = hypot(*direction)
    return tuple(number / length for number in direction) if length > 1e-6 else ()


OWL, NEWT, TOAD, BLANK = (
    paper(id=f"2510.0000{n}", title=title) for n, title in enumerate(("owl", "newt", "toad", ""))
)
BIRD, WATER = paper(id="2509.00001", title="bird"), paper(id="2509.00002", title="water")
DRAWN = {"owl": (1, 3), "newt": (-1, 3), "toad": (-1, 3), "bird": (1, 30), "water": (-1, 3), "Flight": (1, 3)}


def about(title: str, sentence: str = "") -> Topic:
    return Topic("slug", title, "For people.", None, likeness=Likeness(sentence))


FLIGHT = about("Flight")
UNHEARD = about("Unheard of")


def space(*papers: Paper, **more: Sequence[float]) -> ByVectors:
    return ByVectors(Drawn({**DRAWN, **more}), papers)


def titles(found: Sequence[Similar]) -> list[str]:
    return [each.paper.title for each in found]


def scores(found: Sequence[Similar]) -> dict[str, float]:
    return {each.paper.title: each.score for each in found}


def test_a_topic_of_which_nothing_is_known_finds_nothing() -> None:
    assert space(OWL, NEWT)(UNHEARD) == []
    assert space(OWL, NEWT)(UNHEARD, [BLANK]) == []


def test_counterexamples_alone_seek_nothing() -> None:
    assert space(OWL, NEWT)(UNHEARD, counterexamples=[WATER]) == []


def test_among_no_papers_nothing_is_found() -> None:
    assert space()(FLIGHT, [BIRD], [WATER]) == []


def test_papers_farther_than_the_average_are_left_out() -> None:
    assert titles(space(OWL, NEWT, TOAD)(FLIGHT)) == ["owl"]


def test_a_paper_that_says_nothing_is_left_out_and_moves_no_other() -> None:
    found = space(BLANK, OWL, NEWT)(FLIGHT, [BIRD])
    assert titles(found) == ["owl"]
    assert scores(found) == pytest.approx(scores(space(OWL, NEWT)(FLIGHT, [BIRD])))


@pytest.mark.parametrize("papers", [[OWL], [NEWT, TOAD], [BLANK]])
def test_papers_that_are_no_different_from_each_other_are_like_nothing(papers: list[Paper]) -> None:
    assert space(*papers)(FLIGHT) == []


def test_what_all_papers_share_makes_none_like_an_example() -> None:
    # Without the common part the owl is (1, 0) and the newt (-1, 0); as they are, both are at more than .9.
    found = space(OWL, NEWT)(UNHEARD, [BIRD])
    assert titles(found) == ["owl"]
    assert found[0].score > 0.5


def test_title_and_sentence_say_what_is_sought_and_are_taken_as_they_are() -> None:
    assert scores(space(OWL, NEWT)(FLIGHT)) == {"owl": pytest.approx(1 / sqrt(10))}
    described = space(OWL, NEWT, **{"Flight: by night": (3, 4)})(about("Flight", "by night"))
    assert scores(described) == {"owl": pytest.approx(3 / 5)}


def test_a_topic_without_likeness_is_known_by_its_title() -> None:
    assert titles(space(OWL, NEWT)(Topic("slug", "Flight", "For people.", None))) == ["owl"]


RING = {"east": (1, 0), "north": (0, 1), "west": (-1, 0), "south": (0, -1), "northeast": (1, 1)}
ROUND = {title: paper(id=title, title=title) for title in RING}


def test_of_several_examples_the_middle_counts_and_not_the_nearest() -> None:
    found = ByVectors(Drawn(RING), list(ROUND.values()))(UNHEARD, [ROUND["east"], ROUND["north"]])
    assert titles(found)[0] == "northeast"


def copies(of: Paper, count: int) -> list[Paper]:
    return [paper(id=f"{of.id}-{n}", title=of.title) for n in range(count)]


def test_examples_weigh_the_more_the_more_they_are_but_less_than_the_sentence() -> None:
    compass = [ROUND[title] for title in ("east", "north", "west", "south")]
    around = ByVectors(Drawn({**RING, "Flight": (1, 0)}), compass)
    few, many, lots = (scores(around(FLIGHT, copies(ROUND["north"], count))) for count in (1, 9, 999))
    assert few["north"] < many["north"] < lots["north"] < lots["east"] < many["east"] < few["east"]


def test_an_example_that_is_named_twice_is_one() -> None:
    ranker = space(OWL, NEWT)
    assert ranker(FLIGHT, [BIRD, BIRD], [WATER, WATER]) == ranker(FLIGHT, [BIRD], [WATER])


def test_many_counterexamples_weigh_as_much_as_one() -> None:
    ranker = space(OWL, NEWT)
    assert scores(ranker(FLIGHT, [BIRD], copies(WATER, 9))) == pytest.approx(
        scores(ranker(FLIGHT, [BIRD], [WATER]))
    )


def test_a_counterexample_takes_its_like_down_but_weighs_less_than_what_is_sought() -> None:
    around = ByVectors(Drawn({**RING, "Flight": (1, 0)}), list(ROUND.values()))
    without, against = (scores(around(FLIGHT, [], unlike)) for unlike in ([], [ROUND["northeast"]]))
    assert 0 < against["northeast"] < without["northeast"]
    assert titles(around(FLIGHT, [], [ROUND["east"]]))[0] == "east"


def test_equal_papers_come_by_id_whatever_their_order() -> None:
    first, second = paper(id="2510.00008", title="owl"), paper(id="2510.00009", title="owl")
    for papers in ([first, second, NEWT], [NEWT, second, first]):
        assert [each.paper.id for each in space(*papers)(FLIGHT)] == [first.id, second.id]


def test_title_and_abstract_are_embedded_all_papers_at_once_and_once_for_all_topics() -> None:
    embedder = Drawn(DRAWN)
    ranker: Ranker = ByVectors(embedder, [OWL, NEWT])
    assert [each.paper for each in ranker(FLIGHT, [BIRD], [WATER])] == [OWL]
    assert ranker(about("Pond"), [], []) == []
    papers = [f"owl\n{OWL.abstract}", f"newt\n{NEWT.abstract}"]
    assert embedder.asked == [papers, ["Flight", text_of(BIRD), text_of(WATER)], ["Pond"]]


def obvious(
    table: Mapping[str, Sequence[float]], sought: Sequence[float], like: Sequence[str], unlike: Sequence[str]
) -> dict[str, float]:
    """The scores by the titles, as slowly and plainly as they can be told."""
    mean = [sum(unit(direction)[axis] for direction in table.values()) / len(table) for axis in range(3)]
    centred = {
        title: unit([unit(direction)[axis] - mean[axis] for axis in range(3)])
        for title, direction in table.items()
    }
    wanted, unwanted = (
        unit([sum(centred[name][axis] for name in names if centred[name]) for axis in range(3)])
        for names in (like, unlike)
    )
    parts = [(1.0, unit(sought)), (len(like) / (len(like) + 3), wanted), (-0.25, unwanted)]
    whole = unit([sum(weight * part[axis] for weight, part in parts if part) for axis in range(3)])
    if not whole or not (sought or wanted):
        return {}
    return {
        title: sum(whole[axis] * vector[axis] for axis in range(3))
        for title, vector in centred.items()
        if vector
    }


directions = st.lists(st.integers(-9, 9), min_size=3, max_size=3).filter(any)
chosen = st.sets(st.integers(0, 8))


@given(st.lists(directions, min_size=1, max_size=9), st.just([]) | directions, chosen, chosen, st.randoms())
def test_a_score_is_the_cosine_between_what_is_sought_and_the_paper_seen_from_the_middle(
    drawn: list[list[int]], sought: list[int], like: set[int], unlike: set[int], chance: Random
) -> None:
    papers = {f"paper {n}": paper(id=f"{n}", title=f"paper {n}") for n in range(len(drawn))}
    table = dict(zip(papers, drawn, strict=True))
    examples, counterexamples = (
        [name for name in papers if int(name[6:]) in numbers] for numbers in (like, unlike)
    )
    mixed = chance.sample(list(papers.values()), len(papers))
    found = ByVectors(Drawn({**table, "Sought": sought}), mixed)(
        about("Sought"), [papers[name] for name in examples], [papers[name] for name in counterexamples]
    )
    expected = obvious(table, sought, examples, counterexamples)
    told = scores(found)
    assert told == pytest.approx({title: expected[title] for title in told}, abs=1e-6)
    assert all(expected[title] < 1e-5 for title in expected.keys() - told.keys())
    assert list(told.values()) == sorted(told.values(), reverse=True)
    assert found == ByVectors(Drawn({**table, "Sought": sought}), list(papers.values()))(
        about("Sought"), [papers[name] for name in examples], [papers[name] for name in counterexamples]
    )
