"""The settings: the only reader of the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from models.errors import SettingsError

PREFIX = "PAPERROUND_"


class Settings(BaseSettings):
    """What can be set, by environment variables or `.env`, each name with the prefix PAPERROUND_.

    A secret may stand in a file instead, which the variable `..._FILE` names.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(Path("var"), description="folder of the database, `archive/` and `public/`")
    database_url: SecretStr | None = Field(
        None, description="`sqlite:///...` or `postgresql+psycopg://...`; unset: a SQLite file in HOME"
    )
    topics: Path = Field(
        Path("topics.toml"), description="the topics and their rules; no such file: those shipped"
    )
    public_url: str = Field("http://127.0.0.1:8000", description="where readers find what is published")
    sources: Annotated[tuple[str, ...], NoDecode] = Field(
        ("huggingface",), description="the sites to read, with commas between"
    )
    huggingface_url: str = Field(
        "https://huggingface.co", description="base URL of the site, a mirror or a stand-in"
    )
    contact: str = Field("", description="mail address or URL of yours, for the User-Agent")
    min_interval: float | None = Field(
        None, ge=0, description="seconds between two requests to a host; unset: 1 for Hugging Face"
    )

    @field_validator("sources", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("public_url", "huggingface_url")
    @classmethod
    def _without_trailing_slash(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an address that begins with http:// or https://")
        return value.rstrip("/")

    @field_validator("contact")
    @classmethod
    def _fits_a_header(cls, value: str) -> str:
        if not (value.isascii() and value.isprintable()):
            raise ValueError("must be printable ASCII, as it goes into an HTTP header")
        return value

    @property
    def database(self) -> str:
        """The URL of the database, its password in clear."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'paperround.db'}"

    @property
    def archive(self) -> Path:
        """The folder of the snapshots."""
        return self.home / "archive"

    @property
    def public(self) -> Path:
        """The folder of what is published."""
        return self.home / "public"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code goes before the environment, then `..._FILE`, then `.env`."""
        secrets = _SecretFiles(settings_cls)
        return init_settings, env_settings, secrets, dotenv_settings, file_secret_settings


class _SecretFiles(PydanticBaseSettingsSource):
    """Secrets from the files that `PAPERROUND_..._FILE` names."""

    def __call__(self) -> dict[str, Any]:
        values = (self.get_field_value(info, name) for name, info in self.settings_cls.model_fields.items())
        return {name: value for value, name, _ in values if value is not None}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[str | None, str, bool]:
        """The content of the file that is named for a field, without white space around it."""
        variable = f"{PREFIX}{field_name.upper()}_FILE"
        path = os.environ.get(variable)
        if not path or "SecretStr" not in str(field.annotation):
            return None, field_name, False
        try:
            return Path(path).read_text().strip(), field_name, False
        except OSError as error:
            raise SettingsError(f"{variable} names {path}, which cannot be read: {error.strerror}") from error


def load_settings(**given: object) -> Settings:
    """The settings of the environment, with what is given in their place; SettingsError says what is wrong."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{first['loc'][0]}".upper()
        raise SettingsError(f"{name}: {first['msg']}") from error
