"""What became of a listing, as a sentence of the log."""

from __future__ import annotations

import pytest

from flows.steps.telling import as_sentence
from models.records import Verdict
from models.verdicts import Entry
from tests.words.ledgers import entry, missing


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (missing(), "failed: page: answers 500"),
        (missing(Verdict.STALLED, "nothing yet"), "stalled: nothing yet"),
        (entry(Verdict.WAITING, via="api"), "not out yet, by its API"),
        (entry(Verdict.QUIET, via="calendar"), "nothing that day, by the calendar"),
        (
            entry(Verdict.QUIET, via="api", error="page: answers 500"),
            "nothing that day, by its API (page: answers 500)",
        ),
        (
            entry(Verdict.PARTIAL, 25, parsed=24, new=20, unchanged=4, via="oai", error="24 of 25 entries"),
            "partial: 25 declared, 24 read, 20 new, 4 unchanged, by OAI-PMH (24 of 25 entries)",
        ),
        (entry(papers=1_038, new=1_038), "1,038 declared, 1,038 read, 1,038 new, by its page"),
        (
            entry(papers=4, new=1, revised=1, removed=2, unchanged=2, via="another"),
            "4 declared, 4 read, 1 new, 1 revised, 2 removed, 2 unchanged, by another",
        ),
    ],
)
def test_a_sentence_has_the_counts_or_the_reason(row: Entry, sentence: str) -> None:
    assert as_sentence(row) == f"huggingface daily 2026-11-12: {sentence}"
