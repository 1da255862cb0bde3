"""What mail is sent with: from whom, signed by which key, by which way."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feeds.digests.composing import Composer
from feeds.digests.files import file_post
from feeds.digests.letterhead import Letterhead, make_letterhead
from feeds.digests.mailer import smtp_post
from feeds.digests.message import Reader, build
from feeds.digests.post import Message, Post
from feeds.digests.server import parse_server
from feeds.site.frame import Site
from flows.secret import keys
from flows.settings import Settings
from models.mail.delivery import Delivery
from models.mail.letters import Fragment
from models.mail.tokens import Keys

if TYPE_CHECKING:
    from feeds.digests.signing import Sign


@dataclass(frozen=True)
class Mail:
    """From whom letters come, and how they go. `box` is the URL of where answers to them arrive, "" for none."""

    letterhead: Letterhead
    keys: Keys
    sign: Sign | None
    post: Post
    connections: int
    per_minute: int | None
    box: str
    where: str

    @cached_property
    def composer(self) -> Composer:
        """Makes the letters of digests."""
        return Composer(Site(self.letterhead.public_url), self.letterhead)

    @property
    def worker(self) -> str:
        """Who sends: this process of this machine."""
        return f"{socket.gethostname()}:{os.getpid()}"

    def build(self, delivery: Delivery, fragments: Mapping[str, Fragment]) -> Message:
        """The message of a delivery, always of the same bytes."""
        reader = Reader(
            address=delivery.address,
            leave=delivery.token,
            manage=self.keys.manage(delivery.subscriber_id, delivery.generation),
            confirm=self.keys.confirm(delivery.subscriber_id, delivery.planned_at),
        )
        return build(delivery, fragments, reader, self.letterhead, self.sign)


def make_mail(settings: Settings) -> Mail:
    """The mail of the settings; SettingsError says what is wrong with them. Nothing is connected yet."""
    letterhead = letterhead_of(settings)
    return Mail(
        letterhead=letterhead,
        keys=keys(settings),
        sign=_signer(settings, letterhead),
        post=_post(settings, letterhead),
        connections=settings.mail_connections if settings.smtp_url else 1,
        per_minute=settings.mail_per_minute,
        box=settings.mail_box.get_secret_value() if settings.mail_box else "",
        where=_where(settings),
    )


def letterhead_of(settings: Settings) -> Letterhead:
    """From whom the mail of the settings is, and where its links lead."""
    return make_letterhead(
        settings.mail_from, settings.mail_return, settings.public_url, settings.mail_postal
    )


def folder(settings: Settings) -> Path:
    """Where letters are put that no server takes."""
    return settings.home / "mail"


def _signer(settings: Settings, letterhead: Letterhead) -> Sign | None:
    if settings.dkim_key is None or settings.dkim_selector is None:
        return None
    from feeds.digests.signing import make_signer  # a fifth of a second that a start without a key spares

    return make_signer(
        settings.dkim_key.get_secret_value().encode(), settings.dkim_selector, letterhead.domain
    )


def _post(settings: Settings, letterhead: Letterhead) -> Post:
    if settings.smtp_url is None:
        return file_post(folder(settings))
    server = parse_server(settings.smtp_url.get_secret_value())
    return smtp_post(server, urlsplit(letterhead.public_url).hostname, settings.mail_per_connection)


def _where(settings: Settings) -> str:
    """Where mail goes, for people: without a password."""
    if settings.smtp_url is None:
        return str(folder(settings))
    return parse_server(settings.smtp_url.get_secret_value()).name
