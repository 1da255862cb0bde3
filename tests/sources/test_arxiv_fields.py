"""Single fields of arXiv's interfaces: what each becomes, and what it never becomes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.arxiv_fields import (
    author_names,
    categories,
    identity,
    license_url,
    mail_date,
    published_doi,
    utc,
)
from models.errors import ParseError
from tests.sources.arxiv_xml import read_oai, recorded


@pytest.mark.parametrize("text", ["", "2603.1", "cs.CV", "2603.00001v0", "10.1234/x", "\ud800" * 500])
def test_what_is_no_arxiv_id_is_refused_in_few_words(text: str) -> None:
    with pytest.raises(ParseError, match="arXiv id") as refused:
        identity(text)
    assert len(str(refused.value)) < 100


@pytest.mark.parametrize("text", ["", "now", "2026-03-13", "Fri, 99 Mar 2026 00:00:00 GMT", "x" * 1000])
def test_what_is_no_date_of_a_mail_is_none(text: str) -> None:
    assert mail_date(text) is None


def test_a_date_without_a_zone_is_none() -> None:
    assert mail_date("Fri, 13 Mar 2026 00:00:00") is None


@given(st.text() | st.from_regex(r"\w{3}, \d+ Mar \d+ \d+:\d+:\d+ [-+]\d+", fullmatch=True))
def test_any_text_is_a_date_in_utc_or_none(text: str) -> None:
    moment = utc(mail_date(text))
    assert moment is None or moment.utcoffset() == timedelta(0)


def test_a_date_keeps_its_zone_until_it_is_asked_for_in_utc() -> None:
    moment = mail_date("Fri, 13 Mar 2026 00:00:00 -0400")
    assert moment is not None
    assert moment.date().isoformat() == "2026-03-13"
    assert utc(moment) == datetime(2026, 3, 13, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("", ()),
        ("Ada Example", ("Ada Example",)),
        ("Ada Example, Bo Example", ("Ada Example", "Bo Example")),
        (" Ada\n  Example ,Bo Example, ", ("Ada Example", "Bo Example")),
        ("A. Example and B. Example", ("A. Example", "B. Example")),
        ("A. Example, B. Example, and C. Example", ("A. Example", "B. Example", "C. Example")),
        ("A. Example,\nand B. Example", ("A. Example", "B. Example")),
        ("A. Example,and B. Example & C. Example", ("A. Example", "B. Example", "C. Example")),
        ("Sandy Brand, Anders And", ("Sandy Brand", "Anders And")),
        ("Li, Bo", ("Li", "Bo")),  # arXiv's pages give a name below four letters no link
    ],
)
def test_names_stand_between_commas_and_and(line: str, names: tuple[str, ...]) -> None:
    assert author_names(line) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("A. Example (Inst, Town), B. Example (Other)", ("A. Example", "B. Example")),
        ("A. Example (1 and 2) and B. Example (2) ((1) Inst, (2) Other)", ("A. Example", "B. Example")),
        ("A. Example (Inst), and B. Example", ("A. Example", "B. Example")),
        ("A. Example (Inst) B. Example", ("A. Example", "B. Example")),
        ("A. Example (never closed, B. Example", ("A. Example",)),
        ("A. Example) , B. Example", ("A. Example", "B. Example")),
        ("(Inst)", ()),
        (" Thing Collaboration (Chiefs)", ("Thing Collaboration",)),
    ],
)
def test_what_is_in_parentheses_is_no_name(line: str, names: tuple[str, ...]) -> None:
    assert author_names(line) == names


@pytest.mark.parametrize(
    "line",
    [
        "Thing Collaboration: A. Example",
        "The Thing Collaboration: A. Example",
        "the Thing Collaboration, A. Example et al.",
        "for the Thing Collaboration, A. Example, et al",
    ],
)
def test_a_collaboration_is_an_author_by_its_own_name(line: str) -> None:
    assert author_names(line) == ("Thing Collaboration", "A. Example")


def test_the_start_of_a_name_is_not_taken_for_the() -> None:
    assert author_names("Theodora Example, Forthe Example") == ("Theodora Example", "Forthe Example")


def test_a_suffix_stays_with_its_name() -> None:
    line = "A. Example, Jr., B. Example, III, C. Example Jr, Sr. Dora Example"
    assert author_names(line) == ("A. Example Jr.", "B. Example III", "C. Example Jr", "Sr. Dora Example")


def test_tex_of_a_name_stays_as_it_is() -> None:
    line = r"J.\,A. M{\"u}ster, {\L}uk\'{a}\v{s} \o{} Ex, A.~B. \'E"
    assert author_names(line) == (r"J.\,A. M{\"u}ster", r"{\L}uk\'{a}\v{s} \o{} Ex", r"A.~B. \'E")


@given(st.text("aB .,:;()&\\and\n") | st.text())
def test_any_line_gives_clean_names(line: str) -> None:
    for name in author_names(line):
        assert name == " ".join(name.split())
        assert name
        assert not set("()") & set(name)


def test_recorded_names_are_those_of_the_interface_that_gives_them_in_parts() -> None:
    for paper in ("0806.4129", "withdrawn_cond-mat_0703772"):
        parts = recorded(f"oai/GetRecord_arXiv_{paper}.xml").decode()
        (record,) = read_oai(recorded(f"oai/GetRecord_arXivRaw_{paper}.xml")).records
        found = re.findall(
            r"<keyname>(.*?)</keyname>\s*<forenames>(.*?)</forenames>(?:\s*<suffix>(.*?)</suffix>)?", parts
        )
        assert record.authors == tuple(" ".join(filter(None, (f, k, s))) for k, f, s in found)


def test_categories_come_once_in_order_without_the_classes_of_others() -> None:
    names = [
        "hep-th",
        "math.AG",
        "hep-th",
        "68T50",
        "I.2.7",
        "15A66 (Primary)",
        "",
        "cond-mat.str-el",
        "q-bio",
    ]
    assert categories(names) == ("hep-th", "math.AG", "cond-mat.str-el", "q-bio")


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("", ""),
        ("in press", ""),
        ("10.48550/arXiv.2603.00001", ""),
        ("10.1234/Inv.1", "10.1234/inv.1"),
        ("doi: 10.1234/A, 10.1234/B", "10.1234/a"),
        ("https://doi.org/10.1234/A", "10.1234/a"),
        ("10.1002/(SICI)1(1998)46:4<35::AID-P>3.0.CO;2-0", "10.1002/(sici)1(1998)46:4<35::aid-p>3.0.co;2-0"),
    ],
)
def test_a_doi_is_the_first_that_is_not_arxivs_own_in_lower_case(text: str, doi: str) -> None:
    assert published_doi(text) == doi


@pytest.mark.parametrize("text", ["", "CC-BY", "javascript:alert(1)", "http://x y", "http://x/\u202e"])
def test_a_licence_that_is_no_web_address_is_none(text: str) -> None:
    assert license_url(text) == ""


def test_a_licence_is_its_address() -> None:
    address = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
    assert license_url(address) == address
