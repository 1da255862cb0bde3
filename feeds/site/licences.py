"""Licences by their usual names."""

from __future__ import annotations

import re

_CC = re.compile(r"https?://creativecommons\.org/licenses/([a-z-]{2,8})/(\d\.\d)(?:/.*)?")
_ZERO = re.compile(r"https?://creativecommons\.org/publicdomain/zero/(\d\.\d)(?:/.*)?")
_ARXIV = re.compile(r"https?://arxiv\.org/licenses/nonexclusive-distrib/(\d\.\d)(?:/.*)?")


def licence_name(url: str) -> str:
    """`CC BY 4.0` for the URL of that licence; the URL itself where it is none that we know."""
    if found := _CC.fullmatch(url):
        return f"CC {found[1].upper()} {found[2]}"
    if found := _ZERO.fullmatch(url):
        return f"CC0 {found[1]}"
    if found := _ARXIV.fullmatch(url):
        return f"arXiv\u2019s licence to distribute, {found[1]}"
    return url
