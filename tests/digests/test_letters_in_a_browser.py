"""Letters as people see them: on a phone and wide, in light and dark, and where the style sheet was dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from feeds.digests.digest import Composed, Told
from feeds.digests.notices import notice
from models.mail.delivery import Kind
from tests.browsing import a_browser, barriers, complaints
from tests.digests.letters import LETTERHEAD, compose, html_of, paper, revision, section, topic


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as found:
        yield found


_OF_PAGES = ("landmark-one-main", "region")
"""Rules for whole pages: a letter is shown within that of a mail program, which has the landmarks."""

CHANGED = (
    section("revised", paper(60, revisions=(revision("title", "An older title", "x"),))),
    section("withdrawn", paper(61, comment="An error in Section 4", withdrawn=True)),
)
FULL = compose(
    topic(
        Told(paper(1), "“sampler” in the abstract", ("Agents",)),
        paper(2, title="Supercalifragilistic" * 14, authors=("N" * 60,) * 9, summary="It halves the time."),
        *(paper(n) for n in range(3, 50)),
    ),
    *(topic(paper(100 + n), title=f"Topic {n}") for n in range(60)),
    *CHANGED,
)
LETTERS = {
    "full": FULL,
    "short": compose(
        topic(Told(paper(1), "“sampler”", ("Agents",)), paper(2, summary="In half the time.")), *CHANGED
    ),
    "empty": compose(),
    "confirm": notice(Kind.CONFIRM, LETTERHEAD),
    "known": notice(Kind.KNOWN, LETTERHEAD),
}


def page(folder: Path, composed: Composed, *, without_styles: bool = False) -> str:
    html = html_of(composed)
    if without_styles:
        html = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    path = folder / "letter.html"
    path.write_text(html, encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("name", LETTERS)
def test_no_letter_is_wider_than_a_phone_or_asks_for_anything(
    browser: Browser, tmp_path: Path, name: str
) -> None:
    assert complaints(browser, page(tmp_path, LETTERS[name])) == []


@pytest.mark.parametrize(("name", "without_styles"), [("short", False), ("short", True), ("confirm", False)])
def test_no_letter_keeps_anyone_out(
    browser: Browser, tmp_path: Path, name: str, without_styles: bool
) -> None:
    url = page(tmp_path, LETTERS[name], without_styles=without_styles)
    assert barriers(browser, url, without=_OF_PAGES) == ""


def test_a_letter_needs_nothing_from_anywhere() -> None:
    for composed in LETTERS.values():
        assert not re.search(
            r"<(?:img|script|link|iframe|object|form|input)\b|url\(|@import|\son\w+=", html_of(composed)
        )


def test_colours_can_be_turned_round_by_programs_that_know_no_dark_mode() -> None:
    for composed in LETTERS.values():
        assert not re.search(r"#(?:0{3}|f{3}|0{6}|f{6})\b", html_of(composed), re.IGNORECASE)


def test_the_column_is_no_wider_than_mail_programs_show(browser: Browser, tmp_path: Path) -> None:
    with browser.new_page(viewport={"width": 1280, "height": 740}) as wide:
        wide.goto(page(tmp_path, FULL))
        box = wide.locator("[role=article]").bounding_box()
        assert box is not None
        assert box["width"] <= 600
        assert wide.locator(".peek").is_hidden()
        sizes = wide.evaluate(
            "[...document.querySelectorAll('p')].map(p => parseFloat(getComputedStyle(p).fontSize))"
        )
        assert min(sizes) >= 15
