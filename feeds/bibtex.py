"""Papers as BibTeX entries, for those who cite them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from feeds.links import is_arxiv, links
from feeds.text import one_line
from models.papers import Paper

_MATHS = re.compile(r"(\$[^$]*\$)")
_NOT_OF_A_KEY = re.compile(r"[^A-Za-z0-9./:_-]+")
_SPECIAL = re.compile(r"(?<!\\)([&%#_$])")
# Outside of a formula TeX takes them for an error and for a space.
_ACCENTS = {"^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
_ACCENT = re.compile(r"(?<!\\)[\^~]")


def bibtex(paper: Paper) -> str:
    """A paper as a BibTeX entry of type misc, with its arXiv number as `eprint` where it has one."""
    year = (paper.published_at or paper.announced_at or datetime(1, 1, 1, tzinfo=UTC)).year
    fields = {
        "title": f"{{{_tex(paper.title)}}}",
        "author": " and ".join(map(_name, paper.authors)),
        "year": str(year) if year > 1 else "",
        **_eprint(paper),
        "doi": _verbatim(paper.doi or ("" if is_arxiv(paper.id) else paper.id)),
        "note": _tex(paper.journal_ref),
        "url": next((link.href for link in links(paper)), ""),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(paper, year)},", *lines, "}", ""])


def _eprint(paper: Paper) -> dict[str, str]:
    if not is_arxiv(paper.id):
        return {}
    primary = _verbatim(paper.categories[0]) if paper.categories else ""
    return {"eprint": paper.id, "archiveprefix": "arXiv", "primaryclass": primary}


def _key(paper: Paper, year: int) -> str:
    name = re.sub(r"[^a-z]", "", paper.authors[0].split()[-1].lower()) if paper.authors else ""
    return f"{name or 'anonymous'}{year}-{_NOT_OF_A_KEY.sub('-', paper.id)}"


def _verbatim(text: str) -> str:
    """What BibTeX takes as it stands; it counts braces."""
    return re.sub("[{}]", "", one_line(text))


def _tex(text: str) -> str:
    """Text whose special characters TeX takes as they are; formulas stay formulas; BibTeX counts braces."""
    line = one_line(text)
    parts = _MATHS.split(line if _is_balanced(line) else re.sub("[{}]", "", line))
    return "".join(part if part.startswith("$") else _plain(part) for part in parts)


def _plain(text: str) -> str:
    return _ACCENT.sub(lambda found: _ACCENTS[found[0]], _SPECIAL.sub(r"\\\1", text))


def _name(author: str) -> str:
    """One author; BibTeX takes the word `and` for the beginning of another, but within braces."""
    name = _tex(author)
    return f"{{{name}}}" if re.search(r"\sand\s", name, re.IGNORECASE) else name


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0
