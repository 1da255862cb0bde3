"""The demo: the rounds of an invented week, one after another, as if each moment were now."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flows.demo.stage import READINGS, DemoSite
from flows.settings import Settings
from flows.sources.base import Source
from flows.sources.client import Validators
from flows.steps.resources import Get, Resources, Visit, clock, opened
from flows.steps.rounds import Round
from models.database import posting
from models.mail.addresses import normalised
from models.mail.subscriber import TRENDING, Cadence, Choices, Origin
from models.mail.subscribers import ask, confirm
from models.records import Answer

DEMO_URL = "https://papers.example"
"""Stands in the snapshots for the address of the pretended Hugging Face."""

DAILY_READER = "ada@reader.example"
WEEKLY_READER = "bo@reader.example"

DEMO_ARXIV_URL = "https://preprints.example"
"""Stands in the snapshots for the address of the pretended arXiv."""


def demo_settings(settings: Settings) -> Settings:
    """The settings of the demo: its own folder under HOME, the two pretended sources, no real database or mail."""
    own = {
        "home": settings.home / "demo",
        "database_url": None,
        "sources": ("huggingface", "arxiv"),
        "huggingface_url": DEMO_URL,
        "huggingface_sections": ("daily",),
        "arxiv_url": DEMO_ARXIV_URL,
        "arxiv_oai_url": f"{DEMO_ARXIV_URL}/oai",
        "arxiv_api_url": f"{DEMO_ARXIV_URL}/api",
        "arxiv_rss_url": DEMO_ARXIV_URL,
        "arxiv_categories": ("cs.CL", "cs.CV"),
        **dict.fromkeys(("smtp_url", "mail_from", "mail_return", "mail_box", "dkim_key", "secret_key")),
    }
    return settings.model_copy(update=own)


def demonstrate(settings: Settings, a_round: Callable[[Resources, datetime], Round]) -> Iterator[Round]:
    """Makes the demo's folder anew and gives each round of the week when it has been run."""
    _empty(settings.home)
    for moment in READINGS:
        now = clock(moment)
        with opened(settings, now, _pretend(now)) as resources:
            if moment == READINGS[0]:
                _subscribe(resources)
            yield a_round(resources, moment)


def _subscribe(resources: Resources) -> None:
    """Two invented subscribers, who have confirmed: one for each morning, one for Mondays."""
    now = resources.now()
    topics = tuple(topic.slug for topic in resources.topics)
    with posting(resources.engine) as connection:
        for address, choices in (
            (DAILY_READER, Choices((*topics[:5], TRENDING), Cadence.DAILY, hour=8)),
            (WEEKLY_READER, Choices((*topics, TRENDING), Cadence.WEEKLY, hour=6)),
        ):
            asked = ask(
                connection,
                normalised(address),
                choices,
                origin=Origin.COMMAND,
                consent="invented for the demo",
                network="",
                at=now,
            )
            confirm(connection, asked.id, now)


def _empty(home: Path) -> None:
    """Only a folder that an earlier demo has made is removed."""
    if (home / "paperround.db").exists():
        shutil.rmtree(home)


def _pretend(now: Callable[[], datetime]) -> Visit:
    site = DemoSite(now)

    def get(url: str, validators: Validators | None) -> Answer:
        answer = site.fetch(url)
        if validators and validators.etag == answer.headers.get("etag"):
            return Answer(url, answer.at, 304, answer.headers)
        return answer

    @contextmanager
    def visit(_source: Source) -> Iterator[Get]:
        yield get

    return visit
