"""What `doctor` says of Prefect: the server, and whether it has all that it needs to run us by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from flows import engine
from flows.commands.finding import Finding, State
from flows.deployment.ours import OVER_ITS_END, POOL
from flows.deployment.server_state import ServerState
from flows.settings import Settings

UNHEARD = timedelta(minutes=5)
"""A worker is heard from each half minute."""
_THING = "Prefect"
_DEPLOY = "`paperround deploy`"


def prefect(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether a server is configured and answers, and if so how it stands; only then is Prefect imported."""
    url = engine.api_url(settings.home)
    if url is None:
        yield Finding(_THING, State.GOOD, "no server is configured: runs are not recorded")
        return
    if not engine.answers(url):
        said = f"{url} does not answer: start it with `prefect server start`, or unset PREFECT_API_URL"
        yield Finding(_THING, State.BAD, said)
        return
    engine.use(url)
    from flows.deployment.asking import ask

    state = ask(Path.cwd(), now)
    yield server(url, state.version)
    yield from standing(state, now)


def server(url: str, theirs: str) -> Finding:
    """Whether a server of a version fits this program: it may be newer, not older."""
    ours = version("prefect")
    if _release(theirs) < _release(ours):
        said = f"{url} has version {theirs}, this program {ours}: update the server first"
        return Finding(_THING, State.WARNING, said)
    return Finding(_THING, State.GOOD, f"{url}, version {theirs}")


def _release(found: str) -> tuple[int, ...]:
    """The numbers of a version; what is behind them is not compared."""
    return tuple(int(part) for part in found.split("+")[0].split(".")[:3] if part.isdecimal())


def standing(state: ServerState, now: datetime) -> Iterator[Finding]:
    """How a server stands at a moment (aware UTC) that runs us by itself, or shall."""
    if not state.has_pool:
        said = f"its server runs nothing by itself: {_DEPLOY} makes work pool, deployments and automations"
        yield Finding("work pool", State.WARNING, said)
        return
    if state.is_forgetful:
        yield _forgets()
    yield _workers(state, now)
    yield from _deployments(state)
    yield from _automations(state)
    yield from _runs(state)


def _forgets() -> Finding:
    said = "its server forgets at its end who is at work: restarted during a round, it cancels all that come later"
    wanted = " ".join(f"{name}={value}" for name, value in OVER_ITS_END.items())
    return Finding(_THING, State.WARNING, f"{said}; start it with {wanted}, or in containers with Redis")


def _workers(state: ServerState, now: datetime) -> Finding:
    start = f"`prefect worker start --pool {POOL}` starts one, `paperround up` does too"
    if state.heard_at is None:
        return Finding("workers", State.BAD, f"there is none: {start}")
    heard = f"heard from last at {state.heard_at:%Y-%m-%d %H:%M} UTC"
    if now - state.heard_at > UNHEARD:
        return Finding("workers", State.BAD, f"none is there, {heard}: {start}")
    return Finding("workers", State.GOOD, heard)


def _deployments(state: ServerState) -> Iterator[Finding]:
    thing = "deployments"
    if state.undeployed:
        yield Finding(thing, State.BAD, f"not there: {', '.join(state.undeployed)}: {_DEPLOY}")
    if paused := (*state.paused, *state.off):
        yield Finding(thing, State.WARNING, f"paused in the UI: {', '.join(paused)}")
    if not (state.undeployed or paused):
        yield Finding(thing, State.GOOD, "all that prefect.yaml states are there")


def _automations(state: ServerState) -> Iterator[Finding]:
    thing = "automations"
    if state.lacking:
        yield Finding(thing, State.BAD, f"not there: {', '.join(state.lacking)}: {_DEPLOY}")
    if state.stopped:
        yield Finding(thing, State.WARNING, f"switched off in the UI: {', '.join(state.stopped)}")
    if not state.is_told:
        said = f"nobody is told of trouble: set PAPERROUND_NOTIFY_URL, then {_DEPLOY}"
        yield Finding(thing, State.WARNING, said)
    elif not (state.lacking or state.stopped):
        yield Finding(thing, State.GOOD, "all there, and a person is told of trouble")


def _runs(state: ServerState) -> Iterator[Finding]:
    if state.late:
        said = f"{state.late} late: are there enough workers, and do they get on?"
        yield Finding("runs", State.WARNING, said)
    if state.endless:
        said = f"{state.endless} said to be under way for more than a day: cancel in the UI what is not"
        yield Finding("runs", State.WARNING, said)
