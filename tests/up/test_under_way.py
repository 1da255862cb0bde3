"""Which runs are under way on this machine, by name."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from flows.up import under_way as module
from flows.up.under_way import BEGINNING, FIRST, names, under_way
from flows.up.warden import MARK, RUN
from tests.up.fakes import run


@contextmanager
def api(body: bytes) -> Iterator[str]:
    """An API that gives the same answer to all that is asked of a run `a1`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api/flow_runs/a1" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()


def test_a_run_is_told_by_its_name() -> None:
    told = {"id": "a1", "name": "round 2026-11-09 20:20", "start_time": "2026-11-09T20:20:00Z"}
    with api(json.dumps(told).encode()) as url:
        assert run(names(url, ["a1", "a1"])) == ["round 2026-11-09 20:20"]


def test_a_run_that_has_not_begun_bears_no_name_of_ours() -> None:
    with api(json.dumps({"id": "a1", "name": "red-condor", "start_time": None}).encode()) as url:
        assert run(names(url, ["a1"])) == [BEGINNING]


@pytest.mark.parametrize("body", [b"", b"true", b"{}", b"<html>", b"[]"], ids=repr)
def test_what_cannot_be_told_by_its_name_is_told_by_its_id(body: bytes) -> None:
    with api(body) as url:
        assert run(names(url, ["a1", "b2"])) == ["a1", "b2"]


def test_where_no_api_answers_the_id_has_to_do() -> None:
    assert run(names("http://127.0.0.1:9/api", ["a1", ""])) == ["a1", FIRST]


def test_only_runs_are_under_way_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {
        1: {MARK: "token/worker"},
        2: {MARK: "token/worker", RUN: "a1"},
        3: {MARK: "token/round"},
        4: {MARK: "token/prefect"},
    }
    monkeypatch.setattr(module, "marked", lambda _: there.items())
    assert under_way("token") == {2: "a1", 3: ""}
