"""The app behind its server, as it is on the wire."""

from __future__ import annotations

import gzip
import re
import socket
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from feeds.web import server
from feeds.web.app import make_app
from feeds.web.server import LARGEST_HEAD
from tests.web.desk_in_memory import Remembering
from tests.web.invented import FEED, PUBLIC_URL, Shelved, publish
from tests.web.live import Live, running


@pytest.fixture
def live(public: Path, library: Shelved, desk: Remembering) -> Iterator[Live]:
    """The app with a clock that goes."""
    with running(make_app(public, library, desk, PUBLIC_URL, "1", clock=time.monotonic)) as found:
        yield found


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/%252e%252e/secret.txt", "/..\\secret.txt",
        "/feeds/../../secret.txt", "//secret.txt", "/%00", "/%ff%fe", "/.published", "/%2epublished", "/%zz", "/;/../",
    ],
)  # fmt: skip
def test_no_target_leads_out_of_the_tree(live: Live, target: str) -> None:
    status, _, body = live.get(target)
    assert status in (400, 404)
    assert b"secret" not in body


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"a" * (LARGEST_HEAD * 20),
        b"GET /" + b"a" * (LARGEST_HEAD * 20),
        b"GET / HTTP/1.1\r\nhost: a\r\n" + b"x: a\r\n" * LARGEST_HEAD,
    ],
)
def test_a_head_without_end_is_refused(live: Live, request_bytes: bytes) -> None:
    answer = live.send(request_bytes)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 431 "), "or gone with a reset"
    assert live.get("/healthz")[0] == 200


@pytest.mark.parametrize(
    "request_bytes", [b"\xff\xfe\r\n\r\n", b"GET\r\n\r\n", b"GET /\xc3\xa9 HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_http_does_no_harm(live: Live, request_bytes: bytes) -> None:
    answer = live.send(request_bytes)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 404 "))
    assert live.get("/healthz")[0] == 200


@pytest.mark.parametrize("before", [b"", b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n"])
@pytest.mark.parametrize("sent", [b"G", b"GET / HTTP/1.1\r\nhost: a\r\n"])
def test_who_begins_a_request_and_does_not_end_it_is_left(
    live: Live, before: bytes, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_WITHIN_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        if before:
            connection.sendall(before)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(sent)
        assert has_hung_up(connection)


def test_who_only_connects_is_left(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else some hundreds of silent connections would keep all others out."""
    monkeypatch.setattr(server, "HEAD_WITHIN_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        assert has_hung_up(connection)


def test_who_takes_no_answer_is_left(live: Live, public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "TAKEN_WITHIN_SECONDS", 0.2)
    publish(public, "feeds/large.png", bytes(8_000_000))
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        connection.sendall(b"GET /feeds/large.png HTTP/1.1\r\nhost: a\r\n\r\n" * 8)
        taken = connection.recv(1, socket.MSG_PEEK)
        deadline = time.monotonic() + 10
        while live.connections and time.monotonic() < deadline:
            threading.Event().wait(0.05)
        assert taken
        assert not live.connections


def has_hung_up(connection: socket.socket) -> bool:
    """Whether the other side ends a connection within ten seconds, whatever it sends before."""
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def test_a_body_is_not_read(live: Live) -> None:
    answer = live.send(b"GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000000\r\n\r\n" + b"a" * 300_000)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 ")


def test_the_answer_names_no_server_and_sets_no_cookie(live: Live) -> None:
    status, headers, body = live.get("/feeds/lanterns.atom")
    assert (status, body) == (200, FEED)
    assert "date" in headers
    assert not {"server", "set-cookie", "transfer-encoding"} & headers.keys()


def test_head_and_304_have_no_body(live: Live) -> None:
    status, headers, body = live.get("/feeds/lanterns.atom", method="HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(FEED)), b"")
    assert live.get("/search?q=lantern", method="HEAD")[2] == b""
    unchanged = live.get("/feeds/lanterns.atom", f"if-none-match: {headers['etag']}")
    assert (unchanged[0], unchanged[2]) == (304, b"")


def test_requests_on_one_connection_are_answered_in_their_order(live: Live) -> None:
    paths = ("/feeds/lanterns.atom", "/none", "/search?q=lantern", "/healthz")
    asked = "".join(f"GET {path} HTTP/1.1\r\nhost: a\r\naccept: */json\r\n\r\n" for path in paths)
    answer = live.send(asked.encode() + b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"200", b"404", b"200", b"200", b"200"]


def test_the_forms_of_one_file_are_whole_while_it_is_replaced(live: Live, public: Path) -> None:
    """Each answer is one of the files as a whole, with the tag of that one."""
    contents = [f"<feed>{letter * 40_000}</feed>".encode() for letter in "abcd"]
    tags = {f'"{sha256(content).hexdigest()[:32]}"': content for content in contents}
    (public / ".published").unlink()
    publish(public, "feeds/busy.atom", contents[0])
    stopped = threading.Event()
    seen: set[bytes] = set()

    def replace_again_and_again() -> None:
        number = 0
        while not stopped.is_set():
            number += 1
            publish(public, "feeds/busy.atom", contents[number % 4], 1_000 + number)

    publisher = threading.Thread(target=replace_again_and_again)
    publisher.start()
    try:
        deadline = time.monotonic() + 20
        while len(seen) < 2 and time.monotonic() < deadline:
            for fields in ((), ("accept-encoding: gzip",)):
                status, headers, body = live.get("/feeds/busy.atom", *fields)
                content = gzip.decompress(body) if fields else body
                assert status == 200
                assert content == tags[headers["etag"].replace("-gzip", "")]
                seen.add(content)
    finally:
        stopped.set()
        publisher.join()
    assert len(seen) >= 2
