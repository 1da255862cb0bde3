"""What is made of what, as Prefect's assets: lists are read, and feeds are made of them.

A server of one's own shows them as events (`prefect.asset.materialization.succeeded`), which automations can wait for:
to start something whenever a list was read. Prefect Cloud draws them as a graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from prefect.assets import Asset, AssetProperties

from feeds.naming import source_name
from feeds.site import paths
from feeds.site.frame import Site
from feeds.site.words import section_name
from flows.sources.base import Source
from flows.steps.syndicating import Published
from models.verdicts import Entry

_NOT_OF_A_KEY = re.compile(r"[^\w./-]", re.ASCII)


def list_asset(source: Source, section: str) -> Asset:
    """The lists of a section: `paperround://arxiv/cs.CL`."""
    return Asset(
        key=f"paperround://{_NOT_OF_A_KEY.sub('-', f'{source.name}/{section}')}",
        properties=AssetProperties(
            name=f"{source_name(source.name)}, {section_name(section)}",
            description="The papers that it names for each date, in the database.",
            url=source.base_urls[0],
        ),
    )


def list_assets(sources: Iterable[Source]) -> list[Asset]:
    """The lists that feeds are made of: all that are read for each date."""
    return [list_asset(source, section) for source in sources for section in source.sections]


def feeds_asset(site: Site) -> Asset:
    """All feeds together: `paperround://feeds`."""
    return Asset(
        key="paperround://feeds",
        properties=AssetProperties(
            name="The feeds",
            description="A feed for each topic, one of all papers, one of what is trending.",
            url=site.url(paths.FEEDS),
        ),
    )


def tell_read(asset: Asset, rows: Sequence[Entry]) -> None:
    """Says of an asset that is being made which list was read, and how much that gave."""
    row = rows[0]
    counts = {name: getattr(row, name) for name in ("declared", "parsed", "new", "revised", "removed")}
    asset.add_metadata({"date": row.date.isoformat(), "verdict": row.verdict.value, **counts})


def tell_published(asset: Asset, published: Sequence[Published]) -> None:
    """Says of the feeds how many files there are, and how many have changed."""
    asset.add_metadata({"files": len(published), "changed": sum(file.is_written for file in published)})
