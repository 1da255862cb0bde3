"""The URL under which the site is found, as links in mail need it."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from models.errors import AddressError, SettingsError
from models.mail.addresses import normalised
from models.mail.tokens import LENGTH

LONGEST_IN_HEADER = 74
"""Characters of a URL in the header of a mail at most: with a blank, its brackets and a comma it then fits a line of 78.
Many a program breaks a longer one in the middle, or makes encoded words of it (RFC 2047; cpython#87659), which nobody
undoes in a URL."""

LONGEST = LONGEST_IN_HEADER - len("/u/") - LENGTH
"""Characters of the site's own URL at most: so links for leaving fit."""

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")  # RFC 3986, section 3.3


def checked_url(public_url: str) -> SplitResult:
    """The URL without a slash at its end, its host in Punycode.

    SettingsError where it is none of ours, or no link can be made of it that fits a header: it says how long it may be.
    """
    try:
        url = urlsplit(_one_line(public_url).rstrip("/"))
        netloc = _in_ascii(url.hostname or "") + (f":{url.port}" if url.port else "")
    except ValueError as error:
        raise SettingsError(f"PAPERROUND_PUBLIC_URL: {error}") from error
    if url.scheme not in ("http", "https") or not url.hostname or url.username or url.query or url.fragment:
        raise SettingsError("PAPERROUND_PUBLIC_URL: must be https://host/path, without a user, `?` and `#`")
    url = url._replace(netloc=netloc)
    if not _PATH.fullmatch(url.path):
        raise SettingsError("PAPERROUND_PUBLIC_URL: in its path all but ASCII must be percent-encoded")
    if len(url.geturl()) > LONGEST:
        raise SettingsError(
            f"PAPERROUND_PUBLIC_URL: has {len(url.geturl())} characters; for links that fit the header of a mail it"
            f" may have {LONGEST}"
        )
    return url


def _one_line(url: str) -> str:
    """For the parser of URLs a line feed is nothing at all."""
    if not url.isprintable():
        raise ValueError("must be one line without control characters")
    return url.strip()


def _in_ascii(host: str) -> str:
    """A host as it stands in a URL: a name in Punycode, an IPv6 address in brackets."""
    if ":" in host:
        return f"[{ip_address(host)}]"
    if _NAME.fullmatch(host):
        return host
    try:
        return normalised(f"x@{host}").address.rpartition("@")[2]
    except AddressError as error:
        raise SettingsError("PAPERROUND_PUBLIC_URL: its host is no name of a machine") from error
