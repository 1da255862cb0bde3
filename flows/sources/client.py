"""The one way out to a site: identity, hosts, pace, retries.

Whether a request is made again is decided here and nowhere else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from http.client import responses
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self, cast

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from flows.sources.bodies import MOST_BYTES, unpacked
from flows.sources.failures import UNREADABLE_ADDRESS, translated
from flows.sources.pace import Gate, Pace, asked_wait_seconds, used_up_seconds
from flows.sources.permission import Permission
from flows.sources.rest import Rest
from models.errors import FetchError, SettingsError
from models.records import Answer

TIMEOUTS = httpx.Timeout(20.0, connect=10.0)
"""How many seconds a site may say nothing."""
SLOWEST_ANSWER_SECONDS = 120.0
"""An answer that still trickles in after this long has hung."""
FORBIDDEN_SECONDS = 3600.0
"""How long a site that forbids is left alone, where it takes going on for an attack."""
MOST_REDIRECTS = 5
LONGEST_BACKOFF_SECONDS = 60.0

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
    """Reads one site politely: one request at a time, from whatever thread, never sooner than allowed.

    Give it up with `close`, or use it as a context manager. A site is the hosts of its `base_urls`: they
    share one connection, one pace and the wait that one of them asks for, each has its own robots.txt.
    `interfaces` are beginnings of addresses that robots.txt does not speak of. `now` gives aware UTC.
    `min_interval_seconds` lies between the starts of two requests, each of which also waits for the `gate`;
    each is made at most `attempts` times, and a site that asks for more than `patience_seconds` is left
    alone at once, for as long; one whose 403 means it, for an hour. Raises SettingsError for a base URL or interface that is no address.
    """

    def __init__(
        self,
        base_urls: Sequence[str],
        *,
        user_agent: str,
        min_interval_seconds: float,
        now: Callable[[], datetime],
        interfaces: Sequence[str] = (),
        gate: Gate | None = None,
        leaves_when_forbidden: bool = False,
        patience_seconds: float = 120.0,
        attempts: int = 4,
        jitter_seconds: float = 1.0,
        timeouts: httpx.Timeout = TIMEOUTS,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        product = user_agent.partition("/")[0]
        self._permissions = {
            host: Permission(host, product, self._read_robots, now, monotonic)
            for host, _ in map(_address, base_urls)
        }
        self._interfaces = tuple("".join(_address(url)) for url in interfaces)
        self._now, self._monotonic = now, monotonic
        self._patience_seconds = patience_seconds
        self._leaves_when_forbidden = leaves_when_forbidden
        self._pace = Pace(min_interval_seconds, sleep, monotonic, gate)
        self._rest = Rest(now, monotonic)
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
        """The answer of a URL of this site: 200, or 304 without a body where `validators` still hold.

        It stands under the URL that was asked for, also where that redirects. All else raises FetchError,
        but for what the gate raises.
        """
        unanswered = Answer(url, self._now())
        conditions = validators.conditions() if validators else {}
        with self._turn:
            return self._follow(unanswered, conditions, self._check_page)

    def _follow(
        self, unanswered: Answer, conditions: Mapping[str, str], check: Callable[[str, Answer], None]
    ) -> Answer:
        """The answer at the end of the redirects, each of them checked and with a turn of its own."""
        target, answer = unanswered.url, unanswered
        for _ in range(MOST_REDIRECTS + 1):
            check(target, answer)
            self._rest.check(answer)
            answer = self._retrying(self._attempt, unanswered.url, target, conditions)
            if answer.status not in REDIRECTS:
                return answer
            target = str(httpx.URL(target).join(answer.headers.get("location", "")))
        raise FetchError(replace(answer, error=f"redirects more than {MOST_REDIRECTS} times"))

    def _check_page(self, target: str, answer: Answer) -> None:
        self._check_host(target, answer)
        self._rest.check(answer)  # else a robots.txt that is not asked for now would count as unreadable
        host, path = _address(target)
        # RFC 9309 is about crawlers; what a site makes for programs has terms of use of its own.
        if f"{host}{path}".startswith(self._interfaces):
            return
        self._permissions[host].check(path, answer)

    def _check_host(self, target: str, answer: Answer) -> None:
        try:
            host, _ = _address(target)
        except SettingsError as error:
            raise FetchError(replace(answer, error=str(error))) from error
        if host not in self._permissions:
            verb = "redirects to" if answer.status else "is on"
            reason = f"{verb} {host}, which is not {' or '.join(self._permissions)}"
            raise FetchError(replace(answer, error=reason))

    def _read_robots(self, url: str) -> Answer:
        """The answer of a robots.txt; wherever its host sends for it, nobody is asked whether it may be read."""
        return self._follow(Answer(url, self._now()), {}, self._check_host)

    def _attempt(self, url: str, target: str, conditions: Mapping[str, str]) -> Answer:
        self._pace.wait(url)
        answer = self._exchange(url, target, conditions)
        host, _ = _address(target)
        redirected = answer.status in REDIRECTS and "location" in answer.headers
        if answer.status == 200 or (answer.status == 304 and conditions) or redirected:
            self._obey_quota(answer, host)
            return answer
        raise self._refusal(answer, host)

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
                sentence, retryable = translated(error)
                content = unpacked(packed, answer.headers).content
                raise FetchError(replace(answer, body=content, error=sentence), retryable) from error
        body = unpacked(packed, answer.headers)
        if body.problem and answer.status == 200:
            raise FetchError(replace(answer, body=body.content, error=body.problem), body.retryable)
        return replace(answer, body=body.content)

    def _obey_quota(self, answer: Answer, host: str) -> None:
        """Asks for nothing until a quota that this answer has used up is full again."""
        seconds = used_up_seconds(answer.headers.get("ratelimit", ""))
        if seconds is None:
            return
        self._pace.hold(seconds)
        if seconds > self._patience_seconds:
            said = f"has given what it allows until {self._rest.end_after(seconds)}"
            self._rest.begin(seconds, f"is not asked for, because {host} {said}")

    def _refusal(self, answer: Answer, host: str) -> FetchError:
        """The error for an answer whose status is no use; leaves the site alone where it asks for that."""
        status = answer.status or 0
        said = f"answers {status} {responses.get(status, '')}".rstrip() + HINTS.get(status, "")
        asked = asked_wait_seconds(answer.headers, self._now()) if status in SLOWING else None
        rest = asked if asked is not None and asked > self._patience_seconds else None
        if rest is not None:
            said += f" and asks to be left alone until {self._rest.end_after(rest)}"
        if status == HTTPStatus.FORBIDDEN and self._leaves_when_forbidden:
            rest = FORBIDDEN_SECONDS
        if rest is not None:
            self._rest.begin(rest, f"is not asked for, because {host} {said}")
        retryable = status == 429 or 500 <= status < 600
        return FetchError(replace(answer, error=said), retryable, asked, ends_visit=rest is not None)

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


def _address(url: str) -> tuple[str, str]:
    """An address of the web in one spelling: scheme, host and port, then path and query.

    Raises SettingsError for what is none.
    """
    try:
        address = httpx.URL(url)
        host = address.host
    except UNREADABLE_ADDRESS as error:
        raise SettingsError(f"{url!r} is no address: {error}") from error
    if address.scheme not in {"http", "https"} or not host:
        raise SettingsError(f"{url!r} is no address of the web")
    return f"{address.scheme}://{address.netloc.decode()}", address.raw_path.decode()


def _error_of(state: RetryCallState) -> FetchError:
    """Why an attempt failed; `_is_worth_retrying` lets nothing but a FetchError come here."""
    return cast("FetchError", state.outcome.exception() if state.outcome else None)


def _log_retry(state: RetryCallState) -> None:
    _LOG.warning("%s; tried again in %.1f s", _error_of(state), state.upcoming_sleep)
