"""What every letter stands in: its head, its opening, its foot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from feeds.digests.inlining import inlined, inlined_document
from feeds.digests.letterhead import OUR_NAME, Letterhead
from feeds.digests.lines import line, wrapped
from feeds.rendering import render
from models.mail.letters import LEAVE, MANAGE, Fragment

_SLOT = "\ue010"


@dataclass(frozen=True, slots=True)
class Frame:
    """HTML of a document in three: up to what a mail program shows beside the subject, up to what is read, the end."""

    before: str
    between: str
    after: str


@dataclass(frozen=True, slots=True)
class Foot:
    """What the foot of a digest says, and where its links lead; `cadence` is `daily` or `weekly`."""

    cadence: str
    completeness: str
    status: str
    name: str
    postal: str
    manage: str = MANAGE
    leave: str = LEAVE


@lru_cache(maxsize=16)
def frame(title: str) -> Frame:
    """The frame of letters with this title, which is a text of ours."""
    html = inlined_document(render("mail/frame.html", {"title": title, "slot": _SLOT}))
    return Frame(*(f"{part.strip()}\n" for part in html.split(_SLOT)))


def opening(title: str, lead: str, home: str) -> Fragment:
    """The name, the day, and in a sentence how much there is."""
    html = inlined(render("mail/opening.html", {"title": title, "lead": lead, "home": home}))
    return Fragment(f"{OUR_NAME}\n{wrapped(title)}\n{wrapped(lead)}", html)


def preview(titles: str) -> Fragment:
    """What mail programs show beside the subject; it is no part of the text."""
    return Fragment("", inlined(render("mail/preview.html", {"titles": titles})))


def closing(letterhead: Letterhead, cadence: str, completeness: str, status: str) -> Fragment:
    """How whole the news is, why the letter came, and how to be rid of it."""
    foot = Foot(cadence, line(completeness), status, letterhead.name, letterhead.postal)
    return Fragment(_closing_text(foot), inlined(render("mail/closing.html", foot)))


def _closing_text(foot: Foot) -> str:
    """A reader knows by `-- ` on a line of its own where the foot begins (RFC 3676, section 4.3)."""
    whole = f"\n{wrapped(f'Read for this digest: {foot.completeness}')}  {foot.status}\n"
    why = f"You get this because you asked {foot.name} for a {foot.cadence} digest. Nothing in it tells anyone whether you have read it."
    return (
        (whole if foot.completeness else "")
        + f"\n-- \n{wrapped(why)}\n"
        + f"Change what you get:\n  {foot.manage}\n"
        + f"Unsubscribe:\n  {foot.leave}\n"
        + (f"\n{wrapped(foot.postal)}" if foot.postal else "")
    )
