"""The library over a real database, on each kind of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import OperationalError

from feeds.web.library import Library, Place
from flows.steps.library import Stored, opened_library
from models.database import posting, reading, writing
from models.errors import DatabaseError
from models.ledger import record as write
from models.mail.delivery import State
from models.mail.subscriber import Standing
from models.records import Verdict
from models.selection import installation
from models.tables import LEDGER
from models.topics.rules import parse
from tests.databases import opened, upgraded
from tests.fulltext.searched import index
from tests.mail.subscribed import bounce, deliver, standing_as
from tests.models.invented import DAY, MORNING, NEXT_DAY, TOMORROW, daily, entry, page, record
from tests.models.stored import read
from tests.web.invented import TOPICS

GLOW = record(
    id="2510.00002", title="Glow", abstract="It glows.", summary="", keywords=(), comment="", rank=2
)


@pytest.fixture
def stored(engine: Engine, database_url: str) -> Iterator[Library]:
    """Three papers on two days, of which one was changed."""
    read(
        engine,
        page(
            record(id="2510.00001", title="Lantern one"),
            GLOW,
        ),
    )
    tomorrow = daily(NEXT_DAY)
    read(engine, page(record(id="2510.00003", title="Lantern three", listed_at=None)), tomorrow, TOMORROW)
    read(
        engine,
        page(
            record(id="2510.00001", title="Lantern, changed"),
            GLOW,
        ),
        at=TOMORROW,
    )
    index(engine)
    with opened_library(database_url, lambda: TOPICS) as library:
        yield library


def ids(library: Library, rule: str | None = None, most: int = 50, **given: object) -> list[str]:
    """The ids over all pages."""
    found: list[str] = []
    before: Place | None = None
    while True:
        asked = parse(rule) if rule else None
        result = library.papers(asked, given.get("day"), most, before)  # type: ignore[arg-type]
        found += [hit.paper.id for hit in result.hits]
        assert all(bool(hit.reason) == bool(rule) for hit in result.hits)
        assert len(set(found)) == len(found), "a paper twice"
        before = result.next
        if before is None:
            return found


def test_a_missing_database_is_not_made(tmp_path: Path) -> None:
    missing = opened_library(f"sqlite:///{tmp_path}/none.db", tuple)
    with pytest.raises(DatabaseError, match="there is no database"), missing:
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_has_gone_is_told_and_not_made_anew(sqlite_url: str, tmp_path: Path) -> None:
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    with opened_library(sqlite_url, tuple) as library:
        assert library.problems() == ()
        away = database.rename(tmp_path / "away.db")
        (problem,) = library.problems()
        assert problem.startswith("there is no database")
        with pytest.raises(DatabaseError, match="there is no database"):
            library.standing()
        assert not database.exists()
        away.rename(database)
        assert library.problems() == ()


def test_a_database_in_the_place_of_another_is_the_one_that_is_read(sqlite_url: str, tmp_path: Path) -> None:
    """As after a restored backup: the file that was open before would tell the old papers for ever."""
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    with opened_library(sqlite_url, tuple) as library:
        identity, _ = library.installation()
        with opened(upgraded(f"sqlite:///{tmp_path}/other.db")) as engine, reading(engine) as connection:
            other, _ = installation(connection)
        (tmp_path / "other.db").replace(database)
        assert identity != other
        assert library.installation()[0] == other


def test_an_empty_database_is_refused(empty_url: str) -> None:
    if empty_url.startswith("sqlite"):
        Path(empty_url.removeprefix("sqlite:///")).touch()
    with pytest.raises(DatabaseError, match="is empty"), opened_library(empty_url, tuple):
        pass


def test_nothing_can_be_written_through_it(sqlite_url: str) -> None:
    with (
        opened_library(sqlite_url, tuple) as library,
        pytest.raises(OperationalError, match="readonly"),
        library.engine.begin() as connection,
    ):
        connection.execute(text("DELETE FROM papers"))


def test_a_database_that_fails_is_told_without_its_words(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine, writing(engine) as connection:
        connection.execute(text("DROP TABLE papers_words"))
    told = pytest.raises(DatabaseError, match="cannot read the database sqlite:///")
    with opened_library(sqlite_url, tuple) as library, told:
        library.papers(parse("lantern"), None, 5, None)


def test_a_database_of_another_version_is_a_problem(own_engine: Engine) -> None:
    library = Stored(own_engine, tuple)
    assert library.problems() == ()
    with own_engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    (problem,) = library.problems()
    assert "db upgrade" in problem


def test_a_paper_comes_with_its_history(stored: Library) -> None:
    paper = stored.paper("2510.00001")
    assert paper
    assert paper.title == "Lantern, changed"
    assert [revision.field for revision in paper.revisions] == ["title"]
    assert stored.paper("2510.00009") is None


@pytest.mark.parametrize("most", [1, 2, 50])
def test_papers_come_newest_first_page_by_page(stored: Library, most: int) -> None:
    newest_first = ["2510.00003", "2510.00001", "2510.00002"]
    assert ids(stored, most=most) == newest_first
    assert ids(stored, "lantern OR glow", most) == newest_first
    assert ids(stored, "lantern", most) == ["2510.00003", "2510.00001"]
    assert ids(stored, day=DAY, most=most) == ["2510.00001", "2510.00002"]
    assert ids(stored, "lantern OR glow", day=DAY, most=most) == ["2510.00001", "2510.00002"]
    assert ids(stored, "glow", day=NEXT_DAY, most=most) == []


def test_papers_without_any_time_come_last(stored: Library, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE papers SET announced_at = NULL, published_at = NULL WHERE seq > 2"))
        last = connection.execute(text("SELECT id FROM papers WHERE seq > 2 ORDER BY id")).scalars().all()
    for most in (1, 50):
        assert ids(stored, most=most)[-len(last) :] == last
        assert ids(stored, "lantern OR glow", day=DAY, most=most)[-1] in last


def test_changes_come_in_the_order_of_seq(stored: Library) -> None:
    papers = stored.changed_since(0, 10)
    assert [paper.seq for paper in papers] == sorted(paper.seq for paper in papers)
    assert len(stored.changed_since(0, 2)) == 2
    assert [paper.id for paper in stored.changed_since(papers[0].seq, 1)] == [papers[1].id]
    (change,) = stored.changes_since(0, "", 10)
    assert (change.paper_id, change.revision.field, change.revision.new) == (
        "2510.00001",
        "title",
        "Lantern, changed",
    )
    assert stored.changes_since(change.seq, "title", 10) == []
    assert stored.changes_since(change.seq, "t", 10) == [change]


def test_what_only_became_known_is_no_change(engine: Engine, database_url: str) -> None:
    read(engine, page(record(comment="")))
    read(engine, page(record(comment="12 pages")), at=TOMORROW)
    with opened_library(database_url, tuple) as library:
        (paper,) = library.changed_since(0, 9)
        assert [revision.weight for revision in paper.revisions] == ["enrichment"]
        assert library.changes_since(0, "", 9) == []


def test_the_ledger_and_the_standing_are_of_the_last_days(stored: Library, engine: Engine) -> None:
    row = dict.fromkeys(("declared", "parsed", "new", "revised", "unchanged", "removed"), 1)
    dates = {NEXT_DAY: Verdict.STALLED, DAY: Verdict.FRESH, DAY - timedelta(days=40): Verdict.FAILED}
    with writing(engine) as connection:
        for date, verdict in dates.items():
            values = {"source": "arxiv", "section": "cs.CL", "date": date, "verdict": verdict.value}
            told = {"via": "page", "error": "", "read_at": MORNING, "good_at": MORNING}
            connection.execute(insert(LEDGER).values(**row, **values, **told))
    assert [entry.date for entry in stored.ledger(2)] == [NEXT_DAY, DAY]
    assert [entry.date for entry in stored.ledger(1)] == [NEXT_DAY]
    standing = stored.standing()
    assert standing.papers == 3
    assert standing.listings == {("arxiv", "stalled"): 1, ("arxiv", "fresh"): 1}
    assert standing.newest == {"arxiv": NEXT_DAY}


def test_the_standing_tells_of_subscribers_and_their_mail(stored: Library, engine: Engine) -> None:
    with posting(engine) as connection:
        deliver(connection, standing_as(connection, Standing.ACTIVE), State.SENT)
        bounce(connection, standing_as(connection, Standing.SUSPENDED, "bob@reader.example"))
    standing = stored.standing()
    assert {how: count for how, count in standing.subscribers.items() if count} == {
        "active": 1,
        "suspended": 1,
    }
    assert standing.deliveries == {("daily", "sent"): 1}
    assert {kind: count for kind, count in standing.bounces.items() if count} == {"hard": 1}


def test_an_empty_library_answers(database_url: str) -> None:
    with opened_library(database_url, lambda: TOPICS) as library:
        assert ids(library) == []
        assert ids(library, "lantern") == []
        assert library.ledger(14) == []
        assert library.standing().papers == 0
        assert library.topics() == TOPICS


def test_of_a_source_that_has_long_been_silent_the_newest_list_is_told(
    stored: Library, engine: Engine
) -> None:
    with writing(engine) as connection:
        write(connection, entry(NEXT_DAY, Verdict.FAILED))
        write(connection, entry(DAY - timedelta(days=60)))
    standing = stored.standing()
    assert standing.newest == {"huggingface": DAY - timedelta(days=60)}
    assert standing.listings == {("huggingface", "failed"): 1}
