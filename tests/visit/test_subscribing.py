"""Someone subscribes, confirms, gets a digest, and leaves: by the page, and as a mail program does it for them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import httpx
import pytest
from playwright.sync_api import Page, expect

from flows.mail.digesting import digest
from flows.steps.resources import clock, opened
from models.database import reading
from models.mail.subscriber import Cadence, Standing, Subscriber
from models.mail.subscribers import by_folded
from tests.databases import opened as opened_database
from tests.visit.conftest import Served

MORNING = datetime(2026, 11, 16, 12, tzinfo=UTC)
WITHIN_SECONDS = 30


def links(letter: EmailMessage, path: str) -> list[str]:
    """The links of a letter to a part of the site, in its text."""
    part = letter.get_body(("plain",))
    assert part
    return re.findall(rf"https?://\S+/{path}/\S+", part.get_content())


def caught(served: Served, to: str) -> list[EmailMessage]:
    """All letters to an address, the earliest first."""
    found = [
        message_from_bytes(path.read_bytes(), EmailMessage, policy=policy.default)
        for path in (served.home / "mail").glob("**/*.eml")
    ]
    return sorted((each for each in found if each["to"] == to), key=lambda each: each["date"].datetime)


def confirmation(served: Served, phone: Page, to: str) -> EmailMessage:
    """The letter that the app sends by itself, which takes a moment."""
    for _ in range(10 * WITHIN_SECONDS):
        found = caught(served, to)
        if found:
            return found[-1]
        phone.wait_for_timeout(100)
    pytest.fail("no letter came")


def subscribe(served: Served, phone: Page, address: str) -> None:
    """By the form and the link in the letter."""
    phone.goto(served.address)
    phone.get_by_role("link", name="By email").tap()
    phone.get_by_label("Email address").fill(address)
    phone.get_by_role("checkbox", name="All papers").tap()
    phone.get_by_role("button", name="Subscribe").tap()
    (link,) = links(confirmation(served, phone, address), "confirm")
    phone.goto(link)
    phone.get_by_role("main").get_by_role("button").tap()
    expect(phone.get_by_role("main")).to_contain_text("digest")


def send_digests(served: Served) -> None:
    """What is due at the last day of the week, as `digest send` does it."""
    with opened(served.settings, clock(MORNING)) as resources:
        assert digest(resources).failures == ()


def digest_to(served: Served, address: str) -> EmailMessage:
    """The digest of the week's last day."""
    send_digests(served)
    (found,) = (each for each in caught(served, address) if each["List-Unsubscribe"])
    return found


def subscriber(served: Served, address: str) -> Subscriber:
    with opened_database(served.settings.database) as engine, reading(engine) as connection:
        found = by_folded(connection, address)
    assert found
    return found


def standing(served: Served, address: str) -> Standing:
    return subscriber(served, address).standing


def test_before_the_link_is_followed_nothing_is_sent(served: Served, phone: Page) -> None:
    phone.goto(f"{served.address}subscribe")
    phone.get_by_label("Email address").fill("cleo@reader.example")
    phone.get_by_role("button", name="Subscribe").tap()
    (link,) = links(confirmation(served, phone, "cleo@reader.example"), "confirm")
    phone.goto(link)  # scanners of mail follow every link
    send_digests(served)
    assert standing(served, "cleo@reader.example") is Standing.PENDING
    assert len(caught(served, "cleo@reader.example")) == 1


def test_a_reader_subscribes_gets_a_digest_and_leaves_by_its_link(served: Served, phone: Page) -> None:
    subscribe(served, phone, "dora@reader.example")
    (link,) = links(digest_to(served, "dora@reader.example"), "u")
    phone.goto(link)
    assert standing(served, "dora@reader.example") is Standing.ACTIVE
    phone.get_by_role("button", name="Unsubscribe").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("You have left")
    assert standing(served, "dora@reader.example") is Standing.LEFT
    phone.get_by_role("button", name="Send them again").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("You get digests again")
    assert standing(served, "dora@reader.example") is Standing.ACTIVE


@pytest.mark.parametrize("encoding", ["urlencoded", "multipart"])
def test_a_mail_programs_button_leaves_at_once(served: Served, phone: Page, encoding: str) -> None:
    address = f"{encoding}@reader.example"
    subscribe(served, phone, address)
    url = re.findall(r"<(http[^>]+)>", digest_to(served, address)["List-Unsubscribe"])[0]
    said = {"List-Unsubscribe": "One-Click"}
    done = (
        httpx.post(url, data=said)
        if encoding == "urlencoded"
        else httpx.post(url, files={"List-Unsubscribe": (None, "One-Click")})
    )
    assert (done.status_code, done.history, dict(done.cookies)) == (200, [], {})
    assert standing(served, address) is Standing.LEFT


def test_choices_are_changed_by_the_link_in_a_digest(served: Served, phone: Page) -> None:
    subscribe(served, phone, "emil@reader.example")
    (link,) = links(digest_to(served, "emil@reader.example"), "manage")
    phone.goto(link)
    expect(phone.get_by_role("checkbox", name="All papers")).to_be_checked()
    phone.get_by_label("Once a week, on Mondays").check()
    phone.get_by_role("button", name="Save").tap()
    expect(phone.get_by_role("status")).to_be_visible()
    assert subscriber(served, "emil@reader.example").choices.cadence is Cadence.WEEKLY
