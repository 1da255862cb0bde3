"""Sentence embeddings by a model on this machine: the optional extra `semantic`.

Nothing is fetched and nothing sent: the weights come from a folder, and the telemetry that ONNX Runtime's
builds begin with is switched off before it is loaded. Only this module knows the packages of the extra, and
imports them when a model is wanted: without the setting they cost nothing and may be missing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flows.semantic.model_folder import SETTING, ModelFolder, read_model_folder, wrong
from models.errors import SettingsError
from models.topics.embedding import Vector

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_TOKENS, _MASK, _SEGMENTS = "input_ids", "attention_mask", "token_type_ids"
_SILENT = 4  # our errors say what went wrong, not the runtime's lines on standard error


def load_embedder(folder: Path) -> OnnxEmbedder:
    """The model of a folder, ready to embed.

    Raises SettingsError, one line, where the extra is not installed, a file is missing, damaged or not
    understood, or the model does not give each token a vector.
    """
    try:
        files = read_model_folder(folder)
        return OnnxEmbedder(files, _tokenizer(files), _session(files))
    except ImportError as error:
        install = "pip install 'paperround[semantic]'"
        raise SettingsError(f"{SETTING} needs the extra `semantic`: {install} ({error})") from error
    except OSError as error:
        raise wrong(folder, f"cannot be read: {error.strerror}") from error


class OnnxEmbedder:
    """An Embedder that runs a model in ONNX Runtime, on one thread."""

    def __init__(self, files: ModelFolder, tokenizer: Tokenizer, session: InferenceSession) -> None:
        self._files = files
        self._tokenizer = tokenizer
        self._session = session
        self._inputs = _inputs(files.model, session)
        self._output = _output(files.model, session)
        self._name = files.digest()

    @property
    def name(self) -> str:
        """A hash of the files: the same for every copy of the model."""
        return self._name

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text; an abstract takes a small model about 0.1 s of CPU.

        One text is run at a time: its vector then depends on nothing beside it, no memory goes into
        padding, and on a CPU that is no slower than a batch. Raises SettingsError where the tokenizer is
        not the model's.
        """
        return [self._vector(self._tokenizer.encode(text).ids) for text in texts]

    def _vector(self, tokens: Sequence[int]) -> Vector:
        import numpy as np

        if not tokens:
            return ()
        given = {_TOKENS: tokens, _MASK: [1] * len(tokens), _SEGMENTS: [0] * len(tokens)}
        try:
            (answer,) = self._session.run(
                [self._output], {name: np.array([given[name]], dtype=np.int64) for name in self._inputs}
            )
        except Exception as error:  # the runtime's errors have no other class in common
            raise wrong(
                self._files.model, f"cannot be run on what {self._files.tokenizer} gives: {error}"
            ) from error
        of_tokens = np.asarray(answer[0], dtype=np.float64)
        whole = of_tokens[0] if self._files.takes_first else of_tokens.mean(axis=0)
        length = float(np.linalg.norm(whole))
        if not np.isfinite(length):
            raise wrong(self._files.model, "gives no finite numbers")
        return tuple((whole / length).astype(np.float32).tolist()) if length else ()


def _tokenizer(files: ModelFolder) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(files.tokenizer))
    except Exception as error:  # the library raises nothing more precise
        raise wrong(files.tokenizer, f"is no tokenizer: {error}") from error
    tokenizer.no_padding()  # exports bring their own, to a fixed length
    tokenizer.enable_truncation(files.longest)
    return tokenizer


def _session(files: ModelFolder) -> InferenceSession:
    # Read once, when the library is loaded: a call to its function for this would come too late.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = _SILENT
    try:
        return onnxruntime.InferenceSession(files.model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's errors have no other class in common
        raise wrong(files.model, f"is no model that can be run: {error}") from error


def _inputs(model: Path, session: InferenceSession) -> tuple[str, ...]:
    """The inputs that the model asks for, all of which we can give."""
    asked = {each.name: each.type for each in session.get_inputs()}
    known = (_TOKENS, _MASK, _SEGMENTS)
    if _TOKENS not in asked or not asked.keys() <= set(known) or set(asked.values()) != {"tensor(int64)"}:
        found = ", ".join(f"{name} {kind}" for name, kind in asked.items())
        raise wrong(model, f"asks for {found}; a sentence model asks for {', '.join(known)} as int64")
    return tuple(asked)


def _output(model: Path, session: InferenceSession) -> str:
    """The first output with a vector for each token of each text."""
    for each in session.get_outputs():
        if len(each.shape) == 3 and "float" in each.type:
            return str(each.name)
    found = ", ".join(f"{each.name} {each.type} {each.shape}" for each in session.get_outputs())
    raise wrong(model, f"gives {found}; a sentence model gives a vector for each token")
