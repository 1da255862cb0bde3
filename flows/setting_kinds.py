"""The kinds of values that can be set: how each is written, and what is refused, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

DATABASES = ("sqlite:///", "postgresql+psycopg://")
"""How the URL of a database begins."""
LEAST_SECRET = 16
"""Characters of a secret that nobody shall guess."""


def _split(value: object) -> object:
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def _from_the_users_folder(value: Path) -> Path:
    try:
        return value.expanduser()  # in `.env` no shell has done it
    except RuntimeError as error:
        raise ValueError("begins with the folder of a user who is not known here") from error


def _is_a_web_address(value: str) -> str:
    if not _is_address(value):
        raise ValueError("must be an address that begins with http:// or https://")
    return value


def _is_a_secret_web_address(value: SecretStr) -> SecretStr:
    _is_a_web_address(value.get_secret_value())
    return value


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and has_host and value.isprintable() and " " not in value


def _without_trailing_slash(value: str) -> str:
    return value.rstrip("/")


def _fits_a_header(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise ValueError("must be printable ASCII, as it goes into an HTTP header")
    return value


def _is_not_guessed(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < LEAST_SECRET:
        raise ValueError(f"must have at least {LEAST_SECRET} characters")
    return value


def _beginning(*beginnings: str) -> AfterValidator:
    def begins_well(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(beginnings):
            raise ValueError(f"must begin with {' or '.join(beginnings)}")
        return value

    return AfterValidator(begins_well)


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""Names with commas between."""
UserPath = Annotated[Path, AfterValidator(_from_the_users_folder)]
"""A file or a folder; `~` is the user's own."""
WebAddress = Annotated[str, AfterValidator(_is_a_web_address)]
"""A URL of the web, as it is given."""
BaseAddress = Annotated[WebAddress, AfterValidator(_without_trailing_slash)]
"""A URL of the web that paths are put behind."""
SecretAddress = Annotated[SecretStr, AfterValidator(_is_a_secret_web_address)]
"""A URL of the web that is itself a secret, as those of webhooks are."""
HeaderText = Annotated[str, AfterValidator(_fits_a_header)]
"""What goes into an HTTP header."""
Secret = Annotated[SecretStr, AfterValidator(_is_not_guessed)]
"""What nobody shall guess."""
DatabaseAddress = Annotated[SecretStr, _beginning(*DATABASES)]
MailServer = Annotated[SecretStr, _beginning("smtp://", "smtps://")]
MailBox = Annotated[SecretStr, _beginning("maildir://", "imaps://", "imap://")]
