"""Failures in words, each with the way to its bytes."""

from __future__ import annotations

from pathlib import Path

from flows.steps.evidence import MOST_FAILURES, Evidence
from flows.words.failing import failing

SENTENCE = "huggingface daily 2026-11-12: failed: page: no [data-target]; api: answers 500"
FILE = Path("/srv/paper round/archive/0a/0a11.gz")


def test_nothing_failed_is_said() -> None:
    assert failing([], {}) == "Nothing failed."


def test_each_failure_has_what_was_asked_what_came_and_the_command_that_shows_it() -> None:
    found = (
        Evidence("https://papers.example/date", 200, "", "0a11", FILE),
        Evidence("https://papers.example/api", 500, "answers 500 <b>", "0a11", FILE),
        Evidence("https://papers.example/rss", None, "cannot be reached"),
    )
    assert failing([SENTENCE], {SENTENCE: found}).split("\n\n") == [
        r"**huggingface daily 2026-11-12**: failed: page: no \[data-target\]; api: answers 500",
        "- https://papers.example/date: status 200",
        "  ```\n  zcat '/srv/paper round/archive/0a/0a11.gz'\n  ```",
        r"- https://papers.example/api: status 500, answers 500 \<b\>",
        "  ```\n  zcat '/srv/paper round/archive/0a/0a11.gz'\n  ```",
        "- https://papers.example/rss: no answer, cannot be reached",
    ]


def test_a_failure_without_answers_is_its_sentence() -> None:
    assert failing(["the disk is full"], {}) == "**the disk is full**"


def test_of_very_many_only_the_first_are_told() -> None:
    sentences = [f"listing {number}: failed" for number in range(MOST_FAILURES + 1_000)]
    told = failing(sentences, {})
    assert told.count("**listing") == MOST_FAILURES
    assert told.endswith("And 1,000 more: `paperround status` has all.")
