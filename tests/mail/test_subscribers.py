"""How subscribers come, confirm and choose."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from models.database import posting, reading
from models.mail.forgetting import erase
from models.mail.leaving import rejoin
from models.mail.subscriber import Cadence, Choices, Leaving, Origin, Standing, Subscriber
from models.mail.subscribers import by_folded, by_id, by_token, choose, confirm, suspend
from models.mail.tokens import LENGTH
from tests.mail.subscribed import (
    ADA,
    ASKED,
    CHOICES,
    KEYS,
    LATER,
    MUCH_LATER,
    OTHERS,
    asked,
    joined,
    one_of_each,
    read,
    standing_as,
)


def test_nobody_is_found_where_nobody_is(engine: Engine) -> None:
    with reading(engine) as connection:
        assert by_id(connection, 1) is None
        assert by_token(connection, "") is None
        assert by_token(connection, "a" * LENGTH) is None
        assert by_folded(connection, ADA) is None
        assert by_folded(connection, "") is None


def test_who_asks_is_pending_with_all_that_they_gave(engine: Engine) -> None:
    with posting(engine) as connection:
        found = asked(connection)
    assert found == Subscriber(
        id=1, address=ADA, standing=Standing.PENDING, token=found.token, generation=0, choices=CHOICES,
        origin=Origin.FORM, consent="form 1", network="192.0.2.0/24", requested_at=ASKED,
    )  # fmt: skip
    assert len(found.token) == LENGTH
    with reading(engine) as connection:
        assert (
            by_id(connection, 1) == by_token(connection, found.token) == by_folded(connection, ADA) == found
        )


def test_every_subscriber_has_a_token_of_their_own(engine: Engine) -> None:
    with posting(engine) as connection:
        tokens = {asked(connection, f"reader{number}@reader.example").token for number in range(20)}
    assert len(tokens) == 20


def test_who_is_pending_or_has_left_and_asks_again_is_pending_with_the_new_choices(engine: Engine) -> None:
    with posting(engine) as connection:
        for before in one_of_each(connection, Standing.PENDING, Standing.LEFT).values():
            spelt = before.address.capitalize()
            after = asked(connection, spelt, OTHERS, LATER)
            assert after == replace(
                before, address=spelt, standing=Standing.PENDING, choices=OTHERS, requested_at=LATER
            )


def test_who_is_active_or_suspended_and_asks_again_stays_as_they_are(engine: Engine) -> None:
    with posting(engine) as connection:
        for before in one_of_each(connection, Standing.ACTIVE, Standing.SUSPENDED).values():
            assert asked(connection, before.address.upper(), OTHERS, LATER) == before
            assert read(connection, before.id) == before


def test_who_was_erased_and_asks_again_is_someone_new(engine: Engine) -> None:
    with posting(engine) as connection:
        before = standing_as(connection, Standing.ERASED)
        after = asked(connection, at=LATER)
        assert after.id != before.id
        assert after.token != before.token
        assert (after.standing, after.address) == (Standing.PENDING, ADA)
        assert by_token(connection, before.token) == before


def test_who_confirms_is_active_and_may_confirm_again(engine: Engine) -> None:
    with posting(engine) as connection:
        before = asked(connection)
        after = confirm(connection, before.id, LATER)
        assert after == replace(before, standing=Standing.ACTIVE, confirmed_at=LATER)
        assert confirm(connection, before.id, MUCH_LATER) == after


def test_who_is_suspended_can_be_reached_again_once_they_confirm(engine: Engine) -> None:
    with posting(engine) as connection:
        before = standing_as(connection, Standing.SUSPENDED)
        assert before.suspended_at == ASKED
        after = confirm(connection, before.id, LATER)
    assert after == replace(before, standing=Standing.ACTIVE, confirmed_at=LATER, suspended_at=None)


def test_who_left_asked_again_and_confirms_has_not_left_any_more(engine: Engine) -> None:
    with posting(engine) as connection:
        left = standing_as(connection, Standing.LEFT)
        assert (left.left_at, left.left_by) == (ASKED, Leaving.LINK)
        asked(connection, at=LATER)
        after = confirm(connection, left.id, LATER)
    assert after
    assert (after.standing, after.left_at, after.left_by) == (Standing.ACTIVE, None, "")


def test_who_has_left_or_was_erased_does_not_come_back_by_a_link_to_confirm(engine: Engine) -> None:
    with posting(engine) as connection:
        for before in one_of_each(connection, Standing.LEFT, Standing.ERASED).values():
            assert confirm(connection, before.id, LATER) is None
            assert read(connection, before.id) == before


def test_a_number_that_is_nobodys_changes_nothing_and_is_told(engine: Engine) -> None:
    with posting(engine) as connection:
        ada = joined(connection)
        nobody = ada.id + 1
        assert confirm(connection, nobody, LATER) is None
        assert choose(connection, nobody, OTHERS) is False
        assert suspend(connection, nobody, LATER) is False
        assert erase(connection, nobody, KEYS, LATER) is False
        assert (
            rejoin(
                connection,
                "",
            )
            is False
        )
        assert read(connection, ada.id) == ada


def test_choices_are_for_those_who_are_here(engine: Engine) -> None:
    with posting(engine) as connection:
        for standing, before in one_of_each(connection).items():
            is_here = standing not in (Standing.LEFT, Standing.ERASED)
            assert choose(connection, before.id, OTHERS) is is_here
            assert read(connection, before.id) == (replace(before, choices=OTHERS) if is_here else before)


def test_someone_may_choose_nothing_at_all(engine: Engine) -> None:
    nothing = Choices((), Cadence.OFF, 23, "Pacific/Kiritimati")
    with posting(engine) as connection:
        ada = joined(connection)
        assert choose(connection, ada.id, nothing)
        assert read(connection, ada.id) == replace(ada, choices=nothing)


def test_only_who_is_active_can_be_suspended(engine: Engine) -> None:
    with posting(engine) as connection:
        for standing, before in one_of_each(connection).items():
            is_active = standing is Standing.ACTIVE
            assert suspend(connection, before.id, LATER) is is_active
            suspended = replace(before, standing=Standing.SUSPENDED, suspended_at=LATER)
            assert read(connection, before.id) == (suspended if is_active else before)


def test_nobody_else_changes_with_anyone(engine: Engine) -> None:
    with posting(engine) as connection:
        bob = joined(connection, "bob@reader.example")
        ada = asked(connection)
        asked(connection, choices=OTHERS, at=LATER)
        confirm(connection, ada.id, LATER)
        choose(connection, ada.id, CHOICES)
        suspend(connection, ada.id, LATER)
        erase(connection, ada.id, KEYS, LATER)
        assert read(connection, bob.id) == bob
