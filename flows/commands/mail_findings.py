"""What `doctor` says of mail: from whom it is, the server and its handshake, the key, the box. It sends none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from feeds.digests.handshake import Greeting, greet
from feeds.digests.key_record import key_record
from feeds.digests.letterhead import Letterhead
from feeds.digests.server import Server, parse_server
from flows.commands.finding import Finding, State
from flows.mail.means import folder, letterhead_of
from flows.mail.receiving import look
from flows.settings import Settings
from models.errors import SettingsError


def mail(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """From whom letters are; without a server, where they are put."""
    letterhead = letterhead_of(settings)
    if settings.smtp_url is None:
        said = f"no PAPERROUND_SMTP_URL is set: digests are files in {folder(settings)}"
        yield Finding("mail", State.GOOD, said)
        return
    said = f"from {letterhead.name} <{letterhead.address}>, returns to {letterhead.return_address}"
    yield Finding("mail", State.GOOD, said)
    yield from _links(letterhead)


def server(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """A handshake with the server, as far as a letter could go out."""
    if settings.smtp_url is None:
        return
    named = parse_server(settings.smtp_url.get_secret_value())
    letterhead = _letterhead(settings)
    greeting = greet(named, urlsplit(letterhead.public_url).hostname if letterhead else None)
    yield Finding("mail server", State.GOOD, _told(named, greeting))


def key(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """The key that signs, and what has to be in the DNS for it."""
    letterhead = _letterhead(settings)
    if letterhead is None:
        return
    domain = letterhead.domain
    if settings.dkim_key is None or settings.dkim_selector is None:
        if settings.smtp_url is not None:
            said = f"no PAPERROUND_DKIM_KEY is set: your mail server has to sign for {domain}"
            yield Finding("DKIM", State.GOOD, said)
        return
    from feeds.digests.signing import make_signer, public_numbers  # costs a fifth of a second

    pem = settings.dkim_key.get_secret_value().encode()
    make_signer(pem, settings.dkim_selector, domain)
    record = key_record(*public_numbers(pem))
    said = f"the DNS has to have for {settings.dkim_selector}._domainkey.{domain} the TXT record {record}"
    yield Finding("DKIM", State.GOOD, said)


def box(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Where bounces and mails to unsubscribe arrive."""
    if settings.mail_box is not None:
        waiting = look(settings.mail_box.get_secret_value())
        yield Finding("mail box", State.GOOD, f"it can be read; mails that wait there: {waiting}")
    elif settings.smtp_url is not None:
        said = (
            "no PAPERROUND_MAIL_BOX is set: bounces come by a pipe into `paperround digest receive`, or never"
        )
        yield Finding("mail box", State.GOOD, said)


def _letterhead(settings: Settings) -> Letterhead | None:
    """None where it is wrong: `mail` says so."""
    try:
        return letterhead_of(settings)
    except SettingsError:
        return None


def _links(letterhead: Letterhead) -> Iterator[Finding]:
    if not letterhead.is_secure:
        said = "PAPERROUND_PUBLIC_URL is not https: mail programs give no button to leave with one click (RFC 8058)"
        yield Finding("links", State.WARNING, said)
    host = urlsplit(letterhead.public_url).hostname or ""
    if _organisation(host) != _organisation(letterhead.domain):
        said = f"letters from {letterhead.domain} lead to {host}: filters trust those more that stay with their domain"
        yield Finding("links", State.WARNING, said)


def _organisation(host: str) -> list[str]:
    """The last two labels: who has them is mostly one and the same."""
    return host.split(".")[-2:]


def _told(named: Server, greeting: Greeting) -> str:
    secret = f"by {greeting.tls}" if greeting.tls else "without TLS"
    login = f" as {named.user}" if named.user else ""
    size = f"letters up to {greeting.largest / 1e6:.1f} MB" if greeting.largest else "letters of any size"
    return f"{named.name}{login} {secret}, {size}"
