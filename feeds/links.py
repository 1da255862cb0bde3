"""Where a paper is found, and the one name that it has in every feed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from feeds.text import one_line, web_address
from models.papers import Paper

_ARXIV = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Za-z-]+)?/\d{7}", re.ASCII)
_DOI = re.compile(r"10\.\d{4,9}/.+", re.ASCII)
_PATH = "/:@!$&'()*+,;=~"  # what a path of RFC 3986 may hold beside letters, digits and -._
_TAKEN = ("index.html", "paper.bib")
_LONGEST_SEGMENT = 200  # most file systems take 255 bytes
_LONGEST_PATH = 1_000  # and most systems a path of 4,096
_RELATIONS = {"code": "Code", "project": "Project page"}
# What a path may not hold as it is: other characters, dots that lead a segment, slashes beside an empty one.
_NOT_OF_A_PATH = re.compile(r"[^A-Za-z0-9._/-]+|(?<![^/])\.+|\A/+|/+\Z|/{2,}")


class Link(NamedTuple):
    """A link of an entry: an http or https URL, its relation (RFC 4287, 4.2.7.2) and its media type."""

    href: str
    rel: str
    title: str
    type: str = "text/html"


def permanent_id(paper_id: str) -> str:
    """The id of a paper's entry, in every feed, for ever: no version, no host, nothing of this site.

    An info URI (RFC 4452) where the id is known to the arXiv or the DOI registry: it names the work and
    promises no page, so that no move of a site can change it; what can be opened stands in the links.
    Readers compare ids character by character (RFC 4287, 4.2.6.1): never change what this gives.
    """
    if is_arxiv(paper_id):
        return f"info:arxiv/{paper_id}"
    if _DOI.fullmatch(paper_id):
        return f"info:doi/{_path(paper_id)}"
    return uuid5(NAMESPACE_URL, f"paper:{one_line(paper_id)}").urn


def revision_id(paper_id: str, day: date) -> str:
    """The id of the entry of what changed of a paper on a day (UTC), in every feed, for ever."""
    return uuid5(NAMESPACE_URL, f"{permanent_id(paper_id)} revised {day.isoformat()}").urn


def is_arxiv(paper_id: str) -> bool:
    """Whether a paper's id is one of arXiv."""
    return _ARXIV.fullmatch(paper_id) is not None


def paper_path(paper_id: str) -> str:
    """Where the site has the page of a paper, from its root: `papers/<id>/`; a path for files and for URLs.

    Letters, digits, `-`, `_`, `.` and slashes between segments stand as they are, all else as `~` and two hex
    digits for each of its UTF-8 bytes; so do dots that lead a segment, so that no id leads upwards or to a
    hidden file, and the dot of a name that a page of its own has. A segment that is too long for a file
    system ends in `~~` and its digest; an id that is too long for a path is its digest alone. Two ids have
    two paths.
    """
    name = _NOT_OF_A_PATH.sub(_in_hex, paper_id) or "~"
    path = "/".join(map(_file_name, name.split("/")))
    return f"papers/{path if len(path) <= _LONGEST_PATH else '~~' + _digest(name)}/"


def _file_name(segment: str) -> str:
    if segment in _TAKEN:
        return segment.replace(".", "~2e")
    if len(segment) <= _LONGEST_SEGMENT:
        return segment
    digest = _digest(segment)
    return f"{segment[: _LONGEST_SEGMENT - 2 - len(digest)]}~~{digest}"


def _digest(name: str) -> str:
    return blake2b(name.encode(), digest_size=16).hexdigest()


def _in_hex(found: re.Match[str]) -> str:
    return "".join(f"~{byte:02x}" for byte in found[0].encode("utf-8", "surrogatepass"))


def links(paper: Paper) -> tuple[Link, ...]:
    """Where the paper is found: at most one `alternate`, then what is related to it."""
    return (*_homes(paper), *_related(paper))


def _homes(paper: Paper) -> Iterator[Link]:
    if is_arxiv(paper.id):
        yield Link(f"https://arxiv.org/abs/{paper.id}", "alternate", "arXiv")
        yield Link(f"https://arxiv.org/pdf/{paper.id}", "related", "PDF", "application/pdf")
    elif _DOI.fullmatch(paper.id):
        yield Link(f"https://doi.org/{_path(paper.id)}", "alternate", "DOI")
    if any(appearance.source == "huggingface" for appearance in paper.appearances):
        yield Link(f"https://huggingface.co/papers/{_path(paper.id)}", "related", "Hugging Face")


def _related(paper: Paper) -> Iterator[Link]:
    if _DOI.fullmatch(paper.doi) and paper.doi != paper.id:
        yield Link(f"https://doi.org/{_path(paper.doi)}", "related", "Published")
    for relation, title in _RELATIONS.items():
        if href := web_address(paper.links.get(relation, "")):
            yield Link(href, "related", title)


def _path(paper_id: str) -> str:
    return quote(one_line(paper_id), safe=_PATH)
