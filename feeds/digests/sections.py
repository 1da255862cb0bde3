"""What stands around the papers of a section: its heading, how many more there are, and sections without room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feeds.digests.digest import Section
from feeds.digests.inlining import inlined
from feeds.digests.lines import COLUMNS, line, shortened, width, wrapped
from feeds.rendering import render
from feeds.site.frame import Site
from feeds.site.words import count
from models.mail.letters import Fragment

_TITLE = 80
_NOUNS = {"topic": "new paper", "trending": "paper", "revised": "paper", "withdrawn": "paper"}
_TITLES = {"revised": "Revised since your last digest", "withdrawn": "Withdrawn"}
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A section in words: clean lines, and the absolute URL of its page."""

    title: str
    href: str
    count: str


def heading(section: Section, site: Site) -> Fragment:
    """The title of a section, which leads to its page, and how many papers it has."""
    part = _part(section, len(section.papers), site)
    title = f"{part.title} ({part.count})"
    text = f"\n{wrapped(title)}{'-' * min(width(title), COLUMNS)}\n\n"
    return Fragment(text, inlined(render("mail/heading.html", part)))


def more(section: Section, number: int, site: Site) -> Fragment:
    """How many papers there was no room for, and where they are."""
    part = _part(section, number, site)
    said = f"{number:,} more on the site:"
    return Fragment(
        f"{said}\n  {part.href}\n\n",
        inlined(render("mail/more.html", {"part": part, "count": f"{number:,}"})),
    )


def elsewhere(sections: Sequence[Section], site: Site) -> Fragment:
    """Sections of which no paper had room: each with how many it has; past some, only how many more."""
    parts = [_part(section, len(section.papers), site) for section in sections[:_MOST_NAMED]]
    rest = sum(len(section.papers) for section in sections[_MOST_NAMED:])
    others = (
        f"{count(rest, 'paper')} in {count(len(sections) - len(parts), 'further section')}" if rest else ""
    )
    text = "\nAlso on the site\n----------------\n\n"
    text += "".join(f"{wrapped(f'{part.title} ({part.count})')}  {part.href}\n" for part in parts)
    text += f"\nAnd {others}:\n  {site.url('')}\n" if others else ""
    html = render("mail/elsewhere.html", {"parts": parts, "others": others, "home": site.url("")})
    return Fragment(f"{text}\n", inlined(html))


def _part(section: Section, number: int, site: Site) -> Part:
    title = _TITLES.get(section.kind) or shortened(line(section.title), _TITLE) or "Papers"
    return Part(title, site.url(section.path), count(number, _NOUNS[section.kind]))
