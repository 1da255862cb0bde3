"""Runs what docs/compose.yaml says without containers: its very commands, environments and healthchecks, on this machine.

What a container is for has a stand-in: a host name is this machine, a port one that is free, a volume and a secret a
file of the trial; of the images of PostgreSQL and Redis their programs.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.trials.machines import BIN, ROOT, Process, basic_environment, free_port

COMPOSE = ROOT / "docs" / "compose.yaml"
_PORTS = ("4200", "6379", "8000", "8080")
_VARIABLE = re.compile(r"\$\{\w+:-([^}]*)\}")


def services() -> dict[str, Any]:
    """The services of the file, by name."""
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return found


@dataclass(frozen=True)
class Machine:
    """Where services run: a folder, the folder of the secrets, and what stands for what."""

    folder: Path
    stands_for: Mapping[str, str]

    @classmethod
    def made(cls, folder: Path) -> Machine:
        """A machine with an empty volume, and free ports."""
        (folder / "secrets").mkdir()
        ports = {port: str(free_port()) for port in _PORTS}
        names = {
            r"\b(redis|prefect-server|0\.0\.0\.0):(?=\d)": "127.0.0.1:",
            r"\b0\.0\.0\.0\b": "127.0.0.1",
            r"/run/secrets\b": str(folder / "secrets"),
            r"/var/lib/paperround\b": str(folder / "papers"),
            **{rf"\b{port}\b": free for port, free in ports.items()},
        }
        return cls(folder, names)

    def here(self, text: str) -> str:
        """A text of the file as it is on this machine: what is interpolated by Compose, then what stands for what."""
        text = _VARIABLE.sub(r"\1", text).replace("$$", "$")
        pattern = re.compile("|".join(f"(?P<g{at}>{each})" for at, each in enumerate(self.stands_for)))
        found = list(self.stands_for.values())
        return pattern.sub(lambda match: found[int(str(match.lastgroup)[1:])], text)

    def port(self, port: int) -> int:
        """The port that stands for one of the file."""
        return int(self.here(str(port)))

    def environment(self, service: Mapping[str, Any]) -> dict[str, str]:
        """What a service is given."""
        given = {name: self.here(str(value)) for name, value in service.get("environment", {}).items()}
        return {**basic_environment(self.folder), **given}

    def started(self, name: str, **others: str) -> Process:
        """A service that runs, with settings of the trial as `paperround.env` would give them."""
        service = services()[name]
        own = {**others, **self.environment(service)}
        command = [self.here(word) for word in service["command"]]
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        cwd = folder if name == "redis" else ROOT
        return Process(*command, environment=own, output=self.folder / f"{name}.log", cwd=cwd)

    def is_healthy(self, name: str) -> Callable[[], bool]:
        """Asks as the healthcheck of a service does."""
        service = services()[name]
        kind, *words = service["healthcheck"]["test"]
        assert kind == "CMD"
        return lambda: self.runs([self.here(word) for word in words], self.environment(service))

    def runs(self, command: Sequence[str], environment: Mapping[str, str]) -> bool:
        """Whether a command ends well."""
        path = f"{BIN}{os.pathsep}{environment['PATH']}"
        done = subprocess.run(
            list(command), env={**environment, "PATH": path}, capture_output=True, timeout=60, check=False
        )
        return done.returncode == 0
