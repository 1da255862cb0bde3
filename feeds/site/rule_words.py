"""A topic's rule in English, for people who never saw a query language."""

from __future__ import annotations

from collections.abc import Sequence

from feeds.text import one_line
from models.topics.topic import Topic
from models.topics.tree import And, Flag, Near, Node, Not, Number, Or, Phrase

_PLACES = {
    "": "",
    "title": " in the title",
    "abstract": " in the abstract",
    "author": " among the authors",
    "comment": " in the authors\u2019 comment",
    "category": " as a category",
    "org": " as the organization",
    "source": " as the source",
    "section": " as the section",
}
_QUALITIES = {
    "code": "code",
    "project": "a project page",
    "doi": "a DOI",
    "withdrawn": "a withdrawal",
    "revised": "a revision",
}


def sought(topic: Topic) -> str:
    """What a topic looks for, as a sentence of plain text."""
    parts = [f"papers with {in_words(topic.rule.tree)}"] if topic.rule else []
    if topic.likeness:
        about = one_line(topic.likeness.about).rstrip(".")
        like = f"papers whose text is near to “{about}”" if about else "papers that are like its examples"
        parts.append(f"at most {topic.likeness.most_a_day} a day, {like}" if parts else like)
    sentence = "; and, ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""


def in_words(node: Node) -> str:
    """A rule's tree, or a part of it, in words."""
    match node:
        case Or(parts):
            return _joined([_within(part) for part in parts], "or")
        case And(parts):
            wanted = [_within(part) for part in parts if not isinstance(part, Not)]
            unwanted = [_within(part.part) for part in parts if isinstance(part, Not)]
            return " but without ".join(filter(None, (_joined(wanted, "and"), _joined(unwanted, "or"))))
        case Not(part):
            return f"not {_within(part)}"
        case _:
            return _leaf(node)


def _within(node: Node) -> str:
    return f"({in_words(node)})" if isinstance(node, And | Or) else in_words(node)


def _leaf(leaf: Phrase | Near | Number | Flag) -> str:
    match leaf:
        case Phrase():
            return f"“{one_line(leaf.text)}{'…' if leaf.is_prefix else ''}”{_PLACES[leaf.field]}"
        case Near():
            return f"“{one_line(leaf.text)}” at most {leaf.within} words apart{_PLACES[leaf.field]}"
        case Number():
            span = f" within {leaf.hours} hours" if leaf.hours else ""
            return f"at {'least' if leaf.at_least else 'most'} {leaf.value:,} {leaf.metric}{span}"
        case Flag():
            return _QUALITIES[leaf.quality]


def _joined(parts: Sequence[str], word: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
