"""Conditional requests, as RFC 9110 has them in section 13."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.web.conditional import is_current

ETAG = b'"abc"'
MODIFIED = 1_759_312_800  # Wed, 01 Oct 2025 10:00:00 GMT
THEN = b"Wed, 01 Oct 2025 10:00:00 GMT"

TAGS = st.binary(max_size=12).filter(lambda tag: all(byte == 0x21 or 0x23 <= byte <= 0x7E for byte in tag))
WEAK = st.sampled_from([b"", b"W/"])


@pytest.mark.parametrize(
    "none_match",
    [
        b'"abd"',
        b'"ab"',
        b"abc",
        b'"ABC"',
        b'"abc',
        b'W/"abd"',
        b'"x, y", "z"',
        b'"*"',
        b'"a"bc"',
        b",",
        b"w/abc",
    ],
)
def test_another_tag_is_not_current(none_match: bytes) -> None:
    assert not is_current(ETAG, MODIFIED, none_match, b"")


@pytest.mark.parametrize(
    "none_match", [ETAG, b'W/"abc"', b'"x", "abc"', b'"x","abc","y"', b"*", b'"a,b" , W/"abc"']
)
def test_a_tag_is_compared_weakly_within_a_list(none_match: bytes) -> None:
    assert is_current(ETAG, MODIFIED, none_match, b"")


def test_a_tag_counts_before_a_date() -> None:
    assert not is_current(ETAG, MODIFIED, b'"old"', THEN)
    assert is_current(ETAG, MODIFIED, ETAG, b"Thu, 01 Jan 1970 00:00:00 GMT")


@pytest.mark.parametrize(
    "since",
    [
        b"Wed, 01 Oct 2025 09:59:59 GMT", b"", b"yesterday", b"1759312800", b"Wed, 99 Oct 2025 10:00:00 GMT",
        b"Wed, 01 Oct 999999999999999999999 10:00:00 GMT", b"\xff\xfe", b"Wed, 01 Oct 2025 25:61:61",
    ],
)  # fmt: skip
def test_an_earlier_date_or_none_is_not_current(since: bytes) -> None:
    assert not is_current(ETAG, MODIFIED, b"", since)


@pytest.mark.parametrize(
    "since",
    [
        THEN,
        b"Wed, 01 Oct 2025 10:00:01 GMT",
        b"Wednesday, 01-Oct-25 10:00:00 GMT",
        b"Wed Oct  1 10:00:00 2025",
    ],
)
def test_a_date_is_current_from_the_last_change_on_in_each_form_of_http(since: bytes) -> None:
    assert is_current(ETAG, MODIFIED, b"", since)


def test_what_has_no_date_is_never_current_by_one() -> None:
    assert not is_current(ETAG, None, b"", THEN)


@given(st.lists(st.tuples(WEAK, TAGS), min_size=1, max_size=6), TAGS)
def test_a_list_is_current_when_one_of_its_tags_is_it(listed: list[tuple[bytes, bytes]], tag: bytes) -> None:
    field = b", ".join(weak + b'"' + each + b'"' for weak, each in listed)
    is_named = tag in [each for _, each in listed]
    assert is_current(b'"' + tag + b'"', None, field, b"") == is_named


@given(st.integers(0, 4_000_000_000), st.integers(0, 4_000_000_000))
def test_dates_are_compared_by_order(modified: int, since: int) -> None:
    date = formatdate(since, usegmt=True).encode()
    assert is_current(ETAG, modified, b"", date) == (modified <= since)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes_are_read(none_match: bytes, since: bytes) -> None:
    is_current(ETAG, MODIFIED, none_match, since)
