"""Asks an ASGI app as a server would, and takes every byte of the path as it is given."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode

from starlette.types import ASGIApp, Message

LOOPBACK = ("127.0.0.1", 50_000)
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Ask:
    """Asks one app. Header names are given with `_` for `-`."""

    app: ASGIApp

    def __call__(
        self,
        url: str,
        method: str = "GET",
        client: tuple[str, int] | None = LOOPBACK,
        body: bytes = b"",
        **headers: str,
    ) -> Reply:
        given = [
            (name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()
        ]
        return asyncio.run(self.asked(url, method, client, given, body))

    def post(
        self, url: str, fields: Fields = (), client: tuple[str, int] | None = LOOPBACK, **headers: str
    ) -> Reply:
        """Sends a form as a browser does."""
        body = urlencode(fields).encode()
        given = {"content_type": "application/x-www-form-urlencoded", **headers}
        return self(url, "POST", client, body, content_length=str(len(body)), **given)

    async def asked(
        self,
        url: str,
        method: str = "GET",
        client: tuple[str, int] | None = LOOPBACK,
        headers: list[tuple[bytes, bytes]] | None = None,
        body: bytes = b"",
    ) -> Reply:
        path, _, query = url.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(errors="replace"),
            "query_string": query.encode(errors="replace"),
            "root_path": "",
            "headers": [(b"host", b"round.example"), *(headers or [])],
            "client": client,
            "server": ("127.0.0.1", 8000),
            "state": {},
        }
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        start, *bodies = messages
        assert not bodies[-1].get("more_body", False)
        fields = [(name.decode(), value.decode("latin-1")) for name, value in start["headers"]]
        assert len(dict(fields)) == len(fields), f"a field twice: {fields}"
        got = b"".join(message.get("body", b"") for message in bodies)
        if method != "HEAD" and start["status"] != 304:
            assert dict(fields)["content-length"] == str(len(got))
        return Reply(start["status"], dict(fields), got)
