"""Vectors on disk: a text is embedded once, and the file may be lost at any time."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from flows.semantic.embedding import load_embedder
from flows.semantic.vectors import KeptVectors
from models.errors import DatabaseError
from models.topics.embedding import Vector
from tests.semantic.tiny_model import make_model

INTERRUPTED = "the machine went down"


class Counting:
    """An Embedder that writes down what it was asked for; it can stop working."""

    name = "counting"

    def __init__(self, most: int = 1_000) -> None:
        self.asked: list[str] = []
        self._most = most

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        if len(self.asked) + len(texts) > self._most:
            raise RuntimeError(INTERRUPTED)
        self.asked += texts
        return [(len(text) / 3, 1.0) if text else () for text in texts]


@pytest.fixture
def counting() -> Counting:
    return Counting()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, counting: Counting) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DatabaseError, match=r"counting\.db cannot be used: .*; it may be deleted"):
        KeptVectors(counting, tmp_path / "file").embed(["owl"])


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, counting: Counting) -> None:
    (tmp_path / "counting.db").mkdir()
    with pytest.raises(DatabaseError, match=r"counting\.db cannot be used: .*; it may be deleted"):
        KeptVectors(counting, tmp_path).embed(["owl"])


def test_a_text_is_embedded_once_whoever_asks(tmp_path: Path, counting: Counting) -> None:
    first = KeptVectors(counting, tmp_path).embed(["owl", "newt", "owl"])
    assert KeptVectors(counting, tmp_path).embed(["toads", "newt", "owl", "owl"])[1:] == [
        first[1],
        first[0],
        first[0],
    ]
    assert counting.asked == ["owl", "newt", "toads"]


def test_a_vector_is_the_same_the_first_time_and_later(tmp_path: Path, counting: Counting) -> None:
    kept = KeptVectors(counting, tmp_path)
    assert kept.embed(["newt"]) == kept.embed(["newt"]) == [pytest.approx((4 / 3, 1))]


def test_an_empty_vector_is_kept_too(tmp_path: Path, counting: Counting) -> None:
    kept = KeptVectors(counting, tmp_path)
    assert kept.embed([""]) == kept.embed([""]) == [()]
    assert counting.asked == [""]


def test_models_do_not_share_vectors(tmp_path: Path, counting: Counting) -> None:
    KeptVectors(counting, tmp_path).embed(["owl"])
    other = Counting()
    other.name = "other"
    assert KeptVectors(other, tmp_path).name == "other"
    KeptVectors(other, tmp_path).embed(["owl"])
    assert other.asked == ["owl"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["counting.db", "other.db"]


def test_a_deleted_file_costs_the_time_to_embed_anew(tmp_path: Path, counting: Counting) -> None:
    kept = KeptVectors(counting, tmp_path / "vectors")
    before = kept.embed(["owl"])
    shutil.rmtree(tmp_path / "vectors")
    assert kept.embed(["owl"]) == before
    assert counting.asked == ["owl", "owl"]


def test_a_file_that_is_deleted_meanwhile_costs_no_more(tmp_path: Path) -> None:
    class Deleting(Counting):
        def embed(self, texts: Sequence[str]) -> list[Vector]:
            if not self.asked:
                (tmp_path / "counting.db").unlink()
            return super().embed(texts)

    assert len(KeptVectors(Deleting(), tmp_path).embed(["owl"])) == 1


@pytest.mark.parametrize(
    "content", [b"no database at all, and long enough to be seen as none " * 20, b"\0" * 4096]
)
def test_a_damaged_file_is_begun_anew(tmp_path: Path, counting: Counting, content: bytes) -> None:
    (tmp_path / "counting.db").write_bytes(content)
    kept = KeptVectors(counting, tmp_path)
    assert kept.embed(["owl"]) == kept.embed(["owl"])
    assert counting.asked == ["owl"]


def test_what_was_done_before_an_interruption_is_kept(tmp_path: Path) -> None:
    texts = [f"owl {n}" for n in range(200)]
    with pytest.raises(RuntimeError, match=INTERRUPTED):
        KeptVectors(Counting(most=150), tmp_path).embed(texts)
    counting = Counting()
    assert len(KeptVectors(counting, tmp_path).embed(texts)) == 200
    assert 0 < len(counting.asked) < 100


def test_an_error_of_the_model_passes(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=INTERRUPTED):
        KeptVectors(Counting(most=0), tmp_path).embed(["owl"])


def test_while_one_process_embeds_another_may_keep_its_vectors(tmp_path: Path, counting: Counting) -> None:
    class Overtaken(Counting):
        def embed(self, texts: Sequence[str]) -> list[Vector]:
            KeptVectors(counting, tmp_path).embed(["owl", "newt"])
            return super().embed(texts)

    assert len(KeptVectors(Overtaken(), tmp_path).embed(["owl", "toad"])) == 2
    KeptVectors(counting, tmp_path).embed(["owl", "newt", "toad"])
    assert counting.asked == ["owl", "newt"]


def test_a_model_and_its_kept_vectors_agree(tmp_path: Path) -> None:
    embedder = load_embedder(make_model(tmp_path / "model"))
    kept = KeptVectors(embedder, tmp_path / "vectors")
    texts = ["expert proof", "lemma night", ""]
    assert kept.name == embedder.name
    assert kept.embed(texts) == kept.embed(texts) == embedder.embed(texts)
