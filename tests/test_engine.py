"""Whether Prefect records a run: found out without importing it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import engine

API = "http://127.0.0.1:4200/api"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Prefect's folder, empty; nothing else of Prefect is set."""
    for name in os.environ:
        if name.startswith("PREFECT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    return tmp_path


def profiles(path: Path, active: str = "lab") -> None:
    path.write_text(
        f'active = "{active}"\n[profiles.ephemeral]\n[profiles.lab]\nPREFECT_API_URL = "{API}"\n'
        '[profiles.cloud]\nPREFECT_API_URL = "https://prefect.example/api"\n'
    )


def test_where_nothing_is_configured_there_is_no_api() -> None:
    assert engine.api_url() is None


@pytest.mark.parametrize(
    "content",
    [b"", b"active = ", b"\xff\xfe", b'active = "lab"', b'active = "lab"\n[profiles.lab]\n', b"[profiles]\n"],
    ids=repr,
)
def test_a_profile_that_names_none_or_cannot_be_read_gives_none(home: Path, content: bytes) -> None:
    (home / "profiles.toml").write_bytes(content)
    assert engine.api_url() is None


def test_a_profile_without_an_api_gives_none(home: Path) -> None:
    profiles(home / "profiles.toml", active="ephemeral")
    assert engine.api_url() is None


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "")
    assert engine.api_url() is None


def test_the_active_profile_names_the_api(home: Path) -> None:
    profiles(home / "profiles.toml")
    assert engine.api_url() == API


def test_another_profile_may_be_asked_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles(home / "profiles.toml")
    monkeypatch.setenv("PREFECT_PROFILE", "cloud")
    assert engine.api_url() == "https://prefect.example/api"


def test_the_profiles_may_stand_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles(home / "others.toml")
    monkeypatch.setenv("PREFECT_PROFILES_PATH", str(home / "others.toml"))
    assert engine.api_url() == API


def test_the_environment_goes_before_the_profile(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles(home / "profiles.toml")
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example:4200/api")
    assert engine.api_url() == "http://prefect.example:4200/api"


def test_prefect_itself_understands_the_profile_so(home: Path) -> None:
    profiles(home / "profiles.toml")
    code = "from prefect.settings import get_current_settings as s; print(s().api.url)"
    environment = {"PREFECT_HOME": str(home), "PATH": os.environ["PATH"], "DO_NOT_TRACK": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == engine.api_url()


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_what_listens_answers(listener: int) -> None:
    assert engine.answers(f"http://127.0.0.1:{listener}/api")


def test_what_does_not_listen_does_not_answer(listener: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert not engine.answers(f"http://127.0.0.1:{port}/api")


@pytest.mark.parametrize(
    "url", ["", "prefect", "/api", "http://", "http://127.0.0.1:port/api", "http://[::1/api"]
)
def test_what_is_no_address_does_not_answer(url: str) -> None:
    assert not engine.answers(url)


@pytest.mark.parametrize(("scheme", "port"), [("http", 80), ("https", 443)])
def test_an_address_without_a_port_has_that_of_its_scheme(
    monkeypatch: pytest.MonkeyPatch, scheme: str, port: int
) -> None:
    asked: list[object] = []

    def refuse(address: object, timeout: float) -> None:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    assert not engine.answers(f"{scheme}://prefect.example/api")
    assert asked == [("prefect.example", port)]


def test_a_program_that_reports_to_nobody_says_so_where_the_operator_has_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = {"PREFECT_SERVER_ANALYTICS_ENABLED": "true", "PREFECT_LOGGING_EXTRA_LOGGERS": "mine"}
    monkeypatch.setattr(os, "environ", environment)
    engine.quiet()
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "true"
    assert environment["PREFECT_LOGGING_EXTRA_LOGGERS"] == "mine"


LOOPBACK = "127.0.0.1,localhost,::1"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of the program: a proxy, and nothing else."""
    around = {"HTTP_PROXY": "http://proxy.example:3128"}
    monkeypatch.setattr(os, "environ", around)
    return around


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_no_proxy_stands_before_a_server_of_this_machine(environment: dict[str, str], host: str) -> None:
    engine.use(f"http://{host}:4200/api")
    assert environment["PREFECT_API_URL"] == f"http://{host}:4200/api"
    assert environment["NO_PROXY"] == environment["no_proxy"] == LOOPBACK
    assert environment["HTTP_PROXY"] == "http://proxy.example:3128"


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_what_goes_without_a_proxy_already_goes_on_so(environment: dict[str, str], name: str) -> None:
    environment[name] = "db.example"
    engine.use(API)
    assert environment["NO_PROXY"] == environment["no_proxy"] == f"db.example,{LOOPBACK}"


def test_an_empty_list_counts_as_none(environment: dict[str, str]) -> None:
    environment["NO_PROXY"] = ""
    engine.use(API)
    assert environment["NO_PROXY"] == environment["no_proxy"] == LOOPBACK


def test_lists_that_differ_both_hold(environment: dict[str, str]) -> None:
    environment |= {"NO_PROXY": "db.example", "no_proxy": "mail.example"}
    engine.use(API)
    assert environment["NO_PROXY"] == f"db.example,{LOOPBACK}"
    assert environment["no_proxy"] == f"mail.example,{LOOPBACK}"


def test_what_stands_in_the_list_is_not_put_there_again(environment: dict[str, str]) -> None:
    environment["NO_PROXY"] = "db.example, localhost"
    engine.use(API)
    engine.use(API)
    assert environment["NO_PROXY"] == environment["no_proxy"] == "db.example, localhost,127.0.0.1,::1"


@pytest.mark.parametrize("url", ["http://prefect.example:4200/api", "http://prefect/api", "http://[::1/api"])
def test_a_server_elsewhere_is_reached_as_the_operator_says(environment: dict[str, str], url: str) -> None:
    engine.use(url)
    assert environment["PREFECT_API_URL"] == url
    assert "NO_PROXY" not in environment
    assert "no_proxy" not in environment


def test_prefects_client_then_asks_the_server_itself(home: Path) -> None:
    code = f"""
from flows import engine
engine.use("{API}")
from prefect.client.orchestration import get_client
client = get_client(sync_client=True)._client
print(type(client._transport_for_url(client.build_request("GET", "{API}").url)._pool).__name__)
"""
    environment = {
        "PREFECT_HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "HTTP_PROXY": "http://proxy.example:3128",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "ConnectionPool"
