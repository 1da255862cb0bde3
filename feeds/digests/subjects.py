"""What a digest says of itself: its subject, its title, and in a sentence how much it holds."""

from __future__ import annotations

from collections.abc import Iterator

from feeds.digests.digest import Digest, Section, SectionKind
from feeds.digests.letterhead import OUR_NAME
from feeds.digests.lines import line, shortened
from feeds.site.words import DAYS, MONTHS, count, long_day, short_day
from models.mail.delivery import Kind

LONGEST = 60
"""Characters of a subject that a list of mails shows; said in fewer words where it has more."""

_PREVIEWED = 3
_PREVIEWED_TITLE = 80


def subject(digest: Digest) -> str:
    """One line of ASCII, of one day or week alone: no program takes two digests for one conversation."""
    held = list(_held(digest))
    brief = [each.replace(" papers", "").replace(" paper", "") for each in held]
    day, month = digest.day.day, MONTHS[digest.day.month - 1]
    if digest.kind is Kind.WEEKLY:
        when, when_briefly = f"week to {day} {month}", f"week to {day} {month[:3]}"
    else:
        when, when_briefly = f"{DAYS[digest.day.weekday()]} {day} {month}", short_day(digest.day)
    texts = [
        f"{OUR_NAME}, {moment}: {', '.join(said)}"
        for moment, said in ((when, held), (when, brief), (when_briefly, brief))
    ]
    return next((text for text in texts if len(text) <= LONGEST), texts[-1])


def title(digest: Digest) -> str:
    """The day or week."""
    day = long_day(digest.day)
    return f"The week to {day}" if digest.kind is Kind.WEEKLY else day


def lead(digest: Digest) -> str:
    """How much it holds, or that it holds nothing and why it comes nonetheless."""
    if not any(_ids(digest.sections, *_KINDS)):
        return "Nothing new in your topics, and nothing was revised, since your last digest. You asked to hear of that."
    topics = sum(1 for section in digest.sections if section.kind == "topic" and section.papers)
    held = list(_held(digest))
    if topics > 1 and "new" in held[0]:
        held[0] += f" in {topics:,} topics"
    said = held[0] if len(held) == 1 else f"{', '.join(held[:-1])} and {held[-1]}"
    return f"{said[:1].upper()}{said[1:]}."


def preview(digest: Digest) -> str:
    """What mail programs show beside the subject: the first titles; "" for a digest that holds nothing."""
    papers = [told.paper for section in digest.sections for told in section.papers[:_PREVIEWED]]
    titles = (shortened(line(paper.title), _PREVIEWED_TITLE) for paper in papers[:_PREVIEWED])
    return "; ".join(filter(None, titles))


_KINDS: tuple[SectionKind, ...] = ("topic", "trending", "revised", "withdrawn")


def _held(digest: Digest) -> Iterator[str]:
    """`12 new papers`, `2 revised`, `1 withdrawn`, or `nothing new`."""
    new, revised, withdrawn = (
        len(_ids(digest.sections, *kinds)) for kinds in (_KINDS[:2], _KINDS[2:3], _KINDS[3:])
    )
    if new:
        yield count(new, "new paper")
    if revised:
        yield f"{revised:,} revised"
    if withdrawn:
        yield f"{withdrawn:,} withdrawn"
    if not (new or revised or withdrawn):
        yield "nothing new"


def _ids(sections: tuple[Section, ...], *kinds: SectionKind) -> set[str]:
    return {told.paper.id for section in sections if section.kind in kinds for told in section.papers}
