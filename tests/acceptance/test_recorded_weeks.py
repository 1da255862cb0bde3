"""Seven recorded weeks, read morning and evening: every paper exactly, no false word, no gap."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from feeds.entries import shown_title
from feeds.text import one_line
from flows.settings import Settings, load_settings
from flows.sources.base import Source
from flows.sources.client import Client, user_agent
from flows.steps.ingesting import ingest
from flows.steps.publishing import publish
from flows.steps.resources import Get, Resources, clock, opened
from flows.steps.syndicating import Published
from models.database import reading
from models.ledger import entries
from models.papers import Paper, Weight
from models.records import Verdict
from models.selection import changed_since
from models.verdicts import Entry
from tests.acceptance.stand_in import StandIn, recorded
from tests.databases import opened as opened_database
from tests.feeds.a_reader import a_reader
from tests.feeds.validity import atom_faults, schema
from tests.steps.house import with_database

FIRST, LAST = date(2025, 9, 15), date(2025, 10, 31)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
HOURS = (8, 20)


@dataclass(frozen=True)
class Weeks:
    """What seven weeks of reading have left."""

    settings: Settings
    stand_in: StandIn
    client: Client
    rows: list[Entry]
    published: list[Published]

    @contextmanager
    def opened(self, moment: datetime) -> Iterator[Resources]:
        """The resources of a moment, of the site too."""
        self.stand_in.at(moment)
        with opened(self.settings, clock(moment), self.visit) as resources:
            yield resources

    @contextmanager
    def visit(self, _: Source) -> Iterator[Get]:
        """One client for all rounds: each new one would take a tenth of a second."""
        yield self.client.get

    def papers(self) -> dict[str, Paper]:
        with opened_database(self.settings.database) as engine, reading(engine) as connection:
            return {paper.id: paper for paper in changed_since(connection)}

    def ledger(self) -> list[Entry]:
        with opened_database(self.settings.database) as engine, reading(engine) as connection:
            return entries(connection)


@pytest.fixture(scope="module")
def weeks(
    stand_in: StandIn, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Weeks]:
    """Every day read at 08:00 and at 20:00 UTC, the feeds made once, at the end."""
    home = with_database(tmp_path_factory.mktemp("weeks") / "var", sqlite_template)
    settings = load_settings(_env_file=None, home=home, sources="huggingface", huggingface_url=stand_in.url)
    moments = [datetime(day.year, day.month, day.day, hour, tzinfo=UTC) for day in DAYS for hour in HOURS]
    with Client(
        [stand_in.url], user_agent=user_agent("test"), min_interval_seconds=0, now=lambda: moments[0]
    ) as client:
        found = Weeks(settings, stand_in, client, [], [])
        now = moments[0]
        with opened(settings, lambda: now, found.visit) as resources:
            for now in moments:
                stand_in.at(now)
                found.rows.extend(ingest(resources))
        with found.opened(moments[-1]) as resources:
            found.published.extend(publish(resources))
        yield found


@pytest.fixture(scope="module")
def papers(weeks: Weeks) -> dict[str, Paper]:
    return weeks.papers()


@pytest.fixture(scope="module")
def expected() -> dict[str, tuple[date, dict[str, Any]]]:
    """Every recorded paper, by its id, with the day that lists it first."""
    found: dict[str, tuple[date, dict[str, Any]]] = {}
    for day in DAYS:
        for entry in recorded(day):
            found.setdefault(entry["paper"]["id"], (day, entry))
    return found


def plain(text: str) -> str:
    return " ".join(text.split())


def test_every_recorded_paper_is_stored_and_no_other(
    papers: dict[str, Paper], expected: dict[str, Any]
) -> None:
    assert len(expected) > 800
    assert papers.keys() == expected.keys()


def test_ids_keep_the_nought_at_their_end(papers: dict[str, Paper]) -> None:
    assert sum(paper_id.endswith("0") for paper_id in papers) > 50
    assert {len(paper_id) for paper_id in papers} == {len("2509.26507")}


def as_it_came(paper: Paper, name: str) -> object:
    """A text as its source gave it: the original in TeX, where a reader sees another."""
    return paper.originals.get(name, getattr(paper, name))


def test_titles_abstracts_and_authors_are_stored_exactly(
    papers: dict[str, Paper], expected: dict[str, tuple[date, dict[str, Any]]]
) -> None:
    for paper_id, (_, entry) in expected.items():
        stored, given = papers[paper_id], entry["paper"]
        assert as_it_came(stored, "title") == plain(given["title"])
        assert as_it_came(stored, "abstract") == plain(given["summary"])
        assert list(stored.authors) == [plain(author["name"]) for author in given["authors"]]


def test_tex_is_shown_as_text(papers: dict[str, Paper]) -> None:
    in_tex = [paper for paper in papers.values() if "abstract" in paper.originals]
    assert len(in_tex) > 100
    assert not any(paper.originals["abstract"] == paper.abstract for paper in in_tex)


def test_every_paper_is_on_the_days_that_list_it(papers: dict[str, Paper]) -> None:
    listed = Counter((day, entry["paper"]["id"]) for day in DAYS for entry in recorded(day))
    stored = Counter((place.date, paper.id) for paper in papers.values() for place in paper.appearances)
    assert stored == listed
    assert all(place.removed_at is None for paper in papers.values() for place in paper.appearances)


def test_the_first_day_that_lists_a_paper_is_its_announcement(
    papers: dict[str, Paper], expected: dict[str, tuple[date, dict[str, Any]]]
) -> None:
    for paper_id, (day, _) in expected.items():
        assert papers[paper_id].first_listed == day


def test_nothing_was_revised(weeks: Weeks, papers: dict[str, Paper]) -> None:
    edits = [
        (paper.id, revision)
        for paper in papers.values()
        for revision in paper.revisions
        if revision.weight is not Weight.ENRICHMENT
    ]
    assert edits == []
    assert sum(row.revised for row in weeks.rows) == 0


def test_votes_were_observed_as_they_rose(papers: dict[str, Paper]) -> None:
    counts = [[seen.votes or 0 for seen in paper.observations] for paper in papers.values()]
    assert sum(len(votes) > 2 for votes in counts) > 100
    for paper in papers.values():
        assert paper.observations[-1].votes == paper.votes


def test_the_ledger_has_no_gap(weeks: Weeks) -> None:
    assert [row.date for row in reversed(weeks.ledger())] == DAYS


def test_weekends_are_quiet_and_weekdays_fresh(weeks: Weeks) -> None:
    for row in weeks.ledger():
        is_weekend = row.date.weekday() >= 5
        assert row.verdict is (Verdict.QUIET if is_weekend else Verdict.FRESH), row
        assert row.declared == row.parsed == len(recorded(row.date))
        assert (row.error, row.via) == ("", "page")


def test_no_reading_found_anything_wrong(weeks: Weeks) -> None:
    assert {row.verdict for row in weeks.rows} <= {Verdict.FRESH, Verdict.QUIET, Verdict.WAITING}
    assert {row.error for row in weeks.rows} == {""}


def test_every_paper_was_new_once(weeks: Weeks, expected: dict[str, Any]) -> None:
    assert sum(row.new for row in weeks.rows) == len(expected)


def test_what_had_not_changed_was_not_sent_again(weeks: Weeks) -> None:
    statuses = Counter(row["status"] for row in weeks.stand_in.log() if row["site"] == "hf")
    assert statuses.keys() == {200, 304}
    assert statuses[304] > 80


def test_the_feeds_hold_the_last_two_weeks(weeks: Weeks, papers: dict[str, Paper]) -> None:
    assert len(weeks.published) == 69
    for feed in weeks.published:
        if feed.path.suffix == ".json":
            schema().validate(found := json.loads(feed.path.read_bytes()))
            assert len(found["items"]) == feed.entries
            continue
        parsed = feedparser.parse(feed.path.read_bytes())
        assert not parsed.bozo
        assert len(parsed.entries) == feed.entries
    assert {feed.entries for feed in weeks.published if feed.slug == "all"} == {min(len(recent(papers)), 400)}


def recent(papers: dict[str, Paper]) -> list[str]:
    """The papers of the last two weeks."""
    since = LAST - timedelta(days=13)
    return [paper.id for paper in papers.values() if paper.first_listed and paper.first_listed >= since]


def test_every_atom_document_is_valid_archives_too(weeks: Weeks) -> None:
    documents = list(weeks.settings.public.rglob("*.atom"))
    assert any(path.parent.name == "all" for path in documents)
    assert {path: faults for path in documents if (faults := atom_faults(path.read_bytes()))} == {}


def test_a_feed_and_its_archive_hold_every_paper_once_announced(
    weeks: Weeks, papers: dict[str, Paper]
) -> None:
    """As a reader that knows archives (RFC 5005) finds them, from the feed on."""
    folder, name = weeks.settings.public / "feeds", "all.atom"
    found: set[str] = set()
    while name:
        parsed = feedparser.parse((folder / name).read_bytes())
        found |= {entry.id for entry in parsed.entries}
        before = [link.href for link in parsed.feed.links if link.rel == "prev-archive"]
        name = before[0].rpartition("/feeds/")[2] if before else ""
    assert found == {f"info:arxiv/{paper.id}" for paper in papers.values() if paper.announced_at}


@pytest.mark.parametrize("extension", ["atom", "rss", "json"])
def test_a_reader_gets_what_the_database_holds(
    weeks: Weeks, papers: dict[str, Paper], extension: str
) -> None:
    with a_reader(weeks.settings.public / "feeds") as reader:
        reader.add_feed(f"all.{extension}")
        reader.update_feeds()
        found = {entry.id.removeprefix("info:arxiv/"): entry for entry in reader.get_entries()}
    assert len(found) == min(len(recent(papers)), 400)
    for paper_id, entry in found.items():
        paper, content = papers[paper_id], entry.get_content(prefer_summary=extension == "rss")
        assert (entry.title, entry.link) == (shown_title(paper), f"https://arxiv.org/abs/{paper_id}")
        assert (entry.authors_str or "").endswith(one_line(paper.authors[-1]))
        assert entry.published == to_the_second(paper.announced_at, extension)
        assert entry.updated in (to_the_second(paper.updated_at, extension), None)  # RSS has no word for it
        assert content
        assert one_line(paper.abstract) in one_line(LexborHTMLParser(content.value).text())


def to_the_second(at: datetime | None, extension: str) -> datetime | None:
    """A moment as the reader keeps it: of XML without its fractions."""
    return at if at is None or extension == "json" else at.replace(microsecond=0)


def test_what_is_published_on_another_day_has_the_same_bytes(weeks: Weeks, tmp_path: Path) -> None:
    home = shutil.copytree(weeks.settings.home, tmp_path / "var")
    shutil.rmtree(home / "public")
    shutil.rmtree(home / "cache")
    later = replace(weeks, settings=weeks.settings.model_copy(update={"home": home}))
    with later.opened(datetime(2027, 2, 3, 4, 5, tzinfo=UTC)) as resources:
        publish(resources)
    assert files(home / "public") == files(weeks.settings.public)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_edited_word_is_one_revision_and_a_paper_that_went_is_removed(
    weeks: Weeks, tmp_path: Path
) -> None:
    home = shutil.copytree(weeks.settings.home, tmp_path / "var")
    after_the_weeks = replace(weeks, settings=weeks.settings.model_copy(update={"home": home}))
    edited, gone = (entry["paper"]["id"] for entry in recorded(LAST)[:2])
    before = after_the_weeks.papers()
    words = before[edited].abstract.split()
    words[3] = "indigo"
    weeks.stand_in.control("edit", {"id": edited, "summary": " ".join(words)})
    weeks.stand_in.control("remove", {"id": gone})
    moment = datetime(2025, 10, 31, 22, tzinfo=UTC)
    with after_the_weeks.opened(moment) as resources:
        (row,) = ingest(resources)
    after = after_the_weeks.papers()

    assert (row.new, row.revised, row.removed) == (0, 1, 1)
    (revision,) = set(after[edited].revisions) - set(before[edited].revisions)
    assert (revision.field, revision.weight) == ("abstract", Weight.NOTICED)
    assert (revision.old, revision.new) == (before[edited].abstract, " ".join(words))
    assert [place.removed_at for place in after[gone].appearances if place.date == LAST] == [moment]
    others = before.keys() - {edited}
    assert all(after[paper_id].revisions == before[paper_id].revisions for paper_id in others)
