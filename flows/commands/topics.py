"""The commands on topics: what they choose, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import typer

from flows.commands.reports import database
from flows.commands.terminal import print_json, print_table
from flows.settings import Settings
from models.papers import Paper
from models.selection import listed_since, newest_list
from models.topics.catalogue import Topic, load
from models.topics.matching import FoldedPaper, fold, matches
from models.topics.rules import Rule, parse

_DAYS_CHECKED = 30


@dataclass(frozen=True, slots=True)
class Match:
    """A paper that a rule chooses, and why."""

    paper: Paper
    reason: str


def show_topics(settings: Settings, as_json: bool) -> None:
    """The topics with their rules."""
    found = load(settings.topics_path)
    if as_json:
        names = ("slug", "title", "description")
        print_json(
            [{name: getattr(topic, name) for name in names} | {"rule": str(topic.rule)} for topic in found]
        )
        return
    for topic in found:
        typer.echo(f"{topic.slug}: {topic.title}\n  {topic.description}\n  {topic.rule}\n")


def show_matches(settings: Settings, rule: str, days: int, as_json: bool) -> None:
    """What a rule, or the rule of a topic, would have matched in the last days up to the newest list."""
    known = {topic.slug: topic.rule for topic in load(settings.topics_path)}
    chosen = known.get(rule) or parse(rule)
    for warning in chosen.warnings:
        typer.echo(f"paperround: {warning}", err=True)
    found = _matches(chosen, _papers(settings, days))
    if as_json:
        print_json([_as_object(match) for match in found])
        return
    rows = [(match.paper.first_listed, match.paper.id, match.paper.title, match.reason) for match in found]
    print_table(("listed", "id", "title", "why"), rows, frozenset())
    typer.echo(f"\n{len(found)} papers in {days} days")


def show_check(settings: Settings) -> None:
    """How many papers of 30 days each topic would have matched; those that match none or all stand out."""
    papers = _papers(settings, _DAYS_CHECKED)
    rows = [
        (topic.slug, count := len(_matches(topic.rule, papers)), _remark(topic, count, len(papers)))
        for topic in load(settings.topics_path)
    ]
    print_table(("topic", "papers", ""), rows, frozenset({"papers"}))
    typer.echo(f"\nof {len(papers)} papers in {_DAYS_CHECKED} days up to the newest list")


def _remark(topic: Topic, count: int, of: int) -> str:
    if of and count == 0:
        return "matches nothing"
    if of and count == of:
        return "matches everything"
    return "; ".join(topic.rule.warnings)


def _papers(settings: Settings, days: int) -> list[tuple[Paper, FoldedPaper]]:
    with database(settings) as connection:
        newest = newest_list(connection)
        first = newest - timedelta(days=days - 1) if newest else None
        papers = listed_since(connection, first) if first else []
    listed = (paper for paper in papers if first and paper.first_listed and paper.first_listed >= first)
    return [(paper, fold(paper.title, paper.abstract)) for paper in listed]


def _matches(rule: Rule, papers: Sequence[tuple[Paper, FoldedPaper]]) -> list[Match]:
    reasons = ((paper, matches(rule, folded)) for paper, folded in papers)
    return [Match(paper, str(reason)) for paper, reason in reasons if reason is not None]


def _as_object(match: Match) -> dict[str, object]:
    listed = match.paper.first_listed
    return {"id": match.paper.id, "date": listed.isoformat() if listed else None, "reason": match.reason}
