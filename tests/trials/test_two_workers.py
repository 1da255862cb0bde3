"""Two workers beside one server, one of which is killed with its run: all work ends, and each thing is done once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine, select

from models.database import posting, reading
from models.ledger import entries
from models.mail.addresses import normalised
from models.mail.claims import LEASE
from models.mail.delivery import State
from models.mail.outbox import counts, uncertain_ones
from models.mail.subscriber import Choices, Origin
from models.mail.subscribers import ask, confirm
from models.records import SETTLED
from models.tables import APPEARANCES, PAPERS
from tests.databases import Server, opened
from tests.digests.smtp_script import Phase, Stall
from tests.digests.smtp_server import SmtpServer, smtp_server
from tests.trials.asking import ended, runs_of, seconds_until_taken_again, started, states, tasks_of
from tests.trials.cluster import Cluster, cluster
from tests.trials.machines import run, wait_until
from tests.trials.site import Request, Site, on_weekdays, running

pytestmark = pytest.mark.trial

MONTH, SLICE = "backfill-shard", "digest-shard"

INTERVAL = 0.3
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
LISTS = on_weekdays((YESTERDAY.replace(day=1) - timedelta(days=32)).replace(day=1), YESTERDAY)
"""Of yesterday's month and the two before."""
FIRST, *_, LAST = sorted(LISTS)
MIDDLE = r"/papers/date/\d{4}-\d\d-10$"
"""The site waits there with its answer: both workers are in the middle of a month when one is killed."""
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]

READERS = [f"reader{number}@reader.example" for number in range(1, 201)]
SHARD, CONNECTIONS = 50, 2
ANSWERED = 10
"""So many letters the mail server answers; then it waits, with a letter of each connection."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Three months of lists up to yesterday."""
    with running(interval=INTERVAL, lists=LISTS) as found:
        yield found


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpServer]:
    """A mail server."""
    with smtp_server() as found:
        yield found


@pytest.fixture(scope="module")
def machines(
    site: Site, smtp: SmtpServer, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """Server, databases, deployments."""
    settings = {
        **site.environment(),
        "PAPERROUND_SOURCES": "huggingface",
        "PAPERROUND_SMTP_URL": smtp.url,
        "PAPERROUND_MAIL_FROM": "Papers <papers@papers.example>",
        "PAPERROUND_MAIL_CONNECTIONS": str(CONNECTIONS),
    }
    with cluster(tmp_path_factory.mktemp("machines"), server, settings) as found:
        yield found


@pytest.fixture
def two_workers(machines: Cluster) -> Iterator[Cluster]:
    """Two workers, with a run each at a time."""
    for name in ("one", "two"):
        machines.worker(name)
    yield machines
    machines.stop()


@pytest.fixture
def store(machines: Cluster) -> Iterator[Engine]:
    """What Paper Round stores."""
    with opened(machines.database) as found:
        yield found


def test_a_backfill_goes_on_when_a_worker_is_killed(two_workers: Cluster, site: Site, store: Engine) -> None:
    api = two_workers.api
    site.hold(MIDDLE)
    parent = started(
        api, "backfill/by-hand", from_date=str(FIRST), to_date=str(LAST), sources=["huggingface"]
    )
    assert ended(api, parent, 120)["state_type"] == "COMPLETED"
    wait_until(lambda: len(site.held) == 2, 180, "both are in the middle of a month")
    assert states(api, MONTH)["RUNNING"] == 2
    killed_at = datetime.now(UTC)
    two_workers.workers["one"].kill()
    done, asked_before = settled(store), len(site.log)
    site.release()
    two_workers.worker("three")
    months = len(runs_of(api, MONTH))
    wait_until(lambda: states(api, MONTH) == {"COMPLETED": months}, 240, "all months are read")

    with reading(store) as connection:
        rows = {row.date: row.verdict for row in entries(connection)}
        papers = connection.execute(select(PAPERS.c.id)).all()
        placed = connection.execute(select(APPEARANCES.c.paper_id, APPEARANCES.c.date)).all()
    assert sorted(rows) == DAYS
    assert set(rows.values()) <= SETTLED
    assert len(papers) == len(placed) == sum(map(len, LISTS.values()))
    assert not done & set(days_of(site.log[asked_before:]))
    twice = {day for day, times in Counter(days_of(site.log)).items() if times > 1}
    assert twice <= {
        day for day in DAYS if day.day == 10
    }  # what the dead worker had asked for and not stored
    gaps = [later.at_monotonic - earlier.at_monotonic for earlier, later in pairwise(site.log)]
    tell(
        f"A backfill of {len(DAYS)} days, one of two workers killed when {len(done)} were read",
        two_workers,
        MONTH,
        killed_at,
    )
    tell_more(
        f"{len(site.log)} requests in {site.log[-1].at_monotonic - site.log[0].at_monotonic:.0f} s, the smallest gap "
        f"{min(gaps):.3f} s of {INTERVAL} s; asked for twice: {', '.join(map(str, sorted(twice)))}"
    )
    assert min(gaps) >= INTERVAL


def settled(store: Engine) -> set[date]:
    """The days that need no reading any more."""
    with reading(store) as connection:
        return {row.date for row in entries(connection) if row.verdict in SETTLED}


def days_of(log: Sequence[Request]) -> list[date]:
    """The days whose lists were asked for."""
    parts = (request.path.rpartition("/") for request in log)
    return [date.fromisoformat(day) for start, _, day in parts if start == "/papers/date"]


def test_each_reader_gets_one_digest_when_a_worker_is_killed(
    two_workers: Cluster, smtp: SmtpServer, store: Engine
) -> None:
    api = two_workers.api
    read_last_week(two_workers, store)
    at = moment()
    subscribe(store, at)
    stall = Stall()
    smtp.on(Phase.STORED, stall, skip=ANSWERED)
    send(two_workers, at, SHARD)
    before = ANSWERED + 2 * CONNECTIONS
    wait_until(lambda: len(smtp.messages) == before, 180, "each connection of both waits for an answer")
    assert states(api, SLICE)["RUNNING"] == 2
    killed_at = datetime.now(UTC)
    two_workers.workers["one"].kill()
    stall.released.set()
    two_workers.worker("three")
    shards = len(runs_of(api, SLICE))
    wait_until(lambda: states(api, SLICE) == {"COMPLETED": shards}, 240, "all shards are sent")
    in_doubt, held = left_by_the_dead(store)
    send(two_workers, at + LEASE + timedelta(minutes=1), shard_size=None)

    sent = Counter(message.recipient for message in smtp.messages)
    with reading(store) as connection:
        letters = {state: number for (_, state), number in counts(connection).items()}
        uncertain = {each.address for each in uncertain_ones(connection)}
    tell(
        f"Digests to {len(READERS)}, one of two workers killed after {before}", two_workers, SLICE, killed_at
    )
    tell_more(
        f"{len(smtp.messages)} letters, {held} of them held back by the dead worker's claims until those were over; "
        f"{len(uncertain)} uncertain, of which the server has {sum(sent[address] for address in uncertain)}; "
        f"{sum(times > 1 for times in sent.values())} sent twice"
    )
    assert shards == len(READERS) // SHARD
    assert set(sent.values()) == {1}
    assert set(READERS) - set(sent) <= uncertain
    assert len(uncertain) == in_doubt == CONNECTIONS
    assert letters.pop(State.UNCERTAIN, 0) == in_doubt
    assert letters == {State.SENT: len(READERS) - in_doubt}


def left_by_the_dead(store: Engine) -> tuple[int, int]:
    """How many letters were on their way when a worker died, and how many it had claimed and not begun."""
    with reading(store) as connection:
        found = {state: number for (_, state), number in counts(connection).items()}
    return found.get(State.SENDING, 0), found.get(State.CLAIMED, 0)


def read_last_week(machines: Cluster, store: Engine) -> None:
    """Reads what the digests will tell of, where that has not been done."""
    if LAST not in settled(store):
        days = ("--from", str(LAST - timedelta(days=6)), "--to", str(LAST))
        run("paperround", "backfill", *days, environment=machines.environment)


def moment() -> datetime:
    """Now, or the beginning of tomorrow: the digests of a day are sent on that day."""
    now = datetime.now(UTC)
    return now if now.hour < 23 else datetime.combine(now + timedelta(days=1), time(0, 1), UTC)


def subscribe(store: Engine, at: datetime) -> None:
    """Readers of all papers for some days, whose digests are due at a moment."""
    choices = Choices(("all",), hour=at.hour, zone="UTC", hears_of_nothing=True)
    since = at - timedelta(days=2)
    with posting(store) as connection:
        for address in map(normalised, READERS):
            asked = ask(
                connection, address, choices, origin=Origin.FORM, consent="form", network="", at=since
            )
            confirm(connection, asked.id, since)


def send(machines: Cluster, as_of: datetime, shard_size: int | None) -> None:
    """Has the digests of a moment handed out in shards, or sent by one run."""
    parent = started(machines.api, "digest/every-hour", as_of=as_of.isoformat(), shard_size=shard_size)
    assert ended(machines.api, parent, 120)["state_type"] == "COMPLETED"


def tell(what: str, machines: Cluster, flow: str, killed_at: datetime) -> None:
    """Prints how the runs of a flow went."""
    again = seconds_until_taken_again(machines.api, flow, killed_at)
    runs = runs_of(machines.api, flow)
    begun = sum(run["run_count"] for run in runs)
    tell_more(f"\n{what}:")
    tell_more(
        f"{len(runs)} runs begun {begun} times, {tasks_of(machines.api, flow)} tasks; taken again {again:.0f} s after the kill"
    )


def tell_more(line: str) -> None:
    """Prints a line of the figures."""
    print(line)
