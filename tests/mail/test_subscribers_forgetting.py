"""What is forgotten of subscribers, and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from models.database import posting
from models.mail.addresses import normalised
from models.mail.claims import sent
from models.mail.delivery import State
from models.mail.forgetting import erase, forget_late, forget_networks, purge_pending, was_erased
from models.mail.leaving import Left, leave, rejoin
from models.mail.subscriber import Cadence, Choices, Leaving, Standing
from models.mail.subscribers import IS_HERE, by_folded, by_id, choose, confirm
from models.mail.tables import BOUNCES, DELIVERIES, SUBSCRIBERS, TOLD
from tests.mail.subscribed import (
    ADA,
    ASKED,
    KEYS,
    LATER,
    MUCH_LATER,
    OTHERS,
    asked,
    bounce,
    deliver,
    joined,
    one_of_each,
    read,
    standing_as,
)
from tests.models.stored import rows_with


def test_of_who_is_erased_nothing_stays_but_times_number_and_token(engine: Engine) -> None:
    with posting(engine) as connection:
        for before in one_of_each(connection, *IS_HERE, Standing.LEFT).values():
            assert erase(connection, before.id, KEYS, LATER)
            assert read(connection, before.id) == replace(
                before, address="", standing=Standing.ERASED, generation=before.generation + 1,
                choices=Choices((), Cadence.OFF), consent="", network="", left_at=before.left_at or LATER, left_by="",
                suspended_at=None,
            )  # fmt: skip
        assert "reader.example" not in str(rows_with(connection, SUBSCRIBERS))


def test_no_letter_is_begun_for_who_is_erased_and_none_says_what_it_told(engine: Engine) -> None:
    with posting(engine) as connection:
        ada, bob = joined(connection), joined(connection, "bob@reader.example")
        states = {deliver(connection, ada, state): state for state in State}
        his = deliver(connection, bob, State.PLANNED)
        erase(connection, ada.id, KEYS, LATER)
        letters = {row["id"]: row for row in rows_with(connection, DELIVERIES)}
        assert {row["delivery_id"] for row in rows_with(connection, TOLD)} == {his}
    assert letters.pop(his)["state"] == State.PLANNED
    for delivery_id, row in letters.items():
        was = states[delivery_id]
        is_open = was in (State.PLANNED, State.CLAIMED, State.DEFERRED)
        assert row["state"] == (State.CANCELLED if is_open else was)
        assert (row["subject"], row["pieces"], row["counted"], row["answer"]) == ("", [], 0, "")
        if is_open:
            assert (row["worker"], row["lease_until"], row["ended_at"]) == ("", None, LATER)


def test_what_is_noted_of_a_letter_on_its_way_is_forgotten_later(engine: Engine) -> None:
    with posting(engine) as connection:
        ada, bob = joined(connection), joined(connection, "bob@reader.example")
        letters = [deliver(connection, each, State.SENDING) for each in (ada, bob)]
        erase(connection, ada.id, KEYS, LATER)
        for delivery_id in letters:
            assert sent(connection, delivery_id, "w1", LATER, "250 for <ada@reader.example>")
        planned = deliver(connection, ada, State.PLANNED)
        forget_late(connection)
        rows = {row["id"]: row for row in rows_with(connection, DELIVERIES)}
        assert {row["delivery_id"] for row in rows_with(connection, TOLD)} == {letters[1]}
    hers, his, late = (rows[each] for each in (*letters, planned))
    assert (hers["state"], hers["answer"], hers["ended_at"]) == (State.SENT, "", LATER)
    assert (late["subject"], late["pieces"]) == ("", [])
    assert (his["answer"] != "", his["subject"] != "", his["pieces"] != []) == (True, True, True)


def test_what_came_back_from_who_is_erased_quotes_no_address(engine: Engine) -> None:
    with posting(engine) as connection:
        ada, bob = joined(connection), joined(connection, "bob@reader.example")
        bounce(connection, ada)
        bounce(connection, bob)
        erase(connection, ada.id, KEYS, LATER)
        hers, his = rows_with(connection, BOUNCES)
    assert (hers["kind"], hers["status"], hers["said"]) == ("hard", "5.1.1", "")
    assert his["said"] != ""


def test_erasing_again_changes_nothing_and_is_told(engine: Engine) -> None:
    with posting(engine) as connection:
        before = standing_as(connection, Standing.ERASED)
        assert not erase(connection, before.id, KEYS, MUCH_LATER)
        assert read(connection, before.id) == before


def test_the_links_of_who_was_erased_work_and_bring_nothing_back(engine: Engine) -> None:
    with posting(engine) as connection:
        before = standing_as(connection, Standing.ERASED)
        assert leave(connection, before.token, Leaving.ONE_CLICK, LATER) is Left.ALREADY
        assert not rejoin(connection, before.token)
        assert confirm(connection, before.id, LATER) is None
        assert not choose(connection, before.id, OTHERS)
        assert read(connection, before.id) == before


def test_an_erased_address_is_known_again_in_any_case_but_found_by_nobody(engine: Engine) -> None:
    with posting(engine) as connection:
        assert not was_erased(connection, ADA, KEYS)
        before = standing_as(connection, Standing.ERASED)
        assert was_erased(connection, normalised("ADA@Reader.Example").folded, KEYS)
        assert not was_erased(connection, "bob@reader.example", KEYS)
        assert by_folded(connection, ADA) is None
        assert by_folded(connection, KEYS.folded(ADA)) == before  # which is no address that anyone can write


def test_who_comes_back_can_be_erased_again_and_again(engine: Engine) -> None:
    with posting(engine) as connection:
        for _ in range(3):
            assert erase(connection, joined(connection).id, KEYS, LATER)
            assert was_erased(connection, ADA, KEYS)
        assert [row["state"] for row in rows_with(connection, SUBSCRIBERS)] == [Standing.ERASED] * 3


def test_who_never_confirmed_is_dropped_with_the_letters_to_them(engine: Engine) -> None:
    with posting(engine) as connection:
        ada, bob = asked(connection), asked(connection, "bob@reader.example", at=LATER)
        deliver(connection, ada, State.SENT)
        deliver(connection, ada, State.PLANNED)
        bounce(connection, ada)
        his = deliver(connection, bob, State.SENT)
        assert purge_pending(connection, LATER) == 1
        assert by_id(connection, ada.id) is None
        assert read(connection, bob.id) == bob
        assert [row["id"] for row in rows_with(connection, DELIVERIES)] == [his]
        assert [row["delivery_id"] for row in rows_with(connection, TOLD)] == [his]
        assert rows_with(connection, BOUNCES) == []


def test_nobody_who_confirmed_is_dropped(engine: Engine) -> None:
    with posting(engine) as connection:
        before = one_of_each(connection)
        assert purge_pending(connection, MUCH_LATER) == 1
        assert by_id(connection, before.pop(Standing.PENDING).id) is None
        for each in before.values():
            assert read(connection, each.id) == each


def test_who_had_left_and_did_not_confirm_again_has_left_as_before(engine: Engine) -> None:
    with posting(engine) as connection:
        before = standing_as(connection, Standing.LEFT)
        pending = asked(connection, choices=OTHERS, at=LATER)
        assert purge_pending(connection, LATER) == 0
        assert read(connection, before.id) == pending
        assert purge_pending(connection, MUCH_LATER) == 0
        assert read(connection, before.id) == replace(pending, standing=Standing.LEFT)
        assert leave(connection, before.token, Leaving.LINK, MUCH_LATER) is Left.ALREADY


def test_a_number_is_never_given_to_another_after_its_row_is_dropped(engine: Engine) -> None:
    with posting(engine) as connection:
        first = asked(connection)
        purge_pending(connection, MUCH_LATER)
        assert asked(connection, "bob@reader.example").id != first.id


def test_networks_are_forgotten_in_time_and_nothing_else(engine: Engine) -> None:
    with posting(engine) as connection:
        ada, bob = joined(connection), asked(connection, "bob@reader.example", at=LATER)
        assert forget_networks(connection, ASKED) == 0
        assert forget_networks(connection, ASKED + timedelta(seconds=1)) == 1
        assert forget_networks(connection, ASKED + timedelta(seconds=1)) == 0
        assert read(connection, ada.id) == replace(ada, network="")
        assert read(connection, bob.id) == bob
