"""What the API can do, for people and, as OpenAPI, for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI

from feeds.site.frame import Frame, Site
from feeds.web import pages
from feeds.web.answers import Answer, answer, json_answer
from feeds.web.media import PAGE

_EXAMPLES = {
    "/api/papers": "api/papers?q=%22mixture%20of%20experts%22&limit=5",
    "/api/papers/{paper_id}": "api/papers/2401.04088",  # any site may lack it: not to be followed
    "/api/revisions": "api/revisions?changed_since=0&limit=5",
    "/api/topics": "api/topics",
    "/api/ledger": "api/ledger?days=3",
    "/api/status": "api/status",
}
"""One request of each route, from the root of the site."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a route and what it means."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A route of the API."""

    path: str
    says: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    example: str
    is_followed: bool


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """The values of `web/api.html`."""

    frame: Frame
    operations: tuple[Operation, ...]


class Reference:
    """The routes `/api/` and `/api/openapi.json` of an app."""

    def __init__(self, app: FastAPI, site: Site) -> None:
        self._app = app
        self._site = site

    def router(self) -> APIRouter:
        """The routes; a description does not describe itself."""
        router = APIRouter(include_in_schema=False)
        router.get("/api/")(self.page)
        router.get("/api/openapi.json")(self.openapi)
        return router

    def page(self) -> Answer:
        """The routes with an example each."""
        frame = Frame("API", "Papers, changes, topics and the ledger as JSON.", self._site.root_path)
        page = ReferencePage(frame, tuple(_operations(described(self._app), self._site.root_path)))
        return answer(pages.page("api.html", page, self._site), PAGE)

    def openapi(self) -> Answer:
        """The description of the API (OpenAPI 3.1)."""
        return json_answer(described(self._app))


def described(app: FastAPI) -> dict[str, Any]:
    """The description of an app, in which refusals have their own media type (RFC 9457)."""
    description = app.openapi()
    for path in description["paths"].values():
        for status, response in path["get"]["responses"].items():
            content = response.get("content", {})
            if int(status) >= 400 and "application/json" in content:
                content["application/problem+json"] = content.pop("application/json")
    return description


def _operations(description: Mapping[str, Any], root_path: str) -> Iterator[Operation]:
    for path, item in description["paths"].items():
        operation = item["get"]
        yield Operation(
            path=path,
            says=tuple(operation["description"].split("\n\n")),
            parameters=tuple(
                Parameter(each["name"], each.get("description", ""))
                for each in operation.get("parameters", ())
                if each["in"] == "query"
            ),
            example=root_path + _EXAMPLES[path],
            is_followed="{" not in path,
        )
