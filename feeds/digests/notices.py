"""Letters to one who has asked for digests. They hold nothing that was typed into a form, not even the address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from feeds.digests.digest import Composed
from feeds.digests.framing import frame
from feeds.digests.inlining import inlined
from feeds.digests.letterhead import OUR_NAME, Letterhead
from feeds.digests.lines import wrapped
from feeds.rendering import render
from models.mail.delivery import Kind
from models.mail.letters import CONFIRM, LEAVE, MANAGE, Fragment, Letter
from models.mail.tokens import CONFIRM_WITHIN


@dataclass(frozen=True, slots=True)
class _Notice:
    """What stands in the letter: sentences, one link as a button, sentences; "" for no second link."""

    title: str
    before: tuple[str, ...]
    href: str
    button: str
    after: tuple[str, ...]
    home: str
    postal: str
    leave: str = ""


@lru_cache(maxsize=16)
def notice(kind: Kind, letterhead: Letterhead) -> Composed:
    """The letter that asks for a confirmation (CONFIRM), or says that digests come already (KNOWN).

    ValueError for any other kind.
    """
    said = _said(kind, letterhead)
    around = frame(f"{OUR_NAME}: {said.title}")
    html = around.before + around.between + inlined(render("mail/notice.html", said)) + around.after
    piece = Fragment(_text(said), html)
    return Composed(Letter(f"{OUR_NAME}: {said.title}", (piece.key,)), (piece,), told=())


def _said(kind: Kind, letterhead: Letterhead) -> _Notice:
    home, postal = f"{letterhead.public_url}/", letterhead.postal
    if kind is Kind.CONFIRM:
        return _Notice(
            title="please confirm",
            before=(
                f"Someone, you we hope, has asked for digests of new papers from {letterhead.name} to this address.",
                "They come once you have confirmed it:",
            ),
            href=CONFIRM,
            button="Confirm",
            after=(
                f"The link holds for {CONFIRM_WITHIN.days} days.",
                "Was it not you? Then do nothing: no digest comes, and an address that was never confirmed is deleted.",
            ),
            home=home,
            postal=postal,
        )
    if kind is Kind.KNOWN:
        return _Notice(
            title="you get digests already",
            before=(
                f"Someone, you we hope, has asked for digests from {letterhead.name} to this address. It gets them"
                " already, so nothing was changed.",
                "What comes, how often and at what hour, you choose here:",
            ),
            href=MANAGE,
            button="Change what you get",
            after=("Was it not you? Then there is nothing that you have to do.",),
            home=home,
            postal=postal,
            leave=LEAVE,
        )
    raise ValueError(f"{kind} is no notice")


def _text(it: _Notice) -> str:
    paragraphs = [OUR_NAME, *it.before]
    text = "\n".join(map(wrapped, paragraphs)) + f"\n  {it.href}\n\n"
    text += "\n".join(map(wrapped, it.after))
    if it.leave:
        text += f"\nUnsubscribe:\n  {it.leave}\n"
    return text + (f"\n-- \n{wrapped(it.postal)}" if it.postal else "")
