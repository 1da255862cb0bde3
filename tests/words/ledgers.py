"""Rows of the ledger and published files, for what is told of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flows.steps.syndicating import Published
from models.records import Verdict
from models.verdicts import Entry

THURSDAY = date(2026, 11, 12)


def entry(verdict: Verdict = Verdict.FRESH, papers: int = 0, **changes: Any) -> Entry:
    """A row of Hugging Face's list of a Thursday."""
    read_at = datetime(2026, 11, 12, 20, 15, tzinfo=UTC)
    whole = Entry(
        "huggingface", "daily", THURSDAY, papers, papers, 0, 0, 0, 0, verdict, "page", "", read_at
    )  # fmt: skip
    return replace(whole, **changes)


def missing(verdict: Verdict = Verdict.FAILED, error: str = "page: answers 500", **changes: Any) -> Entry:
    """A row of a list that is not there."""
    return entry(verdict, error=error, via="", **changes)


def file(slug: str, extension: str = "atom", entries: int = 3, *, is_written: bool = True) -> Published:
    """A file of a feed."""
    name = f"{slug}.{extension}"
    return Published(slug, f"https://papers.example/feeds/{name}", Path(name), entries, is_written)
