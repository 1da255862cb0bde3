"""`topics list` and `topics check`: what the topics are, and how they fare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import typer
from sqlalchemy import Connection

from feeds.exchange import topic_as_object
from flows.commands.reports import database
from flows.commands.terminal import print_json, print_table
from flows.settings import Settings
from models.errors import TopicsError
from models.rulebook import RuleVersion, rule_versions
from models.searches import found_by_search
from models.selection import by_ids, listed_between, newest_list
from models.topics.catalogue import load, mistakes
from models.topics.matching import Shelf
from models.topics.rules import parse
from models.topics.topic import Topic

_DAYS_CHECKED = 30


def show_topics(settings: Settings, as_json: bool) -> None:
    """The topics: their rules, and by what else their papers are chosen."""
    found = load(settings.topics_path)
    if as_json:
        print_json([topic_as_object(topic) for topic in found])
        return
    for topic in found:
        typer.echo(f"{topic.slug}: {topic.title}\n  {topic.description}")
        for name, value in _means(topic):
            typer.echo(f"  {name}: {value}")
        typer.echo()


def show_check(settings: Settings) -> None:
    """Every mistake in the topics; else how many papers of 30 days each would have matched, and what stands out."""
    wrong = mistakes(settings.topics_path)
    if wrong:
        for sentence in wrong:
            typer.echo(sentence)
        raise TopicsError(f"{settings.topics_path}: {len(wrong)} to be mended")
    with database(settings) as connection:
        newest = newest_list(connection)
        first = newest - timedelta(days=_DAYS_CHECKED - 1) if newest else None
        papers = listed_between(connection, first, newest) if first and newest else []
        shelf = Shelf(papers)
        topics = load(settings.topics_path)
        rows = [(topic.slug, _count(topic, shelf)) for topic in topics]
        remarks = list(_remarks(connection, topics, shelf, len(papers)))
    print_table(("topic", "papers"), rows, frozenset({"papers"}))
    typer.echo(f"\nof {len(papers)} papers in {_DAYS_CHECKED} days up to the newest list")
    if remarks:
        typer.echo("\n" + "\n".join(f"{slug}: {remark}" for slug, remark in remarks))


def _means(topic: Topic) -> Iterator[tuple[str, str]]:
    if topic.rule:
        yield "rule", str(topic.rule)
    if topic.likeness:
        for name in ("like", "unlike"):
            if ids := getattr(topic.likeness, name):
                yield name, ", ".join(ids)
        if topic.likeness.about:
            yield "about", topic.likeness.about
    if topic.search:
        yield "search", topic.search
    if topic.categories:
        yield "categories", ", ".join(topic.categories)


def _count(topic: Topic, shelf: Shelf) -> int | str:
    return shelf.count(topic.rule) if topic.rule else "by meaning"


def _remarks(
    connection: Connection, topics: Sequence[Topic], shelf: Shelf, papers: int
) -> Iterator[tuple[str, str]]:
    """What stands out, by topic."""
    versions, newest = rule_versions(connection), newest_list(connection)
    searched = found_by_search(connection, newest, _DAYS_CHECKED) if newest else {}
    known = by_ids(connection, [paper_id for topic in topics for paper_id in _named(topic)])
    for topic in topics:
        for remark in _of_rule(topic, shelf, papers, versions):
            yield topic.slug, remark
        for paper_id in _named(topic):
            if paper_id not in known:
                yield topic.slug, f"{paper_id} is not among the stored papers"
        if topic.search and topic.slug not in searched:
            yield topic.slug, "its search has found nothing yet"


def _named(topic: Topic) -> tuple[str, ...]:
    return (*topic.likeness.like, *topic.likeness.unlike) if topic.likeness else ()


def _of_rule(topic: Topic, shelf: Shelf, papers: int, versions: Mapping[str, RuleVersion]) -> Iterator[str]:
    if topic.rule is None:
        return
    count, kept = shelf.count(topic.rule), versions.get(topic.slug)
    if papers and count in (0, papers):
        yield "matches everything" if count else "matches nothing"
    if kept and kept.digest != topic.rule.digest:
        yield f"edited since version {kept.version}: {_difference(topic, kept, shelf)}"
    yield from topic.rule.warnings


def _difference(topic: Topic, kept: RuleVersion, shelf: Shelf) -> str:
    """What an edited rule changes, in numbers; a rule of an older program may be none any more."""
    try:
        before = parse(kept.rule)
    except TopicsError:
        return "not to be compared"
    rules = [rule for rule in (topic.rule, before) if rule]
    now, then = ({match.paper.id for match in found} for found in shelf.matches(rules))
    return f"{len(now - then)} come, {len(then - now)} go"
