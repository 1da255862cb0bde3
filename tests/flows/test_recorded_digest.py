"""The digests in Prefect: shards as runs, handed out once each, which send their own letters and say what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from feeds.digests.post import Mailer
from flows.steps.ingesting import ingest
from flows.steps.resources import Resources
from models.database import posting
from models.errors import MailError
from models.mail.delivery import State
from models.mail.subscriber import Choices
from tests.flows.handed import deployed, runs_of
from tests.flows.recorded import MORNING, artifacts, resources, runs
from tests.mail.post import states
from tests.mail.subscribed import deliver, joined, read

if TYPE_CHECKING:
    from flows.run.events import Trouble

pytestmark = pytest.mark.engine

READERS = 5


@pytest.fixture
def found(prefect: None, tmp_path: Path) -> Iterator[Resources]:
    """Five readers of all papers, whose digests are due, in a house that has read its papers."""
    with resources(tmp_path, MORNING) as made:
        ingest(made)
        with posting(made.engine) as connection:
            for number in range(1, READERS + 1):
                joined(connection, f"reader{number}@reader.example", Choices(("all",), hour=8))
        yield made


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Trouble, str, str]]:
    """The events that a run has sent."""
    import flows.digest

    sent: list[tuple[Trouble, str, str]] = []
    monkeypatch.setattr(flows.digest, "emit", lambda *event: sent.append(event))
    return sent


def sent_to(found: Resources) -> list[int]:
    """The numbers of the subscribers who were sent a letter."""
    return sorted(row.subscriber_id for row in states(found) if row.state == State.SENT)


def test_a_shard_that_is_refused_is_red_and_says_why(
    found: Resources, told: list[tuple[Trouble, str, str]]
) -> None:
    from flows.digest import digest_shard
    from flows.run.current import using
    from flows.run.events import Trouble

    def refusing() -> AbstractContextManager[Mailer]:
        raise MailError("the mail server refuses us: 535 who are you")

    mail = replace(found.mail(), post=refusing)
    with using(replace(found, mail=lambda: mail)):
        state = digest_shard(1, READERS, as_of=MORNING, return_state=True)
    assert state.is_failed()
    assert state.message == "the mail server refuses us: 535 who are you"
    assert runs()[f"digest-shard subscribers 1 to {READERS} · nothing sent, stopped"] == "FAILED"
    assert told == [(Trouble.MAIL_STOPPED, "mail", state.message)]
    assert "- **the mail server refuses us: 535 who are you**" in artifacts()["digests"]
    assert {row.state for row in states(found)} == {State.PLANNED}


def test_many_digests_are_handed_out_in_shards_and_none_twice_while_one_waits(found: Resources) -> None:
    from flows.digest import digest, digest_shard
    from flows.run.current import using
    from flows.run.outcomes import result_of

    with using(found), deployed(digest_shard, "one-slice") as slices:
        done = [result_of(digest(as_of=MORNING, shard_size=2, return_state=True)) for _ in range(2)]
        handed = runs_of(slices)
    assert sorted((run.name, run.parameters["first_id"], run.parameters["last_id"]) for run in handed) == [
        ("digest-shard subscribers 1 to 2", 1, 2),
        ("digest-shard subscribers 3 to 4", 3, 4),
        ("digest-shard subscribers 5 to 6", 5, 6),
    ]
    assert {datetime.fromisoformat(run.parameters["as_of"]) for run in handed} == {MORNING}
    assert "digest 2026-11-10 08:15 · 3 shards handed out" in runs()
    assert "[digest-shard subscribers 3 to 4](http" in artifacts()["shards"]
    assert [each.tally.planned for each in done] == [0, 0]
    assert states(found) == []


def test_a_shard_sends_its_own_letters_only_and_nothing_again(found: Resources) -> None:
    from flows.digest import digest_shard
    from flows.run.current import using
    from flows.run.outcomes import result_of

    def sent(first: int, last: int) -> int:
        return result_of(digest_shard(first, last, as_of=MORNING, return_state=True)).tally.sent

    with using(found):
        assert sent(3, 4) == 2
        assert sent_to(found) == [3, 4]
        assert sent(1, 6) == 3
    assert sent_to(found) == [1, 2, 3, 4, 5]
    assert runs()["digest-shard subscribers 3 to 4 · 2 sent"] == "COMPLETED"


def test_few_are_sent_by_one_run_and_what_may_have_been_sent_is_told_at_once(
    found: Resources, told: list[tuple[Trouble, str, str]]
) -> None:
    from flows.digest import digest, digest_shard
    from flows.run.current import using
    from flows.run.events import Trouble
    from flows.run.outcomes import result_of

    with posting(found.engine) as connection:
        deliver(connection, read(connection, 1), State.SENDING, MORNING - timedelta(hours=1))
    with using(found), deployed(digest_shard, "one-slice") as slices:
        done = result_of(digest(as_of=MORNING, shard_size=READERS, return_state=True))
        assert runs_of(slices) == []
    assert (done.tally.sent, done.tally.uncertain) == (READERS, 1)
    assert [(kind, about) for kind, about, _ in told] == [(Trouble.UNCERTAIN, "mail")]
    assert "1 letter may have been sent or not" in told[0][2]
    assert "reader1@reader.example" in artifacts()["digests"]
    assert f"digest 2026-11-10 08:15 · {READERS} sent, 1 uncertain" in runs()
