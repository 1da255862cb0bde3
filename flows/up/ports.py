"""Ports: whether one is free, told before anything is started."""

from __future__ import annotations

import errno
import socket

from models.errors import PaperRoundError, UsageError

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104  # to be replaced, not listened on


def free(host: str, port: int, option: str) -> int:
    """The port, or for 0 one that is free; raises PaperRoundError that names the option where it is taken."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.create_server(address[:2], family=family) as listener:
            return int(listener.getsockname()[1])
    except socket.gaierror as error:
        raise UsageError(f"{host} is no address of this machine: {error.strerror}") from error
    except OSError as error:
        raise PaperRoundError(_told(host, port, option, error)) from error


def url(host: str, port: int) -> str:
    """The URL, without a slash at its end, at which this machine itself reaches what listens there."""
    here = _EVERYWHERE.get(host, host)
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"


def _told(host: str, port: int, option: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken: choose another with {option}, or a free one with {option} 0"
    return f"cannot listen on port {port} of {host}: {error.strerror}"
