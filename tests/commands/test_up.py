"""`up`: what is wrong is said before anything starts."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import pytest

from flows import engine
from flows.commands import upkeep
from flows.up.journal import Journal
from flows.up.lock import held, standing
from flows.up.plan import Plan
from tests.commands.command import Command, use_folder

HOME = Path("var")


class Started:
    """What would have been started, with what was noted meanwhile."""

    plan: Plan
    api: str
    told: Sequence[str]

    def __init__(self) -> None:
        self.times = 0

    def __call__(
        self, plan: Plan, journal: Journal, lock: TextIO, token: str, api: str, told: Sequence[str]
    ) -> int:
        self.plan, self.api, self.told, self.times = plan, api, told, self.times + 1
        self.standing = standing(HOME)
        journal.say("started")
        return 7


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    made = Started()
    monkeypatch.setattr(upkeep, "run", made)
    return made


@pytest.fixture
def up(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command in an empty folder."""
    use_folder(monkeypatch, tmp_path)
    monkeypatch.delenv("PREFECT_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    return Command(capsys, monkeypatch)


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


FREE = ("up", "--port", "0", "--prefect-port", "0")


@pytest.mark.parametrize("option", ["--port", "--prefect-port"])
def test_a_port_that_is_taken_is_told_at_once(
    up: Command, started: Started, listener: int, option: str
) -> None:
    result = up(*FREE, option, str(listener))
    assert result.code == 1
    assert result.err == (
        f"paperround: port {listener} of 127.0.0.1 is taken: choose another with {option}, or a free one"
        f" with {option} 0\n"
    )
    assert started.times == 0


def test_a_second_up_for_one_home_is_refused(up: Command, started: Started) -> None:
    with held(HOME):
        result = up(*FREE)
    assert result.code == 1
    assert "another `paperround up` is at work on var" in result.err
    assert started.times == 0


def test_topics_with_a_mistake_are_told_at_once(up: Command, started: Started) -> None:
    Path("topics.toml").write_text("[[topic]]\nslug = 1\n")
    assert up(*FREE).code == 2
    assert started.times == 0


def test_an_api_that_is_configured_and_does_not_answer_is_no_reason_to_begin_another_history(
    up: Command, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    result = up(*FREE)
    assert result.code == 1
    assert "the Prefect API http://127.0.0.1:9/api does not answer: start its server, or unset" in result.err
    assert started.times == 0


def test_the_address_of_our_own_server_may_be_configured(
    up: Command, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("PREFECT_API_URL", f"http://localhost:{port}/api")
    up("up", "--port", "0", "--prefect-port", str(port))
    assert started.plan.server
    assert started.api == f"http://127.0.0.1:{port}/api"


def test_where_an_api_answers_no_other_server_is_started(
    up: Command, started: Started, listener: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = f"http://127.0.0.1:{listener}/api"
    monkeypatch.setenv("PREFECT_API_URL", api)
    result = up(*FREE)
    assert (
        f"the Prefect server at http://127.0.0.1:{listener} is there already: no other is started"
        in result.err
    )
    assert started.plan.server is None
    assert started.api == api
    assert result.code == 7, "its exit code is that of what ran"


@pytest.mark.parametrize(("options", "folder"), [((), "prefect"), (("--demo",), "prefect-demo")])
def test_its_own_server_keeps_what_it_knows_in_home(
    up: Command, started: Started, tmp_path: Path, options: tuple[str, ...], folder: str
) -> None:
    up(*FREE, *options)
    assert started.plan.server
    assert started.plan.server.environment["PREFECT_HOME"] == str(tmp_path / "var" / folder)


@pytest.mark.parametrize(("options", "is_found"), [((), True), (("--demo",), False)])
def test_a_run_beside_it_finds_its_server_but_not_that_of_a_demo(
    up: Command, started: Started, options: tuple[str, ...], is_found: bool
) -> None:
    up(*FREE, *options)
    assert started.standing
    assert started.standing.api == (started.api if is_found else None)
    assert standing(HOME) is None, "it has ended"


def test_it_says_where_everything_is_and_where_links_lead(
    up: Command, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERROUND_PUBLIC_URL", "https://papers.example")
    up(*FREE)
    told = "\n".join(started.told)
    assert str(HOME.absolute()) in told
    assert "https://papers.example/" in told


def test_in_json_all_of_it_is_objects(up: Command, started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_LOG", "json")
    assert json.loads(up(*FREE).err)["message"] == "started"


def test_who_looks_for_prefect_finds_the_one_of_up_last(
    up: Command, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.up.lock import Standing, note

    with held(HOME) as lock:
        note(lock, Standing(1, "http://127.0.0.1:8000", "http://127.0.0.1:4200/api"))
        assert engine.api_url(HOME) == "http://127.0.0.1:4200/api"
        assert engine.api_url() is None
        monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example/api")
        assert engine.api_url(HOME) == "http://prefect.example/api"
    monkeypatch.delenv("PREFECT_API_URL")
    assert engine.api_url(HOME) is None
