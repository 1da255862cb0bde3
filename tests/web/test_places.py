"""From paths of URLs to files, and never out of the tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.web.places import Elsewhere, locate, read, signature

PIECES = st.sampled_from(
    ["/", "..", ".", "\\", "%2e", "%2f", "\x00", "feeds", "all.atom", "secret.txt", ".git", "config", "~", "index.html",
     "\ud800", "é", "x" * 300, " ", "\n", "out", "here"]
)  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "public"
    for name in (
        "index.html",
        "feeds/all.atom",
        "feeds/empty/x.txt",
        "days/index.html",
        ".git/config",
        ".secret",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "public2").mkdir()
    (tmp_path / "public2" / "secret.txt").write_text("secret")
    (root / "out").symlink_to(tmp_path)
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "round").symlink_to(root / "round")
    (root / "here").symlink_to(root / "feeds")
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize(
    "path",
    [
        "", "feeds/all.atom", "/../secret.txt", "/feeds/../../secret.txt", "/..", "/.", "/./index.html", "//index.html",
        "/feeds//all.atom", "/.git/config", "/.secret", "/feeds/.all.atom.tmp", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
        "/..\\secret.txt", "/feeds\\all.atom", "/index.html\x00.txt", "/\x00", "/out/secret.txt", "/out.txt", "/out/",
        "/round", "/round/", "/pipe", "/feeds/all.atom/", "/feeds/all.atom/x", "/feeds/", "/feeds", "/feeds/empty",
        "/" + "x" * 5_000, "/" + "a/" * 3_000, "/\ud800", "/../public2/secret.txt", "/index.html\n",
    ],
)  # fmt: skip
def test_what_is_not_there_or_hidden_or_elsewhere_is_not_found(tree: Path, path: str) -> None:
    assert locate(tree, path) is None


@pytest.mark.parametrize(
    ("path", "file"),
    [("/", "index.html"), ("/feeds/all.atom", "feeds/all.atom"), ("/days/", "days/index.html"),
     ("/here/all.atom", "feeds/all.atom")],
)  # fmt: skip
def test_a_file_is_found(tree: Path, path: str, file: str) -> None:
    assert locate(tree, path) == str((tree / file).resolve())


def test_a_folder_with_a_page_is_elsewhere(tree: Path) -> None:
    (tree / "a:b").mkdir()
    (tree / "a:b" / "index.html").touch()
    assert locate(tree, "/days") == Elsewhere("./days/")
    assert locate(tree, "/a:b") == Elsewhere("./a%3Ab/")


def test_a_missing_root_has_nothing(tmp_path: Path) -> None:
    assert locate(tmp_path / "none", "/") is None


def test_the_root_may_be_a_link(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(tree)
    assert locate(tmp_path / "current", "/") == str(tree / "index.html")


def test_what_became_a_link_or_went_away_is_not_read(tree: Path) -> None:
    assert read(str(tree / "out.txt")) is None
    assert read(str(tree / "none")) is None
    assert signature(str(tree / "none")) is None


def test_what_is_read_has_the_signature_of_its_moment(tree: Path) -> None:
    found = read(str(tree / "index.html"))
    assert found == (b"index.html", signature(str(tree / "index.html")))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.lists(PIECES, max_size=9).map("".join), st.text(max_size=30)).map(lambda path: f"/{path}")
)
def test_no_path_leads_out_of_the_tree(tree: Path, path: str) -> None:
    found = locate(tree, path)
    if isinstance(found, str):
        below = Path(found).relative_to(tree.resolve())
        assert not any(part.startswith(".") for part in below.parts)
        assert b"secret" not in Path(found).read_bytes()
