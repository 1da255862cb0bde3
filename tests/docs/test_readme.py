"""README tells the truth: its tables are compared with the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from flows.cli import app
from flows.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/mail.md",
    "docs/operation.md",
    "docs/serving.md",
    "docs/topics.md",
)


def section(heading: str) -> str:
    """The text under a heading of README, up to the next."""
    return README.split(f"## {heading}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of the rows of a table, its head apart."""
    lines = [line.replace("\\|", "\0") for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip().replace("\0", "|") for cell in line.strip("|").split("|")] for line in lines]


def shown(default: object) -> str:
    if default is None or default == "":
        return "none"
    return f"`{','.join(default) if isinstance(default, tuple) else default}`"


def test_the_settings_table_has_every_setting_with_its_default_and_meaning() -> None:
    stated = [
        [f"`{name.upper()}`", shown(field.default), field.description]
        for name, field in Settings.model_fields.items()
    ]
    assert rows(section("Settings")) == stated


def commands() -> dict[str, set[str]]:
    """The options of each command, by its full name."""
    found: dict[str, set[str]] = {}
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    context = group.make_context("paperround", [], resilient_parsing=True)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        inner = command.commands if isinstance(command, TyperGroup) else {"": command}
        for second, leaf in inner.items():
            options = {option for parameter in leaf.params for option in parameter.opts if option[:2] == "--"}
            found[f"{name} {second}".strip()] = options - {"--help"}
    return found


def test_the_commands_table_has_every_command_with_its_options() -> None:
    stated = {}
    for usage, *_ in rows(section("Commands")):
        words = usage.strip("`").split(" ")
        name = " ".join(word for word in words if re.fullmatch("[a-z]+", word))
        stated[name] = set(re.findall(r"--[a-z-]+", usage))
    assert stated == commands()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", (ROOT / page).read_text())
    folder = (ROOT / page).parent
    assert [target for target in targets if not (folder / target).exists()] == []


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = {
        name for page in PAGES for name in re.findall(r"(?:`|\$ )make ([a-z-]+)", (ROOT / page).read_text())
    }
    assert {name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()


def test_the_folders_of_the_house_are_there() -> None:
    house = (ROOT / "ARCHITECTURE.md").read_text().split("## The house")[1].split("```")[1]
    folders = re.findall(r"^([a-z]+)/", house, re.MULTILINE)
    assert folders
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []


def test_the_topics_of_the_readme_and_of_the_file_are_of_one_form() -> None:
    from models.topics.catalogue import loads

    example = section("Topics").split("```toml\n")[1].split("```")[0]
    assert [topic.slug for topic in loads(example)] == ["mixture-of-experts"]
