"""One name for each work: an arXiv id without version where it has one, else a DOI in lower case."""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase
from urllib.parse import unquote

_ARXIV_ID = re.compile(
    r"(?:(?P<early>(?:07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4])(?:0[1-9]|1[0-2]))\.\d{4})"  # 2007-04 to 2014
    r"|(?P<late>(?:1[5-9]|[2-9]\d)(?:0[1-9]|1[0-2])\.\d{5})"  # since 2015
    r"|(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[A-Z]{2})?/(?P<number>\d{7}))"  # to 2007-03
    r"(?:v(?P<version>[1-9]\d{0,2}))?",
    re.ASCII,
)
"""https://info.arxiv.org/help/arxiv_identifier.html"""

_ARXIV_NAME = re.compile(r"(?:arxiv:\s*|oai:arxiv\.org:)?(\S+)(?:\s+\[[\w.-]+\])?", re.IGNORECASE)
_ARXIV_URL = re.compile(
    r"(?:https?://)?(?:\w+\.)?arxiv\.org/(?:abs|pdf|html|format|src|e-print)/"
    r"([^?#]+?)(?:\.pdf)?/?(?:[?#].*)?",
    re.IGNORECASE,
)
_DOI_NAME = re.compile(r"(?:doi:\s*)?(10\..+)", re.IGNORECASE)
_DOI_URL = re.compile(r"(?:https?://)?(?:(?:dx|www)\.)?doi\.org/([^?#]+)(?:[?#].*)?", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+", re.ASCII)
_ARXIV_DOI = "10.48550/arxiv."
_SUBJECT_CLASS = re.compile(r"\.[a-z]{2}(?=/)")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def arxiv_id(text: object) -> tuple[str, int | None] | None:
    """The arXiv id without version, and the version where one is given; None for what is no such id.

    An old id comes without its subject class (`math.CA/0611800v2` is `math/0611800`), which names it too.
    Never made from a number: one in ten ids ends in 0, which a number has lost.
    """
    match = _ARXIV_ID.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    found = match["early"] or match["late"] or f"{match['archive']}/{match['number']}"
    return found, int(match["version"]) if match["version"] else None


def paper_id(text: object) -> tuple[str, int | None] | None:
    """The one name of a work for what people and sites write of it, and an arXiv version where given.

    Reads arXiv ids, plain, as `arXiv:`, with ` [cs.CL]` behind, as OAI identifiers and as addresses at
    arxiv.org, and DOIs, plain, as `doi:` and as addresses at doi.org. arXiv's own DOIs
    (https://info.arxiv.org/help/doi.html) become the arXiv id, other DOIs lower case, as case does not
    count in them (DOI Handbook, 2.4). None for anything else, a broken DOI of arXiv's too. What this
    gives is given again for itself.
    """
    if not isinstance(text, str):
        return None
    written = text.strip()
    return _arxiv(written) or _doi(written)


def _arxiv(written: str) -> tuple[str, int | None] | None:
    if match := _ARXIV_URL.fullmatch(written):
        return arxiv_id(unquote(match[1]))
    match = _ARXIV_NAME.fullmatch(written)
    return arxiv_id(match[1]) if match else None


def _doi(written: str) -> tuple[str, int | None] | None:
    if match := _DOI_URL.fullmatch(written):
        doi = unquote(match[1])
    elif match := _DOI_NAME.fullmatch(written):
        doi = match[1]
    else:
        return None
    if not (_DOI.fullmatch(doi) and doi.isprintable()):
        return None
    lowered = doi.translate(_LOWER)
    if lowered.startswith(_ARXIV_DOI):
        # arXiv writes subject classes in capitals, which a DOI in lower case has lost.
        return arxiv_id(_SUBJECT_CLASS.sub("", lowered.removeprefix(_ARXIV_DOI)))
    return lowered, None
