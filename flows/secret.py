"""The secret of an installation, from which its tokens are made."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from flows.setting_kinds import LEAST_SECRET
from flows.settings import Settings
from models.errors import SettingsError
from models.mail.tokens import Keys

NAME = "secret.key"
_BYTES = 32


def keys(settings: Settings) -> Keys:
    """The keys of the settings' secret; where they name none, of one that is made once and kept in HOME.

    Raises SettingsError for a file that cannot be read or made.
    """
    if settings.secret_key is None:
        return Keys(_kept(settings.home / NAME))
    return Keys(settings.secret_key.get_secret_value().encode())


def _kept(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        secret = path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(f"the secret {path} cannot be read or made: {error.strerror}") from error
    if len(secret) < LEAST_SECRET:
        raise SettingsError(
            f"{path} holds less than {LEAST_SECRET} characters: remove it, and a new one is made"
        )
    return secret


def _make(path: Path) -> None:
    """Makes it whole and for us alone; of two that do so at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{NAME}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(_BYTES).encode())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
