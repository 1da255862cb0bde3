"""What the client makes of a body: whole, unpacked, not too large."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from datetime import timedelta

import httpx
import pytest

from flows.sources import bodies
from flows.sources.bodies import MOST_BYTES, unpacked
from flows.sources.client import Client
from models.records import Answer
from tests.sources.http_site import PAGE, START, Chunks, Clock, Reply, Site, packed, refused


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_get_refuses_an_answer_that_is_too_large_and_reads_no_further(
    client: Client, site: Site, encoding: str
) -> None:
    stream = Chunks([*[bytes(2**20)] * 33, httpx.ReadError("read on")])
    site.gives(PAGE, Reply(headers={"Content-Encoding": encoding}, stream=stream))
    error = refused(client, PAGE)
    assert (error.retryable, len(site.asked(PAGE))) == (False, 1)
    assert "larger than 32 MB" in error.answer.error


def test_get_refuses_an_answer_that_unpacks_to_too_much(client: Client, site: Site) -> None:
    site.gives(PAGE, packed(gzip.compress(bytes(34 * 2**20), compresslevel=1)))
    error = refused(client, PAGE)
    assert (error.retryable, len(site.asked(PAGE))) == (False, 1)
    assert len(error.answer.body) == MOST_BYTES


def test_a_gzip_bomb_is_not_unpacked_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_BYTES", 2**20)
    bomb = gzip.compress(bytes(16 * 2**20))
    tracemalloc.start()
    unpacked(bomb, {"content-encoding": "gzip"})
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 8 * 2**20


def test_get_refuses_a_packing_that_it_did_not_ask_for(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(200, b"?", {"Content-Encoding": "br"}))
    assert "comes as br" in refused(client, PAGE).answer.error


def test_a_cut_gzip_keeps_what_came(client: Client, site: Site) -> None:
    text = os.urandom(500_000)
    site.gives(PAGE, packed(gzip.compress(text)[:400_000]))
    error = refused(client, PAGE)
    assert "gives no whole answer" in error.answer.error
    assert error.answer.body == text[: len(error.answer.body)]
    assert len(error.answer.body) > 300_000


def test_get_gives_up_an_answer_that_trickles(client: Client, site: Site, clock: Clock) -> None:
    site.gives(PAGE, Reply(stream=Chunks([b"a"] * 100, clock, 15.0)), Reply(200, b"whole"))
    assert client.get(PAGE).body == b"whole"


CUT_PAGE = gzip.compress(b"page", mtime=0)[:-1]
DAMAGED_PAGE = gzip.compress(b"page", mtime=0)[:10] + b"\xff" * 12


@pytest.mark.parametrize("trouble", [packed(CUT_PAGE), packed(DAMAGED_PAGE), packed(b"no gzip")])
def test_get_gives_the_answer_that_comes_in_the_end(client: Client, site: Site, trouble: Reply) -> None:
    site.gives(PAGE, trouble, trouble, packed(gzip.compress(b"page")))
    assert client.get(PAGE).body == b"page"


def test_get_gives_plain_bytes_and_lower_case_headers(client: Client, site: Site) -> None:
    site.gives(PAGE, packed(gzip.compress(b"first, ") + gzip.compress(b"second")))
    answer = client.get(PAGE)
    assert answer == Answer(
        PAGE, START + timedelta(seconds=1), 200, {"content-encoding": "gzip"}, b"first, second"
    )
