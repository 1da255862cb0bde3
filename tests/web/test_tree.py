"""The files in memory, and how a change is seen."""

from __future__ import annotations

import asyncio
import tracemalloc
from pathlib import Path

import pytest

from feeds.site.frame import Site
from feeds.web import tree as tree_module
from feeds.web.media import kind_of
from feeds.web.places import read
from feeds.web.representation import represent
from feeds.web.tree import File, Tree
from tests.web.invented import FEED, PUBLIC_URL, PUBLISHED, Clock, publish

PATH = "/feeds/lanterns.atom"
NEW = b"<feed>" + b"<entry>A lamp</entry>" * 100 + b"</feed>"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read."""
    found: list[str] = []

    def noted(target: str) -> object:
        found.append(Path(target).name)
        return read(target)

    monkeypatch.setattr(tree_module, "read", noted)
    return found


@pytest.fixture
def tree(public: Path, clock: Clock) -> Tree:
    return Tree(public, Site(PUBLIC_URL), clock)


def content(tree: Tree, path: str = PATH) -> bytes | None:
    file = asyncio.run(tree.find(path))
    return file.representation.content if isinstance(file, File) else None


def test_a_file_is_read_once(tree: Tree, reads: list[str], clock: Clock) -> None:
    for _ in range(3):
        assert content(tree) == FEED
        clock.now += 10
    assert reads == ["lanterns.atom"]


def test_while_nothing_is_published_no_file_is_looked_at(tree: Tree, public: Path, clock: Clock) -> None:
    assert content(tree) == FEED
    publish(public, PATH[1:], NEW, PUBLISHED + 1)
    clock.now += 59
    assert content(tree) == FEED


def test_a_change_without_a_publishing_is_seen_after_a_minute(tree: Tree, public: Path, clock: Clock) -> None:
    assert content(tree) == FEED
    publish(public, PATH[1:], NEW, PUBLISHED + 1)
    clock.now += 60
    assert content(tree) == NEW


def test_a_publishing_is_seen_after_a_second(tree: Tree, public: Path, clock: Clock) -> None:
    assert content(tree) == FEED
    publish(public, PATH[1:], NEW, PUBLISHED + 1)
    publish(public, ".published", b"2", PUBLISHED + 1)
    clock.now += 0.9
    assert content(tree) == FEED
    clock.now += 0.2
    assert content(tree) == NEW


def test_a_publishing_within_the_same_moment_is_seen_too(tree: Tree, public: Path, clock: Clock) -> None:
    assert content(tree) == FEED
    publish(public, PATH[1:], NEW)
    publish(public, ".published", b"2")
    clock.now += 2
    assert content(tree) == NEW


def test_a_publishing_of_others_reads_nothing_again(
    tree: Tree, public: Path, clock: Clock, reads: list[str]
) -> None:
    assert content(tree) == FEED
    publish(public, ".published", b"2", PUBLISHED + 1)
    clock.now += 2
    assert content(tree) == FEED
    assert reads == ["lanterns.atom"]


def test_without_a_mark_each_file_is_looked_at_once_a_second(
    tree: Tree, public: Path, clock: Clock, reads: list[str]
) -> None:
    (public / ".published").unlink()
    assert content(tree) == FEED
    publish(public, PATH[1:], NEW, PUBLISHED + 1)
    assert content(tree) == FEED
    clock.now += 1
    assert content(tree) == NEW
    clock.now += 1
    assert content(tree) == NEW
    assert reads == ["lanterns.atom"] * 2


def test_what_has_gone_is_gone_and_forgotten(tree: Tree, public: Path, clock: Clock) -> None:
    assert content(tree) == FEED
    (public / PATH[1:]).unlink()
    publish(public, ".published", b"2", PUBLISHED + 1)
    clock.now += 2
    assert content(tree) is None
    assert (len(tree), tree.size) == (0, 0)


def test_what_became_a_way_out_is_gone(tree: Tree, public: Path, clock: Clock) -> None:
    assert content(tree) == FEED
    (public / PATH[1:]).unlink()
    (public / PATH[1:]).symlink_to(public.parent / "secret.txt")
    publish(public, ".published", b"2", PUBLISHED + 1)
    clock.now += 2
    assert content(tree) is None


def test_a_tree_behind_a_link_may_be_changed_for_another(public: Path, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(public)
    tree = Tree(tmp_path / "current", Site(PUBLIC_URL), clock)
    assert content(tree) == FEED
    publish(tmp_path / "next", PATH[1:], NEW)
    publish(tmp_path / "next", ".published", b"2", PUBLISHED + 1)
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(tmp_path / "next")
    clock.now += 2
    assert content(tree) == NEW


def test_memory_has_a_bound_and_keeps_what_was_asked_for_last(
    public: Path, clock: Clock, reads: list[str]
) -> None:
    for name in "abc":
        publish(public, f"{name}.png", name.encode() * 400)
    one = represent(b"a" * 400, kind_of("/a.png")).size
    tree = Tree(public, Site(PUBLIC_URL), clock, budget_bytes=2 * one)
    for path in ("/a.png", "/b.png", "/a.png", "/c.png", "/a.png", "/b.png"):
        assert content(tree, path) == path[1].encode() * 400
        assert tree.size <= 2 * one
    assert reads == ["a.png", "b.png", "c.png", "b.png"]


def test_the_memory_that_is_counted_is_what_is_taken(public: Path, clock: Clock) -> None:
    """Small files by the thousand, as the BibTeX of all papers: what stands around a body outweighs it."""
    for number in range(500):
        publish(public, f"{number}.bib", f"@misc{{{number}}}".encode())
    tree = Tree(public, Site(PUBLIC_URL), clock)
    tracemalloc.start()
    try:
        for number in range(500):
            content(tree, f"/{number}.bib")
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken / 2 < tree.size < taken * 2


def test_what_is_larger_than_the_bound_is_served_and_not_kept(public: Path, clock: Clock) -> None:
    tree = Tree(public, Site(PUBLIC_URL), clock, budget_bytes=100)
    assert content(tree) == FEED
    assert (len(tree), tree.size) == (0, 0)


def test_many_who_ask_at_once_make_one_reading(tree: Tree, reads: list[str]) -> None:
    async def ask_together() -> list[object]:
        return await asyncio.gather(*(tree.find(PATH) for _ in range(20)))

    assert {id(file) for file in asyncio.run(ask_together())} == {id(tree.known(PATH))}
    assert reads == ["lanterns.atom"]


def test_what_goes_away_between_two_looks_is_not_there(
    tree: Tree, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree_module, "read", lambda _: None)
    assert content(tree) is None


def test_whether_anything_is_published_and_when(tree: Tree, tmp_path: Path, clock: Clock) -> None:
    assert tree.has_anything
    assert tree.published_at == PUBLISHED
    none = Tree(tmp_path / "none", Site(PUBLIC_URL), clock)
    assert not none.has_anything
    assert none.published_at is None
