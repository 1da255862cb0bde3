"""Sends the digests that are due, as Prefect flows: a task for each slice of subscribers, a run for each shard of many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Annotated

from prefect import State, flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from feeds.site.words import count
from flows.mail import digesting
from flows.mail.digesting import Digested, Part, Slice, Tally
from flows.mail.sharing import SHARD_SIZE, shards_of
from flows.run.current import resources
from flows.run.dask_runner import dask_address, on_dask
from flows.run.events import Trouble, emit
from flows.run.naming import rename, run_name
from flows.run.outcomes import finished, result_of
from flows.run.parameters import AsOf, told
from flows.run.sharding import Shard, hand_out, is_deployed
from flows.steps.resources import Resources
from flows.words.mailing import briefly, in_words

SHARD = "digest-shard/one-slice"
"""The deployment by which workers share the digests."""

ShardSize = Annotated[
    int | None,
    told(
        "With more subscribers than this, so many at a time get their digests by a run of their own. None: never."
    ),
]
FirstId = Annotated[int, told("The number of the first subscriber.")]
LastId = Annotated[int, told("The number of the last subscriber, who is among them.")]


@flow(name="digest", flow_run_name=run_name)
def digest(as_of: AsOf = None, shard_size: ShardSize = SHARD_SIZE) -> Digested | State:
    """Plans and sends the digests whose hour has come, and what is left of earlier ones; reads what came back.

    `as_of` is the moment (UTC) that the run takes for now. The run fails, with what it did as its result, when the
    mail server refuses us; what is planned is sent by a later one. Two at once send nothing twice. Of more than
    `shard_size` subscribers it does what is once for all, and starts a run of `digest-shard` for each so many, where
    that is deployed; or a task on Dask, where PAPERROUND_DASK is set.
    """
    with resources(as_of) as found:
        shards = shards_of(found, shard_size) if shard_size else []
        address = dask_address() if shards else None
        if address:
            done = digesting.digest_by(found, lambda _: _on_dask(address, shards, as_of))
        elif shards and is_deployed(SHARD):
            done = digesting.digest_by(found, lambda _: _handed_out(shards, as_of))
            return _told(done, f"{count(len(shards), 'shard')} handed out")
        else:
            done = digesting.digest(found, slice_as_task)
    return _told(done, briefly(done))


@flow(name="digest-shard", flow_run_name="digest-shard subscribers {first_id} to {last_id}")
def digest_shard(first_id: FirstId, last_id: LastId, as_of: AsOf = None) -> Digested | State:
    """Plans and sends the digests that are due of some subscribers. Others may run beside it, for the same ones even.

    `as_of` is the moment (UTC) that the run takes for now. It fails, with what it did as its result, when the mail
    server refuses us.
    """
    done = _sent(first_id, last_id, as_of)
    return _told(done, briefly(done))


@task(name="send-shard", task_run_name="subscribers {first_id} to {last_id}", cache_policy=NO_CACHE)
def _shard_as_task(first_id: int, last_id: int, as_of: dt.datetime | None) -> Digested | State:
    done = _sent(first_id, last_id, as_of)
    return finished(done.failures, done)


def _sent(first_id: int, last_id: int, as_of: dt.datetime | None) -> Digested:
    with resources(as_of) as found:
        return digesting.digest_some(found, range(first_id, last_id + 1), slice_as_task)


def slice_as_task(found: Resources, work: Slice) -> Part:
    """Plans and sends the digests of one slice as a task run of its own, red in the UI when the server refuses us."""

    parts: list[Part] = []
    name = f"subscribers {work.ids.start} to {work.ids.stop - 1}"

    @task(name="send-digests", task_run_name=name, cache_policy=NO_CACHE)
    def send_digests() -> str | State:
        part = digesting.send_slice(found, work)
        parts.append(part)
        return finished((part.failure,) if part.failure else (), part.tally.in_words())

    result_of(send_digests(return_state=True))
    return parts[0]


def _handed_out(shards: Sequence[range], as_of: dt.datetime | None) -> tuple[Part, ...]:
    """Has a run for each shard; what becomes of the letters is theirs to tell."""
    hand_out(SHARD, [Shard(_words(ids), _parameters(ids, as_of), ()) for ids in shards])
    return ()


def _on_dask(address: str, shards: Sequence[range], as_of: dt.datetime | None) -> Iterator[Part]:
    states = on_dask(address, _shard_as_task, [_parameters(ids, as_of) for ids in shards])
    for ids, state in zip(shards, states, strict=True):
        try:
            done: Digested = result_of(state)
        except Exception as error:  # noqa: BLE001 - whatever one shard stumbled over, the others have sent theirs
            yield Part(Tally(), f"{_words(ids)}: {type(error).__name__}: {error}")
        else:
            yield Part(done.tally, "; ".join(done.failures))


def _words(ids: range) -> str:
    return f"subscribers {ids.start} to {ids.stop - 1}"


def _parameters(ids: range, as_of: dt.datetime | None) -> dict[str, object]:
    return {"first_id": ids.start, "last_id": ids.stop - 1, "as_of": as_of}


def _told(done: Digested, briefly: str) -> Digested | State:
    """Leaves what a run did where people look, and lets them know what is for them to decide."""
    create_markdown_artifact(
        key="digests", markdown=in_words(done), description="The digests, and what became of them."
    )
    if done.tally.uncertain:
        letters = count(done.tally.uncertain, "letter")
        emit(
            Trouble.UNCERTAIN,
            "mail",
            f"{letters} may have been sent or not: `paperround digest status` names them",
        )
    if done.failures:
        emit(Trouble.MAIL_STOPPED, "mail", "; ".join(done.failures))
    rename(briefly)
    return finished(done.failures, done)
