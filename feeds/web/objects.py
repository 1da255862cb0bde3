"""What the API tells, as JSON objects: those of feeds.exchange, with what only a site can add."""

from __future__ import annotations

from feeds.exchange import revision_as_object, topic_as_object
from feeds.formats import FORMATS
from feeds.site.frame import Site
from feeds.site.paths import feed_path
from feeds.web.library import Change
from models.topics.topic import Topic


def change(of: Change) -> dict[str, object]:
    """A revision as papers have it, with the paper's id and `seq`."""
    return {"id": of.paper_id, "seq": of.seq, **revision_as_object(of.revision)}


def topic(of: Topic, site: Site) -> dict[str, object]:
    """A topic with the addresses of its feeds."""
    addresses = {form.extension: site.url(feed_path(of.slug, form.extension)) for form in FORMATS}
    return {**topic_as_object(of), "feeds": addresses}
