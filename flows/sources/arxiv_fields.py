"""What single fields of arXiv's interfaces mean: ids, names of authors, categories, DOIs, licences, times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from flows.sources.arxiv_xml import NAME, shown
from models.errors import ParseError
from models.identity import arxiv_id, paper_id
from models.text import clean

_AND = re.compile(r"(?:\s|(?<=,))(?:and|&)\s")
_BETWEEN_NAMES = re.compile(r"(?<!\\)[,:]")  # `\,` is a narrow blank of TeX
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
_ET_AL = re.compile(r"(?:^|\s)et\.?\s+al\b.*", re.IGNORECASE)
# "The" is a given name too: The Viet Bui.
_FOR_THE = re.compile(
    r"^(?:for\s+the\s+|the\s+(?=.*\b(?:Collaboration|Consortium|Group|Project|Team)))", re.IGNORECASE
)
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.(?:[A-Z]{2}|[a-z]+(?:-[a-z]+)?))?", re.ASCII)
_WEB_ADDRESS = re.compile(r"https?://[!-~]+", re.ASCII)


def identity(text: str) -> tuple[str, int | None]:
    """The id of a paper, and its version where the text gives one. Raises ParseError where it is no id."""
    found = arxiv_id(text)
    if found is None:
        raise ParseError(NAME, f"arXiv id ({shown(text)})")
    return found


def author_names(line: str) -> tuple[str, ...]:
    """The names in a line of authors, in order, without affiliations, as arXiv's own pages split it.

    Names stand between commas, colons (behind a collaboration) and "and"; what is in parentheses is said
    of the names before it (https://info.arxiv.org/help/prep.html#author). Unlike arXiv's pages, this keeps
    a `Jr.` or `III` that stands behind a comma with its name.
    """
    names: list[str] = []
    for part in _BETWEEN_NAMES.split(_AND.sub(",", ",".join(_outside_parentheses(clean(line))))):
        name = _FOR_THE.sub("", _ET_AL.sub("", part.strip()))
        if names and _SUFFIX.fullmatch(name):
            names[-1] += f" {name}"
        elif name:
            names.append(name)
    return tuple(names)


def _outside_parentheses(line: str) -> Iterator[str]:
    """The pieces of a line that are in no parentheses, which may be nested or never closed."""
    depth = 0
    for piece in re.split(r"([()])", line):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            yield piece


def categories(names: Iterable[str]) -> tuple[str, ...]:
    """Each of arXiv's categories once, in the order given; the MSC and ACM classes beside them left out."""
    return tuple(dict.fromkeys(name for name in names if _CATEGORY.fullmatch(name)))


def published_doi(text: str) -> str:
    """The first DOI of a text in lower case; "" for none, and for one of arXiv's own."""
    for word in text.split():
        found = paper_id(word.rstrip(",;"))
        if found and found[0].startswith("10."):
            return found[0]
    return ""


def license_url(text: str) -> str:
    """The address of a licence; "" for what is no web address."""
    return text if _WEB_ADDRESS.fullmatch(text) else ""


def mail_date(text: str) -> datetime | None:
    """The aware time that a date of RFC 5322 names, in its own zone; None for what is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def utc(moment: datetime | None) -> datetime | None:
    """An aware time in UTC; None for none, and where that would be before the year 1 or after 9999."""
    try:
        return moment.astimezone(UTC) if moment else None
    except OverflowError:
        return None
