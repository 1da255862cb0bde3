"""Letters in the hands of mathematics: bold, script, double-struck, as Unicode has them.

MathML Core, which is what browsers know, has no `mathvariant` but `normal`: the character itself says it
(https://www.w3.org/TR/mathml-core/#new-text-transform-values).
"""

from __future__ import annotations

import unicodedata
from functools import cache

_HANDS = {
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "bold-script": "BOLD SCRIPT",
    "fraktur": "FRAKTUR",
    "bold-fraktur": "BOLD FRAKTUR",
    "sans-serif": "SANS-SERIF",
    "bold-sans-serif": "SANS-SERIF BOLD",
    "sans-serif-italic": "SANS-SERIF ITALIC",
    "sans-serif-bold-italic": "SANS-SERIF BOLD ITALIC",
    "monospace": "MONOSPACE",
}
_OF_OLD = {"FRAKTUR": "BLACK-LETTER"}
"""Some letters are older than the others of their hand, and have names of their own."""


def styled(text: str, variant: str) -> str:
    """The text in a hand that MathML 3 names; a character that the hand has not stays as it is."""
    hand = _HANDS.get(variant, "")
    return "".join(_letter(character, hand) for character in text) if hand else text


@cache
def _letter(character: str, hand: str) -> str:
    kind = _kind(character)
    names = [f"MATHEMATICAL {hand} {kind}", f"{_OF_OLD.get(hand, hand)} {kind}"] if kind else []
    if character == "h" and hand == "ITALIC":
        names.append("PLANCK CONSTANT")
    for name in names:
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return character


def _kind(character: str) -> str:
    """What a letter or a digit is called behind the name of its hand; "" for anything else."""
    name = unicodedata.name(character, "")
    for start in ("LATIN ", "GREEK "):
        if name.startswith(start):
            name = name.removeprefix(start)
            return name.replace("LETTER ", "") if " WITH " not in name else ""
    return name if name.startswith("DIGIT ") else ""
