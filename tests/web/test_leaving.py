"""Leaving: at once, for ever, whoever's program says it and however (RFC 8058); and taking it back."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from feeds.web.limits import BURST
from models.mail.subscriber import Leaving
from tests.web.asking import Ask, Reply
from tests.web.desk_in_memory import Remembering
from tests.web.invented import Clock
from tests.web.test_health import samples
from tests.web.test_search import Links

LINK = "/u/leaveada"
LEFT = ("leave", "leaveada", Leaving.ONE_CLICK)
URLENCODED: dict[str, Any] = {"content_type": "application/x-www-form-urlencoded"}
MULTIPART: dict[str, Any] = {"content_type": "multipart/form-data; boundary=b"}
PARTS = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
COUNTER = "paperround_unsubscribe_without_subscriber_total"


def has_left(reply: Reply) -> bool:
    return reply.status == 200 and "No digest comes to you any more." in reply.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("url", [LINK, f"{LINK}/undo", f"{LINK}?List-Unsubscribe=One-Click", "/u/nobody"])
def test_whoever_only_follows_the_link_stays(ask: Ask, desk: Remembering, url: str, method: str) -> None:
    """Scanners of mail open every link: that must change nothing (rule 10)."""
    reply = ask(url, method)
    assert reply.status == 200
    assert desk.done == []
    assert not has_left(reply)
    assert "have left" not in reply.text
    assert method == "HEAD" or "ress the button" in reply.text, "nobody shall believe that it is done"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"List-Unsubscribe=One-Click", URLENCODED),
        (PARTS, MULTIPART),
        (b"", {}),
        (b"", {"content_length": "0"}),
        (b"", URLENCODED),
        (b"List-Unsubscribe=One-Click", {"transfer_encoding": "chunked", **URLENCODED}),
        (b"\xff\x00--", {"content_type": "application/octet-stream"}),
        (b"%zz&&&=;", URLENCODED),
        (b"{}", {"content_type": "\xff"}),
        (b"a" * 100_000, URLENCODED),
        (b"a=&" * 5_000, URLENCODED),
        (b"List-Unsubscribe=One-Click", {"origin": "https://evil.example", "cookie": "a=b", **URLENCODED}),
        (b"List-Unsubscribe=One-Click", {"accept": "application/json", "sec_fetch_site": "cross-site"}),
    ],
)
def test_the_button_of_a_mail_program_leaves_at_once(
    ask: Ask, desk: Remembering, body: bytes, fields: dict[str, Any]
) -> None:
    """RFC 8058, sections 3.1 and 3.2: both encodings, no context, no redirect."""
    reply = ask(LINK, "POST", body=body, **fields)
    assert has_left(reply)
    assert desk.done == [LEFT]
    assert not {"location", "set-cookie"} & reply.headers.keys()


def test_a_link_with_a_query_behind_it_still_leaves(ask: Ask, desk: Remembering) -> None:
    assert has_left(ask(f"{LINK}?utm_source=scanner&from=page", "POST"))
    assert desk.done == [LEFT]


def test_a_token_whose_case_was_lost_still_leaves(ask: Ask, desk: Remembering) -> None:
    assert has_left(ask("/u/LeaveADA", "POST"))
    assert desk.done == [LEFT]


def test_who_has_left_may_leave_again(ask: Ask) -> None:
    replies = [ask(LINK, "POST") for _ in range(3)]
    assert {(reply.status, reply.body) for reply in replies} == {(200, replies[0].body)}


@pytest.mark.parametrize("token", ["strangers", "%00", "%ff", "..", "a" * 500, "%3Cscript%3E", "1.2.3"])
def test_a_token_of_nobody_gets_the_same_page_and_is_an_error(
    ask: Ask, caplog: pytest.LogCaptureFixture, token: str
) -> None:
    reply, known = ask(f"/u/{token}", "POST"), ask(LINK, "POST")
    assert has_left(reply)
    assert "script" not in Links(reply.text).tags
    without_undo = re.compile(rb'action="[^"]*/undo"')
    assert without_undo.sub(b"", reply.body) == without_undo.sub(b"", known.body)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert token not in record.getMessage()
    assert samples(ask("/metrics"))[COUNTER] == 1


def test_a_leaving_that_counts_is_no_error(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    ask(LINK, "POST")
    assert caplog.records == []
    assert samples(ask("/metrics"))[COUNTER] == 0


def test_without_a_database_the_provider_is_told_to_come_again(ask: Ask, desk: Remembering) -> None:
    """A 200 would say that it is done, and nobody would say it again."""
    desk.is_down = True
    reply = ask(LINK, "POST", body=b"List-Unsubscribe=One-Click", **URLENCODED)
    assert (reply.status, reply.headers["retry-after"]) == (503, "300")
    assert "secret" not in reply.text
    assert ask(LINK).status == 200, "the page with the button asks nothing of it"
    desk.is_down = False
    assert has_left(ask(LINK, "POST"))


def test_leaving_has_no_limit(ask: Ask, desk: Remembering, clock: Clock) -> None:
    """A mail provider speaks for many from few addresses."""
    assert {ask(LINK, "POST").status for _ in range(BURST * 2)} == {200}
    assert len(desk.done) == BURST * 2


def test_a_site_that_sends_no_mail_any_more_lets_people_leave(ask: Ask, desk: Remembering) -> None:
    desk.is_open = False
    assert has_left(ask(LINK, "POST"))
    assert desk.done == [LEFT]


def test_the_page_has_one_button_and_it_leaves(ask: Ask, desk: Remembering) -> None:
    text = ask(LINK).text
    (form,) = re.findall(r'<form method="post">(.*?)</form>', text, re.DOTALL)
    assert re.findall(r'name="(.*)" value="(.*)"', form) == [("from", "page")]
    assert form.count("<button>Unsubscribe</button>") == 1
    assert has_left(ask.post(LINK, [("from", "page")]))
    assert desk.done == [("leave", "leaveada", Leaving.LINK)]


def test_the_page_is_the_same_for_every_token(ask: Ask) -> None:
    assert ask(LINK).body == ask("/u/nobody").body


def test_who_left_can_take_it_back(ask: Ask, desk: Remembering) -> None:
    left = ask(LINK, "POST").text
    assert '<form method="post" action="/papers/u/leaveada/undo">' in left
    reply = ask.post(f"{LINK}/undo")
    assert (reply.status, "You get digests again" in reply.text) == (200, True)
    assert desk.done[-1] == ("undo", "leaveada")


def test_what_cannot_be_taken_back_is_told_kindly(ask: Ask) -> None:
    reply = ask.post("/u/nobody/undo")
    assert reply.status == 404
    assert '<a href="/papers/subscribe">' in reply.text


def test_coming_back_to_the_address_of_that_button_shows_it_again(ask: Ask, desk: Remembering) -> None:
    text = ask(f"{LINK}/undo").text
    assert '<form method="post">' in text
    assert desk.done == []
