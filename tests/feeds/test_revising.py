from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from feeds.entries import Entry
from feeds.feed import Feed
from feeds.revising import revisions
from feeds.syndication import atom
from models.papers import Weight
from tests.feeds.invented import REVISED, feed, paper, revision

FIRST = date(2025, 10, 1)
ABSTRACT = replace(
    revision("abstract", seen_at=REVISED + timedelta(hours=2)),
    old="We hang a lantern",
    new="We hang <b>two</b> lanterns",
)


def entries(shown: Feed, first: date = FIRST) -> list[Entry]:
    return revisions(shown, first).entries


def test_a_paper_that_did_not_change_has_no_entry() -> None:
    assert entries(feed(paper())) == []


def test_what_no_reader_would_notice_has_no_entry() -> None:
    minor = (revision("categories", Weight.MINOR), revision("summary", Weight.ENRICHMENT))
    assert entries(feed(paper(revisions=minor))) == []


def test_what_was_taken_back_on_the_same_day_has_no_entry() -> None:
    back = replace(revision(), old="after", new="before")
    assert entries(feed(paper(revisions=(revision(), back)))) == []


def test_a_change_before_the_window_has_no_entry() -> None:
    assert entries(feed(paper(revisions=(revision(),))), date(2025, 10, 3)) == []


def test_a_paper_that_nobody_announced_has_no_entry() -> None:
    assert entries(feed(paper(announced_at=None, revisions=(revision(),)))) == []


def test_an_entry_is_of_one_paper_and_day_when_it_was_last_seen_to_change() -> None:
    days = (revision(), ABSTRACT, revision("version", seen_at=REVISED + timedelta(days=1)))
    later, first = entries(feed(paper(revisions=days)))
    assert (first.published_at, first.updated_at) == (ABSTRACT.seen_at, ABSTRACT.seen_at)
    assert later.published_at == REVISED + timedelta(days=1)
    assert later.id != first.id
    assert "version" in later.content
    assert "version" not in first.content


def test_the_id_of_an_entry_stays_what_it_was_published_as() -> None:
    (found,) = entries(feed(paper(revisions=(revision(),))))
    (again,) = entries(feed(paper(title="Later", revisions=(revision(), ABSTRACT)), slug="other"))
    assert found.id == again.id == "urn:uuid:aded3ab6-6d21-595e-8fff-320f4aced53e"


def test_titles_and_abstracts_are_compared_word_by_word() -> None:
    title = replace(revision(), old="Lamps for Small Models", new="Lanterns for Small Models")
    (found,) = entries(feed(paper(revisions=(title, ABSTRACT))))
    assert found.title == "Revised: Lanterns for Small Models"
    assert "<p>Title: <del>Lamps</del> <ins>Lanterns</ins> for Small Models</p>" in found.content
    assert (
        "<p>Abstract: We hang <del>a lantern</del> <ins>&lt;b&gt;two&lt;/b&gt; lanterns</ins></p>"
        in found.content
    )


def test_versions_and_other_fields_are_named() -> None:
    version = replace(revision("version"), old=1, new=2)
    (found,) = entries(feed(paper(revisions=(version, revision("authors")))))
    assert "<p>Changed: version 1 → 2; authors</p>" in found.content


def test_a_withdrawal_is_told_in_the_title() -> None:
    withdrawn = replace(revision("withdrawn"), old=False, new=True)
    (found,) = entries(feed(paper(withdrawn=True, revisions=(withdrawn,))))
    assert found.title == "Withdrawn: Lanterns for Small Models"
    assert "<p>Changed: withdrawn</p>" in found.content


def test_the_feed_stands_beside_its_own_and_has_no_archive() -> None:
    shown = revisions(feed(previous="https://round.example/old.atom", page="topics/small-models/"), FIRST)
    assert shown.url("atom") == "https://round.example/papers/feeds/small-models-revisions.atom"
    assert shown.page_url == feed(page="topics/small-models/").page_url
    assert shown.id != feed().id
    assert b"prev-archive" not in atom(shown)


def test_the_reason_stays() -> None:
    (found,) = entries(feed(paper(revisions=(revision(),)), reason="lantern"))
    assert found.content.endswith("<p>Why it is here: lantern</p>\n")
