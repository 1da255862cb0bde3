"""The one way out to a site, and the only module that imports httpx: identity, pace, robots.txt, retries.

Whether a request is made again is decided here and nowhere else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.client import responses
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self, cast

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from flows.sources import robots
from flows.sources.bodies import MOST_BYTES, unpacked
from flows.sources.pace import Pace, asked_wait_seconds, used_up_seconds
from flows.sources.robots import Robots
from models.errors import FetchError, SettingsError
from models.records import Answer

TIMEOUTS = httpx.Timeout(20.0, connect=10.0)
"""How many seconds a site may say nothing."""
SLOWEST_ANSWER_SECONDS = 120.0
"""An answer that still trickles in after this long has hung."""
MOST_REDIRECTS = 5
LONGEST_BACKOFF_SECONDS = 60.0
ROBOTS_PAUSE_SECONDS = 300.0
"""How long a robots.txt that could not be read is left alone, and its site with it."""

UNREADABLE_ADDRESS = (httpx.InvalidURL, UnicodeError)
"""What httpx raises for an address; the latter comes from idna (`//xn--`) and from half a surrogate pair."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SLOWING = frozenset({429, 503})
HINTS = {
    202: ", which may be a check for bots",
    304: ", although nothing was known of it",
    405: ", which may be a check for bots",
}

_LOG = logging.getLogger(__name__)


def user_agent(version: str, contact: str = "") -> str:
    """Who asks, and where to complain; raises SettingsError for a contact that no header can carry."""
    if not (contact.isascii() and contact.isprintable()):
        raise SettingsError(f"the contact {contact!r} has letters that a User-Agent cannot carry: use ASCII")
    return f"paperround/{version} (+{contact})" if contact else f"paperround/{version}"


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer was known by: its `ETag` and `Last-Modified` headers, as they came."""

    etag: str = ""
    last_modified: str = ""

    def conditions(self) -> dict[str, str]:
        """The request headers that ask for a newer answer only (RFC 9110, section 13.1)."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value and value.isascii()}


class Client:
    """Reads one host politely: one request at a time, from whatever thread, never sooner than allowed.

    Give it up with `close`, or use it as a context manager. `base_url` names the host, `now` gives aware
    UTC. `min_interval_seconds` lies between the starts of two requests, each is made at most `attempts`
    times, and a site that asks for more than `patience_seconds` is left alone at once, for as long.
    Raises SettingsError for a `base_url` that is no address.
    """

    def __init__(
        self,
        base_url: str,
        *,
        user_agent: str,
        min_interval_seconds: float,
        now: Callable[[], datetime],
        patience_seconds: float = 120.0,
        attempts: int = 4,
        jitter_seconds: float = 1.0,
        timeouts: httpx.Timeout = TIMEOUTS,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = _host_of(base_url)
        self._product = user_agent.partition("/")[0]
        self._now, self._monotonic = now, monotonic
        self._patience_seconds = patience_seconds
        self._pace = Pace(min_interval_seconds, sleep, monotonic)
        self._backoff = wait_exponential_jitter(max=LONGEST_BACKOFF_SECONDS, jitter=jitter_seconds)
        self._retrying = Retrying(
            retry=retry_if_exception(self._is_worth_retrying),
            wait=self._wait_seconds,
            stop=stop_after_attempt(attempts),
            sleep=sleep,
            before_sleep=_log_retry,
            reraise=True,
        )
        self._http = httpx.Client(
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
            timeout=timeouts,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            transport=transport,
            # What a page says must not depend on what was read before it.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )
        self._turn = threading.Lock()
        self._robots: Robots | None = None
        self._closed_until = monotonic()
        self._closed_because = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give up the connection."""
        self._http.close()

    def get(self, url: str, validators: Validators | None = None) -> Answer:
        """The answer of a URL of this host: 200, or 304 without a body where `validators` still hold.

        It stands under the URL that was asked for, also where that redirects. All else raises FetchError.
        """
        unanswered = Answer(url, self._now())
        conditions = validators.conditions() if validators else {}
        with self._turn:
            self._check_host(url, unanswered)
            self._check_open(unanswered)
            if self._robots is None:
                self._robots = self._read_robots(unanswered)
            return self._follow(unanswered, conditions, self._robots)

    def _check_open(self, answer: Answer) -> None:
        rest_seconds = self._closed_until - self._monotonic()
        if rest_seconds > 0:
            raise FetchError(replace(answer, error=self._closed_because), True, rest_seconds)

    def _read_robots(self, unanswered: Answer) -> Robots:
        """The rules of the host: where there are none all is allowed, where they cannot be read nothing.

        RFC 9309, section 2.3.1. A 429 is no word on the rules, so it counts as the latter.
        """
        url = f"{self._host}/robots.txt"
        try:
            answer = self._follow(replace(unanswered, url=url), {}, Robots())
        except FetchError as error:
            status = error.answer.status or 0
            if status == 204 or (400 <= status < 500 and not error.retryable):
                return Robots()
            seconds = max(ROBOTS_PAUSE_SECONDS, error.retry_after_seconds or 0)
            reason = f"may not be read, because {url} {error.answer.error}"
            self._close_for(seconds, f"{reason}; not tried again before {self._time_in(seconds)}")
            raise FetchError(replace(unanswered, error=reason), True, error.retry_after_seconds) from error
        return robots.parse(answer.body, self._product)

    def _follow(self, unanswered: Answer, conditions: Mapping[str, str], rules: Robots) -> Answer:
        """The answer at the end of the redirects, each of them to this host and with a turn of its own."""
        target, answer = unanswered.url, unanswered
        for _ in range(MOST_REDIRECTS + 1):
            self._check_host(target, answer)
            self._check_robots(target, answer, rules)
            answer = self._retrying(self._attempt, unanswered.url, target, conditions)
            if answer.status not in REDIRECTS:
                return answer
            target = str(httpx.URL(target).join(answer.headers.get("location", "")))
        raise FetchError(replace(answer, error=f"redirects more than {MOST_REDIRECTS} times"))

    def _check_host(self, target: str, answer: Answer) -> None:
        try:
            host = _host_of(target)
        except SettingsError as error:
            raise FetchError(replace(answer, error=str(error))) from error
        if host != self._host:
            verb = "redirects to" if answer.status else "is on"
            raise FetchError(replace(answer, error=f"{verb} {host}, where only {self._host} is read"))

    def _check_robots(self, target: str, answer: Answer, rules: Robots) -> None:
        path = httpx.URL(target).raw_path.decode()
        if not rules.allows(path):
            raise FetchError(replace(answer, error=f"leads to {path}, which robots.txt does not allow"))

    def _attempt(self, url: str, target: str, conditions: Mapping[str, str]) -> Answer:
        self._pace.wait(url)
        answer = self._exchange(url, target, conditions)
        if answer.status == 200 or (answer.status == 304 and conditions):
            self._obey_quota(answer)
            return answer
        if answer.status in REDIRECTS and "location" in answer.headers:
            return answer
        raise self._refusal(answer)

    def _exchange(self, url: str, target: str, conditions: Mapping[str, str]) -> Answer:
        """One request and what it gives; a 200 only if it came whole, of others the status says enough."""
        answer, packed = Answer(url, self._now()), bytearray()
        deadline = self._monotonic() + SLOWEST_ANSWER_SECONDS
        try:
            with self._http.stream("GET", target, headers=conditions) as response:
                answer = replace(answer, status=response.status_code, headers=dict(response.headers))
                # Not through httpx's own decoding, which takes a gzip that was cut for a whole one.
                for chunk in cast("httpx.SyncByteStream", response.stream):
                    packed += chunk
                    if len(packed) > MOST_BYTES:
                        break
                    if self._monotonic() > deadline:
                        raise httpx.ReadTimeout(f"not whole after {SLOWEST_ANSWER_SECONDS:.0f} s")
        except (httpx.RequestError, *UNREADABLE_ADDRESS) as error:
            if answer.status in {None, 200}:
                sentence, retryable = _translated(error)
                content = unpacked(packed, answer.headers).content
                raise FetchError(replace(answer, body=content, error=sentence), retryable) from error
        body = unpacked(packed, answer.headers)
        if body.problem and answer.status == 200:
            raise FetchError(replace(answer, body=body.content, error=body.problem), body.retryable)
        return replace(answer, body=body.content)

    def _obey_quota(self, answer: Answer) -> None:
        """Asks for nothing until a quota that this answer has used up is full again."""
        seconds = used_up_seconds(answer.headers.get("ratelimit", ""))
        if seconds is None:
            return
        self._pace.hold(seconds)
        if seconds > self._patience_seconds:
            said = f"has given what it allows until {self._time_in(seconds)}"
            self._close_for(seconds, f"is not asked for, because {self._host} {said}")

    def _refusal(self, answer: Answer) -> FetchError:
        """The error for an answer whose status is no use; closes the client where it asks for that."""
        status = answer.status or 0
        said = f"answers {status} {responses.get(status, '')}".rstrip() + HINTS.get(status, "")
        seconds = asked_wait_seconds(answer.headers, self._now()) if status in SLOWING else None
        if seconds is not None and seconds > self._patience_seconds:
            said += f" and asks to be left alone until {self._time_in(seconds)}"
            self._close_for(seconds, f"is not asked for, because {self._host} {said}")
        retryable = status == 429 or 500 <= status < 600
        return FetchError(replace(answer, error=said), retryable, seconds)

    def _close_for(self, seconds: float, because: str) -> None:
        self._closed_until, self._closed_because = self._monotonic() + seconds, because

    def _time_in(self, seconds: float) -> str:
        return f"{self._now() + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S} UTC"

    def _is_worth_retrying(self, error: BaseException) -> bool:
        if not isinstance(error, FetchError) or not error.retryable:
            return False
        return (error.retry_after_seconds or 0) <= self._patience_seconds

    def _wait_seconds(self, state: RetryCallState) -> float:
        """How long until the next attempt; after a 429 or 503 nothing else is asked before it either."""
        error = _error_of(state)
        asked = error.retry_after_seconds
        seconds = self._backoff(state) if asked is None else asked
        if error.answer.status in SLOWING:
            self._pace.hold(seconds)
        return seconds


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


def _translated(error: Exception) -> tuple[str, bool]:
    """What an error of httpx means to an operator, and whether to try again."""
    sentence, retryable = next(_FAILURES[kind] for kind in type(error).__mro__ if kind in _FAILURES)
    return (f"{sentence} ({error})" if str(error) else sentence), retryable


def _host_of(url: str) -> str:
    """Scheme, host and port of an address of the web; raises SettingsError for another."""
    try:
        address = httpx.URL(url)
        host = address.host
    except UNREADABLE_ADDRESS as error:
        raise SettingsError(f"{url!r} is no address: {error}") from error
    if address.scheme not in {"http", "https"} or not host:
        raise SettingsError(f"{url!r} is no address of the web")
    return f"{address.scheme}://{address.netloc.decode()}"


def _error_of(state: RetryCallState) -> FetchError:
    """Why an attempt failed; `_is_worth_retrying` lets nothing but a FetchError come here."""
    return cast("FetchError", state.outcome.exception() if state.outcome else None)


def _log_retry(state: RetryCallState) -> None:
    _LOG.warning("%s; tried again in %.1f s", _error_of(state), state.upcoming_sleep)
