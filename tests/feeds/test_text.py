from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text import one_line, web_address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "java\nscript:alert(1)",
        "//lamp.example/x",
        "lamp.example",
        "https://",
        "https:///path",
        "https://[::1",
        "ftp://lamp.example/",
    ],
)
def test_web_address_refuses_all_but_http(url: str) -> None:
    assert web_address(url) == ""


@pytest.mark.parametrize("mark", list("\x00\x08\x1b\x7f\x80\x9f\ufffe\uffff\u202a\u202e\u2066\u2069"))
def test_one_line_drops_what_xml_forbids_and_what_reorders(mark: str) -> None:
    assert one_line(f"lan{mark}tern") == "lantern"


def test_one_line_keeps_a_word_apart_from_the_next() -> None:
    assert one_line(" lantern\x0clamp\r\n\x85\u202e moth ") == "lantern lamp moth"


def test_one_line_keeps_marks_that_move_only_themselves() -> None:
    assert one_line("שלום\u200f!") == "שלום\u200f!"


def test_one_line_replaces_a_lone_surrogate() -> None:
    assert one_line("a\ud83db") == "a\ufffdb"


def test_web_address_leaves_a_good_url_alone() -> None:
    url = "https://user@lamp.example:8080/a%20b/~c;d?e=f&g=[1]#h"
    assert web_address(url) == url


def test_web_address_encodes_what_a_uri_cannot_hold() -> None:
    assert web_address('https://lamp.example/ö a"<%zz') == "https://lamp.example/%C3%B6%20a%22%3C%25zz"


@given(st.text(st.characters()))
def test_one_line_of_one_line_is_itself(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)


@given(st.text(st.characters()))
def test_web_address_gives_ascii_without_blanks_or_quotes(text: str) -> None:
    url = web_address(f"https://lamp.example/{text}")
    assert url.isascii()
    assert not set(url) & set(' "<>\\^`{|}\n')
