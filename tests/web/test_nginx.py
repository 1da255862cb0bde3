"""docs/nginx.conf in a real nginx: it serves the files as the app does, and hands on the rest."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator

import pytest

from feeds.site.frame import Site
from feeds.web.app import make_app
from feeds.web.limits import BURST
from feeds.web.pages import search_form
from tests.web.desk_in_memory import Remembering
from tests.web.invented import FEED, FILES, Shelved, publish, published
from tests.web.live import Live
from tests.web.live import running as app_running
from tests.web.nginx import NGINX, ROOT, free_port, running, sample

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

URL = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Live, Live]]:
    """nginx, and the app behind it, over one published tree."""
    folder = tmp_path_factory.mktemp("served")
    public = published(folder / "public")
    publish(public, "404.html", b"<!doctype html><title>Nothing here</title>")
    (public / "out.txt").symlink_to(folder / "secret.txt")
    app = make_app(
        public, Shelved(), Remembering(is_open=False), URL, "1", proxies=["127.0.0.1"], clock=time.monotonic
    )
    port = free_port()
    with app_running(app) as behind, running(folder / "nginx", sample(public, port, behind.port), port):
        yield Live(port), behind


@pytest.fixture
def nginx(servers: tuple[Live, Live]) -> Live:
    return servers[0]


@pytest.fixture
def app(servers: tuple[Live, Live]) -> Live:
    return servers[1]


@pytest.mark.parametrize(
    "target",
    [
        "/.published", "/.git/config", "/feeds/.lanterns.atom.tmp", "/%2epublished", "/none", "/feeds/", "/out.txt",
        "/../secret.txt", "/..%2fsecret.txt", "/metrics", "/feeds/none.json",
    ],
)  # fmt: skip
def test_what_is_hidden_or_elsewhere_is_not_there(nginx: Live, target: str) -> None:
    status, _, body = nginx.get(target)
    assert status in (400, 404)
    assert b"secret" not in body


@pytest.mark.parametrize("path", [f"/{name.removesuffix('index.html')}" for name in FILES])
def test_a_file_is_served_as_the_app_serves_it(nginx: Live, app: Live, path: str) -> None:
    status, headers, body = nginx.get(path)
    of_app_status, of_app, of_app_body = app.get(path)
    assert status == of_app_status == 200
    headers = {name.lower(): value for name, value in headers.items()}
    form = search_form(Site(URL))
    assert body.replace(b"".join(form.splitlines()), form) == of_app_body
    its_own = {"etag", "date", "connection", "vary", "content-length", "access-control-expose-headers"}
    alike = {name: value for name, value in of_app.items() if name not in its_own}
    assert {name: headers.get(name) for name in alike} == alike
    assert headers["server"] == "nginx"


def test_who_has_it_gets_a_304(nginx: Live) -> None:
    _, headers, _ = nginx.get("/feeds/lanterns.atom")
    by_tag = nginx.get("/feeds/lanterns.atom", f"If-None-Match: {headers['ETag']}")
    by_date = nginx.get("/feeds/lanterns.atom", f"If-Modified-Since: {headers['Last-Modified']}")
    assert (by_tag[0], by_tag[2], by_date[0]) == (304, b"", 304)


def test_a_page_with_its_form_is_a_304_too(nginx: Live) -> None:
    _, headers, _ = nginx.get("/")
    assert nginx.get("/", f"If-None-Match: {headers['ETag']}")[0] == 304


def test_gzip_is_sent_to_who_takes_it(nginx: Live) -> None:
    _, headers, body = nginx.get("/feeds/lanterns.atom", "Accept-Encoding: gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Vary"] == "Accept-Encoding"
    assert FEED in gzip.decompress(body)


def test_a_page_without_its_slash_is_elsewhere(nginx: Live) -> None:
    status, headers, _ = nginx.get("/days/2025-10-01")
    assert (status, headers["Location"]) == (301, "/days/2025-10-01/")
    assert nginx.get("/api")[1]["Location"] == "/api/"


@pytest.mark.parametrize(
    "path", ["/search?q=lantern", "/api/topics", "/api/", "/status/", "/readyz", "/healthz"]
)
def test_the_rest_is_asked_of_the_app(nginx: Live, app: Live, path: str) -> None:
    through, direct = nginx.get(path), app.get(path)
    assert (through[0], through[2]) == (direct[0], direct[2])
    for name in ("content-type", "cache-control", "content-security-policy", "cross-origin-resource-policy"):
        given = [value for known, value in through[1].items() if known.lower() == name]
        assert given == [direct[1][name]]


def test_refusals_of_the_app_come_through(nginx: Live) -> None:
    status, headers, _ = nginx.get("/api/papers?limit=0")
    assert (status, headers["Content-Type"]) == (422, "application/problem+json")
    assert nginx.get("/feeds/combined.atom")[0] == 400
    assert nginx.get("/api/none")[0] == 404


def test_forms_come_through_and_the_pages_of_subscribers_with_their_fields(nginx: Live, app: Live) -> None:
    through, direct = nginx.get("/manage/1.0.manageada"), app.get("/manage/1.0.manageada")
    assert (through[0], through[2]) == (direct[0], direct[2])
    came = {name.lower(): value for name, value in through[1].items()}
    for name in ("cache-control", "x-robots-tag", "referrer-policy", "content-security-policy"):
        assert came[name] == direct[1][name]
    for target, body, status in (
        ("/u/leaveada", b"List-Unsubscribe=One-Click", b"200"),
        ("/u/leaveada", b"", b"200"),
        ("/manage/1.0.manageada", b"topics=", b"422"),
        ("/subscribe", b"a" * 20_000, b"413"),
        ("/feeds/lanterns.atom", b"", b"405"),
    ):
        head = f"POST {target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {len(body)}\r\n"
        kind = "content-type: application/x-www-form-urlencoded\r\n\r\n"
        answer = nginx.send(head.encode() + kind.encode() + body)
        assert answer.startswith(b"HTTP/1.1 " + status)


def test_what_is_to_be_put_in_for_mail_is_what_the_app_puts_in() -> None:
    link, _, form = search_form(Site(URL, offers_mail=True)).partition(b"\n")
    assert form == search_form(Site(URL))
    assert link.decode() in (ROOT / "docs" / "nginx.conf").read_text()


def test_a_client_cannot_speak_for_others(nginx: Live) -> None:
    statuses = [nginx.get("/api/topics", f"X-Forwarded-For: 192.0.2.{n}")[0] for n in range(BURST + 1)]
    assert statuses[-1] == 429
