"""The daily round, as a Prefect flow: ingest every source, publish every feed, send every digest."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import State, flow

from feeds.site.frame import Site
from flows.digest import digest
from flows.ingest import ingest
from flows.mail.digesting import Digested
from flows.publish import publish
from flows.run.artifacts import leave_round
from flows.run.current import resources
from flows.run.naming import rename, run_name
from flows.run.outcomes import finished, result_of
from flows.run.parameters import AsOf, Date, NoMail, Sources, UnsettledOnly
from flows.steps import rounds
from flows.steps.ingesting import Choose
from flows.steps.resources import Resources
from flows.steps.rounds import Round
from flows.steps.syndicating import Published
from flows.words import brief
from models.verdicts import Entry


@flow(name="daily-round", flow_run_name=run_name)
def daily_round(
    date: Date = None,
    sources: Sources = None,
    as_of: AsOf = None,
    unsettled_only: UnsettledOnly = False,
    no_mail: NoMail = False,
) -> Round | State:
    """One round: what is due of every source (or one date's listings), and out of it every feed and digest.

    `as_of` is the moment (UTC) that the run takes for now; with `unsettled_only` no listing is read that an
    earlier reading has settled; with `no_mail` no digest is sent. The run fails, with what it did as its result,
    when a listing is not there though it should be; what could be done is done and kept.
    """

    def _ingest(_: Resources, names: Sequence[str] | None, __: Choose | None) -> Sequence[Entry]:
        given = list(names) if names else None
        return result_of(ingest(date, given, as_of, unsettled_only, return_state=True))

    def _publish(_: Resources) -> Sequence[Published]:
        return publish(as_of)

    def _digest(_: Resources) -> Digested:
        return result_of(digest(as_of, shard_size=None, return_state=True))

    with resources(as_of) as found:
        done = rounds.daily_round(
            found, sources, ingest=_ingest, publish=_publish, digest=None if no_mail else _digest
        )
    leave_round(done, Site(found.public_url))
    rename(brief.of_round(done))
    return finished(done.failures, done)
