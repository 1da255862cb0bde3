"""Invented papers, digests and deliveries, and letters as a reader's program takes them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import strict
from typing import Any

from feeds.digests.composing import Composer
from feeds.digests.digest import Composed, Digest, Section, Told
from feeds.digests.letterhead import Letterhead, make_letterhead
from feeds.digests.message import Message, Reader, build
from feeds.digests.signing import Sign
from feeds.site.frame import Site
from models.mail.delivery import Delivery, Kind
from models.mail.letters import Letter
from models.papers import Paper, Revision, Weight

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
SINCE = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
SITE = Site("https://papers.example")
TOKEN = "abcdefghijklmnopqrstuvwxyz"
DELIVERY_ID = "zyxwvutsrqponmlkjihgfedcba"
READER = Reader("ada@reader.example", TOKEN, f"17.1.{TOKEN}", f"17.1795000000.{TOKEN}")
LETTERHEAD = make_letterhead(
    "Paper Round <digest@papers.example>", None, SITE.public_url, "1 Mill Lane, Reading"
)
COMPLETENESS = "arXiv up to 20 November 2026; Hugging Face up to 20 November 2026."
ABSTRACT = (
    "A sampler that looks at what is already visible in a half-finished image. It gives the remaining steps to the"
    " regions that are still uncertain, and it halves the time of generation at equal preference."
)
"""Of 198 characters: it stands whole in a digest."""


def paper(number: int = 1, **values: Any) -> Paper:
    """An invented paper."""
    given: dict[str, Any] = {
        "id": f"2611.{number:05}",
        "seq": number,
        "title": f"Tidepool {number}: Spending Steps Where the Image Moves",
        "abstract": ABSTRACT,
        "authors": ("Ingrid Vassmoen", "Paweł Brzostowski", "Meera Thoppil-Nair"),
        "first_listed": DAY,
        "announced_at": NOW,
        "updated_at": NOW,
        "organization": "Lumen Fjord Lab",
        "votes": 31,
        "links": {"code": f"https://code.example/tidepool-{number}"},
    }
    return Paper(**(given | values))


def revision(field: str, old: object, new: object, at: datetime = NOW) -> Revision:
    """A change that a reader would notice."""
    return Revision(field, old, new, at, "arxiv", Weight.NOTICED)


def topic(*papers: Told | Paper, title: str = "Language models", slug: str = "language-models") -> Section:
    """A section of a topic."""
    return Section("topic", title, f"topics/{slug}/", tuple(map(_told, papers)))


def section(kind: Any, *papers: Told | Paper) -> Section:
    """A section of another kind."""
    return Section(kind, str(kind).title(), "", tuple(map(_told, papers)))


def _told(of: Told | Paper) -> Told:
    return of if isinstance(of, Told) else Told(of)


def digest(*sections: Section, **values: Any) -> Digest:
    """A daily digest."""
    return Digest(Kind.DAILY, DAY, sections, COMPLETENESS, SINCE)._replace(**values)


def compose(*sections: Section, **values: Any) -> Composed:
    """The letter of a daily digest."""
    return Composer(SITE, LETTERHEAD).compose(digest(*sections, **values))


def html_of(composed: Composed) -> str:
    """The HTML of a letter, marks in it."""
    found = {fragment.key: fragment for fragment in composed.fragments}
    return "".join(found[key].html for key in composed.letter.pieces)


def text_of(composed: Composed) -> str:
    """The text of a letter, marks in it."""
    found = {fragment.key: fragment for fragment in composed.fragments}
    return "".join(found[key].text for key in composed.letter.pieces)


def delivery(letter: Letter, kind: Kind = Kind.DAILY, **values: Any) -> Delivery:
    """A delivery of a letter, as a worker has claimed it."""
    found = Delivery(
        id=DELIVERY_ID,
        subscriber_id=17,
        address=READER.address,
        token=TOKEN,
        generation=1,
        kind=kind,
        period=DAY.isoformat(),
        letter=letter,
        planned_at=NOW,
        stale_at=NOW,
        attempts=0,
    )
    return replace(found, **values)


def message(
    composed: Composed,
    kind: Kind = Kind.DAILY,
    *,
    reader: Reader = READER,
    letterhead: Letterhead = LETTERHEAD,
    sign: Sign | None = None,
    **values: Any,
) -> Message:
    """The message of a letter."""
    fragments = {fragment.key: fragment for fragment in composed.fragments}
    return build(delivery(composed.letter, kind, **values), fragments, reader, letterhead, sign)


def parsed(content: bytes) -> EmailMessage:
    """A message as Python's own parser has it, which raises for any defect."""
    found = message_from_bytes(content, policy=strict)
    assert isinstance(found, EmailMessage)
    defects: Sequence[object] = [defect for part in found.walk() for defect in part.defects]
    assert not defects
    return found
