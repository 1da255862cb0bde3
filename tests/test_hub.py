"""A WebSub hub is told of changed feeds; one that fails holds nothing up, and is told later."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
import respx

from flows.hub import Hub

HUB = "https://hub.example/publish"
FEEDS = ["https://round.example/feeds/all.atom", "https://round.example/feeds/lamps.atom"]


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(HUB, "paperround/0 (+us@round.example)", tmp_path / "untold.json")


def tell(hub: Hub, *changed: str) -> list[str]:
    hub.expect(changed)
    return hub.tell()


def told(route: respx.Route) -> list[str]:
    return [parse_qs(call.request.content.decode())["hub.topic"][0] for call in route.calls]


def test_nothing_is_asked_while_nothing_has_changed(hub: Hub) -> None:
    with respx.mock:  # any request would fail
        assert tell(hub) == []


def test_each_feed_is_told_once_in_a_form(hub: Hub) -> None:
    with respx.mock:
        route = respx.post(HUB).respond(202)
        assert tell(hub, *FEEDS, FEEDS[0]) == []
        assert told(route) == FEEDS
    request = route.calls[0].request
    assert parse_qs(request.content.decode()) == {
        "hub.mode": ["publish"],
        "hub.topic": [FEEDS[0]],
        "hub.url": [FEEDS[0]],
    }
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["user-agent"] == hub.user_agent


@pytest.mark.parametrize(
    "fault",
    [httpx.ConnectError("refused"), httpx.ReadTimeout(""), 500, 503, 429],
    ids=["refused", "timeout", "500", "503", "429"],
)
def test_a_hub_that_fails_is_told_after_the_next_round(
    hub: Hub, fault: httpx.HTTPError | int, caplog: pytest.LogCaptureFixture
) -> None:
    with respx.mock:
        if isinstance(fault, int):
            route = respx.post(HUB).respond(fault)
        else:
            route = respx.post(HUB).mock(side_effect=fault)
        assert tell(hub, *FEEDS) == FEEDS[::-1]
        assert len(route.calls) == 1
    assert HUB in caplog.text
    with respx.mock:
        route = respx.post(HUB).respond(204)
        assert tell(hub, FEEDS[1]) == []
        assert told(route) == FEEDS[::-1]
    with respx.mock:
        assert tell(hub) == []


def test_a_kill_before_the_hub_is_told_forgets_nothing(hub: Hub) -> None:
    hub.expect(FEEDS[:1])
    hub.expect(FEEDS[1:])
    again = Hub(hub.url, hub.user_agent, hub.untold)
    with respx.mock:
        route = respx.post(HUB).respond(202)
        assert again.tell() == []
        assert told(route) == FEEDS


def test_what_a_hub_refuses_for_good_is_not_told_again(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    with respx.mock:
        route = respx.post(HUB).mock(side_effect=[httpx.Response(404), httpx.Response(200)])
        assert tell(hub, *FEEDS) == []
        assert told(route) == FEEDS
    assert "404" in caplog.text


@pytest.mark.parametrize("note", ["{", "null"])
def test_a_damaged_note_is_begun_anew(hub: Hub, note: str, caplog: pytest.LogCaptureFixture) -> None:
    hub.untold.write_text(note)
    with respx.mock:
        respx.post(HUB).respond(200)
        assert tell(hub, *FEEDS) == []
    assert "begun anew" in caplog.text
