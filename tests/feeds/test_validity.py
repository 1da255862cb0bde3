"""Every document is valid: Atom by the grammar of RFC 4287, JSON Feed by its specification."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.feed import Archive, Feed, archived
from feeds.json_feed import json_feed
from feeds.revising import revisions
from feeds.syndication import atom
from models.papers import Observation
from tests.feeds.invented import ANNOUNCED, REVISED, feed, paper, revision
from tests.feeds.validity import atom_faults, schema

FULL = feed(
    paper(observations=(Observation(ANNOUNCED, 3, None, None),)),
    paper(id="2510.00018", updated_at=REVISED, revisions=(revision("title"), revision("version"))),
    paper(id="10.1101/2025.10.01.123456", appearances=(), withdrawn=True),
    paper(id="lamp-7", authors=(), links={}, appearances=(), abstract="", organization="", categories=()),
    hub="https://hub.example/",
    previous="https://round.example/papers/feeds/small-models/2025-09.atom",
    newest=date(2025, 10, 3),
)
OLD = Archive("2025-09", "https://round.example/a", "https://round.example/b", "https://round.example/c")
SHOWN = {
    "empty": feed(),
    "full": FULL,
    "revisions": revisions(FULL, date(2025, 10, 1)),
    "combined": replace(FULL, query="topics=a,b&x=1"),
}
EVERY = pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"<id>info:arxiv/2510.00017</id>", b""),
        (b'rel="related"', b'rel=""'),
        (b'<content type="html">', b'<content type="CDATA">'),
        (b"T03:30:05+00:00", b"T03:30:05"),
        (b"</entry>", b"<updated>2025-10-01T03:30:05Z</updated></entry>"),
        (b"<name>Ada Alpha</name>", b""),
    ],
    ids=["no id", "no relation", "CDATA", "no zone", "two times", "no name"],
)
def test_the_grammar_refuses_what_the_rfc_does(right: bytes, wrong: bytes) -> None:
    assert atom_faults(atom(FULL)) == []
    assert atom_faults(atom(FULL).replace(right, wrong))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"id": "info:arxiv/2510.00017", ', ""),
        ('"id": "info:arxiv/2510.00017"', '"id": 2510.00017'),
        ('"items"', '"entries"'),
        ("version/1.1", "version/1"),
        ('"mime_type"', '"type"'),
        ("T03:30:05+00:00", " 03:30:05"),
        ("_paper_round", "paper_round"),
    ],
)
def test_the_schema_refuses_what_the_specification_does(right: str, wrong: str) -> None:
    assert right in json_feed(FULL).decode()
    assert not schema().is_valid(json.loads(json_feed(FULL).decode().replace(right, wrong)))


@EVERY
def test_atom_is_valid(shown: Feed) -> None:
    assert atom_faults(atom(shown)) == []


def test_an_archive_document_is_valid_atom() -> None:
    assert atom_faults(atom(archived(FULL, OLD))) == []


@EVERY
def test_json_feed_is_valid(shown: Feed) -> None:
    schema().validate(json.loads(json_feed(shown)))


@given(text=st.text(st.characters()))
def test_any_text_gives_valid_documents(text: str) -> None:
    changed = tuple(
        replace(revision(name, seen_at=REVISED + timedelta(days=n)), old=text, new=f"{text} {n}")
        for n, name in enumerate(("title", "abstract", text))
    )
    hostile = paper(
        id=text, title=text, abstract=text, authors=(text,), categories=(text,), links={"code": f"https://x/{text}"},
        comment=text, journal_ref=text, doi=f"10.1000/{text}", organization=text, revisions=changed,
    )  # fmt: skip
    shown = feed(hostile, reason=text, title=text, description=text)
    for each in (shown, revisions(shown, date(2025, 10, 1))):
        assert atom_faults(atom(each)) == []
        schema().validate(json.loads(json_feed(each)))
