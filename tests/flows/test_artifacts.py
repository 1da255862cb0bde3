"""What runs leave to look at, and what their states say."""

from __future__ import annotations

from typing import Any

import pytest

from feeds.site.frame import Site
from models.records import Verdict
from tests.words.ledgers import THURSDAY, entry, missing

pytestmark = pytest.mark.engine

Left = list[dict[str, Any]]


@pytest.fixture
def left(prefect: None, monkeypatch: pytest.MonkeyPatch) -> Left:
    """What was left, each with its key, oldest first."""
    import flows.run.artifacts

    found: Left = []
    for kind in ("table", "markdown", "link"):
        monkeypatch.setattr(
            flows.run.artifacts, f"create_{kind}_artifact", lambda **given: found.append(given)
        )
    return found


def test_what_is_not_as_it_should_be_comes_first_in_the_ledger(left: Left) -> None:
    from flows.run.artifacts import leave_ledger

    verdicts = (Verdict.FRESH, Verdict.WAITING, Verdict.QUIET, Verdict.PARTIAL)
    leave_ledger([*map(entry, verdicts), missing(), missing(Verdict.STALLED)])
    (ledger,) = left
    order = ["failed", "stalled", "waiting", "partial", "fresh", "quiet"]
    assert [row["verdict"] for row in ledger["table"]] == order
    assert ledger["table"][0]["date"] == "2026-11-12"


def test_before_the_first_list_there_is_no_page_of_a_day_to_lead_to(left: Left) -> None:
    from flows.run.artifacts import leave_pages

    leave_pages(Site("https://papers.example"), None)
    leave_pages(Site("https://papers.example"), THURSDAY)
    assert [(given["key"], given["link"]) for given in left] == [
        ("status-page", "https://papers.example/status/"),
        ("status-page", "https://papers.example/status/"),
        ("day-page", "https://papers.example/days/2026-11-12/"),
    ]


def test_each_key_is_one_that_prefect_takes(left: Left) -> None:
    from flows.run.artifacts import leave_failures, leave_feeds, leave_ledger, leave_month

    leave_failures(["the disk is full"])
    leave_feeds([])
    leave_ledger([])
    leave_month([], Site("https://papers.example"), ())
    assert [given["key"] for given in left] == ["failures", "feeds", "ledger", "last-30-days"]
    assert all(given["description"] for given in left)


def test_a_state_tells_the_first_failures_and_none_at_length(prefect: None) -> None:
    from prefect import State

    from flows.run.outcomes import finished, result_of

    assert finished((), "done") == "done"
    state = finished(("first", "x" * 1_000, "third", "fourth", "fifth"), "done")
    assert isinstance(state, State)
    assert state.message == f"first; {'x' * 299}…; third; and 2 more"
    assert result_of(state) == "done"


def test_what_a_failed_run_has_done_can_go_to_another_process(prefect: None) -> None:
    import pickle

    from flows.run.outcomes import Unfinished

    sent = pickle.loads(pickle.dumps(Unfinished("a listing is missing", ("what", "was", "done"))))
    assert (str(sent), sent.done) == ("a listing is missing", ("what", "was", "done"))
    assert repr(sent) == "Unfinished()"


def test_a_worker_that_runs_a_failing_flow_is_told_the_sentence(prefect: None) -> None:
    from prefect import State, flow

    from flows.run.outcomes import Unfinished, finished

    @flow(name="failing")
    def failing() -> str | State:
        return finished(("a listing is missing",), "all the rest")

    with pytest.raises(Unfinished, match=r"^a listing is missing$"):
        failing()
