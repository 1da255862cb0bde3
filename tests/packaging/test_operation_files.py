"""What operators start from under docs/ fits what is here: the systemd unit, the image, the containers."""

from __future__ import annotations

import re
import shutil
import subprocess
from fnmatch import fnmatch
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.settings import PREFIX, Settings
from flows.up.house import RUNS_END_WITHIN_SECONDS
from flows.up.program import STOPS_WITHIN_SECONDS

ROOT = Path(__file__).parents[2]
UNIT = (ROOT / "docs" / "paperround.service").read_text()
DOCKERFILE = (ROOT / "docs" / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "paperround"}
STOCK = {"redis-server", "redis-cli", "pg_isready", "sh", "python", "test"}
"""Programs that an image has of its own."""


def unit(name: str) -> str:
    (found,) = re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)
    return str(found)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    here = UNIT.replace("/srv/paperround/.venv/bin/", f"{ROOT}/.venv/bin/").replace(
        "=/srv/paperround", f"={ROOT}"
    )
    (tmp_path / "paperround.service").write_text(here)
    done = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "paperround.service"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_systemd_gives_up_the_time_that_it_needs_to_end() -> None:
    programs = 3  # the worker, the site, the server
    assert int(unit("TimeoutStopSec")) > RUNS_END_WITHIN_SECONDS + programs * STOPS_WITHIN_SECONDS
    assert unit("KillMode") == "mixed", "up alone is told: it ends the others in their order"


def test_the_unit_starts_a_program_that_is_here_in_its_folder() -> None:
    program, command = unit("ExecStart").split()
    assert Path(program).relative_to(unit("WorkingDirectory")) == Path(".venv/bin/paperround")
    assert command == "up"


def test_what_is_copied_into_the_image_is_here_and_not_left_out() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert {"flows", "models", "feeds", "migrations", "prefect.yaml", "requirements.lock"} <= set(copied)
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*", "what is not named stays out: no .env, no secrets, no data"
    let_in = [rule.removeprefix("!") for rule in rules if rule.startswith("!")]
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source, rule) for rule in let_in), source


def test_the_image_runs_as_nobody_of_importance() -> None:
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\d+)$", last_stage, re.MULTILINE) == ["10001"]
    assert "--require-hashes" in DOCKERFILE


def words(service: dict[str, Any]) -> list[str]:
    """The programs that a service and its healthcheck name."""
    test = service.get("healthcheck", {}).get("test", ["CMD"])[1:]
    commands = [service.get("command", []), test]
    if commands[0][:1] == ["sh"]:
        commands[0] = ["sh"]
        for line in service["command"][2].splitlines():
            bare = re.sub(r"^\w+=\S.*$|^export .*$|^exec ", "", line)
            commands += [each.split() for each in bare.split("||")]
    return [command[0] for command in commands if command]


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_names_programs_that_its_image_has(name: str) -> None:
    for program in words(SERVICES[name]):
        assert program in STOCK or (ROOT / ".venv" / "bin" / program).exists(), program
        assert name in OURS or program in STOCK, program


def test_what_is_no_command_is_seen() -> None:
    assert words({"command": ["sh", "-ec", "X=$$(cat x)\nexport X\nexec nothing start\na b || c d\n"]}) == [
        "sh",
        "nothing",
        "a",
        "c",
    ]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_uses_is_declared(name: str) -> None:
    service = SERVICES[name]
    assert set(service.get("depends_on", {})) <= SERVICES.keys()
    assert set(service.get("secrets", [])) <= COMPOSE["secrets"].keys()
    volumes = {volume.partition(":")[0] for volume in service.get("volumes", [])}
    assert volumes <= COMPOSE["volumes"].keys()
    for other, how in service.get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert "test" in SERVICES[other]["healthcheck"], f"nobody would ever know that {other} is healthy"


@pytest.mark.parametrize("name", OURS)
def test_each_setting_of_a_service_is_one_of_ours_and_secrets_are_files(name: str) -> None:
    for variable, value in SERVICES[name]["environment"].items():
        if variable.startswith(PREFIX):
            assert variable.removeprefix(PREFIX).removesuffix("_FILE").lower() in Settings.model_fields, (
                variable
            )
        if str(value).startswith("/run/secrets/"):
            assert value.removeprefix("/run/secrets/") in SERVICES[name]["secrets"], variable
    assert "password" not in str(SERVICES[name]["environment"]).lower()


def test_site_and_worker_share_one_folder_and_one_secret() -> None:
    for name in ("app", "worker"):
        assert SERVICES[name]["volumes"] == ["papers:/var/lib/paperround"]
        assert "secret_key" in SERVICES[name]["secrets"]
        assert SERVICES[name]["environment"]["PAPERROUND_HOME"] == "/var/lib/paperround"


def test_nothing_is_open_to_others_than_this_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_web_server_of_the_host_is_believed_whom_it_speaks_for_and_nobody_else() -> None:
    """What is published on 127.0.0.1 comes into a container from the gateway of its network."""
    (given,) = COMPOSE["networks"]["default"]["ipam"]["config"]
    assert ip_address(given["gateway"]) in ip_network(given["subnet"])
    command = SERVICES["app"]["command"]
    assert command[command.index("--proxies") + 1] == given["gateway"]
    assert "networks" not in SERVICES["app"]
