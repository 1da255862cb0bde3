from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from feeds.freshness import told
from models.freshness import Freshness
from models.records import Verdict
from models.verdicts import Entry

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = date(2026, 11, 20)


def behind(section: str, verdict: Verdict, day: date = DAY) -> Entry:
    return Entry("arxiv", section, day, 0, 0, 0, 0, 0, 0, verdict, "page", "the <b>words</b> of an error", AT)


def news(*entries: Entry, source: str = "arxiv", newest: date | None = DAY, at: datetime = AT) -> Freshness:
    return Freshness(source, newest, at, entries)


def test_of_nothing_nothing_is_said() -> None:
    assert told(()) == ""


def test_each_source_tells_its_newest_list() -> None:
    both = (news(source="huggingface"), news(newest=date(2026, 11, 9)))
    assert told(both) == "Hugging Face up to 20 November 2026; arXiv up to 9 November 2026."


def test_what_is_missing_is_named() -> None:
    found = news(
        behind("cs.LG", Verdict.STALLED), behind("cs.CL", Verdict.STALLED), behind("cs.AI", Verdict.PARTIAL)
    )
    assert told([found]) == (
        "arXiv up to 20 November 2026 (cs.CL, cs.LG not yet read: stalled; cs.AI read in part)."
    )


def test_a_source_that_was_never_read_says_so() -> None:
    assert told([news(behind("cs.CL", Verdict.FAILED), newest=None)]) == "arXiv not yet read."


def test_what_a_later_list_lacks_is_told_by_the_date_alone() -> None:
    later = behind("cs.CL", Verdict.FAILED, DAY + timedelta(days=1))
    assert told([news(later)]) == told([news()])


def test_a_section_that_was_read_whole_before_is_not_missing() -> None:
    assert told([news(replace(behind("cs.CL", Verdict.FAILED), good_at=AT))]) == told([news()])


def test_that_a_list_is_not_out_yet_is_no_news() -> None:
    assert told([news(behind("cs.CL", Verdict.WAITING))]) == told([news()])


def test_to_look_again_and_learn_nothing_changes_nothing() -> None:
    before = news(behind("cs.CL", Verdict.STALLED))
    next_day = behind("cs.CL", Verdict.STALLED, DAY + timedelta(days=1))
    after = news(behind("cs.CL", Verdict.STALLED), next_day, at=AT + timedelta(days=1))
    assert told([before]) == told([after])


def test_many_sections_are_counted() -> None:
    found = told([news(*(behind(f"cs.{letter}", Verdict.STALLED) for letter in "GFEDCBA"))])
    assert "cs.A, cs.B, cs.C, cs.D, cs.E and 2 more not yet read: stalled" in found


def test_hostile_names_stay_one_line_of_text() -> None:
    assert told([news(behind("cs\n.CL\u202e", Verdict.STALLED), source="x\x00y\nz")]) == (
        "xy z up to 20 November 2026 (cs .CL not yet read: stalled)."
    )
