"""What holds of all pages: nothing from outside is markup, every link leads somewhere, one look for all."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import pytest

from feeds.site.frame import Page
from feeds.site.paths import file_of, way_home
from models.papers import Revision, Weight
from models.records import Verdict
from tests.feeds.invented import REVISED, paper
from tests.site.pages import SITE, a_site, entry, first, only_html, parsed, rich, texts, topic

EVIL = '"><img src=x onerror=alert(1)><script>alert(1)</script></title>\u202eelif\u2066\x00 $\\href{javascript:x}{y}$'
HOSTILE = rich(
    title=EVIL,
    abstract=EVIL,
    authors=(EVIL, *(f"Author {number}" for number in range(670))),
    categories=(EVIL,),
    comment=EVIL,
    journal_ref=EVIL,
    doi=EVIL,
    license="javascript:alert(1)",
    links={"code": "javascript:alert(1)", "project": f'https://x.example/"{EVIL}'},
    summary=EVIL,
    keywords=(EVIL,),
    organization=EVIL,
    submitter=EVIL,
    provenance={EVIL: EVIL, "summary": EVIL},
    revisions=(Revision(EVIL, EVIL, [EVIL, {EVIL: EVIL}], REVISED, EVIL, Weight.NOTICED),),
)
PAGES = a_site(
    rich(),
    paper(id="hep-th/9901001", title="A" * 400),
    topics=[topic()],
    ledger=[entry(), entry(Verdict.FAILED, section="week", error="the site was asleep")],
)
HTML = only_html(PAGES)


def of_page(page: Page) -> str:
    return page.path


@pytest.mark.parametrize("page", only_html(a_site(HOSTILE, topics=[topic(title=EVIL, description=EVIL)],
    ledger=[entry(Verdict.FAILED, section=EVIL, error=EVIL)])), ids=of_page)  # fmt: skip
def test_what_comes_from_outside_stays_text(page: Page) -> None:
    found = parsed(page)
    assert found.css("script, img, [onerror], [style], a[href^=javascript]") == []
    assert not {"\u202e", "\u2066", "\x00"}.intersection(page.content.decode())


@pytest.mark.parametrize("page", HTML, ids=of_page)
def test_a_page_asks_for_nothing_but_the_stylesheet_and_the_icon(page: Page) -> None:
    found = parsed(page)
    assert found.css("script, style, img, iframe, object, [style], form") == []
    loaded = {node.attributes["href"] for node in found.css("link[rel=stylesheet], link[rel=icon]")}
    root = "/papers/" if page.path == "404.html" else way_home(page.path)
    assert loaded == {f"{root}assets/style.css", f"{root}assets/favicon.svg"}


@pytest.mark.parametrize("page", HTML, ids=of_page)
def test_every_link_leads_to_a_page_or_to_a_feed(page: Page) -> None:
    published = {each.path for each in PAGES}
    for node in parsed(page).css("a[href], link[rel=stylesheet], link[rel=icon]"):
        address = urlsplit(node.attributes["href"] or "")
        if address.scheme:
            assert address.scheme in ("http", "https")
        elif address.path.startswith("/"):
            assert page.path == "404.html"
            assert file_of(unquote(address.path).removeprefix("/papers/")) in published
        elif address.path:
            ending = "/" if address.path.endswith("/") else ""
            target = normpath(join(dirname(page.path), unquote(address.path))).removeprefix(".") + ending
            assert file_of(target.removeprefix("/")) in published, address.path


@pytest.mark.parametrize("page", HTML, ids=of_page)
def test_links_between_pages_hold_under_any_prefix(page: Page) -> None:
    hrefs = [node.attributes["href"] or "" for node in parsed(page).css("a[href]")]
    assert all("/feeds/" in href for href in hrefs if href.startswith(SITE.public_url))


@pytest.mark.parametrize("page", HTML, ids=of_page)
def test_every_page_has_one_title_its_landmarks_and_room_for_the_search(page: Page) -> None:
    found = parsed(page)
    assert len(found.css("h1")) == len(found.css("main")) == len(found.css("header nav")) == 1
    assert texts(found, "title")[0].endswith("· Paper Round")
    assert page.content.count(b"\n<!--search-->\n") == 1
    assert first(found, ".skip").attributes["href"] == "#main"


@pytest.mark.parametrize("page", HTML, ids=of_page)
def test_a_page_names_its_own_address_and_a_feed(page: Page) -> None:
    found = parsed(page)
    canonical = [node.attributes["href"] for node in found.css("link[rel=canonical]")]
    expected = SITE.url(page.path.removesuffix("index.html"))
    assert canonical == ([] if page.path == "404.html" else [expected])
    assert found.css("link[rel=alternate][type='application/atom+xml']")


def test_the_same_values_give_the_same_bytes() -> None:
    again = a_site(
        rich(),
        paper(id="hep-th/9901001", title="A" * 400),
        topics=[topic()],
        ledger=[entry(), entry(Verdict.FAILED, section="week", error="the site was asleep")],
    )
    assert again == PAGES


def test_no_two_pages_have_one_path() -> None:
    assert len({page.path for page in PAGES}) == len(PAGES)


def test_the_page_for_wrong_addresses_works_at_any_depth_and_is_not_indexed() -> None:
    page = next(page for page in HTML if page.path == "404.html")
    assert b'href="/papers/days/"' in page.content
    assert parsed(page).css("meta[name=robots][content=noindex]")


def test_the_search_is_not_for_crawlers() -> None:
    page = next(page for page in PAGES if page.path == "robots.txt")
    assert page.content == b"User-agent: *\nDisallow: /papers/search\n"
