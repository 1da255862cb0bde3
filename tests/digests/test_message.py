"""The bytes of a letter: the same ones each time, without a defect, and they hold what was composed."""

from __future__ import annotations

from binascii import a2b_qp
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests.digest import Composed
from feeds.digests.quoted import quoted
from models.mail.letters import CONFIRM, LEAVE, MANAGE, Fragment, Letter
from tests.digests.letters import (
    DELIVERY_ID,
    LETTERHEAD,
    NOW,
    READER,
    TOKEN,
    compose,
    html_of,
    message,
    paper,
    parsed,
    section,
    text_of,
    topic,
)

LINKS = {LEAVE: "https://l.example/?a&b", MANAGE: "https://m.example/", CONFIRM: "https://c.example/"}
PIECES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r" + LEAVE + MANAGE + CONFIRM)),
    max_size=6,
).map(lambda texts: [f"{text}\n" if text else "" for text in texts])


def decoded(content: bytes, form: str) -> str:
    body = parsed(content).get_body((form,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def letter_of(*pieces: Fragment) -> Composed:
    return Composed(Letter("A subject", tuple(piece.key for piece in pieces)), pieces, ())


def test_a_letter_without_one_of_its_pieces_is_not_built() -> None:
    composed = compose(topic(paper()))
    with pytest.raises(KeyError):
        message(composed._replace(fragments=composed.fragments[1:]))


def test_built_twice_it_has_the_same_bytes() -> None:
    assert message(compose(topic(paper()))) == message(compose(topic(paper())))


def test_both_parts_hold_what_was_composed_text_first() -> None:
    composed = compose(topic(paper(1), paper(2)), section("withdrawn", paper(3)))
    content = message(composed).content
    links = {LEAVE: LETTERHEAD.leave_url(TOKEN), MANAGE: LETTERHEAD.manage_url(READER.manage)}
    parts = [part.get_content_type() for part in parsed(content).iter_parts()]
    assert parts == ["text/plain", "text/html"]
    for form, expected in (("plain", text_of(composed)), ("html", html_of(composed))):
        for mark, url in links.items():
            expected = expected.replace(mark, url)
        assert decoded(content, form) == expected


@given(PIECES, PIECES)
def test_any_text_comes_back_as_it_was(texts: list[str], htmls: list[str]) -> None:
    pieces = [Fragment(text, html) for text, html in zip(texts, htmls, strict=False)]
    content = message(letter_of(*pieces)).content
    assert decoded(content, "plain") == "".join(piece.text for piece in pieces)
    assert decoded(content, "html") == "".join(piece.html for piece in pieces)
    assert_fit_for_the_wire(content)


@given(PIECES.map("".join), PIECES.map("".join))
def test_pieces_encoded_apart_are_the_whole_encoded(one: str, other: str) -> None:
    assert quoted(one, LINKS) + quoted(other, LINKS) == quoted(one + other, LINKS)


@pytest.mark.parametrize(
    "text", ["From Pixels to Words\n", f"From {'From ' * 40}\n", "a" * 75 + "From here on\n"]
)
def test_no_line_begins_as_a_mailbox_begins_a_letter(text: str) -> None:
    """Many a program puts a `>` before `From `, and the signature holds no more; titles begin so every day."""
    lines = quoted(text, LINKS).split(b"\r\n")
    assert not any(line.startswith(b"From ") for line in lines)
    assert max(map(len, lines)) <= 76
    assert a2b_qp(b"\n".join(lines)).decode() == text


def test_no_lone_carriage_return_goes_over_the_wire() -> None:
    assert quoted(f"a\rb\n{LEAVE}\r\n", {LEAVE: "c"}) == b"ab\r\nc\r\n"


@given(PIECES.map("".join), st.sampled_from(sorted(LINKS)))
def test_a_link_stands_where_its_mark_stood(text: str, mark: str) -> None:
    html = f"{text}<a href='{mark}'>é\n{text}"
    content = message(letter_of(Fragment(html, html))).content
    url = {
        LEAVE: LETTERHEAD.leave_url(TOKEN),
        MANAGE: LETTERHEAD.manage_url(READER.manage),
        CONFIRM: LETTERHEAD.confirm_url(READER.confirm),
    }[mark]
    assert decoded(content, "html") == html.replace(mark, url)
    assert_fit_for_the_wire(content)


def assert_fit_for_the_wire(content: bytes) -> None:
    """RFC 5321, section 4.5.3.1.6, and RFC 2045, section 6.7."""
    assert content.isascii()
    assert content.endswith(b"\r\n")
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")
    header, _, body = content.partition(b"\r\n\r\n")
    assert max(map(len, header.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert not any(line.endswith((b" ", b"\t")) for line in content.split(b"\r\n"))


def test_a_real_letter_is_fit_for_the_wire() -> None:
    assert_fit_for_the_wire(
        message(compose(topic(*(paper(n, title="🌊 é " * 30) for n in range(1, 60))))).content
    )


@pytest.mark.parametrize("mark", [LEAVE, MANAGE])
def test_a_link_with_an_ampersand_is_escaped_in_html_alone(mark: str) -> None:
    letterhead = replace(LETTERHEAD, public_url="https://papers.example/a&b")
    content = message(compose(topic(paper())), letterhead=letterhead).content
    path = f"u/{TOKEN}" if mark == LEAVE else f"manage/{READER.manage}"
    assert f"https://papers.example/a&b/{path}\n" in decoded(content, "plain")
    assert f'"https://papers.example/a&amp;b/{path}"' in decoded(content, "html")


def test_the_envelope_names_the_delivery_and_the_reader() -> None:
    found = message(compose(topic(paper())))
    assert found.sender == f"digest+b{DELIVERY_ID}@papers.example"
    assert found.recipient == "ada@reader.example"


def test_two_deliveries_differ_in_what_is_theirs() -> None:
    composed = compose(topic(paper()))
    one, other = message(composed).content, message(composed, id="a" * 26).content
    assert one.replace(DELIVERY_ID.encode(), b"a" * 26) == other


def test_a_letter_is_of_the_moment_at_which_it_was_planned() -> None:
    composed = compose(topic(paper()))
    there = NOW.astimezone(timezone(timedelta(hours=5)))
    assert b"\r\nDate: Fri, 20 Nov 2026 07:00:00 +0000\r\n" in message(composed).content
    assert message(composed, planned_at=there).content == message(composed).content
    later = datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert message(composed, planned_at=later).content != message(composed).content


def test_a_signature_is_put_before_all_else() -> None:
    composed = compose(topic(paper()))
    signed = message(composed, sign=lambda content, at: f"X: {at:%Y}\r\n".encode() + content).content
    assert signed == b"X: 2026\r\n" + message(composed).content
