"""Names of runs, and what the form of a run says of its parameters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

pytestmark = pytest.mark.engine


def test_outside_of_a_run_nothing_is_renamed(prefect: None) -> None:
    from flows.run.naming import rename

    rename("38 new")


def test_a_name_that_the_server_does_not_take_is_a_line_in_the_log(
    prefect: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import flows.run.naming

    def refuse(**_: object) -> None:
        raise OSError("the server is gone")

    run = SimpleNamespace(flow_run=SimpleNamespace(id=uuid4(), name="a run"))
    monkeypatch.setattr(flows.run.naming, "FlowRunContext", SimpleNamespace(get=lambda: run))
    monkeypatch.setattr(flows.run.naming, "get_client", refuse)
    flows.run.naming.rename("38 new")
    assert "The run keeps the name a run: the server is gone" in caplog.text


def test_what_a_run_has_done_stands_behind_its_name_once(prefect: None) -> None:
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.runtime import flow_run

    from flows.run.naming import rename, run_name

    @flow(name="daily-round", flow_run_name=run_name)
    def a_round(as_of: datetime) -> str:
        rename("1 new")
        rename("38 new, 1 revised")
        return str(flow_run.id)

    run = a_round(datetime(2025, 10, 1, 12, tzinfo=UTC))
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(UUID(run)).name == "round 2025-10-01 12:00 · 38 new, 1 revised"


NOON = datetime(2025, 10, 1, 12, tzinfo=UTC)
FIRST, LAST = date(2025, 1, 1), date(2025, 3, 31)


@pytest.mark.parametrize(
    ("flow_name", "given", "name"),
    [
        ("daily-round", {"as_of": NOON}, "round 2025-10-01 12:00"),
        ("daily-round", {"as_of": "2025-10-01T14:00:00+02:00"}, "round 2025-10-01 12:00"),
        ("ingest", {"as_of": NOON, "date": date(2025, 9, 30)}, "ingest of 2025-09-30 2025-10-01 12:00"),
        ("backfill", {"from_date": FIRST, "to_date": LAST}, "backfill 2025-01-01 to 2025-03-31"),
        ("replay", {"from_date": FIRST, "to_date": None}, "replay from 2025-01-01"),
        ("replay", {"to_date": "2025-03-31"}, "replay up to 2025-03-31"),
    ],
)
def test_a_run_is_named_by_what_it_is_given(
    prefect: None, monkeypatch: pytest.MonkeyPatch, flow_name: str, given: dict[str, Any], name: str
) -> None:
    import flows.run.naming

    run = SimpleNamespace(flow_name=flow_name, parameters=given, scheduled_start_time=NOON)
    monkeypatch.setattr(flows.run.naming, "flow_run", run)
    assert flows.run.naming.run_name() == name


def test_the_form_says_of_each_parameter_what_it_is(prefect: None) -> None:
    from prefect.utilities.callables import parameter_schema

    from flows.ingest import ingest
    from flows.publish import publish
    from flows.replay import replay
    from flows.round import daily_round

    each: Any
    for each in (daily_round, ingest, publish, replay):
        properties = parameter_schema(each).properties
        assert all(given.get("description") for given in properties.values()), each.name
    form = parameter_schema(daily_round).properties["as_of"]
    assert form["anyOf"] == [{"type": "string", "format": "date-time"}, {"type": "null"}]


def test_a_moment_without_a_zone_is_utc(prefect: None) -> None:
    from flows.round import daily_round

    given = daily_round.validate_parameters({"as_of": "2025-10-01T12:00:00"})
    assert given["as_of"] == NOON
