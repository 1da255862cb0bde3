"""Whether all is well: for a watchdog, a load balancer, Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from feeds.hosts import is_this_machine
from feeds.web.library import Library, Standing
from feeds.web.measures import Measures
from feeds.web.media import FOR_US
from feeds.web.refusals import RefusalError
from feeds.web.tree import Tree
from models.errors import PaperRoundError

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FORWARDED = ("forwarded", "x-forwarded-for")


class Health:
    """The routes `/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, library: Library, tree: Tree, measures: Measures) -> None:
        self._library = library
        self._tree = tree
        self._measures = measures

    def router(self) -> APIRouter:
        """The routes; they are no part of the API's description."""
        router = APIRouter(include_in_schema=False)
        router.get("/healthz")(self.alive)
        router.get("/readyz")(self.ready)
        router.get("/metrics")(self.metrics)
        return router

    def alive(self) -> Response:
        """200 as long as the process answers."""
        return _fresh(b'{"status":"alive"}')

    def ready(self) -> Response:
        """200 when the database answers and something is published; else 503 with what is wrong.

        Lists that are overdue and rounds that failed are no part of it: a load balancer would take the site down
        just when its readers want to know how old the news is. They are told by the status and the metrics.
        """
        problems = [*self._library.problems()]
        if not self._tree.has_anything:
            problems.append("nothing is published yet")
        if problems:
            raise RefusalError(503, "; ".join(problems))
        return _fresh(b'{"status":"ready"}')

    def metrics(self, request: Request) -> Response:
        """The metrics, for who asks from this machine without a proxy between."""
        if not _is_local(request):
            raise RefusalError(403, "The metrics are told on the machine itself alone.")
        text = self._measures.text(
            self._standing(),
            cached_bytes=self._tree.size,
            cached_files=len(self._tree),
            published_at=self._tree.published_at,
        )
        return _fresh(text, _METRICS_TYPE)

    def _standing(self) -> Standing | None:
        try:
            return self._library.standing()
        except PaperRoundError:  # the rest is worth telling then most of all; /readyz says what is wrong
            return None


def _fresh(body: bytes, media_type: str = "application/json") -> Response:
    headers = {name.decode(): value.decode() for name, value in FOR_US}
    return Response(body, headers={**headers, "content-type": media_type, "cache-control": "no-store"})


def _is_local(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return is_this_machine(request.client.host)
