"""Sends the digests that are due, as a Prefect flow: a task for each slice of subscribers, what became of them in words."""

from __future__ import annotations

import datetime as dt

from prefect import State, flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from flows.current import resources
from flows.ingest import as_text
from flows.mail import digesting
from flows.mail.digesting import Digested, Part, Slice
from flows.naming import run_name
from flows.outcomes import finished, result_of
from flows.steps.resources import Resources


@flow(name="digest", flow_run_name=run_name)
def digest(as_of: dt.datetime | None = None) -> Digested | State:
    """Plans and sends the digests whose hour has come, and what is left of earlier ones; reads what came back.

    `as_of` is the moment (UTC) that the run takes for now. The run fails, with what it did as its result, when the
    mail server refuses us; what is planned is sent by a later one. Two at once send nothing twice.
    """
    with resources(as_of) as found:
        done = digesting.digest(found, slice_as_task)
    create_markdown_artifact(
        key="digests", markdown=in_words(done), description="The digests, and what became of them."
    )
    return finished(done.failures, done)


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


def in_words(done: Digested) -> str:
    """What a run did with the digests, for someone who looks in once a day: what failed first."""
    failed = [f"- **{as_text(sentence)}**" for sentence in done.failures] or ["Nothing failed."]
    rows = [f"| {kind} | {state} | {count} |" for (kind, state), count in done.states.items()]
    table = ["| letter | state | |", "|---|---|---:|", *rows] if rows else ["None yet."]
    lines = ["## Failures", *failed, "", "## This run", done.tally.in_words(), "", "## All letters", *table]
    if done.uncertain:
        lines += ["", "## May have been sent: for a person to decide"]
        lines += [
            f"- {as_text(each.address)}, {each.kind} of {each.period}: {as_text(each.answer)}"
            for each in done.uncertain
        ]
        lines += [
            "",
            "`paperround digest status --resend-uncertain` sends them once more, under the same Message-ID.",
        ]
    return "\n".join(lines)
