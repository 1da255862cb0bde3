"""What the operator says that a subscriber wants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.mail.wanted import Wanted
from models.errors import UsageError
from models.mail.subscriber import Cadence, Choices
from models.mail.zones import is_zone

SLUGS = ("lanterns", "quiet-rooms")


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (Wanted(topics=("lantern",)), "unknown topic 'lantern'; did you mean lanterns?"),
        (Wanted(topics=("x",)), "unknown topic 'x'; known: trending, all, lanterns, quiet-rooms"),
        (Wanted(topics=("Lanterns\x1b[31m",)), "unknown topic 'Lanterns\\x1b[31m'; did you mean lanterns?"),
        (Wanted(cadence="hourly"), "unknown cadence 'hourly'; known: daily, weekly, off"),
        (Wanted(hour="24"), "'24' is no hour of the day; known: 0 to 23"),
        (Wanted(hour="-1"), "'-1' is no hour of the day; known: 0 to 23"),
        (Wanted(hour="7:30"), "'7:30' is no hour of the day; known: 0 to 23"),
        (Wanted(hour="\u0667"), "'\u0667' is no hour of the day; known: 0 to 23"),
        (Wanted(zone="Europe/Berln"), "unknown time zone 'Europe/Berln'; did you mean Europe/Berlin?"),
        (Wanted(zone="tokyo"), "unknown time zone 'tokyo'; did you mean Asia/Tokyo?"),
        (
            Wanted(zone="../etc/passwd"),
            "unknown time zone '../etc/passwd'; known: those of IANA, as UTC or Europe/Berlin, in UTC, Africa, "
            "America, Antarctica, Arctic, Asia, Atlantic, Australia, Europe, Indian, Pacific",
        ),
    ],
)
def test_what_there_is_not_is_refused_and_what_there_is_is_named(wanted: Wanted, why: str) -> None:
    with pytest.raises(UsageError) as refused:
        wanted.choices(SLUGS)
    assert str(refused.value) == why


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(UsageError) as refused:
        Wanted(("lantern", "quiet"), "often", "x", "Mars").choices(SLUGS)
    assert str(refused.value).count(";") == 2 * 5 - 1


def test_where_nothing_is_said_it_is_as_usual() -> None:
    assert Wanted().choices(SLUGS) == Choices(("trending",), Cadence.DAILY, 7, "UTC")


def test_what_is_said_is_taken_and_each_topic_once() -> None:
    wanted = Wanted(("lanterns", "all", "lanterns"), "weekly", "00", "US/Eastern")
    assert wanted.choices(SLUGS) == Choices(("lanterns", "all"), Cadence.WEEKLY, 0, "US/Eastern")


@given(st.lists(st.text(), max_size=3), st.text(), st.text(), st.text())
def test_no_text_gives_anything_but_choices_or_a_refusal_in_one_line(
    topics: list[str], cadence: str, hour: str, zone: str
) -> None:
    found = tried(Wanted(tuple(topics), cadence, hour, zone))
    if isinstance(found, str):
        assert found.isprintable()
    else:
        assert set(found.topics) <= {*SLUGS, "trending", "all"}
        assert is_zone(found.zone)


def tried(wanted: Wanted) -> Choices | str:
    try:
        return wanted.choices(SLUGS)
    except UsageError as error:
        return str(error)
