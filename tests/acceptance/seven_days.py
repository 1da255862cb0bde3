"""Seven recorded days of both sites as the schedule of prefect.yaml reads them, with faults on three of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import yaml

from flows.mail.digesting import digest
from flows.settings import Settings
from flows.sources.base import Source
from flows.sources.client import Client, user_agent
from flows.steps import publishing
from flows.steps.ingesting import unsettled
from flows.steps.resources import Get, Resources, opened
from flows.steps.rounds import daily_round
from flows.steps.syndicating import Published
from models.verdicts import Entry
from tests.acceptance.arxiv_town import Sites, at
from tests.acceptance.cron import moments
from tests.acceptance.recorded_mailings import FRI, MON, NEXT_FRI, THU, TUE, WED

BEGIN, END = at(FRI, "00:00"), at(NEXT_FRI, "00:00")
TOPICS = """
[[topic]]
slug = "medicine"
title = "Medicine"
description = "What helps physicians."
rule = 'clinical'

[[topic]]
slug = "splatting"
title = "Splatting"
description = "Scenes of many small blobs."
rule = 'gaussian splatting'
"""
PUBLISHED_AT = 11
"""The hour (UTC) of the rounds that publish: pages of hundreds of papers take ten times as long as all else."""
ROUND, DIGEST = "flows/round.py:daily_round", "flows/digest.py:digest"

_PLAN = Path(__file__).parents[2] / "prefect.yaml"


class Disturbance(NamedTuple):
    """What is wrong with the sites from one moment until another (aware UTC), as the stand-in plays it."""

    begin: datetime
    end: datetime
    faults: Sequence[Mapping[str, object]]

    def holds(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end


BLOCK = Disturbance(
    at(MON, "00:00"),
    at(MON, "12:00"),
    [{"path": "^/(papers|api/daily)", "challenge": True}, {"path": "^/(list|catchup|rss)", "status": 403}],
)
"""Hugging Face wants to see people, arXiv forbids, from before Monday's mailing until noon."""
OUTAGE = Disturbance(at(TUE, "22:00"), at(WED, "04:00"), [{"path": "", "status": 503}])
"""Neither site answers for six hours, in the middle of which Wednesday's mailing comes out."""
REDESIGN = Disturbance(
    at(THU, "00:00"), at(THU, "10:00"), [{"path": "^/(papers|list|catchup)", "drift": True}]
)
"""The pages of both sites are built otherwise; Hugging Face's API and arXiv's feed stay as they were."""
DISTURBANCES = (BLOCK, OUTAGE, REDESIGN)


class Run(NamedTuple):
    """What the schedule starts at a moment (aware UTC): a flow with parameters."""

    at: datetime
    flow: str
    parameters: Mapping[str, Any]


def schedule(begin: datetime, end: datetime) -> list[Run]:
    """The rounds and digests that prefect.yaml starts between two moments, in their order."""
    runs: list[Run] = []
    for deployment in yaml.safe_load(_PLAN.read_text())["deployments"]:
        flow, common = deployment["entrypoint"], deployment.get("parameters", {})
        for each in deployment.get("schedules", ()) if flow in {ROUND, DIGEST} else ():
            found = moments(each["cron"], each["timezone"], begin, end)
            runs += [Run(moment, flow, common | each.get("parameters", {})) for moment in found]
    return sorted(runs, key=lambda run: (run.at, run.flow))


@dataclass
class Clock:
    """Stands still during a run, but for those who sleep."""

    moment: datetime = BEGIN
    slept_seconds: float = 0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp() + self.slept_seconds

    def sleep(self, seconds: float) -> None:
        self.slept_seconds += seconds


@dataclass
class SevenDays:
    """A household that lives by the schedule. `alerts` has what a round failed of, by its moment."""

    settings: Settings
    sites: Sites
    clock: Clock = field(default_factory=Clock)
    alerts: dict[datetime, tuple[str, ...]] = field(default_factory=dict)
    readings: dict[datetime, tuple[Entry, ...]] = field(default_factory=dict)
    mail_failures: list[str] = field(default_factory=list)

    def live(self, disturbances: Sequence[Disturbance]) -> None:
        """All that the schedule starts in these days, one run after another."""
        with opened(self.settings, self.clock.now, self._visit) as resources:
            for run in schedule(BEGIN, END):
                self.clock.moment = run.at
                if run.flow == DIGEST:
                    self.mail_failures += digest(resources).failures
                    continue
                self.sites.at(run.at)
                faults = [fault for each in disturbances if each.holds(run.at) for fault in each.faults]
                with self.sites.failing(*faults):
                    self._round(resources, run)

    def _round(self, resources: Resources, run: Run) -> None:
        assert run.parameters["no_mail"]
        choose = unsettled() if run.parameters.get("unsettled_only") else None
        publish = publishing.publish if run.at.hour == PUBLISHED_AT else _publish_nothing
        done = daily_round(resources, run.parameters.get("sources"), choose, publish=publish, digest=None)
        self.readings[run.at] = done.ledger
        if done.failures:
            self.alerts[run.at] = done.failures

    @contextmanager
    def _visit(self, source: Source) -> Iterator[Get]:
        """The polite way to a site, anew for each run, as its process has it."""
        with Client(
            source.base_urls,
            interfaces=source.interfaces,
            user_agent=user_agent("test"),
            min_interval_seconds=source.min_interval_seconds,
            leaves_when_forbidden=source.leaves_when_forbidden,
            now=self.clock.now,
            sleep=self.clock.sleep,
            monotonic=self.clock.monotonic,
            transport=httpx.HTTPTransport(verify=False),  # certificates take longer than a round
        ) as client:
            yield client.get


def _publish_nothing(_: Resources) -> Sequence[Published]:
    return ()
