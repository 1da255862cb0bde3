"""The daily round, as a Prefect flow: ingest every source, publish every feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from prefect import flow

from flows.current import resources
from flows.ingest import ListingsFailedError, ingest
from flows.naming import run_name
from flows.publish import publish
from flows.steps import rounds
from flows.steps.ingesting import Choose
from flows.steps.publishing import Published
from flows.steps.resources import Resources
from flows.steps.rounds import Round
from models.errors import RoundError
from models.ledger import Entry


class RoundFailedError(RoundError):
    """A round ended without all that it should have read; `round` is what it did."""

    def __init__(self, done: Round) -> None:
        self.round = done
        super().__init__("; ".join(done.failures))


@flow(name="daily-round", flow_run_name=run_name)
def daily_round(
    date: dt.date | None = None, sources: list[str] | None = None, as_of: dt.datetime | None = None
) -> Round:
    """One round: what is due of every source (or one date's listings), and out of it every feed.

    `as_of` is the moment (UTC) that the run takes for now. Ends as failed, with RoundFailedError, when a
    listing is not there though it should be; what could be done is done and kept.
    """

    def _ingest(_: Resources, names: Sequence[str] | None, __: Choose | None) -> Sequence[Entry]:
        try:
            return ingest(date, list(names) if names else None, as_of)
        except ListingsFailedError as error:
            return error.ledger

    def _publish(_: Resources) -> Sequence[Published]:
        return publish(as_of)

    with resources(as_of) as found:
        done = rounds.daily_round(found, sources, ingest=_ingest, publish=_publish)
    if done.failures:
        raise RoundFailedError(done)
    return done
