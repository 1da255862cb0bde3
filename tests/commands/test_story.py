"""What the demo tells of its papers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from flows.commands.story import tell
from models.papers import Appearance, Paper, Revision, Weight

MON, TUE = date(2026, 11, 9), date(2026, 11, 10)
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


def paper(
    *appearances: Appearance,
    revisions: tuple[Revision, ...] = (),
    authors: tuple[str, ...] = ("Ada",),
    originals: dict[str, object] | None = None,
    title: str = "Tides",
) -> Paper:
    return Paper(
        "2611.00010", 1, title, "", authors, MON, NOON, NOON,
        originals=originals or {}, revisions=revisions, appearances=appearances,
    )  # fmt: skip


def revised(field: str, old: object, new: object, weight: Weight = Weight.NOTICED) -> Revision:
    return Revision(field, old, new, NOON, "arxiv", weight)


def listed(source: str, section: str, day: date = MON, removed_at: datetime | None = None) -> Appearance:
    return Appearance(source, section, day, 1, removed_at)


def told(capsys: pytest.CaptureFixture[str], *papers: Paper) -> list[str]:
    tell(papers)
    return capsys.readouterr().out.splitlines()


def test_no_papers_make_a_story_of_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys)[0].startswith("0 papers: 0 on both sites")


def test_what_became_known_is_no_change(capsys: pytest.CaptureFixture[str]) -> None:
    known = revised("summary", "", "Of tides.", Weight.ENRICHMENT)
    lines = told(capsys, paper(listed("arxiv", "cs.CL/new"), revisions=(known,)))
    assert lines[-1].split() == ["seen", "(UTC)", "paper", "what", "changed", "title"]


def test_papers_are_counted_by_where_they_were_listed(capsys: pytest.CaptureFixture[str]) -> None:
    arxiv, hugging_face = listed("arxiv", "cs.CL/new"), listed("huggingface", "daily")
    lines = told(capsys, paper(arxiv, hugging_face), paper(arxiv, arxiv), paper(hugging_face), paper(arxiv))
    assert lines[0].startswith("4 papers: 1 on both sites, 1 on Hugging Face alone, 2 on arXiv alone;")


def test_the_paper_that_was_listed_most_is_followed(capsys: pytest.CaptureFixture[str]) -> None:
    places = listed("huggingface", "daily", TUE), listed("arxiv", "cs.CV/new"), listed("arxiv", "cs.CL/cross")
    lines = told(capsys, paper(listed("arxiv", "cs.CL/new")), paper(*places, title="Waves"))
    start = lines.index("2611.00010 Waves")
    assert lines[start + 1 : start + 3] == [
        "  Mon 09  arxiv cs.CL/cross, arxiv cs.CV/new",
        "  Tue 10  huggingface daily",
    ]


def test_a_name_in_tex_is_shown_beside_its_letters(capsys: pytest.CaptureFixture[str]) -> None:
    named = paper(authors=("Ada", "José"), originals={"authors": ["Ada", r"Jos\'e"], "title": "Tides"})
    assert r"Names in TeX are shown in letters: Jos\'e as José." in told(capsys, paper(), named)


def test_changes_seen_together_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    revisions = (
        revised("title", "Tide", "Tides"),
        revised("version", 1, 2),
        revised("categories", ["cs.CL"], ["cs.CL", "cs.CV"], Weight.MINOR),
    )
    gone = listed("huggingface", "daily", removed_at=NOON)
    line = told(capsys, paper(gone, revisions=revisions))[-1]
    changes = "title, version 2, cross-listed to cs.CV, gone from Monday's list"
    assert line.split("  ") == ["Tue 10 12:00", "2611.00010", changes, "Tides"]


def test_a_long_title_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, paper(revisions=(revised("abstract", "a", "b"),), title="Tides and " * 20))
    assert lines[-1].endswith("and…")
    assert len(lines[-1].rpartition("  ")[2]) <= 52
