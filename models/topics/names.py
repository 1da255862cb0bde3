"""Names of authors, so that one form of a name finds another: Yoshua Bengio, Y. Bengio, Bengio, Yoshua.

A name is kept under all forms that a rule may ask for; only what is between two of them is no word.
"""

from __future__ import annotations

from collections.abc import Iterable

from models.topics.words import spelt

BETWEEN = "·"
"""Stands between two names, and behind an initial of which no more is known; it is no part of a word."""


def name_words(authors: Iterable[str]) -> tuple[str, ...]:
    """The words under which authors are found: each form of each name, kept apart."""
    found: list[str] = []
    for author in authors:
        for form in _forms(tuple(spelt(author))):
            found += (*form, BETWEEN)
    return tuple(found)


def sought_names(name: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The forms by which a name, given name first, finds an author.

    As it is; and where the given name is written out, by its initial if no more of it is known there.
    """
    if len(name) < 2 or len(name[0]) == 1:
        return (name,)
    return name, (name[0][0] + BETWEEN, name[-1])


def _forms(name: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Whole, without the middle, with the first given name as an initial, with all of them as initials."""
    if len(name) < 2:
        return (name,) if name else ()
    *given, family = name
    initial = given[0][0]
    forms = [
        name,
        (given[0], family),
        (initial, *name[1:]),
        (initial, family),
        (*(part[0] for part in given), family),
    ]
    if len(given[0]) == 1:
        forms.append((initial + BETWEEN, family))
    return tuple(dict.fromkeys(forms))
