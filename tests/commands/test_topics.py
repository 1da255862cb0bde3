"""The commands on topics: what a rule would have matched, and why."""

from __future__ import annotations

import json
import re

from tests.commands.command import MONDAY, TUESDAY, Command


def test_a_rule_is_tried_as_json_with_the_reason_of_each_match(paperround: Command) -> None:
    paperround(*TUESDAY)
    result = paperround("topics", "try", "expert", "--json")
    assert (result.code, result.err) == (0, "")
    found = json.loads(result.out)
    assert found
    for match in found:
        assert set(match) == {"id", "date", "reason"}
        assert match["date"] in ("2026-11-09", "2026-11-10")
        assert "expert" in match["reason"]


def test_a_topic_is_tried_by_its_slug(paperround: Command) -> None:
    paperround(*TUESDAY)
    assert "constant-computation" in paperround("topics", "list").out
    assert re.search(r"\n\d+ papers in 30 days\n", paperround("topics", "try", "constant-computation").out)


def test_topics_are_listed_as_json(paperround: Command) -> None:
    topics = json.loads(paperround("topics", "list", "--json").out)
    assert len(topics) == 10
    assert all(set(topic) == {"slug", "title", "description", "rule"} for topic in topics)


def test_topics_are_checked_against_the_last_papers(paperround: Command) -> None:
    paperround(*MONDAY)
    result = paperround("topics", "check")
    assert result.code == 0
    assert "of 8 papers in 30 days" in result.out
