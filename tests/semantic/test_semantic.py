"""The extra `semantic`: a model from a folder, run for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from flows.semantic.embedding import load_embedder
from flows.semantic.model_folder import read_model_folder
from models.errors import SettingsError
from tests.semantic.tiny_model import INPUTS, INT32, INT64, WORDS, make_model, tokenizer, write_json

ROOT = Path(__file__).parents[2]

# Looked for, not imported: the runtime would switch on its telemetry, which the code under test prevents.
pytestmark = pytest.mark.skipif(
    find_spec("onnxruntime") is None, reason="ONNX Runtime has no wheel for this machine"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a whole model."""
    return make_model(tmp_path / "model")


def refusal(folder: Path) -> str:
    """The line that says why a model is refused."""
    with pytest.raises(SettingsError) as caught:
        load_embedder(folder)
    line = str(caught.value)
    assert line.startswith("PAPERROUND_SEMANTIC_MODEL")
    assert "\n" not in line
    return line


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_without_the_extra_the_error_says_how_to_install_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    line = refusal(folder)
    assert "pip install 'paperround[semantic]'" in line
    assert package in line


def test_a_file_that_cannot_be_read_is_told(folder: Path) -> None:
    (folder / "model.onnx_data").mkdir()
    assert refusal(folder).endswith(f"{folder}: cannot be read: Is a directory")


@pytest.mark.parametrize("content", [b"", b"no model", b"\x00" * 100])
@pytest.mark.parametrize(
    ("name", "said"),
    [("model.onnx", "is no model that can be run: "), ("tokenizer.json", "is no tokenizer: ")],
)
def test_a_file_that_is_damaged_is_told(folder: Path, name: str, said: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    assert f"{folder / name}: {said}" in refusal(folder)


@pytest.mark.parametrize(
    "inputs",
    [{"pixels": INT64}, {**INPUTS, "pixels": INT64}, {"input_ids": INT32}],
    ids=["no tokens", "more than we have", "another type"],
)
def test_a_model_that_asks_for_something_else_is_refused(tmp_path: Path, inputs: Mapping[str, int]) -> None:
    line = refusal(make_model(tmp_path, inputs))
    assert all(name in line for name in inputs)
    assert "a sentence model asks for input_ids, attention_mask, token_type_ids as int64" in line


def test_a_model_that_gives_no_vector_for_each_token_is_refused(tmp_path: Path) -> None:
    line = refusal(make_model(tmp_path, per_token=False))
    assert "gives sum tensor(float) ['batch', 3]; a sentence model gives a vector for each token" in line


def test_a_tokenizer_of_another_model_is_told_when_it_matters(folder: Path) -> None:
    write_json(folder / "tokenizer.json", tokenizer([*WORDS, "owl"]))
    embedder = load_embedder(folder)
    assert embedder.embed(["expert"])
    with pytest.raises(SettingsError, match=r"model\.onnx: cannot be run on what .*tokenizer\.json gives: "):
        embedder.embed(["owl"])


def test_a_vector_of_no_finite_numbers_is_refused(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"model\.onnx: gives no finite numbers"):
        load_embedder(folder).embed(["expert nan"])


def test_a_vector_is_the_mean_of_the_tokens_at_length_1(folder: Path) -> None:
    assert load_embedder(folder).embed(["Expert proof", "lemma night night night"]) == [
        pytest.approx((0.8, 0.6, 0)),
        pytest.approx((0, 1 / 37**0.5, 6 / 37**0.5)),
    ]


def test_a_vector_is_that_of_the_first_token_where_the_model_says_so(folder: Path) -> None:
    write_json(folder / "1_Pooling/config.json", {"pooling_mode_cls_token": True})
    assert load_embedder(folder).embed(["proof expert expert"]) == [(0, 1, 0)]


@pytest.mark.parametrize("inputs", [{"input_ids": INT64}, {"input_ids": INT64, "attention_mask": INT64}])
def test_a_model_is_given_what_it_asks_for_and_no_more(tmp_path: Path, inputs: Mapping[str, int]) -> None:
    assert load_embedder(make_model(tmp_path, inputs)).embed(["night"]) == [(0, 0, 1)]


def test_a_text_in_which_the_model_finds_nothing_has_an_empty_vector(folder: Path) -> None:
    assert load_embedder(folder).embed(["", "something else"]) == [(), ()]


def test_no_text_no_vector(folder: Path) -> None:
    assert load_embedder(folder).embed([]) == []


def test_a_text_is_read_as_far_as_the_model_can(folder: Path) -> None:
    write_json(folder / "config.json", {"max_position_embeddings": 3})
    assert load_embedder(folder).embed(["expert router expert proof"]) == [(1, 0, 0)]
    assert load_embedder(folder).embed(["expert router proof"]) != [(1, 0, 0)]


def test_the_name_is_that_of_the_files(folder: Path) -> None:
    assert load_embedder(folder).name == read_model_folder(folder).digest()


def test_what_the_folder_lacks_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere").endswith("nowhere: no such folder")


ALONE = """
import json, os, sys

def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "subprocess.", "os.system")):
        os.write(2, f"{event} {arguments}".encode())
        os._exit(3)

sys.addaudithook(refuse)
from pathlib import Path
import flows.semantic.vectors, models.topics.embedding
from flows.semantic.embedding import load_embedder

extra = {"numpy", "onnxruntime", "tokenizers", "huggingface_hub"}
before = extra & set(sys.modules)
vectors = load_embedder(Path(sys.argv[1])).embed(["expert proof"])
after = extra & set(sys.modules)
print(json.dumps([sorted(before), sorted(after), len(vectors)]))
"""


def test_nothing_is_fetched_sent_or_left_behind_and_nothing_imported_before_its_time(
    folder: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE, str(folder)],
        env=kept | {"HOME": str(home)}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [[], ["numpy", "onnxruntime", "tokenizers"], 1]
    assert list(home.rglob("*")) == []  # the runtime's telemetry would leave its number of this machine
