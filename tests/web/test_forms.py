"""Forms that are sent: which paths take one, and bodies that are too large, too slow, or none of ours."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from feeds.web import forms, limits, server
from feeds.web.app import make_app
from feeds.web.forms import LARGEST_BYTES, fields, first, read_body, without_token
from feeds.web.refusals import RefusalError
from models.mail.subscriber import Leaving
from tests.web.asking import Ask
from tests.web.desk_in_memory import ADA, Remembering
from tests.web.invented import PUBLIC_URL, Shelved
from tests.web.live import Live, running

FORM = b"content-type: application/x-www-form-urlencoded\r\n"
PLACES = [
    "/subscribe", "/confirm/2.1.confirmbob", f"/manage/{ADA.manage}", f"/manage/{ADA.manage}/erase", "/u/leaveada",
    "/u/leaveada/undo",
]  # fmt: skip


@pytest.fixture
def live(public: Path, library: Shelved, desk: Remembering) -> Iterator[Live]:
    """The app with a clock that goes."""
    with running(make_app(public, library, desk, PUBLIC_URL, "1", clock=time.monotonic)) as found:
        yield found


def request(target: str, body: bytes, *, stated: int | None = None) -> bytes:
    """A POST on the wire, whose head may state another length than the body has."""
    length = len(body) if stated is None else stated
    head = f"POST {target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n"
    return head.encode() + FORM + b"\r\n" + body


@pytest.mark.parametrize(
    "path", ["/", "/search", "/api/papers", "/subscribers", "/u/", "/u/a/b", "/manage/a/b"]
)
def test_where_no_form_is_nothing_is_posted(ask: Ask, path: str) -> None:
    reply = ask.post(path)
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/manage/1.0.manageada/export", "/confirm/", "/subscribe/"])
def test_what_is_only_to_be_had_is_not_posted_to(ask: Ask, path: str) -> None:
    assert ask.post(path).status == 405


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", PLACES)
def test_forms_are_posted_and_nothing_else(ask: Ask, desk: Remembering, path: str, method: str) -> None:
    reply = ask(path, method)
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, POST")
    assert desk.done == []


@pytest.mark.parametrize("path", ["/subscribe", f"/manage/{ADA.manage}"])
@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/json", "multipart/form-data; boundary=x"]
)
def test_what_is_no_form_is_refused(ask: Ask, desk: Remembering, path: str, media_type: str) -> None:
    assert ask.post(path, [("address", "ada@reader.example")], content_type=media_type).status == 415
    assert desk.done == []


@pytest.mark.parametrize("path", [path for path in PLACES if path != "/u/leaveada"])
def test_a_form_that_is_too_large_is_refused(ask: Ask, desk: Remembering, path: str) -> None:
    reply = ask.post(path, [("address", "a" * LARGEST_BYTES)])
    assert (reply.status, reply.headers["connection"]) == (413, "close")
    assert desk.done == []


def test_more_fields_than_any_form_has_are_refused(ask: Ask, desk: Remembering) -> None:
    assert ask.post("/subscribe", [("a", "")] * 2_000).status == 413
    assert desk.done == []


def test_a_form_as_large_as_may_be_is_read(ask: Ask) -> None:
    rest = LARGEST_BYTES - len(urlencode([("address", "")]))
    assert ask.post("/subscribe", [("address", "a" * rest)]).status == 422


def test_a_body_without_end_is_refused_on_the_wire(live: Live, desk: Remembering) -> None:
    answer = live.send(request("/subscribe", b"a" * 300_000, stated=100_000_000))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 "), "or gone with a reset"
    assert live.get("/healthz")[0] == 200
    assert desk.done == []


def test_chunks_are_counted_as_they_come(live: Live) -> None:
    head = b"POST /subscribe HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n" + FORM + b"\r\n"
    small = b"8\r\naddress=\r\n0\r\n\r\n"
    assert live.send(head.replace(b"host", b"connection: close\r\nhost") + small).startswith(b"HTTP/1.1 422 ")
    large = (b"1000\r\n" + b"a" * 4_096 + b"\r\n") * 5
    answer = live.send(head + large)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 "), "or gone with a reset"


def test_a_body_that_takes_too_long_is_refused(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "WITHIN_SECONDS", 0.2)
    answer = live.send(request("/subscribe", b"address=", stated=100))
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_who_sends_a_body_drop_by_drop_is_left_at_last(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the app has refused it long before."""
    monkeypatch.setattr(server, "BODY_WITHIN_SECONDS", 0.3)
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n")
        try:
            while time.monotonic() < begun + 10:
                connection.sendall(b"a")
                threading.Event().wait(0.02)
        except ConnectionError:
            pass
    assert time.monotonic() < begun + 5


def test_slow_bodies_keep_nobody_else_waiting(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 2)
    with ExitStack() as held:
        for _ in range(20):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", live.port), timeout=10))
            connection.sendall(request("/subscribe", b"address=", stated=100))
        assert live.get("/search?q=lantern")[0] == 200


def test_a_form_that_is_cut_off_does_nothing(live: Live, desk: Remembering) -> None:
    whole = urlencode([("address", "ada@reader.example"), ("topics", "all"), ("cadence", "daily")]).encode()
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        connection.sendall(request("/subscribe", whole, stated=len(whole) + 1))
    assert live.get("/healthz")[0] == 200
    assert desk.done == []


def test_who_leaves_with_a_body_that_never_ends_has_left(
    live: Live, desk: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "WITHIN_SECONDS", 0.2)
    kept_open = request("/u/leaveada", b"List-Unsubscribe=", stated=100).replace(
        b"connection: close\r\n", b""
    )
    answer = live.send(kept_open)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in answer
    assert desk.done == [("leave", "leaveada", Leaving.ONE_CLICK)]


@pytest.mark.parametrize(
    "broken", [{"type": "http.disconnect"}, {"type": "http.request", "body": b"a" * 20_000}]
)
def test_a_body_comes_as_a_whole_or_not_at_all(broken: Message) -> None:
    messages = iter([{"type": "http.request", "body": b"a=", "more_body": True}, broken])

    async def receive() -> Message:
        return next(messages)

    with pytest.raises(RefusalError):
        asyncio.run(read_body(receive))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_form(body: bytes) -> None:
    for values in fields(body).values():
        assert all(isinstance(value, str) for value in values)
        "".join(values).encode()


@given(
    st.lists(st.tuples(st.text(max_size=9), st.text(st.characters(codec="utf-8"), max_size=30)), max_size=20)
)
def test_what_a_browser_sends_is_read_again(sent: list[tuple[str, str]]) -> None:
    form = fields(urlencode(sent, errors="replace").encode())
    for name, value in sent:
        assert value in form[name.encode(errors="replace").decode()]
    assert first(form, "no such field") == ""


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/u/abc/undo", "/u/.../undo"), ("/manage/1.2.c", "/manage/..."), ("/confirm/a", "/confirm/..."),
        ("/search", "/search"),
    ],
)  # fmt: skip
def test_no_token_stands_in_the_log(path: str, logged: str) -> None:
    assert without_token(path) == logged


def test_a_failure_is_logged_without_a_token(
    asking: Callable[..., Ask], caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Remembering):
        def leave(self, token: str, by: Leaving) -> bool:
            raise RuntimeError("something else")

    assert asking(desk=Broken())("/u/leaveada", "POST").status == 500
    assert "/u/... cannot be answered" in caplog.text
    assert "leaveada" not in caplog.text
