"""The command line: exit codes, and what goes to which stream."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows import cli
from models.database import VERSION
from models.errors import SettingsError
from tests.commands.command import DATABASE, MONDAY, ROOT, Command
from tests.steps.house import Site


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", "No such command 'nonsense'; see `paperround --help`"),
        ("run --nonsense", "No such option: --nonsense"),
        ("topics", "Missing command; see `paperround topics --help`"),
        ("db", "Missing command; see `paperround db --help`"),
        ("run --date yesterday", "yesterday is not a date such as 2025-10-01; see `paperround run --help`"),
        ("run --date 2026-02-30", "2026-02-30 is not a date"),
        ("run --as-of noon", "noon is not a moment such as 2025-10-01T12:00:00Z"),
        ("run --as-of 0001-01-01T00:00:00+14:00", "is not a moment"),
        ("run --source arxiv", "unknown source arxiv; PAPERROUND_SOURCES has huggingface"),
        ("run --date 2026-11-10 --as-of 2026-11-09T12:00:00Z", "2026-11-10 is not yet: today is 2026-11-09"),
        ("run --date 9999-12-31", "9999-12-31 is not yet"),
        ("backfill --from 2026-01-01", "--to"),
        ("backfill --from 2026-01-02 --to 2026-01-01", "2026-01-02 is after 2026-01-01"),
        ("backfill --from 2026-01-01 --to 9999-01-01", "9999-01-01 is not yet"),
        ("replay --from 2026-01-01", "can only be replayed --into another database"),
        ("replay --into papers", "--into must begin with sqlite:///"),
        ("status --days 0", "--days"),
        ("status --days 99999999999", "--days"),
        ("topics try robots --days 99999999999", "--days"),
        ("topics try (", "column 2"),
        ("export --format csv", "unknown format csv; known: jsonl, bibtex"),
        ("export --changed-since -1", "--changed-since"),
        ("export --changed-since 99999999999999999999", "--changed-since"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_code_2(
    paperround: Command, site: Site, line: str, words: str
) -> None:
    result = paperround(*line.split())
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("paperround: ")
    assert result.err.count("\n") == 1
    assert words in result.err
    assert site.asked == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SOURCES", "huggingface,nature", "unknown source nature; known: huggingface"),
        ("ARXIV_CATEGORIES", "cs.CL,cs.cv", "'cs.cv' is no category of arXiv, such as cs.CL or hep-th"),
        ("MIN_INTERVAL", "soon", "PAPERROUND_MIN_INTERVAL: Input should be a valid number"),
        ("DATABASE_URL", "mysql://me:secret@db.example/x", "PAPERROUND_DATABASE_URL: must begin with sqlite"),
        ("TOPICS", "lost.toml", "lost.toml: no such file; PAPERROUND_TOPICS says where it is"),
    ],
)
def test_a_wrong_setting_is_one_line_and_exit_code_2(
    paperround: Command, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv("PAPERROUND_SOURCES", "huggingface,arxiv")
    monkeypatch.setenv(f"PAPERROUND_{name}", value)
    result = paperround("run")
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    assert words in result.err
    assert "secret" not in result.err


@pytest.mark.parametrize("line", ["status", "export", "topics try robots", "topics check"])
def test_a_database_that_is_empty_is_one_line_that_says_what_to_do(paperround: Command, line: str) -> None:
    DATABASE.unlink()
    result = paperround(*line.split())
    assert result.code == 1
    assert result.err.count("\n") == 1
    assert "is empty: `paperround run` or `paperround db upgrade` makes it" in result.err


def test_what_nobody_foresaw_is_one_line_that_says_how_to_see_more(paperround: Command) -> None:
    Path("var/public").write_text("a file where the folder should be")
    result = paperround(*MONDAY)
    assert result.code == 1
    last_line = result.err.splitlines()[-1]
    assert last_line.startswith("paperround: ")
    assert "Error: [Errno" in last_line
    assert last_line.endswith("(`paperround --debug` shows where)")
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    "line", ["--debug run --source arxiv", "run --debug --source arxiv", "run --source arxiv --debug"]
)
def test_debug_shows_the_traceback_wherever_it_stands(
    paperround: Command, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr("sys.argv", ["paperround", *line.split()])
    with pytest.raises(SettingsError, match="unknown source arxiv"):
        cli.main()


def test_the_command_alone_shows_its_help(paperround: Command) -> None:
    result = paperround()
    assert (result.code, result.err) == (0, "")
    for command in ("run", "demo", "backfill", "replay", "status", "export", "topics", "db"):
        assert f"\n  {command} " in result.out


def test_a_database_is_upgraded_once(paperround: Command) -> None:
    DATABASE.unlink()
    assert f"upgraded to version {VERSION}" in paperround("db", "upgrade").out
    assert f"already at version {VERSION}" in paperround("db", "upgrade").out


IMPORTS = """
import sys
from flows import cli
sys.argv = ["paperround", *sys.argv[1:]]
try:
    cli.main()
except SystemExit as ended:
    code = ended.code
print([name for name in ("prefect", "httpx", "feedgen", "alembic") if name in sys.modules], file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("line", "imported"),
    [("status", []), ("status --json", []), ("topics list", []), ("export", []), ("db upgrade", [])],
)
def test_a_command_imports_only_what_it_needs(
    paperround: Command, tmp_path: Path, line: str, imported: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, *line.split()],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr.splitlines()[-1] == str(imported)
