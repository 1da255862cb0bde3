r"""Formulas in texts: what stands between `$..$`, `$$..$$`, `\(..\)` and `\[..\]`, shown as MathML."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from feeds.site.mathml import mathml
from feeds.text import one_line

_LONGEST = 20_000
"""Characters; a longer text is no abstract, and is shown as it is."""

_FORMULA = re.compile(
    r"""
    (?<!\\)\$\$ (?P<double>(?:[^$\\]|\\.)++) \$\$
    | (?<!\\)\$ (?P<single>(?:[^$\\]|\\.)++) \$ (?!\d)
    | \\\( (?P<round>(?:[^\\]|\\[^()])++) \\\)
    | \\\[ (?P<square>(?:[^\\]|\\[^][])++) \\\]
    """,
    re.VERBOSE,
)
_SIGNS = frozenset("\\^_=<>{")
"""Whoever means a formula of several words uses one of these."""
_AMOUNT = re.compile(r"\d.*\s")
_PROSE = re.compile(r"\s[^\W\d_]{2,}")


def with_formulas(text: str) -> Markup:
    """A text from outside as one line of HTML: formulas as MathML, all else escaped.

    A formula that is not understood stands as its TeX, in `code`. Amounts of money are no formulas. A displayed
    formula stands in its line as any other: it is a part of a sentence.
    """
    line = one_line(text)
    if len(line) > _LONGEST or not ("$" in line or "\\" in line):
        return escape(line)
    pieces: list[Markup] = []
    at = start = 0
    while found := _FORMULA.search(line, start):
        if _is_formula(found):
            pieces += _plain(line[at : found.start()]), _formula(found)
            at = start = found.end()
        else:
            start = found.start() + 1
    pieces.append(_plain(line[at:]))
    return Markup("").join(pieces)


def _plain(text: str) -> Markup:
    return escape(text.replace("\\$", "$"))


def _is_formula(found: re.Match[str]) -> bool:
    """Whether what stands between two dollars is meant as a formula; between other signs it always is."""
    tex = found["single"]
    if tex is None:
        return True
    if _AMOUNT.fullmatch(tex):
        return False
    # Pandoc's rule: nothing blank just inside of the dollars.
    is_tight = not (tex[0].isspace() or tex[-1].isspace())
    return bool(_SIGNS.intersection(tex)) or (is_tight and not _PROSE.search(tex))


def _formula(found: re.Match[str]) -> Markup:
    tex = next(filter(None, found.groups()))
    shown = mathml(tex.strip())
    return Markup("<code>{}</code>").format(found[0]) if shown is None else shown
