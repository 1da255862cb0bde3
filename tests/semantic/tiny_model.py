"""A sentence embedding model of a few words, written as it is asked for: no binary has to be kept or trusted.

Its ONNX file is protobuf, put together here by the field numbers of onnx.proto3: for a table of numbers and
two operators no library is needed.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

WORDS: Mapping[str, tuple[float, float, float]] = {
    "[unk]": (0, 0, 0),
    "expert": (4, 0, 0),
    "router": (2, 0, 0),
    "proof": (0, 3, 0),
    "lemma": (0, 1, 0),
    "night": (0, 0, 2),
    "nan": (float("nan"), 0, 0),
}
"""The vector of each word that the model knows; of others it has that of the first."""

INT32, INT64, FLOAT = 6, 7, 1  # element types
INPUTS: Mapping[str, int] = {"input_ids": INT64, "attention_mask": INT64, "token_type_ids": INT64}


def make_model(folder: Path, inputs: Mapping[str, int] = INPUTS, per_token: bool = True) -> Path:
    """A folder with `model.onnx` and `tokenizer.json`; the first of the inputs are the tokens.

    The model gives a vector for each token, or otherwise their sum alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(onnx_model(inputs, per_token))
    write_json(folder / "tokenizer.json", tokenizer(list(WORDS)))
    return folder


def write_json(path: Path, content: object) -> None:
    """Writes a file, and the folder that it is in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def tokenizer(words: Sequence[str]) -> Mapping[str, object]:
    """A tokenizer.json that parts words at blanks; like many exports it asks for cutting and padding."""
    return {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
        "padding": {
            "strategy": {"Fixed": 2},
            "direction": "Right",
            "pad_to_multiple_of": None,
            "pad_id": len(words) - 1,
            "pad_type_id": 0,
            "pad_token": words[-1],
        },
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: number for number, word in enumerate(words)},
            "unk_token": words[0],
        },
    }


def onnx_model(inputs: Mapping[str, int], per_token: bool) -> bytes:
    """A model that looks up each token's vector, and multiplies it with the attention mask if it has one."""
    tokens = next(iter(inputs))
    nodes = [_node("Gather", ["table", tokens], "found")]
    last = "found"
    if "attention_mask" in inputs:
        nodes += [
            _node("Cast", ["attention_mask"], "mask", _attribute("to", FLOAT)),
            _node("Unsqueeze", ["mask", "last_axis"], "column"),
            _node("Mul", ["found", "column"], "masked"),
        ]
        last = "masked"
    if not per_token:
        nodes.append(_node("ReduceSum", [last, "words_axis"], "sum", _attribute("keepdims", 0)))
        last = "sum"
    graph = b"".join(_field(1, node) for node in nodes)
    graph += _field(2, b"tiny")
    table = [number for vector in WORDS.values() for number in vector]
    graph += _field(5, _tensor("table", FLOAT, (len(WORDS), 3), struct.pack(f"<{len(table)}f", *table)))
    graph += _field(5, _tensor("last_axis", INT64, (1,), struct.pack("<q", 2)))
    graph += _field(5, _tensor("words_axis", INT64, (1,), struct.pack("<q", 1)))
    for name, kind in inputs.items():
        graph += _field(11, _value(name, kind, ("batch", "sequence")))
    graph += _field(12, _value(last, FLOAT, ("batch", "sequence", 3) if per_token else ("batch", 3)))
    return _field(1, 8) + _field(8, _field(2, 17)) + _field(7, graph)


def _node(operator: str, inputs: Sequence[str], output: str, attribute: bytes = b"") -> bytes:
    names = b"".join(_field(1, name.encode()) for name in inputs) + _field(2, output.encode())
    return names + _field(4, operator.encode()) + (_field(5, attribute) if attribute else b"")


def _attribute(name: str, number: int) -> bytes:
    return _field(1, name.encode()) + _field(3, number) + _field(20, 2)


def _tensor(name: str, kind: int, sizes: Sequence[int], raw: bytes) -> bytes:
    return (
        b"".join(_field(1, size) for size in sizes)
        + _field(2, kind)
        + _field(8, name.encode())
        + _field(9, raw)
    )


def _value(name: str, kind: int, sizes: Sequence[int | str]) -> bytes:
    shape = b"".join(
        _field(1, _field(1, size) if isinstance(size, int) else _field(2, size.encode())) for size in sizes
    )
    return _field(1, name.encode()) + _field(2, _field(1, _field(1, kind) + _field(2, shape)))


def _field(number: int, content: bytes | int) -> bytes:
    """One field of a protobuf message: a number, or bytes with their length."""
    if isinstance(content, int):
        return _varint(number << 3) + _varint(content)
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*found, number))
