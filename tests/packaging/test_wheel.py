"""The wheel holds all that the program needs, and runs without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel of this checkout installs."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "installed")
    return folder / "installed"


def test_the_wheel_has_templates_migrations_topics_and_types(installed: Path) -> None:
    wanted = [
        "feeds/templates/entry.html",
        "feeds/py.typed",
        "flows/demo/week.toml",
        "flows/demo/arxiv_new.html.j2",
        "flows/demo/arxiv_oai.xml.j2",
        "flows/demo/listing.html.j2",
    ]
    wanted += [
        "migrations/env.py",
        "migrations/versions/0001_the_first_tables.py",
        "models/topics/topics.toml",
    ]
    assert [name for name in wanted if not (installed / name).is_file()] == []


def test_the_wheel_leaves_tests_and_benchmarks_out(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if "dist-info" not in path.name} == {
        "feeds",
        "flows",
        "migrations",
        "models",
    }


def test_the_wheel_runs_the_demo_outside_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    program = "import flows.cli, sys; print(flows.cli.__file__); sys.argv[1:] = ['demo']; flows.cli.main()"
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PAPERROUND_", "PREFECT_"))
    }
    environment = clean | {"PYTHONPATH": str(installed), "PREFECT_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(installed))
    assert "58 papers" in done.stdout
    assert len(list((tmp_path / "var" / "demo" / "public" / "feeds").iterdir())) == 71
