"""Answers of the app, with tags and in gzip like the files."""

from __future__ import annotations

import json

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from feeds.web.media import JSON, Headers, Kind
from feeds.web.representation import Representation, asked, represent, respond


class Answer(Response):
    """What a route gives: a representation, of which the client gets what it asks for and has not got yet."""

    def __init__(self, representation: Representation) -> None:
        super().__init__()
        self._representation = representation

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Sends it."""
        await respond(self._representation, asked(scope["headers"]), scope["method"], send)


def answer(body: bytes, kind: Kind, more: Headers = ()) -> Answer:
    """The answer with a body; `more` are header fields of the 200."""
    return Answer(represent(body, kind, more=more))


def json_answer(value: object, kind: Kind = JSON, more: Headers = ()) -> Answer:
    """A value as JSON. A lone surrogate, which UTF-8 does not know, becomes a question mark."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return answer(text.encode(errors="replace"), kind, more)
