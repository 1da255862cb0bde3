"""Papers for other programs: what no source says is left out, what one says is whole."""

from __future__ import annotations

from datetime import UTC, datetime

from feeds.bibtex import bibtex
from feeds.exchange import as_object
from tests.feeds.invented import paper

FIRST = datetime(2025, 9, 29, 17, 59, 58, tzinfo=UTC)
PREPRINT = "10.1101/2025.10.01.123456"


def test_a_paper_without_an_arxiv_number_has_no_eprint() -> None:
    entry = bibtex(paper(id=PREPRINT, appearances=()))
    assert "eprint" not in entry
    assert f"doi = {{{PREPRINT}}}" in entry


def test_bibtex_names_where_a_paper_was_published() -> None:
    entry = bibtex(paper(doi="10.1000/lanterns.7", journal_ref="J. Lanterns & Lamps 7 (2025)"))
    assert "doi = {10.1000/lanterns.7}" in entry
    assert r"note = {J. Lanterns \& Lamps 7 (2025)}" in entry
    assert "eprint = {2510.00017}" in entry


def test_bibtex_has_signs_that_tex_would_take_for_its_own() -> None:
    entry = bibtex(paper(title=r"R^2-Net: ~2x faster at $O(n^2)$ for \'e", journal_ref="J^3"))
    faster = r"R\textasciicircum{}2-Net: \textasciitilde{}2x faster at $O(n^2)$ for \'e"
    assert f"title = {{{{{faster}}}}}," in entry
    assert r"note = {J\textasciicircum{}3}," in entry
    assert r"title = {{\textasciitilde{}open}}," in bibtex(paper(title="~{open"))


def test_a_name_with_an_and_in_it_is_one_author() -> None:
    entry = bibtex(paper(authors=("The Lamp and Wick Team", "Bo Beta", "Ada Anderson")))
    assert "author = {{The Lamp and Wick Team} and Bo Beta and Ada Anderson}," in entry


def test_nothing_in_a_paper_breaks_its_bibtex_entry() -> None:
    hostile = paper(
        id="10.1000/a},{b c", doi="10.1000/}x{\x1f", categories=("cs.}CL{",), title="}", authors=("{",)
    )
    entry = bibtex(hostile)
    assert entry.count("{") == entry.count("}")
    assert "\x1f" not in entry
    key = entry.partition("{")[2].partition(",")[0]
    assert not set(key) & set("{} ,")


def test_the_object_says_what_came_when_and_from_whom() -> None:
    found = as_object(
        paper(
            versions=(FIRST,),
            comment="12 pages",
            originals={"title": r"L\'anterns"},
            provenance={"*": "arxiv", "summary": "huggingface"},
        )
    )
    assert found["versions"] == ["2025-09-29T17:59:58Z"]
    assert (found["comment"], found["original"]) == ("12 pages", {"title": r"L\'anterns"})
    assert found["provenance"] == {"*": "arxiv", "summary": "huggingface"}
