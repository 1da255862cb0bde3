"""A block, an outage and a redesign within seven days: no paper is lost, the operator is told, nobody reads twice."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
import pytest

from flows.settings import load_settings
from models.database import posting, reading
from models.ledger import entries
from models.mail.subscriber import Choices
from models.mail.subscribers import confirm
from models.papers import Paper
from models.records import Verdict
from models.selection import changed_since
from models.verdicts import Entry
from tests.acceptance.arxiv_town import at, both_sites
from tests.acceptance.recorded_mailings import MAILINGS, NEXT_FRI, SAT, SUN, THU, WEEK, shown
from tests.acceptance.seven_days import (
    BEGIN,
    BLOCK,
    DIGEST,
    DISTURBANCES,
    END,
    OUTAGE,
    PUBLISHED_AT,
    REDESIGN,
    TOPICS,
    SevenDays,
    schedule,
)
from tests.acceptance.stand_in import recorded
from tests.databases import opened
from tests.feeds.validity import atom_faults
from tests.mail.subscribed import asked
from tests.steps.house import with_database

CATEGORY = "cs.CV"
DAYS = [day for day in WEEK if day < NEXT_FRI]
THE_FEED_TURNS = at(THU, "04:00")
"""From then on arXiv's RSS has Thursday's mailing: midnight, US Eastern."""
BERLIN, LOS_ANGELES, TOKYO = "Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo"
READERS = {
    "ada@reader.example": Choices(("medicine",), hour=7, zone=BERLIN, hears_of_nothing=True),
    "ben@reader.example": Choices(("splatting",), hour=18, zone=LOS_ANGELES, hears_of_nothing=True),
    "chen@reader.example": Choices(("medicine", "splatting"), hour=8, zone=TOKYO, hears_of_nothing=True),
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[SevenDays]:
    """The seven days as one household with three readers has lived them."""
    folder = tmp_path_factory.mktemp("seven")
    (folder / "topics.toml").write_text(TOPICS)
    home = with_database(folder / "var", sqlite_template)
    with both_sites(folder / "hf", WEEK) as sites:
        settings = load_settings(
            _env_file=None,
            home=home,
            topics=folder / "topics.toml",
            arxiv_categories=CATEGORY,
            **sites.addresses,
        )
        with opened(settings.database) as engine, posting(engine) as connection:
            for address, choices in READERS.items():
                reader = asked(connection, address, choices, BEGIN - timedelta(days=2))
                confirm(connection, reader.id, BEGIN - timedelta(days=2))
        found = SevenDays(settings, sites)
        found.live(DISTURBANCES)
        yield found


@pytest.fixture(scope="module")
def papers(lived: SevenDays) -> dict[str, Paper]:
    """What is stored in the end."""
    with opened(lived.settings.database) as engine, reading(engine) as connection:
        return {paper.id: paper for paper in changed_since(connection)}


@pytest.fixture(scope="module")
def ledger(lived: SevenDays) -> dict[tuple[str, date], Entry]:
    with opened(lived.settings.database) as engine, reading(engine) as connection:
        return {(row.section, row.date): row for row in entries(connection)}


def test_no_paper_is_lost_and_each_stands_where_the_sites_have_it(papers: dict[str, Paper]) -> None:
    places = {
        (place.source, place.date, place.section, paper.id)
        for paper in papers.values()
        for place in paper.appearances
        if place.removed_at is None
    }
    mailed = {
        ("arxiv", day, f"{CATEGORY}/{entry.part}", entry.paper_id)
        for day in MAILINGS
        if day in DAYS
        for entry in shown(day, CATEGORY)
    }
    talked_about = {
        ("huggingface", day, "daily", entry["paper"]["id"]) for day in DAYS for entry in recorded(day)
    }
    assert (len(mailed) > 1000, len(talked_about) > 90) == (True, True)
    assert places == mailed | talked_about


def test_the_ledger_has_every_day_and_in_the_end_each_is_whole(
    ledger: dict[tuple[str, date], Entry],
) -> None:
    expected = {
        (section, day): Verdict.QUIET if day in (SAT, SUN) else Verdict.FRESH
        for section in ("daily", CATEGORY)
        for day in DAYS
    }
    assert {listing: row.verdict for listing, row in ledger.items()} == expected
    assert all(row.parsed == row.declared for row in ledger.values())


def test_exactly_the_readings_that_found_a_fault_alert(lived: SevenDays) -> None:
    """But for the redesign once arXiv's feed bears witness of the mailing: Hugging Face's API has done so before."""
    expected = {
        moment
        for moment in lived.readings
        if BLOCK.holds(moment) or OUTAGE.holds(moment) or (REDESIGN.holds(moment) and moment < THE_FEED_TURNS)
    }
    assert len(expected) > 30
    assert lived.alerts.keys() == expected


def said(lived: SevenDays, begin: datetime, end: datetime, source: str) -> set[str]:
    """What the alerts of a source between two moments say, each once."""
    return {
        sentence
        for moment, sentences in lived.alerts.items()
        if begin <= moment < end
        for sentence in sentences
        if sentence.startswith(f"{source} ")
    }


def test_an_alert_says_what_was_not_read_and_why(lived: SevenDays) -> None:
    blocked = said(lived, BLOCK.begin, BLOCK.end, "huggingface")
    assert all(": failed: page: no [data-target=" in sentence for sentence in blocked)
    assert all("answers 403 Forbidden" in each for each in said(lived, BLOCK.begin, BLOCK.end, "arxiv"))
    for source in ("huggingface", "arxiv"):
        silent = said(lived, OUTAGE.begin, OUTAGE.end, source)
        assert all("robots.txt answers 503 Service Unavailable" in sentence for sentence in silent)
        assert silent
    assert said(lived, REDESIGN.begin, REDESIGN.end, "huggingface") == set()
    redesigned = said(lived, REDESIGN.begin, REDESIGN.end, "arxiv")
    assert all("page: no `#dlpage > dl > dt`" in sentence for sentence in redesigned)
    assert {sentence.partition(": ")[0] for sentence in redesigned} == {f"arxiv {CATEGORY} {THU}"}


def test_a_redesign_is_read_by_the_second_way_which_says_so(lived: SevenDays) -> None:
    rows = {
        (row.source, row.verdict, row.via, row.error.partition(";")[0].partition(" (")[0])
        for moment, ledger in lived.readings.items()
        if moment >= THE_FEED_TURNS and REDESIGN.holds(moment)
        for row in ledger
        if row.date == THU
    }
    assert rows == {
        ("huggingface", Verdict.FRESH, "api", 'page: no [data-target="DailyPapers"]'),
        ("arxiv", Verdict.PARTIAL, "rss", "page: no `#dlpage > dl > dt`"),
    }


@pytest.fixture(scope="module")
def letters(lived: SevenDays) -> dict[str, list[EmailMessage]]:
    """The letters to each reader, in the order of time."""
    found: defaultdict[str, list[EmailMessage]] = defaultdict(list)
    for path in (lived.settings.home / "mail").glob("*.eml"):
        letter = message_from_bytes(path.read_bytes(), policy=policy.default)
        found[letter["To"]].append(letter)
    return {address: sorted(each, key=lambda letter: written_at(letter)) for address, each in found.items()}


def written_at(letter: EmailMessage) -> datetime:
    return parsedate_to_datetime(letter["Date"])


@pytest.mark.parametrize("address", READERS)
def test_each_reader_gets_each_edition_once_and_at_their_hour(
    lived: SevenDays, letters: dict[str, list[EmailMessage]], address: str
) -> None:
    choices = READERS[address]
    hours = [run.at.astimezone(ZoneInfo(choices.zone)) for run in schedule(BEGIN, END) if run.flow == DIGEST]
    due = {there.date() for there in hours if there.hour >= choices.hour}
    came = [written_at(letter).astimezone(ZoneInfo(choices.zone)) for letter in letters[address]]
    assert Counter(there.date() for there in came) == dict.fromkeys(due, 1)
    assert {there.hour for there in came[1:]} == {choices.hour}
    assert lived.mail_failures == []


def told(letters: list[EmailMessage]) -> Counter[str]:
    """How often the letters tell of each paper."""
    bodies = (letter.get_body(("plain",)) for letter in letters)
    texts = (body.get_content() for body in bodies if body)
    return Counter(paper_id for text in texts for paper_id in re.findall(r"/papers/([0-9.]+)/\s", text))


def test_nobody_is_told_of_a_paper_twice(letters: dict[str, list[EmailMessage]]) -> None:
    for each in letters.values():
        assert set(told(each).values()) == {1}


def test_what_came_late_is_told_with_the_next_edition(
    lived: SevenDays, letters: dict[str, list[EmailMessage]]
) -> None:
    """All that the feeds have of the topics: the last edition to Tokyo is later than all faults."""
    known: set[str] = set()
    for topic in READERS["chen@reader.example"].topics:
        feed = json.loads((lived.settings.public / "feeds" / f"{topic}.json").read_bytes())
        known |= {item["_paper_round"]["paper"] for item in feed["items"]}
    assert len(known) > 50
    assert known <= told(letters["chen@reader.example"]).keys()


def test_the_feeds_are_valid_and_with_their_archives_hold_every_paper(
    lived: SevenDays, papers: dict[str, Paper]
) -> None:
    documents = list((lived.settings.public / "feeds").rglob("*.atom"))
    assert {path: faults for path in documents if (faults := atom_faults(path.read_bytes()))} == {}
    everything = [path for path in documents if path.stem == "all" or path.parent.name == "all"]
    held = {entry.id for path in everything for entry in feedparser.parse(path.read_bytes()).entries}
    published = at(THU, f"{PUBLISHED_AT}:20")
    announced = {paper.id: paper.announced_at for paper in papers.values() if paper.announced_at}
    assert held == {f"info:arxiv/{paper_id}" for paper_id, when in announced.items() if when <= published}
