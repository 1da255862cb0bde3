"""Settings from which no good letter can be made are refused at start, with a sentence that says what may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests.letterhead import Letterhead, make_letterhead
from feeds.digests.public_url import LONGEST, LONGEST_IN_HEADER
from models.errors import SettingsError
from models.mail.letters import LEAVE
from models.mail.tokens import LENGTH, new_token

FROM = "Paper Round <digest@papers.example>"
URL = "https://papers.example"


@pytest.mark.parametrize(
    "mail_from",
    [
        "digest",
        "@papers.example",
        "Paper Round <>",
        "Paper Round <digest@papers.example",
        "Paper Round digest@papers.example",
        "<digest@papers.example> Paper Round",
        "a@papers.example, b@papers.example",
        "A <a@papers.example>, B <b@papers.example>",
        '"a b"@papers.example',
        "jürgen@papers.example",
        "digest@[127.0.0.1]",
        f"{'n' * 65} <digest@papers.example>",
    ],
)
def test_what_is_no_sender_is_refused(mail_from: str) -> None:
    with pytest.raises(SettingsError, match=r"^PAPERROUND_MAIL_FROM: "):
        make_letterhead(mail_from, None, URL, "")


@pytest.mark.parametrize("letter", ["\r\n", "\n", "\r", "\x00", "\u2028", "\x85", "\u202e", LEAVE])
def test_no_setting_puts_a_line_into_a_header(letter: str) -> None:
    with pytest.raises(SettingsError, match=r"^PAPERROUND_MAIL_FROM: must be one line"):
        make_letterhead(f"Paper{letter}Bcc: eve@other.example <digest@papers.example>", None, URL, "")
    with pytest.raises(SettingsError):
        make_letterhead(FROM, f"digest{letter}@papers.example", URL, "")
    with pytest.raises(SettingsError):
        make_letterhead(FROM, None, f"https://papers.example/{letter}x", "")


@pytest.mark.parametrize(
    ("mail_from", "mail_return", "setting"),
    [("a+b@papers.example", None, "MAIL_FROM"), (FROM, "a+b@papers.example", "MAIL_RETURN")],
)
def test_a_plus_in_the_return_address_is_refused(
    mail_from: str, mail_return: str | None, setting: str
) -> None:
    with pytest.raises(SettingsError, match=rf"PAPERROUND_{setting}: has a \+ .* another"):
        make_letterhead(mail_from, mail_return, URL, "")


def test_a_plus_in_the_sender_alone_is_fine() -> None:
    assert (
        make_letterhead("a+b@papers.example", "back@papers.example", URL, "").address == "a+b@papers.example"
    )


@pytest.mark.parametrize("address", [f"{'x' * 37}@p.example", f"digest@{'p' * 30}.example"])
def test_an_address_that_leaves_no_room_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match=r"PAPERROUND_MAIL_RETURN: .* need \d+ more characters"):
        make_letterhead(FROM, address, URL, "")


def test_a_site_whose_links_fit_no_header_is_refused_and_told_how_long_it_may_be() -> None:
    fits = "https://papers.example/".ljust(LONGEST, "x")
    assert make_letterhead(FROM, None, fits, "").public_url == fits
    with pytest.raises(
        SettingsError, match=f"PUBLIC_URL: has {LONGEST + 1} characters; .* it may have {LONGEST}$"
    ):
        make_letterhead(FROM, None, f"{fits}x", "")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://papers.example",
        "papers.example",
        "https://",
        "https://user:word@papers.example",
        "https://papers.example/?a=b",
        "https://papers.example/#a",
        "https://papers.example/>,<https://other.example/",
        "https://papers.example/a b",
        "https://papers example/",
        "https://papers.example:port/",
        "https://[::1/",
        "https://papers.example/é",
    ],
)
def test_what_is_no_address_of_a_site_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^PAPERROUND_PUBLIC_URL: "):
        make_letterhead(FROM, None, url, "")


@given(st.text(), st.text(), st.text())
def test_whatever_is_set_is_taken_or_refused(mail_from: str, mail_return: str, url: str) -> None:
    for given_url in (url, f"https://{url}"):
        try:
            found = make_letterhead(f"{mail_from} <digest@papers.example>", mail_return, given_url, url)
        except SettingsError:
            continue
        assert found.name.isprintable()
        assert "\n" not in found.postal
        assert_fits(found)


def assert_fits(letterhead: Letterhead) -> None:
    """All that goes into a header is short and ASCII."""
    token = new_token()
    for text in (letterhead.leave_url(token), letterhead.leave_mail(token)):
        assert len(text) <= LONGEST_IN_HEADER
        assert text.isascii()
        assert text.isprintable()
        assert " " not in text
    local, _, _ = letterhead.return_path("b" * LENGTH).rpartition("@")
    assert len(local) <= 64


@pytest.mark.parametrize(
    ("mail_from", "name", "address"),
    [
        (FROM, "Paper Round", "digest@papers.example"),
        ("digest@papers.example", "Paper Round", "digest@papers.example"),
        ("<digest@papers.example>", "Paper Round", "digest@papers.example"),
        ('"Rédaction, Leipzig" <digest@PAPERS.example>', "Rédaction, Leipzig", "digest@papers.example"),
        ("Round <digest@bücher.example>", "Round", "digest@xn--bcher-kva.example"),
    ],
)
def test_a_sender_is_understood(mail_from: str, name: str, address: str) -> None:
    found = make_letterhead(mail_from, None, URL, "")
    assert (found.name, found.address, found.return_address) == (name, address, address)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://papers.example/round/", "digest@papers.example"),
        ("http://127.0.0.1:8000", "digest@localhost"),
        ("http://[::1]:8000", "digest@localhost"),
        ("http://localhost:8000", "digest@localhost"),
        (f"https://{'p' * 29}.example", "digest@localhost"),
    ],
)
def test_without_a_sender_letters_are_of_the_site(url: str, address: str) -> None:
    found = make_letterhead(None, None, url, "")
    assert (found.name, found.address) == ("Paper Round", address)
    assert_fits(found)


def test_links_are_below_the_site() -> None:
    found = make_letterhead(FROM, "back@mail.example", "https://Bücher.example:8443/round/", "1 Mill\nLane")
    root = "https://xn--bcher-kva.example:8443/round"
    assert found.leave_url("t") == f"{root}/u/t"
    assert found.manage_url("1.2.t") == f"{root}/manage/1.2.t"
    assert found.confirm_url("1.2.t") == f"{root}/confirm/1.2.t"
    assert found.leave_mail("t") == "mailto:back+ut@mail.example"
    assert found.return_path("d") == "back+bd@mail.example"
    assert (found.domain, found.postal, found.is_secure) == ("papers.example", "1 Mill Lane", True)
