"""The form for digests by mail, and the link that asks whether it was they."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from feeds.web.limits import BURST
from feeds.web.subscribing import AGREED, CONSENT, IN_ALL, PER_NETWORK, PER_NETWORK_SECONDS, TRAP
from models.errors import TopicsError
from models.mail.addresses import Address
from models.mail.subscriber import Cadence, Choices
from tests.web.asking import Ask, Fields
from tests.web.desk_in_memory import ADA, BACK, LEFT, Remembering
from tests.web.invented import HOSTILE, Clock, Shelved
from tests.web.test_search import Links

FILLED = {
    "address": "Ada@Reader.Example", "topics": "lanterns", "cadence": "weekly", "hour": "18", "zone": "Europe/Berlin",
}  # fmt: skip
CONFIRM = "/confirm/2.1.confirmbob"


def filled(**other: str) -> Fields:
    return list({**FILLED, **other}.items())


@pytest.mark.parametrize(
    "address",
    [
        "", "ada", "ada@", "@reader.example", "ada@reader", "a da@reader.example", "ada@reader.example\r\nBcc: x@y.example",
        "ada\x00@reader.example", '"ada lovelace"@reader.example', "ada@[192.0.2.1]", "äda@reader.example",
        "ada@reader.example, bob@reader.example", "<ada@reader.example>", HOSTILE, "a" * 255 + "@reader.example",
        "ada\u202e@reader.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_named_with_the_rest_of_the_form_kept(
    ask: Ask, desk: Remembering, address: str
) -> None:
    reply = ask.post("/subscribe", filled(address=address))
    assert reply.status == 422
    assert 'aria-invalid="true" aria-describedby="address-mistake" autofocus' in reply.text
    assert 'id="address-mistake"' in reply.text
    assert "script" not in Links(reply.text).tags
    assert 'value="lanterns" checked' in reply.text
    assert 'value="weekly" required checked' in reply.text
    assert '<option value="18" selected>' in reply.text
    assert '<option value="Europe/Berlin" selected>' in reply.text
    assert desk.done == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("topics", ""), ("topics", "none"), ("cadence", ""), ("cadence", "hourly"), ("cadence", "off"), ("hour", ""),
        ("hour", "24"), ("hour", "-1"), ("hour", "٣"), ("hour", "7.5"), ("zone", ""), ("zone", "Middle/Earth"),
        ("zone", "../UTC"), ("zone", "localtime"),
    ],
)  # fmt: skip
def test_a_choice_that_there_is_not_is_named(ask: Ask, desk: Remembering, name: str, wrong: str) -> None:
    reply = ask.post("/subscribe", filled(**{name: wrong}))
    assert reply.status == 422
    assert f'id="{name}-mistake"' in reply.text
    assert reply.text.count('-mistake">') == 1 + (name in ("topics", "cadence")), "and nothing else"
    assert 'value="Ada@Reader.Example"' in reply.text
    assert "<title>Mistake: " in reply.text
    assert desk.done == []


def test_the_first_of_several_mistakes_has_the_focus(ask: Ask) -> None:
    reply = ask.post("/subscribe", [])
    assert reply.status == 422
    assert re.findall(r'name="(\w+)"[^>]* autofocus', reply.text) == ["address"]
    assert reply.text.count(" autofocus") == 1


def test_a_wish_comes_to_the_desk_as_it_was_filled_in(ask: Ask, desk: Remembering) -> None:
    fields = [*filled(nothing="1"), ("topics", "all"), ("topics", "lanterns"), ("topics", "unknown")]
    assert ask.post("/subscribe", fields, client=("192.0.2.77", 1)).status == 200
    choices = Choices(("lanterns", "all"), Cadence.WEEKLY, 18, "Europe/Berlin", hears_of_nothing=True)
    address = Address("Ada@reader.example", "ada@reader.example")
    assert desk.done == [("subscribe", address, choices, CONSENT, "192.0.2.0/24")]


def test_other_words_to_agree_to_have_another_number() -> None:
    """What is kept of a consent has to say to which words it was given: count on when these change."""
    assert (f"form 1: {AGREED}", "I ask for these digests to be sent to my address until I say stop.") == (
        CONSENT,
        AGREED,
    )


def test_whoever_asks_gets_the_same_answer(ask: Ask, desk: Remembering) -> None:
    cards = (ADA, LEFT, BACK)
    replies = [ask.post("/subscribe", filled(address=card.address)) for card in cards]
    replies += [ask.post("/subscribe", filled()), ask.post("/subscribe", filled(**{TRAP: "buy lanterns"}))]
    assert {(reply.status, reply.body) for reply in replies} == {(200, replies[0].body)}
    assert [reply.headers for reply in replies] == [replies[0].headers] * len(replies)
    assert "a letter with a link is on its way" in replies[0].text
    assert desk.names() == ["subscribe"] * 4, "and nothing for who fills in what nobody sees"


def test_the_trap_is_out_of_sight_and_out_of_the_way(ask: Ask) -> None:
    (trap,) = re.findall(
        rf'<p class="trap" aria-hidden="true">.*\n<input type="text"[^>]*name="{TRAP}"[^>]*>',
        ask("/subscribe").text,
    )
    assert 'tabindex="-1" autocomplete="off"' in trap


def test_the_form_offers_every_topic_and_what_is_trending(ask: Ask) -> None:
    text = ask("/subscribe").text
    assert re.findall(r'name="topics" value="(\w+)"', text) == ["trending", "all", "lanterns", "agents"]
    assert re.findall(r'name="topics" value="(\w+)" checked', text) == ["trending"]
    assert "Agents &amp; tools" in text
    assert '<option value="UTC" selected>' in text
    assert '<option value="7" selected>07:00' in text
    assert "Buenos Aires, Argentina" in text
    assert AGREED in text


@pytest.mark.parametrize(
    ("topic", "chosen"), [("lanterns", "lanterns"), ("none", "trending"), ("", "trending")]
)
def test_a_topic_can_be_chosen_by_the_link(ask: Ask, topic: str, chosen: str) -> None:
    text = ask(f"/subscribe?topic={topic}").text
    assert re.findall(r'name="topics" value="(\w+)" checked', text) == [chosen]


def test_a_site_without_mail_has_no_form_and_takes_none(ask: Ask, desk: Remembering) -> None:
    desk.is_open = False
    for reply in (ask("/subscribe"), ask.post("/subscribe", filled())):
        assert (reply.status, "This site sends no mail." in reply.text) == (404, True)
    assert desk.done == []


@pytest.mark.parametrize("path", ["/", "/none"])
def test_the_way_to_mail_stands_on_every_page_where_there_is_mail(
    asking: Callable[..., Ask], path: str
) -> None:
    link = '<a href="/papers/subscribe">By email</a>'
    assert link in asking(desk=Remembering())(path).text
    assert link not in asking(desk=Remembering(is_open=False))(path).text


def test_of_one_network_only_so_many_are_taken(ask: Ask, desk: Remembering, clock: Clock) -> None:
    def asks(last: int, network: int = 2) -> Mapping[str, object]:
        reply = ask.post("/subscribe", filled(), client=(f"192.0.{network}.{last}", 1))
        return {"status": reply.status, "after": reply.headers.get("retry-after")}

    taken = {"status": 200, "after": None}
    refused = {"status": 429, "after": str(int(PER_NETWORK_SECONDS))}
    assert [asks(last) for last in range(PER_NETWORK + 1)] == [*[taken] * PER_NETWORK, refused]
    assert asks(1, network=3) == taken
    clock.now += PER_NETWORK_SECONDS
    assert [asks(200), asks(201)] == [taken, refused]
    assert len(desk.done) == PER_NETWORK + 2


def test_a_mistake_takes_nothing_from_the_limit(ask: Ask) -> None:
    assert {ask.post("/subscribe", []).status for _ in range(PER_NETWORK * 2)} == {422}
    assert ask.post("/subscribe", filled()).status == 200


def test_of_all_together_only_so_many_are_taken(ask: Ask, desk: Remembering) -> None:
    statuses = [
        ask.post("/subscribe", filled(), client=(f"10.{number}.0.1", 1)).status
        for number in range(IN_ALL + 2)
    ]
    assert statuses == [*[200] * IN_ALL, 429, 429]
    assert len(desk.done) == IN_ALL


@pytest.mark.parametrize("url", ["/subscribe", CONFIRM, f"/manage/{ADA.manage}"])
def test_pages_of_subscribers_are_limited_like_all_that_costs(ask: Ask, url: str) -> None:
    assert [ask(url).status for _ in range(BURST + 1)].count(429) == 1


def test_a_link_that_does_not_hold_is_told_kindly(ask: Ask, desk: Remembering) -> None:
    for token in ("none", "2.1.confirmbo", "%00", "a" * 500, "1" * 30 + ".1.a"):
        for reply in (ask(f"/confirm/{token}"), ask.post(f"/confirm/{token}")):
            assert (reply.status, "Ask again, and a new one comes." in reply.text) == (404, True)
            assert '<a href="/papers/subscribe">' in reply.text
    assert not any("confirmbob" in str(done) for done in desk.done)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_following_the_link_confirms_nothing(ask: Ask, desk: Remembering, method: str) -> None:
    reply = ask(CONFIRM, method)
    assert reply.status == 200
    assert desk.done == []


def test_the_page_behind_the_link_says_what_was_asked_for_and_has_one_button(ask: Ask) -> None:
    text = ask(CONFIRM).text
    assert re.findall(r"<form[^>]*>", text)[1:] == ['<form method="post">']
    assert "Once a day, from 18:00 on (Europe/Berlin): Trending papers, Lanterns." in text
    assert "bob@" not in text


def test_the_button_confirms_however_often_it_is_pressed(ask: Ask, desk: Remembering) -> None:
    once, twice = ask.post(CONFIRM), ask.post(CONFIRM)
    assert (once.status, once.body) == (twice.status, twice.body)
    assert "You get digests" in once.text
    assert '<a href="/papers/manage/2.0.managebob">' in once.text
    assert desk.names() == ["confirm", "confirm"]
    assert "You get digests" in ask(CONFIRM).text


def test_a_token_whose_case_was_lost_is_known(ask: Ask, desk: Remembering) -> None:
    assert ask.post(CONFIRM.upper().replace("/CONFIRM", "/confirm")).status == 200


@pytest.mark.parametrize("url", ["/subscribe", CONFIRM, f"/manage/{ADA.manage}", "/u/leaveada"])
def test_pages_of_subscribers_are_kept_by_nobody(ask: Ask, url: str) -> None:
    for reply in (ask(url), ask(url, "HEAD"), ask.post(url, filled())):
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["x-robots-tag"] == "noindex"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "form-action 'self'" in reply.headers["content-security-policy"]
        assert "etag" not in reply.headers
        assert "set-cookie" not in reply.headers


def test_without_a_database_it_is_said_when_to_come_again(ask: Ask, desk: Remembering) -> None:
    desk.is_down = True
    for reply in (ask.post("/subscribe", filled()), ask(CONFIRM), ask.post(CONFIRM)):
        assert (reply.status, reply.headers["retry-after"]) == (503, "300")
        assert "secret" not in reply.text
    assert ask("/subscribe").status == 200


def test_without_topics_nothing_is_taken(
    ask: Ask, library: Shelved, desk: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise TopicsError("topics.toml: topic number 1: no slug")

    monkeypatch.setattr(library, "topics", broken)
    assert ask.post("/subscribe", filled()).status == 503
    assert desk.done == []
