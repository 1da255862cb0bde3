"""Ports that are taken are told before anything starts."""

from __future__ import annotations

import socket

import pytest

from flows.up.ports import free, url
from models.errors import PaperRoundError, UsageError


def test_a_port_that_is_taken_is_told_with_the_option_that_chooses_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PaperRoundError, match=f"port {port} of 127.0.0.1 is taken: .* --prefect-port"):
            free("127.0.0.1", port, "--prefect-port")


def test_a_host_that_is_none_is_a_mistake_of_usage() -> None:
    with pytest.raises(UsageError, match=r"reader\.invalid is no address of this machine"):
        free("reader.invalid", 8000, "--port")


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    with pytest.raises(PaperRoundError, match=r"cannot listen on port 8000 of 192\.0\.2\.1"):
        free("192.0.2.1", 8000, "--port")


def test_port_0_is_one_that_is_free() -> None:
    port = free("127.0.0.1", 0, "--port")
    assert port
    assert free("127.0.0.1", port, "--port") == port


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("papers.example", "http://papers.example:8000"),
    ],
)
def test_what_listens_everywhere_is_found_on_this_machine(host: str, found: str) -> None:
    assert url(host, 8000) == found
