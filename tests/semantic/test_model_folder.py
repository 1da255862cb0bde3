"""What the folder of a model must hold, and what its files say of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.semantic.model_folder import read_model_folder
from models.errors import SettingsError
from tests.semantic.tiny_model import INT64, WORDS, make_model, tokenizer, write_json

MEAN, FIRST, MOST = "pooling_mode_mean_tokens", "pooling_mode_cls_token", "pooling_mode_max_tokens"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a whole model."""
    return make_model(tmp_path / "model")


def refusal(folder: Path) -> str:
    """The line that says why a folder is refused."""
    with pytest.raises(SettingsError, match=r"^PAPERROUND_SEMANTIC_MODEL: [^\n]+$") as caught:
        read_model_folder(folder)
    return str(caught.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere").endswith("nowhere: no such folder")


@pytest.mark.parametrize(
    ("name", "said"),
    [("model.onnx", "no model.onnx and no onnx/model.onnx"), ("tokenizer.json", "no tokenizer.json")],
)
def test_a_file_that_is_missing_is_told(folder: Path, name: str, said: str) -> None:
    (folder / name).unlink()
    assert refusal(folder).endswith(f"{folder}: {said} in it")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "cannot be read: "),
        (b"\xff\xfe\xfd", "cannot be read: "),
        (b"[" * 100_000, "cannot be read: "),
        (b"[]", "holds no object"),
    ],
    ids=["cut", "no text", "too deep", "a list"],
)
@pytest.mark.parametrize("name", ["config.json", "sentence_bert_config.json", "1_Pooling/config.json"])
def test_a_file_that_is_not_understood_is_told(folder: Path, name: str, content: bytes, said: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    assert f"{folder / name}: {said}" in refusal(folder)


@pytest.mark.parametrize("number", ["256", 1.5, 0, -1, True, [256]])
@pytest.mark.parametrize(
    ("name", "key"),
    [("config.json", "max_position_embeddings"), ("sentence_bert_config.json", "max_seq_length")],
)
def test_a_length_that_is_none_is_refused(folder: Path, name: str, key: str, number: object) -> None:
    write_json(folder / name, {key: number})
    assert refusal(folder).endswith(f"{folder / name}: {key} is no number of tokens")


@pytest.mark.parametrize(
    "config", [{MOST: True}, {MEAN: True, FIRST: True}, {MEAN: False}, {"pooling_mode": "lasttoken"}]
)
def test_another_way_from_tokens_to_a_text_is_refused(folder: Path, config: object) -> None:
    write_json(folder / "1_Pooling/config.json", config)
    assert "1_Pooling/config.json: takes neither the mean" in refusal(folder)


@pytest.mark.parametrize(
    ("config", "takes_first"),
    [
        ({MEAN: True, FIRST: False}, False),
        ({MEAN: False, FIRST: True}, True),
        ({"pooling_mode": "mean"}, False),
        ({"pooling_mode": "cls"}, True),
        ({}, False),
    ],
)
def test_a_model_takes_the_mean_or_the_first_token(folder: Path, config: object, takes_first: bool) -> None:
    write_json(folder / "1_Pooling/config.json", config)
    assert read_model_folder(folder).takes_first is takes_first


@pytest.mark.parametrize(
    ("stated", "positions", "longest"),
    [(None, None, 256), (3, None, 3), (None, 5, 5), (8, 5, 5), (5, 8, 5), (None, 512, 256), (384, 512, 384)],
)
def test_the_length_is_what_is_stated_within_what_the_model_can(
    folder: Path, stated: int | None, positions: int | None, longest: int
) -> None:
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": stated})
    write_json(folder / "config.json", {"max_position_embeddings": positions})
    assert read_model_folder(folder).longest == longest


def test_a_folder_of_two_files_is_enough(folder: Path) -> None:
    found = read_model_folder(folder)
    assert (found.model, found.tokenizer) == (folder / "model.onnx", folder / "tokenizer.json")
    assert (found.longest, found.takes_first) == (256, False)


def test_the_model_may_stand_in_a_folder_onnx(folder: Path) -> None:
    before = read_model_folder(folder).digest()
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx/model.onnx")
    assert read_model_folder(folder).digest() == before


def test_a_copy_has_the_same_digest(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    assert read_model_folder(tmp_path / "copy").digest() == read_model_folder(folder).digest()


CHANGES: dict[str, Callable[[Path], object]] = {
    "other tokens": lambda folder: write_json(folder / "tokenizer.json", tokenizer(list(WORDS)[::-1])),
    "another model": lambda folder: make_model(folder, {"input_ids": INT64}),
    "weights beside it": lambda folder: (folder / "model.onnx_data").write_bytes(b"1"),
    "another length": lambda folder: write_json(folder / "config.json", {"max_position_embeddings": 9}),
    "another pooling": lambda folder: write_json(folder / "1_Pooling/config.json", {FIRST: True}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_gives_other_vectors_has_another_digest(folder: Path, change: Callable[[Path], object]) -> None:
    before = read_model_folder(folder).digest()
    change(folder)
    assert read_model_folder(folder).digest() != before
