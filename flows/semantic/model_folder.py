"""The folder of a sentence embedding model: which files it must have, and how the model is to be used.

The layout is that of the ONNX exports of sentence-transformers: `model.onnx` or `onnx/model.onnx`,
`tokenizer.json`, and as far as they are there `config.json`, `sentence_bert_config.json` and
`1_Pooling/config.json`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import SettingsError

SETTING = "PAPERROUND_SEMANTIC_MODEL"
LONGEST = 256
"""So many tokens of a text are read where the folder does not say."""

_MODELS = ("model.onnx", "onnx/model.onnx")
_WAYS_OF_POOLING = {"mean": "pooling_mode_mean_tokens", "cls": "pooling_mode_cls_token"}


def wrong(path: Path, reason: str) -> SettingsError:
    """The error that says what is wrong with a model, in one line."""
    return SettingsError(f"{SETTING}: {path}: {' '.join(reason.split())}")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """The files of a model. Texts are cut to `longest` tokens.

    A text's vector is that of its first token (`takes_first`), or the mean of all.
    """

    model: Path
    tokenizer: Path
    longest: int
    takes_first: bool

    def digest(self) -> str:
        """A hash of all that decides about a vector: the same in every copy of the folder."""
        told = hashlib.sha256(f"{self.longest} {self.takes_first}".encode())
        # Large exports keep their weights beside the model: model.onnx_data, model.onnx.data.
        for path in (*sorted(self.model.parent.glob(f"{self.model.name}*")), self.tokenizer):
            with path.open("rb") as file:
                told.update(hashlib.file_digest(file, "sha256").digest())
        return told.hexdigest()[:16]


def read_model_folder(folder: Path) -> ModelFolder:
    """What a folder says of its model; raises SettingsError where a file is missing or not understood."""
    if not folder.is_dir():
        raise wrong(folder, "no such folder")
    model = next((folder / name for name in _MODELS if (folder / name).is_file()), None)
    if model is None:
        raise wrong(folder, f"no {' and no '.join(_MODELS)} in it")
    tokenizer = folder / "tokenizer.json"
    if not tokenizer.is_file():
        raise wrong(folder, f"no {tokenizer.name} in it")
    return ModelFolder(model, tokenizer, _longest(folder), _takes_first(folder / "1_Pooling/config.json"))


def _longest(folder: Path) -> int:
    """What the export states, at most what the model has positions for."""
    stated = _number(folder / "sentence_bert_config.json", "max_seq_length", LONGEST)
    return min(stated, _number(folder / "config.json", "max_position_embeddings", stated))


def _number(path: Path, key: str, otherwise: int) -> int:
    given = _read(path).get(key)
    if given is None:
        return otherwise
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise wrong(path, f"{key} is no number of tokens")
    return given


def _takes_first(path: Path) -> bool:
    config = _read(path)
    ways = [
        way for way, key in _WAYS_OF_POOLING.items() if config.get(key) or config.get("pooling_mode") == way
    ]
    if config and len(ways) != 1:
        raise wrong(path, "takes neither the mean of the tokens' vectors nor that of the first alone")
    return ways == ["cls"]


def _read(path: Path) -> Mapping[str, object]:
    """The object that a file holds; an empty one where there is no file."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise wrong(path, f"cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise wrong(path, "holds no object")
    return content
