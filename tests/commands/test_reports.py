"""The ledger and the papers in the shapes that other programs read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.commands.command import MONDAY, ROOT, TUESDAY, WEDNESDAY, WHOLE_WEEK, Command
from tests.steps.house import ALL, Site, refused

STATUS_SHAPE = {
    "source": str,
    "section": str,
    "date": str,
    "declared": int,
    "parsed": int,
    "new": int,
    "revised": int,
    "unchanged": int,
    "removed": int,
    "verdict": str,
    "via": str,
    "read_at": str,
}


def test_status_as_json_has_the_shape_of_the_contract(paperround: Command) -> None:
    paperround(*MONDAY)
    paperround(*TUESDAY)
    result = paperround("status", "--json")
    assert (result.code, result.err) == (0, "")
    rows = json.loads(result.out)
    assert [row["date"] for row in rows] == ["2026-11-10", "2026-11-09"]
    for row in rows:
        assert {name: type(row[name]) for name in STATUS_SHAPE} == STATUS_SHAPE
    assert rows[0] == rows[0] | {
        "source": "huggingface",
        "section": "daily",
        "declared": 10,
        "parsed": 10,
        "verdict": "fresh",
        "via": "page",
        "read_at": "2026-11-10T20:15:00Z",
    }


def test_status_names_what_failed_and_when_it_was_last_good(paperround: Command, site: Site) -> None:
    paperround(*MONDAY)
    with site.failing(ALL, refused(503)):
        paperround("run", "--as-of", "2026-11-09T22:00:00Z")
    (row,) = json.loads(paperround("status", "--json").out)
    assert (row["verdict"], row["good_at"]) == ("failed", "2026-11-09T20:15:00Z")
    assert row["error"].startswith("page: https://papers.example/papers/date/2026-11-09: answers 503; api: ")


def test_status_as_json_of_an_empty_ledger_is_an_empty_array(paperround: Command) -> None:
    assert json.loads(paperround("status", "--json").out) == []
    assert "Nothing was read yet" in paperround("status").out


def test_status_shows_a_table_of_so_many_days(paperround: Command) -> None:
    paperround(*MONDAY)
    paperround(*WEDNESDAY)
    lines = paperround("status", "--days", "2").out.splitlines()
    assert lines[0].split()[:4] == ["date", "source", "section", "verdict"]
    assert [line.split()[0] for line in lines[1 : lines.index("")]] == ["2026-11-11", "2026-11-10"]


def exported(paperround: Command, *options: str) -> list[dict[str, Any]]:
    result = paperround("export", *options)
    assert (result.code, result.err) == (0, "")
    return [json.loads(line) for line in result.out.splitlines()]


EXPORT_SHAPE = {
    "type": str,
    "seq": int,
    "id": str,
    "title": str,
    "abstract": str,
    "authors": list,
    "categories": list,
    "published_at": str,
    "first_listed": str,
    "votes": int,
    "withdrawn": bool,
    "urls": dict,
    "appearances": list,
    "revisions": list,
    "observations": list,
}


def test_an_export_has_the_shape_of_the_contract(paperround: Command) -> None:
    paperround(*TUESDAY)
    paperround(*WEDNESDAY)
    papers = exported(paperround, "--format", "jsonl")
    for paper in papers:
        assert {name: type(paper[name]) for name in EXPORT_SHAPE} == EXPORT_SHAPE
    (revised,) = [paper for paper in papers if paper["id"] == "2611.05210"]
    assert revised["revisions"] == [
        {
            "field": "title",
            "old": revised["revisions"][0]["old"],
            "new": revised["title"],
            "seen_at": "2026-11-11T20:15:00Z",
            "source": "huggingface",
        }
    ]
    assert (
        revised["appearances"][0].items()
        >= {"source": "huggingface", "date": "2026-11-10", "section": "daily"}.items()
    )
    assert [set(count) for count in revised["observations"]] == [{"at", "votes", "comments", "stars"}] * 2


def test_an_export_goes_on_after_a_seq(paperround: Command) -> None:
    paperround(*MONDAY)
    newest = exported(paperround)[-1]["seq"]
    paperround(*TUESDAY)
    later = exported(paperround, "--changed-since", str(newest))
    assert [paper["seq"] for paper in later] == sorted({paper["seq"] for paper in later})
    assert all(paper["seq"] > newest for paper in later)
    assert {"2026-11-10"} <= {paper["first_listed"] for paper in later}
    assert exported(paperround, "--changed-since", str(later[-1]["seq"])) == []


def test_bibtex_has_an_entry_for_each_paper_with_balanced_braces_and_escapes(paperround: Command) -> None:
    paperround(*WHOLE_WEEK)
    found = entries_of(paperround("export", "--format", "bibtex").out)
    papers = exported(paperround)
    assert [fields["eprint"] for fields in found] == [paper["id"] for paper in papers]
    assert len({fields["key"] for fields in found}) == len(papers) == 44
    for fields in found:
        outside_formulas = re.sub(r"\$[^$]*\$", "", re.sub(r"\\\$", "", fields["title"] + fields["author"]))
        assert not re.search(r"(?<!\\)[&%#_]", outside_formulas)
    assert any(r"\&" in fields["title"] for fields in found)


def entries_of(text: str) -> list[dict[str, str]]:
    """The entries of BibTeX, read as BibTeX does: a value ends where its braces are balanced."""
    found: list[dict[str, str]] = []
    rest = text
    while start := re.match(r"\s*@misc\{([^,\s]+),", rest):
        fields, rest = {"key": start[1]}, rest[start.end() :]
        while field := re.match(r"\s*(\w+) = \{", rest):
            end = closing(rest, field.end())
            fields[field[1]] = rest[field.end() : end]
            rest = rest[end + 1 :].removeprefix(",")
        rest = rest.lstrip()
        assert rest.startswith("}"), rest[:80]
        rest = rest[1:]
        found.append(fields)
    assert not rest.strip()
    return found


def closing(text: str, start: int) -> int:
    depth = 1
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if not depth:
            return place
    raise AssertionError(f"no closing brace after {text[start : start + 40]!r}")


def test_a_reader_that_goes_away_is_no_error(paperround: Command, tmp_path: Path) -> None:
    paperround(*WHOLE_WEEK)
    command = f"{sys.executable} -c 'import sys; from flows.cli import main; main()' export | head -c 10"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "/bin:/usr/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ('{"type": "', "")
