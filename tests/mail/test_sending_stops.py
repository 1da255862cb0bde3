"""What stops a run of mail: then what is under way is ended, and everything else given back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine, event

from feeds.digests.post import Answer, Mailer, Message
from flows.mail.sending import StoppedError
from models.database import reading, writing
from models.errors import DatabaseError, MailError
from models.mail.delivery import State
from models.mail.outbox import uncertain_ones
from tests.databases import opened
from tests.mail.mailers import (
    HUNG_UP,
    OURS,
    Act,
    Office,
    answering,
    broken_for,
    raising,
    refusing,
    run,
)
from tests.mail.planned import (
    LATER,
    address,
    planned,
    states,
)


def refused(error: type[BaseException], engine: Engine, office: Office, **differently: Any) -> BaseException:
    with pytest.raises(error) as caught:
        run(engine, office.post, **differently)
    return caught.value


def test_where_every_letter_is_broken_the_run_stops(engine: Engine) -> None:
    planned(engine, 30)
    error = refused(StoppedError, engine, Office(), build=broken_for(*range(31)))
    assert isinstance(error, StoppedError)
    assert error.done.failed == 5
    assert states(engine) == {State.FAILED: 5, State.PLANNED: 25}


@pytest.mark.parametrize(
    "act",
    [refusing(OURS), answering(OURS), answering(HUNG_UP)],
    ids=["at the recipient", "at the end", "hangs up"],
)
def test_a_server_that_refuses_us_stops_the_run_before_the_list_is_burnt(engine: Engine, act: Act) -> None:
    planned(engine, 60)
    office = Office({address(number): act for number in range(1, 61)})
    error = refused(StoppedError, engine, office)
    assert str(error).startswith("none of 5 letters one after another was taken, the last one for `")
    assert states(engine)[State.PLANNED] == 55
    assert State.CLAIMED not in states(engine)


@pytest.mark.parametrize("has_begun", [False, True])
@pytest.mark.parametrize("connections", [1, 3])
def test_a_server_that_cannot_be_reached_stops_the_run_and_everything_is_given_back(
    engine: Engine, has_begun: bool, connections: int
) -> None:
    planned(engine, 90)
    office = Office()
    office.act(4, raising(MailError("the mail server is not there: start it"), has_begun=has_begun))
    error = refused(StoppedError, engine, office, connections=connections)
    assert isinstance(error, StoppedError)
    assert str(error) == "the mail server is not there: start it"
    assert error.done.sent == len(office.taken)
    assert error.done.deferred == has_begun
    found = states(engine)
    assert found.get(State.DEFERRED, 0) == has_begun
    assert found[State.PLANNED] + found.get(State.SENT, 0) + has_begun == 90
    assert run(engine, Office().post).sent == 90 - len(office.taken)


@pytest.mark.parametrize(
    ("error", "raised"), [(MailError("no mailer"), StoppedError), (RuntimeError("no mailer"), RuntimeError)]
)
def test_a_mailer_that_cannot_be_opened_stops_the_run(
    engine: Engine, error: Exception, raised: type[Exception]
) -> None:
    planned(engine, 2)

    def post() -> AbstractContextManager[Mailer]:
        raise error

    with pytest.raises(raised, match="no mailer"):
        run(engine, post)
    assert states(engine) == {State.PLANNED: 2}


def test_ctrl_c_ends_the_letters_under_way_and_gives_the_others_back(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(engine, 40)
    reached, go_on = Event(), Event()
    office = Office()

    def act(message: Message, about_to: Callable[[], None]) -> Answer:
        about_to()
        reached.set()
        assert go_on.wait(20)
        return office.take(message, lambda: None)

    def interrupted(_threads: object) -> None:
        assert reached.wait(20)
        go_on.set()
        raise KeyboardInterrupt

    office.acts = {address(number): act for number in range(1, 41)}
    monkeypatch.setattr("flows.mail.sending.wait", interrupted)
    refused(KeyboardInterrupt, engine, office, connections=1)
    found = states(engine)
    assert found[State.SENT] == len(office.taken) >= 1
    assert found[State.SENT] + found[State.PLANNED] == 40


@pytest.fixture
def terminable() -> Iterator[None]:
    """SIGTERM ends the process, as it does where nobody has said otherwise."""
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


def at_work(office: Office, reached: Event) -> Act:
    """Takes a letter, and sends SIGTERM to the process before it does."""

    def act(message: Message, about_to: Callable[[], None]) -> Answer:
        if not reached.is_set():
            reached.set()
            os.kill(os.getpid(), signal.SIGTERM)
        return office.take(message, about_to)

    return act


@pytest.mark.usefixtures("terminable")
def test_sigterm_ends_the_letters_under_way_and_gives_the_others_back(engine: Engine) -> None:
    planned(engine, 40)
    office = Office()
    office.act(1, at_work(office, Event()))
    error = refused(SystemExit, engine, office, per_minute=6000)
    assert isinstance(error, SystemExit)
    assert error.code == 128 + signal.SIGTERM
    found = states(engine)
    assert found[State.SENT] == len(office.taken) >= 1
    assert found[State.SENT] + found[State.PLANNED] == 40
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_who_cares_for_sigterm_already_is_not_meddled_with(engine: Engine) -> None:
    planned(engine, 1)
    seen: list[object] = []

    def act(message: Message, about_to: Callable[[], None]) -> Answer:
        seen.append(signal.getsignal(signal.SIGTERM))
        return office.take(message, about_to)

    office = Office()
    office.act(1, act)
    mine = lambda _number, _frame: None  # noqa: E731
    before = signal.signal(signal.SIGTERM, mine)
    try:
        run(engine, office.post)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert seen == [mine]


def test_where_answers_cannot_be_written_the_run_stops_and_what_was_sent_is_not_sent_again(
    sqlite_url: str,
) -> None:
    with opened(sqlite_url) as engine, opened(sqlite_url) as other:
        event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA busy_timeout = 5"))
        planned(engine, 30)
        office, held = Office(), ExitStack()

        def act(message: Message, about_to: Callable[[], None]) -> Answer:
            answer = office.take(message, about_to)
            held.enter_context(writing(other))  # an ingest that does not end
            return answer

        office.act(7, act)
        with held:
            refused(DatabaseError, engine, office, patience_seconds=0.01)
        assert address(7) in office.recipients
        done = run(engine, office.post, at=LATER)
        assert done.settled.uncertain == 1
        assert sorted(office.recipients) == sorted(map(address, range(1, 31)))
        with reading(engine) as connection:
            assert [each.address for each in uncertain_ones(connection)] == [address(7)]
