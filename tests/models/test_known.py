"""Since when papers are known to us."""

from __future__ import annotations

from sqlalchemy import Engine

from models.database import reading
from models.known import known_since
from tests.models.invented import MORNING, NEXT_DAY, RECORD, TOMORROW, daily, page
from tests.models.stored import read


def test_a_paper_is_known_since_a_listing_first_named_it(engine: Engine) -> None:
    read(engine, page(RECORD))
    read(engine, page(RECORD, date=NEXT_DAY), daily(NEXT_DAY), at=TOMORROW)
    with reading(engine) as connection:
        assert known_since(connection, [RECORD.id, "2510.99999"]) == {RECORD.id: MORNING}
        assert known_since(connection, []) == {}
