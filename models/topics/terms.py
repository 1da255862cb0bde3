"""Reads one term of a rule: a word, a phrase, words near each other, a counter compared, a quality."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import get_args

from models.series import Metric
from models.topics.tree import STATES, Field, Flag, Near, Number, Phrase, Quality
from models.topics.words import spelt, words

FIELDS: tuple[Field, ...] = tuple(name for name in get_args(Field) if name)
_SHORT: dict[str, Field] = {
    "ti": "title", "abs": "abstract", "au": "author", "co": "comment", "cat": "category"
}  # fmt: skip
_METRICS: tuple[Metric, ...] = get_args(Metric)
_QUALITIES: tuple[Quality, ...] = get_args(Quality)

MOST_BETWEEN = 100
"""So many words may stand between words that are to be near each other."""
MOST_HOURS = 14 * 24
"""Votes are read for so long after a paper's day."""
SHORTEST_PREFIX = 2
MOST_WORDS = 20
"""So many words a phrase may have: each length that is looked for costs one more pass over the texts."""
_MOST = 999_999_999

_COMPARISON = re.compile(r"(\w+)\s*([<>=!]=|=[<>]|[<>=≥≤])\s*(.*)", re.DOTALL)
_GAINED = re.compile(r"([a-z]+)_(\d{1,4})h")
_AT_LEAST = {">=": 0, "=>": 0, "≥": 0, ">": 1}
_AT_MOST = {"<=": 0, "=<": 0, "≤": 0, "<": -1}
_RESERVED = re.compile(r"[:*<>=|~]")
_MEANT = {
    "-": "NOT", "!": "NOT", "ANDNOT": "NOT", "|": "OR", "||": "OR", "/": "OR", "&": "AND", "&&": "AND", "+": "AND"
}  # fmt: skip


class MisreadError(Exception):
    """What is wrong with a term, in words; the parser knows where it stands."""


def field_of(text: str) -> tuple[Field, str] | None:
    """The field that a term begins with, and the rest of it; None where it begins with none."""
    name, colon, rest = text.partition(":")
    name = name.lower()
    for known in FIELDS:
        if colon and name in (known, *(short for short, long in _SHORT.items() if long == known)):
            return known, rest
    return None


def is_comparison(text: str) -> bool:
    """Whether a token compares a counter with a number."""
    return not text.startswith('"') and _COMPARISON.fullmatch(text) is not None


def comparison(text: str) -> Number:
    """The condition on a counter. Raises MisreadError."""
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise MisreadError(f"{text} compares nothing")
    name, sign, value = found.groups()
    metric, hours = _metric(name.lower())
    if sign not in _AT_LEAST and sign not in _AT_MOST:
        raise MisreadError(f"counters are compared by >= and <=, not by {sign}")
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise MisreadError(f"expected a whole number after {name}{sign}")
    at_least = sign in _AT_LEAST
    limit = int(value) + (_AT_LEAST if at_least else _AT_MOST)[sign]
    if not 0 <= limit <= _MOST:
        raise MisreadError(f"{name}{sign}{value} is never true")
    return Number(metric, at_least, limit, hours)


def _metric(name: str) -> tuple[Metric, int | None]:
    gained = _GAINED.fullmatch(name)
    base, hours = (gained[1], int(gained[2])) if gained else (name, None)
    for known in _METRICS:
        if base == known:
            if hours is not None and not 1 <= hours <= MOST_HOURS:
                raise MisreadError(f"{name}: from 1 to {MOST_HOURS} hours")
            return known, hours
    raise MisreadError(f"no counter is called {name}; {_hint(base, _METRICS)}")


def flag(text: str) -> Flag | None:
    """The quality that `has:...` or `is:...` asks for, None for another text. Raises MisreadError."""
    verb, colon, name = text.partition(":")
    if not colon or verb.lower() not in ("has", "is"):
        return None
    for known in _QUALITIES:
        if name.lower() == known and (known in STATES) == (verb.lower() == "is"):
            return Flag(known)
    known_here = [str(Flag(quality)) for quality in _QUALITIES]
    raise MisreadError(f"{text} is no quality of a paper; {_hint(text.lower(), known_here)}")


def quoted(text: str, field: Field) -> Phrase | Near:
    """What a text in quotes looks for, with its `~5` or `*` behind. Raises MisreadError."""
    inside, closed, behind = text[1:].partition('"')
    if not closed:
        raise MisreadError("this quote is never closed")
    inside = " ".join(inside.split())
    if behind.startswith("~"):
        return _near(inside, behind[1:], field)
    is_open = behind == "*" or inside.endswith("*")
    return _phrase(inside.rstrip("*").rstrip(), field, "no word between the quotes", is_prefix=is_open)


def bare(text: str, field: Field) -> Phrase:
    """What a text without quotes looks for. Raises MisreadError, with what is meant where that is known."""
    if text in _MEANT:
        raise MisreadError(f"{text} is no operator; write {_MEANT[text]}")
    inside = text.removesuffix("*")
    if words(inside) and inside[0] in "-!":
        raise MisreadError(f"{inside[0]} is no operator; write NOT {inside.lstrip('-!')}")
    if sign := _RESERVED.search(inside):
        raise MisreadError(_reserved(sign.group(), text))
    return _phrase(inside, field, f"{text} holds no letter or digit", is_prefix=inside != text)


def _reserved(sign: str, text: str) -> str:
    name = text.partition(":")[0].lower()
    known = (*FIELDS, "has", "is")
    nearest = difflib.get_close_matches(name, known, n=1) if sign == ":" and name not in known else []
    if nearest:
        return f"no field is called {name}; did you mean {nearest[0]}:?"
    if sign == "*":
        return f"* may only end a word; put quotes around {text} to look for the rest"
    return f"{sign} means nothing here; put quotes around {text}"


def _phrase(text: str, field: Field, nothing: str, *, is_prefix: bool) -> Phrase:
    sought = _words(text, field)
    if not sought:
        raise MisreadError(nothing)
    if is_prefix:
        sought = (*sought[:-1], _open_end(text, field))
    return Phrase(sought, text, field, is_prefix)


def _open_end(text: str, field: Field) -> str:
    """The last word as it is spelt: what follows decides whether it is a plural."""
    last = spelt(text)[-1]
    if len(last) < SHORTEST_PREFIX:
        raise MisreadError(f"at least {SHORTEST_PREFIX} letters before *")
    if field == "author" and _given_first(text) != text:
        raise MisreadError("* ends a family name; of a given name the initial is enough")
    return last


def _words(text: str, field: Field) -> tuple[str, ...]:
    found = tuple(spelt(_given_first(text))) if field == "author" else words(text)
    if len(found) > MOST_WORDS:
        raise MisreadError(f"at most {MOST_WORDS} words in one phrase")
    return found


def _given_first(name: str) -> str:
    family, comma, given = name.partition(",")
    return f"{given} {family}" if comma and spelt(given) else name


def _near(text: str, within: str, field: Field) -> Near:
    if not within:
        raise MisreadError(f'expected after ~ how many words may stand between, as in "{text}"~5')
    if len(within) > 3 or int(within) > MOST_BETWEEN:
        raise MisreadError(f"at most {MOST_BETWEEN} words may stand between")
    sought = tuple(dict.fromkeys(_words(text, field)))
    if len(sought) < 2:
        raise MisreadError(f"~{within} needs two different words between the quotes")
    return Near(sought, int(within), text, field)


def _hint(name: str, known: Iterable[str]) -> str:
    choices = tuple(known)
    nearest = difflib.get_close_matches(name, choices, n=1)
    return f"did you mean {nearest[0]}?" if nearest else f"known: {', '.join(choices)}"
