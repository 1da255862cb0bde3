"""Text as it stands in mail: clean lines from outside, shortened for a glance, wrapped for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import combining, east_asian_width

from feeds.text import one_line

COLUMNS = 72
"""What a line has at most, but for a URL, which stands on a line of its own."""

_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)]{3}[.!?]) (?=[A-Z0-9])")
_WIDE = "WF"
_CUT = " …"


def line(text: str) -> str:
    """Text from outside as one clean line, without characters for private use: they may be marks of ours."""
    return one_line(_PRIVATE.sub("", text))


def shortened(text: str, most: int) -> str:
    """A line of so many characters at most: cut behind a sentence where one ends in its second half, else
    behind a word, with an ellipsis. A formula in dollars is not cut in two."""
    if len(text) <= most:
        return text
    ends = [found.start() for found in _SENTENCE_END.finditer(text, most // 2, most + 1)]
    if ends and ends[-1] <= most:
        return text[: ends[-1]]
    start = text[: most - len(_CUT)]
    words = start if text[len(start)] == " " else start.rpartition(" ")[0] or start
    if words.count("$") % 2:
        words = words[: words.rindex("$")].rstrip() or words
    return f"{words.rstrip(' ,;:')}{_CUT}"


def wrapped(text: str, indent: str = "") -> str:
    """A clean line as lines of COLUMNS at most, each with the indent and a line feed; "" for no text.

    What is wide in a terminal (UAX 11) counts twice. A word that is too long is broken.
    """
    return "".join(f"{indent}{each}\n" for each in _filled(text, COLUMNS - len(indent)))


def width(text: str) -> int:
    """The columns that a clean line takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(char) else 1 + (east_asian_width(char) in _WIDE) for char in text)


def _filled(text: str, columns: int) -> Iterator[str]:
    found, taken = "", 0
    for word in _broken(text.split(), columns):
        needed = width(word)
        if found and taken + 1 + needed > columns:
            yield found
            found, taken = "", 0
        taken += needed + (1 if found else 0)
        found = f"{found} {word}" if found else word
    if found:
        yield found


def _broken(words: list[str], columns: int) -> Iterator[str]:
    for word in words:
        if width(word) <= columns:
            yield word
            continue
        begin, taken = 0, 0
        for place, char in enumerate(word):
            taken += width(char)
            if taken > columns:
                yield word[begin:place]
                begin, taken = place, width(char)
        yield word[begin:]
