"""What httpx raises, in words that follow what was asked for: `... cannot be reached in time`."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

UNREADABLE_ADDRESS = (httpx.InvalidURL, UnicodeError)
"""What httpx raises for an address; the latter comes from idna (`//xn--`) and from half a surrogate pair."""

_FAILURES: Mapping[type[Exception], tuple[str, bool]] = {
    httpx.ConnectTimeout: ("cannot be reached in time", True),
    httpx.TimeoutException: ("does not answer in time", True),
    httpx.ConnectError: ("cannot be reached", True),
    httpx.ProxyError: ("cannot be reached through the proxy", True),
    httpx.NetworkError: ("breaks the connection", True),
    httpx.RemoteProtocolError: ("gives no whole answer", True),
    httpx.DecodingError: ("answers with what cannot be decoded", True),
    httpx.RequestError: ("cannot be asked for", False),
    httpx.InvalidURL: ("is or leads to what is no address", False),
    UnicodeError: ("is or leads to what is no address", False),
}


def translated(error: Exception) -> tuple[str, bool]:
    """What an error of httpx, or of UNREADABLE_ADDRESS, means to an operator, and whether to try again."""
    sentence, retryable = next(_FAILURES[kind] for kind in type(error).__mro__ if kind in _FAILURES)
    return (f"{sentence} ({error})" if str(error) else sentence), retryable
