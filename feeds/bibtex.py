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


def bibtex(paper: Paper) -> str:
    """A paper as a BibTeX entry of type misc, with its arXiv number as `eprint` where it has one."""
    year = (paper.published_at or paper.announced_at or datetime(1, 1, 1, tzinfo=UTC)).year
    fields = {
        "title": f"{{{_tex(paper.title)}}}",
        "author": " and ".join(_tex(name) for name in paper.authors),
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
    parts = _MATHS.split(one_line(text))
    escaped = "".join(part if part.startswith("$") else _SPECIAL.sub(r"\\\1", part) for part in parts)
    return escaped if _is_balanced(escaped) else re.sub("[{}]", "", escaped)


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0
