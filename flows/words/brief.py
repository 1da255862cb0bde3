"""What a run has done in the fewest words: the end of its name."""

from __future__ import annotations

from collections.abc import Sequence

from feeds.site.words import count
from flows.steps.replaying import Replay
from flows.steps.rounds import Round, failures, read_counts
from flows.steps.syndicating import Published
from models.verdicts import Entry


def of_round(done: Round) -> str:
    """`38 new, 1 revised`; what is missing of the listings, and whether digests were kept back."""
    held_back = ["digests held back"] if done.digested and done.digested.failures else []
    return ", ".join([of_ledger(done.ledger), *held_back])


def of_ledger(ledger: Sequence[Entry]) -> str:
    """`38 new, 1 revised`, `nothing new`, `nothing new, 2 listings missing`."""
    counts = read_counts(ledger)
    found = [f"{counts[name]:,} {name}" for name in ("new", "revised") if counts[name]]
    missing = len(failures(ledger))
    lost = [f"{count(missing, 'listing')} missing"] if missing else []
    return ", ".join([*(found or ["nothing new"]), *lost])


def of_feeds(published: Sequence[Published]) -> str:
    """`12 feeds changed`, `no feeds changed`."""
    return f"{count(len({feed.slug for feed in published if feed.is_written}), 'feed')} changed"


def of_replay(done: Replay) -> str:
    """`412 readings, 9,120 papers`; how many were pruned before, and could not be."""
    pruned = [f"{done.pruned:,} pruned"] if done.pruned else []
    return ", ".join([count(done.readings, "reading"), count(done.papers, "paper"), *pruned])
