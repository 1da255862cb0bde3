"""A Prefect server of one's own, for as long as it is needed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_STARTS_WITHIN_SECONDS = 180.0


@contextmanager
def running() -> Iterator[str]:
    """The URL of the API of a server on a free port, its database in a folder of its own; ended at the end.

    It takes up to a minute to start. Raises RuntimeError where it does not.
    """
    with TemporaryDirectory() as home:
        port = _free_port()
        program = str(Path(sys.executable).with_name("prefect"))
        command = [program, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
            "PREFECT_HOME": home,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as process:
            try:
                url = f"http://127.0.0.1:{port}/api"
                _wait(process, f"{url}/health")
                yield url
            finally:
                process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the Prefect server does not start: see what `prefect server start` says")
        time.sleep(0.5)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True
