"""Whether Prefect records a run: without importing Prefect, which takes seconds that most commands spare."""

from __future__ import annotations

import os
import socket
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from feeds.hosts import is_this_machine

_ANSWERS_WITHIN_SECONDS = 3.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NO_PROXY = ("NO_PROXY", "no_proxy")


def quiet() -> None:
    """Prefect's settings for a program that reports to nobody, where the operator has set none."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "flows,models,feeds")
    # The same steps run outside of a flow run too, where their lines go to the terminal alone.
    os.environ.setdefault("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")
    # On the console, and in the log of `up`, what a person wants to read; in the form that the setting `log` says.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_CLASS", "flows.run_lines.RunLines")
    # Prefect gives the loggers above its handlers, but no level: what we say of our work would be lost.
    os.environ.setdefault("PREFECT_LOGGING_ROOT_LEVEL", "INFO")


def use(url: str) -> None:
    """Lets Prefect, once it is imported, speak to the API at a URL; to one on this machine without a proxy between."""
    quiet()
    os.environ["PREFECT_API_URL"] = url
    if _is_here(url):
        os.environ.update(without_proxy(os.environ))


def without_proxy(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables that keep any proxy from between programs of this machine, added to those that are set."""
    set_before = next((value for name in _NO_PROXY if (value := variables.get(name))), "")
    return {name: _with_loopback(variables.get(name) or set_before) for name in _NO_PROXY}


def _with_loopback(hosts: str) -> str:
    there = {host.strip() for host in hosts.split(",")}
    return ",".join([*([hosts] if hosts else []), *(host for host in _LOOPBACK if host not in there)])


def _is_here(url: str) -> bool:
    try:
        return is_this_machine(urlsplit(url).hostname or "")
    except ValueError:  # the URL is none
        return False


def api_url(home: Path | None = None) -> str | None:
    """The Prefect API that is configured, by PREFECT_API_URL or the active profile; None without one.

    Where none is, that of the `paperround up` which is at work on the folder `home`.
    """
    given = os.environ.get("PREFECT_API_URL")
    return given or _of_profile() or (_of_up(home) if home else None)


def _of_up(home: Path) -> str | None:
    from flows.up.lock import standing

    found = standing(home)
    return found.api if found else None


def _of_profile() -> str | None:
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    path = Path(os.environ.get("PREFECT_PROFILES_PATH", home / "profiles.toml"))
    try:
        profiles = tomllib.loads(path.read_text())
    except (OSError, ValueError):  # ValueError: neither TOML nor even text
        return None
    name = os.environ.get("PREFECT_PROFILE", profiles.get("active"))
    url = profiles.get("profiles", {}).get(name, {}).get("PREFECT_API_URL")
    return str(url) if url else None


def answers(url: str) -> bool:
    """Whether anything listens at the host and port of a URL."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if not parts.hostname:
            return False
        with socket.create_connection((parts.hostname, port), timeout=_ANSWERS_WITHIN_SECONDS):
            return True
    except (OSError, ValueError):  # ValueError: the URL is none
        return False
