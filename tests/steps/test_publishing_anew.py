"""What is made anew after a change, a kill or another publishing: nothing that is published stays out of date."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import ModuleType

import feedparser
import pytest
from sqlalchemy import delete

from feeds.web.tree import PUBLISHED
from flows.steps import publishing, syndicating
from flows.steps.editions import keep_up
from flows.steps.progress import forget_progress
from flows.steps.publishing import publish
from flows.steps.replaying import replay
from flows.steps.resources import Resources
from flows.steps.turns import NAME, turn
from models.database import writing
from models.matched import Moved
from models.records import Listing, PaperRecord
from models.tables import KEPT_UP
from models.topics.rules import parse
from models.topics.topic import Likeness, Topic
from tests.models.invented import page, record
from tests.models.stored import read
from tests.steps.house import MON, House, at

LAMPS = Topic("lamps", "Lamps", "", parse("title:lantern"))
LATER = datetime(2026, 11, 20, 20, tzinfo=UTC)
SEPTEMBER, OCTOBER, DECEMBER, NEWEST = (
    date(2025, 9, 5),
    date(2025, 10, 10),
    date(2025, 12, 20),
    date(2026, 2, 20),
)


class Killed(BaseException):
    """The process is gone: nothing may catch it."""


@pytest.fixture
def resources(house: House) -> Iterator[Resources]:
    with house.opened(LATER) as opened:
        yield replace(opened, topics=(LAMPS,))


def named(paper_id: str, title: str = "Lantern", **changes: object) -> PaperRecord:
    return record(id=paper_id, title=title, **{"listed_at": None, **changes})


def mailed(resources: Resources, day: date, *papers: PaperRecord, seen: date | None = None) -> None:
    """A mailing of a day is read, at noon of it or of another."""
    found = page(*(replace(paper, rank=rank) for rank, paper in enumerate(papers, 1)))
    read(resources.engine, found, Listing("arxiv", "cs.CL", day), noon(seen or day))


def voted(resources: Resources, day: date, *papers: PaperRecord) -> None:
    read(resources.engine, page(*papers), Listing("huggingface", "daily", day), noon(day))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def feed(resources: Resources, slug: str) -> Path:
    return resources.public / "feeds" / f"{slug}.atom"


def ids(path: Path) -> list[str]:
    return [entry.id.rpartition("/")[2] for entry in feedparser.parse(path.read_bytes()).entries]


def whole(resources: Resources, slug: str) -> list[str]:
    """The ids of all entries of a feed and its archive."""
    documents = sorted((resources.public / "feeds" / slug).glob("*.atom"))
    return [each for path in (feed(resources, slug), *documents) for each in ids(path)]


def day_page(resources: Resources, day: date) -> str:
    return (resources.public / "days" / f"{day}" / "index.html").read_text()


@contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> Iterator[None]:
    """Whoever publishes meanwhile does not come past a function."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, name, die)
        try:
            yield
        except Killed:
            return
    pytest.fail("nobody came there")


def some_months(resources: Resources) -> None:
    """Months of an archive between which nothing changes."""
    for number, day in enumerate((SEPTEMBER, OCTOBER, DECEMBER, NEWEST)):
        mailed(resources, day, named(f"2509.0000{number}", f"Lantern {number}"))


def test_a_match_that_went_before_a_kill_leaves_the_archive(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_months(resources)
    publish(resources)
    assert "2509.00001" in whole(resources, "lamps")
    mailed(resources, OCTOBER, named("2509.00001", "Moths"), seen=NEWEST)
    with killed_at(monkeypatch, publishing, "progress"):
        publish(resources)
    publish(resources)
    assert "2509.00001" not in whole(resources, "lamps")


def test_a_paper_that_an_earlier_list_announced_stands_in_one_document(resources: Resources) -> None:
    some_months(resources)
    mailed(resources, date(2025, 10, 12), named("2509.00008"))
    publish(resources)
    mailed(resources, SEPTEMBER, named("2509.00000", "Lantern 0"), named("2509.00008"), seen=NEWEST)
    publish(resources)
    assert whole(resources, "all").count("2509.00008") == 1


def test_a_replay_by_which_a_match_is_gone_leaves_no_entry_of_it(resources: Resources) -> None:
    some_months(resources)
    publish(resources)
    with writing(resources.engine) as connection:
        for table in KEPT_UP:
            connection.execute(delete(table))
    mailed(resources, OCTOBER, named("2509.00001", "Moths"), seen=NEWEST)
    forget_progress(resources.public)
    publish(resources)
    assert "2509.00001" not in whole(resources, "lamps")


def test_a_mailing_that_is_larger_than_the_feed_is_archived_at_once(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syndicating, "MOST_ENTRIES", 4)
    moment = datetime.combine(NEWEST, time(1), UTC)
    papers = [named(f"2602.{n:05}", listed_at=moment) for n in range(1, 13)]
    mailed(resources, NEWEST, *papers)
    publish(resources)
    assert set(whole(resources, "all")) == {paper.id for paper in papers}


def test_the_feed_of_revisions_has_papers_for_which_the_feed_has_no_room(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syndicating, "MOST_ENTRIES", 4)
    before = NEWEST - timedelta(days=1)
    mailed(resources, before, named("2602.00099", "Lamps"))
    mailed(resources, before, named("2602.00099", "Lanterns and other lamps"), seen=NEWEST)
    mailed(resources, NEWEST, *(named(f"2602.{n:05}") for n in range(1, 13)))
    publish(resources)
    entries = feedparser.parse(feed(resources, "all-revisions").read_bytes()).entries
    assert [entry.title for entry in entries] == ["Revised: Lanterns and other lamps"]


def test_a_paper_is_on_the_page_of_the_day_that_its_list_names_for_it(resources: Resources) -> None:
    """A list of a week can say on which of its days a paper came."""
    mailed(resources, NEWEST, named("2602.00001"))
    publish(resources)
    of_week = page(named("2602.00002", listed_at=noon(NEWEST)), complete=False)
    read(resources.engine, of_week, Listing("huggingface", "week", date(2026, 2, 16)), noon(NEWEST))
    publish(resources)
    assert "2602.00002" in day_page(resources, NEWEST)


def test_a_day_whose_papers_were_all_announced_before_has_a_page(resources: Resources) -> None:
    mailed(resources, NEWEST, named("2602.00001"))
    voted(resources, NEWEST + timedelta(days=1), named("2602.00001"))
    publish(resources)
    assert "2602.00001" in day_page(resources, NEWEST)
    assert (resources.public / "days" / f"{NEWEST + timedelta(days=1)}" / "index.html").exists()


def test_days_lead_past_one_that_has_lost_its_papers(resources: Resources) -> None:
    days = [NEWEST + timedelta(days=n) for n in (-10, -8, -3, -2, -1)]
    for number, day in enumerate(days):
        mailed(resources, day, named(f"2602.0000{number}"))
    publish(resources)
    assert f"{days[3]}" in day_page(resources, days[2])
    mailed(resources, days[0], named("2602.00000"), named("2602.00003"), seen=NEWEST)
    publish(resources)
    assert f"{days[3]}" not in day_page(resources, days[2])
    assert f"{days[4]}" in day_page(resources, days[2])


def test_a_day_that_was_there_before_makes_none_beside_it_anew(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [NEWEST + timedelta(days=number) for number in range(3)]
    for number, day in enumerate(days):
        mailed(resources, day, named(f"2602.0000{number}"))
        voted(resources, day, named(f"2602.0001{number}"))
    publish(resources)
    made: set[str] = set()

    def noted(path: Path, _: bytes) -> bool:
        made.add(path.relative_to(resources.public).as_posix())
        return True

    voted(resources, days[1], named("2602.00011", "Moths"))
    monkeypatch.setattr(publishing, "publish_file", noted)
    publish(resources)
    assert made & {f"days/{day}/index.html" for day in days} == {f"days/{days[1]}/index.html"}


@pytest.mark.parametrize(
    "changed",
    [
        replace(LAMPS, rule=parse("zither")),
        replace(LAMPS, rule=parse("xylophone"), likeness=Likeness(about="glockenspiel")),
    ],
    ids=["rule", "likeness"],
)
def test_the_page_of_a_topic_without_papers_says_what_is_looked_for_now(
    resources: Resources, changed: Topic
) -> None:
    mailed(resources, NEWEST, named("2602.00001"))
    publish(replace(resources, topics=(replace(LAMPS, rule=parse("xylophone")),)))
    publish(replace(resources, topics=(changed,)))
    shown = (resources.public / "topics" / "lamps" / "index.html").read_text()
    assert "zither" in shown or "glockenspiel" in shown


def test_what_is_read_while_matches_are_kept_is_looked_at_the_next_time(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailed(resources, NEWEST, named("2602.00001", "Moths"))
    publish(resources)

    def interrupted(given: Resources) -> set[Moved]:
        moved = keep_up(given)
        mailed(resources, NEWEST, named("2602.00001", "Moths"), named("2602.00002"))
        return moved

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "keep_up", interrupted)
        publish(resources)
    publish(resources)
    assert "topics/lamps/" in day_page(resources, NEWEST)


def test_a_topic_that_goes_with_a_replay_leaves_no_feed(house: House) -> None:
    house.round(at(MON))
    with house.opened(at(MON)) as resources:
        replay(resources)
        publish(replace(resources, topics=resources.topics[:1]))
        assert list(resources.public.rglob("nothing*")) == []


def test_a_topic_that_only_a_cut_publishing_knew_leaves_no_feed(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(resources)
    with killed_at(monkeypatch, publishing, "keep_progress"):
        publish(replace(resources, topics=(LAMPS, replace(LAMPS, slug="moths"))))
    assert feed(resources, "moths").exists()
    publish(resources)
    assert list(resources.public.rglob("moths*")) == []


def test_a_feed_that_was_written_before_a_kill_is_written_back(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailed(resources, NEWEST, named("2602.00001"))
    publish(resources)
    before = feed(resources, "lamps").read_bytes()
    with killed_at(monkeypatch, syndicating, "topic_page"):
        publish(replace(resources, topics=(replace(LAMPS, title="Lampions"),)))
    assert feed(resources, "lamps").read_bytes() != before
    publish(resources)
    assert feed(resources, "lamps").read_bytes() == before


def test_a_database_that_was_restored_is_published_whole(house: House) -> None:
    home = house.settings.home
    with house.opened(LATER) as resources:
        mailed(resources, NEWEST, named("2602.00001"))
        publish(resources)
    shutil.copy(home / "paperround.db", home / "backup")
    with house.opened(LATER) as resources:
        for number in range(2, 6):
            mailed(resources, NEWEST, *(named(f"2602.0000{n}", f"Lamp {n}") for n in range(1, number)))
        publish(resources)
    shutil.copy(home / "backup", home / "paperround.db")
    with house.opened(LATER) as resources:
        mailed(resources, NEWEST, named("2602.00001"), named("2602.00009"))
        publish(resources)
        assert (resources.public / "papers" / "2602.00009" / "index.html").exists()


def test_only_one_publishes_at_a_time(tmp_path: Path) -> None:
    entered = threading.Event()

    def publish_too() -> None:
        with turn(tmp_path, ()):
            entered.set()

    other = threading.Thread(target=publish_too)
    with turn(tmp_path, ()):
        other.start()
        assert not entered.wait(0.1)
    other.join(10)
    assert entered.is_set()


@pytest.mark.parametrize("more", [b"", b'\n["mo', b"\n7"], ids=["whole", "cut", "other"])
def test_a_cut_turn_is_told_to_the_next_and_forgotten_after_it(tmp_path: Path, more: bytes) -> None:
    with pytest.raises(Killed), turn(tmp_path, ["lamps"]) as first:
        raise Killed
    with (tmp_path / NAME).open("ab") as file:
        file.write(more)
    with turn(tmp_path, []) as second:
        pass
    with turn(tmp_path, []) as third:
        pass
    assert (first.is_after_cut, second.is_after_cut, third.is_after_cut) == (False, True, False)
    assert (second.slugs, third.slugs) == (("lamps",), ())


def test_the_note_of_a_turn_is_not_what_the_app_looks_at() -> None:
    assert NAME != PUBLISHED


def test_what_a_full_feed_has_no_room_for_by_size_stands_in_the_archive(resources: Resources) -> None:
    long = "It is told at length. " * 4_000
    papers = [named(f"2602.{number:05}", abstract=long) for number in range(30)]
    mailed(resources, NEWEST, *papers)
    publish(resources)
    shown = ids(feed(resources, "lamps"))
    assert 0 < len(shown) < len(papers)
    assert set(whole(resources, "lamps")) == {paper.id for paper in papers}


def test_a_paper_from_before_the_window_comes_when_its_votes_suffice(resources: Resources) -> None:
    loved = replace(resources, topics=(Topic("loved", "Loved", "", parse("votes>=20")),))
    voted(loved, DECEMBER, record(id="2512.00001", votes=3))
    mailed(loved, NEWEST, named("2602.00001"))
    publish(loved)
    assert whole(loved, "loved") == []
    late = page(record(id="2512.00001", votes=25))
    read(loved.engine, late, Listing("huggingface", "daily", DECEMBER), noon(NEWEST))
    publish(loved)
    (entry,) = feedparser.parse(feed(loved, "loved").read_bytes()).entries
    assert entry.id == "info:arxiv/2512.00001"
    assert entry.published < entry.updated


def test_a_topic_that_has_lost_its_rule_leaves_no_archive(resources: Resources) -> None:
    some_months(resources)
    publish(resources)
    assert list((resources.public / "feeds" / "lamps").glob("*.atom"))
    alike = replace(LAMPS, rule=None, likeness=Likeness(about="Lanterns of all kinds"))
    publish(replace(resources, topics=(alike,)))
    assert list((resources.public / "feeds" / "lamps").glob("*.atom")) == []
    assert b"prev-archive" not in feed(resources, "lamps").read_bytes()


def test_a_paper_that_says_it_is_of_the_future_makes_no_other_old(resources: Resources) -> None:
    mailed(resources, NEWEST, named("2602.00001"))
    future = record(id="2602.00002", listed_at=datetime(2099, 1, 1, tzinfo=UTC))
    read(resources.engine, page(future, complete=False), Listing("huggingface", "week", NEWEST), noon(NEWEST))
    publish(resources)
    assert ids(feed(resources, "lamps")) == ["2602.00001"]
