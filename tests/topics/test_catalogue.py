from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import TopicsError
from models.topics.catalogue import (
    LONGEST_SEARCH,
    LONGEST_SLUG,
    RESERVED_SLUGS,
    load,
    loads,
    mistakes,
    shipped_path,
)
from models.topics.rules import parse
from models.topics.topic import MOST_SIMILAR, Likeness, Topic
from tests.topics.invented import titled, why


def table(**values: object) -> str:
    """A [[topic]] that is right but for what is given; None leaves a key out."""
    keys = {"slug": "moe", "title": "Experts", "description": "Sparse ones.", "rule": "experts"} | values
    lines = (f"{key} = {json.dumps(value)}" for key, value in keys.items() if value is not None)
    return "\n".join(["[[topic]]", *lines, ""])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[topic]\n", "not TOML: .*line 1"),
        ("a = " + "[" * 50_000, "not TOML"),
        ("[[topics]]\n", r"the file: unknown key 'topics'; did you mean topic\?"),
        ("[settings]\n", "the file: unknown key 'settings'; known: topic"),
        ("[topic.moe]\n", r"write each topic under a line \[\[topic\]\]"),
        ("topic = [1]\n", "topic number 1 is not a table"),
        (table(descripton="x"), r"topic moe: unknown key 'descripton'; did you mean description\?"),
        (table(colour="x"), "topic moe: unknown key 'colour'; known: slug, title, description, rule"),
        (table(rule=None), "topic moe: rule is missing"),
        (table() + table(slug=None), "topic number 2: slug is missing"),
        (table(title=3), "topic moe: title is not a text: put it in quotes"),
        (table(slug=True), "topic number 1: slug is not a text"),
        (table(description=" "), "topic moe: description is empty"),
        (
            table(categories="cs.CL"),
            r'topic moe: categories is not a list of texts: write \["cs.CL", "cs.RO"\]',
        ),
        (table(categories=["cs.CL", 3]), "topic moe: categories is not a list of texts"),
        (table(categories=True), "topic moe: categories is not a list of texts"),
        (table(category="cs.CL"), r"topic moe: unknown key 'category'; did you mean categories\?"),
        (table(rule="a OR "), r"topic moe: rule: column 6: expected a word after OR: a OR \|"),
        (table(rule=""), "topic moe: rule is empty"),
        (table(rule=None, unlike=["2401.15947"]), "topic moe: rule is missing"),
        (table(rule=None, like=[]), "topic moe: rule is missing"),
        (table(about=3), "topic moe: about is not a text: put it in quotes"),
        (table(about=" "), "topic moe: about is empty"),
        (table(aboot="x"), r"topic moe: unknown key 'aboot'; did you mean about\?"),
        (
            table(like="2401.15947"),
            r'topic moe: like is not a list of texts: write \["2401.15947", "2401.04088"\]',
        ),
        (table(like=[2401.15947]), "topic moe: like is not a list of texts"),
        (table(like=["lamps"]), "topic moe: like: 'lamps' is no id of a paper, such as \"2401.15947\""),
        (table(about="x", unlike=["2401.1"]), "topic moe: unlike: '2401.1' is no id of a paper"),
        (table(unlike=["2401.15947"]), "topic moe: unlike says nothing without about or like"),
        (table(like=[], most_similar=3), "topic moe: most_similar says nothing without about or like"),
        (table(about="x", most_similar="3"), "topic moe: most_similar is not a number from 1 to 50"),
        (table(about="x", most_similar=0), "topic moe: most_similar is not a number from 1 to 50"),
        (table(about="x", most_similar=51), "topic moe: most_similar is not a number from 1 to 50"),
        (table(about="x", most_similar=True), "topic moe: most_similar is not a number from 1 to 50"),
        (table(search=["x"]), "topic moe: search is not a text"),
        (table(search=""), "topic moe: search is empty"),
        (
            table(search="x" * (LONGEST_SEARCH + 1)),
            "topic moe: search has 251 characters; the site takes 250",
        ),
        (table() + table(title="Others"), "topic moe: 2 topics have this slug; give each its own"),
    ],
)
def test_loads_refuses_each_mistake_by_name(text: str, message: str) -> None:
    with pytest.raises(TopicsError, match=message):
        loads(text)


@pytest.mark.parametrize(
    ("slug", "message"),
    [
        ("Mixture of Experts", "slug 'Mixture of Experts' is not of a-z, .*, as in mixture-of-experts"),
        ("a--b", "slug 'a--b' is not of a-z, .*, as in a-b"),
        ("../etc", "as in etc"),
        ("-", "slug '-' is not of a-z, 0-9 and single hyphens$"),
        ("a" * (LONGEST_SLUG + 1), f"is longer than {LONGEST_SLUG} characters"),
        ("moe-revisions", "the program itself uses this slug"),
        *((slug, "the program itself uses this slug") for slug in sorted(RESERVED_SLUGS)),
    ],
)
def test_loads_refuses_a_slug_that_cannot_name_a_feed(slug: str, message: str) -> None:
    with pytest.raises(TopicsError, match=message):
        loads(table(slug=slug))


def refusal(source: str) -> str:
    """What is wrong with a text; empty where nothing is."""
    try:
        loads(source)
    except TopicsError as error:
        return str(error)
    return ""


@given(st.text())
def test_loads_raises_nothing_but_one_line(text: str) -> None:
    for source in (text, table(slug=text), table(rule=text), table(like=[text]), f"{json.dumps(text)} = 1"):
        assert len(refusal(source).splitlines()) <= 1


def test_load_says_where_a_missing_file_is_set(tmp_path: Path) -> None:
    with pytest.raises(TopicsError, match=r"topics\.toml: no such file; PAPERROUND_TOPICS"):
        load(tmp_path / "topics.toml")


def test_load_refuses_what_is_no_text_file(tmp_path: Path) -> None:
    with pytest.raises(TopicsError, match="cannot be read"):
        load(tmp_path)
    path = tmp_path / "topics.toml"
    path.write_bytes(b'title = "\xff"')
    with pytest.raises(TopicsError, match="not UTF-8 at byte 10"):
        load(path)


def test_load_names_the_file_of_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(table(rule="("), encoding="utf-8")
    with pytest.raises(TopicsError, match=r"mine\.toml: topic moe: rule: column 2"):
        load(path)


def test_loads_says_how_many_more_mistakes_there_are() -> None:
    with pytest.raises(TopicsError) as refused:
        loads(
            table(slug="one", rule="(") + table(slug="two") + table(slug="three", title=3) + table(slug="two")
        )
    assert str(refused.value).startswith("topic one: rule: column 2: expected a word after (: (|")
    assert str(refused.value).endswith(" (2 more: `paperround topics check`)")


def test_mistakes_are_told_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(table(rule="(") + table(slug="a1", title=3) + table(slug="b") * 2, encoding="utf-8")
    assert [sentence.partition(": ")[0] for sentence in mistakes(path)] == [
        "topic moe",
        "topic a1",
        "topic b",
    ]
    assert "2 topics have this slug" in mistakes(path)[-1]


def test_a_file_without_mistakes_has_none_and_one_that_is_none_has_one(tmp_path: Path) -> None:
    assert mistakes(shipped_path()) == []
    assert mistakes(tmp_path / "topics.toml") == ["no such file; PAPERROUND_TOPICS says where it is"]
    path = tmp_path / "broken.toml"
    path.write_text("[[topic", encoding="utf-8")
    assert len(mistakes(path)) == 1


def test_load_gives_the_topics_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    path.write_text("\ufeff" + table(title="  Experts \t all ") + table(slug="a1-b"), encoding="utf-8")
    first, second = load(path)
    assert first == Topic("moe", "Experts all", "Sparse ones.", parse("experts"))
    assert second.slug == "a1-b"


@pytest.mark.parametrize("given", [None, [], ["cs.CL"], ["hep-th", "cs.RO"]])
def test_a_topic_may_name_the_categories_that_are_read_for_it(given: list[str] | None) -> None:
    (topic,) = loads(table(categories=given))
    assert topic.categories == tuple(given or ())


def test_the_categories_that_a_rule_names_are_read_as_well() -> None:
    (topic,) = loads(table(categories=["cs.CL"], rule="experts category:math.OC"))
    assert topic.categories == ("cs.CL", "math.OC")


@pytest.mark.parametrize(
    ("given", "likeness"),
    [
        ({"about": " Sparse \n experts. "}, Likeness("Sparse experts.")),
        ({"like": ["2401.15947v2", "https://arxiv.org/abs/2401.15947", "doi:10.1000/Lamp"]},
         Likeness("", ("2401.15947", "10.1000/lamp"))),
        ({"about": "x", "unlike": ["arXiv:2401.04088"], "most_similar": 1},
         Likeness("x", (), ("2401.04088",), 1)),
        ({"like": ["2401.15947"], "most_similar": 50}, Likeness("", ("2401.15947",), (), 50)),
    ],
)  # fmt: skip
def test_a_topic_may_say_what_its_papers_are_like(given: dict[str, object], likeness: Likeness) -> None:
    (topic,) = loads(table(**given))
    assert topic.likeness == likeness


@pytest.mark.parametrize("given", [{"about": "Sparse experts."}, {"like": ["2401.15947"]}])
def test_a_topic_that_says_so_needs_no_rule(given: dict[str, object]) -> None:
    (topic,) = loads(table(rule=None, **given))
    assert topic.rule is None
    assert topic.likeness
    assert topic.likeness.most_a_day == MOST_SIMILAR


def test_a_topic_may_ask_the_search_of_the_site() -> None:
    (topic,) = loads(table(search=" mixture of\n experts "))
    assert topic.search == "mixture of experts"
    assert topic.likeness is None
    assert loads(table())[0].search == ""
    assert loads(table(search="x" * LONGEST_SEARCH))


def test_no_topics_are_a_valid_file() -> None:
    assert loads("# none yet\n") == ()


def test_ten_topics_are_shipped_without_a_warning() -> None:
    topics = load(shipped_path())
    assert len(topics) == 10
    assert [topic.slug for topic in topics if topic.rule and topic.rule.warnings] == []


@pytest.mark.parametrize(
    ("title", "slugs"),
    [
        ("Fine-Grained Complexity of Sorting Networks", {"fine-grained-complexity"}),
        ("Mixtures of Experts with a Constant Cost", {"constant-computation"}),
        ("Chains of Thought that Stop in Time", {"reasoning"}),
        ("A GRPO without Groups", {"reinforcement-learning"}),
        ("Web Agents that Ask Before They Buy", {"agents"}),
        ("What VLMs Do Not See", {"vision-language"}),
        ("Text-to-Image Models in Four Steps", {"image-generation"}),
        ("Endless Video Generation", {"video-generation"}),
        ("Speculative Decoding on a Phone", {"efficient-inference"}),
        ("A Robot that Folds Shirts", {"robotics"}),
        ("Tea Leaves and Turbulence", set()),
    ],
)
def test_shipped_topics_choose_what_they_are_named_after(title: str, slugs: set[str]) -> None:
    paper = titled(title)
    rules = {topic.slug: topic.rule for topic in load(shipped_path()) if topic.rule}
    assert {slug for slug, rule in rules.items() if why(rule.source, paper)} == slugs
