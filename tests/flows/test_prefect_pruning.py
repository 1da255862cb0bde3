"""Old runs of ours leave the Prefect server, with all that is theirs; nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from flows.deployment.ours import TAG

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.orchestration import SyncPrefectClient

pytestmark = pytest.mark.engine

SOON = timedelta(hours=1)
"""All runs of these tests end before the moment that is so far ahead."""


@pytest.fixture
def server(prefect: None) -> Iterator[SyncPrefectClient]:
    """The engine's server without runs of the others' tests."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        while found := client.read_flow_runs():
            for run in found:
                client.delete_flow_run(run.id)
        while artifacts := client.read_artifacts():
            for artifact in artifacts:
                client.delete_artifact(artifact.id)
        yield client


def ended(client: SyncPrefectClient, flow: str, *artifacts: str, tag: str = TAG) -> UUID:
    """A run with a tag that has just ended, and has left artifacts under these keys."""
    from prefect.client.schemas.actions import ArtifactCreate
    from prefect.states import Completed, Running

    run = client.create_flow_run(_flow(flow), state=Running(), tags=[tag])
    for key in artifacts:
        client.create_artifact(ArtifactCreate(key=key, type="markdown", data=key, flow_run_id=run.id))
    client.set_flow_run_state(run.id, Completed(), force=True)
    return run.id


def _flow(name: str) -> Flow[[], None]:
    from prefect import flow

    @flow(name=name)
    def nothing() -> None: ...

    return nothing


def left(client: SyncPrefectClient) -> tuple[set[UUID], int]:
    """The runs that are there, and how many artifacts."""
    return {run.id for run in client.read_flow_runs()}, len(client.read_artifacts())


def test_a_rehearsal_says_what_would_go_and_removes_nothing(server: SyncPrefectClient) -> None:
    from flows.deployment.pruning import prune_prefect

    before = datetime.now(UTC) + SOON
    old, new = ended(server, "digest", "digests"), ended(server, "digest", "digests")
    rehearsed = prune_prefect(before, dry_run=True)
    assert left(server) == ({old, new}, 2)
    assert (rehearsed.runs, rehearsed.artifacts) == (1, 1)
    assert prune_prefect(before, dry_run=False) == rehearsed
    assert left(server) == ({new}, 1)


def test_what_is_under_way_what_is_younger_and_what_is_not_ours_stays(server: SyncPrefectClient) -> None:
    from prefect.states import Running

    from flows.deployment.pruning import prune_prefect

    under_way = server.create_flow_run(_flow("digest"), state=Running(), tags=[TAG]).id
    others = {ended(server, "somebody-elses"), ended(server, "digest", tag="somebody-elses")}
    ours = ended(server, "digest")
    assert prune_prefect(datetime.now(UTC) - SOON, dry_run=False).runs == 0
    assert left(server)[0] == {under_way, *others, ours}
    assert prune_prefect(datetime.now(UTC) + SOON, dry_run=False).runs == 1
    assert left(server)[0] == {under_way, *others}


def test_it_goes_from_page_to_page_and_the_newest_artifact_of_each_key_stays_with_its_run(
    server: SyncPrefectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.deployment import pruning as prefect_pruning

    monkeypatch.setattr(prefect_pruning, "_PAGE", 1)
    before = datetime.now(UTC) + SOON
    kept = ended(server, "daily-round", "of-old-times", "ledger")
    for _ in range(2):
        ended(server, "daily-round", "ledger", "feeds", "round")
    newest = ended(server, "daily-round", "ledger", "feeds", "round")
    rehearsed = prefect_pruning.prune_prefect(before, dry_run=True)
    done = prefect_pruning.prune_prefect(before, dry_run=False)
    assert (done.runs, done.artifacts) == (rehearsed.runs, rehearsed.artifacts) == (2, 6)
    assert left(server) == ({kept, newest}, 5)
    assert prefect_pruning.prune_prefect(before, dry_run=False).runs == 0


def test_it_says_in_words_what_it_was(prefect: None) -> None:
    from flows.deployment.pruning import PrunedRuns

    before = datetime(2026, 8, 12, tzinfo=UTC)
    assert PrunedRuns(before).in_words() == "no run in Prefect that ended before 2026-08-12"
    assert (
        PrunedRuns(before, 1, 1204).in_words()
        == "1 run in Prefect that ended before 2026-08-12, with 1,204 artifacts"
    )
