"""What a listing lacks of its papers is asked for elsewhere: once, without harm to the listing, and kept for a replay."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.settings import Settings, load_settings
from flows.sources.base import Source
from flows.sources.client import Validators
from flows.steps.ingesting import ingest
from flows.steps.replaying import Replay, replay
from flows.steps.resources import Get, clock, opened
from models.errors import FetchError
from models.records import Answer, Listing, Verdict
from models.tables import LEDGER, PAPERS, READINGS, REVISIONS, SNAPSHOTS
from models.verdicts import Entry
from tests.databases import opened as opened_database
from tests.sources import arxiv_made, arxiv_xml
from tests.sources.arxiv_xml import API, OAI, RSS, atom, entry, oai, raw
from tests.steps.conftest import TOPICS
from tests.steps.house import Rows, rows, with_database

SITE = arxiv_made.BASE
NEW, QUERY = f"{SITE}/list/cs.CV/new", f"{API}/query"
IDS = [arxiv_made.paper_id(number) for number in range(1, 5)]
MAILING = Listing("arxiv", "cs.CV", date(2026, 3, 13))
EARLY, NOON, EVENING = (datetime(2026, 3, 13, hour, tzinfo=UTC) for hour in (2, 12, 20))
SATURDAY = datetime(2026, 3, 14, 12, tzinfo=UTC)


@dataclass
class Arxiv:
    """A folder with its database, and arXiv by address without its query: what it answers, or a status."""

    settings: Settings
    given: dict[str, str | int]
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, _: Validators | None) -> Answer:
        page = url.partition("?")[0]
        self.asked.append(page)
        found = self.given.get(page, 404)
        if isinstance(found, int):
            raise FetchError(Answer(url, NOON, found, error=f"answers {found}"))
        return Answer(url, NOON, 200, {"content-type": "text/html"}, found.encode())

    @contextmanager
    def visit(self, _: Source) -> Iterator[Get]:
        yield self.get

    def ingest(self, moment: datetime = NOON) -> dict[Listing, Entry]:
        """What a run at a moment makes of what is due; what it asked for is noted anew."""
        self.asked.clear()
        with opened(self.settings, clock(moment), self.visit) as resources:
            return {row.listing: row for row in ingest(resources)}

    def rows(self) -> Rows:
        with opened_database(self.settings.database) as engine:
            return rows(engine)

    def papers(self) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.rows()[PAPERS.name]}


def told(paper_id: str, **fields: str) -> str:
    """A record of OAI-PMH that contradicts the listing in nothing but `fields`."""
    return raw(paper_id, categories="cs.CV", **fields)


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Arxiv:
    """A mailing of four papers, of which all that there is stands in one harvest."""
    (tmp_path / "topics.toml").write_text(TOPICS)
    settings = load_settings(
        _env_file=None,
        home=with_database(tmp_path / "var", sqlite_template),
        topics=tmp_path / "topics.toml",
        sources="arxiv",
        arxiv_categories="cs.CV",
        arxiv_url=SITE,
        arxiv_oai_url=OAI,
        arxiv_api_url=API,
        arxiv_rss_url=RSS,
    )
    return Arxiv(settings, {NEW: arxiv_made.mailing((2, 1, 1)), OAI: oai(*map(told, IDS))})


@pytest.mark.parametrize(
    ("answer", "words"),
    [(503, f"{OAI} answers 503"), ("<html>Just a moment</html>", f"{OAI}: no ")],
    ids=["unreachable", "challenge"],
)
def test_details_that_cannot_be_had_are_a_warning_and_no_verdict(
    site: Arxiv, caplog: pytest.LogCaptureFixture, answer: str | int, words: str
) -> None:
    site.given |= {OAI: answer, QUERY: 503}
    row = site.ingest()[MAILING]
    assert (row.verdict, row.parsed, row.error) == (Verdict.FRESH, 4, "")
    sentences = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [sentence.partition(": details: ")[0] for sentence in sentences] == ["arxiv cs.CV 2026-03-13"] * 2
    assert words in sentences[0]
    assert f"{QUERY} answers 503" in sentences[1]


def test_details_that_could_not_be_had_are_asked_for_when_the_listing_is_read_again(site: Arxiv) -> None:
    harvest, site.given[OAI] = site.given[OAI], 503
    site.ingest()
    site.given[OAI] = harvest
    site.ingest(EVENING)
    assert site.asked == [NEW, OAI]
    assert all(row["published_at"] for row in site.papers().values())


def test_what_is_lacking_is_not_asked_for_while_its_listing_cannot_be_read(site: Arxiv) -> None:
    site.given |= {OAI: 503, QUERY: 503}
    site.ingest()
    site.given[NEW] = 503
    assert site.ingest(EVENING)[MAILING].verdict is Verdict.FAILED
    assert not {OAI, QUERY} & set(site.asked)


def test_details_are_not_asked_for_before_they_can_be_there(site: Arxiv) -> None:
    assert site.ingest(EARLY)[MAILING].verdict is Verdict.FRESH
    assert site.asked == [NEW]


def test_what_a_listing_lacks_is_asked_for_once(site: Arxiv) -> None:
    site.ingest()
    assert site.asked == [NEW, OAI]
    site.ingest(EVENING)
    assert site.asked == [NEW]


def test_papers_gain_what_no_listing_says_and_that_is_no_edit(site: Arxiv) -> None:
    site.ingest()
    for row in site.papers().values():
        assert row["published_at"] == datetime(2026, 3, 9, 17, 59, 1, tzinfo=UTC)
        assert (row["license"], len(row["versions"])) == (arxiv_xml.PAPER["license"], 1)
    assert {row["weight"] for row in site.rows()[REVISIONS.name]} == {"enrichment"}


def test_papers_that_the_harvest_does_not_know_are_looked_up_by_their_ids(site: Arxiv) -> None:
    site.given |= {OAI: oai(*map(told, IDS[:2])), QUERY: atom(*(entry(f"{each}v1") for each in IDS[2:]))}
    site.ingest()
    assert site.asked == [NEW, OAI, QUERY]
    assert all(row["published_at"] for row in site.papers().values())


def test_papers_that_stand_on_no_listing_are_not_taken_from_a_harvest(site: Arxiv) -> None:
    site.given[OAI] = oai(told("2603.09999"), *map(told, IDS))
    site.ingest()
    assert list(site.papers()) == IDS


def test_the_listing_of_a_day_before_that_answers_is_not_asked_about_again(site: Arxiv) -> None:
    site.ingest()
    found = site.ingest(SATURDAY)
    assert {listing.date.day: row.verdict for listing, row in found.items()} == {
        13: Verdict.FRESH,
        14: Verdict.QUIET,
    }
    assert OAI not in site.asked


def test_what_was_told_is_kept_as_a_reading_of_its_own_and_the_ledger_knows_listings_alone(
    site: Arxiv,
) -> None:
    site.ingest()
    found = site.rows()
    assert [row["section"] for row in found[READINGS.name]] == ["cs.CV", "cs.CV/details"]
    (kept,) = [row for row in found[SNAPSHOTS.name] if row["reading_id"] == 2]
    assert (kept["url"].partition("?")[0], kept["status"]) == (OAI, 200)
    assert (site.settings.archive / kept["content_hash"][:2] / f"{kept['content_hash']}.gz").exists()
    assert [row["section"] for row in found[LEDGER.name]] == ["cs.CV"]


def lived(site: Arxiv) -> Arxiv:
    """The site after runs of which not all went well."""
    good = dict(site.given)
    site.given |= {OAI: 503, QUERY: "<html>Just a moment</html>"}
    site.ingest()
    title = arxiv_made.entry(2, title="On a Thing Invented Anew")
    lists = arxiv_made.section("new", arxiv_made.entry(1), title)
    site.given |= {
        NEW: arxiv_made.mailing((2, 0, 0), lists=lists),
        OAI: oai(told(IDS[0], title="On Another Thing")),
    }
    site.given[QUERY] = atom(entry(f"{IDS[1]}v2"))
    site.ingest(EVENING)
    site.given |= good
    site.ingest(SATURDAY)
    return site


def unvisited(_: Source) -> AbstractContextManager[Get]:
    raise AssertionError("a replay visits no site")


def replayed(settings: Settings, into: str | None = None) -> Replay:
    with opened(settings, clock(datetime(2031, 6, 1, tzinfo=UTC)), unvisited) as resources:
        return replay(resources, into=into)


def test_in_place_a_replay_gives_every_row_again(site: Arxiv) -> None:
    before = lived(site).rows()
    assert {row["status"] for row in before[SNAPSHOTS.name]} == {200, 503}
    assert {row["field"] for row in before[REVISIONS.name]} >= {"title", "published_at"}
    assert replayed(site.settings).papers == 4
    assert site.rows() == before


def test_a_replay_into_another_database_gives_every_row_too(site: Arxiv, database_url: str) -> None:
    before = lived(site).rows()
    replayed(site.settings, database_url)
    with opened_database(database_url) as engine:
        assert rows(engine) == before


def test_a_replay_needs_none_of_the_addresses_of_the_first_time(site: Arxiv) -> None:
    before = lived(site).rows()
    moved = {
        "arxiv_url": "http://m.example",
        "arxiv_oai_url": "http://m.example/oai",
        "arxiv_api_url": "http://m.example/api",
    }
    replayed(site.settings.model_copy(update=moved))
    assert site.rows() == before
