"""Answers of arXiv's OAI-PMH: which are refused, what a record becomes, and where a list goes on."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.arxiv_oai import harvest_url, oai_set, record_url
from models.errors import ParseError
from models.records import PaperRecord, ParsedPage
from models.text import clean
from tests.sources.arxiv_xml import (
    OAI,
    SHARED,
    deleted,
    element,
    oai,
    oai_error,
    raw,
    read_oai,
    recorded,
    recorded_file,
    version,
)

TOKEN = "verb%3DListRecords%26skip%3D2"
CHALLENGE = "<!doctype html><html><head><title>Just a moment</title></head><body><p>Checking.</body></html>"
FRIDAY_IN_OAI = [f"oai/ListRecords_arXivRaw_cs.CV_2026-03-13_p{number}.xml" for number in (1, 2, 3)]


def record_of(*args: str, **fields: str) -> PaperRecord:
    (record,) = read_oai(oai(raw(*args, **fields))).records
    return record


def problem_of(broken: str) -> str:
    """The sentence about a broken record; the one beside it is kept."""
    found = read_oai(oai(raw("2603.00009"), broken))
    assert ([record.id for record in found.records], found.declared) == (["2603.00009"], 2)
    (problem,) = found.problems
    return problem


def test_a_challenge_page_is_refused() -> None:
    with pytest.raises(ParseError):
        read_oai(CHALLENGE)
    with pytest.raises(ParseError, match="`OAI-PMH` document"):
        read_oai("<html><body><p>Checking.</p></body></html>")


def test_an_answer_that_is_cut_anywhere_is_refused() -> None:
    whole = oai(raw(), token=TOKEN)
    for end in range(0, len(whole), 17):
        with pytest.raises(ParseError, match="readable XML"):
            read_oai(whole[:end])


@pytest.mark.parametrize("code", ["badArgument", "badResumptionToken", "idDoesNotExist", ""])
def test_an_error_is_refused_by_its_code_and_text(code: str) -> None:
    with pytest.raises(ParseError, match=f"OAI-PMH error {code}: Set does not exist"):
        read_oai(oai_error(code, "Set does not exist"))


def test_an_answer_that_lists_nothing_is_refused() -> None:
    with pytest.raises(ParseError, match="no record, error or resumption token"):
        read_oai(oai())


def test_records_in_another_format_are_refused() -> None:
    with pytest.raises(ParseError, match="`arXivRaw` metadata"):
        read_oai(oai(raw().replace("arXivRaw", "arXiv")))


def test_a_token_that_leads_back_to_its_own_answer_is_refused() -> None:
    following = read_oai(oai(raw(), token=TOKEN)).next_url
    assert following
    with pytest.raises(ParseError, match="leads back"):
        read_oai(oai(raw(), token=TOKEN), url=following)


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(body: bytes) -> None:
    with suppress(ParseError):
        read_oai(body)
    with suppress(ParseError):
        read_oai(oai(raw()).encode().replace(b"We invent", body))


@pytest.mark.parametrize(
    ("broken", "missing"),
    [
        ("<record/>", "`arXivRaw` metadata"),
        (raw("cs.CV"), "arXiv id (it is 'cs.CV')"),
        (raw(title=""), "title (2603.00001)"),
        (raw(title=" \n"), "title (2603.00001)"),
        (raw(authors=""), "authors (2603.00001)"),
        (raw(authors="(Inst)"), "authors (2603.00001)"),
        (raw(versions="<version/>"), "number and date of a version (2603.00001, it is '')"),
        (raw(versions=version(1, "soon")), "number and date of a version (2603.00001, it is 'v1')"),
        (raw(versions=version(0, "Mon, 09 Mar 2026 17:59:01 GMT")), "number and date of a version"),
        (raw(versions="<v/>"), "version (2603.00001)"),
    ],
)
def test_a_record_that_cannot_be_understood_is_named_and_the_others_are_kept(
    broken: str, missing: str
) -> None:
    assert problem_of(broken).startswith(f"entry 2 has no {missing}")


def test_that_no_records_match_is_a_page_without_papers() -> None:
    assert read_oai(oai_error("noRecordsMatch")) == ParsedPage((), declared=0, complete=False)


def test_a_record_has_every_field_of_the_paper() -> None:
    came = (datetime(2026, 3, 9, 17, 59, 1, tzinfo=UTC), datetime(2026, 3, 10, 8, tzinfo=UTC))
    assert record_of("hep-th/9901001", version(1) + version(2)) == PaperRecord(
        id="hep-th/9901001",
        title="On an Invented Thing",
        abstract="We invent a thing.",
        authors=("Ada Example", "Bo Example"),
        rank=1,
        categories=("cs.CV", "cs.LG"),
        version=2,
        versions=came,
        withdrawn=False,
        comment="4 pages",
        journal_ref="J. Inv. 1, 2 (2026)",
        doi="10.1234/inv.1",
        license="http://creativecommons.org/licenses/by/4.0/",
        published_at=came[0],
    )


def test_what_a_record_leaves_out_is_empty() -> None:
    record = record_of(comments="", journal_ref="", doi="", license="", abstract="", categories="")
    assert (record.comment, record.journal_ref, record.doi, record.license) == ("", "", "", "")
    assert (record.abstract, record.categories) == ("", ())


def test_tex_and_markup_stay_as_the_source_gives_them() -> None:
    record = record_of(title='Na\\"ive $\\alpha$~<i>& co', abstract="a  < b\n  c")
    assert (record.title, record.abstract) == ('Na\\"ive $\\alpha$~<i>& co', "a < b c")


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")).map(clean)
NAMES = st.lists(
    st.sampled_from(["Ada Example", "B. van Ex", "Li", "\u5f20\u4e09", 'J. M\\"uller']), min_size=1
)
TIMES = st.lists(
    st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)), min_size=1, max_size=30
)


@given(TEXTS.filter(bool), TEXTS, TEXTS, NAMES, TIMES)
def test_a_record_gives_back_what_was_put_into_it(
    title: str, abstract: str, comment: str, names: Sequence[str], times: Sequence[datetime]
) -> None:
    came = tuple(times)
    versions = "".join(version(n, format_datetime(moment, usegmt=True)) for n, moment in enumerate(came, 1))
    record = record_of(
        "2603.00001", versions, title=title, abstract=abstract, comments=comment, authors=", ".join(names)
    )
    assert (record.title, record.abstract, record.comment) == (title, abstract, comment)
    assert (record.authors, record.versions, record.version) == (tuple(names), came, len(came))


@pytest.mark.parametrize(
    "last",
    [
        version(2, "", "<size>0kb</size>", "<source_type>I</source_type>"),
        version(2, "", "<size>1kb</size>", "<source_type>AI</source_type>"),
        version(2, "", "<size>0kb</size>"),
    ],
)
def test_a_paper_whose_newest_version_is_empty_is_withdrawn(last: str) -> None:
    assert record_of("2603.00001", last + version(1, "", "<size>97kb</size>")).withdrawn is True


@pytest.mark.parametrize("field", ["comments", "abstract"])
def test_a_paper_that_says_so_is_withdrawn(field: str) -> None:
    assert record_of(**{field: "This paper has been withdrawn by the author"}).withdrawn is True


def test_a_paper_that_came_back_is_not_withdrawn() -> None:
    versions = version(1, "", "<size>0kb</size><source_type>I</source_type>") + version(2)
    assert record_of("2603.00001", versions).withdrawn is False


def test_versions_are_told_only_where_none_is_missing() -> None:
    record = record_of("2603.00001", version(3) + version(1))
    assert (record.version, record.versions) == (3, ())
    assert record.published_at == datetime(2026, 3, 9, 17, 59, 1, tzinfo=UTC)
    later = record_of("2603.00001", version(2))
    assert (later.version, later.versions, later.published_at) == (2, (), None)


def test_deleted_records_are_left_out() -> None:
    found = read_oai(oai(deleted("2603.00001"), raw("2603.00002")))
    assert ([record.id for record in found.records], found.declared, found.problems) == (
        ["2603.00002"],
        1,
        (),
    )
    assert read_oai(oai(deleted("2603.00001"))).declared == 0


def test_records_are_ranked_as_they_come_on_a_page_of_no_date() -> None:
    found = read_oai(oai(*(raw(f"2603.0000{n}") for n in (3, 1, 2))))
    assert [(record.rank, record.id[-1]) for record in found.records] == [(1, "3"), (2, "1"), (3, "2")]
    assert (found.date, found.complete, found.has_none, found.declared) == (None, False, False, 3)


def test_a_token_goes_back_as_it_came() -> None:
    found = read_oai(oai(raw(), token=f"\n {TOKEN} "))
    assert found.next_url == f"{OAI}?verb=ListRecords&resumptionToken=verb%253DListRecords%2526skip%253D2"


def test_an_empty_token_ends_a_list() -> None:
    assert read_oai(oai(raw(), token="")).next_url is None
    assert read_oai(oai(token="")).declared == 0


def test_the_answer_to_a_single_record_is_a_page_of_one() -> None:
    assert read_oai(oai(raw()).replace("ListRecords", "GetRecord")).declared == 1


@pytest.mark.parametrize(
    ("category", "spec"),
    [
        ("cs.CV", "cs:cs:CV"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.GA", "physics:astro-ph:GA"),
        ("physics.optics", "physics:physics:optics"),
        ("q-bio.NC", "q-bio:q-bio:NC"),
        ("math", "math:math"),
        ("grp_physics", "physics"),
    ],
)
def test_a_set_is_group_archive_and_category(category: str, spec: str) -> None:
    assert oai_set(category) == spec


def test_the_sets_are_those_of_the_taxonomy() -> None:
    taxonomy = SHARED / "reference" / "arxiv-categories.json"
    if not taxonomy.exists():
        pytest.skip("the taxonomy of arXiv is not here")
    known = json.loads(taxonomy.read_text())
    sets = {name: about["oai_set"] for name, about in known["categories"].items() if about["oai_set"]}
    assert {name: oai_set(name) for name in sets} == sets
    archives = [name for name, about in known["archives"].items() if about["is_active"] and name != "test"]
    listed = re.findall("<setSpec>(.*?)</setSpec>", recorded("oai/ListSets.xml").decode())
    assert {oai_set(name) for name in archives} <= set(listed)
    assert len(archives) > 15


def test_addresses_are_those_of_the_recording() -> None:
    friday = date(2026, 3, 13)
    assert recorded_file(harvest_url(OAI, "cs.CV", friday, friday)) == f"{FRIDAY_IN_OAI[0]}.gz"
    saturday = friday + timedelta(1)
    assert "noRecordsMatch" in recorded_file(harvest_url(f"{OAI}/", "cs.CV", saturday, saturday))
    assert "withdrawn" in recorded_file(record_url(OAI, "cond-mat/0703772"))


def test_the_recorded_list_is_three_pages_joined_by_their_tokens() -> None:
    friday = date(2026, 3, 13)
    url: str | None = harvest_url(OAI, "cs.CV", friday, friday)
    records: list[PaperRecord] = []
    for name in FRIDAY_IN_OAI:
        assert url
        assert recorded_file(url) == f"{name}.gz"
        page = read_oai(recorded(name), url)
        assert (len(page.records), page.problems) == (page.declared, ())
        records.extend(page.records)
        url = page.next_url
    assert url is None
    assert len({record.id for record in records}) == len(records) == 211


def test_the_recorded_names_are_those_of_the_listing() -> None:
    page = recorded("2026-03-13/new_cs.CV.html").decode()
    records = {r.id: r for name in FRIDAY_IN_OAI for r in read_oai(recorded(name)).records}
    listed = re.findall(
        r"title=\"Abstract\" id=\"([\d.]+)\".*?<div class='list-authors'>(.*?)</div>", page, re.DOTALL
    )
    assert len(listed) == 206
    for paper_id, names in listed:
        links = [html.unescape(name) for name in re.findall(r"<a [^>]*>(.*?)</a>", names)]
        assert (paper_id, list(records[paper_id].authors)) == (paper_id, links)


def test_the_recorded_withdrawn_paper_is_withdrawn() -> None:
    (record,) = read_oai(recorded("oai/GetRecord_arXivRaw_withdrawn_cond-mat_0703772.xml")).records
    assert (record.id, record.version, record.withdrawn) == ("cond-mat/0703772", 2, True)
    assert record.authors == ("Zhaoxin Xu", "Heping Ying", "Xin Wan")
    (other,) = read_oai(recorded("oai/GetRecord_arXivRaw_0806.4129.xml")).records
    assert (other.version, len(other.versions), other.withdrawn) == (6, 6, False)


@pytest.mark.parametrize(
    "error", ["badArgument_granularity", "badResumptionToken", "badVerb", "badset", "idDoesNotExist"]
)
def test_the_recorded_errors_are_refused(error: str) -> None:
    with pytest.raises(ParseError, match=r"OAI-PMH error \w+: \w"):
        read_oai(recorded(f"oai/error_{error}.xml"))


def test_the_recorded_empty_day_is_a_page_without_papers() -> None:
    assert read_oai(recorded("oai/error_noRecordsMatch.xml")).declared == 0


def test_a_long_title_of_markup_makes_no_long_sentence() -> None:
    hostile = element("id", "<script>" * 1000)
    assert len(problem_of(raw().replace(element("id", "2603.00001"), hostile))) < 150
