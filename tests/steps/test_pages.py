"""Which pages a round makes, and what is on them."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from flows.steps.publishing import publish
from models.database import reading
from models.placing import named_on
from models.touched import NOTHING_YET, touched
from tests.steps.house import MON, SUN, TUE, WED, House, at, daily


def page(house: House, path: str) -> LexborHTMLParser:
    return LexborHTMLParser((house.settings.public / path / "index.html").read_bytes())


def text(house: House, path: str, selector: str) -> str:
    return " ".join(node.text() for node in page(house, path).css(selector))


def links(house: House, path: str, selector: str) -> set[str]:
    found = (node.attributes["href"] or "" for node in page(house, path).css(selector))
    return {href.rstrip("/").rpartition("/")[2] for href in found}


def test_before_the_first_round_the_site_stands(house: House) -> None:
    with house.opened(at(MON)) as resources:
        publish(resources)
    assert text(house, "", "h1") == "No papers yet"
    for folder in ("days", "topics", "topics/experts", "trending", "status", "feeds"):
        assert page(house, folder).css("h1")


def test_a_day_has_all_papers_that_its_lists_name(house: House) -> None:
    house.round(at(TUE))
    with house.opened(at(TUE)) as resources, reading(resources.engine) as connection:
        named = named_on(connection, daily(TUE))
    assert named
    assert links(house, f"days/{TUE}", "h3 a") == named


def test_every_paper_has_its_page_and_its_citation(house: House) -> None:
    house.round(at(WED))
    with house.opened(at(WED)) as resources, reading(resources.engine) as connection:
        ids = touched(connection, NOTHING_YET)
    folder = house.settings.public / "papers"
    assert sorted(path.parent.name for path in folder.glob("*/index.html")) == ids
    assert sorted(path.parent.name for path in folder.glob("*/paper.bib")) == ids


def test_days_lead_to_each_other_over_days_without_papers(house: House) -> None:
    for day in (MON, TUE, WED, SUN):
        house.round(at(day))
    assert f"{TUE}" in links(house, f"days/{MON}", "a")
    assert {f"{MON}", f"{WED}"} <= links(house, f"days/{TUE}", "a")
    assert f"{SUN}" not in links(house, f"days/{WED}", "a")


def test_the_first_page_shows_the_newest_day_and_how_fresh_it_is(house: House) -> None:
    house.round(at(MON))
    house.round(at(TUE))
    assert text(house, "", "h1") == "Tuesday, 10 November 2026"
    assert "the newest list is of 10 Nov 2026" in text(house, "", "aside")
    assert "Monday, 9 November 2026" in text(house, "", "main")


def test_every_link_between_pages_leads_to_one(house: House) -> None:
    for day in (MON, TUE, WED):
        house.round(at(day))
    public = house.settings.public
    for path in public.rglob("*.html"):
        if path.name == "404.html":
            continue
        for node in LexborHTMLParser(path.read_bytes()).css("a[href], link[href]"):
            href = (node.attributes["href"] or "").partition("#")[0]
            if href and "://" not in href:
                there = (path.parent / href).resolve()
                assert (there / "index.html").exists() or there.is_file(), f"{path}: {href}"
