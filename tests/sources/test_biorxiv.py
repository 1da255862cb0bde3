"""bioRxiv and medRxiv: which answers are refused, what rows mean, how a day's answers are joined."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.sources.biorxiv import Server, biorxiv, expects, parse_answer
from flows.sources.reading import read
from models.errors import FetchError, ParseError
from models.records import Answer, Expectation, Listing, PaperRecord, ParsedPage, Reading

BASE = "http://rxiv.example"
TUESDAY = date(2026, 3, 10)
LISTING = Listing("biorxiv", "daily", TUESDAY)
FIRST_URL = f"{BASE}/details/biorxiv/2026-03-10/2026-03-10/0"
AT = datetime(2026, 3, 11, 15, tzinfo=UTC)
SERVERS: tuple[Server, ...] = ("biorxiv", "medrxiv")
EMPTY = {"messages": [{"status": "no posts found"}], "collection": []}


def made(number: int = 1, /, **changes: object) -> dict[str, Any]:
    """One row as the API gives it, with what replaces its fields; a field that is Ellipsis is left out."""
    row = {
        "title": f"On Invented Cell {number}",
        "authors": "Example, A. B.; Sample, C.",
        "author_corresponding": "Ada Example",
        "author_corresponding_institution": "Invented Institute",
        "doi": f"10.64898/2026.03.09.{number:06}",
        "date": "2026-03-10",
        "version": "1",
        "type": "new results",
        "license": "cc_by",
        "category": "cell biology",
        "jatsxml": "https://rxiv.example/source.xml",
        "abstract": f"We invent cell {number}.",
        "funder": "NA",
        "published": "NA",
        "server": "bioRxiv",
    }
    return {key: value for key, value in (row | changes).items() if value is not ...}


def answer_of(rows: Sequence[object], total: object = ..., first: object = 0) -> dict[str, Any]:
    """An answer with rows, of a listing of so many in all: unasked of these alone."""
    count = len(rows) if total is ... else total
    message = {"status": "ok", "interval": "2026-03-10:2026-03-10", "cursor": first, "count": len(rows)}
    return {"messages": [message | {"total": count}], "collection": list(rows)}


def parse(content: object, url: str = FIRST_URL, listing: Listing = LISTING) -> ParsedPage:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return parse_answer(listing, Answer(url, AT, 200, body=body), BASE)


def record_of(**changes: object) -> PaperRecord:
    (record,) = parse(answer_of([made(1, **changes)])).records
    return record


@pytest.mark.parametrize("body", [b"", b"<!DOCTYPE html><p>Just a moment", b"[", b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError, match="biorxiv: no readable JSON"):
        parse(body)


def test_a_refusal_names_its_server() -> None:
    with pytest.raises(ParseError, match="medrxiv: no readable JSON"):
        parse(b"", listing=Listing("medrxiv", "daily", TUESDAY))


@pytest.mark.parametrize("content", [[], "text", None, 3])
def test_an_answer_that_is_no_object_is_refused(content: object) -> None:
    with pytest.raises(ParseError, match="no JSON object"):
        parse(content)


@pytest.mark.parametrize("messages", [None, [], {}, "ok", ["ok"]])
def test_an_answer_without_its_message_is_refused(messages: object) -> None:
    with pytest.raises(ParseError, match="no object in `messages`"):
        parse({"messages": messages, "collection": [made()]})


@pytest.mark.parametrize("status", ["Both dates must be in yyyy-mm-dd format", "error", None, 200])
def test_a_refusal_with_an_empty_list_is_no_day_without_posts(status: object) -> None:
    with pytest.raises(ParseError, match="no status `ok`"):
        parse({"messages": [{"status": status}], "collection": []})


@pytest.mark.parametrize("content", [{}, {"collection": None}, {"collection": {"1": made()}}])
def test_an_answer_without_its_collection_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(ParseError, match="no list `collection`"):
        parse({"messages": [{"status": "ok", "total": 1}], **content})


def test_an_answer_that_begins_at_another_row_is_refused() -> None:
    with pytest.raises(ParseError, match="no rows from 30 on"):
        parse(answer_of([made()], 31, first=0), FIRST_URL.replace("/0", "/30"))


def test_an_answer_whose_rows_are_all_broken_is_refused() -> None:
    with pytest.raises(ParseError, match="no a readable row among 2: row 1 has no DOI"):
        parse(answer_of([made(doi=...), "text"]))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"doi": ...}, "row 2 has no DOI in `doi` (it is None)"),
        ({"doi": "NA"}, "row 2 has no DOI in `doi` (it is 'NA')"),
        ({"doi": "2603.00001"}, "row 2 has no DOI in `doi` (it is '2603.00001')"),
        ({"title": "NA"}, "row 2 (10.64898/2026.03.09.000002) has no `title`"),
        ({"authors": ...}, "row 2 (10.64898/2026.03.09.000002) has no text in `authors` (it is None)"),
        ({"date": "NA"}, "row 2 (10.64898/2026.03.09.000002) has no day in `date` (it is 'NA')"),
        (
            {"date": "2026-02-30"},
            "row 2 (10.64898/2026.03.09.000002) has no day in `date` (it is '2026-02-30')",
        ),
        ({"version": "0"}, "row 2 (10.64898/2026.03.09.000002) has no number in `version` (it is '0')"),
        ({"version": True}, "row 2 (10.64898/2026.03.09.000002) has no number in `version` (it is True)"),
    ],
    ids=str,
)
def test_a_row_that_cannot_be_read_is_told_and_the_others_kept(broken: dict[str, object], words: str) -> None:
    found = parse(answer_of([made(1), made(2, **broken), made(3)]))
    assert [record.rank for record in found.records] == [1, 3]
    assert (found.declared, found.problems) == (3, (words,))


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(body: bytes) -> None:
    with suppress(ParseError):
        parse(body)


ANYTHING: st.SearchStrategy[object] = st.sampled_from(
    [None, True, -1, 0, 2, 1e9, "", "NA", "2", "²", "\ud800", "a; b, c", [], {}, [[]]]
)


@given(st.lists(st.dictionaries(st.sampled_from(sorted(made())), ANYTHING), max_size=3), ANYTHING, ANYTHING)
def test_any_rows_are_parsed_or_refused(rows: list[dict[str, object]], total: object, first: object) -> None:
    with suppress(ParseError):
        parse(answer_of([made() | row for row in rows], total, first))


MARKUP = st.lists(
    st.sampled_from(
        ["O_FIG", "C_FIG", "O_LI", "C_LI", "O_SCPLOW", "<i", ">", "&", "#9;", "lt;", ' a="', " ", "x"]
    )
).map("".join)


@given(MARKUP)
@example("&#" + "1" * 5_000 + ";")
@example("O_FIG " * 20_000)
@example('<p a="' * 20_000)
def test_any_markup_leaves_one_line_of_text(text: str) -> None:
    abstract = record_of(abstract=text).abstract
    assert abstract == " ".join(abstract.split())


def test_every_field_of_a_row_has_its_place() -> None:
    assert record_of(published="10.9999/Invented.7") == PaperRecord(
        id="10.64898/2026.03.09.000001",
        title="On Invented Cell 1",
        abstract="We invent cell 1.",
        authors=("A. B. Example", "C. Sample"),
        rank=1,
        part="new",
        categories=("cell biology",),
        version=1,
        doi="10.9999/invented.7",
        license="https://creativecommons.org/licenses/by/4.0/",
    )


def test_a_date_without_a_time_is_no_time() -> None:
    record = record_of()
    assert (record.published_at, record.listed_at, record.versions) == (None, None, ())


def test_an_id_is_a_doi_in_lower_case() -> None:
    assert record_of(doi="10.1101/2026.03.09.ABC").id == "10.1101/2026.03.09.abc"


@pytest.mark.parametrize(
    ("version", "part"), [("1", "new"), (1, "new"), ("2", "replacement"), (11, "replacement")], ids=repr
)
def test_a_first_version_is_new_and_a_later_one_a_replacement(version: object, part: str) -> None:
    record = record_of(version=version)
    assert (record.version, record.part) == (int(str(version)), part)


def test_every_version_of_a_day_is_a_row() -> None:
    found = parse(answer_of([made(1), made(1, version="2")]))
    assert [(record.id, record.version) for record in found.records] == [
        ("10.64898/2026.03.09.000001", 1),
        ("10.64898/2026.03.09.000001", 2),
    ]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Example, A. B.; Sample, C.", ("A. B. Example", "C. Sample")),
        ("van  Example, A.;; Sample,C.; ", ("A. van Example", "C. Sample")),
        ("The Invented Consortium; Example,", ("The Invented Consortium", "Example")),
        ("Group of A, B, and C", ("Group of A, B, and C",)),
        ("M&uuml;ster, A.; Sample, C.", ("A. Müster", "C. Sample")),
        ("NA", ()),
        ("", ()),
    ],
)
def test_names_stand_in_the_order_of_the_other_sources(line: str, names: tuple[str, ...]) -> None:
    assert record_of(authors=line).authors == names


@pytest.mark.parametrize("absent", ["NA", "", None, ...])
def test_what_a_row_does_not_say_is_empty(absent: object) -> None:
    record = record_of(abstract=absent, category=absent, license=absent, published=absent, type=absent)
    assert (record.abstract, record.categories, record.license, record.doi) == ("", (), "", "")
    assert record.withdrawn is None


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("cc_by", "licenses/by/4.0/"),
        ("CC_BY_NC_ND", "licenses/by-nc-nd/4.0/"),
        ("cc_by_nd", "licenses/by-nd/4.0/"),
        ("cc0", "publicdomain/zero/1.0/"),
        ("cc0_ng", "publicdomain/zero/1.0/"),
    ],
)
def test_a_licence_is_an_address(code: str, path: str) -> None:
    assert record_of(license=code).license == f"https://creativecommons.org/{path}"


@pytest.mark.parametrize("code", ["cc_no", "cc", "by", "invented"])
def test_a_licence_that_grants_nothing_or_is_unknown_is_none(code: str) -> None:
    assert record_of(license=code).license == ""


def test_a_category_is_in_lower_case() -> None:
    assert record_of(category="Infectious Diseases").categories == ("infectious diseases",)


@pytest.mark.parametrize(
    "said",
    [
        {"type": "WITHDRAWN"},
        {"title": "Withdrawn: On Invented Cell 1"},
        {"abstract": "This manuscript has been withdrawn by its authors."},
    ],
    ids=str,
)
def test_a_withdrawal_is_known_by_its_type_its_title_or_its_notice(said: dict[str, str]) -> None:
    assert record_of(**said).withdrawn is True


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("p &lt; 0.05 &amp; q &#62; 1", "p < 0.05 & q > 1"),
        ("if a < b and c > d & e", "if a < b and c > d & e"),
        ('<jats:p>CO<sub>2</sub> of <i class="x">A. inventa</i></jats:p><p>Two</p>', "CO2 of A. inventa Two"),
        ("write &lt;i&gt; for italics", "write <i> for italics"),
        ("AO_SCPLOWBSTRACTC_SCPLOWWe invent.", "We invent."),
        ("We use MO_SCPCAPINTC_SCPCAP.", "We use MINT."),
        ("O_ST_ABSAimC_ST_ABSWe invent.", "Aim We invent."),
        ("PointsO_LIA cell.\nC_LIO_LIMore cells.\nC_LI", "Points A cell. More cells."),
        ('Before. O_FIG O_LINK SRC="a"> View M_FIG Cells C_FIG After.', "Before. After."),
        ("Before. O_TBL Cells C_TBL", "Before."),
        ("Before O_FIG that never ends", "Before that never ends"),
        ("Two\n  lines\x00", "Two lines"),
    ],
)
def test_an_abstract_is_its_text_alone(given: str, text: str) -> None:
    assert record_of(abstract=given).abstract == text


@pytest.mark.parametrize("total", [3, "3"], ids=repr)
def test_the_first_answer_declares_all_rows_and_says_where_they_go_on(total: object) -> None:
    found = parse(answer_of([made(1), made(2)], total))
    assert (found.declared, found.date, found.problems) == (3, TUESDAY, ())
    assert found.next_url == FIRST_URL.replace("/0", "/2")


def test_a_later_answer_declares_nothing_more_and_counts_on() -> None:
    found = parse(answer_of([made(3)], "3", first="2"), FIRST_URL.replace("/0", "/2"))
    assert (found.declared, found.next_url, found.records[0].rank) == (0, None, 3)


def test_an_answer_without_a_total_goes_on_until_one_is_empty() -> None:
    found = parse(answer_of([made(1)], None))
    assert (found.declared, found.next_url) == (1, FIRST_URL.replace("/0", "/1"))


@pytest.mark.parametrize("status", ["no posts found", "No posts found"])
def test_a_day_without_posts_is_the_asked_one_and_left_to_the_calendar(status: str) -> None:
    found = parse({"messages": [{"status": status}], "collection": []})
    assert found == ParsedPage((), declared=0, date=TUESDAY)


def test_a_date_needs_no_zeros() -> None:
    assert parse(answer_of([made(date="2026-3-10")])).date == TUESDAY


def test_rows_of_another_date_are_left_out_and_told() -> None:
    found = parse(answer_of([made(1, date="2026-03-09"), made(2), made(3, date="2026-03-09")]))
    assert (found.date, [record.rank for record in found.records]) == (TUESDAY, [2])
    assert (found.declared, found.problems) == (3, ("2 of 3 rows are not of 2026-03-10",))


def test_an_answer_of_another_date_says_so() -> None:
    found = parse(
        answer_of([made(1, date="2026-03-09"), made(2, date="2026-03-09"), made(3, date="2026-03-08")])
    )
    assert (found.date, len(found.records)) == (date(2026, 3, 9), 2)
    assert found.problems == ("1 of 3 rows are not of 2026-03-09",)


class Api:
    """The API with so many rows of every day, of which it gives some at a time and withholds the last."""

    def __init__(self, count: int, at_once: int, withheld: int = 0, broken: Sequence[int] = ()) -> None:
        self.rows = [made(number) for number in range(1, count - withheld + 1)]
        self.count, self.at_once, self.broken = count, at_once, broken
        self.asked: list[str] = []

    def fetch(self, url: str) -> Answer:
        self.asked.append(url.removeprefix(BASE))
        first = int(url.rpartition("/")[2])
        if first in self.broken:
            raise FetchError(Answer(url, AT, 503, error="answers 503"))
        rows = self.rows[first : first + self.at_once]
        # As it does: the first position is a number, later ones and the total are texts.
        content = answer_of(rows, str(self.count), first if first == 0 else str(first)) if rows else EMPTY
        return Answer(url, AT, 200, body=json.dumps(content).encode())

    def read(self, server: Server = "biorxiv", at: datetime = AT) -> Reading:
        source = biorxiv(f"{BASE}/", server)
        return read(source, source.listings(TUESDAY)[0], self.fetch, at)


def page_of(reading: Reading) -> ParsedPage:
    assert reading.page is not None
    return reading.page


@pytest.mark.parametrize("server", SERVERS)
def test_a_day_is_read_to_its_end_however_many_rows_come_at_once(server: Server) -> None:
    api = Api(count=7, at_once=3)
    reading = api.read(server)
    page = page_of(reading)
    assert api.asked == [f"/details/{server}/2026-03-10/2026-03-10/{first}" for first in (0, 3, 6)]
    assert [record.rank for record in page.records] == [1, 2, 3, 4, 5, 6, 7]
    assert (page.declared, page.date, page.complete, reading.problems) == (7, TUESDAY, True, ())
    assert (reading.via, reading.listing.source) == ("api", server)


@pytest.mark.parametrize("at_once", [3, 6])
def test_a_day_of_full_answers_asks_for_no_empty_one(at_once: int) -> None:
    api = Api(count=6, at_once=at_once)
    assert (len(page_of(api.read()).records), len(api.asked)) == (6, 6 // at_once)


@pytest.mark.parametrize("withheld", [1, 2, 4])
def test_a_day_that_ends_before_its_total_is_told_and_partial(withheld: int) -> None:
    reading = Api(count=7, at_once=3, withheld=withheld).read()
    page = page_of(reading)
    assert (len(page.records), page.declared) == (7 - withheld, 7)
    assert reading.problems == (f"api: {7 - withheld} of 7 entries",)


def test_a_day_that_holds_more_than_its_total_is_told() -> None:
    api = Api(count=5, at_once=3)
    api.count = 4
    assert api.read().problems == ("api: 5 of 4 entries",)


def test_a_later_answer_that_fails_leaves_what_came_before_it() -> None:
    reading = Api(count=7, at_once=3, broken=(3,)).read()
    page = page_of(reading)
    assert (len(page.records), page.declared, page.complete) == (3, 7, False)
    assert "answers 503" in reading.problems[0]


def test_a_weekday_without_posts_once_it_is_over_is_told() -> None:
    reading = Api(count=0, at_once=3).read()
    assert (page_of(reading).records, reading.problems) == ((), ("api: names no papers",))


def test_a_day_without_posts_while_it_runs_is_no_problem() -> None:
    reading = Api(count=0, at_once=3).read(at=datetime(2026, 3, 10, 15, tzinfo=UTC))
    assert (page_of(reading).records, reading.problems) == ((), ())


@pytest.mark.parametrize(
    ("day", "now", "expectation"),
    [
        ("2026-03-10", "2026-03-10T23:00Z", Expectation.LATER),
        ("2026-03-10", "2026-03-11T11:59:59Z", Expectation.LATER),
        ("2026-03-10", "2026-03-11T13:30+02:00", Expectation.LATER),
        ("2026-03-10", "2026-03-11T12:00Z", Expectation.DUE),
        ("2026-03-10", "2026-03-11T07:00-05:00", Expectation.DUE),
        ("2026-03-10", "2026-06-01T00:00Z", Expectation.DUE),
        ("2026-03-14", "2026-03-14T20:00Z", Expectation.LATER),
        ("2026-03-14", "2026-03-15T12:00Z", Expectation.NONE),
        ("2026-03-15", "2026-03-16T11:59Z", Expectation.LATER),
        ("2026-03-15", "2026-03-16T12:00Z", Expectation.NONE),
    ],
)
def test_a_day_is_due_when_it_has_ended_and_a_weekend_may_be_empty(
    day: str, now: str, expectation: Expectation
) -> None:
    listing = Listing("biorxiv", "daily", date.fromisoformat(day))
    assert expects(listing, datetime.fromisoformat(now)) is expectation


@pytest.mark.parametrize("server", SERVERS)
def test_each_server_is_a_source_of_one_listing_a_day_by_the_one_api(server: Server) -> None:
    source = biorxiv(f"{BASE}/", server)
    listing = Listing(server, "daily", TUESDAY)
    (way,) = source.ways(listing, AT)
    assert source.listings(TUESDAY) == (listing,)
    assert way.url(listing) == f"{BASE}/details/{server}/2026-03-10/2026-03-10/0"
    assert (source.base_urls, source.interfaces) == ((BASE,), (f"{BASE}/details",))
    assert (source.min_interval_seconds, source.reread_after_days) == (1, (1, 3))
