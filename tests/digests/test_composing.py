"""A digest as a letter: what it says of itself, what has room in it, what it shares with others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.digests.composing import MOST_BYTES, MOST_PAPERS, Composer
from feeds.digests.digest import Digest, Section, SectionKind, Told
from feeds.digests.subjects import LONGEST, subject
from models.mail.delivery import Kind
from models.mail.letters import LEAVE, MANAGE
from tests.digests.letters import (
    COMPLETENESS,
    LETTERHEAD,
    NOW,
    SINCE,
    SITE,
    compose,
    digest,
    html_of,
    message,
    paper,
    parsed,
    revision,
    section,
    text_of,
    topic,
)

KINDS: list[SectionKind] = ["topic", "trending", "revised", "withdrawn"]
HUGE = "🌊<&\"' word word. Word " * 300
SECTIONS = st.builds(
    lambda kind, title, first, size, text: Section(
        kind,
        title,
        "topics/some-topic/",
        tuple(
            Told(paper(first + n, title=text, abstract=text * 9, authors=(text,) * 9), text, (text,) * 5)
            for n in range(size)
        ),
    ),
    st.sampled_from(KINDS),
    st.sampled_from(["A topic", "&" * 200, "🌊" * 200, ""]),
    st.integers(1, 50_000),
    st.sampled_from([0, 1, 2, 45, 1_000]),
    st.sampled_from([HUGE, "A title", "<" * 400, "論" * 400]),
)


@settings(max_examples=12)
@given(st.lists(SECTIONS, max_size=3), st.sampled_from([1, 60]))
def test_no_letter_is_so_large_that_gmail_cuts_it(sections: list[Section], times: int) -> None:
    composed = compose(*sections * times, completeness=HUGE[:1_000])
    assert len(html_of(composed).encode()) < MOST_BYTES
    body = parsed(message(composed).content).get_body(("html",))
    assert body is not None
    assert len(body.get_content().encode()) < 100_000
    assert text_of(composed).count(f"{SITE.public_url}/papers/") <= MOST_PAPERS
    papers = {told.paper.id for each in sections for told in each.papers}
    assert set(composed.told) <= papers
    assert len(composed.told) + composed.counted == len(papers)


def test_what_has_no_room_is_counted() -> None:
    composed = compose(topic(*(paper(n) for n in range(1, 101))))
    text = text_of(composed)
    assert "Language models (100 new papers)\n" in text
    assert "60 more on the site:\n  https://papers.example/topics/language-models/\n" in text
    assert ">60 more</a>" in html_of(composed)
    assert composed.told == tuple(f"2611.{n:05}" for n in range(1, 41))
    assert composed.counted == 60


def test_a_small_section_keeps_its_room_beside_a_large_one() -> None:
    text = text_of(
        compose(
            topic(*(paper(n) for n in range(1, 101))),
            topic(paper(200), title="Agents", slug="agents"),
            section("revised", *(paper(n) for n in range(300, 305))),
            section("withdrawn", paper(400)),
        )
    )
    assert text.count("Tidepool 2") == 12  # 2, 20 to 29, and 200
    assert "Tidepool 200:" in text
    assert all(f"Tidepool {n}:" in text for n in (*range(300, 305), 400))


def test_what_was_withdrawn_has_room_before_anything_new() -> None:
    topics = [topic(paper(n), title=f"Topic {n}") for n in range(1, 61)]
    composed = compose(*topics, section("revised", paper(70)), section("withdrawn", paper(80)))
    assert {"2611.00070", "2611.00080"} < set(composed.told)
    assert "2611.00039" not in composed.told


def test_a_section_without_room_is_named_with_its_page() -> None:
    topics = [topic(paper(n), title=f"Topic {n}", slug=f"topic-{n}") for n in range(1, 61)]
    text = text_of(compose(*topics))
    assert "Topic 40 (1 new paper)\n----------------------\n" in text
    assert "Topic 41 (1 new paper)\n  https://papers.example/topics/topic-41/\n" in text
    assert "And 8 papers in 8 further sections:\n  https://papers.example/\n" in text


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (digest(), "Paper Round, Friday 20 November: nothing new"),
        (digest(topic(paper())), "Paper Round, Friday 20 November: 1 new paper"),
        (
            digest(topic(paper(1), paper(2)), section("revised", paper(3))),
            "Paper Round, Friday 20 November: 2 new papers, 1 revised",
        ),
        (
            digest(topic(paper(1)), section("revised", paper(3)), section("withdrawn", paper(4))),
            "Paper Round, Fri 20 Nov: 1 new, 1 revised, 1 withdrawn",
        ),
        (
            digest(topic(paper()), kind=Kind.WEEKLY, day=date(2026, 11, 23)),
            "Paper Round, week to 23 November: 1 new paper",
        ),
        (digest(section("withdrawn", paper())), "Paper Round, Friday 20 November: 1 withdrawn"),
        (digest(section("trending")), "Paper Round, Friday 20 November: nothing new"),
    ],
)
def test_the_subject_says_what_comes(found: Digest, said: str) -> None:
    assert Composer(SITE, LETTERHEAD).compose(found).letter.subject == said


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from([Kind.DAILY, Kind.WEEKLY]))
def test_every_subject_fits_and_is_of_its_day_alone(day: date, kind: Kind) -> None:
    full = digest(topic(paper(1)), section("revised", paper(2)), section("withdrawn", paper(3)), kind=kind)
    for found in (full, digest(topic(paper()), kind=kind), digest(kind=kind)):
        said = subject(found._replace(day=day))
        assert len(said) <= LONGEST
        assert said.isascii()
        assert said != subject(found._replace(day=day + timedelta(days=7)))


def test_a_paper_in_two_sections_counts_once() -> None:
    composed = compose(topic(paper(1)), section("trending", paper(1)))
    assert composed.letter.subject.endswith(": 1 new paper")
    assert composed.told == ("2611.00001",)


def test_an_empty_digest_says_so_and_why_it_comes() -> None:
    composed = compose()
    text = " ".join(text_of(composed).split())
    assert "Nothing new in your topics, and nothing was revised, since your last digest." in text
    assert "You asked to hear of that." in text
    assert COMPLETENESS in text
    assert composed.told == ()


@pytest.mark.parametrize(("kind", "cadence"), [(Kind.DAILY, "daily"), (Kind.WEEKLY, "weekly")])
def test_both_parts_say_why_they_come_how_whole_they_are_and_how_to_leave(kind: Kind, cadence: str) -> None:
    composed = compose(topic(paper()), kind=kind)
    for part in (text_of(composed), html_of(composed)):
        flat = " ".join(part.split())
        assert f"You get this because you asked Paper Round for a {cadence} digest." in flat
        assert COMPLETENESS in flat
        assert "1 Mill Lane, Reading" in flat
        assert (flat.count(LEAVE), flat.count(MANAGE)) == (1, 1)
    assert "\n-- \n" in text_of(composed)


def test_what_is_seen_beside_the_subject_are_the_first_titles() -> None:
    html = html_of(compose(topic(paper(1), paper(2)), topic(paper(3))))
    before, _, _ = html.partition("<table")
    assert "Tidepool 1: Spending Steps Where the Image Moves; Tidepool 2:" in before


def test_every_piece_is_whole_lines() -> None:
    composed = compose(topic(*(paper(n) for n in range(1, 60))), section("revised", paper(99)))
    for piece in composed.fragments:
        assert piece.html.endswith("\n")
        assert not piece.text or piece.text.endswith("\n")


def test_the_same_digest_gives_the_same_letter() -> None:
    found = digest(topic(paper(1), paper(2)), section("revised", paper(3)))
    composer = Composer(SITE, LETTERHEAD)
    assert composer.compose(found) == composer.compose(found) == Composer(SITE, LETTERHEAD).compose(found)


def test_letters_share_the_papers_that_they_tell_in_the_same_words() -> None:
    composer = Composer(SITE, LETTERHEAD)
    first = composer.compose(digest(topic(paper(1)), topic(paper(2), title="Agents")))
    second = composer.compose(digest(topic(Told(paper(2)), Told(paper(1), "another reason"))))
    shared = set(first.letter.pieces) & set(second.letter.pieces)
    assert sum("Tidepool 2:" in piece.text for piece in first.fragments if piece.key in shared) == 1
    assert not any("Tidepool 1:" in piece.text for piece in first.fragments if piece.key in shared)


def test_changes_that_were_told_are_not_told_again() -> None:
    early, late = (
        revision("title", old, "Tidepool", NOW - ago)
        for old, ago in (("Dawn", timedelta(hours=9)), ("Dusk", timedelta(hours=1)))
    )
    of = paper(revisions=(early, late))
    composer = Composer(SITE, LETTERHEAD)
    whole = text_of(composer.compose(digest(section("revised", Told(of, since=SINCE)))))
    rest = text_of(composer.compose(digest(section("revised", Told(of, since=NOW - timedelta(hours=2))))))
    own = text_of(composer.compose(digest(section("revised", of), since=NOW - timedelta(hours=2))))
    assert ("Dawn" in whole, "Dawn" in rest, "Dusk" in rest) == (True, False, True)
    assert own == rest


def test_new_votes_make_a_new_piece() -> None:
    composer = Composer(SITE, LETTERHEAD)
    assert "31 votes" in text_of(composer.compose(digest(topic(paper()))))
    assert "32 votes" in text_of(composer.compose(digest(topic(paper(votes=32)))))
