"""What a client takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.web.accept import takes_gzip, wants_a_page


@pytest.mark.parametrize(
    "field",
    [
        "", "identity", "br", "deflate, br", "gzip;q=0", "gzip; q=0.0, br", "*;q=0", "gzip;q=high", "gzip;q=-1",
        "gzip;q=7", "gzip;q=nan", "gzip;q=0, *", "identity, gzip;q=0.5", "gzip" + " " * 300, "notgzip", ",;,",
    ],
)  # fmt: skip
def test_gzip_is_not_sent_to_who_does_not_take_it(field: str) -> None:
    assert not takes_gzip(field.encode())


@pytest.mark.parametrize(
    "field",
    [
        "gzip",
        "GZIP",
        "x-gzip",
        "*",
        "deflate, gzip",
        "gzip;q=0.001",
        "br;q=1.0, gzip ; q=0.8",
        "identity;q=0.5, *",
    ],
)
def test_gzip_is_sent_to_who_takes_it(field: str) -> None:
    assert takes_gzip(field.encode())


@pytest.mark.parametrize("field", ["application/json", "application/problem+json, application/xml;q=0.1"])
def test_who_asks_for_json_gets_no_page(field: str) -> None:
    assert not wants_a_page(field.encode())


@pytest.mark.parametrize(
    "field", ["", "*/*", "text/html", "text/html, application/json", "application/json;q=0"]
)
def test_others_get_a_page(field: str) -> None:
    assert wants_a_page(field.encode())


@given(st.binary(max_size=400))
def test_any_bytes_are_read(field: bytes) -> None:
    takes_gzip(field)
    wants_a_page(field)
