"""What the grammars of the formats say of a document."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import rnc2rng
from jsonschema import Draft202012Validator
from lxml import etree

SCHEMAS = Path(__file__).parent / "schemas"


@cache
def grammar() -> Any:
    compact = (SCHEMAS / "atom.rnc").read_text()
    return etree.RelaxNG(etree.fromstring(rnc2rng.dumps(rnc2rng.loads(compact)).encode()))


@cache
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / "jsonfeed.json").read_bytes()))


def atom_faults(document: bytes) -> list[str]:
    grammar().validate(etree.fromstring(document))
    return [str(fault) for fault in grammar().error_log]
