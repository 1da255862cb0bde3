"""Published files as they are served."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.asking import Ask
from tests.web.invented import FEED, FILES, PAGE, PUBLISHED, publish

PATHS = [f"/{name.removesuffix('index.html')}" for name in FILES]
THEN = "Wed, 01 Oct 2025 12:05:00 GMT"
REFUSED = [
    "/none", "/feeds", "/feeds/", "/feeds/none.atom", "/.published", "/feeds/.lanterns.atom.tmp", "/.git/config",
    "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%252e%252e/secret.txt", "/feeds/..%5c..%5csecret.txt", "/a%00b", "//",
    "//evil.example/", "/%ff", "/feeds/lanterns.atom/", "/" + "a" * 300, "/%0d%0aset-cookie:%20a=b", "/healthy", "/apis",
]  # fmt: skip


@pytest.mark.parametrize("path", REFUSED)
def test_what_is_not_published_is_not_there(ask: Ask, path: str) -> None:
    reply = ask(path)
    assert reply.status == 404
    assert b"secret" not in reply.body
    assert reply.body == ask("/other").body, "it repeats what was asked for"
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PURGE"])
@pytest.mark.parametrize("path", ["/feeds/lanterns.atom", "/api/papers", "/none"])
def test_only_get_and_head_are_answered(ask: Ask, method: str, path: str) -> None:
    reply = ask(path, method)
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/feeds/lanterns.atom", "/api/papers", "/search"])
def test_a_body_is_refused(ask: Ask, path: str) -> None:
    assert ask(path, content_length="1").status == 413
    assert ask(path, transfer_encoding="chunked").headers["connection"] == "close"
    assert ask(path, content_length="0").status == 200


@pytest.mark.parametrize("url", ["/" + "a" * 9_000, "/search?q=" + "a" * 9_000])
def test_an_address_without_end_is_refused(ask: Ask, url: str) -> None:
    assert ask(url).status == 414


def test_a_page_without_its_slash_is_elsewhere(ask: Ask) -> None:
    reply = ask("/days/2025-10-01?x=//evil.example")
    assert (reply.status, reply.headers["location"]) == (301, "./2025-10-01/")


def test_the_api_without_its_slash_is_elsewhere(ask: Ask) -> None:
    assert ask("/api").headers["location"] == "./api/"


def test_people_get_a_page_and_programs_get_problem_details(ask: Ask) -> None:
    page, problem = ask("/none", accept="text/html,*/*"), ask("/none", accept="application/json")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<form role="search" action="/papers/search">' in page.text
    assert 'href="/papers/assets/style.css"' in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json == {
        "type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is nothing at this address."
    }  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_file_is_served_as_it_is(ask: Ask, path: str) -> None:
    reply = ask(path)
    name = f"{path[1:]}index.html" if path.endswith("/") else path[1:]
    form = b'<form role="search" action="/papers/search">'
    assert reply.status == 200
    if name.endswith(".html"):
        assert form in reply.body
        assert reply.body.startswith(PAGE.partition(b"<!--")[0])
    else:
        assert reply.body == FILES[name]
    assert reply.headers["last-modified"] == THEN
    assert "set-cookie" not in reply.headers
    assert "server" not in reply.headers


@pytest.mark.parametrize(
    ("path", "media_type", "seconds"),
    [
        ("/", "text/html; charset=utf-8", 300),
        ("/feeds/lanterns.atom", "application/atom+xml; charset=utf-8", 900),
        ("/feeds/lanterns.rss", "application/rss+xml; charset=utf-8", 900),
        ("/feeds/lanterns.json", "application/feed+json", 900),
        ("/feeds/index.opml", "text/x-opml; charset=utf-8", 900),
        ("/papers/2510.00003/paper.bib", "application/x-bibtex; charset=utf-8", 300),
        ("/data.json", "application/json", 300),
        ("/assets/style.css", "text/css; charset=utf-8", 86400),
        ("/assets/favicon.svg", "image/svg+xml", 86400),
        ("/picture.png", "image/png", 300),
        ("/strange.name", "application/octet-stream", 300),
    ],
)
def test_every_kind_of_file_has_its_type_and_its_time(
    ask: Ask, path: str, media_type: str, seconds: int
) -> None:
    headers = ask(path).headers
    assert headers["content-type"] == media_type
    assert headers["cache-control"] == f"public, max-age={seconds}"


@pytest.mark.parametrize(
    "path", ["/", "/feeds/lanterns.atom", "/none", "/search", "/api/", "/healthz", "/api/none"]
)
def test_nothing_may_run_in_a_page_or_frame_it(ask: Ask, path: str) -> None:
    headers = ask(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "permissions-policy" in headers


def test_public_data_is_for_pages_of_other_sites_too_and_pages_are_not(ask: Ask) -> None:
    for path in ("/feeds/lanterns.atom", "/api/papers", "/papers/2510.00003/paper.bib", "/api/none"):
        assert ask(path).headers["access-control-allow-origin"] == "*"
        assert ask(path).headers["cross-origin-resource-policy"] == "cross-origin"
    for path in ("/", "/search", "/none", "/assets/style.css"):
        assert "access-control-allow-origin" not in ask(path).headers
        assert ask(path).headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "path", ["/", "/feeds/lanterns.atom", "/none", "/search", "/api/papers", "/healthz", "/days/2025-10-01"]
)
def test_head_tells_what_get_would(ask: Ask, path: str) -> None:
    get, head = ask(path, accept_encoding="gzip"), ask(path, "HEAD", accept_encoding="gzip")
    assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")


def test_gzip_is_another_representation_with_a_tag_of_its_own(ask: Ask) -> None:
    plain, packed = ask("/feeds/lanterns.atom"), ask("/feeds/lanterns.atom", accept_encoding="br, gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body == FEED
    assert packed.body[4:8] == bytes(4), "the time of compression"
    assert packed.headers["etag"] != plain.headers["etag"]
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    crossed = ask("/feeds/lanterns.atom", accept_encoding="gzip", if_none_match=plain.headers["etag"])
    assert crossed.status == 200


@pytest.mark.parametrize("path", ["/picture.png", "/assets/favicon.svg", "/empty.txt"])
def test_what_gzip_makes_no_smaller_is_left_as_it_is(ask: Ask, path: str) -> None:
    assert "content-encoding" not in ask(path, accept_encoding="gzip").headers


@pytest.mark.parametrize("path", ["/", "/feeds/lanterns.atom", "/search", "/api/papers", "/api/openapi.json"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_who_has_it_gets_a_304_with_what_the_200_would_say(ask: Ask, path: str, encoding: str) -> None:
    whole = ask(path, accept_encoding=encoding)
    unchanged = ask(path, accept_encoding=encoding, if_none_match=f'"x", W/{whole.headers["etag"]}')
    assert (unchanged.status, unchanged.body) == (304, b"")
    for name in ("etag", "cache-control", "vary"):
        assert unchanged.headers[name] == whole.headers[name]
    assert (
        not {"content-length", "content-type", "content-encoding", "last-modified"} & unchanged.headers.keys()
    )


def test_a_date_is_enough_from_the_last_change_on(ask: Ask) -> None:
    assert ask("/feeds/lanterns.atom", if_modified_since=THEN).status == 304
    assert ask("/feeds/lanterns.atom", if_modified_since=THEN.replace("2025", "2031")).status == 304
    assert ask("/feeds/lanterns.atom", if_modified_since=THEN.replace("12:05", "12:04")).status == 200
    assert ask("/feeds/lanterns.atom", if_modified_since=THEN, if_none_match='"old"').status == 200


def test_the_tag_is_of_the_bytes_alone(asking: Callable[..., Ask], public: Path) -> None:
    before = asking()("/feeds/lanterns.atom").headers["etag"]
    publish(public, "feeds/lanterns.atom", FEED, PUBLISHED + 60)
    again = asking()("/feeds/lanterns.atom")
    assert again.headers["etag"] == before
    assert again.headers["last-modified"] == "Wed, 01 Oct 2025 12:06:00 GMT"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.text(st.characters(codec="utf-8"), max_size=40).map(lambda path: "/" + path.replace("?", "")),
    st.text(st.characters(max_codepoint=255), max_size=30),
)
def test_any_path_with_any_fields_is_answered(ask: Ask, path: str, field: str) -> None:
    reply = ask(path, if_none_match=field, if_modified_since=field, accept_encoding=field, accept=field)
    assert reply.status in (200, 301, 304, 400, 403, 404, 422, 429)
    assert b"secret" not in reply.body
