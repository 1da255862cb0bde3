"""Asking for details beyond a listing: no more than has to be, and no failure stops more than itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from flows.sources.base import Details
from flows.sources.detailing import MOST_LOOKUPS, MOST_PAGES, is_of_details, read_details, told_again
from models.errors import ArchiveError, FetchError, ParseError
from models.records import Answer, Listing, PaperRecord, ParsedPage, Reading

AT = datetime(2026, 3, 13, 12, tzinfo=UTC)
LISTING = Listing("invented", "cs.CL", date(2026, 3, 13))
HARVEST = "harvest?day=1"
PAGE_2 = "harvest?day=1&page=2"

Given = ParsedPage | Exception
"""What a parser makes of an answer; a FetchError means that there is no answer."""


def page(*ids: str, next_url: str | None = None) -> ParsedPage:
    records = tuple(PaperRecord(each, f"Thing {each}", "", (), n) for n, each in enumerate(ids, 1))
    return ParsedPage(records, len(records), next_url=next_url, complete=False)


def unreachable(url: str) -> FetchError:
    return FetchError(Answer(url, AT, 503, error="answers 503"), retryable=True)


REFUSED = ParseError("invented", "papers in the answer")


@dataclass
class Interface:
    """Answers by address; a look-up of two papers at most is at `ids?` and their ids, unasked it gives those."""

    given: Mapping[str, Given]
    first: str | None = HARVEST

    def __post_init__(self) -> None:
        self.asked: list[str] = []

    def fetch(self, url: str) -> Answer:
        self.asked.append(url)
        if isinstance(error := self.given.get(url), FetchError | ArchiveError):
            raise error
        return Answer(url, AT, 200, body=b"x")

    def parse(self, answer: Answer) -> ParsedPage:
        found = self.given.get(answer.url) or page(*answer.url.removeprefix("ids?").split(","))
        if isinstance(found, Exception):
            raise found
        return found

    @property
    def details(self) -> Details:
        return Details(lambda _, __: self.first, lambda ids: f"ids?{','.join(ids)}", 2, self.parse)

    def read(self, *lacking: str) -> Reading:
        return read_details(self.details, LISTING, lacking, self.fetch, AT)


def ids(reading: Reading) -> list[str]:
    assert reading.page is not None
    return [record.id for record in reading.page.records]


def asked(given: Mapping[str, Given], *lacking: str) -> list[str]:
    """The addresses that were asked for what is lacking."""
    interface = Interface(given)
    interface.read(*lacking)
    return interface.asked


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (unreachable(HARVEST), "harvest answers 503"),
        (REFUSED, "harvest: no papers in the answer"),
        (KeyError("id"), "harvest: its parser has a defect: KeyError('id')"),
    ],
    ids=["unreachable", "refused", "defect"],
)
def test_a_harvest_that_fails_is_told_and_made_up_for_by_ids(given: Given, words: str) -> None:
    interface = Interface({HARVEST: given})
    found = interface.read("1", "2")
    assert interface.asked == [HARVEST, "ids?1,2"]
    assert (ids(found), found.problems) == (["1", "2"], (words,))


@pytest.mark.parametrize("given", [unreachable("ids?1,2"), REFUSED, KeyError("id")], ids=str)
def test_a_look_up_that_fails_is_the_last(given: Given) -> None:
    interface = Interface({HARVEST: page(), "ids?1,2": given})
    found = interface.read("1", "2", "3")
    assert interface.asked == [HARVEST, "ids?1,2"]
    assert (ids(found), len(found.problems)) == ([], 1)


def test_a_later_page_that_fails_leaves_what_came_before_it() -> None:
    found = Interface({HARVEST: page("1", next_url=PAGE_2), PAGE_2: REFUSED}).read("1", "2")
    assert (ids(found), found.problems) == (["1", "2"], ("harvest: no papers in the answer",))
    assert [answer.url for answer in found.answers] == [HARVEST, PAGE_2, "ids?2"]


def test_an_answer_that_never_came_is_among_the_answers() -> None:
    failed = unreachable(HARVEST)
    assert Interface({HARVEST: failed}).read("1").answers[0] is failed.answer


def test_a_defect_of_the_parser_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    Interface({HARVEST: KeyError("id")}).read("1")
    (record,) = caplog.records
    assert record.exc_info
    assert HARVEST in record.getMessage()


def test_a_snapshot_that_is_missing_stops_the_reading() -> None:
    with pytest.raises(ArchiveError):
        Interface({HARVEST: ArchiveError("a snapshot is missing")}).read("1")


def test_nothing_is_asked_where_nothing_is_lacking() -> None:
    interface = Interface({HARVEST: REFUSED})
    found = interface.read()
    assert (interface.asked, found.answers, found.problems) == ([], (), ())


def test_nothing_is_asked_while_there_is_nothing_to_harvest() -> None:
    interface = Interface({}, first=None)
    found = interface.read("1")
    assert (interface.asked, found.answers, ids(found)) == ([], (), [])


def test_a_harvest_that_never_ends_is_given_up() -> None:
    urls = asked({HARVEST: page("9", next_url=HARVEST)}, "1")
    assert urls == [HARVEST] * MOST_PAGES + ["ids?1"]


def test_of_too_many_papers_only_the_first_are_looked_up() -> None:
    lacking = [f"{number:04}" for number in range(2 * MOST_LOOKUPS + 1)]
    urls = asked({HARVEST: page()}, *lacking)
    assert len(urls) == 1 + MOST_LOOKUPS
    assert urls[-1] == f"ids?{lacking[2 * MOST_LOOKUPS - 2]},{lacking[2 * MOST_LOOKUPS - 1]}"


def test_no_page_is_asked_for_after_the_last_paper_is_found() -> None:
    assert asked({HARVEST: page("1", "2", "3", next_url=PAGE_2)}, "2", "1") == [HARVEST]


def test_pages_are_followed_while_something_is_lacking() -> None:
    given = {HARVEST: page("1", next_url=PAGE_2), PAGE_2: page("2", next_url="harvest?page=3")}
    assert asked(given, "1", "2") == [HARVEST, PAGE_2]


def test_what_the_harvest_lacks_is_looked_up_by_ids_in_their_order_so_many_at_once() -> None:
    assert asked({HARVEST: page("3")}, "5", "4", "3", "2", "1") == [HARVEST, "ids?1,2", "ids?4,5"]


def test_a_look_up_that_does_not_know_a_paper_is_followed_by_the_next() -> None:
    found = Interface({HARVEST: page(), "ids?1,2": page("2")}).read("1", "2", "3")
    assert (ids(found), found.problems) == (["2", "3"], ())


def test_all_that_was_told_is_given_and_names_no_listing() -> None:
    found = Interface({HARVEST: page("1", "7")}).read("1")
    assert (found.listing, found.read_at) == (replace(LISTING, section="cs.CL/details"), AT)
    assert found.page == replace(page("1", "7"), complete=False)


def test_a_reading_of_details_is_told_from_one_of_a_listing() -> None:
    found = Interface({HARVEST: page("1")}).read("1")
    assert is_of_details(found.listing)
    assert not is_of_details(LISTING)


HISTORIES: Sequence[Mapping[str, Given]] = (
    {HARVEST: page("1", "2", "3")},
    {HARVEST: page("1", next_url=PAGE_2), PAGE_2: page("2")},
    {HARVEST: page("1", next_url=PAGE_2), PAGE_2: unreachable(PAGE_2)},
    {HARVEST: REFUSED, "ids?3": unreachable("ids?3")},
    {HARVEST: KeyError("id"), "ids?1,2": KeyError("id")},
    {HARVEST: unreachable(HARVEST), "ids?1,2": REFUSED},
)


@pytest.mark.parametrize("given", HISTORIES)
def test_answers_that_were_kept_tell_the_same_again(given: Mapping[str, Given]) -> None:
    interface = Interface(given)
    first = interface.read("1", "2", "3")
    again = told_again(interface.details, first.listing, first.answers, AT)
    assert again == replace(first, problems=())
