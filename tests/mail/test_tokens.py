"""The names under which strangers may act for a subscriber."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from models.mail.tokens import LENGTH, Keys, new_token

KEYS = Keys(b"a secret of these tests")
OTHERS = Keys(b"another secret altogether")
ASKED = datetime(2026, 11, 20, 6, 30, 15, 250_000, tzinfo=UTC)
IN_THE_OPEN = re.compile(r"[a-z2-7]{26}")
NUMBERS = st.integers(0, 2**31 - 1)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize("secret", [b"", b"short", b"x" * 15])
def test_a_secret_that_can_be_guessed_is_refused(secret: bytes) -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Keys(secret)


def test_random_tokens_survive_a_change_of_case_and_are_never_the_same() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    for token in tokens:
        assert IN_THE_OPEN.fullmatch(token)
        assert len(token) == LENGTH


def test_the_id_of_a_delivery_is_always_the_same_and_of_each_delivery_another() -> None:
    ids = {
        KEYS.delivery_id(subscriber, digest, period)
        for subscriber in (1, 11)
        for digest in ("daily", "weekly")
        for period in ("2026-11-20", "2026-11-2")
    }
    assert len(ids) == 8
    assert KEYS.delivery_id(1, "daily", "2026-11-20") in ids
    assert all(IN_THE_OPEN.fullmatch(each) for each in ids)
    assert OTHERS.delivery_id(1, "daily", "2026-11-20") not in ids


def test_what_is_kept_of_an_address_is_no_address_and_needs_the_secret() -> None:
    kept = KEYS.folded("ada@reader.example")
    assert "@" not in kept
    assert kept == KEYS.folded("ada@reader.example")
    assert kept not in (KEYS.folded("bob@reader.example"), OTHERS.folded("ada@reader.example"))


@pytest.mark.parametrize(
    "token",
    [
        "", ".", "..", "1.0", "1.0.", "a.b.c", "1.0.aaaaaaaaaaaaaaaaaaaaaaaaaa", "-1.0.a", "1 .0.a", "1.0.\ud800",
        "1.0.é", "٣.0.a", "1" * 13 + ".0.a", "1" * 5000 + ".0.a", "." * 5000, "1.99999999999999999999.a",
        "\0.\0.\0",
    ],
)  # fmt: skip
def test_what_we_have_not_made_is_nobodys(token: str) -> None:
    assert KEYS.managed(token) is None
    assert KEYS.confirmed(token) is None


@given(st.text() | st.text("0123456789.ab", max_size=60))
@example("1.253402300800.aaaaaaaaaaaaaaaaaaaaaaaaaa")  # a second after the year 9999
def test_no_text_is_taken_for_a_token_or_fails(token: str) -> None:
    assert KEYS.managed(token) is None
    assert KEYS.confirmed(token) is None


@given(NUMBERS, NUMBERS)
def test_a_link_for_managing_tells_whose_it_is(subscriber_id: int, generation: int) -> None:
    token = KEYS.manage(subscriber_id, generation)
    assert KEYS.managed(token) == (subscriber_id, generation)
    assert OTHERS.managed(token) is None
    assert KEYS.confirmed(token) is None


@given(NUMBERS, MOMENTS)
def test_a_link_for_confirming_tells_whose_it_is_and_of_when(subscriber_id: int, at: datetime) -> None:
    token = KEYS.confirm(subscriber_id, at)
    assert KEYS.confirmed(token) == (subscriber_id, at.replace(microsecond=0))
    assert OTHERS.confirmed(token) is None
    assert KEYS.managed(token) is None


def test_the_link_of_a_request_is_the_same_in_every_time_zone() -> None:
    moved = ASKED.astimezone(tz=None)
    assert KEYS.confirm(7, moved) == KEYS.confirm(7, ASKED)
    assert KEYS.confirm(7, ASKED + timedelta(seconds=1)) != KEYS.confirm(7, ASKED)


@given(st.sampled_from(["manage", "confirm"]), st.data())
def test_a_token_of_which_one_character_was_changed_is_nobodys(purpose: str, data: st.DataObject) -> None:
    token = KEYS.manage(42, 3) if purpose == "manage" else KEYS.confirm(42, ASKED)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyz.é"))
    assume(other != token[place])
    changed = token[:place] + other + token[place + 1 :]
    # The last character of base 32 holds 3 of 5 bits; what it holds beside them is compared too.
    assert KEYS.managed(changed) is None
    assert KEYS.confirmed(changed) is None


def test_a_token_is_no_longer_than_a_line_of_mail_allows() -> None:
    furthest = datetime(2200, 1, 1, tzinfo=UTC)
    assert len(KEYS.manage(10**9, 10**3)) <= 42
    assert len(KEYS.confirm(10**9, furthest)) <= 49
