"""Digests of 30 papers for many readers, each letter by itself and of shared pieces: CPU, and ratios.

`python -m benchmarks.letters [--letters N] [--rounds N]`
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import count
from random import Random

from benchmarks.invented import FIRST_DAY, entries
from benchmarks.measuring import Contender, Work, medians, print_table
from feeds.digests import framing, papers, sections
from feeds.digests.composing import Composer
from feeds.digests.digest import Composed, Digest, Section, Told
from feeds.digests.letterhead import make_letterhead
from feeds.digests.message import Reader, build
from feeds.digests.subjects import lead, preview, subject, title
from feeds.site.frame import Site
from flows.cli import COLLECTED_AFTER
from flows.sources.huggingface_entries import records
from models.mail.delivery import Delivery, Kind
from models.mail.letters import LEAVE, MANAGE, Fragment, Letter
from models.mail.tokens import Keys
from models.papers import Paper
from models.records import PaperRecord

_SITE = Site("https://round.example")
_LETTERHEAD = make_letterhead("Paper Round <digest@round.example>", None, _SITE.public_url, "1 Mill Lane")
_AT = datetime.combine(FIRST_DAY, time(7), UTC)
_KEYS = Keys(b"a secret of the benchmark")
_TOPICS = 50
_CHOSEN = 3
_EACH = 10
"""Papers of each topic that a reader has chosen: 30 in a letter."""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    gc.set_threshold(COLLECTED_AFTER)  # as the command does
    house = _House(asked.letters)
    contenders: dict[str, Contender] = {
        "each by itself, EmailMessage": house.plainly,
        "composed and built": house.whole,
        ". composed": house.composing,
        ". built": house.building,
    }
    seconds = medians(contenders, asked.rounds)
    size = len(_plainly(0, _digests(1, 0)[0]))
    print(
        f"CPU, median of {asked.rounds} rounds; {asked.letters:,} letters of {_CHOSEN * _EACH} papers, of"
        f" {size / 1e3:.0f} kB, without DKIM\n"
    )
    plain = seconds["each by itself, EmailMessage"]
    rows = [
        [name, f"{1e3 * found / asked.letters:.2f}", f"{found / plain:.3f}"]
        for name, found in seconds.items()
    ]
    print_table(("", "ms a letter", "x each by itself"), rows)


@dataclass
class _House:
    """So many digests; each contender has them of papers of its own, of which nothing is kept from before."""

    letters: int
    first: Iterator[int] = field(default_factory=lambda: count(0, _TOPICS * _EACH))

    def plainly(self) -> Work:
        """Each letter by itself."""
        digests = self._digests()
        return lambda: [len(_plainly(n, each)) for n, each in enumerate(digests)]

    def whole(self) -> Work:
        """All of it."""
        digests, composer = self._digests(), Composer(_SITE, _LETTERHEAD)
        return lambda: [len(_built(n, composer.compose(each))) for n, each in enumerate(digests)]

    def composing(self) -> Work:
        """What is done when letters are planned."""
        digests, composer = self._digests(), Composer(_SITE, _LETTERHEAD)
        return lambda: [composer.compose(each) for each in digests]

    def building(self) -> Work:
        """What is done when they are sent."""
        composed = list(map(Composer(_SITE, _LETTERHEAD).compose, self._digests()))
        return lambda: [len(_built(n, each)) for n, each in enumerate(composed)]

    def _digests(self) -> list[Digest]:
        return _digests(self.letters, next(self.first))


def _built(number: int, composed: Composed) -> bytes:
    fragments = {fragment.key: fragment for fragment in composed.fragments}
    delivery, reader = _addressed(number, composed.letter)
    return build(delivery, fragments, reader, _LETTERHEAD, None).content


def _plainly(number: int, digest: Digest) -> bytes:
    """A letter as one makes it who has one reader: all of it rendered, styles put in, the rest left to `email`."""
    delivery, reader = _addressed(number, Letter(subject(digest), ()))
    pieces = list(_rendered(digest))
    links = {LEAVE: _LETTERHEAD.leave_url(reader.leave), MANAGE: _LETTERHEAD.manage_url(reader.manage)}
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(_LETTERHEAD.name, addr_spec=_LETTERHEAD.address)
    made["To"] = reader.address
    made["Subject"] = delivery.letter.subject
    made["Date"] = format_datetime(delivery.planned_at)
    made["Message-ID"] = f"<{delivery.id}@{_LETTERHEAD.domain}>"
    made["List-Unsubscribe"] = f"<{links[LEAVE]}>, <{_LETTERHEAD.leave_mail(reader.leave)}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(_filled("".join(piece.text for piece in pieces), links), cte="quoted-printable")
    html = _filled("".join(piece.html for piece in pieces), links)
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    return made.as_bytes()


def _rendered(digest: Digest) -> Iterator[Fragment]:
    name = title(digest)
    frame = framing.frame(name)
    opening = framing.opening(name, lead(digest), _SITE.url(""))
    yield framing.preview(preview(digest))
    yield Fragment(opening.text, frame.before + frame.between + opening.html)
    for section in digest.sections:
        yield sections.heading(section, _SITE)
        yield from (papers.fragment(section.kind, told, (), _SITE) for told in section.papers)
    closing = framing.closing(_LETTERHEAD, digest.kind.value, digest.completeness, _SITE.url("status/"))
    yield Fragment(closing.text, closing.html + frame.after)


def _filled(text: str, links: Mapping[str, str]) -> str:
    for mark, url in links.items():
        text = text.replace(mark, url)
    return text


def _addressed(number: int, letter: Letter) -> tuple[Delivery, Reader]:
    token = _KEYS.delivery_id(number, "token", "")
    delivery = Delivery(
        id=_KEYS.delivery_id(number, Kind.DAILY, _AT.date().isoformat()),
        subscriber_id=number,
        address=f"reader-{number}@reader.example",
        token=token,
        generation=1,
        kind=Kind.DAILY,
        period=_AT.date().isoformat(),
        letter=letter,
        planned_at=_AT,
        stale_at=_AT,
        attempts=0,
    )
    return delivery, Reader(delivery.address, token, _KEYS.manage(number, 1), _KEYS.confirm(number, _AT))


def _digests(number: int, first: int) -> list[Digest]:
    """For each reader three of fifty topics, each of which has ten papers; `first` numbers the first paper."""
    chance = Random(0)
    shelf = [
        Section("topic", f"Topic {topic}", f"topics/topic-{topic}/", _told(first + topic * _EACH))
        for topic in range(_TOPICS)
    ]
    since = _AT - timedelta(days=1)
    return [
        Digest(
            Kind.DAILY, FIRST_DAY, tuple(chance.sample(shelf, _CHOSEN)), "arXiv up to 5 January 2026.", since
        )
        for _ in range(number)
    ]


def _told(first: int) -> tuple[Told, ...]:
    found, _ = records(entries(_EACH, FIRST_DAY, first), _SITE.public_url)
    return tuple(Told(_paper(record), f"{record.title.split()[0]}, {first}") for record in found)


def _paper(record: PaperRecord) -> Paper:
    return Paper(
        id=record.id,
        seq=record.rank,
        title=record.title,
        abstract=record.abstract,
        authors=record.authors,
        first_listed=FIRST_DAY,
        announced_at=_AT,
        updated_at=_AT,
        links=record.links,
        votes=record.votes,
    )


if __name__ == "__main__":
    main()
