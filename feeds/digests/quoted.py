"""Pieces of mail in quoted-printable (RFC 2045, section 6.7), each line by itself, so that pieces can be joined."""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby

from models.mail.letters import CONFIRM, LEAVE, MANAGE

_MARK = re.compile(f"[{LEAVE}{MANAGE}{CONFIRM}]")
_LINE = re.compile(r"[^\n]*\n")
_FROM = re.compile(rb"^F(?=rom )", re.MULTILINE)


def quoted(text: str, links: Mapping[str, str]) -> bytes:
    """A piece that ends with a line feed, or is empty: in lines of at most 76 ASCII characters that end with CRLF.

    `links` are put in the places of the marks. What holds no mark is encoded once for all letters that have it.
    """
    return b"".join(
        part if isinstance(part, bytes) else _encoded(_MARK.sub(lambda mark: links[mark[0]], part))
        for part in _parts(text)
    )


@lru_cache(maxsize=4_000)
def _parts(text: str) -> tuple[bytes | str, ...]:
    """The runs of lines without a mark, encoded, and between them those with one as they are."""
    text = text.replace("\r", "")
    if not _MARK.search(text):
        return (_encoded(text),) if text else ()
    runs = groupby(_LINE.findall(text), key=lambda line: _MARK.search(line) is not None)
    return tuple("".join(lines) if is_marked else _encoded("".join(lines)) for is_marked, lines in runs)


def _encoded(lines: str) -> bytes:
    """With CRLF already in what it is given, the encoder ends the lines that it breaks in the same way.

    No line begins with `From `: many a mailbox puts a `>` before that, and a signature is broken (RFC 2049, section 3).
    """
    return _FROM.sub(b"=46=\r\n", b2a_qp(lines.replace("\n", "\r\n").encode(), istext=True))
