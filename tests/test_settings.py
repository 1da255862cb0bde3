"""The settings: their defaults, where they come from, and one clear line for each that is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from flows.settings import Settings, load_settings
from models.errors import SettingsError, UsageError
from models.topics.catalogue import shipped_path

SECRET = "postgresql+psycopg://reader:open-sesame@db.example/papers"


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment and a folder that set nothing."""
    for name in os.environ:
        if name.startswith("PAPERROUND_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


WRONG = (
    ("HOME", "~nobody-here/papers", "begins with the folder of a user who is not known here"),
    ("TOPICS", "~nobody-here/topics.toml", "begins with the folder of a user who is not known here"),
    ("DATABASE_URL", "mysql://db.example/papers", "must begin with sqlite:/// or postgresql+psycopg://"),
    ("DATABASE_URL", "papers.db", "must begin with sqlite:/// or postgresql+psycopg://"),
    ("DATABASE_URL", "postgresql://db.example/papers", "must begin with sqlite:///"),
    ("SOURCES", " , ", "at least 1 item"),
    ("PUBLIC_URL", "papers.example", "must be an address that begins with http:// or https://"),
    ("PUBLIC_URL", "ftp://papers.example", "must be an address"),
    ("PUBLIC_URL", "https://", "must be an address"),
    ("PUBLIC_URL", "https://papers.example:port", "must be an address"),
    ("PUBLIC_URL", "https://papers example", "must be an address"),
    ("PUBLIC_URL", "https://[::1", "must be an address"),
    ("PUBLIC_URL", "https://papers.example/\x7f", "must be an address"),
    ("HUGGINGFACE_URL", "127.0.0.1:8801", "must be an address"),
    ("ARXIV_URL", "arxiv.org", "must be an address"),
    ("ARXIV_OAI_URL", "oaipmh.arxiv.org/oai", "must be an address"),
    ("ARXIV_API_URL", "ftp://export.arxiv.org/api", "must be an address"),
    ("ARXIV_RSS_URL", "rss.arxiv.org", "must be an address"),
    ("BIORXIV_URL", "api.biorxiv.org", "must be an address"),
    ("CONTACT", "ärger@papers.example", "must be printable ASCII, as it goes into an HTTP header"),
    ("CONTACT", "me@papers.example\nX-Other: 1", "must be printable ASCII"),
    ("MIN_INTERVAL", "-1", "greater than or equal to 0"),
    ("MIN_INTERVAL", "soon", "valid number"),
    ("MIN_INTERVAL", "nan", "finite number"),
    ("MIN_INTERVAL", "inf", "finite number"),
    ("LOG", "xml", "'text' or 'json'"),
    ("NOTIFY_URL", "hooks.example/T1", "must be an address"),
    ("KEEP_SNAPSHOTS_DAYS", "30", "greater than or equal to 31"),
    ("KEEP_RUNS_DAYS", "0", "greater than or equal to 1"),
    ("KEEP_BACKUPS", "0", "greater than or equal to 1"),
)


@pytest.mark.parametrize(("name", "value", "words"), WRONG)
def test_a_wrong_value_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"PAPERROUND_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert isinstance(caught.value, UsageError)
    assert str(caught.value).startswith(f"PAPERROUND_{name}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, value, _ in WRONG if value.isprintable()]
)
def test_a_wrong_value_in_the_file_is_told_in_the_same_way(tmp_path: Path, name: str, value: str) -> None:
    (tmp_path / ".env").write_text(f"PAPERROUND_{name}='{value}'\n")
    with pytest.raises(SettingsError, match=f"^PAPERROUND_{name}: "):
        load_settings()


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_CONTACT", "ärger@papers.example")
    monkeypatch.setenv("PAPERROUND_MIN_INTERVAL", "soon")
    monkeypatch.setenv("PAPERROUND_PUBLIC_URL", "papers.example")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    for name in ("CONTACT", "MIN_INTERVAL", "PUBLIC_URL"):
        assert str(caught.value).count(f"PAPERROUND_{name}: ") == 1


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PAPERROUND_CONTACT=\xff\xfe")
    with pytest.raises(SettingsError, match=r"^\.env cannot be read: "):
        load_settings()


def test_a_secrets_file_of_a_user_who_is_not_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_DATABASE_URL_FILE", "~nobody-here/secret")
    with pytest.raises(SettingsError, match="names ~nobody-here/secret, which cannot be read"):
        load_settings()


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "no text"])
def test_a_secrets_file_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("PAPERROUND_DATABASE_URL_FILE", str(path))
    with pytest.raises(
        SettingsError, match=r"PAPERROUND_DATABASE_URL_FILE names .*secret, which cannot be read"
    ):
        load_settings()


def test_a_wrong_secret_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_DATABASE_URL", "mysql://reader:open-sesame@db.example/papers")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "open-sesame" not in f"{caught.value}{caught.value.__cause__}{caught.value.__cause__!r}"


def test_a_secret_is_in_no_text_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_DATABASE_URL", SECRET)
    settings = load_settings()
    shown = f"{settings}{settings!r}{settings.model_dump()}{settings.model_dump_json()}"
    assert "open-sesame" not in shown
    assert settings.database == SECRET


def test_settings_cannot_be_changed() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.contact = "me@papers.example"


def test_without_any_setting_all_is_in_the_folder_var() -> None:
    settings = load_settings()
    assert settings.home == Path("var")
    assert settings.database == "sqlite:///var/paperround.db"
    assert (settings.archive, settings.public) == (Path("var/archive"), Path("var/public"))


def test_the_defaults_are_those_of_the_contract() -> None:
    settings = load_settings()
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.sources == ("huggingface", "arxiv")
    assert settings.huggingface_url == "https://huggingface.co"
    assert (settings.arxiv_url, settings.arxiv_oai_url, settings.arxiv_api_url) == (
        "https://arxiv.org",
        "https://oaipmh.arxiv.org/oai",
        "https://export.arxiv.org/api",
    )
    assert settings.arxiv_categories == ("cs.AI", "cs.CL", "cs.CV", "cs.LG")
    assert settings.topics == Path("topics.toml")
    assert (settings.contact, settings.min_interval, settings.database_url) == ("", None, None)


def test_every_setting_has_words_for_the_readme() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_environment_goes_before_the_file_and_what_is_given_before_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(
        "PAPERROUND_CONTACT=file\nPAPERROUND_HOME=file\nPAPERROUND_MIN_INTERVAL=1\n"
    )
    monkeypatch.setenv("PAPERROUND_CONTACT", "environment")
    monkeypatch.setenv("PAPERROUND_HOME", "environment")
    settings = load_settings(home=Path("given"))
    assert (settings.home, settings.contact, settings.min_interval) == (Path("given"), "environment", 1)


def test_what_is_no_setting_in_the_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OTHER_PROGRAM=1\nPAPERROUND_CONTACT=me@papers.example\n")
    assert load_settings().contact == "me@papers.example"


@pytest.mark.parametrize(
    "name",
    [
        *("HOME", "DATABASE_URL", "SOURCES", "CONTACT", "MIN_INTERVAL", "PUBLIC_URL"),
        *("ARXIV_URL", "ARXIV_OAI_URL", "ARXIV_API_URL", "ARXIV_RSS_URL", "ARXIV_CATEGORIES"),
    ],
)
def test_an_empty_value_counts_as_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"PAPERROUND_{name}", "")
    assert load_settings() == load_settings(_env_file=None)


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    monkeypatch.setenv("PAPERROUND_DATABASE_URL_FILE", str(tmp_path / "secret"))
    assert load_settings().database == SECRET


def test_the_file_of_a_secret_may_be_named_in_the_file_of_settings(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / ".env").write_text("PAPERROUND_DATABASE_URL_FILE=secret\n")
    assert load_settings().database == SECRET


def test_a_secret_in_the_environment_goes_before_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("sqlite:///from-the-file.db")
    monkeypatch.setenv("PAPERROUND_DATABASE_URL_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("PAPERROUND_DATABASE_URL", SECRET)
    assert load_settings().database == SECRET


def test_only_secrets_are_read_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "contact").write_text("me@papers.example")
    monkeypatch.setenv("PAPERROUND_CONTACT_FILE", str(tmp_path / "contact"))
    assert load_settings().contact == ""


def test_sources_stand_with_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_SOURCES", " huggingface, arxiv ,,")
    assert load_settings().sources == ("huggingface", "arxiv")


def test_categories_stand_with_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_ARXIV_CATEGORIES", "hep-th, cs.CL,,cond-mat.soft ")
    assert load_settings().arxiv_categories == ("hep-th", "cs.CL", "cond-mat.soft")


@pytest.mark.parametrize(
    ("given", "feeds"),
    [
        ({}, "https://rss.arxiv.org"),
        ({"ARXIV_URL": "https://mirror.example/"}, "https://mirror.example"),
        ({"ARXIV_OAI_URL": "https://mirror.example/oai"}, "https://rss.arxiv.org"),
        ({"ARXIV_RSS_URL": "https://feeds.example/"}, "https://feeds.example"),
        (
            {"ARXIV_URL": "https://mirror.example", "ARXIV_RSS_URL": "https://feeds.example"},
            "https://feeds.example",
        ),
    ],
    ids=[
        "unset",
        "of a mirror",
        "of a mirror of something else",
        "of their own",
        "of their own beside a mirror",
    ],
)
def test_the_feeds_of_arxiv_are_those_of_the_site_that_is_read(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], feeds: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"PAPERROUND_{name}", value)
    assert load_settings().arxiv_feeds == feeds


@pytest.mark.parametrize(
    "url", ["https://papers.example/", "https://papers.example//", "https://papers.example"]
)
def test_an_address_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PAPERROUND_PUBLIC_URL", url)
    monkeypatch.setenv("PAPERROUND_HUGGINGFACE_URL", url)
    settings = load_settings()
    assert settings.public_url == settings.huggingface_url == "https://papers.example"


def test_a_tilde_is_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    (tmp_path / ".env").write_text("PAPERROUND_HOME=~/papers\nPAPERROUND_TOPICS=~/topics.toml\n")
    settings = load_settings()
    assert settings.home == tmp_path / "me" / "papers"
    assert settings.topics == tmp_path / "me" / "topics.toml"


def test_the_topics_shipped_are_taken_only_where_none_are_set_or_there(tmp_path: Path) -> None:
    assert load_settings().topics_path == shipped_path()
    assert load_settings(topics=Path("lost.toml")).topics_path == Path("lost.toml")
    (tmp_path / "topics.toml").write_text("")
    assert load_settings().topics_path == Path("topics.toml")


@settings(max_examples=50)
@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")))
def test_any_text_is_a_setting_or_is_refused_in_one_line(text: str) -> None:
    for name in Settings.model_fields:
        try:
            load_settings(_env_file=None, **{name: text})
        except SettingsError as error:
            assert len(str(error).splitlines()) == 1  # noqa: PT017 - either outcome is right
