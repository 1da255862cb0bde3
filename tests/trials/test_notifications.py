"""`paperround deploy` on a real server, and that a person is told of what needs one: by a webhook on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic

import pytest

from tests.databases import Server
from tests.trials.asking import asked, hurry, pause
from tests.trials.machines import PrefectServer, prefect_server, run, wait_until, worker

pytestmark = pytest.mark.trial

WITHIN_SECONDS = 180
"""On a machine that does much else at the same time."""

SHORTLY = 10
"""Seconds, the fewest that Prefect takes, in place of the minutes and hours after which a person is told."""

SENTENCE = 'arxiv cs.CL 2026-11-10: stalled: <b>no</b> "mailing" & nothing since 2026-11-09'
EMITS = "from flows.run.events import Trouble, emit; emit(Trouble.LISTING, 'arxiv cs.CL 2026-11-10', {sentence!r})"
FAILS = """
from prefect import flow, tags
from prefect.states import Failed
@flow(name="digest", flow_run_name="digest 2026-11-10 08:00")
def digest():
    return Failed(message="the mail server refuses us")
with tags("paperround"):
    digest(return_state=True)
"""


@contextmanager
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The URL of a webhook, and what it was told, the earliest first."""
    told: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing: `told` has it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hooks/secret-part", told
        finally:
            server.shutdown()


def test_a_fresh_server_has_all_after_one_command_and_the_same_after_two_and_tells_of_trouble(
    prefect_here: PrefectServer, tmp_path: Path
) -> None:
    with webhook() as (url, told):
        environment = {
            **prefect_here.environment,
            "PAPERROUND_HOME": str(tmp_path / "var"),
            "PAPERROUND_NOTIFY_URL": url,
        }

        def deployed() -> str:
            began = monotonic()
            said = run("paperround", "deploy", environment=environment).stdout
            print(f"paperround deploy: {monotonic() - began:.1f} s\n{said}")
            assert "secret-part" not in said
            return said

        first, second = deployed(), deployed()
        assert "Made: the work pool paperround" in first
        assert "Made: the deployments backfill-shard/one-month, backfill/by-hand, daily-round/" in first
        assert "Made: the notification block paperround-notify" in first
        assert "Made" not in second
        assert "Changed" not in second
        assert "Already there: the work pool paperround, 7 deployments" in second

        def text_of(subject: str) -> str | None:
            return next((each["text"] for each in told if each["subject"] == subject), None)

        emits = EMITS.format(sentence=SENTENCE)
        run("python", "-c", f"{emits}\n{emits}", environment=environment)
        began = monotonic()
        subject = "Paper Round: arxiv cs.CL 2026-11-10"
        assert (
            wait_until(lambda: text_of(subject), WITHIN_SECONDS, "the webhook is told of a missing listing")
            == SENTENCE
        )
        print(f"told of an event {monotonic() - began:.1f} s after the end of the program that sent it")

        run("python", "-c", FAILS, environment=environment)
        subject = "Paper Round: digest 2026-11-10 08:00: Failed"
        text = wait_until(lambda: text_of(subject), WITHIN_SECONDS, "the webhook is told of a failed run")
        name, link = text.splitlines()
        assert name == "digest 2026-11-10 08:00: the mail server refuses us"
        assert link.startswith(f"{prefect_here.url}/runs/flow-run/")
        assert [each["text"] for each in told].count(SENTENCE) == 1, "the same is told once in twelve hours"


def test_a_person_is_told_when_no_round_comes_to_an_end_and_when_no_worker_is_left(
    server: Server, tmp_path: Path
) -> None:
    quick = {"PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "1"}
    with prefect_server(tmp_path / "prefect", server.new(), **quick) as here, webhook() as (url, told):
        environment = {
            **here.environment,
            "PAPERROUND_HOME": str(tmp_path / "var"),
            "PAPERROUND_NOTIFY_URL": url,
            "PREFECT_WORKER_HEARTBEAT_SECONDS": "1",
        }
        run("paperround", "deploy", environment=environment)
        pause(here.api)

        def pool_is(status: str) -> bool:
            return bool(asked(here.api, "work_pools/paperround", method="GET")["status"] == status)

        def is_told(subject: str) -> bool:
            return subject in [each["subject"] for each in told]

        with worker(environment):
            wait_until(lambda: pool_is("READY"), WITHIN_SECONDS, "the worker is there")
            hurry(here.api, "no worker", SHORTLY)
            assert not is_told("Paper Round: no worker")
        wait_until(lambda: is_told("Paper Round: no worker"), WITHIN_SECONDS, "it is told of no worker")
        assert not is_told("Paper Round: no round")
        hurry(here.api, "no round", SHORTLY)
        wait_until(lambda: is_told("Paper Round: no round"), WITHIN_SECONDS, "it is told of no round")
