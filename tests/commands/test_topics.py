"""The commands on topics: what a rule would have matched, and why."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.commands.command import MONDAY, TUESDAY, Command

BY_MEANING = """
[[topic]]
slug = "lanterns"
title = "Lanterns"
description = "Lanterns."
about = "Lamps that light layers."
like = ["2611.00001"]
search = "lamps"
"""


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
    for topic in topics:
        assert {"slug", "title", "description", "rule", "digest", "about", "like", "search"} <= set(topic)


def test_topics_are_listed_with_all_that_chooses_their_papers(paperround: Command) -> None:
    Path("topics.toml").write_text(BY_MEANING)
    listed = paperround("topics", "list").out
    assert "lanterns: Lanterns" in listed
    for line in ("  like: 2611.00001", "  about: Lamps that light layers.", "  search: lamps"):
        assert line in listed


def test_a_topic_by_meaning_alone_has_no_rule_to_be_tried(paperround: Command) -> None:
    paperround(*MONDAY)
    Path("topics.toml").write_text(BY_MEANING)
    result = paperround("topics", "try", "lanterns")
    assert (result.code, result.out) == (2, "")
    assert "topic lanterns has no rule: its papers come by meaning alone" in result.err


def test_a_wrong_rule_is_told_in_one_line_with_the_place(paperround: Command) -> None:
    paperround(*MONDAY)
    result = paperround("topics", "try", "expert titel:lamp")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "paperround: column 8: no field is called titel; did you mean title:?: expert |titel:lamp\n"
    )


def test_before_a_rule_is_changed_it_says_what_comes_and_what_goes(paperround: Command) -> None:
    paperround(*TUESDAY)
    every = {
        match["id"] for match in json.loads(paperround("topics", "try", "model OR expert", "--json").out)
    }
    experts = {match["id"] for match in json.loads(paperround("topics", "try", "expert", "--json").out)}
    compared = json.loads(paperround("topics", "try", "model OR expert", "--against", "expert", "--json").out)
    assert {match["id"] for match in compared if match["change"] == "comes"} == every - experts != set()
    assert {match["id"] for match in compared if match["change"] == "stays"} == experts
    back = paperround("topics", "try", "expert", "--against", "model OR expert").out
    assert f"0 come, {len(every - experts)} go, {len(experts)} stay in 30 days" in back


def test_check_tells_every_mistake_in_the_topics(paperround: Command) -> None:
    paperround(*MONDAY)
    Path("topics.toml").write_text(
        '[[topic]]\nslug = "a"\ntitle = "A"\ndescription = "A."\nrule = "lamp OR"\n'
        '[[topic]]\nslug = "b"\ntitle = "B"\ndescription = "B."\nrulle = "lamp"\n'
    )
    result = paperround("topics", "check")
    assert result.code == 2
    assert result.out.splitlines() == [
        "topic a: rule: column 8: expected a word after OR: lamp OR|",
        "topic b: unknown key 'rulle'; did you mean rule?",
    ]
    assert result.err == "paperround: topics.toml: 2 to be mended\n"


def test_check_tells_topics_that_choose_nothing_or_everything_and_examples_that_are_not_known(
    paperround: Command,
) -> None:
    paperround(*MONDAY)
    Path("topics.toml").write_text(
        BY_MEANING
        + '[[topic]]\nslug = "none"\ntitle = "N"\ndescription = "N."\nrule = "xylophone"\n'
        + '[[topic]]\nslug = "every"\ntitle = "E"\ndescription = "E."\nrule = "source:huggingface"\n'
    )
    told = paperround("topics", "check").out
    for line in (
        "none: matches nothing",
        "every: matches everything",
        "lanterns: 2611.00001 is not among the stored papers",
        "lanterns: its search has found nothing yet",
    ):
        assert f"\n{line}\n" in told
    assert re.search(r"\nlanterns +by meaning\n", told)


def test_check_tells_what_an_edit_has_changed_since_the_last_round(paperround: Command) -> None:
    topic = '[[topic]]\nslug = "lamps"\ntitle = "L"\ndescription = "L."\nrule = "{}"\n'
    Path("topics.toml").write_text(topic.format("expert"))
    paperround(*MONDAY)
    assert "edited" not in paperround("topics", "check").out
    Path("topics.toml").write_text(topic.format("xylophone"))
    assert re.search(r"edited since version 1: 0 come, \d+ go", paperround("topics", "check").out)


def test_all_stored_papers_are_searched(paperround: Command) -> None:
    paperround(*TUESDAY)
    found = json.loads(paperround("search", "expert", "--json").out)
    tried = json.loads(paperround("topics", "try", "expert", "--json").out)
    assert found == tried != []
    few = paperround("search", "model OR expert", "--most", "1").out
    assert "1 papers; there are more: --most 2" in few


def test_topics_are_checked_against_the_last_papers(paperround: Command) -> None:
    paperround(*MONDAY)
    result = paperround("topics", "check")
    assert result.code == 0
    assert "of 8 papers in 30 days" in result.out
