"""The sources there are, each made from the settings and the topics. A new source is one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flows.settings import Settings
from flows.sources.arxiv import arxiv
from flows.sources.base import Source
from flows.sources.biorxiv import biorxiv
from flows.sources.huggingface import huggingface
from models.topics.topic import Topic

SOURCES: Mapping[str, Callable[[Settings, Sequence[Topic]], Source]] = {
    "huggingface": lambda settings, _: huggingface(settings.huggingface_url, settings.huggingface_sections),
    "arxiv": lambda settings, topics: _arxiv(settings, topics),
    "biorxiv": lambda settings, _: biorxiv(settings.biorxiv_url, "biorxiv"),
    "medrxiv": lambda settings, _: biorxiv(settings.biorxiv_url, "medrxiv"),
}


def _arxiv(settings: Settings, topics: Sequence[Topic]) -> Source:
    named = (category for topic in topics for category in topic.categories)
    return arxiv(
        settings.arxiv_url,
        settings.arxiv_oai_url,
        settings.arxiv_api_url,
        settings.arxiv_feeds,
        (*settings.arxiv_categories, *named),
    )
