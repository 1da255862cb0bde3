"""What the programs of an `up` are given by their environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows import engine
from flows.settings import PREFIX
from flows.up.warden import MARK, mark


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds an `up`: its variables and its folder, the token that marks what it starts, and where things are.

    `home` is HOME, `prefect_home` the folder of a Prefect server of its own, both absolute.
    """

    variables: Mapping[str, str]
    folder: Path
    token: str
    api: str
    home: Path
    prefect_home: Path | None = None

    def given_to(self, name: str) -> dict[str, str]:
        """The whole environment of a program: what surrounds us, and what it needs to find the others."""
        return {
            **({"PREFECT_HOME": str(self.prefect_home)} if self.prefect_home else {}),
            **self.variables,  # what the operator has set goes before
            **engine.without_proxy(self.variables),  # they speak to one another on this machine
            "PREFECT_API_URL": self.api,
            "PYTHONUNBUFFERED": "1",  # a line is told when it is said
            f"{PREFIX}HOME": str(self.home),
            MARK: mark(self.token, name),
        }

    def only(self, name: str, settings: Mapping[str, str]) -> dict[str, str]:
        """The environment of a program that gets these settings of ours, names without the prefix, and no other."""
        given = self.given_to(name)
        others = {key: value for key, value in given.items() if not key.startswith(PREFIX)}
        return {**others, **{f"{PREFIX}{key}": value for key, value in settings.items()}}
