"""What a robots.txt allows: RFC 9309, from text.

Not `urllib.robotparser`: up to Python 3.11 it takes the first rule that fits instead of the longest, takes
`*` and `$` for letters, and loses the rules after a blank line, so that it allows what a site forbids.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import escape
from urllib.parse import quote

MOST_PARSED_BYTES = 500 * 1024
"""How much of a robots.txt counts: RFC 9309, section 2.5, asks for no more."""

_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one robots.txt for one program: (pattern, allowed), the one that decides first."""

    rules: tuple[tuple[str, bool], ...] = ()

    def allows(self, path: str) -> bool:
        """Whether a path, with its query, may be read; the longest rule that fits decides (section 2.2.2)."""
        normal = _normal(path)
        if normal == "/robots.txt":
            return True
        return next((allowed for pattern, allowed in self.rules if _fits(pattern, normal)), True)


def parse(body: bytes, product: str) -> Robots:
    """The rules for `product` (the first word of a User-Agent), else those for everyone; never raises."""
    text = body[:MOST_PARSED_BYTES].decode("utf-8-sig", errors="replace")
    groups: dict[str, list[tuple[str, bool]]] = {"*": []}
    named: list[str] = []
    in_rules = False
    for field, value in _fields(text):
        if field == "user-agent":
            named = [_token(value)] if in_rules else [*named, _token(value)]
            groups.setdefault(named[-1], [])
            in_rules = False
            continue
        in_rules = True
        for name in named:
            groups[name] += [(_normal(value), field == "allow")] if value else []
    rules = groups.get(product.lower(), groups["*"])
    return Robots(tuple(sorted(rules, key=lambda rule: (-len(rule[0]), not rule[1]))))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """The lines that say something; others, crawl-delay among them, must not disturb (section 2.2.4)."""
    for line in re.split(r"[\r\n]+", text):
        field, _, value = line.partition("#")[0].partition(":")
        if (name := field.strip().lower()) in {"user-agent", "allow", "disallow"}:
            yield name, value.strip()


def _token(value: str) -> str:
    """The product that a group is for: `PaperRound/2` names `paperround` (section 2.2.1)."""
    found = re.match(r"\*|[A-Za-z_-]*", value)
    return found[0].lower() if found else ""


def _normal(path: str) -> str:
    """A path in the one spelling in which two can be compared (section 2.2.2)."""
    encoded = quote(path, safe=string.punctuation)
    return re.sub(r"%[0-9A-Fa-f]{2}", _normal_octet, encoded)


def _normal_octet(found: re.Match[str]) -> str:
    letter = chr(int(found[0][1:], 16))
    return letter if letter in _UNRESERVED else found[0].upper()


def _fits(pattern: str, path: str) -> bool:
    """Whether a rule speaks of a path: `*` is any text, `$` the end (section 2.2.3)."""
    stem = pattern[:-1] if pattern.endswith("$") else f"{pattern}*"
    return fnmatchcase(path, "*".join(escape(piece) for piece in stem.split("*")))
