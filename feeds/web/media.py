"""What kind of file each is that is served: its media type, how long it is fresh, who may use it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from feeds.site.frame import SECURITY_POLICY

Headers = tuple[tuple[bytes, bytes], ...]

_FEED_SECONDS, _PAGE_SECONDS, _ASSET_SECONDS = 900, 300, 86_400

_GUARDED: Headers = (
    (b"content-security-policy", SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
FOR_US: Headers = (*_GUARDED, (b"cross-origin-resource-policy", b"same-origin"))
"""The security headers of pages and of what they are made of."""
FOR_ALL: Headers = (
    *_GUARDED,
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Retry-After"),
)
"""The same for public data, which pages of other sites may read too."""

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".json": "application/json",
    ".opml": "text/x-opml; charset=utf-8",
    ".bib": "application/x-bibtex; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
    ".xsl": "application/xslt+xml",
    ".svg": "image/svg+xml",
}
_PRESSED = {".png": "image/png", ".ico": "image/x-icon", ".gz": "application/gzip", ".woff2": "font/woff2"}
"""What gzip would not make smaller."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How an answer is sent. `name` is its class in the metrics, `type` its media type."""

    name: str
    type: str
    fresh_seconds: int
    is_text: bool = True
    headers: Headers = FOR_US


def kind_of(path: str) -> Kind:
    """How the file at a path of the site is sent."""
    suffix = PurePosixPath(path).suffix
    is_text = suffix in _TYPES
    media_type = _TYPES.get(suffix) or _PRESSED.get(suffix, "application/octet-stream")
    if suffix == ".html":
        return Kind("page", media_type, _PAGE_SECONDS)
    if path.startswith("/feeds/"):
        media_type = "application/feed+json" if suffix == ".json" else media_type
        return Kind("feed", media_type, _FEED_SECONDS, is_text, FOR_ALL)
    if suffix == ".bib":
        return Kind("other", media_type, _PAGE_SECONDS, is_text, FOR_ALL)
    if path.startswith("/assets/"):
        return Kind("asset", media_type, _ASSET_SECONDS, is_text)
    return Kind("other", media_type, _PAGE_SECONDS, is_text)


PAGE = Kind("page", _TYPES[".html"], _PAGE_SECONDS)
JSON = Kind("api", _TYPES[".json"], 60, headers=FOR_ALL)
