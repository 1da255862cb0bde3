"""Whether all is well, and what Prometheus is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.web.asking import Ask, Reply
from tests.web.invented import PUBLISHED, READ, Shelved

DATABASES = tuple(
    f"paperround_{name}"
    for name in (
        "papers",
        "newest",
        "listings",
        "settled",
        "overdue",
        "recent",
        "run_",
        "subscribers",
        "deliver",
        "bounce",
    )
)
"""How the names of what the database alone can tell begin."""


def samples(reply: Reply) -> dict[str, float]:
    """The metrics, each with its labels."""
    found = {}
    for family in text_string_to_metric_families(reply.text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


@pytest.mark.parametrize(
    "given",
    [
        {"client": ("192.0.2.1", 1)},
        {"client": ("2001:db8::1", 1)},
        {"client": None},
        {"client": ("testclient", 1)},
        {"x_forwarded_for": "192.0.2.1"},
        {"x_forwarded_for": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
    ],
)
def test_the_metrics_are_not_for_others(ask: Ask, given: dict[str, object]) -> None:
    assert ask("/metrics", **given).status == 403  # type: ignore[arg-type]


def test_the_metrics_are_not_for_whom_a_proxy_speaks(asking: Callable[..., Ask]) -> None:
    assert asking(proxies=["127.0.0.1"])("/metrics", x_forwarded_for="127.0.0.1").status == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_metrics_are_for_the_machine_itself(ask: Ask, address: str) -> None:
    reply = ask("/metrics", client=(address, 1))
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_answers_are_counted_by_kind_and_status(ask: Ask) -> None:
    etag = ask("/feeds/lanterns.atom").headers["etag"]
    ask("/feeds/lanterns.atom", if_none_match=etag)
    ask("/feeds/lanterns.atom", "HEAD")
    ask("/none/at/all")
    ask("/", "POST")
    ask("/search?q=lantern")
    found = samples(ask("/metrics"))
    assert found["paperround_http_requests_total{kind=feed,status=200}"] == 2
    assert found["paperround_http_requests_total{kind=feed,status=304}"] == 1
    assert found["paperround_http_requests_total{kind=page,status=404}"] == 1
    assert found["paperround_http_requests_total{kind=refused,status=405}"] == 1
    assert found["paperround_http_requests_total{kind=search,status=200}"] == 1
    assert found["paperround_http_request_duration_seconds_count{kind=feed}"] == 3
    assert found["paperround_http_sent_bytes_total{kind=feed}"] == len(ask("/feeds/lanterns.atom").body)


def test_a_stranger_makes_no_new_metrics(ask: Ask) -> None:
    for path in ("/a", "/b", "/api/c", "/feeds/d.atom", "/searching"):
        ask(path)
    before = samples(ask("/metrics")).keys()
    for path in ("/e", "/api/f", "/feeds/g.atom", "/searching"):
        ask(path, "GET")
    new = samples(ask("/metrics")).keys() - before
    assert {name for name in new if "kind=metrics" not in name} == set()


def test_what_the_database_and_the_files_say_is_told(ask: Ask) -> None:
    ask("/feeds/lanterns.atom")
    found = samples(ask("/metrics"))
    assert found["paperround_papers"] == 3
    assert found["paperround_newest_list_timestamp_seconds{source=arxiv}"] == 1_759_276_800
    assert found["paperround_listings{source=arxiv,verdict=partial}"] == 1
    assert found["paperround_settled_timestamp_seconds{section=cs.CL,source=arxiv}"] == READ.timestamp()
    assert found["paperround_overdue_listings{asked=no,source=arxiv}"] == 2
    assert found["paperround_overdue_listings{asked=yes,source=arxiv}"] == 0
    assert found["paperround_recent_matches{topic=lanterns}"] == 4
    assert found["paperround_recent_matches{topic=agents}"] == 0
    assert found["paperround_subscribers{standing=active}"] == 2
    assert found["paperround_deliveries{kind=daily,state=sent}"] == 5
    assert found["paperround_bounces{kind=hard}"] == 1
    assert found["paperround_last_publish_timestamp_seconds"] == PUBLISHED
    assert found["paperround_cache_files"] == 1
    assert found["paperround_cache_bytes"] > 0


def test_the_last_run_that_began_and_the_last_that_ended_are_told(ask: Ask) -> None:
    found = samples(ask("/metrics"))
    assert found["paperround_run_last_begin_timestamp_seconds{kind=round}"] == READ.timestamp() + 3 * 3600
    assert found["paperround_run_last_end_timestamp_seconds{kind=round}"] == READ.timestamp() + 42
    assert found["paperround_run_last_duration_seconds{kind=round}"] == 42
    assert found["paperround_run_last_failures{kind=round}"] == 2
    assert found["paperround_recent_failed_runs{kind=round}"] == 3
    assert found["paperround_recent_failed_runs{kind=digest}"] == 0
    assert "paperround_run_last_end_timestamp_seconds{kind=digest}" not in found


def test_names_are_as_prometheus_advises_and_each_is_told_once(ask: Ask) -> None:
    families = [each for each in text_string_to_metric_families(ask("/metrics").text) if each.samples]
    names = [each.name for each in families]
    assert len(set(names)) == len(names)
    assert all(name.startswith("paperround_") for name in names)
    assert all(each.documentation.endswith(".") for each in families)
    assert not any(
        name.endswith("_total") for each in families if each.type == "gauge" for name in (each.name,)
    )


def test_what_is_overdue_takes_no_site_down(ask: Ask) -> None:
    """A load balancer that listened to it would, just when readers want to know how old the news is."""
    assert ask("/api/status").json["troubles"]
    assert ask("/readyz").status == 200


def test_without_a_database_the_rest_is_told(ask: Ask, library: Shelved) -> None:
    ask("/metrics")
    library.is_down = True
    found = samples(ask("/metrics"))
    assert found["paperround_database_up"] == 0
    assert {name for name in found if name.startswith(DATABASES)} == set()
    assert found["paperround_http_requests_total{kind=metrics,status=200}"] == 1


def test_it_is_not_ready_without_a_database_and_says_so(ask: Ask, library: Shelved) -> None:
    library.is_down = True
    reply = ask("/readyz")
    assert (reply.status, reply.json["detail"]) == (503, "the database is away")
    assert ask("/healthz").status == 200


def test_it_is_not_ready_before_anything_is_published(asking: Callable[..., Ask], public: Path) -> None:
    public.rename(public.with_name("elsewhere"))
    reply = asking()("/readyz")
    assert (reply.status, reply.json["detail"]) == (503, "nothing is published yet")


def test_it_is_alive_and_ready(ask: Ask) -> None:
    assert ask("/healthz").json == {"status": "alive"}
    assert ask("/readyz").json == {"status": "ready"}
    assert ask("/readyz").headers["cache-control"] == "no-store"
