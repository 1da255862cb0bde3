"""A visit: someone opens the first page on a phone, reads on, and takes a feed home. All of it is the real thing."""

from __future__ import annotations

import re

import feedparser
import httpx
from playwright.sync_api import Page, expect

from tests.visit.conftest import Served

TITLE = "Reading Charts Backwards"


def test_the_demo_says_what_it_made_and_where_to_look(served: Served) -> None:
    assert "58 papers: 30 on both sites" in served.said
    assert "Names in TeX are shown in letters" in served.said
    assert "cross-listed to cs.CL" in served.said
    assert f"PAPERROUND_HOME={served.home} paperround status" in served.said
    assert max(len(line) for line in served.said.splitlines() if str(served.home) not in line) <= 110


def test_the_first_page_says_what_is_new_and_how_fresh_it_is(phone: Page) -> None:
    expect(phone.get_by_role("heading", level=1)).to_have_text("Monday, 16 November 2026")
    expect(phone.get_by_text("Last read 16 Nov 2026, 06:00 UTC").first).to_be_in_viewport()
    fresh = phone.get_by_role("complementary")
    expect(fresh).to_contain_text("arXiv: the newest list is of 16 Nov 2026")
    expect(fresh).to_contain_text("Last read 16 Nov 2026, 06:00 UTC")


def test_from_a_topic_to_a_papers_history(phone: Page) -> None:
    phone.get_by_role("link", name="Vision and language").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vision and language")
    entry = phone.get_by_role("listitem").filter(has_text=TITLE)
    expect(entry).to_contain_text("Why it is here:")
    entry.get_by_role("link", name=TITLE).tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text(TITLE)
    expect(phone.locator("ins").filter(has_text="That Drew Them")).to_be_visible()
    expect(phone.get_by_role("img", name=re.compile("votes", re.IGNORECASE))).to_be_visible()
    phone.get_by_text("Votes as a table").tap()
    expect(phone.get_by_role("cell", name="43")).to_be_visible()
    expect(phone.locator("pre")).to_contain_text("eprint = {2611.05210}")
    assert phone.locator("meta[name=citation_title]").get_attribute("content")


def test_a_day_leads_to_the_one_before(phone: Page) -> None:
    phone.get_by_role("navigation").get_by_role("link", name="Days").tap()
    phone.get_by_role("link", name=re.compile("11 November 2026")).first.tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("11 November 2026")
    phone.get_by_role("link", name=re.compile("10 Nov")).first.tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("10 November 2026")


def test_the_feed_that_a_topic_offers_can_be_read_and_the_second_poll_costs_nothing(phone: Page) -> None:
    phone.get_by_role("link", name="Vision and language").tap()
    offered = phone.locator("code, samp, pre").filter(has_text=".atom").first.inner_text().strip()
    first = httpx.get(offered)
    titles = [entry.title for entry in feedparser.parse(first.content).entries]
    assert any(title.startswith(TITLE) for title in titles)
    assert httpx.get(offered, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    discovered = phone.locator("link[type='application/atom+xml']").first.get_attribute("href")
    assert discovered == offered


def test_a_search_finds_papers_and_says_why(phone: Page, address: str) -> None:
    phone.get_by_role("searchbox").fill('"mixture of experts" title:quantizing')
    phone.keyboard.press("Enter")
    found = phone.get_by_role("main").get_by_role("listitem")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Why it is here:")
    found.get_by_role("link").first.tap()
    expect(phone).to_have_url(re.compile(re.escape(address) + r"papers/2611\.\d+/"))


def test_a_wrong_search_is_told_kindly(phone: Page) -> None:
    phone.get_by_role("searchbox").fill('"never closed')
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("searchbox").last).to_have_value('"never closed')
    expect(phone.get_by_role("main")).to_contain_text("quot")
