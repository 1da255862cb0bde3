"""The round: ingest, publish, digest; one composition for Prefect's flows and for plain calls."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flows.mail.digesting import Digested, digest
from flows.steps.ingesting import Choose, ingest
from flows.steps.publishing import publish
from flows.steps.recording import recorded
from flows.steps.resources import Resources
from flows.steps.syndicating import Published
from models.errors import PaperRoundError
from models.records import BAD
from models.run import RunKind
from models.verdicts import Entry


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did: the ledger's rows of the listings that it read, the feeds that it made, the digests.

    `digested` is None where no mail was to be sent.
    """

    ledger: tuple[Entry, ...]
    published: tuple[Published, ...]
    digested: Digested | None = None

    @property
    def failures(self) -> tuple[str, ...]:
        """What was not there though it should be, or not done, a sentence each; empty after a good round."""
        return (*failures(self.ledger), *(self.digested.failures if self.digested else ()))

    @property
    def counts(self) -> dict[str, int]:
        """How much it did, by name."""
        return {**read_counts(self.ledger), "files": sum(feed.is_written for feed in self.published)}


def failures(ledger: Sequence[Entry]) -> tuple[str, ...]:
    """The listings that are not there though they should be: which, the verdict, what was wrong."""
    return tuple(
        f"{entry.listing}: {entry.verdict}: {entry.error}" for entry in ledger if entry.verdict in BAD
    )


def read_counts(ledger: Sequence[Entry]) -> dict[str, int]:
    """What the readings of some listings gave together, by name."""
    return {
        "listings": len(ledger),
        "new": sum(entry.new for entry in ledger),
        "revised": sum(entry.revised for entry in ledger),
        "removed": sum(entry.removed for entry in ledger),
    }


Ingest = Callable[[Resources, Sequence[str] | None, Choose | None], Sequence[Entry]]
Publish = Callable[[Resources], Sequence[Published]]
Digest = Callable[[Resources], Digested]

_LOG = logging.getLogger(__name__)


def daily_round(
    resources: Resources,
    names: Sequence[str] | None = None,
    choose: Choose | None = None,
    ingest: Ingest = ingest,
    publish: Publish = publish,
    digest: Digest | None = digest,
) -> Round:
    """One round: what is due of every source (or chosen) into the database, and out of it every feed and digest.

    Without `digest` no mail is sent. Whatever becomes of the mail, the round tells what it has read and published.
    """
    with recorded(resources.engine, RunKind.ROUND, resources.now) as note:
        ledger, published = tuple(ingest(resources, names, choose)), tuple(publish(resources))
        done = Round(ledger, published, _digested(resources, digest) if digest else None)
        note.failures, note.counts = done.failures, done.counts
    return done


def _digested(resources: Resources, digest: Digest) -> Digested:
    try:
        return digest(resources)
    except PaperRoundError as error:
        return Digested(failures=(str(error),))
    except Exception as error:  # noqa: BLE001 - whatever mail stumbles over, papers and feeds are done and kept
        _LOG.exception("The digests were given up")
        first_line = next(iter(str(error).splitlines()), "")
        return Digested(failures=(f"the digests were given up: {type(error).__name__}: {first_line}",))
