"""Operators and functions in the tree of latex2mathml, made what they are in mathematics.

The library takes some signs between two values for names, which leaves no space around them, and writes
`\\log n` as two names side by side, which reads as one. The spaces are TeX's (The TeXbook, chapter 18).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element

_TAKEN_FOR_NAMES = frozenset("~±∓⟹⟺⟶⟵⟷⟼⩽⩾⪯⪰⟂⧵")  # noqa: RUF001  # signs of mathematics are what is meant
_NAMED = re.compile(r"(?!mod$)[a-z]+(?:[ \u2009]?[a-z]+)+", re.IGNORECASE)
_TOKENS = ("mi", "mn", "mo")
_THIN = "0.167em"
_WITH_BASE = ("msub", "msup", "msubsup", "munder", "mover", "munderover")

_NAME_IN_PIECES = re.compile(r"(\\operatorname\*?\s*\{)((?:[A-Za-z]|\\[,;:! ]|[ ~])+)\}")


def names_whole(tex: str) -> str:
    r"""The TeX with the names of operators in one piece: the library stumbles on the space in `arg\,max`."""
    return _NAME_IN_PIECES.sub(lambda found: f"{found[1]}{re.sub('[^A-Za-z]', '', found[2])}}}", tex)


def mend(row: Element) -> None:
    """Corrects a tree in place."""
    for node in list(row.iter()):
        text = unescape(node.text or "")
        if node.tag in _TOKENS and len(node):
            node.tag = "mrow"  # `\mathop{..}`: only a text may be in an operator
        elif node.tag == "mi" and text in _TAKEN_FOR_NAMES:
            node.tag, node.text = "mo", "\N{TILDE OPERATOR}" if text == "~" else text
        elif node.tag == "mo" and _NAMED.fullmatch(text):
            node.set("lspace", "0em")
            node.set("rspace", "0em")
    for node in list(row.iter()):
        if node.tag == "mrow":
            node[:] = list(_spaced(list(node)))


def _spaced(nodes: list[Element]) -> Iterator[Element]:
    """The nodes of a row, with thin spaces around each name of a function where a value stands beside it."""
    for number, node in enumerate(nodes):
        yield node
        following = nodes[number + 1] if number + 1 < len(nodes) else None
        if following is None or "mspace" in (node.tag, following.tag):
            continue
        either = _is_function(node), _is_function(following)
        if (either[0] and not _is_sign(following)) or (either[1] and not _is_sign(node)):
            yield Element("mspace", width=_THIN)


def _is_function(node: Element) -> bool:
    if node.tag in _WITH_BASE and len(node):
        return _is_function(node[0])
    return node.tag in ("mi", "mo") and _NAMED.fullmatch(unescape(node.text or "")) is not None


def _is_sign(node: Element) -> bool:
    return node.tag == "mo" and not _is_function(node)
