"""The client: what it refuses, what it asks for and how it says who it is."""

from __future__ import annotations

import pytest

from flows.sources.client import Client, Validators, user_agent
from models.errors import SettingsError
from tests.sources.http_site import PAGE, Clock, Reply, Site, client_of, refused


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/papers",
        "https://papers.example.elsewhere.example/papers",
        "https://papers.example@elsewhere.example/papers",
        "https://papers.example:8443/papers",
        "http://papers.example/papers",
        "ftp://papers.example/papers",
        "/papers",
        "https://xn--/",
        "https://papers.example/\ud83d",
        "https://papers.example/\x00",
        "",
    ],
)
def test_get_refuses_what_is_not_on_its_host_before_any_request(client: Client, site: Site, url: str) -> None:
    assert not refused(client, url).retryable
    assert site.requests == []


@pytest.mark.parametrize("base_url", ["papers.example", "", "https://", "file:///etc", "https://[::1"])
def test_client_refuses_a_base_that_is_no_address(site: Site, clock: Clock, base_url: str) -> None:
    with pytest.raises(SettingsError, match="no address"):
        client_of(site, clock, [base_url])


def test_client_refuses_one_address_where_several_are_asked_for(site: Site, clock: Clock) -> None:
    with pytest.raises(SettingsError, match="no address"):
        client_of(site, clock, "https://papers.example")


def test_client_refuses_an_interface_that_is_no_address(site: Site, clock: Clock) -> None:
    with pytest.raises(SettingsError, match="no address"):
        client_of(site, clock, interfaces=["/api"])


@pytest.mark.parametrize("contact", ["Jürgen", "desk@lab.example\r\nHost: x"])
def test_user_agent_refuses_a_contact_that_no_header_can_carry(contact: str) -> None:
    with pytest.raises(SettingsError):
        user_agent("0.1.0", contact)


@pytest.mark.parametrize("status", [202, 204, 206, 300, 304, 400, 401, 403, 404, 405, 410, 418, 999])
def test_get_asks_once_where_asking_again_is_no_use(client: Client, site: Site, status: int) -> None:
    site.gives(PAGE, Reply(status, b"why", {"X-Reason": "this"}))
    error = refused(client, PAGE)
    assert (error.retryable, len(site.asked(PAGE))) == (False, 1)
    assert f"answers {status}" in error.answer.error
    assert error.answer.status == status
    assert (error.answer.body, error.answer.headers["x-reason"]) == (b"why", "this")


@pytest.mark.parametrize("status", [202, 405])
def test_get_names_what_may_be_a_check_for_bots(client: Client, site: Site, status: int) -> None:
    site.gives(PAGE, Reply(status))
    assert "bots" in refused(client, PAGE).answer.error


@pytest.mark.parametrize("validators", [None, Validators()])
def test_304_is_no_answer_where_nothing_was_known(
    client: Client, site: Site, validators: Validators | None
) -> None:
    site.gives(PAGE, Reply(304))
    refused(client, PAGE, validators)


def test_user_agent_says_who_and_where_to_complain() -> None:
    assert user_agent("0.1.0", "mailto:desk@lab.example") == "paperround/0.1.0 (+mailto:desk@lab.example)"
    assert user_agent("0.1.0") == "paperround/0.1.0"


def test_get_says_who_asks_and_takes_gzip_alone(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(200))
    client.get(PAGE)
    for request in site.requests:
        assert request.headers["user-agent"] == "paperround/0.1.0 (+mailto:desk@lab.example)"
        assert request.headers["accept-encoding"] == "gzip"


def test_get_asks_for_a_newer_answer_only(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(304, headers={"ETag": 'W/"1"'}))
    since = "Wed, 01 Oct 2025 06:00:00 GMT"
    answer = client.get(PAGE, Validators('W/"1"', since))
    assert (answer.status, answer.body, answer.error) == (304, b"", "")
    assert site.requests[-1].headers["if-none-match"] == 'W/"1"'
    assert site.requests[-1].headers["if-modified-since"] == since
    assert "if-none-match" not in site.requests[0].headers


def test_get_asks_anew_where_a_validator_cannot_be_sent_back(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(200, b"page"))
    assert client.get(PAGE, Validators(etag='"ü"')).body == b"page"


def test_get_remembers_no_cookie(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(200, headers={"Set-Cookie": "period=week; Path=/"}))
    client.get(PAGE)
    client.get(PAGE)
    assert "cookie" not in site.requests[-1].headers
