"""What comes back, in the forms that mail systems give it: whose it is, and what it means. The samples are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.digests.bounces import read
from feeds.digests.received import Bounced, Complained, Leaves, Nothing, Received
from models.mail.bounce import Kind

SAMPLES = Path(__file__).parent / "received"
RETURN = "bounces@papers.example"
DELIVERY = "mfzwkz3fonswizlmnf3gk4tzoq"
TOKEN = "orxwwzlooq3wy2lkmfzwkyluf5"
HARD, SOFT, OURS = Kind.HARD, Kind.SOFT, Kind.OURS

NOTHING = {
    "authentication-failure": "a feedback report of type auth-failure",
    "not-spam": "a feedback report of type not-spam",
    "exim-delay-in-words": "a report of what is no failure: in words",
    "gmail-delayed": "a report of what is no failure: delayed",
    "postfix-delayed": "a report of what is no failure: delayed",
    "postfix-relayed": "a report of what is no failure: relayed",
    "vacation": "an automatic reply",
    "vacation-exchange": "an automatic reply",
    "vacation-old": "an automatic reply",
    "receipt": "no report of a mail system",
    "person": "no report of a mail system",
    "person-forwards-a-bounce": "no report of a mail system",
    "empty": "no report of a mail system",
}
BOUNCED = {  # kind, status, how what is said begins, what is named
    "postfix-unknown": (HARD, "5.1.1", "<ada@reader.example>: Recipient address rejected: User unknown in", "both"),
    "postfix-utf8": (HARD, "5.1.1", "<ada@reader.example>: Recipient address rejected: User unknown in", "both"),
    "postfix-without-verp": (HARD, "5.1.1", 'unknown user: "ada"', "both"),
    "postfix-no-enhanced-status": (HARD, "5.0.0", "No such user here", "both"),
    "postfix-full": (SOFT, "5.2.2", "<ada@reader.example>: Over quota", "both"),
    "postfix-expired": (SOFT, "4.4.1", "connect to mx.reader.example[192.0.2.9]:25: Connection timed out", "both"),
    "postfix-no-domain": (OURS, "5.4.4", "Host or domain name not found.", "both"),
    "postfix-unauthenticated": (
        OURS, "5.7.26",
        "Your email has been blocked because the sender is unauthenticated. All senders must authenticate", "both",
    ),
    "postfix-contradiction": (OURS, "5.7.1", "Rejected by policy", "both"),
    "postfix-alias": (SOFT, "5.1.1", 'unknown user: "carl"', "both"),
    "postfix-of-a-stranger": (HARD, "5.1.1", 'unknown user: "bob"', "nothing"),
    "exim-unknown": (HARD, "5.1.1", "<ada@reader.example>: Recipient address rejected: User unknown", "both"),
    "exim-in-words": (SOFT, "", "ada@reader.example Unrouteable address", "both"),
    "opensmtpd": (HARD, "5.1.1", "<ada@reader.example>: Recipient address rejected: User unknown", "both"),
    "sendmail": (HARD, "5.2.1", "The account is disabled", "both"),
    "qmail": (HARD, "5.1.1", "Sorry, no mailbox here by that name.", "both"),
    "qmail-remote": (SOFT, "4.2.0", "<ada@reader.example>: Recipient address rejected: Greylisted", "both"),
    "office-365": (HARD, "5.1.10", "RESOLVER.ADR.RecipientNotFound; Recipient ada@reader.example", "both"),
    "office-365-policy": (OURS, "5.7.509", "Access denied, sending domain papers.example does not", "both"),
    "exchange-in-words": (HARD, "5.1.1", "<mx.reader.example #5.1.1>", "delivery"),
    "gmail": (
        HARD, "5.1.1",
        "The email account that you tried to reach does not exist. Please try double-checking the recipient's", "both",
    ),
    "amazon-ses": (HARD, "5.1.1", "user unknown", "token"),
    "yahoo": (HARD, "5.0.0", "delivery error: dd This user doesn't have a reader.example account", "both"),
    "dovecot-quota": (SOFT, "", "Your message to <ada@reader.example> was automatically rejected: Quota", "both"),
    "mdaemon": (HARD, "5.1.1", "<ada@reader.example>, recipient unknown", "delivery"),
    "hostile-address": (HARD, "5.1.1", "user unknown", "nothing"),
    "hostile-report": (HARD, "5.1.1", "", "both"),
    "hostile-status": (SOFT, "", ";;;;smtp", "both"),
}  # fmt: skip
COMPLAINED = {
    "complaint": "both",
    "complaint-outlook": "both",
    "complaint-redacted": "delivery",
    "complaint-with-token-alone": "token",
    "complaint-of-nobody": "nothing",
}
NAMED = {"both": (DELIVERY, TOKEN), "delivery": (DELIVERY, ""), "token": ("", TOKEN), "nothing": ("", "")}
LEAVES = ("leaves", "leaves-by-alias", "leaves-shouting")


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes()


def found(name: str) -> Received:
    return read(sample(name), RETURN)


def test_every_sample_has_its_meaning() -> None:
    assert {path.stem for path in SAMPLES.iterdir()} == {*NOTHING, *BOUNCED, *COMPLAINED, *LEAVES}


@pytest.mark.parametrize(("name", "reason"), NOTHING.items())
def test_from_delays_automatic_replies_and_what_people_write_nothing_follows(name: str, reason: str) -> None:
    assert found(name) == Nothing(reason)


@pytest.mark.parametrize(("name", "meaning"), BOUNCED.items())
def test_a_bounce_is_of_the_delivery_that_it_came_to_and_of_its_kind(
    name: str, meaning: tuple[Kind, str, str, str]
) -> None:
    kind, status, said, named = meaning
    bounced = found(name)
    assert isinstance(bounced, Bounced)
    assert bounced[:4] == (*NAMED[named], kind, status)
    assert bounced.said.startswith(said)


@pytest.mark.parametrize(("name", "named"), COMPLAINED.items())
def test_a_complaint_names_its_letter_in_one_way_or_another(name: str, named: str) -> None:
    complained = found(name)
    assert isinstance(complained, Complained)
    assert complained[:2] == NAMED[named]


@pytest.mark.parametrize("name", LEAVES)
def test_a_mail_to_the_address_for_leaving_needs_no_word(name: str) -> None:
    assert found(name) == Leaves(TOKEN)


@pytest.mark.parametrize("name", [*BOUNCED, *COMPLAINED, *LEAVES, *NOTHING])
def test_line_ends_of_the_network_change_nothing(name: str) -> None:
    assert read(sample(name).replace(b"\n", b"\r\n"), RETURN) == found(name)


@pytest.mark.parametrize("name", LEAVES)
def test_what_else_a_mail_to_the_address_for_leaving_holds_does_not_count(name: str) -> None:
    bounce = sample("postfix-unknown").partition(b"\nMIME-Version")
    head = sample(name).partition(b"\n\n")[0]
    assert read(head + bounce[1] + bounce[2], RETURN) == Leaves(TOKEN)


@pytest.mark.parametrize(
    "field", ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc"]
)
def test_the_address_that_a_mail_came_to_is_found_in_whatever_field_and_case(field: str) -> None:
    address = f"Bounces+B{DELIVERY.upper()}@Papers.Example"
    mail = f"From: MAILER-DAEMON@mx.reader.example\n{field}: <{address}>\n\n550 5.1.1 no such user\n"
    assert read(mail.encode(), RETURN) == Bounced(DELIVERY, "", HARD, "5.1.1", "no such user")


def test_the_address_goes_before_whatever_is_returned_or_quoted() -> None:
    mail = sample("postfix-unknown").replace(f"b{DELIVERY}".encode(), b"b" + b"a" * 26, 1)
    bounced = read(f"X-Quoted: <bounces+b{DELIVERY}@papers.example>\n".encode() + mail, RETURN)
    assert isinstance(bounced, Bounced)
    assert bounced.delivery_id == "a" * 26


def test_an_address_of_another_host_is_none_of_ours() -> None:
    assert read(sample("leaves"), "bounces@elsewhere.example") == Nothing("an automatic reply")
    assert read(sample("leaves-shouting"), "bounce@papers.example") == Nothing("no report of a mail system")
