"""The round in Prefect, on a real engine. All else is tested on the plain steps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models.database import posting
from models.mail.subscriber import Choices
from tests.flows.emitted import emitted, named
from tests.flows.recorded import EVENING, MORNING, artifacts, resources, runs
from tests.mail.subscribed import joined

pytestmark = pytest.mark.engine


def test_a_round_is_recorded_with_readable_names_and_artifacts_and_a_failed_one_says_why(
    prefect: None, tmp_path: Path
) -> None:
    from flows.round import daily_round
    from flows.run.current import using
    from flows.run.outcomes import result_of

    with resources(tmp_path, MORNING) as found, using(found), emitted() as events:
        with posting(found.engine) as connection:
            joined(connection, choices=Choices(("all",), hour=8))
        done = result_of(daily_round(as_of=MORNING, return_state=True))
    assert [entry.verdict for entry in done.ledger] == ["fresh"]
    assert (
        runs().items()
        >= {
            "round 2026-11-10 08:15 · 7 new": "COMPLETED",
            "ingest 2026-11-10 08:15 · 7 new": "COMPLETED",
            "publish 2026-11-10 08:15 · 23 feeds changed": "COMPLETED",
            "huggingface daily 2026-11-10": "COMPLETED",
            "feeds all to robotics": "COMPLETED",
            "digest 2026-11-10 08:15 · 1 sent": "COMPLETED",
            "subscribers 1 to 1": "COMPLETED",
        }.items()
    )
    left = artifacts()
    assert json.loads(left["ledger"])[0]["verdict"] == "fresh"
    assert left["failures"] == "Nothing failed."
    assert "[atom](<http://127.0.0.1:8000/feeds/all.atom>)" in left["feeds"]
    assert "](<http://127.0.0.1:8000/days/2026-11-10/>) | ✓ 8 |" in left["last-30-days"]
    assert left["status-page"] == "[Status](http://127.0.0.1:8000/status/)"
    assert left["day-page"] == "[Tuesday, 10 November 2026](http://127.0.0.1:8000/days/2026-11-10/)"
    assert "8 declared, 8 read, 7 new, by its page" in left["round"]
    assert "1 digest planned, 1 letter sent" in left["digests"]
    assert "| daily | sent | 1 |" in left["digests"]
    assert [asset[:2] for asset in named(events, "prefect.asset.")] == [
        ("prefect.asset.materialization.succeeded", "paperround://huggingface/daily"),
        ("prefect.asset.referenced", "paperround://huggingface/daily"),
        ("prefect.asset.materialization.succeeded", "paperround://feeds"),
    ]
    (_, _, read), _, (_, _, published) = named(events, "prefect.asset.")
    assert read.items() >= {"date": "2026-11-10", "verdict": "fresh", "declared": 8, "new": 7}.items()
    assert published == {"files": 69, "changed": 69}
    feeds = {path.name: path.read_bytes() for path in (tmp_path / "public" / "feeds").iterdir()}

    with resources(tmp_path, EVENING, down=True) as found, using(found), emitted() as events:
        state = daily_round(as_of=EVENING, return_state=True)
        done = result_of(state)
    assert state.is_failed()
    assert "huggingface daily 2026-11-10: failed: page: " in str(state.message)
    assert [entry.verdict for entry in done.ledger] == ["failed"]
    assert {name: kind for name, kind in runs().items() if "20:15" in name} == {
        "round 2026-11-10 20:15 · nothing new, 1 listing missing": "FAILED",
        "ingest 2026-11-10 20:15 · nothing new, 1 listing missing": "FAILED",
        "publish 2026-11-10 20:15 · no feeds changed": "COMPLETED",
        "digest 2026-11-10 20:15 · nothing sent": "COMPLETED",
    }
    left = artifacts()
    assert "**huggingface daily 2026-11-10**: failed: page: " in left["failures"]
    assert r": status 503, answers 503 \<Service Unavailable\>" in left["failures"]
    assert "| **failed**, good before |" in left["last-30-days"]
    ((kind, about, payload),) = named(events, "paperround.")
    assert (kind, about) == ("paperround.listing.missing", "paperround.huggingface daily 2026-11-10")
    assert str(payload["sentence"]).startswith("huggingface daily 2026-11-10: failed: page: ")
    assert feeds == {path.name: path.read_bytes() for path in (tmp_path / "public" / "feeds").iterdir()}


def test_each_search_is_a_task_run_of_its_own_and_one_in_vain_fails_nothing(
    prefect: None, tmp_path: Path
) -> None:
    from flows.ingest import ingest
    from flows.run.current import using

    moment = MORNING + timedelta(hours=3)
    with resources(tmp_path, moment) as found:
        topics = (
            replace(found.topics[0], slug="answered", search="mixture of experts"),
            replace(found.topics[0], slug="refused", search="a" * 251),
        )
        with using(replace(found, topics=topics)):
            state = ingest(as_of=moment, return_state=True)
    assert state.is_completed()
    made = runs()
    assert (made["search answered"], made["search refused"]) == ("COMPLETED", "COMPLETED")
    assert made["huggingface daily 2026-11-10"] == "COMPLETED"
