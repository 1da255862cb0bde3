"""`topics try` and `search`: which papers a rule chooses, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import typer

from flows.commands.reports import database
from flows.commands.terminal import print_json, print_table
from flows.settings import Settings
from models.errors import UsageError
from models.fulltext.search import search
from models.papers import Paper
from models.selection import listed_between, newest_list
from models.topics.catalogue import load
from models.topics.matching import Shelf
from models.topics.rules import Rule, parse
from models.topics.topic import Topic

Change = Literal["", "comes", "goes", "stays"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that a rule chooses, and why; and what it does against another rule."""

    paper: Paper
    reason: str
    change: Change = ""


def show_matches(settings: Settings, rule: str, days: int, against: str | None, as_json: bool) -> None:
    """What a rule, or the rule of a topic, would have matched in the last days up to the newest list.

    With `against` (the slug of a topic or a rule as well) what comes and what goes where it takes that one's
    place.
    """
    topics = load(settings.topics_path)
    tried, other = _rule(rule, topics), _rule(against, topics) if against else None
    _warn(tried)
    shelf = Shelf(_papers(settings, days))
    hits = _hits(shelf, tried) if other is None else _compared(shelf, tried, other)
    if as_json:
        print_json([_as_object(hit) for hit in hits])
        return
    shown = [hit for hit in hits if hit.change != "stays"]
    _print(shown, with_change=other is not None)
    typer.echo(f"\n{_summary(hits, compared=other is not None)} in {days} days")


def show_found(settings: Settings, rule: str, most: int, as_json: bool) -> None:
    """The newest papers of the whole store that a rule chooses, and why."""
    asked = parse(rule)
    _warn(asked)
    with database(settings) as connection:
        page = search(connection, asked, most)
    hits = [Hit(found.paper, found.reason) for found in page.matches]
    if as_json:
        print_json([_as_object(hit) for hit in hits])
        return
    _print(hits, with_change=False)
    typer.echo(f"\n{len(hits)} papers" + (f"; there are more: --most {2 * most}" if page.next else ""))


def _rule(text: str, topics: Iterable[Topic]) -> Rule:
    topic = next((topic for topic in topics if topic.slug == text), None)
    if topic is None:
        return parse(text)
    if topic.rule is None:
        raise UsageError(f"topic {text} has no rule: its papers come by meaning alone")
    return topic.rule


def _warn(rule: Rule) -> None:
    for warning in rule.warnings:
        typer.echo(f"paperround: {warning}", err=True)


def _papers(settings: Settings, days: int) -> list[Paper]:
    with database(settings) as connection:
        newest = newest_list(connection)
        return listed_between(connection, newest - timedelta(days=days - 1), newest) if newest else []


def _hits(shelf: Shelf, rule: Rule) -> list[Hit]:
    (found,) = shelf.matches([rule])
    return [Hit(match.paper, match.reason) for match in found]


def _compared(shelf: Shelf, tried: Rule, other: Rule) -> list[Hit]:
    """What the first rule chooses and the second does not, the other way round, and what both do."""
    of_tried, of_other = ({match.paper.id: match for match in each} for each in shelf.matches([tried, other]))
    coming = [
        Hit(match.paper, match.reason, "stays" if paper_id in of_other else "comes")
        for paper_id, match in of_tried.items()
    ]
    going = [
        Hit(match.paper, match.reason, "goes")
        for paper_id, match in of_other.items()
        if paper_id not in of_tried
    ]
    return coming + going


def _print(hits: Sequence[Hit], *, with_change: bool) -> None:
    columns = ("", "listed", "id", "title", "why")[not with_change :]
    rows = [
        (hit.change, hit.paper.first_listed or "", hit.paper.id, hit.paper.title, hit.reason)[
            not with_change :
        ]
        for hit in hits
    ]
    print_table(columns, rows, frozenset())


def _summary(hits: Sequence[Hit], *, compared: bool) -> str:
    if not compared:
        return f"{len(hits)} papers"
    count = {change: sum(hit.change == change for hit in hits) for change in ("comes", "goes", "stays")}
    return f"{count['comes']} come, {count['goes']} go, {count['stays']} stay"


def _as_object(hit: Hit) -> dict[str, object]:
    listed = hit.paper.first_listed
    change = {"change": hit.change} if hit.change else {}
    return {
        "id": hit.paper.id,
        "date": listed.isoformat() if listed else None,
        "reason": hit.reason,
        **change,
    }
