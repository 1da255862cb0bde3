"""What a subscriber sees and changes of what is kept of them."""

from __future__ import annotations

import re

import pytest

from feeds.web.private import masked
from models.mail.subscriber import Cadence, Choices
from tests.web.asking import Ask, Fields
from tests.web.desk_in_memory import ADA, ASKED, BACK, LEFT, Remembering
from tests.web.test_search import Links

HERE = f"/manage/{ADA.manage}"
FILLED: Fields = [("topics", "agents"), ("cadence", "weekly"), ("hour", "0"), ("zone", "Asia/Kolkata")]
PATHS = ["", "/erase", "/export"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", ["1.1.manageada", "none", "%00", "a" * 500])
def test_a_token_of_nobody_shows_nothing(ask: Ask, path: str, token: str) -> None:
    reply = ask(f"/manage/{token}{path}")
    assert (reply.status, "This link does not hold" in reply.text) == (404, True)
    assert "reader.example" not in reply.text


@pytest.mark.parametrize("path", PATHS[:2])
def test_a_token_of_nobody_changes_nothing(ask: Ask, desk: Remembering, path: str) -> None:
    before = dict(desk.cards)
    assert ask.post(f"/manage/1.1.manageada{path}", FILLED).status == 404
    assert desk.cards == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", PATHS)
def test_looking_changes_nothing(ask: Ask, desk: Remembering, path: str, method: str) -> None:
    assert ask(f"{HERE}{path}", method).status == 200
    assert desk.done == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ([("topics", "")], "topics"),
        ([("hour", "99")], "hour"),
        ([("zone", "Nowhere")], "zone"),
        ([("cadence", "x")], "cadence"),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(
    ask: Ask, desk: Remembering, wrong: Fields, named: str
) -> None:
    fields = list({**dict(FILLED), **dict(wrong)}.items())
    reply = ask.post(HERE, fields)
    assert reply.status == 422
    assert f'id="{named}-mistake"' in reply.text
    assert desk.done == []


def test_what_is_chosen_is_shown_without_the_address(ask: Ask) -> None:
    text = ask(HERE).text
    assert re.findall(r'name="topics" value="(\w+)" checked', text) == ["trending", "lanterns"]
    assert '<option value="18" selected>' in text
    assert '<option value="Europe/Berlin" selected>Berlin' in text
    assert "a…@reader.example" in text
    assert "ada@" not in text


def test_what_is_chosen_anew_is_kept_and_said(ask: Ask, desk: Remembering) -> None:
    reply = ask.post(HERE, FILLED)
    assert reply.status == 200
    assert 'role="status">Your choices are saved.' in reply.text
    assert re.findall(r'name="topics" value="(\w+)" checked', reply.text) == ["agents"]
    assert desk.done == [("choose", ADA.manage, Choices(("agents",), Cadence.WEEKLY, 0, "Asia/Kolkata"))]
    assert ask(HERE).text.count("selected>") == reply.text.count("selected>")


def test_who_wants_nothing_for_now_needs_no_topic(ask: Ask, desk: Remembering) -> None:
    reply = ask.post(HERE, [("cadence", "off"), ("hour", "7"), ("zone", "UTC")])
    assert reply.status == 200
    assert desk.done == [("choose", ADA.manage, Choices((), Cadence.OFF))]


def test_a_zone_by_an_old_name_stays(ask: Ask, desk: Remembering) -> None:
    desk.cards[ADA.leave] = ADA._replace(choices=Choices(("all",), zone="US/Eastern"))
    assert '<option value="US/Eastern" selected>' in ask(HERE).text
    assert ask.post(HERE, [*FILLED[:3], ("zone", "US/Eastern")]).status == 200


def test_the_page_leads_to_leaving_to_the_file_and_to_erasing(ask: Ask) -> None:
    text = ask(HERE).text
    assert (
        '<form method="post" action="/papers/u/leaveada">\n<input type="hidden" name="from" value="page">'
        in text
    )
    hrefs = Links(text).hrefs
    assert f"/papers{HERE}/export" in hrefs
    assert f"/papers{HERE}/erase" in hrefs


@pytest.mark.parametrize(
    ("card", "says", "may_ask"),
    [
        (ASKED, "not confirmed yet", False),
        (BACK, "came back", True),
        (LEFT, "You get no digests any more.", True),
    ],
)
def test_who_gets_nothing_is_told_why(ask: Ask, card: object, says: str, may_ask: bool) -> None:
    assert isinstance(card, type(ADA))
    text = ask(f"/manage/{card.manage}").text
    assert says in text
    assert ("Ask for them again" in text) == may_ask
    assert ('name="topics"' in text) == (card is not LEFT)


def test_where_no_mail_is_sent_nobody_is_sent_to_ask(ask: Ask, desk: Remembering) -> None:
    desk.is_open = False
    assert "Ask for them again" not in ask(f"/manage/{LEFT.manage}").text
    assert ask.post(HERE, FILLED).status == 200


def test_all_that_is_kept_is_had_as_a_file(ask: Ask) -> None:
    reply = ask(f"{HERE}/export")
    assert reply.json == {"address": "ada@reader.example"}
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["content-disposition"] == 'attachment; filename="paper-round.json"'
    assert reply.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in reply.headers


def test_all_is_erased_after_a_second_look(ask: Ask, desk: Remembering) -> None:
    asked = ask(f"{HERE}/erase")
    assert "What stays:" in asked.text
    assert desk.done == []
    reply = ask.post(f"{HERE}/erase")
    assert (reply.status, "It is erased" in reply.text) == (200, True)
    assert "Nothing is kept" not in reply.text, "a little is, as the page before has said"
    assert desk.done == [("erase", ADA.manage)]
    assert ask(HERE).status == ask.post(f"{HERE}/erase").status == 404


def test_without_a_database_nothing_is_promised(ask: Ask, desk: Remembering) -> None:
    desk.is_down = True
    for reply in (ask(HERE), ask.post(HERE, FILLED), ask.post(f"{HERE}/erase"), ask(f"{HERE}/export")):
        assert reply.status == 503
        assert "secret" not in reply.text


@pytest.mark.parametrize(
    ("address", "shown"),
    [("ada@reader.example", "a…@reader.example"), ("a@reader.example", "…@reader.example"), ("", "…")],
)
def test_an_address_is_known_to_its_owner_alone(address: str, shown: str) -> None:
    assert masked(address) == shown
