"""Markdown as the Prefect UI shows it: CommonMark with tables, in which what comes from outside stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from feeds.text import one_line

# Every character that may begin something: HTML, an entity, a link, an image, code, a table's cell. What begins
# nothing stays bare, since addresses that are made links by themselves would show the backslash: an underscore within
# a word, a `&` that no entity follows, a `#` but where a line begins.
_SPECIAL = re.compile(r"[\\`*\[\]<>|~]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])|^#")


def as_text(sentence: str) -> str:
    """A sentence for Markdown, one line, in which what a site has sent stays text."""
    return _SPECIAL.sub(r"\\\g<0>", one_line(sentence))


def link(text: str, url: str) -> str:
    """A link to an address of ours."""
    return f"[{as_text(text)}](<{one_line(url).replace('>', '%3E').replace('<', '%3C')}>)"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str] = ()) -> str:
    """A table of cells that are Markdown themselves; columns named in `numbers` stand to the right."""
    rule = ["---:" if column in numbers else "---" for column in columns]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, rule, *rows))
