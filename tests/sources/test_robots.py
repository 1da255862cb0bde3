from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.robots import MOST_PARSED_BYTES, Robots, parse


def allows(text: str, path: str, product: str = "paperround") -> bool:
    return parse(text.encode(), product).allows(path)


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ("Disallow: /", "/papers"),
        ("Disallow: /papers", "/papers/2025"),
        ("Disallow: /papers", "/papers?date=2025-10-01"),
        ("Allow: /\nDisallow: /search", "/search?q=x"),
        ("Disallow: /*?q=", "/papers?q=x"),
        ("Disallow: /*/private/*.html$", "/a/b/private/c.html"),
        ("Disallow: /a%3cd", "/a%3Cd"),
        ("Disallow: /%70apers", "/papers"),
        ("Disallow: /größe", "/gr%C3%B6%C3%9Fe"),
        ("\n\nDisallow: /papers", "/papers"),
        ("Crawl-delay: 15\nDisallow: /papers # not now", "/papers"),
        ("disallow : /papers", "/papers"),
    ],
)
def test_robots_does_not_allow_what_a_rule_forbids(rules: str, path: str) -> None:
    assert not allows(f"User-agent: *\n{rules}\n", path)


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ("", "/papers"),
        ("Disallow:", "/papers"),
        ("Disallow: /Papers", "/papers"),
        ("Disallow: /papers/", "/papers"),
        ("Disallow: /\nAllow: /papers", "/papers"),
        ("Disallow: /papers\nAllow: /papers", "/papers"),
        ("Disallow: /papers$", "/papers/2025"),
        ("Disallow: /pap[e]rs?", "/papers1"),
        ("Disallow: /*.pdf$", "/a.pdf.html"),
        ("Disallow: /a/b", "/a%2Fb"),
        ("Disallow: /", "/robots.txt"),
    ],
)
def test_robots_allows_what_no_longer_rule_forbids(rules: str, path: str) -> None:
    assert allows(f"User-agent: *\n{rules}\n", path)


GROUPS = """\
Disallow: /before-any-group
User-agent: *
Disallow: /everyone
User-agent: PaperRound/9
User-agent: Other
Disallow: /us
User-agent: paper
Disallow: /prefix
User-agent: paperround

Disallow: /us-too
"""


@pytest.mark.parametrize("path", ["/us", "/us-too"])
def test_robots_follows_all_groups_that_name_the_program(path: str) -> None:
    assert not allows(GROUPS, path)


@pytest.mark.parametrize("path", ["/everyone", "/prefix", "/before-any-group"])
def test_robots_follows_no_group_for_others_where_one_names_the_program(path: str) -> None:
    assert allows(GROUPS, path)


def test_robots_follows_the_group_for_everyone_where_none_names_the_program() -> None:
    assert not allows(GROUPS, "/everyone", "somebody")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_robots_reads_every_kind_of_line_and_a_byte_order_mark(line_end: str) -> None:
    assert not allows(line_end.join(["\ufeffUser-agent: *", "Disallow: /papers"]), "/papers")


def test_robots_reads_no_more_than_500_kibibytes() -> None:
    assert allows("#" * MOST_PARSED_BYTES + "\nUser-agent: *\nDisallow: /", "/papers")


def test_a_rule_of_many_stars_costs_no_time() -> None:
    started = time.process_time()
    assert allows("User-agent: *\nDisallow: /" + "*a" * 500 + "$", "/" + "a" * 499 + "b" * 499)
    assert time.process_time() - started < 1


@given(st.binary() | st.text().map(str.encode), st.text())
def test_parse_takes_whatever_comes(body: bytes, path: str) -> None:
    assert parse(body, "paperround").allows(path) in {True, False}


@given(st.lists(st.tuples(st.sampled_from(["/", "/a", "/ab", "/abc", "/b"]), st.booleans())))
def test_the_longest_rule_decides_in_whatever_order(rules: list[tuple[str, bool]]) -> None:
    lines = [f"{'Allow' if allowed else 'Disallow'}: {pattern}" for pattern, allowed in rules]
    found = parse("\n".join(["User-agent: *", *lines]).encode(), "paperround")
    fitting = [(len(pattern), allowed) for pattern, allowed in rules if "/abx".startswith(pattern)]
    assert found.allows("/abx") is max(fitting, default=(0, True))[1]


def test_without_rules_all_is_allowed() -> None:
    assert Robots().allows("/papers")
