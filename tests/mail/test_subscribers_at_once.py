"""Several who do something with one address at the same time, on both kinds of database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from models.database import posting
from models.mail.forgetting import erase, purge_pending
from models.mail.leaving import Left, leave
from models.mail.subscriber import Leaving, Standing, Subscriber
from models.mail.subscribers import IS_HERE, by_id, confirm, subscribers
from models.mail.tables import SUBSCRIBERS
from tests.databases import opened
from tests.mail.subscribed import KEYS, LATER, MUCH_LATER, asked, joined, one_of_each
from tests.models.stored import rows

TIMES = 3


T = TypeVar("T")


def at_once(engine: Engine, actions: Sequence[Callable[[Connection], T]]) -> list[T]:
    """Does each in a transaction of its own, all beginning together; what each gave."""
    together = Barrier(len(actions), timeout=30)

    def act(action: Callable[[Connection], T]) -> T:
        together.wait()
        with posting(engine) as connection:
            return action(connection)

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(act, actions))


def test_of_two_who_ask_for_one_address_at_once_the_second_gets_the_row_of_the_first(engine: Engine) -> None:
    for number in range(TIMES):
        address = f"reader{number}@reader.example"
        spellings = (address, address.upper(), address.title())
        found = at_once(engine, [partial(asked, address=spelling) for spelling in spellings])
        assert len({each.id for each in found}) == len({each.token for each in found}) == 1
    assert len(rows(engine, SUBSCRIBERS)) == TIMES


def has_to_wait(engine: Engine, action: Callable[[Connection], object]) -> bool:
    """Whether an action finds that another transaction has locked what it needs."""
    try:
        with posting(engine) as connection:
            connection.execute(text("SET LOCAL lock_timeout = 20"))
            action(connection)
    except OperationalError:
        return True
    return False


def test_who_asks_for_an_address_holds_it_in_any_standing_until_they_are_done(postgresql_url: str) -> None:
    with opened(postgresql_url) as engine:
        with posting(engine) as connection:
            known = one_of_each(connection, *IS_HERE, Standing.LEFT)
        for each in known.values():
            with posting(engine) as connection:
                asked(connection, each.address)
                assert has_to_wait(engine, partial(asked, address=each.address))
            assert not has_to_wait(engine, partial(asked, address=each.address))


def test_nobody_asks_again_while_they_are_dropped_or_erased(postgresql_url: str) -> None:
    waited = []
    with opened(postgresql_url) as engine:

        @event.listens_for(engine, "before_cursor_execute")
        def ask_meanwhile(_c: object, _d: object, statement: str, *_: object) -> None:
            if statement.startswith("DELETE FROM told"):
                waited.append(has_to_wait(engine, asked))

        with posting(engine) as connection:
            asked(connection)
        with posting(engine) as connection:
            assert purge_pending(connection, LATER) == 1
        with posting(engine) as connection:
            ada = joined(connection)
        with posting(engine) as connection:
            assert erase(connection, ada.id, KEYS, LATER)
    assert waited == [True, True]


def test_of_many_who_leave_at_once_by_one_token_one_leaves_and_none_fails(engine: Engine) -> None:
    for number in range(TIMES):
        with posting(engine) as connection:
            token = joined(connection, f"reader{number}@reader.example").token
        leaving = partial(leave, token=token, by=Leaving.ONE_CLICK, at=LATER)
        assert sorted(at_once(engine, [leaving] * 3)) == [Left.ALREADY, Left.ALREADY, Left.NOW]


def test_of_many_who_erase_someone_at_once_one_does(engine: Engine) -> None:
    for number in range(TIMES):
        with posting(engine) as connection:
            ada = joined(connection, f"reader{number}@reader.example")
        erasing = partial(erase, subscriber_id=ada.id, keys=KEYS, at=LATER)
        assert sorted(at_once(engine, [erasing] * 3)) == [False, False, True]
    assert {row["generation"] for row in rows(engine, SUBSCRIBERS)} == {1}


def test_who_confirms_while_they_are_erased_is_erased(engine: Engine) -> None:
    for number in range(TIMES):
        with posting(engine) as connection:
            ada = asked(connection, f"reader{number}@reader.example")
        actions: list[Callable[[Connection], object]] = [
            partial(erase, subscriber_id=ada.id, keys=KEYS, at=LATER),
            partial(confirm, subscriber_id=ada.id, at=LATER),
        ]
        assert at_once(engine, actions)[0] is True
        with posting(engine) as connection:
            after = by_id(connection, ada.id)
        assert after
        assert (after.standing, after.address) == (Standing.ERASED, "")


def test_who_confirms_or_asks_while_the_pending_are_dropped_is_there_or_dropped_as_a_whole(
    engine: Engine,
) -> None:
    for number in range(TIMES):
        address = f"reader{number}@reader.example"
        with posting(engine) as connection:
            before = asked(connection, address)
        actions: list[Callable[[Connection], object]] = [
            partial(purge_pending, before=LATER),
            partial(confirm, subscriber_id=before.id, at=LATER),
            partial(asked, address=address, at=MUCH_LATER),
        ]
        dropped, confirmed, again = at_once(engine, actions)
        assert isinstance(again, Subscriber)
        with posting(engine) as connection:
            (now,) = (each for each in subscribers(connection) if each.address == address)
        assert now.id == again.id
        assert (now.id == before.id) is (dropped == 0)
        assert (now.standing is Standing.ACTIVE) is (confirmed is not None and dropped == 0)
