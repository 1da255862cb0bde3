from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from feeds.contents import NAMED_AUTHORS
from feeds.entries import Entry, Item
from models.papers import Observation, Paper, Weight
from tests.feeds.invented import ANNOUNCED, REVISED, feed, paper, revision


def entries(items: Iterable[Item], newest: date | None = None) -> list[Entry]:
    return feed(items=list(items), newest=newest).entries


def entry(given: Paper, reason: str = "", since: datetime | None = None) -> Entry:
    (only,) = entries([Item(given, reason, since)])
    return only


def test_a_paper_that_nobody_announced_is_left_out() -> None:
    assert entries([Item(paper(announced_at=None, updated_at=None))]) == []


def test_the_counters_of_now_are_not_told() -> None:
    assert entry(paper(votes=3)).content == entry(paper(votes=4711, comments=9, stars=88)).content


def test_votes_are_told_as_of_the_edition_and_move_no_date() -> None:
    seen = (Observation(ANNOUNCED + timedelta(hours=9), 41, 2, None),)
    (told,) = entries([Item(paper(observations=seen))], newest=date(2025, 10, 3))
    assert "<p>41 votes on 1 October 2025, 12:30 UTC</p>" in told.content
    assert told.updated_at == ANNOUNCED


def test_without_a_newest_list_no_votes_are_told() -> None:
    assert "vote" not in entry(paper(observations=(Observation(ANNOUNCED, 41, 2, None),))).content


def test_a_minor_revision_and_an_enrichment_are_not_told() -> None:
    quiet = (revision("categories", Weight.MINOR), revision("summary", Weight.ENRICHMENT))
    assert "Changed" not in entry(paper(revisions=quiet)).content


def test_what_comes_from_outside_is_escaped_once() -> None:
    hostile = paper(abstract="a < b &amp; <script>alert(1)</script>", organization='"><img src=x>')
    content = entry(hostile, reason="<b>x</b>").content
    assert "a &lt; b &amp;amp; &lt;script&gt;alert(1)&lt;/script&gt;" in content
    assert "&#34;&gt;&lt;img src=x&gt;" in content
    assert "Why it is here: &lt;b&gt;x&lt;/b&gt;" in content


def test_of_what_is_not_known_only_our_own_page_is_told() -> None:
    bare = paper(authors=(), abstract="", organization="", links={}, appearances=(), id="lamp-7")
    page = "https://round.example/papers/papers/lamp-7/"
    assert entry(bare).content == f'<p><a href="{page}">History</a></p>\n'


def test_our_own_page_is_the_alternate_of_a_paper_that_has_no_other() -> None:
    bare = entry(paper(id="lamp-7", appearances=(), links={}))
    assert [(link.rel, link.title) for link in bare.links] == [("alternate", "History")]
    assert [link.title for link in entry(paper()).links if link.rel == "alternate"] == ["arXiv"]


def test_an_empty_title_falls_back_to_the_id() -> None:
    assert entry(paper(title=" \x00\u202e ")).title == "2510.00017"
    assert entry(paper(title="", id="\x00")).title == "Untitled"


def test_empty_authors_and_categories_are_left_out() -> None:
    found = entry(paper(authors=("", "\x00", " Ada  Alpha "), categories=("", "cs.CL")))
    assert (found.authors, found.categories) == (("Ada Alpha",), ("cs.CL",))


def test_a_withdrawn_paper_is_marked() -> None:
    found = entry(paper(withdrawn=True))
    assert found.title == "[withdrawn] Lanterns for Small Models"
    assert "This paper was withdrawn." in found.content


def test_the_content_counts_the_authors_that_it_does_not_name() -> None:
    found = entry(paper(authors=tuple(f"Author {n}" for n in range(671))))
    assert len(found.authors) == 671
    assert f"Author {NAMED_AUTHORS - 1} and {671 - NAMED_AUTHORS} more</p>" in found.content


def test_the_content_names_all_of_a_few_authors() -> None:
    assert "<p>Ada Alpha, Bo Beta</p>" in entry(paper()).content


def test_changes_are_told_by_day_the_latest_first() -> None:
    later = REVISED + timedelta(days=2)
    told = entry(
        paper(
            revisions=(
                revision("title"),
                revision("abstract"),
                revision("title"),
                revision("authors", seen_at=later),
            )
        )
    ).content
    assert (
        "Changed 2025-10-04: authors</p>\n<p>Changed 2025-10-02: title, before: “before”; abstract: 1 word"
        in told
    )


def test_a_change_that_was_taken_back_within_a_day_is_none() -> None:
    there, back = revision("version"), replace(revision("version"), old="after", new="before")
    assert "Changed" not in entry(paper(revisions=(there, back))).content


def test_the_content_links_to_every_place() -> None:
    assert '<a href="https://arxiv.org/pdf/2510.00017">PDF</a> · <a href=' in entry(paper()).content


def test_dates_are_the_papers_own() -> None:
    found = entry(paper(updated_at=REVISED))
    assert (found.published_at, found.updated_at) == (ANNOUNCED, REVISED)


def test_the_newest_announced_comes_first_whatever_the_order_given() -> None:
    papers = [
        Item(paper(id="2510.00003")),
        Item(paper(id="2510.00001", updated_at=REVISED)),
        Item(paper(id="2509.00009", announced_at=ANNOUNCED + timedelta(seconds=1))),
    ]
    expected = ["info:arxiv/2509.00009", "info:arxiv/2510.00001", "info:arxiv/2510.00003"]
    assert [found.id for found in entries(papers)] == expected
    assert [found.id for found in entries(reversed(papers))] == expected


def test_the_content_gives_the_authors_comment_and_where_the_paper_was_published() -> None:
    content = entry(paper(comment="12 pages, <b>3</b> lanterns", journal_ref="J. Lanterns 7")).content
    assert "Comments: 12 pages, &lt;b&gt;3&lt;/b&gt; lanterns" in content
    assert "Published in: J. Lanterns 7" in content


def test_a_paper_that_came_in_later_keeps_its_date_and_says_when_it_came() -> None:
    later = ANNOUNCED + timedelta(days=3)
    found = entry(paper(), since=later)
    assert (found.published_at, found.updated_at) == (ANNOUNCED, later)


def test_a_paper_that_could_come_in_before_it_was_announced_came_when_it_was() -> None:
    found = entry(paper(), since=ANNOUNCED - timedelta(days=3))
    assert (found.published_at, found.updated_at) == (ANNOUNCED, ANNOUNCED)


def test_a_revision_after_a_paper_came_in_is_the_later_news() -> None:
    assert entry(paper(updated_at=REVISED), since=ANNOUNCED + timedelta(hours=1)).updated_at == REVISED


def test_what_came_in_last_stands_first() -> None:
    old, new = paper(), paper(id="2510.00018", announced_at=ANNOUNCED + timedelta(hours=5))
    items = [Item(new), Item(old, since=ANNOUNCED + timedelta(days=3))]
    assert [found.id for found in entries(items)] == ["info:arxiv/2510.00017", "info:arxiv/2510.00018"]
