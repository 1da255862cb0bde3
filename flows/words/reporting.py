"""What a round did, in Markdown: for someone who looks in once a day."""

from __future__ import annotations

from collections.abc import Sequence

from feeds.site import paths
from feeds.site.frame import Site
from flows.steps.rounds import Round
from flows.steps.syndicating import Published
from flows.steps.telling import as_sentence
from flows.words.markdown import as_text, link, table
from models.records import BAD


def in_words(done: Round, site: Site) -> str:
    """What failed first, then what was read, published and sent, and where to see it."""
    failed = [f"- **{as_text(sentence)}**" for sentence in done.failures] or ["Nothing failed."]
    good = [entry for entry in done.ledger if entry.verdict not in BAD]
    read = [f"- {as_text(as_sentence(entry))}" for entry in good] or ["Nothing."]
    told = done.digested.tally.in_words() if done.digested else "none were to be sent"
    parts = {
        "Failures": "\n".join(failed),
        "Read": "\n".join(read),
        "Feeds that changed": _changed(done.published),
        "Digests": f"{told[0].upper()}{told[1:]}.",
        "To look at": f"{link('The site', site.url(''))}, {link('its status', site.url(paths.STATUS))}.",
    }
    return "\n\n".join(f"## {title}\n\n{text}" for title, text in parts.items())


def feeds_in_words(published: Sequence[Published]) -> str:
    """A row for each feed, its formats side by side."""
    rows = [
        (as_text(slug), f"{files[0].entries:,}", " ".join(map(_format, files)), _state(files))
        for slug, files in _of_feeds(published).items()
    ]
    return table(("feed", "entries", "for readers", ""), rows, numbers=("entries",))


def _changed(published: Sequence[Published]) -> str:
    changed = [files for files in _of_feeds(published).values() if any(file.is_written for file in files)]
    lines = [
        f"- {link(files[0].slug, files[0].url)}: {files[0].entries:,} entries in {len(files)} formats"
        for files in changed
    ]
    return "\n".join(lines) or "None."


def _of_feeds(published: Sequence[Published]) -> dict[str, list[Published]]:
    feeds: dict[str, list[Published]] = {}
    for file in published:
        feeds.setdefault(file.slug, []).append(file)
    return feeds


def _format(file: Published) -> str:
    return link(file.path.suffix[1:], file.url)


def _state(files: Sequence[Published]) -> str:
    return "changed" if any(file.is_written for file in files) else "unchanged"
