"""What comes from outside stays text in Markdown, whatever it is."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from feeds.text import one_line
from flows.words.markdown import as_text, link, table

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = st.text(st.sampled_from("ab_*`[]()!<>|~&#;:\\/ \n\t\"'=-") | st.characters())


def cell(markdown: str) -> str:
    """What is shown of a cell of a table."""
    shown = re.findall("<td>(.*?)</td>", PARSER.render(f"| a |\n|---|\n| {markdown} |\n"), re.DOTALL)
    return str(shown[0])


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<https://evil.example>",
        "[click](javascript:alert(1))",
        "![](https://evil.example/pixel.png)",
        "`code` and **bold** and __bold__ and _x_ and ~~gone~~",
        "one | two",
        "&lt;b&gt; &#60;",
        "a line\nanother | line\r\n# and a title",
        "ends with \\",
    ],
)
def test_what_a_site_sends_begins_nothing(text: str) -> None:
    assert unescape(cell(as_text(text))) == one_line(text)


@given(HOSTILE)
def test_any_text_stays_text_in_a_table(text: str) -> None:
    shown = cell(as_text(text))
    assert "<" not in shown
    assert unescape(shown) == one_line(text)


@given(HOSTILE)
def test_any_text_stays_text_in_a_sentence(text: str) -> None:
    shown = PARSER.renderInline(f"**{as_text('what')}**: {as_text(text)}.")
    assert unescape(shown) == f"<strong>what</strong>: {one_line(text)}."


def test_an_address_stays_as_it_is_for_it_becomes_a_link_by_itself() -> None:
    address = "https://papers.example/daily_papers?date=2026-11-09&limit=100#top"
    assert as_text(address) == address


def test_a_link_ends_where_it_should() -> None:
    shown = PARSER.renderInline(link("a]b", "https://papers.example/x)y>z w"))
    assert shown == '<a href="https://papers.example/x)y%3Ez%20w">a]b</a>'


def test_a_table_has_its_numbers_to_the_right() -> None:
    assert table(("feed", "entries"), [("all", "38")], numbers=("entries",)).splitlines() == [
        "| feed | entries |",
        "| --- | ---: |",
        "| all | 38 |",
    ]
