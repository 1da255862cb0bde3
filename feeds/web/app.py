"""The app put together."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from feeds.site.frame import Site
from feeds.web.api import Api
from feeds.web.combined import Combined
from feeds.web.desk import Desk
from feeds.web.front import Front
from feeds.web.health import Health
from feeds.web.leaving import Exit
from feeds.web.library import Library
from feeds.web.limits import Buckets, Limited
from feeds.web.managing import Managing
from feeds.web.measures import Measures
from feeds.web.reference import Reference
from feeds.web.refusals import FAILED, NOT_FOUND, RefusalError, refuse
from feeds.web.search import Search
from feeds.web.status import Status
from feeds.web.subscribing import Subscribing
from feeds.web.tree import Tree
from models.errors import PaperRoundError

_LOGGER = logging.getLogger(__name__)

THREADS = 4
"""So many queries run at once: more would only wait for each other, and keep files waiting."""


def make_app(
    public: Path,
    library: Library,
    desk: Desk,
    public_url: str,
    version: str,
    proxies: Sequence[str] = (),
    clock: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """The app over the published files, a library and a desk, as an ASGI callable.

    `public_url` is where readers find the site. Of `proxies` (addresses or networks) X-Forwarded-For is
    believed. `clock` gives seconds from any moment on.
    """
    site = Site(public_url, offers_mail=desk.is_open)
    tree = Tree(public, site, clock)
    measures = Measures()
    app = _framework(site, version)
    for part in (
        Reference(app, site),
        Api(library, site),
        Search(library, site),
        Combined(library, site, tree),
        Status(library, site),
        Health(library, tree, measures),
        Subscribing(desk, library, site, clock),
        Managing(desk, library, site),
        Exit(desk, site, measures),
    ):
        app.include_router(part.router())
    limited = Limited(app, Buckets(clock), site)
    # The type of uvicorn's middleware says more of its messages than Starlette's does.
    behind: ASGIApp = ProxyHeadersMiddleware(limited, list(proxies))  # type: ignore[arg-type, assignment]
    return Front(tree, behind, measures, site, clock)


def _framework(site: Site, version: str) -> FastAPI:
    app = FastAPI(
        title="Paper Round",
        version=version,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_with_few_threads,
        generate_unique_id_function=lambda route: route.name,
        servers=[{"url": site.url("").rstrip("/") or "/"}],
    )
    _tell_refusals(app, site)
    return app


@asynccontextmanager
async def _with_few_threads(_: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


class _Refused(Response):
    """A refusal as the answer of a route."""

    def __init__(self, refusal: RefusalError, site: Site) -> None:
        super().__init__(status_code=refusal.status)
        self._refusal = refusal
        self._site = site

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Sends it."""
        await refuse(self._refusal, scope, send, self._site)


def _tell_refusals(app: FastAPI, site: Site) -> None:
    """Makes each way of a route to fail a refusal in our own words."""

    @app.exception_handler(RefusalError)
    async def refused(_: Request, error: RefusalError) -> Response:
        return _Refused(error, site)

    @app.exception_handler(RequestValidationError)
    async def misasked(_: Request, error: RequestValidationError) -> Response:
        return _Refused(RefusalError(422, _told(error)), site)

    @app.exception_handler(PaperRoundError)
    async def unreadable(_: Request, error: PaperRoundError) -> Response:
        _LOGGER.warning("%s", error)
        return _Refused(RefusalError(503, "The papers cannot be read now; try again later."), site)

    @app.exception_handler(HTTPException)
    async def missing(_: Request, error: HTTPException) -> Response:
        return _Refused(NOT_FOUND if error.status_code == 404 else RefusalError(error.status_code, ""), site)

    @app.exception_handler(Exception)
    async def failed(_: Request, __: Exception) -> Response:
        return _Refused(FAILED, site)


def _told(error: RequestValidationError) -> str:
    """What is wrong with the parameters, in one sentence: the first thing."""
    first = error.errors()[0]
    is_unknown = first["type"] == "extra_forbidden"
    message = "there is no such parameter" if is_unknown else first["msg"].removeprefix("Value error, ")
    where = [str(part) for part in first["loc"][1:]]
    return f"{'.'.join(where)}: {message}." if where else f"{message}."
