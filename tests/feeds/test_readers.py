"""What programs that read feeds get of ours: feedparser, and lemon24's reader, which keeps what it has read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import feedparser
import pytest
from reader import Entry, Reader

from feeds.formats import FORMATS, Format
from feeds.revising import revisions
from tests.feeds.a_reader import a_reader
from tests.feeds.invented import ANNOUNCED, REVISED, feed, paper, revision

EVERY = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.extension)
HOSTILE = '</title><script>alert(1)</script> & "lamps" ]]> <think>'
SHOWN = feed(
    paper(),
    paper(
        id="2510.00018", title=HOSTILE, updated_at=REVISED, revisions=(revision(),), authors=("Bo <b>B</b>",)
    ),
    paper(id="lamp-7", announced_at=ANNOUNCED - timedelta(days=1), links={}, appearances=()),
)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with a_reader(tmp_path) as opened:
        yield opened


def read(reader: Reader, folder: Path, form: Format, document: bytes) -> dict[str, Entry]:
    """The entries by id, after the reader has come by to look at the document."""
    path = folder / f"feed.{form.extension}"
    path.write_bytes(document)
    reader.add_feed(path.name, exist_ok=True)
    reader.update_feed(path.name)
    return {entry.id: entry for entry in reader.get_entries()}


@EVERY
def test_a_reader_gets_ids_titles_links_and_contents(form: Format, reader: Reader, tmp_path: Path) -> None:
    found = read(reader, tmp_path, form, form.write(SHOWN))
    assert {key: (entry.title, entry.link) for key, entry in found.items()} == {
        "info:arxiv/2510.00017": ("Lanterns for Small Models", "https://arxiv.org/abs/2510.00017"),
        "info:arxiv/2510.00018": (HOSTILE, "https://arxiv.org/abs/2510.00018"),
        "urn:uuid:987ff6c2-6111-5603-b774-facf137527a1": (
            "Lanterns for Small Models",
            "https://round.example/papers/papers/lamp-7/",
        ),
    }
    for entry in found.values():
        content = entry.get_content(prefer_summary=form.extension == "rss")
        assert content
        assert content.is_html
        assert "<p>We hang a lantern beside each layer and count what it lights.</p>" in content.value
        assert "<p>Why it is here: lantern</p>" in content.value


@EVERY
def test_a_reader_gets_the_authors_and_the_dates(form: Format, reader: Reader, tmp_path: Path) -> None:
    found = read(reader, tmp_path, form, form.write(SHOWN))["info:arxiv/2510.00017"]
    # Of several authors of Atom this one keeps the last: so the content names them, too.
    assert found.authors_str == ("Bo Beta" if form.extension == "atom" else "Ada Alpha, Bo Beta")
    assert "<p>Ada Alpha, Bo Beta</p>" in str(found)
    assert found.published == ANNOUNCED
    assert found.updated in (ANNOUNCED, None)  # RSS has no word for it


@EVERY
def test_a_reader_that_comes_again_finds_a_revised_entry_changed_and_none_new(
    form: Format, reader: Reader, tmp_path: Path
) -> None:
    before = read(reader, tmp_path, form, form.write(feed(paper())))
    revised = paper(title="Lanterns", updated_at=REVISED, revisions=(revision(),))
    after = read(reader, tmp_path, form, form.write(feed(revised)))
    assert before.keys() == after.keys()
    assert [entry.title for entry in after.values()] == ["Lanterns"]


@EVERY
def test_a_reader_gets_each_revision_as_an_entry_of_its_own(
    form: Format, reader: Reader, tmp_path: Path
) -> None:
    changed = paper(revisions=(revision(), revision("version", seen_at=REVISED + timedelta(days=1))))
    found = read(reader, tmp_path, form, form.write(revisions(feed(changed), date(2025, 10, 1))))
    assert sorted(entry.published for entry in found.values() if entry.published) == [
        REVISED,
        REVISED + timedelta(days=1),
    ]
    assert all(key.startswith("urn:uuid:") for key in found)


@pytest.mark.parametrize("form", FORMATS[:2], ids=lambda form: form.extension)
def test_feedparser_finds_no_fault_and_the_places_of_a_feed(form: Format) -> None:
    shown = feed(paper(), hub="https://hub.example/", previous="https://round.example/old.atom")
    parsed = feedparser.parse(form.write(shown))
    assert not parsed.bozo
    found = {(link.rel, link.href) for link in parsed.feed.links}
    assert {
        ("hub", "https://hub.example/"),
        ("prev-archive", "https://round.example/old.atom"),
        ("self", shown.url(form.extension)),
    } <= found
