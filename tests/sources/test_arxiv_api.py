"""Answers of arXiv's query API: which are refused, what they promise, and what an entry becomes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.arxiv_api import MOST_IDS, lookup_url
from models.errors import ParseError
from models.records import PaperRecord, ParsedPage
from tests.sources.arxiv_xml import API, atom, entry, oai, raw, read_api, recorded, recorded_file

V1 = datetime(2026, 3, 9, 17, 59, 1, tzinfo=UTC)
ERROR = entry(
    id="https://arxiv.org/api/errors#incorrect_id_format_for_abc", title="Error", summary="bad id abc"
)
OLD_LAYOUT = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <link href="http://arxiv.org/api/query?id_list=2603.00001v1" rel="self" type="application/atom+xml"/>
  <title type="html">ArXiv Query: search_query=&amp;id_list=2603.00001v1&amp;start=0&amp;max_results=100</title>
  <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">1</opensearch:totalResults>
  <opensearch:startIndex xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">0</opensearch:startIndex>
  <opensearch:itemsPerPage xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">100</opensearch:itemsPerPage>
  <entry>
    <id>http://arxiv.org/abs/2603.00001v1</id>
    <updated>2026-03-12T00:00:59Z</updated>
    <published>2026-03-09T17:59:01Z</published>
    <title>On an Invented
  Thing</title>
    <summary>  We invent
a thing.
</summary>
    <author>
      <name>Ada Example</name>
      <arxiv:affiliation xmlns:arxiv="http://arxiv.org/schemas/atom">Inst</arxiv:affiliation>
    </author>
    <author><name>Bo Example</name></author>
    <arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1234/Inv.1</arxiv:doi>
    <link title="doi" href="http://dx.doi.org/10.1234/Inv.1" rel="related"/>
    <arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">4 pages</arxiv:comment>
    <arxiv:journal_ref xmlns:arxiv="http://arxiv.org/schemas/atom">J. Inv. 1, 2
  (2026)</arxiv:journal_ref>
    <link href="http://arxiv.org/abs/2603.00001v1" rel="alternate" type="text/html"/>
    <link title="pdf" href="http://arxiv.org/pdf/2603.00001v1" rel="related" type="application/pdf"/>
    <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.CV" scheme="x"/>
    <category term="cs.CV" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
    <category term="68T50; I.2.7" scheme="http://arxiv.org/schemas/atom"/>
  </entry>
</feed>
"""


def record_of(given: str) -> PaperRecord:
    (record,) = read_api(atom(given)).records
    return record


@pytest.mark.parametrize("ids", [[], ["2603.00001"] * (MOST_IDS + 1)])
def test_no_ids_or_too_many_are_refused(ids: list[str]) -> None:
    with pytest.raises(ValueError, match=f"asks for {len(ids)} papers at once"):
        lookup_url(API, ids)


def test_an_error_is_refused_in_its_own_words() -> None:
    with pytest.raises(ParseError, match="the query API says bad id abc"):
        read_api(atom(ERROR))


def test_the_recorded_error_is_refused() -> None:
    body = recorded(recorded_file(lookup_url(API, ["abc"])).removesuffix(".gz"))
    with pytest.raises(ParseError, match="incorrect id format for abc"):
        read_api(body)


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ("", "readable XML"),
        ("Rate exceeded.", "readable XML"),
        (atom(entry())[:-40], "readable XML"),
        ("<html><body/></html>", "`feed` document"),
        (oai(raw()), "`feed` document"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title></feed>', "`totalResults`"),
        (atom(entry(), total="many"), "`totalResults`"),
        (atom(entry(), total="9" * 5000), "`totalResults`"),
        (atom("<entry/>"), "a readable entry among 1"),
    ],
)
def test_what_is_no_answer_of_the_api_is_refused(body: str, missing: str) -> None:
    with pytest.raises(ParseError, match=missing):
        read_api(body)


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(body: bytes) -> None:
    with suppress(ParseError):
        read_api(body)
    with suppress(ParseError):
        read_api(atom(entry()).encode().replace(b"2026-03-09T17:59:01Z", body))


@pytest.mark.parametrize(
    ("broken", "missing"),
    [
        (entry(id="http://arxiv.org/abs/cs"), "arXiv id (it is 'cs')"),
        (entry(id="https://doi.org/10.1234/x"), "arXiv id"),
        (entry(title=""), "title (2603.00001)"),
        (entry().replace("name>", "label>"), "authors (2603.00001)"),
    ],
)
def test_an_entry_that_cannot_be_understood_is_named_and_the_others_are_kept(
    broken: str, missing: str
) -> None:
    found = read_api(atom(entry("2603.00009v1"), broken))
    assert ([record.id for record in found.records], found.declared) == (["2603.00009"], 2)
    assert found.problems[0].startswith(f"entry 2 has no {missing}")


def test_entries_that_were_promised_and_did_not_come_are_declared() -> None:
    found = read_api(atom(entry(), total=3))
    assert (len(found.records), found.declared) == (1, 3)
    assert read_api(atom(total=300)).declared == 100


def test_a_page_of_a_longer_answer_promises_what_it_holds() -> None:
    assert read_api(atom(entry(), total=58, start=57, size=10)).declared == 1
    assert read_api(atom(entry(), total=214_881, size=1)).declared == 1
    assert read_api(atom(total=5, start=10)).declared == 0


def test_no_results_are_a_page_without_papers() -> None:
    assert read_api(atom()) == ParsedPage((), declared=0, complete=False)


@pytest.mark.parametrize("body", [OLD_LAYOUT, atom(entry())], ids=["to 2025", "since 2026"])
def test_an_entry_of_either_layout_has_every_field(body: str) -> None:
    (record,) = read_api(body).records
    assert record == PaperRecord(
        id="2603.00001",
        title="On an Invented Thing",
        abstract="We invent a thing.",
        authors=("Ada Example", "Bo Example"),
        rank=1,
        categories=("cs.CV", "cs.LG"),
        version=1,
        versions=(V1,),
        comment="4 pages",
        journal_ref="J. Inv. 1, 2 (2026)",
        doi="10.1234/inv.1",
        published_at=V1,
    )


def test_of_a_later_version_only_the_first_is_dated() -> None:
    record = record_of(entry("math.GT/0309136v3"))
    assert (record.id, record.version, record.versions, record.published_at) == ("math/0309136", 3, (), V1)


@pytest.mark.parametrize("published", ["", "soon", "2026-03-09T17:59:01", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none_is_left_out(published: str) -> None:
    record = record_of(entry(published=published))
    assert (record.published_at, record.versions) == (None, ())


def test_a_time_is_in_utc() -> None:
    record = record_of(entry(published="2026-03-09T13:59:01-04:00"))
    assert record.published_at == V1
    assert record.published_at.tzinfo is UTC


def test_a_paper_that_says_so_is_withdrawn_and_silence_says_nothing() -> None:
    assert record_of(entry(**{"arxiv:comment": "This paper has been withdrawn"})).withdrawn is True
    assert record_of(entry(summary="This submission has been withdrawn by arXiv")).withdrawn is True
    assert record_of(entry()).withdrawn is None


@pytest.mark.parametrize("ids", [["0000.0000"], ["0808.05394", "1707.08567"], ["quant-ph/0201082v1"]])
def test_addresses_are_those_of_the_recording(ids: list[str]) -> None:
    found = read_api(recorded(recorded_file(lookup_url(API, ids)).removesuffix(".gz")))
    assert (len(found.records), found.problems) == (found.declared, ())
    # Of the three papers the API does not know one, and has dropped a withdrawn one.
    assert [record.id for record in found.records] == [i.removesuffix("v1") for i in ids if i[0] != "0"]


def test_ids_stand_plain_in_the_address() -> None:
    url = lookup_url(f"{API}/", ["2603.00001", "hep-th/9901001v2"])
    assert url == f"{API}/query?id_list=2603.00001,hep-th/9901001v2&max_results=100"


@pytest.mark.parametrize("query", ["all:nicotine", "all:testing"])
def test_the_recorded_searches_are_read_whole(query: str) -> None:
    name = recorded_file(f"/api/query?search_query={query}&start=0&max_results=10")
    found = read_api(recorded(name.removesuffix(".gz")))
    assert (len(found.records), found.declared, found.problems) == (10, 10, ())
    assert all(record.categories and record.published_at and record.abstract for record in found.records)
