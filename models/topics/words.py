"""Folds texts and rules alike to words, so that one finds the other however it is spelt."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_NOT_PLURAL = frozenset({"news"})  # every second abstract says "new"


def words(text: str) -> tuple[str, ...]:
    """The words of a text in their order: no case, no accents, no plural; all else parts words.

    A hyphen is a blank: "Mixture-of-Experts" gives mixture, of, expert. A run of letters and digits of
    any script is one word.
    """
    return tuple(map(singular, spelt(text)))


def spelt(text: str) -> list[str]:
    """The words of a text without case and accents, as singular or plural as they are written."""
    return _WORD.findall(text.lower() if text.isascii() else _plain(text))


@lru_cache(maxsize=65_536)
def singular(word: str) -> str:
    """The form that a word shares with its plural: a stand-in to compare by, not a word to show.

    From four letters on a final s goes, but for ss; then ie becomes y, and che, she, xe and sse lose
    their e: policies and policy, caches and cache, losses and loss, GPUs and GPU meet. What changes
    more does not (matrices, biases).
    """
    if len(word) < 4 or word in _NOT_PLURAL:
        return word
    stem = word[:-1] if word.endswith("s") and not word.endswith("ss") else word
    if stem.endswith("ie") and len(stem) > 3:
        return stem[:-2] + "y"
    return stem[:-1] if stem.endswith(("che", "she", "xe", "sse")) else stem


def _plain(text: str) -> str:
    """Compatibility letters taken apart, folded, accents dropped; folding may bring new accents (İ)."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(mark for mark in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(mark))
