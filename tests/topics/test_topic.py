from __future__ import annotations

import pytest

from models.topics.rules import parse
from models.topics.topic import MOST_SIMILAR, Likeness, Topic


def topic(rule: str | None, *also_read: str) -> Topic:
    return Topic("lamps", "Lamps", "What lights.", parse(rule) if rule else None, also_read)


@pytest.mark.parametrize(
    "rule",
    [
        "lamp",
        "lamp NOT category:cs.CL",
        "category:cs.*",
        'category:"cs CL"',
        "category:cl",
        "category:cs",
        'category:"cs math"~3',
        "title:cs.CL",
        '"cs.CL"',
        "category:7",
        "category:cs.",
    ],
)
def test_a_rule_asks_for_no_category_that_it_does_not_name(rule: str) -> None:
    assert topic(rule).categories == ()


def test_a_topic_without_a_rule_asks_for_no_category() -> None:
    assert topic(None).categories == ()


@pytest.mark.parametrize(
    ("rule", "categories"),
    [
        ("category:cs.CL", ("cs.CL",)),
        ('cat:"cs.CL"', ("cs.CL",)),
        ("lamp category:(cs.CL OR math.OC)", ("cs.CL", "math.OC")),
        ("category:hep-th OR (lamp (cat:cond-mat.mes-hall OR cat:astro-ph.GA))", None),
        ("category:CS.cl OR category:Physics.Acc-Ph", ("cs.CL", "physics.acc-ph")),
        ("category:cs.CL lamp OR category:cs.CL light", ("cs.CL",)),
        ("category:cs.CL NOT category:cs.LG", ("cs.CL",)),
    ],
)
def test_the_categories_that_a_rule_asks_for_are_read(rule: str, categories: tuple[str, ...] | None) -> None:
    assert topic(rule).categories == (categories or ("hep-th", "cond-mat.mes-hall", "astro-ph.GA"))


def test_categories_that_a_topic_names_come_first_and_each_once() -> None:
    found = topic("category:cs.RO OR category:cs.CL", "math.CO", "cs.CL").categories
    assert found == ("math.CO", "cs.CL", "cs.RO")


def test_a_likeness_brings_few_papers_unless_told_otherwise() -> None:
    assert Likeness("Lamps that dim.").most_a_day == MOST_SIMILAR
