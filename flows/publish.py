"""Publishes the feeds, as a Prefect flow: a task for each batch of topics, the feeds' links as a table."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import flow
from prefect.assets import materialize
from prefect.cache_policies import NO_CACHE

from feeds.site.frame import Site
from flows.run.artifacts import leave_feeds, leave_pages
from flows.run.assets import feeds_asset, list_assets, tell_published
from flows.run.current import resources
from flows.run.naming import rename, run_name
from flows.run.parameters import AsOf
from flows.steps import publishing
from flows.steps.editions import ALL, Subject
from flows.steps.resources import Resources
from flows.steps.syndicating import Issue, Published
from flows.steps.syndicating import publish_feeds as publish_feeds_of
from flows.words import brief
from models.database import reading
from models.selection import newest_list


@flow(name="publish", flow_run_name=run_name)
def publish(as_of: AsOf = None) -> tuple[Published, ...]:
    """Writes every feed whose bytes have changed, and gives all that there are."""
    with resources(as_of) as found:
        published = publishing.publish(found, _publish_as_task)
        with reading(found.engine) as connection:
            leave_pages(Site(found.public_url), newest_list(connection))
    leave_feeds(published)
    rename(brief.of_feeds(published))
    return tuple(published)


def _publish_as_task(found: Resources, issue: Issue, subjects: Sequence[Subject]) -> Sequence[Published]:
    names = [subject.slug for subject in subjects]
    name = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    asset = feeds_asset(Site(found.public_url))
    # Once is enough: each of them is an event.
    made_of = list_assets(found.sources.values()) if ALL in subjects else []

    @materialize(
        asset,
        name="publish-feeds",
        task_run_name=f"feeds {name}",
        asset_deps=[*made_of],
        cache_policy=NO_CACHE,
    )
    def publish_feeds() -> list[Published]:
        published = publish_feeds_of(found, issue, subjects)
        tell_published(asset, published)
        return published

    return publish_feeds()
