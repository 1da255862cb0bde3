"""Letters are dealt out to the threads of a worker, one by one, with what they are made of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from flows.mail.claiming import Claims, Wanted
from flows.mail.scribe import Scribe
from models.database import posting
from models.mail.delivery import DIGESTS, State
from models.mail.letters import Fragment
from models.mail.outbox import plan
from tests.mail.planned import FOOT, HEAD, NOW, digest, planned, states, subscribe


def claims(scribe: Scribe, batch: int, most: int | None = None) -> Claims:
    return Claims(scribe, "w1", Wanted(DIGESTS, most=most), batch, lambda: NOW)


def test_no_letter_is_dealt_to_two_threads_and_none_is_left(engine: Engine) -> None:
    ids = planned(engine, 40)
    with Scribe(engine) as scribe:
        letters = claims(scribe, 7)

        def work(_number: int) -> list[str]:
            found = []
            while claimed := letters.next():
                found.append(claimed.delivery.id)
            return found

        with ThreadPoolExecutor(4) as pool:
            dealt = [each for part in pool.map(work, range(4)) for each in part]
    assert sorted(dealt) == sorted(ids)


def test_no_more_is_claimed_than_is_wanted_or_at_hand(engine: Engine) -> None:
    planned(engine, 9)
    with Scribe(engine) as scribe:
        letters = claims(scribe, 4, most=6)
        assert letters.next()
        assert states(engine) == {State.CLAIMED: 4, State.PLANNED: 5}
        assert [bool(letters.next()) for _ in range(7)] == [True] * 5 + [False] * 2
    assert states(engine) == {State.CLAIMED: 6, State.PLANNED: 3}


def test_a_fragment_that_is_gone_is_not_in_what_a_letter_is_made_of(engine: Engine) -> None:
    with posting(engine) as connection:
        subscribe(connection, 1)
        plan(connection, [digest(1, fragments=(HEAD, FOOT))], (FOOT,))
    with Scribe(engine) as scribe:
        found = claims(scribe, 1).next()
    assert found
    assert dict(found.fragments) == {FOOT.key: FOOT}


def test_only_so_many_fragments_are_remembered(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.mail.claiming._REMEMBERED", 3)
    pieces = [Fragment(f"Paper {number}.\n", "") for number in range(12)]
    with posting(engine) as connection:
        subscribe(connection, 12)
        plan(
            connection,
            [digest(number + 1, fragments=(HEAD, pieces[number])) for number in range(12)],
            (HEAD, *pieces),
        )
    with Scribe(engine) as scribe:
        claims = Claims(scribe, "w1", Wanted(DIGESTS), 2, lambda: NOW)
        for _ in range(12):
            found = claims.next()
            assert found
            assert tuple(found.fragments) == found.delivery.letter.pieces
            assert len(claims._fragments) <= 3 + 3
        assert claims.next() is None
