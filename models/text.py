"""Text from outside: what is kept of it, when two texts are the same, and what a withdrawal reads like."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")  # C0 and C1 but for their white space
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Beside a blank `~` is no tie but a tilde that a reader sees ("takes ~10 minutes").
_TEX_SPACE = re.compile(r"(?<=[^ \\])~(?=[^ ])|(?<!\\)\\(?:[,;:! ]|(?:q?quad|(?:en|thin)space)(?![A-Za-z]))")
_MATH = re.compile(r"(?<!\\)\$ ?([^$]*?) ?(?<!\\)\$")
_WITHDRAWN = re.compile(
    r"\W*th(?:is|e)\s+(?:paper|article|submission|manuscript|work|preprint)"
    r"\s+(?:has(?:\s+now)?\s+been|was|is(?:\s+being)?)(?:\s+(?:now|hereby|temporarily))?\s+withdrawn\b",
    re.IGNORECASE,
)


def clean(text: object) -> str:
    """A text as it is kept: one line, without control characters, valid UTF-8; "" for what is no text.

    Runs of white space become one blank, a lone surrogate U+FFFD. Nothing else changes: markup, TeX,
    entities and marks of writing direction are the author's, and are escaped where they go out.
    """
    if not isinstance(text, str):
        return ""
    # Nearly every text is clean already, and the blank is the only white space that is printable.
    if text.isprintable() and "  " not in text:
        return text.strip()
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return " ".join(_SURROGATE.sub("\ufffd", _CONTROL.sub("", line)).split())


def same(a: str, b: str) -> bool:
    """Whether a reader would see no difference between two texts."""
    return a == b or folded(a) == folded(b)


def folded(text: str) -> str:
    """The form in which texts are compared: NFC, white space and TeX spacing as one blank.

    Blanks just inside `$...$` do not count: TeX ignores them there.
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    spaced = " ".join(_TEX_SPACE.sub(" ", line).split())
    return _MATH.sub(r"$\1$", spaced)


def says_withdrawn(text: str) -> bool:
    """Whether an abstract begins by saying that its paper is withdrawn, as arXiv's notices do."""
    return _WITHDRAWN.match(text) is not None
