"""The settings: the only reader of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from models.errors import SettingsError

PREFIX = "PAPERROUND_"
DATABASES = ("sqlite:///", "postgresql+psycopg://")
"""How the URL of a database begins."""
LEAST_SECRET = 16
"""Characters of a secret that nobody shall guess."""
_BEGINNINGS = {
    "database_url": DATABASES,
    "smtp_url": ("smtp://", "smtps://"),
    "mail_box": ("maildir://", "imaps://", "imap://"),
}
"""How the URLs begin that are not of the web."""


class Settings(BaseSettings):
    """What can be set, by environment variables or `.env`, each name with the prefix PAPERROUND_.

    An empty value counts as none. A secret may stand in a file instead, which the variable `..._FILE` names.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # it may be a secret
    )

    home: Path = Field(Path("var"), description="folder of the database, `archive/` and `public/`")
    database_url: SecretStr | None = Field(
        None, description="`sqlite:///...` or `postgresql+psycopg://...`; unset: a SQLite file in HOME"
    )
    topics: Path = Field(
        Path("topics.toml"), description="the topics and their rules; unset and no such file: those shipped"
    )
    public_url: str = Field("http://127.0.0.1:8000", description="where readers find what is published")
    sources: Annotated[tuple[str, ...], NoDecode] = Field(
        ("huggingface", "arxiv"),
        min_length=1,
        description="the sites to read, with commas between; also: `biorxiv`, `medrxiv`",
    )
    huggingface_url: str = Field(
        "https://huggingface.co", description="base URL of the site, a mirror or a stand-in"
    )
    huggingface_sections: Annotated[tuple[str, ...], NoDecode] = Field(
        ("daily",),
        description="what to read there: `daily`, and `week`, `month`, `trending` for votes and ranks",
    )
    arxiv_url: str = Field("https://arxiv.org", description="base URL of the site, a mirror or a stand-in")
    arxiv_oai_url: str = Field("https://oaipmh.arxiv.org/oai", description="its OAI-PMH")
    arxiv_api_url: str = Field("https://export.arxiv.org/api", description="its query API")
    arxiv_rss_url: str | None = Field(
        None,
        description="its feeds, read where a listing fails; unset: rss.arxiv.org, or ARXIV_URL if that is set",
    )
    arxiv_categories: Annotated[tuple[str, ...], NoDecode] = Field(
        ("cs.AI", "cs.CL", "cs.CV", "cs.LG"),
        description="the categories to read, and those that a topic names in `categories`",
    )
    biorxiv_url: str = Field(
        "https://api.biorxiv.org", description="base URL of the API of bioRxiv and medRxiv, or a stand-in"
    )
    contact: str = Field("", description="mail address or URL of yours, for the User-Agent")
    min_interval: float | None = Field(
        None,
        ge=0,
        allow_inf_nan=False,
        description="seconds between two requests to a site; unset: 3 for arXiv, 1 for the others",
    )

    smtp_url: SecretStr | None = Field(
        None,
        description="`smtp://user:password@host:587` (with STARTTLS; `?tls=off` does without) or `smtps://...`; unset: digests are files in `HOME/mail/`",
    )
    mail_from: str | None = Field(
        None,
        validate_default=True,
        description="from whom digests come: `Name <address>`; needed where SMTP_URL is set",
    )
    mail_return: str | None = Field(
        None,
        description="the address that bounces and unsubscribe mails are sent to; unset: that of MAIL_FROM",
    )
    mail_box: SecretStr | None = Field(
        None,
        description="where mail to that address arrives: `maildir:///path`, `imaps://user:password@host/INBOX`; read with each sending",
    )
    mail_postal: str = Field("", description="your postal address, for the foot of each digest")
    mail_connections: int = Field(4, ge=1, le=64, description="connections to the mail server at a time")
    mail_per_connection: int = Field(100, ge=1, description="letters before a connection is made anew")
    mail_per_minute: int | None = Field(None, ge=1, description="letters a minute at most; unset: no limit")
    dkim_key: SecretStr | None = Field(
        None, description="RSA key in PEM that signs digests (DKIM); unset: your mail server signs them"
    )
    dkim_selector: str | None = Field(
        None, validate_default=True, description="the selector under which its public half is in the DNS"
    )
    secret_key: SecretStr | None = Field(
        None,
        description="makes links that nobody can guess, 16 characters at least; unset: made, and kept in HOME",
    )
    websub_hub: str | None = Field(
        None, description="URL of a WebSub hub, which is told of each feed that has changed"
    )
    semantic_model: Path | None = Field(
        None,
        description="folder of a sentence embedding model in ONNX, to rank by meaning; needs the extra `semantic`; nothing is fetched",
    )

    @field_validator("sources", "huggingface_sections", "arxiv_categories", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("home", "topics", "semantic_model")
    @classmethod
    def _from_the_users_folder(cls, value: Path | None) -> Path | None:
        try:
            return value.expanduser() if value else None  # in `.env` no shell has done it
        except RuntimeError as error:
            raise ValueError("begins with the folder of a user who is not known here") from error

    @field_validator(*_BEGINNINGS)
    @classmethod
    def _begins_well(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        beginnings = _BEGINNINGS[info.field_name or ""]
        if value is not None and not value.get_secret_value().startswith(beginnings):
            raise ValueError(f"must begin with {' or '.join(beginnings)}")
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_there_for_a_server(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("smtp_url") is not None:
            raise ValueError("must be set where PAPERROUND_SMTP_URL is, as `Papers <papers@papers.example>`")
        return value

    @field_validator("dkim_selector")
    @classmethod
    def _is_there_with_its_key(cls, value: str | None, info: ValidationInfo) -> str | None:
        if "dkim_key" in info.data and (value is None) != (info.data["dkim_key"] is None):
            raise ValueError("must be set with PAPERROUND_DKIM_KEY, and not without it")
        return value

    @field_validator("secret_key")
    @classmethod
    def _is_not_guessed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < LEAST_SECRET:
            raise ValueError(f"must have at least {LEAST_SECRET} characters")
        return value

    @field_validator(
        "public_url", "huggingface_url", "arxiv_url", "arxiv_oai_url", "arxiv_api_url", "arxiv_rss_url",
        "biorxiv_url", "websub_hub",
    )  # fmt: skip
    @classmethod
    def _is_a_web_address(cls, value: str | None) -> str | None:
        if value is not None and not _is_address(value):
            raise ValueError("must be an address that begins with http:// or https://")
        return value

    @field_validator(
        "public_url", "huggingface_url", "arxiv_url", "arxiv_oai_url", "arxiv_api_url", "arxiv_rss_url",
        "biorxiv_url",
    )  # fmt: skip
    @classmethod
    def _without_trailing_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

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
    def arxiv_feeds(self) -> str:
        """Where arXiv's feeds are: a mirror of the site has its own."""
        if self.arxiv_rss_url is not None:
            return self.arxiv_rss_url
        return self.arxiv_url if "arxiv_url" in self.model_fields_set else "https://rss.arxiv.org"

    @property
    def archive(self) -> Path:
        """The folder of the snapshots."""
        return self.home / "archive"

    @property
    def public(self) -> Path:
        """The folder of what is published."""
        return self.home / "public"

    @property
    def topics_path(self) -> Path:
        """The file of the topics: the one that is set or is there, else the one shipped."""
        from models.topics.catalogue import shipped_path

        is_ours = "topics" in self.model_fields_set or self.topics.exists()
        return self.topics if is_ours else shipped_path()

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
        secrets = _SecretFiles(settings_cls, {**_variables(dotenv_settings), **_variables(env_settings)})
        return init_settings, env_settings, secrets, dotenv_settings, file_secret_settings


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and has_host and value.isprintable() and " " not in value


def _variables(source: PydanticBaseSettingsSource) -> Mapping[str, str | None]:
    """All that the environment or `.env` sets, by names in lower case."""
    return source.env_vars if isinstance(source, EnvSettingsSource) else {}


class _SecretFiles(PydanticBaseSettingsSource):
    """Secrets from the files that `PAPERROUND_..._FILE` names."""

    def __init__(self, settings_cls: type[BaseSettings], variables: Mapping[str, str | None]) -> None:
        super().__init__(settings_cls)
        self._variables = variables

    def __call__(self) -> dict[str, Any]:
        values = (self.get_field_value(info, name) for name, info in self.settings_cls.model_fields.items())
        return {name: value for value, name, _ in values if value is not None}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[str | None, str, bool]:
        """The content of the file that is named for a field, without white space around it."""
        variable = f"{PREFIX}{field_name.upper()}_FILE"
        path = self._variables.get(variable.lower())
        if not path or "SecretStr" not in str(field.annotation):
            return None, field_name, False
        try:
            return Path(path).expanduser().read_text().strip(), field_name, False
        except (OSError, RuntimeError, ValueError) as error:  # no such user, not UTF-8
            raise SettingsError(f"{variable} names {path}, which cannot be read: {error}") from error


def load_settings(**given: object) -> Settings:
    """The settings of the environment, with what is given in their place; SettingsError says what is wrong."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{first['loc'][0]}".upper()
        raise SettingsError(f"{name}: {first['msg'].removeprefix('Value error, ')}") from error
    except (OSError, ValueError) as error:  # ValueError: not UTF-8
        raise SettingsError(f".env cannot be read: {error}") from error
