"""Makes a letter of a digest: what has room, in pieces that other letters share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from feeds.digests import framing, papers, sections
from feeds.digests.digest import Composed, Digest, Section, Told
from feeds.digests.fitting import Shelf, fit
from feeds.digests.kept import Kept
from feeds.digests.letterhead import OUR_NAME, Letterhead
from feeds.digests.subjects import lead, preview, subject, title
from feeds.site.frame import Site
from feeds.site.paths import STATUS
from models.mail.letters import Fragment, Letter

MOST_BYTES = 95_000
"""Bytes of HTML at most, in UTF-8: past 102 kB Gmail cuts a letter, and with it the way out (Google does not say
where; senders have measured it)."""
MOST_PAPERS = 40

_LINKS = 1_000
"""Bytes by which the links of one reader may be longer than the marks in whose places they are put."""
_ELSEWHERE = 12_000
"""Bytes at most of a list of sections without room."""
_KEPT_PAPERS = 4_000
_KEPT_PARTS = 1_000
_FIRST = ("revised", "withdrawn")


class Composer:
    """Makes letters, and keeps the pieces that it has made. For one thread."""

    def __init__(self, site: Site, letterhead: Letterhead) -> None:
        self._site = site
        self._letterhead = letterhead
        self._papers: Kept[Fragment] = Kept(_KEPT_PAPERS)
        self._parts: Kept[Fragment] = Kept(_KEPT_PARTS)

    def compose(self, digest: Digest) -> Composed:
        """The letter of a digest: HTML of less than MOST_BYTES, at most MOST_PAPERS papers, the rest counted.

        The same digest gives the same letter. Papers are told from one another by `id`, `seq` and votes.
        """
        found = [section for section in digest.sections if section.papers]
        around = self._around(digest)
        room = MOST_BYTES - _LINKS - sum(map(_size, around))
        shown = self._shown(found, digest.since, room)
        pieces = [*around[:-1], *self._sections(found, shown, digest.since), around[-1]]
        told = dict.fromkeys(
            told.paper.id
            for section, number in zip(found, shown, strict=True)
            for told in section.papers[:number]
        )
        return Composed(
            letter=Letter(subject(digest), tuple(piece.key for piece in pieces)),
            fragments=tuple({piece.key: piece for piece in pieces}.values()),
            told=tuple(told),
            counted=len({told.paper.id for section in found for told in section.papers}) - len(told),
        )

    def _around(self, digest: Digest) -> list[Fragment]:
        """What comes before the sections, and as the last one what comes after them."""
        name = title(digest)
        frame = framing.frame(f"{OUR_NAME}: {name}")
        said, home, cadence = lead(digest), self._site.url(""), digest.kind.value
        opening = self._parts.get(("opening", name, said), lambda: framing.opening(name, said, home))
        closing = self._parts.get(
            ("closing", cadence, digest.completeness),
            lambda: framing.closing(self._letterhead, cadence, digest.completeness, self._site.url(STATUS)),
        )
        titles = preview(digest)
        return [
            Fragment("", frame.before),
            *([framing.preview(titles)] if titles else []),
            Fragment(opening.text, frame.between + opening.html),
            Fragment(closing.text, closing.html + frame.after),
        ]

    def _shown(self, found: Sequence[Section], since: datetime, room: int) -> list[int]:
        """How many papers of each section have room."""
        shown = self._fitted(found, since, room)
        return shown if all(shown) else self._fitted(found, since, room - _ELSEWHERE)

    def _sections(
        self, found: Sequence[Section], shown: Sequence[int], since: datetime
    ) -> Iterator[Fragment]:
        for section, number in zip(found, shown, strict=True):
            if number:
                yield self._heading(section)
                yield from (self._paper(section, told, since) for told in section.papers[:number])
            if 0 < number < len(section.papers):
                yield self._more(section, len(section.papers) - number)
        without = [section for section, number in zip(found, shown, strict=True) if not number]
        if without:
            yield sections.elsewhere(without, self._site)

    def _fitted(self, found: Sequence[Section], since: datetime, room: int) -> list[int]:
        return fit([self._shelf(section, since) for section in found], room, MOST_PAPERS)

    def _shelf(self, section: Section, since: datetime) -> Shelf:
        around = _size(self._heading(section)) + _size(self._more(section, len(section.papers)))
        sizes = (_size(self._paper(section, told, since)) for told in section.papers)
        return Shelf(around, sizes, section.kind in _FIRST)

    def _heading(self, section: Section) -> Fragment:
        key = ("heading", *section[:3], len(section.papers))
        return self._parts.get(key, lambda: sections.heading(section, self._site))

    def _more(self, section: Section, number: int) -> Fragment:
        key = ("more", *section[:3], number)
        return self._parts.get(key, lambda: sections.more(section, number, self._site))

    def _paper(self, section: Section, told: Told, since: datetime) -> Fragment:
        paper, why, also, own_since = told
        is_revised = section.kind == "revised"
        revisions = papers.later(paper, own_since or since) if is_revised else ()
        key = (section.kind, paper.id, paper.seq, paper.votes, why, also, len(revisions))
        return self._papers.get(key, lambda: papers.fragment(section.kind, told, revisions, self._site))


def _size(fragment: Fragment) -> int:
    return len(fragment.html.encode())
