"""Single entries of arXiv's lists: what is refused, and what each field gives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.arxiv_fields import author_names
from models.errors import ParseError
from tests.sources.arxiv_made import AUTHORS, alone, author, entry, month, parse, parse_list, record_of

PLAIN_LINK = (
    '<a href="https://code.example/a?b=1&amp;c=2" class="link-external link-https">this https URL</a>'
)


def missed(markup: str) -> str:
    with pytest.raises(ParseError) as caught:
        parse(alone(markup))
    return caught.value.missing


@pytest.mark.parametrize("listed_id", ["2603.1", "2613.00001", "hep-th/99010", "2603.00001/x", "", "1"])
def test_an_entry_without_an_arxiv_id_is_refused(listed_id: str) -> None:
    assert "no arXiv id" in missed(entry(1).replace("/abs/2603.00001", f"/abs/{listed_id}"))


@pytest.mark.parametrize("title", ["", "  \n ", "\x00"])
def test_an_entry_without_a_title_is_refused(title: str) -> None:
    assert "no title in `.list-title` (2603.00001)" in missed(entry(title=title))


@pytest.mark.parametrize(
    "subjects",
    ["", "Invented Vision", "Invented Vision (cs.CV); Learning", "Learning; Invented Vision (cs.CV)"],
)
def test_an_entry_with_a_subject_that_has_no_code_is_refused(subjects: str) -> None:
    assert "no categories in `.list-subjects`" in missed(entry(subjects=subjects))


def test_a_mailing_without_abstracts_is_refused() -> None:
    assert "no `.meta > .mathjax`" in missed(entry(abstract=None))


@pytest.mark.parametrize(
    ("listed_id", "paper_id"),
    [
        ("2603.12340", "2603.12340"),
        ("0704.0001", "0704.0001"),
        ("1412.9999", "1412.9999"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("math/0510544", "math/0510544"),
        ("math.CA/0611800", "math/0611800"),
    ],
)
def test_ids_of_all_times_come_whole(listed_id: str, paper_id: str) -> None:
    assert record_of(entry(listed_id=listed_id)).id == paper_id


def test_an_id_comes_from_the_header_never_from_what_an_abstract_cites() -> None:
    cited = '<a href="https://arxiv.org/abs/1501.00001" data-arxiv-id="1501.00001" title="Abstract">arXiv:1501.00001</a>'
    record = record_of(entry(abstract=f"We invent more than {cited} did."))
    assert record.id == "2603.00001"
    assert record.abstract == "We invent more than arXiv:1501.00001 did."


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("A Thing: On Its Parts", "A Thing: On Its Parts"),
        ("Title: A Thing", "Title: A Thing"),
        ("On $\\alpha$  and\n &lt;think&gt; &amp; more", "On $\\alpha$ and <think> & more"),
        ("\u202eOn Things\x07", "\u202eOn Things"),
    ],
)
def test_a_title_stands_as_the_source_gives_it_on_one_line(title: str, text: str) -> None:
    assert record_of(entry(title=title)).title == text


# Links -------------------------------------------------------------------------------------------


def test_a_hidden_address_is_given_back() -> None:
    record = record_of(entry(comments=f"Code: {PLAIN_LINK}.", abstract=f"See {PLAIN_LINK}, and think."))
    assert record.comment == "Code: https://code.example/a?b=1&c=2."
    assert record.abstract == "See https://code.example/a?b=1&c=2, and think."


def test_other_links_stay_their_text() -> None:
    doi = '<a href="https://doi.example/10.1/x" data-doi="10.1/x">https://doi.org/10.1/x</a>'
    assert (
        record_of(entry(abstract=f"After {doi} (<i>again</i>)")).abstract
        == "After https://doi.org/10.1/x (again)"
    )


@pytest.mark.parametrize("markup", ["One.\n<br>Two.", "One.<br>Two.", "One. <br/> <br/>Two."])
def test_a_line_break_is_a_blank(markup: str) -> None:
    assert record_of(entry(abstract=markup)).abstract == "One. Two."


def test_an_abstract_may_be_empty() -> None:
    assert record_of(entry(abstract="")).abstract == ""


# Authors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        (AUTHORS, ("Ada Example", "Bo Example")),
        (f"{author('Ada Example')} (IMF), {author('Bo Example')} (LPP, CMAP)", ("Ada Example", "Bo Example")),
        (
            f"{author('Ada Example')} (see {PLAIN_LINK}), {author('Bo Example')}",
            ("Ada Example", "Bo Example"),
        ),
        (f"Thing Collaboration: {author('Ada Example')}", ("Thing Collaboration", "Ada Example")),
        (f"{author('Ada Example')}, for the Thing Collaboration", ("Ada Example", "Thing Collaboration")),
        (f"{author('Ada Example')}, Lo, {author('Bo Example')}", ("Ada Example", "Lo", "Bo Example")),
        (f"{author('Ada Example')}, {author('and Bo Example')}", ("Ada Example", "Bo Example")),
        (f"{author('Ada Example')}, et al.", ("Ada Example",)),
        (f"{author('Ada Example')}, Jr., {author('Bo Example')}", ("Ada Example Jr.", "Bo Example")),
        (f"{author('Ada&#39;s Son')}", ("Ada's Son",)),
        ("(author list is unavailable)", ()),
        ("", ()),
    ],
)
def test_authors_are_names_and_collaborations_in_order(authors: str, names: tuple[str, ...]) -> None:
    assert record_of(entry(authors=authors)).authors == names


NAMES = st.sampled_from(
    [
        "Ada Example",
        "Li",
        "Rai",
        "Émile d'Example",
        "The Thing Collaboration",
        "A. B. al Example",
        "Jr.",
        "III",
        "et al.",
        "Theodora Forand",
        "Ada (IMF)",
        "Ada and Bo",
        "Ada & Bo",
        "Ada Example, Bo",
        "Ada,Bo",
        "G: Ada",
        "Ada)",
        "",
    ]
)


@given(st.lists(NAMES))
def test_the_quick_way_for_plain_lines_gives_the_names_of_the_rule(names: list[str]) -> None:
    line = ", ".join(names)
    assert record_of(entry(authors=line.replace("&", "&amp;"))).authors == author_names(line)


# The other fields --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subjects", "categories"),
    [
        ("Invented Vision (cs.CV)", ("cs.CV",)),
        ("Learning (cs.LG); Invented Vision (cs.CV)", ("cs.LG", "cs.CV")),
        ("Distributed, Parallel, and Cluster Things (cs.DC); A (B) C (q-bio.QM)", ("cs.DC", "q-bio.QM")),
        ("Theory (hep-th); Materials (cond-mat.mtrl-sci)", ("hep-th", "cond-mat.mtrl-sci")),
        ("Information (cs.IT); Information (cs.IT); Learning (cs.LG)", ("cs.IT", "cs.LG")),
    ],
)
def test_categories_are_codes_with_the_primary_first(subjects: str, categories: tuple[str, ...]) -> None:
    assert record_of(entry(subjects=subjects, part="cross"), "cross").categories == categories


def test_a_comment_and_a_journal_reference_come_without_their_names() -> None:
    record = record_of(entry(comments="4 pages; Comments: welcome", journal_ref="J. Inv. 1, 2 (2026)"))
    assert record.comment == "4 pages; Comments: welcome"
    assert record.journal_ref == "J. Inv. 1, 2 (2026)"


def test_what_a_list_does_not_say_stays_unsaid() -> None:
    record = record_of(entry())
    assert (record.comment, record.journal_ref, record.doi, record.license) == ("", "", "", "")
    assert (record.version, record.versions, record.published_at, record.withdrawn) == (None, (), None, None)
    assert (record.votes, dict(record.links)) == (None, {})
    assert record.listed_at == datetime(2026, 3, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("html", "version"),
    [
        ("https://arxiv.org/html/2603.00001v2", 2),
        ("/html/2603.00001v12", 12),
        ("https://arxiv.org/html/2603.00001", None),
        ("https://arxiv.org/html/2603.00001v0", None),
        ("https://arxiv.org/html/2603.00002v2", None),
        ("https://other.example/2603.00001v2", None),
    ],
)
def test_a_version_comes_from_the_address_of_the_html(html: str, version: int | None) -> None:
    assert record_of(entry(html=html)).version == version


@pytest.mark.parametrize(
    "markup",
    [
        entry(comments="This paper has been withdrawn by the authors due to a gap in Lemma 2"),
        entry(abstract="This paper has been withdrawn by the author."),
    ],
)
def test_a_notice_in_the_comment_or_in_place_of_the_abstract_means_withdrawn(markup: str) -> None:
    assert record_of(markup).withdrawn is True


def test_a_listing_never_says_that_a_paper_is_not_withdrawn() -> None:
    assert record_of(entry(comments="4 pages", part="replacement"), "replacement").withdrawn is None


def test_an_entry_of_a_month_has_neither_part_nor_abstract_nor_day() -> None:
    record = parse_list(month(1)).records[0]
    assert (record.part, record.abstract, record.listed_at, record.rank) == ("", "", None, 1)
    assert (record.title, record.authors) == ("On an Invented Thing", ("Ada Example", "Bo Example"))


@pytest.mark.parametrize(
    ("href", "shown"),
    [
        ("http://lamps.Here", "lamps.Here"),
        ("http://lamps.example", "http://lamps.example"),
        ("http://lamps.example/Here", "http://lamps.example/Here"),
    ],
)
def test_two_sentences_without_a_blank_are_no_address(href: str, shown: str) -> None:
    link = f'<a href="{href}" class="link-external link-http">this http URL</a>'
    assert record_of(entry(abstract=f"We hang {link} we count.")).abstract == f"We hang {shown} we count."
