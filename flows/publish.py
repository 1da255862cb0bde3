"""Publishes the feeds, as a Prefect flow: a task for each batch of topics, the feeds' links as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from flows.current import resources
from flows.naming import run_name
from flows.steps import publishing
from flows.steps.editions import Subject
from flows.steps.resources import Resources
from flows.steps.syndicating import Issue, Published
from flows.steps.syndicating import publish_feeds as publish_feeds_of


@flow(name="publish", flow_run_name=run_name)
def publish(as_of: dt.datetime | None = None) -> tuple[Published, ...]:
    """Writes every feed whose bytes have changed, and gives all that there are."""
    with resources(as_of) as found:
        published = publishing.publish(found, _publish_as_task)
    _leave_artifact(published)
    return tuple(published)


def _publish_as_task(found: Resources, issue: Issue, subjects: Sequence[Subject]) -> Sequence[Published]:
    names = [subject.slug for subject in subjects]
    name = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"

    @task(name="publish-feeds", task_run_name=f"feeds {name}", cache_policy=NO_CACHE)
    def publish_feeds() -> list[Published]:
        return publish_feeds_of(found, issue, subjects)

    return publish_feeds()


def _leave_artifact(published: Sequence[Published]) -> None:
    """A row for each feed, its formats side by side."""
    feeds: dict[str, list[Published]] = {}
    for feed in published:
        feeds.setdefault(feed.slug, []).append(feed)
    rows = [
        f"| {slug} | {files[0].entries} | {_links(files)} | {_state(files)} |"
        for slug, files in feeds.items()
    ]
    table = "\n".join(["| feed | entries | | |", "|---|---:|---|---|", *rows])
    create_markdown_artifact(
        key="feeds", markdown=table, description="The feeds, for readers to subscribe to."
    )


def _links(files: Sequence[Published]) -> str:
    return " ".join(f"[{file.path.suffix[1:]}]({file.url})" for file in files)


def _state(files: Sequence[Published]) -> str:
    return "new" if any(file.is_written for file in files) else "unchanged"
