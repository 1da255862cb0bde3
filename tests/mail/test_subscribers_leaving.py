"""How subscribers leave, and take it back."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from models.database import connect, posting
from models.mail.delivery import State
from models.mail.forgetting import erase, purge_pending
from models.mail.leaving import Left, leave, rejoin
from models.mail.subscriber import Leaving, Standing
from models.mail.subscribers import IS_HERE, choose, confirm, suspend
from models.mail.tables import DELIVERIES
from models.mail.tokens import LENGTH
from tests.mail.subscribed import (
    ASKED,
    KEYS,
    LATER,
    MUCH_LATER,
    OTHERS,
    asked,
    deliver,
    joined,
    one_of_each,
    read,
    standing_as,
)
from tests.models.stored import rows_with


def test_an_unknown_token_changes_nothing_and_is_told(engine: Engine) -> None:
    with posting(engine) as connection:
        ada = joined(connection)
        for token in ("", "a" * LENGTH, "%", "' OR 1 = 1 --", ada.token.upper(), ada.token[:-1], ada.address):
            assert leave(connection, token, Leaving.MAIL, LATER) is Left.UNKNOWN
            assert not rejoin(connection, token)
        assert read(connection, ada.id) == ada


def test_who_is_here_leaves_at_once_and_it_is_kept_how(engine: Engine) -> None:
    with posting(engine) as connection:
        for by, standing in product(Leaving, IS_HERE):
            before = standing_as(connection, standing, f"{by}-{standing}@reader.example")
            assert leave(connection, before.token, by, LATER) is Left.NOW
            after = replace(before, standing=Standing.LEFT, left_at=LATER, left_by=by)
            assert read(connection, before.id) == after


def test_leaving_again_is_no_error_and_changes_nothing(engine: Engine) -> None:
    with posting(engine) as connection:
        for before in one_of_each(connection, Standing.LEFT, Standing.ERASED).values():
            for _ in range(3):
                assert leave(connection, before.token, Leaving.COMPLAINT, MUCH_LATER) is Left.ALREADY
            assert read(connection, before.id) == before


def test_a_letter_that_waits_for_who_has_left_is_there_when_they_come_back_at_once(engine: Engine) -> None:
    with posting(engine) as connection:
        ada = joined(connection)
        deliver(connection, ada, State.PLANNED)
        leave(connection, ada.token, Leaving.LINK, LATER)
        rejoin(connection, ada.token)
        assert [row["state"] for row in rows_with(connection, DELIVERIES)] == [State.PLANNED]


def test_a_leaving_is_taken_back_with_all_choices(engine: Engine) -> None:
    with posting(engine) as connection:
        ada = joined(connection)
        leave(connection, ada.token, Leaving.ONE_CLICK, LATER)
        assert rejoin(connection, ada.token)
        assert read(connection, ada.id) == ada
        assert not rejoin(connection, ada.token)


def test_who_never_confirmed_does_not_become_active_by_leaving_and_coming_back(engine: Engine) -> None:
    with posting(engine) as connection:
        ada = asked(connection)
        leave(connection, ada.token, Leaving.LINK, LATER)
        assert not rejoin(connection, ada.token)
        assert read(connection, ada.id).standing is Standing.LEFT


def test_only_who_has_left_comes_back(engine: Engine) -> None:
    with posting(engine) as connection:
        for before in one_of_each(connection, *IS_HERE, Standing.ERASED).values():
            assert not rejoin(connection, before.token)
            assert read(connection, before.id) == before


def test_nobody_else_leaves_with_anyone(engine: Engine) -> None:
    with posting(engine) as connection:
        bob = joined(connection, "bob@reader.example")
        ada = joined(connection)
        leave(connection, ada.token, Leaving.LINK, LATER)
        assert read(connection, bob.id) == bob


_STEPS = st.sampled_from(["ask", "confirm", "choose", "leave", "rejoin", "suspend", "purge", "erase"])


def take(step: str, connection: Connection, subscriber_id: int, token: str) -> object:
    """One thing that can happen to a subscriber, by a link or by a command."""
    match step:
        case "confirm":
            return confirm(connection, subscriber_id, LATER)
        case "choose":
            return choose(connection, subscriber_id, OTHERS)
        case "leave":
            return leave(connection, token, Leaving.LINK, LATER)
        case "rejoin":
            return rejoin(connection, token)
        case "suspend":
            return suspend(connection, subscriber_id, LATER)
        case "purge":
            return purge_pending(connection, ASKED)
        case "erase":
            return erase(connection, subscriber_id, KEYS, LATER)
        case _:
            return asked(connection, at=LATER)


_MAY_BECOME_ACTIVE = {
    ("confirm", Standing.PENDING), ("confirm", Standing.SUSPENDED), ("rejoin", Standing.LEFT),
}  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(_STEPS, max_size=12))
def test_whatever_happens_nobody_becomes_active_but_by_a_word_of_theirs_and_nobody_erased_comes_back(
    sqlite_url: str, steps: list[str]
) -> None:
    with connect(sqlite_url).connect() as connection:  # never committed: every example finds nobody
        first = asked(connection)
        before = first
        for step in steps:
            take(step, connection, first.id, first.token)
            now = read(connection, first.id)
            assert now.token == first.token
            if before.standing is Standing.ERASED:
                assert now == before
            if now.standing is Standing.ACTIVE:
                assert now.confirmed_at is not None
                assert before.standing is Standing.ACTIVE or (step, before.standing) in _MAY_BECOME_ACTIVE
            before = now
