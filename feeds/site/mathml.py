"""One formula in TeX as MathML Core. The only user of latex2mathml.

Its tree is taken, not its text, which it does not escape. Of the tree only what presents a formula is copied:
elements and attributes that are named here, values of a known form, texts escaped. So nothing of a text from
outside becomes markup, and what the library does with `\\href` or `\\style` has no way out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element

from markupsafe import Markup

from feeds.site.letters import styled
from feeds.site.operators import mend, names_whole
from feeds.text import one_line

_LONGEST = 1_000  # characters of TeX
_BIGGEST = 3_000  # elements
_DEEPEST = 30
_WIDEST = 28
"""Characters side by side that surely fit on the line of a phone; a wider formula has to break."""

# What defines commands makes a few signs stand for many; of a rule nothing would be left to see.
_REFUSED = re.compile(r"\\(?:\w*newcommand|\w*newenvironment|[gex]?def|let|rule|DeclareMathOperator)\b")

_ELEMENTS = {
    **dict.fromkeys(("mrow", "mi", "mn", "mo", "mtext", "mspace", "mphantom", "mstyle", "msqrt"), None),
    **dict.fromkeys(("mtable", "mtr", "mtd"), None),
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
"""The elements that may be, and how many they must hold where that matters."""

_TRUTH = re.compile("true|false")
_LENGTH = re.compile(r"-?[0-2]?(?:\.\d{1,4})?em")
_ATTRIBUTES = {
    "accent": _TRUTH,
    "accentunder": _TRUTH,
    "displaystyle": _TRUTH,
    "fence": _TRUTH,
    "form": re.compile("prefix|infix|postfix"),
    "largeop": _TRUTH,
    "linethickness": re.compile("0"),
    "lspace": _LENGTH,
    "mathvariant": re.compile("normal"),
    "maxsize": _LENGTH,
    "minsize": _LENGTH,
    "movablelimits": _TRUTH,
    "rspace": _LENGTH,
    "scriptlevel": re.compile(r"[+-]?\d"),
    "separator": _TRUTH,
    "stretchy": _TRUTH,
    "width": _LENGTH,
}
_BREAKS = frozenset("=<>≤≥≪≫≈≃≅∼≡≠∝∈∉⊂⊆→↦⇒⇔←↔:,;+-−±×⋅∪∩∧∨|")  # noqa: RUF001  # signs of mathematics are what is meant
"""A line may end behind these."""


class _NotUnderstoodError(ValueError):
    """The tree holds what is no part of a formula that we show."""


@lru_cache(maxsize=8192)
def mathml(tex: str) -> Markup | None:
    """The formula as one `math` element, a wide one as several with breaks between; None if not understood.

    That is also what is too large to be a formula of an abstract.
    """
    if not tex or len(tex) > _LONGEST or _REFUSED.search(tex):
        return None
    from latex2mathml.converter import Converter  # has a table to read: only where there is a formula

    try:
        row = Converter().convert_to_element(names_whole(tex))[0]
    except Exception:  # noqa: BLE001  # what a parser of others stumbles on is of any class; its own have no base
        return None
    if sum(1 for _ in row.iter()) > _BIGGEST:
        return None
    try:
        mend(row)
        lines = list(_lines(row))
    except _NotUnderstoodError:
        return None
    return Markup("<wbr>").join(Markup("<math>{}</math>").format(line) for line in lines)


def _lines(row: Element) -> Iterator[Markup]:
    """What the row holds in pieces that fit on a line. Raises _NotUnderstoodError."""
    pieces = [row] if _width(row) <= _WIDEST else _broken(row)
    for piece in pieces:
        if _width(piece) > _WIDEST:
            raise _NotUnderstoodError("too wide")
        yield _markup(piece)


def _broken(row: Element) -> Iterator[Element]:
    piece = Element("mrow")
    for child in row:
        piece.append(child)
        if child.tag == "mo" and unescape(child.text or "") in _BREAKS:
            child.set("form", "infix")  # at the end of a row it would have the spaces of a postfix
            yield piece
            piece = Element("mrow")
    if len(piece):
        yield piece


def _width(node: Element) -> int:
    return sum(len(unescape(text)) for text in node.itertext())


def _markup(node: Element, depth: int = 1) -> Markup:
    """An element and what it holds. Raises _NotUnderstoodError."""
    if node.tag not in _ELEMENTS or depth > _DEEPEST or _ELEMENTS[node.tag] not in (None, len(node)):
        raise _NotUnderstoodError(node.tag)
    start = Markup("<{}>").format(node.tag)
    if attributes := _attributes(node):
        start = Markup("<{} {}>").format(node.tag, attributes)
    inside = Markup("").join(_markup(child, depth + 1) for child in node)
    return Markup("{}{}{}</{}>").format(start, _text(node), inside, node.tag)


def _attributes(node: Element) -> Markup:
    fit = ((name, value) for name, value in sorted(node.items()) if _is_fit(name, value))
    return Markup(" ").join(Markup('{}="{}"').format(name, value) for name, value in fit)


def _is_fit(name: str, value: str) -> bool:
    return name in _ATTRIBUTES and _ATTRIBUTES[name].fullmatch(value) is not None


def _text(node: Element) -> str:
    text = unescape(node.text or "")  # the library writes its characters as references
    # An unknown command is left as it is; and a reference may have hidden what turns text around.
    if "\\" in text or " ".join(text.split()) != one_line(text):
        raise _NotUnderstoodError(text)
    if node.tag == "mo" and not text and "fence" not in node.attrib:  # `\\left.` is one that may be empty
        raise _NotUnderstoodError("an operator without a sign")
    return styled(text, node.get("mathvariant", "")) if node.tag in ("mi", "mn", "mo") else text
