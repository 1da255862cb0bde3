from __future__ import annotations

from dataclasses import replace

import pytest

from models.papers import Appearance, Paper, Weight
from models.topics.matching import _BATCH, Match, Shelf
from models.topics.reasons import Found
from models.topics.rules import parse
from tests.feeds.invented import revision
from tests.models.invented import DAY, EVENING
from tests.topics.invented import chosen, titled, why

TITLE = "Mixtures of Experts without a Router"
ABSTRACT = "Routing costs memory. We train sparse layers in which every expert sees every token."
MIXTURES = titled(TITLE, ABSTRACT)

FULL = replace(
    MIXTURES,
    authors=("Yoshua Bengio", "A. Alpha"),
    comment="12 pages, 3 lanterns",
    organization="Lamp Works",
    categories=("cs.CL", "math.OC"),
    links={"code": "https://code.example"},
    doi="10.1000/lanterns.7",
    withdrawn=True,
    votes=7,
    appearances=(
        Appearance("arxiv", "cs.CL/new", DAY, 1),
        Appearance("huggingface", "daily", DAY, 1, removed_at=EVENING),
    ),
    revisions=(revision(),),
)


@pytest.mark.parametrize(
    "source",
    [
        "diffusion",
        "experts diffusion",
        "experts NOT routing",
        '"experts of mixtures"',
        '"sparse expert"',
        "rout",
        "router NOT (memory sparse)",
        "diffusion OR (experts AND video)",
        "router NOT rout*",
        '"routing memory"~0',
    ],
)
def test_a_paper_without_what_the_rule_asks_for_does_not_match(source: str) -> None:
    assert why(source, MIXTURES) is None


@pytest.mark.parametrize("source", ['"router routing"', '"router rout*"', '"router routing"~9'])
def test_nothing_runs_from_the_title_into_the_abstract(source: str) -> None:
    assert why(source, MIXTURES) is None


@pytest.mark.parametrize(
    "source",
    [
        "title:memory",
        "abstract:router",
        "author:sparse",
        "comment:router",
        "category:cs.LG",
        'category:"CL math"',
        'category:"cl mat*"',
        "org:lantern",
        "source:huggingface",
        "section:daily",
        'section:"cs.CL new cs"',
        "12",
        "lamp",
        "bengio",
        "cs.CL",
        "has:project",
        "is:revised NOT is:withdrawn",
    ],
)
def test_a_field_is_looked_for_in_itself_alone(source: str) -> None:
    assert why(source, FULL) is None


@pytest.mark.parametrize(
    "source",
    [
        "experts", "exp*", '"mixtures experts"~3', "title:experts", "author:bengio", "category:cs", "votes>=0",
        "votes<=9", "votes_24h>=0", "stars<1", "has:code", "has:project", "has:doi", "is:withdrawn", "is:revised",
        "source:arxiv", "section:new", "comment:pages", "org:lamp",
    ],
)  # fmt: skip
def test_an_empty_paper_matches_nothing(source: str) -> None:
    assert why(source, titled("")) is None


def test_no_papers_and_no_rules_give_no_matches() -> None:
    assert Shelf([]).matches([parse("a")]) == [[]]
    assert Shelf([MIXTURES]).matches([]) == []
    assert Shelf([]).count(parse("a")) == 0


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("memory", "memory in abstract"),
        ("mixture-of-experts", "mixture-of-experts in title"),
        ('"mixture of experts" AND routing', '"mixture of experts" in title; routing in abstract'),
        ("Expert", "Expert in title and abstract"),
        ("router NOT video", "router in title"),
        ("router NOT (memory video)", "router in title"),
        ("token OR router", "token in abstract; router in title"),
        ("(token video) OR router", "router in title"),
        ("(experts router) OR (experts video)", "experts in title and abstract; router in title"),
        ("rout OR rout*", "rout* in title and abstract"),
        ('"every sees" OR "every sees"~1', '"every sees"~1 in abstract'),
        ("experts OR EXPERT OR memory", "experts in title and abstract; memory in abstract"),
        ("rout*", "rout* in title and abstract"),
        ('"every exp*"', '"every exp"* in abstract'),
        ('"token expert"~3', '"token expert"~3 in abstract'),
        ("memory token memory", "memory in abstract; token in abstract"),
    ],
)
def test_a_match_says_which_words_were_found_and_where(source: str, reason: str) -> None:
    assert why(source, MIXTURES) == reason


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("ti:router", "title:router"),
        ("abs:(memory OR router)", "abstract:memory"),
        ('title:memory OR au:"Y. Bengio"', 'author:"Y. Bengio"'),
        ("co:lanterns", "comment:lanterns"),
        ("cat:cs.CL cat:math.*", "category:cs.CL; category:math.*"),
        ("org:lamp*", "org:lamp*"),
        ("source:arxiv", "source:arxiv"),
        ("section:new OR section:cs.CL", "section:new; section:cs.CL"),
        ("has:code", "has:code"),
        ("has:doi is:withdrawn is:revised", "has:doi; is:withdrawn; is:revised"),
        ("votes > 6 NOT votes>9 ", "votes>=7"),
        ("votes<8 router", "votes<=7; router in title"),
        ("title:router OR router OR router", "title:router; router in title"),
    ],
)
def test_a_term_that_says_itself_where_is_named_alone(source: str, reason: str) -> None:
    assert why(source, FULL) == reason


def test_a_reason_names_each_term_and_its_places() -> None:
    (match,) = chosen("memory title:router", [MIXTURES])
    assert match.paper is MIXTURES
    assert match.found == (Found("memory", ("abstract",)), Found("title:router"))


def test_each_paper_has_its_own_reason_and_those_alike_share_one() -> None:
    papers = [titled("red"), titled("blue", "red"), titled("blue"), titled("red"), titled("green")]
    matches = chosen("red OR blue", papers)
    assert [match.paper for match in matches] == papers[:4]
    assert [match.reason for match in matches] == [
        "red in title", "red in abstract; blue in title", "blue in title", "red in title"
    ]  # fmt: skip
    assert matches[0].reason is matches[3].reason


def test_each_rule_is_answered_in_its_own_spelling() -> None:
    spellings = ("router", "Router", '"ROUTERS"', '"router experts"~9', '"Routers expert"~9', "title:Router")
    answers = Shelf([MIXTURES]).matches(list(map(parse, spellings)))
    assert [match.reason for (match,) in answers] == [
        "router in title", "Router in title", "ROUTERS in title",
        '"router experts"~9 in title', '"Routers expert"~9 in title', "title:Router",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", Weight)
def test_a_paper_is_revised_by_what_a_reader_would_notice(kind: Weight) -> None:
    changed = replace(MIXTURES, revisions=(revision(weight=kind),))
    assert bool(chosen("is:revised", [changed])) is (kind is Weight.NOTICED)


def test_matches_come_in_the_order_of_the_papers_in_batches_as_well() -> None:
    papers = [titled("red" if number % 50 == 0 else "blue") for number in range(2 * _BATCH + 200)]
    red, none, blue = Shelf(papers).matches(list(map(parse, ("red", "green", "blue"))))
    assert [id(match.paper) for match in red] == [id(paper) for paper in papers[::50]]
    assert none == []
    assert len(blue) == len(papers) - len(red)
    assert Shelf(papers).count(parse("red")) == len(red)


def test_a_shelf_can_be_asked_again() -> None:
    papers = [MIXTURES, FULL]
    shelf = Shelf(papers)
    for rule in ("router", "rout* OR memory", "votes>=7", "router", "author:bengio", "video"):
        (again,) = shelf.matches([parse(rule)])
        assert list(map(shown, again)) == list(map(shown, chosen(rule, papers)))


def shown(match: Match) -> tuple[Paper, str]:
    return match.paper, match.reason
