from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.links import Link, links, paper_path, permanent_id
from tests.feeds.invented import paper

HOSTILE = 'x"><script>\u202e\x00'


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://lamp.example/", "not a url", ""])
def test_a_link_that_is_no_web_address_is_left_out(url: str) -> None:
    assert "Code" not in [link.title for link in links(paper(links={"code": url}))]


def test_a_relation_that_no_reader_was_promised_is_left_out() -> None:
    found = links(paper(links={"tracker": "https://lamp.example/"}))
    assert "https://lamp.example/" not in [link.href for link in found]


def test_no_hugging_face_link_for_a_paper_that_was_not_there() -> None:
    assert not [link for link in links(paper(appearances=())) if "huggingface" in link.href]


def test_a_hostile_id_becomes_no_markup() -> None:
    found = permanent_id(HOSTILE)
    assert found.startswith("urn:uuid:")
    assert [link.href for link in links(paper(id=HOSTILE, links={}))] == [
        "https://huggingface.co/papers/x%22%3E%3Cscript%3E"
    ]


def test_digits_of_other_scripts_make_no_arxiv_id() -> None:
    assert permanent_id("\u0662\u0665\u0661\u0660.\u0660\u0660\u0660\u0660\u0661").startswith("urn:uuid:")


@pytest.mark.parametrize(
    ("paper_id", "expected"),
    [
        ("2503.02130", "info:arxiv/2503.02130"),
        ("0704.0001", "info:arxiv/0704.0001"),
        ("hep-th/9901001", "info:arxiv/hep-th/9901001"),
        ("math.GT/0309136", "info:arxiv/math.GT/0309136"),
        ("10.1101/2025.10.01.123456", "info:doi/10.1101/2025.10.01.123456"),
        ("10.1000/a<b>#c", "info:doi/10.1000/a%3Cb%3E%23c"),
        ("lamp-7", "urn:uuid:987ff6c2-6111-5603-b774-facf137527a1"),
    ],
)
def test_permanent_id_stays_what_it_was_published_as(paper_id: str, expected: str) -> None:
    assert permanent_id(paper_id) == expected


def test_links_of_a_paper_on_both_sites() -> None:
    assert links(paper()) == (
        Link("https://arxiv.org/abs/2510.00017", "alternate", "arXiv"),
        Link("https://arxiv.org/pdf/2510.00017", "related", "PDF", "application/pdf"),
        Link("https://huggingface.co/papers/2510.00017", "related", "Hugging Face"),
        Link("https://code.example/lanterns", "related", "Code"),
        Link("https://lanterns.example/", "related", "Project page"),
    )


def test_a_doi_leads_to_its_resolver() -> None:
    found = links(paper(id="10.1101/2025.10.01.123456", appearances=(), links={}))
    assert found == (Link("https://doi.org/10.1101/2025.10.01.123456", "alternate", "DOI"),)


def test_what_was_published_leads_to_the_journal_too() -> None:
    published = [link.href for link in links(paper(doi="10.1000/lanterns.7")) if link.title == "Published"]
    assert published == ["https://doi.org/10.1000/lanterns.7"]


def test_a_doi_that_is_none_or_the_paper_s_own_leads_nowhere_else() -> None:
    own = paper(id="10.1101/2025.10.01.123456", doi="10.1101/2025.10.01.123456")
    for told in (paper(doi="soon"), own):
        assert "Published" not in [link.title for link in links(told)]


IDS = st.text(st.characters()) | st.text(st.sampled_from("./~2ea-")) | st.from_regex(r"10\.\d{4}/[./a~]*")


@given(IDS)
def test_no_id_leads_out_of_its_folder_or_to_a_hidden_file(paper_id: str) -> None:
    folder, *segments, end = paper_path(paper_id).split("/")
    assert (folder, end) == ("papers", "")
    assert all(re.fullmatch(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*", segment) for segment in segments)


@given(IDS, IDS)
def test_two_ids_have_two_paths(one: str, other: str) -> None:
    assert (paper_path(one) == paper_path(other)) == (one == other)


@pytest.mark.parametrize(
    ("paper_id", "path"),
    [
        ("2503.02130", "papers/2503.02130/"),
        ("math.GT/0309136", "papers/math.GT/0309136/"),
        ("10.1000/a<b>", "papers/10.1000/a~3cb~3e/"),
        ("../é", "papers/~2e~2e/~c3~a9/"),
        ("/a//b/", "papers/~2fa~2f~2fb~2f/"),
        ("", "papers/~/"),
    ],
    ids=["arxiv", "old", "doi", "upwards", "slashes", "empty"],
)
def test_the_path_of_a_paper_stays_what_it_was_published_as(paper_id: str, path: str) -> None:
    assert paper_path(paper_id) == path


@pytest.mark.parametrize(
    "paper_id", ["10.1000/" + "x" * 9_000, "10.1000/" + "a/" * 4_000, "10.1000/" + "é" * 900]
)
def test_no_id_is_too_long_for_a_file(paper_id: str, tmp_path: Path) -> None:
    folder = tmp_path / paper_path(paper_id)
    folder.mkdir(parents=True)
    assert paper_path(paper_id) != paper_path(paper_id + "x")


@pytest.mark.parametrize("name", ["index.html", "paper.bib"])
def test_no_paper_takes_the_name_of_a_page(name: str) -> None:
    assert name not in paper_path(f"10.1000/{name}").split("/")
