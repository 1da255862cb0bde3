"""The settings: the only reader of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from flows.setting_kinds import (
    BaseAddress,
    DatabaseAddress,
    HeaderText,
    MailBox,
    MailServer,
    Names,
    Secret,
    SecretAddress,
    UserPath,
    WebAddress,
)
from models.errors import SettingsError

PREFIX = "PAPERROUND_"


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

    home: UserPath = Field(Path("var"), description="folder of the database, `archive/` and `public/`")
    database_url: DatabaseAddress | None = Field(
        None, description="`sqlite:///...` or `postgresql+psycopg://...`; unset: a SQLite file in HOME"
    )
    topics: UserPath = Field(
        Path("topics.toml"), description="the topics and their rules; unset and no such file: those shipped"
    )
    public_url: BaseAddress = Field(
        "http://127.0.0.1:8000", description="where readers find what is published"
    )
    sources: Names = Field(
        ("huggingface", "arxiv"),
        min_length=1,
        description="the sites to read, with commas between; also: `biorxiv`, `medrxiv`",
    )
    huggingface_url: BaseAddress = Field(
        "https://huggingface.co", description="base URL of the site, a mirror or a stand-in"
    )
    huggingface_sections: Names = Field(
        ("daily",),
        description="what to read there: `daily`, and `week`, `month`, `trending` for votes and ranks",
    )
    arxiv_url: BaseAddress = Field(
        "https://arxiv.org", description="base URL of the site, a mirror or a stand-in"
    )
    arxiv_oai_url: BaseAddress = Field("https://oaipmh.arxiv.org/oai", description="its OAI-PMH")
    arxiv_api_url: BaseAddress = Field("https://export.arxiv.org/api", description="its query API")
    arxiv_rss_url: BaseAddress | None = Field(
        None,
        description="its feeds, read where a listing fails; unset: rss.arxiv.org, or ARXIV_URL if that is set",
    )
    arxiv_categories: Names = Field(
        ("cs.AI", "cs.CL", "cs.CV", "cs.LG"),
        description="the categories to read, and those that a topic names in `categories`",
    )
    biorxiv_url: BaseAddress = Field(
        "https://api.biorxiv.org", description="base URL of the API of bioRxiv and medRxiv, or a stand-in"
    )
    contact: HeaderText = Field("", description="mail address or URL of yours, for the User-Agent")
    min_interval: float | None = Field(
        None,
        ge=0,
        allow_inf_nan=False,
        description="seconds between two requests to a site; unset: 3 for arXiv, 1 for the others",
    )

    smtp_url: MailServer | None = Field(
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
    mail_box: MailBox | None = Field(
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
    secret_key: Secret | None = Field(
        None,
        description="makes links that nobody can guess, 16 characters at least; unset: made, and kept in HOME",
    )
    websub_hub: WebAddress | None = Field(
        None, description="URL of a WebSub hub, which is told of each feed that has changed"
    )
    semantic_model: UserPath | None = Field(
        None,
        description="folder of a sentence embedding model in ONNX, to rank by meaning; needs the extra `semantic`; nothing is fetched",
    )

    log: Literal["text", "json"] = Field(
        "text",
        description="how log lines are written: `text` for people, `json` an object a line for machines",
    )
    notify_url: SecretAddress | None = Field(
        None,
        description="a webhook that is told what needs a person; `paperround deploy` sets Prefect's automations up for it",
    )
    dask: str | None = Field(
        None,
        description="where the shards of a run go: `local`, or the address of a Dask scheduler; needs the extra `scale`",
    )
    keep_snapshots_days: int | None = Field(
        None, ge=31, description="housekeeping removes snapshots that are older; unset: all are kept"
    )
    keep_runs_days: int = Field(
        90, ge=1, description="housekeeping removes runs and artifacts from Prefect that are older"
    )
    keep_backups: int = Field(7, ge=1, description="so many backups stay in `HOME/backups/`")

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
    def backups(self) -> Path:
        """The folder of the backups."""
        return self.home / "backups"

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
        if not path or not _is_secret(field):
            return None, field_name, False
        try:
            return Path(path).expanduser().read_text().strip(), field_name, False
        except (OSError, RuntimeError, ValueError) as error:  # no such user, not UTF-8
            raise SettingsError(f"{variable} names {path}, which cannot be read: {error}") from error


def _is_secret(field: FieldInfo) -> bool:
    return "SecretStr" in str(field.annotation)


def unknown_names() -> list[str]:
    """The variables of the environment or `.env` that bear our prefix and set nothing, in their order.

    Each is another program's, or a typing error: they are told of, and refuse nothing.
    """
    known = {f"{PREFIX}{name}".lower() for name in Settings.model_fields}
    files = {
        f"{PREFIX}{name}_FILE".lower() for name, field in Settings.model_fields.items() if _is_secret(field)
    }
    given = {**_variables(DotEnvSettingsSource(Settings)), **_variables(EnvSettingsSource(Settings))}
    return sorted(
        name.upper() for name in given if name.startswith(PREFIX.lower()) and name not in known | files
    )


def load_settings(**given: object) -> Settings:
    """The settings of the environment, with what is given in their place; SettingsError names all that are wrong."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        raise SettingsError("; ".join(map(_told, error.errors()))) from error
    except (OSError, ValueError) as error:  # ValueError: not UTF-8
        raise SettingsError(f".env cannot be read: {error}") from error


def _told(wrong: ErrorDetails) -> str:
    name = f"{PREFIX}{wrong['loc'][0]}".upper()
    return f"{name}: {wrong['msg'].removeprefix('Value error, ')}"
