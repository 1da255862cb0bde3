"""The search as a page."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from feeds.web import search
from feeds.web.search import EXAMPLES
from models.topics.rules import parse
from tests.web.asking import Ask
from tests.web.invented import HOSTILE, Shelved


class Links(HTMLParser):
    """The addresses of a page's links, and what it says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.tags: list[str] = []
        self.said = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "a":
            self.hrefs.append(dict(attrs)["href"] or "")

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.mark.parametrize(
    ("q", "says"),
    [
        ("titel:x", "column 1: no field is called titel; did you mean title:?: |titel:x"),
        ("(lantern", "column 1: "),
        ("NOT lantern", "NOT"),
        ("x" * 2_001, "the rule has 2,001 characters"),
    ],
)
def test_a_rule_that_is_none_gets_its_sentence_and_the_examples(
    ask: Ask, library: Shelved, q: str, says: str
) -> None:
    reply = ask(f"/search?q={quote(q)}")
    said = Links(reply.text).said
    assert reply.status == 200
    assert says in said
    assert EXAMPLES[0][0] in said
    assert library.asked == []


def test_a_broken_cursor_is_refused(ask: Ask) -> None:
    assert ask("/search?q=lantern&before=abc").status == 400


@pytest.mark.parametrize("q", ["", "%20", "%0a"])
def test_who_asks_for_nothing_is_told_what_can_be_asked(ask: Ask, library: Shelved, q: str) -> None:
    page = Links(ask(f"/search?q={q}").text)
    assert "cannot be searched" not in page.said
    for rule, meaning in EXAMPLES:
        assert rule in page.said
        assert meaning in page.said
    assert len([href for href in page.hrefs if href.startswith("/papers/search?q=")]) == len(EXAMPLES)
    assert library.asked == []


@pytest.mark.parametrize("rule", [rule for rule, _ in EXAMPLES])
def test_the_examples_are_rules(rule: str) -> None:
    assert parse(rule).warnings == ()


def test_a_paper_is_found_with_why_and_leads_to_its_page(ask: Ask) -> None:
    page = Links(ask("/search?q=again").text)
    assert "/papers/papers/2510.00003/" in page.hrefs
    assert "Lanterns again" in page.said
    assert "1 October 2025" in page.said
    assert "Why it is here: again" in page.said
    assert EXAMPLES[0][0] not in page.said


def test_a_search_in_vain_says_so(ask: Ask) -> None:
    assert "No paper is found." in ask("/search?q=submarine").text


def test_a_warning_about_a_rule_is_told(ask: Ask) -> None:
    rule = "lantern or lamp"
    (warning,) = parse(rule).warnings
    assert warning in Links(ask(f"/search?q={quote(rule)}").text).said


def test_page_after_page_leads_to_the_end(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SHOWN", 1)
    url, pages = "/search?q=lantern", 0
    while url:
        page = Links(ask(url).text)
        pages += 1
        following = [href for href in page.hrefs if "before=" in href]
        url = following[0].removeprefix("/papers") if following else ""
    assert pages == 3


def test_hostile_questions_and_titles_are_escaped(ask: Ask) -> None:
    reply = ask(f"/search?q={quote(HOSTILE)}")
    assert "script" not in Links(reply.text).tags
    found = Links(ask("/search?q=lanterns").text)
    assert "script" not in found.tags
    assert HOSTILE in found.said


def test_search_pages_are_not_for_search_engines(ask: Ask) -> None:
    reply = ask("/search?q=lantern")
    assert reply.headers["x-robots-tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in reply.text


def test_a_page_has_one_form_and_no_script(ask: Ask) -> None:
    for url in ("/search", "/search?q=lantern", "/", "/none", "/api/"):
        tags = Links(ask(url).text).tags
        assert tags.count("form") == 1
        assert not {"script", "style", "iframe", "img"} & set(tags)
