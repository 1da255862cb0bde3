from __future__ import annotations

from urllib.parse import parse_qs

from selectolax.lexbor import LexborHTMLParser

from feeds.bibtex import bibtex
from feeds.site.paper import paper_pages
from models.papers import Paper
from tests.feeds.invented import paper
from tests.site.pages import SITE, first, parsed, rich, texts

BARE = Paper("10.5555/x", 1, "", "", (), None, None, None)


def page(of: Paper) -> LexborHTMLParser:
    return parsed(paper_pages(SITE, of)[0])


def meta(found: LexborHTMLParser, name: str) -> list[str | None]:
    return [node.attributes["content"] for node in found.css(f"meta[name={name}]")]


def test_a_paper_of_which_nothing_is_known_has_a_page() -> None:
    found = page(BARE)
    assert texts(found, "h1") == ["10.5555/x"]
    assert texts(found, ".abstract") == ["No source has given its abstract yet."]
    assert not found.css(".authors, svg, .diff, .crumb")


def test_formulas_of_title_and_abstract_are_mathml() -> None:
    assert page(rich(title="On $n$ lamps")).css("h1 math")
    assert page(rich()).css(".abstract math msup")


def test_a_withdrawn_paper_says_so() -> None:
    assert texts(page(rich(withdrawn=True)), ".notice") == ["This paper was withdrawn."]


def test_of_very_many_authors_the_rest_stand_behind_a_fold() -> None:
    found = page(rich(authors=tuple(f"Author {number}" for number in range(671))))
    assert texts(found, ".authors")[0].endswith("Author 39 and 631 more")
    assert texts(found, "details p")[0].endswith("Author 670")
    assert len(meta(found, "citation_author")) == 671


def test_what_a_model_wrote_is_not_taken_for_the_authors() -> None:
    assert "Written by a model at Hugging Face, not by the authors." in texts(page(rich()), ".summary p")


def test_a_licence_has_its_usual_name_and_leads_to_its_text() -> None:
    link = first(page(rich()), "dd a")
    assert (link.text(), link.attributes["href"]) == (
        "CC BY 4.0",
        "http://creativecommons.org/licenses/by/4.0/",
    )
    assert not page(rich(license="javascript:alert(1)")).css("dd a")


def test_the_votes_stand_in_a_picture_and_in_a_table() -> None:
    found = page(rich())
    assert first(found, "svg[role=img] title").text().startswith("Votes over time, from 1 on 1 Oct 2025")
    rows = texts(found, "details tbody tr")
    assert rows == ["1 Oct 2025, 03:30 UTC1", "1 Oct 2025, 12:30 UTC14", "3 Oct 2025, 05:30 UTC41"]


def test_each_place_where_it_was_listed_leads_to_its_day() -> None:
    found = page(rich())
    assert "arXiv, cs.CL, new1 Oct 20252taken off by 1 Oct 2025, 23:30 UTC" in texts(found, "tbody tr")
    assert first(found, "tbody a").attributes["href"] == "../../days/2025-10-01/"


def test_reference_managers_find_what_they_need() -> None:
    found = page(rich())
    assert meta(found, "citation_title") == ["Lanterns for Small Models"]
    assert meta(found, "citation_author") == ["Ada Alpha", "Bo Beta"]
    assert meta(found, "citation_publication_date") == ["2025/09/28"]
    assert meta(found, "citation_arxiv_id") == ["2510.00017"]
    assert meta(found, "citation_doi") == ["10.5555/lanterns"]
    assert meta(found, "citation_pdf_url") == ["https://arxiv.org/pdf/2510.00017"]
    fields = parse_qs(first(found, "span.Z3988").attributes["title"] or "")
    assert fields["rft.au"] == ["Ada Alpha", "Bo Beta"]
    assert fields["rft_id"] == ["info:doi/10.5555/lanterns", "https://arxiv.org/abs/2510.00017"]


def test_without_a_first_version_the_announcement_dates_it() -> None:
    found = page(paper())
    assert meta(found, "citation_publication_date") == []
    assert meta(found, "citation_online_date") == ["2025/10/01"]


def test_the_bibtex_stands_on_the_page_and_in_a_file() -> None:
    html, file = paper_pages(SITE, rich())
    assert file.path == "papers/2510.00017/paper.bib"
    assert file.content.decode() == bibtex(rich())
    assert first(parsed(html), "pre").text() == bibtex(rich())
    assert parsed(html).css("a[href='paper.bib']")
